#!/usr/bin/env bash
# Runs networks of Strata nodes on this machine and their tests.
#
#   zombienet/run.sh [-j N] [NAME…]    these tests: folders here that hold NAME.zndsl, or NAME.sh
#   zombienet/run.sh [-j N] all        every test; so does no name at all
#
#   -j N   as many networks at the same time; 1 if not given
#
# The node is $STRATA_NODE, or strata-node of the shared target folder; $STRATA_FEEDER, for tests with feeders, is
# the strata-feeder beside it. A test that fails does not end the run. It ends with a table and a line
# `N passed, N failed`. Everything a run starts, it stops, however it ends; its files are removed, but for the logs
# of tests that fail: it says where they are. How a test is made is in docs/networks.md.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/strata/target}
# Longest time a test may take, seconds: the sum of its own bounds is below this. What it needs built is not counted.
limit=${ZOMBIENET_LIMIT:-2700}

say() { printf 'zombienet: %s\n' "$*"; }
die() { printf 'zombienet: %s\n' "$*" >&2; exit 1; }

# What a test is made of: a script for zombienet, or one that starts its nodes itself, below the folder it is given.
script_of() {
	local kind
	for kind in zndsl sh; do
		if [ -f "$here/$1/$1.$kind" ]; then
			printf '%s' "$here/$1/$1.$kind"
			return
		fi
	done
}

jobs=1
names=()
while [ $# -gt 0 ]; do
	case $1 in
	-h | --help)
		sed -n '2,/^set/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
		exit 0
		;;
	-j)
		jobs=${2:-}
		[[ $jobs =~ ^[1-9][0-9]?$ ]] || die "-j needs a number from 1 to 99"
		shift
		;;
	-*) die "unknown option $1 (see --help)" ;;
	*) names+=("$1") ;;
	esac
	shift
done
if [ "${names[*]:-all}" = all ]; then
	names=()
	for folder in "$here"/*/; do
		name=$(basename "$folder")
		[ -z "$(script_of "$name")" ] || names+=("$name")
	done
fi
for name in "${names[@]}"; do
	[ -n "$(script_of "$name")" ] || die "no test $name: there is no $here/$name/$name.zndsl, and no $name.sh"
done

STRATA_NODE=${STRATA_NODE:-$target/release/strata-node}
[ -x "$STRATA_NODE" ] || die "no node at $STRATA_NODE: build it, or set STRATA_NODE"
STRATA_FEEDER=${STRATA_FEEDER:-$(dirname "$STRATA_NODE")/strata-feeder}
export STRATA_ZOMBIENET=$here FORCE_COLOR=0
# zombienet waits for a node by its process and its metrics; `ps` is how it looks.
for tool in node npm ps setsid timeout flock; do
	command -v "$tool" >/dev/null || die "$tool is missing: run scripts/setup.sh"
done

# The packages are installed when the lock says something else than what is there, by one run at a time.
install_packages() (
	exec 8<"$here"
	flock 8
	wanted=$(cksum <"$here/package-lock.json")
	stamp=$here/node_modules/.strata-installed
	[ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || exit 0
	say "installing Node packages"
	cd "$here"
	npm ci --no-audit --no-fund --ignore-scripts 8<&-
	printf '%s' "$wanted" >"$stamp"
)
install_packages

# --- one test, in a shell of its own

session=
work=
# Processes of the test that still live: it has a session of its own.
alive() { ps -o stat= -s "$session" 2>/dev/null | awk '!/^Z/ { live = 1 } END { exit !live }'; }
# Ends the test, nodes included, and waits until it is gone.
stop() {
	[ -n "$session" ] || return 0
	kill -TERM -- "-$session" 2>/dev/null || true
	for _ in $(seq 50); do
		alive || break
		sleep 0.2
	done
	# By number: a process of the session may be in a group of its own.
	! alive || ps -o pid= -s "$session" | xargs -r kill -KILL 2>/dev/null || true
	session=
}
# However the test ends: logs say what happened, databases do not. Who ends the run himself does not ask.
leave_test() {
	trap - EXIT
	trap '' INT TERM HUP
	stop
	[ -n "$work" ] || return 0
	if [ "$result" != FAILED ] || [ -f "$results/interrupted" ]; then
		rm -rf "$work"
	else
		rm -rf "$work"/net/*/data "$work"/net/data
		say "$name: logs are left in $work (output.log, net/*.log)"
	fi
}

# in_session COMMAND…: a session and process group of its own holds the command and all that it spawns, every node.
in_session() {
	local status=0
	setsid "$@" >>"$work/output.log" 2>&1 </dev/null &
	session=$!
	wait "$session" || status=$?
	stop
	return "$status"
}
# Runs the test: its result, and in `figures` what it measured or why not.
perform() {
	local status=0 script command
	: >"$work/output.log"
	script=$(script_of "$name")
	command=("$script" "$work/net")
	[[ $script != *.zndsl ]] || command=("$here/node_modules/.bin/zombienet" --provider native --logType text
		--dir "$work/net" --force test "$script")
	if [ -x "$here/$name/prepare.sh" ] && ! in_session "$here/$name/prepare.sh" "$work/net"; then
		figures="not prepared: $(tail -n 1 "$work/output.log")"
		return
	fi
	in_session timeout --foreground --kill-after=30 "$limit" "${command[@]}" || status=$?
	case $status in
	0)
		result=passed
		figures=$(lines_after '[[:space:]]*figures: ')
		;;
	77)
		result=skipped
		figures=$(tail -n 1 "$work/output.log")
		;;
	124) figures="not done after $limit s" ;;
	*)
		figures=$(lines_after ' Error running script: [^ ]*[[:space:]]*')
		[ -n "$figures" ] || figures=$(plain <"$work/output.log" | awk '/❌|Error:|Error launching/ && !found++')
		[ -n "$figures" ] || figures=$(plain <"$work/output.log" | awk 'NF { last = $0 } END { print last }')
		;;
	esac
}
# What follows a pattern at the head of lines that the test wrote, in one line.
lines_after() {
	plain <"$work/output.log" | awk -v head="^$1" 'sub(head, "") { printf "%s%s", between, $0; between = "; " }'
}
plain() { sed 's/\x1b\[[0-9;]*m//g'; }

# What its assertions and its figures said; how it ended, if it failed before any assertion did.
show() {
	local said
	said=$(plain <"$work/output.log" | grep -E '✅|❌|Result: |Error running script|^[[:space:]]*figures: ' || true)
	[ -z "$said" ] || printf '%s\n' "$said"
	[ "$result" != FAILED ] || [[ $said == *❌* ]] || plain <"$work/output.log" | tail -n 30
}

# run_test NAME FILE: writes into the file how it ended.
run_test() {
	name=$1 result=FAILED figures=
	local started=$SECONDS
	trap leave_test EXIT
	# Ctrl-C is for the run, which tells this shell to end.
	trap '' INT
	trap 'exit 143' TERM HUP
	work=$(mktemp -d "${TMPDIR:-/tmp}/strata-zombienet-$name.XXXXXX")
	say "$name: starting"
	perform
	# zombienet looks for free ports before it starts nodes: somebody else may take one meanwhile.
	if [ "$result" = FAILED ] && grep -qs 'Address already in use' "$work"/net/*.log; then
		say "$name: a port was taken, once more"
		rm -rf "$work/net"
		figures=
		perform
	fi
	# As one piece: other tests speak too.
	printf '%s\n' "$(
		show
		say "$name: $result after $((SECONDS - started)) s"
	)"
	printf '%s\t%s\t%s\n' "$((SECONDS - started))" "$result" "$figures" >"$2"
}

# --- the run

results=$(mktemp -d "${TMPDIR:-/tmp}/strata-zombienet-run.XXXXXX")
# Tests that still run are told to end, and waited for: they clean up.
leave() {
	local status=$? running
	trap - EXIT
	trap '' INT TERM HUP
	mapfile -t running < <(jobs -rp)
	[ ${#running[@]} -eq 0 ] || kill -TERM "${running[@]}" 2>/dev/null || true
	wait
	rm -rf "$results"
	exit "$status"
}
trap leave EXIT
trap 'touch "$results/interrupted"; exit 130' INT
trap 'exit 143' TERM HUP

# A build meanwhile must not change what a test starts next.
say "testing $STRATA_NODE, which says $("$STRATA_NODE" --version)"
cp --reflink=auto "$STRATA_NODE" "$results/strata-node"
STRATA_NODE=$results/strata-node
if [ -x "$STRATA_FEEDER" ]; then
	cp --reflink=auto "$STRATA_FEEDER" "$results/strata-feeder"
	STRATA_FEEDER=$results/strata-feeder
fi
export STRATA_NODE STRATA_FEEDER

# One line for each test; the last says how many passed and failed.
table() {
	local i seconds result figures passed=0 failed=0 skipped=0
	printf '\n%-12s %8s  %-8s %s\n' test seconds result figures
	for i in "${!names[@]}"; do
		seconds='?' result=FAILED figures=
		[ ! -f "$results/$i" ] || IFS=$'\t' read -r seconds result figures <"$results/$i"
		printf '%-12s %8s  %-8s %s\n' "${names[$i]}" "$seconds" "$result" "$figures"
		case $result in
		passed) passed=$((passed + 1)) ;;
		skipped) skipped=$((skipped + 1)) ;;
		*) failed=$((failed + 1)) ;;
		esac
	done
	printf '\n%d passed, %d failed' "$passed" "$failed"
	[ "$skipped" -eq 0 ] || printf ', %d skipped' "$skipped"
	printf '\n'
	[ "$failed" -eq 0 ]
}

# A test that takes the whole machine has a file `alone` in its folder: it waits for the others.
alone=()
for i in "${!names[@]}"; do
	if [ -e "$here/${names[$i]}/alone" ]; then
		alone+=("$i")
		continue
	fi
	while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do wait -n || true; done
	run_test "${names[$i]}" "$results/$i" &
done
wait
for i in "${alone[@]}"; do
	run_test "${names[$i]}" "$results/$i" &
	wait
done
table
