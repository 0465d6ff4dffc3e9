#!/usr/bin/env bash
# Measures the weights of our pallets on this machine and writes pallets/*/src/weights.rs anew.
#
#   scripts/weights.sh [PALLET…] [-- ARGUMENT…]
#
#   PALLET…     folders under pallets/, e.g. vaults (default: all that have benchmarks); or `transactions`:
#               what blocks, transactions and transfers take, in runtime/src/weights/transactions.rs
#   ARGUMENT…   more arguments for the benchmark, e.g. --steps 10 --repeat 5, or --list
#
# For transactions it builds the workspace, for pallets tools/benchmark and the runtime's wasm with its benchmarks, in a target folder of their own
# (half an hour from nothing on 2 cores). Never part of CI. Weights that land are to come from a
# machine that does nothing else meanwhile.

# shellcheck source=scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

pallets=()
more=()
transactions=
while [ $# -gt 0 ]; do
	case $1 in
	-h | --help)
		help_of "${BASH_SOURCE[0]}"
		exit 0
		;;
	--)
		shift
		more=("$@")
		break
		;;
	-*) die "unknown argument $1 (see --help)" ;;
	transactions) transactions=yes ;;
	*) pallets+=("$1") ;;
	esac
	shift
done
cd "$ROOT"
if [ ${#pallets[@]} -eq 0 ] && [ -z "$transactions" ]; then
	for file in pallets/*/src/benchmarking.rs pallets/*/src/benchmarking/mod.rs; do
		[ ! -f "$file" ] || pallets+=("$(cut -d/ -f2 <<<"$file")")
	done
fi
for pallet in "${pallets[@]}"; do
	compgen -G "pallets/$pallet/src/benchmarking*" >/dev/null || die "no benchmarks in pallets/$pallet"
done

benchmark_folder=$(dirname "$CARGO_TARGET_DIR")/target-benchmarks

build() {
	lock_target
	# `storage`, a command that we don't offer, would compile a test runtime's wasm for itself.
	CARGO_TARGET_DIR=$benchmark_folder SKIP_FRAME_STORAGE_ACCESS_TEST_RUNTIME_WASM_BUILD=1 \
		with_heartbeat cargo_in_root build --release --locked --manifest-path tools/benchmark/Cargo.toml </dev/null
	local status=$?
	unlock_target
	return "$status"
}

# Into a file of its own first: a run that fails leaves the weights as they were.
measure() {
	local pallet=$1 written=$2
	(exec -a tools/benchmark "$benchmark_folder/release/strata-benchmark" \
		--pallet "pallet_strata_${pallet//-/_}" --extrinsic '*' --steps 50 --repeat 20 \
		--template scripts/weights/pallet-weights.hbs --output "$written" \
		--no-storage-info --no-median-slopes --no-min-squares "${more[@]}") || return
	# With --list there is nothing to write.
	[ ! -s "$written" ] || sed "s|$written|pallets/$pallet/src/weights.rs|" "$written" >"pallets/$pallet/src/weights.rs"
}

# Blocks of transactions, in the wasm of the workspace.
measure_transactions() {
	"$ROOT/scripts/measure.sh" overhead >"$work/overhead" &&
		node "$ROOT/scripts/lib/transaction-weights.mjs" <"$work/overhead" >"$work/transactions.rs" &&
		cp "$work/transactions.rs" runtime/src/weights/transactions.rs
}

work=$(mktemp -d "${TMPDIR:-/tmp}/strata-weights.XXXXXX")
trap 'rm -rf "$work"' EXIT

stage "set-up" scripts/setup.sh || exit 1
use_pinned_rust || die "Rust $(pinned_rust) is not there"
if [ -n "$transactions" ]; then
	stage "weights of transactions" measure_transactions || true
fi
[ ${#pallets[@]} -eq 0 ] || stage "build" build || exit 1
for pallet in "${pallets[@]}"; do
	stage "weights of $pallet" measure "$pallet" "$work/$pallet.rs" || true
done
stage_table
[ "$stages_failed" -eq 0 ]
