#!/usr/bin/env bash
# Cuts a network of four validators in two, really, and joins it again: see halves.js for what must hold.
#
#   zombienet/partition/partition.sh FOLDER     FOLDER takes logs and databases
#
# zombienet's own nodes share one loopback, which cannot be cut: these live in network namespaces. All of them, and
# all processes, are in namespaces that end with this process, so that nothing is left however it ends, and nothing
# outside is touched. It takes root, or a machine where anybody may make user namespaces; without, it ends with 77.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=${1:?usage: partition.sh FOLDER}
say() { printf 'partition: %s\n' "$*" >&2; }

# Where Debian keeps what an administrator runs.
PATH=$PATH:/usr/sbin:/sbin
for tool in ip unshare nsenter node "${STRATA_NODE:?is not set: the path of the node}"; do
	if ! command -v "$tool" >/dev/null; then
		say "$tool is missing: run scripts/setup.sh --tests"
		exit 1
	fi
done

apart=(unshare --net --mount --pid --fork --kill-child --mount-proc)
[ "$(id -u)" -eq 0 ] || apart+=(--user --map-root-user)
if ! "${apart[@]}" bash -c 'ip link add probe type bridge && ip link add one type veth peer name other'; then
	say "this machine makes no network namespaces for us: be root, or allow user namespaces"
	exit 77
fi
mkdir -p "$folder"
exec "${apart[@]}" node "$here/halves.js" "$folder"
