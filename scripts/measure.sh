#!/usr/bin/env bash
# Measurements of what is built, one JSON object a line, for comparing over time.
#
#   scripts/measure.sh [NAME…]      default: all
#
#   wasm-size     bytes of the runtime's wasm: as compiled, and compressed as it goes on chain
#   binary-size   bytes of the node
#   call-weights  reads, writes and ref_time of our calls and hooks, database included, from the generated
#                 weights at the largest value of each component

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

case ${1:-} in
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
