#!/usr/bin/env bash
# The long differential runs against naive models with exact rationals; everything is compared after every step.
#
#   scripts/soak.sh [--sequences N] [--steps N] [--seed N] [--threads N]
#   scripts/soak.sh waterfall [--deals N] [--seed N] [--threads N]
#
# The first: random sequences on vaults, auctions and backstop (tests/liquidation); without options 10,000 sequences of
# 100 steps. The second: random deals in the waterfall engine (tests/waterfall); without options 10,000. Both from seed 1
# on, in 2 threads. Progress goes to stderr; the last line of stdout is a JSON summary. Where the two do not agree, seed,
# step and all that went in are printed, and it fails.

# shellcheck source=scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

case ${1:-} in
-h | --help)
	help_of "${BASH_SOURCE[0]}"
	exit 0
	;;
waterfall)
	shift
	example=soak-waterfall
	defaults=(--deals 10000)
	;;
*)
	example=soak
	defaults=(--sequences 10000 --steps 100)
	;;
esac

use_pinned_rust || die "Rust $(pinned_rust) is not there"
work=$(mktemp -d "${TMPDIR:-/tmp}/strata-soak.XXXXXX")
trap 'rm -rf "$work"' EXIT

# The same packages and features as the one build that everything shares, so that nothing is compiled twice.
lock_target >&2
{
	build_workspace
	with_heartbeat cargo_in_root build --release --workspace --locked --example "$example" </dev/null
} >&2
# Where no other run can replace it.
cp --reflink=auto "$CARGO_TARGET_DIR/release/examples/$example" "$work/soak"
unlock_target

"$work/soak" "${defaults[@]}" --seed 1 --threads 2 "$@"
