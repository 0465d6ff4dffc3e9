#!/usr/bin/env bash
# Measurements of what is built, one JSON object a line, for comparing over time.
#
#   scripts/measure.sh [NAME…]      default: all but the last six
#   scripts/measure.sh liquidation [CASE…] [--most N] [--explain]
#   scripts/measure.sh waterfall [CASE…] [--most N] [--explain]
#   scripts/measure.sh court [CASE…] [--most N] [--explain]
#   scripts/measure.sh oracle [CASE…] [--most N] [--explain]
#   scripts/measure.sh overhead
#   scripts/measure.sh node [CASE…]
#
#   wasm-size     bytes of the runtime's wasm: as compiled, and compressed as it goes on chain
#   binary-size   bytes of the node
#   call-weights  reads, writes and ref_time of our calls and hooks, database included, from the generated
#                 weights at the largest value of each component
#   liquidation   what liquidation costs, in blocks of the compiled wasm: docs/measurements.md. Builds first;
#                 then takes a minute and 2 GB. Cases: crash, idle, op, comparison; --most N: crashes of at
#                 most N vaults; --explain: which items idle and op read and write
#   waterfall     likewise what payment dates, notes and statements cost. Cases: payment_run, op, nav;
#                 --most N: at most N vaults or holders
#   court         likewise what the court costs by its number of jurors; then, unless cases are named, what
#                 it takes to buy a panel, by a model (primitives/court/examples/bribery.rs). Cases: draw,
#                 op; --most N: at most N jurors
#   oracle        likewise what reports cost by the number of feeds and of their feeders, next to
#                 pallet-oracle, what reading a price costs, and what it takes to check the impact of new risk
#                 parameters. Cases: report, reading, impact; --most N: impacts on at most N vaults
#   overhead      likewise what an empty block, a transaction that does nothing, and a transfer take: what
#                 scripts/weights.sh transactions makes the weights of
#   node          what a node does on this machine, which should do nothing else: transfers and vault operations
#                 in full blocks, blocks imported, memory, start-up. Builds first, unless $STRATA_NODE is the
#                 node to measure; then takes ten minutes. Cases: start, throughput, import, memory

# shellcheck source=scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

# json NAME KEY VALUE…: keys and numbers.
json() {
	local line="{\"name\":\"$1\""
	shift
	while [ $# -gt 0 ]; do
		line+=",\"$1\":$2"
		shift 2
	done
	printf '%s}\n' "$line"
}

bytes() {
	[ -f "$1" ] || die "$1 is not there: build first (scripts/run.sh or scripts/test.sh build)"
	stat -c %s "$1"
}

wasm_size() {
	local plain compressed
	plain=$(bytes "$WASM_FOLDER/strata_runtime.compact.wasm")
	compressed=$(bytes "$WASM_FOLDER/strata_runtime.compact.compressed.wasm")
	json wasm-size plain_bytes "$plain" compressed_bytes "$compressed"
}

binary_size() {
	local size
	size=$(bytes "$NODE_BINARY")
	json binary-size bytes "$size"
}

call_weights() { node "$ROOT/scripts/lib/call-weights.mjs" "$ROOT"/pallets/*/src/weights.rs; }

# The wasm that is executed is the one in the example: it must come from the versions that the lock pins.
build_blocks() {
	build_workspace && with_heartbeat cargo_in_root build --release --workspace --locked --example measure --example bribery </dev/null &&
		wasm_lock_is_ours
}

# Measurements in executed blocks: liquidation, waterfall, court or oracle, and what is asked of it.
blocks() {
	local work status=0
	use_pinned_rust || die "Rust $(pinned_rust) is not there"
	work=$(mktemp -d "${TMPDIR:-/tmp}/strata-measure.XXXXXX")
	lock_target >&2
	# What is built goes to where no other run can replace it.
	build_blocks >&2 &&
		cp --reflink=auto "$CARGO_TARGET_DIR/release/examples/"{measure,bribery} "$work/" || status=$?
	unlock_target
	if [ "$status" -eq 0 ]; then
		"$work/measure" "$@" </dev/null | node "$ROOT/scripts/lib/with-weights.mjs" "$ROOT/pallets" || status=$?
	fi
	if [ "$status" -eq 0 ] && [ "$*" = court ]; then
		"$work/bribery" </dev/null || status=$?
	fi
	rm -rf "$work"
	return "$status"
}

# What a node does: the one that is given, or this checkout's.
node_on_this_machine() {
	local work status=0
	work=$(mktemp -d "${TMPDIR:-/tmp}/strata-measure.XXXXXX")
	if [ -n "${STRATA_NODE:-}" ]; then
		[ -x "$STRATA_NODE" ] || die "no node at $STRATA_NODE"
		ln -s "$(realpath "$STRATA_NODE")" "$work/strata-node"
	else
		use_pinned_rust || die "Rust $(pinned_rust) is not there"
		lock_target >&2
		build_workspace >&2 && keep_binaries "$work" || status=$?
		unlock_target
	fi
	[ "$status" -ne 0 ] || node "$ROOT/scripts/measure/node.mjs" "$work/strata-node" "$work" "$@" </dev/null || status=$?
	rm -rf "$work"
	return "$status"
}

case ${1:-} in
liquidation | waterfall | court | oracle | overhead)
	blocks "$@"
	exit
	;;
node)
	node_on_this_machine "${@:2}"
	exit
	;;
-h | --help)
	help_of "${BASH_SOURCE[0]}"
	exit 0
	;;
esac
[ $# -gt 0 ] || set -- wasm-size binary-size call-weights
for name in "$@"; do
	case $name in
	wasm-size | binary-size | call-weights) "${name//-/_}" ;;
	*) die "no measurement $name (see --help)" ;;
	esac
done
