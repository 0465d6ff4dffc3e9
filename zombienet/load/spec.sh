#!/usr/bin/env bash
# The specification of a chain with funded senders. zombienet calls it for the plain specification, and with --raw
# for the one that nodes start from.
set -euo pipefail

specify() { "$STRATA_NODE" build-spec --chain "$1" --disable-default-bootnode "${@:2}"; }
if [ "${2:-}" = --raw ]; then
	specify "$@"
else
	# 4,000 send transfers, 400 have vaults: load/loads.js.
	specify "$@" | node "$STRATA_ZOMBIENET/lib/genesis.js" 4400
fi
