#!/usr/bin/env bash
# A network is upgraded to the next runtime while transactions keep coming: see upgrades.js for what must hold.
#
#   zombienet/upgrade/upgrade.sh FOLDER     FOLDER takes logs and databases
#
# The next runtime is the file $STRATA_NEXT_RUNTIME. If it is not set, it is built before the network starts: some
# minutes, and as many as the whole workspace takes if that is not built yet.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=${1:?usage: upgrade.sh FOLDER}

if [ -z "${STRATA_NEXT_RUNTIME:-}" ]; then
	export STRATA_NEXT_RUNTIME=$folder.next-runtime.wasm
	"$here/../../scripts/next-runtime.sh" "$STRATA_NEXT_RUNTIME"
fi
exec "$here/../node_modules/.bin/zombienet" --provider native --logType text --dir "$folder" --force \
	test "$here/rehearsal.zndsl"
