#!/usr/bin/env bash
# Runs networks of Strata nodes on this machine and their tests.
#
#   zombienet/run.sh [NAME…]     default: every folder here that holds NAME.zndsl
#
# The node is $STRATA_NODE, or strata-node of the shared target folder. Everything a run starts, it
# stops, however it ends; its files are removed, except when it fails: then it says where they are.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/strata/target}
# Longest time a test may take, seconds: the sum of its own bounds is below this.
limit=${ZOMBIENET_LIMIT:-2400}

say() { printf 'zombienet: %s\n' "$*"; }
die() { printf 'zombienet: %s\n' "$*" >&2; exit 1; }

case ${1:-} in -h | --help)
	sed -n '2,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
	exit 0
	;;
esac

STRATA_NODE=${STRATA_NODE:-$target/release/strata-node}
[ -x "$STRATA_NODE" ] || die "no node at $STRATA_NODE: build it, or set STRATA_NODE"
export STRATA_NODE STRATA_ZOMBIENET=$here FORCE_COLOR=0
# zombienet waits for a node by its process and its metrics; `ps` is how it looks.
for tool in node npm ps setsid timeout; do
	command -v "$tool" >/dev/null || die "$tool is missing: run scripts/setup.sh"
done

names=("$@")
if [ ${#names[@]} -eq 0 ]; then
	for test in "$here"/*/*.zndsl; do
		name=$(basename "$(dirname "$test")")
		[ "$(basename "$test")" = "$name.zndsl" ] && names+=("$name")
	done
fi
for name in "${names[@]}"; do
	[ -f "$here/$name/$name.zndsl" ] || die "no test $name: there is no $here/$name/$name.zndsl"
done

# The packages are installed when the lock says something else than what is there.
wanted=$(cksum <"$here/package-lock.json")
stamp=$here/node_modules/.strata-installed
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
	say "installing Node packages"
	(cd "$here" && npm ci --no-audit --no-fund --ignore-scripts)
	printf '%s' "$wanted" >"$stamp"
fi

session=
work=
# Processes of the running test that still live: it has a session of its own.
alive() { ps -o stat= -s "$session" 2>/dev/null | grep -qv '^Z'; }
# Ends the running test, nodes included, and waits until it is gone.
stop() {
	[ -n "$session" ] || return 0
	kill -TERM -- "-$session" 2>/dev/null || true
	for _ in $(seq 50); do
		alive || break
		sleep 0.2
	done
	! alive || kill -KILL -- "-$session" 2>/dev/null || true
	session=
}
leave() {
	status=$?
	trap - EXIT
	stop
	if [ -n "$work" ]; then
		if [ "$status" -eq 0 ]; then
			rm -rf "$work"
		else
			# Logs say what happened; databases do not.
			rm -rf "$work"/net/*/data "$work"/net/data
			say "logs are left in $work (output.log, net/*.log)" >&2
		fi
	fi
	exit "$status"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

for name in "${names[@]}"; do
	started=$SECONDS
	work=$(mktemp -d "${TMPDIR:-/tmp}/strata-zombienet-$name.XXXXXX")
	say "$name: starting ($STRATA_NODE)"
	# A session and process group of its own holds zombienet and every node that it spawns.
	setsid timeout --foreground --kill-after=30 "$limit" \
		"$here/node_modules/.bin/zombienet" --provider native --logType text --dir "$work/net" --force \
		test "$here/$name/$name.zndsl" >"$work/output.log" 2>&1 </dev/null &
	session=$!
	if wait "$session"; then status=0; else status=$?; fi
	stop
	grep -E '✅|❌|Result: |slots by|answered alike|steps of the page' "$work/output.log" | sed 's/\x1b\[[0-9;]*m//g' || true
	if [ "$status" -ne 0 ]; then
		tail -n 60 "$work/output.log" >&2
		[ "$status" -eq 124 ] && say "$name: not done after $limit s" >&2
		say "$name: FAILED after $((SECONDS - started)) s" >&2
		exit 1
	fi
	rm -rf "$work"
	work=
	say "$name: passed in $((SECONDS - started)) s"
done
