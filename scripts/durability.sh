#!/usr/bin/env bash
# Does the database survive? Kills a development chain with SIGKILL while it makes blocks, again and again:
# the database must open every time, what was final must still be there, and the chain must go on. Then a
# second node on the same database, a full disk and a read-only disk: each must be refused, or stop the node,
# with a message that says what to do.
#
#   scripts/durability.sh [--node BINARY] [ROUNDS]
#
#   --node    the node to run, instead of building it
#   ROUNDS    how often it is killed; 50 if not given
#
# What needs a mount (full, read-only) is skipped by name where mounting is not allowed.

# shellcheck source=scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

rounds=50
binary=
while [ $# -gt 0 ]; do
	case $1 in
	-h | --help)
		help_of "${BASH_SOURCE[0]}"
		exit 0
		;;
	--node)
		binary=${2:?--node needs a path}
		shift
		;;
	*[!0-9]* | '' | 0) die "unknown argument $1 (see --help)" ;;
	*) rounds=$1 ;;
	esac
	shift
done

work=$(mktemp -d "${TMPDIR:-/tmp}/strata-durability.XXXXXX")
node_pid=
mounted=
failed=0
end_node() {
	[ -n "$node_pid" ] || return 0
	kill "-$1" "$node_pid" 2>/dev/null || true
	wait "$node_pid" 2>/dev/null || true
	node_pid=
}
leave() {
	local status=$?
	trap - EXIT
	end_node KILL
	[ -z "$mounted" ] || umount "$mounted" 2>/dev/null || umount -l "$mounted" || true
	if [ "$status" -eq 0 ]; then rm -rf "$work"; else say "logs are left in $work" >&2; fi
	exit "$status"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

if [ -z "$binary" ]; then
	use_pinned_rust || die "Rust $(pinned_rust) is not there"
	lock_target
	with_heartbeat cargo_in_root build --release --locked -p strata-node </dev/null
	cp --reflink=auto "$NODE_BINARY" "$work/strata-node"
	unlock_target
	binary=$work/strata-node
fi
binary=$(realpath "$binary")

# run_node LOG FOLDER [ARGUMENT…]: in the background, on ports of the system's choice. A block every 200 ms,
# final at once: a kill hits the middle of a write more often than with blocks by the clock.
run_node() {
	local log=$1 folder=$2
	shift 2
	: >"$log"
	"$binary" --dev --sealing 200 --base-path "$folder" --listen-addr /ip4/127.0.0.1/tcp/0 \
		--rpc-port 0 --no-mdns --no-prometheus --no-telemetry "$@" >"$log" 2>&1 </dev/null &
	node_pid=$!
}
# ends_within SECONDS: whether the node ends by itself; its exit code is in `code`.
ends_within() {
	local end=$((SECONDS + $1))
	while kill -0 "$node_pid" 2>/dev/null; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.2
	done
	code=0
	wait "$node_pid" || code=$?
	node_pid=
}
# says LOG SECONDS PATTERN: waits for a line.
says() {
	local end=$((SECONDS + $2))
	until grep -qE -- "$3" "$1"; do
		kill -0 "$node_pid" 2>/dev/null || return 1
		[ $SECONDS -lt $end ] || return 1
		sleep 0.1
	done
}
# field FOLDER NAME: best_number or finalized_number of a database that no node uses.
field() {
	"$binary" chain-info --dev --base-path "$1" 2>>"$work/chain-info.log" | sed -n "s/.*\"$2\": *\([0-9]*\).*/\1/p"
}
check() {
	local name=$1 status=0
	shift
	"$@" || status=$?
	case $status in
	0) say "ok       $name" ;;
	77) say "skipped  $name: $skipped" ;;
	*)
		say "FAILED   $name"
		failed=$((failed + 1))
		;;
	esac
}

killed_again_and_again() {
	local folder=$work/killed best=0 final=0 now round log millis
	for round in $(seq "$rounds"); do
		log=$work/killed-$round.log
		run_node "$log" "$folder"
		if ! says "$log" 60 "Imported #|🏆"; then
			tail -n 20 "$log"
			say "round $round: no block"
			return 1
		fi
		# After a few blocks more, at any point of one: 0.4 to 1.4 s.
		sleep "$(printf '%d.%03d' $((millis = RANDOM % 1000 + 400, millis / 1000)) $((millis % 1000)))"
		end_node KILL
		if grep -qiE "panicked|corrupt" "$log"; then
			tail -n 20 "$log"
			return 1
		fi
		now=$(field "$folder" best_number)
		if [ -z "$now" ]; then
			tail -n 5 "$work/chain-info.log"
			say "round $round: the database does not open"
			return 1
		fi
		if [ "$now" -lt "$best" ] || [ "$(field "$folder" finalized_number)" -lt "$final" ]; then
			say "round $round: block $best was there, final $final; now $now"
			return 1
		fi
		if [ "$round" -gt 1 ] && [ "$now" -le "$best" ]; then
			say "round $round: the chain did not go on from block $best"
			return 1
		fi
		best=$now
		final=$(field "$folder" finalized_number)
		rm -f "$log"
	done
	say "         $rounds kills; block $best, final $final"
	# All of it is still there: every block can be read.
	"$binary" export-blocks --dev --base-path "$folder" --from 1 --to "$final" --binary "$work/blocks" \
		>>"$work/export.log" 2>&1
	[ -s "$work/blocks" ]
}

two_on_one_database() {
	local folder=$work/two log=$work/two-first.log second=$work/two-second.log code=0
	run_node "$log" "$folder"
	says "$log" 60 "Running JSON-RPC server" || return 1
	timeout 60 "$binary" --dev --sealing 200 --base-path "$folder" \
		--listen-addr /ip4/127.0.0.1/tcp/0 --rpc-port 0 --no-mdns \
		--no-prometheus --no-telemetry >"$second" 2>&1 </dev/null || code=$?
	if [ "$code" -ne 1 ] || ! grep -q "is used by another process" "$second"; then
		tail -n 5 "$second"
		return 1
	fi
	grep -o "Error: the database in .*" "$second" | sed 's/^/         /'
	# The first one did not notice.
	kill -0 "$node_pid" && end_node TERM
}

# A small file system of its own; 77 if this user or machine may not mount one.
mount_small() {
	local folder=$1 size=$2
	mkdir -p "$folder"
	if ! mount -t tmpfs -o "size=$size" tmpfs "$folder" 2>>"$work/mount.log"; then
		skipped="mounting is not allowed here"
		return 77
	fi
	mounted=$folder
}
unmount() {
	umount "$mounted"
	mounted=
}

# full NAME LEAST LEFT EXPECTED: fills the disk under a running node that stops below LEAST MiB, but for LEFT
# MiB. It must end by itself as EXPECTED says, and go on when there is room again.
full() {
	local name=$1 least=$2 left=$3 expected=$4 folder=$work/$1 log=$work/$1.log status=0 free
	mount_small "$folder" 1200m || return
	run_node "$log" "$folder/data" --min-free-disk "$least"
	if ! says "$log" 60 "Imported #|🏆"; then
		tail -n 10 "$log"
		unmount_after KILL
		return 1
	fi
	free=$(df --output=avail -BM "$folder" | sed -n '2s/[^0-9]//gp')
	dd if=/dev/zero of="$folder/filler" bs=1M count=$((free - left)) 2>/dev/null || true
	if ! ends_within 180 || ! "$expected" "$log"; then
		tail -n 10 "$log"
		status=1
	else
		# With room again it opens and goes on.
		rm "$folder/filler"
		run_node "$log.again" "$folder/data" --min-free-disk "$least"
		says "$log.again" 60 "Imported #|🏆" || status=1
	fi
	unmount_after TERM
	return "$status"
}
unmount_after() {
	end_node "$1"
	unmount
}
stopped_in_order() {
	[ "$code" -eq 1 ] && grep -aoE "the disk is almost full: .* Make room" "$1" | head -n 1 | sed 's/^/         /'
}
# The database writes through memory maps too: there a full disk is the signal SIGBUS, and nobody can say more.
ended_at_once() {
	if [ "$code" -eq 135 ]; then
		say "         ended by SIGBUS"
	else
		[ "$code" -ne 0 ] && grep -aoE "the database .* the disk is full" "$1" | head -n 1 | sed 's/^/         /'
	fi
}
almost_full() { full almost-full 256 100 stopped_in_order; }
really_full() { full full 0 0 ended_at_once; }

read_only() {
	local folder=$work/read-only log=$work/read-only.log status=0
	mount_small "$folder" 1200m || return
	run_node "$log" "$folder/data"
	says "$log" 60 "Imported #|🏆" || status=1
	end_node TERM
	mount -o remount,ro "$folder"
	run_node "$log" "$folder/data"
	if ! ends_within 60 || [ "$code" -eq 0 ] || ! grep -qiE "read-only" "$log"; then
		tail -n 10 "$log"
		status=1
	else
		grep -aoE "Error: .*" "$log" | head -n 1 | sed 's/^/         /'
	fi
	unmount_after KILL
	return "$status"
}

check "killed $rounds times while it makes blocks" killed_again_and_again
check "two nodes on one database" two_on_one_database
check "disk almost full" almost_full
check "disk full, --min-free-disk 0" really_full
check "disk read-only" read_only
[ "$failed" -eq 0 ]
