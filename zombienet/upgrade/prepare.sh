#!/usr/bin/env bash
# Builds what the network is upgraded to: some minutes, and as many as the whole workspace takes if that is not built
# yet. zombienet/run.sh does it before the time of the test begins.
#
#   zombienet/upgrade/prepare.sh FOLDER     writes FOLDER.next-runtime.wasm, unless it is there, or
#                                           $STRATA_NEXT_RUNTIME is another one
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
written=${1:?usage: prepare.sh FOLDER}.next-runtime.wasm

[ -z "${STRATA_NEXT_RUNTIME:-}" ] || exit 0
[ -s "$written" ] || exec "$here/../../scripts/next-runtime.sh" "$written"
