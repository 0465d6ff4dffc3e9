#!/usr/bin/env bash
# The long differential run: random sequences on vaults, auctions and backstop, and on a naive model with exact
# rationals; everything is compared after every step. See tests/liquidation.
#
#   scripts/soak.sh [--sequences N] [--steps N] [--seed N] [--threads N]
#
# Without options: 10,000 sequences of 100 steps from seed 1 on, in 2 threads. Progress goes to stderr; the last line of
# stdout is a JSON summary. Where pallets and model do not agree, seed, step and all operations are printed, and it fails.

# shellcheck source=scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

case ${1:-} in
-h | --help)
	help_of "${BASH_SOURCE[0]}"
	exit 0
	;;
esac

use_pinned_rust || die "Rust $(pinned_rust) is not there"
work=$(mktemp -d "${TMPDIR:-/tmp}/strata-soak.XXXXXX")
trap 'rm -rf "$work"' EXIT

# The same packages and features as the one build that everything shares, so that nothing is compiled twice.
lock_target >&2
{
	build_workspace
	with_heartbeat cargo_in_root build --release --workspace --locked --example soak </dev/null
} >&2
# Where no other run can replace it.
cp --reflink=auto "$CARGO_TARGET_DIR/release/examples/soak" "$work/soak"
unlock_target

"$work/soak" --sequences 10000 --steps 100 --seed 1 --threads 2 "$@"
