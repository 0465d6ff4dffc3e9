#!/usr/bin/env bash
# A network is upgraded to the next runtime while transactions keep coming: see upgrades.js for what must hold.
#
#   zombienet/upgrade/upgrade.sh FOLDER     FOLDER takes logs and databases
#
# The next runtime is the file $STRATA_NEXT_RUNTIME; if it is not set, the one that prepare.sh builds.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=${1:?usage: upgrade.sh FOLDER}

"$here/prepare.sh" "$folder"
export STRATA_NEXT_RUNTIME=${STRATA_NEXT_RUNTIME:-$folder.next-runtime.wasm}
exec "$here/../node_modules/.bin/zombienet" --provider native --logType text --dir "$folder" --force \
	test "$here/rehearsal.zndsl"
