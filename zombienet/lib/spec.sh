#!/usr/bin/env bash
# The specification of a chain, with a tempo that a test can wait for: sessions of 10 slots, and bonds that wait
# for 3 of them. zombienet calls it for the plain specification, and with --raw for the one that nodes start from.
set -euo pipefail

spec=$("$STRATA_NODE" build-spec --chain "$1" --disable-default-bootnode "${@:2}")
if [ "${2:-}" != --raw ]; then
	# As text: amounts may be more than a number that a JSON tool can hold.
	spec=$(sed -E -e 's/("sessionSlots": ?)[0-9]+/\110/' -e 's/("unbondingSessions": ?)[0-9]+/\13/' <<<"$spec")
	for wanted in '"sessionSlots": ?10\b' '"unbondingSessions": ?3\b'; do
		grep -qE "$wanted" <<<"$spec" || { echo "spec.sh: the preset has no tempo to change" >&2; exit 1; }
	done
fi
printf '%s\n' "$spec"
