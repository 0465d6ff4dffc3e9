#!/usr/bin/env bash
# Does the database survive? Kills a node with SIGKILL again and again, at random moments: one that makes blocks fast,
# one that makes and finalises them as on a network (BABE, GRANDPA), one that imports them from a peer. The database
# must open every time, what was final must still be there, the chain must go on and go on to be final, and in the end
# the one that imported must have the state of its peer. Then the commands of docs/operations.md that back a node up
# and restore it; a second node on the same database; a full disk and a read-only disk: these must be refused, or stop
# the node, with a message that says what to do.
#
#   scripts/durability.sh [--node BINARY --maker BINARY] [--only WORD] [ROUNDS]
#
#   --node    the node to run, and
#   --maker   the example `chain` of the runtime, which makes the chain to import; both instead of building them
#   --only    only the cases whose names contain this word
#   ROUNDS    how often each node is killed, but that of BABE and GRANDPA, whose blocks take 6 s, a fifth as often;
#             50 if not given. Fifty take about a quarter of an hour
#
# What needs a mount (full, read-only) is skipped by name where mounting is not allowed.

# shellcheck source=scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=scripts/lib/chain.sh
source "$ROOT/scripts/lib/chain.sh"

# How long the chain is that is imported: a few seconds' work, which many rounds share.
BLOCKS=4096
# Its every so many-th block comes with the proof that it is final (runtime/examples/chain.rs).
PROVED=512

rounds=50
binary=
maker=
only=
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
	--maker)
		maker=${2:?--maker needs a path}
		shift
		;;
	--only)
		only=${2:?--only needs a word}
		shift
		;;
	*[!0-9]* | '' | 0) die "unknown argument $1 (see --help)" ;;
	*) rounds=$1 ;;
	esac
	shift
done

work=$(mktemp -d "${TMPDIR:-/tmp}/strata-durability.XXXXXX")
node_pid=
peer_pid=
mounted=
failed=0
# end_process SIGNAL PID
end_process() {
	[ -n "$2" ] || return 0
	kill "-$1" "$2" 2>/dev/null || true
	wait "$2" 2>/dev/null || true
}
end_node() {
	end_process "$1" "$node_pid"
	node_pid=
}
end_peer() {
	end_process TERM "$peer_pid"
	peer_pid=
}
leave() {
	local status=$?
	trap - EXIT
	end_node KILL
	end_peer
	[ -z "$mounted" ] || umount "$mounted" 2>/dev/null || umount -l "$mounted" || true
	if [ "$status" -eq 0 ]; then rm -rf "$work"; else say "logs are left in $work" >&2; fi
	exit "$status"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

for tool in curl node; do
	command -v "$tool" >/dev/null || die "$tool is missing: run scripts/setup.sh"
done
if [ -z "$binary" ] || [ -z "$maker" ]; then
	use_pinned_rust || die "Rust $(pinned_rust) is not there"
	lock_target
	build_workspace
	with_heartbeat cargo_in_root build --release --workspace --locked --example chain </dev/null
	cp --reflink=auto "$NODE_BINARY" "$work/strata-node"
	cp --reflink=auto "$CARGO_TARGET_DIR/release/examples/chain" "$work/chain"
	unlock_target
	binary=$work/strata-node
	maker=$work/chain
fi
binary=$(realpath "$binary")
maker=$(realpath "$maker")

# On ports of the system's choice, and by itself.
ALONE=(--rpc-port 0 --no-mdns --no-prometheus --no-telemetry)
LOOPBACK=(--listen-addr /ip4/127.0.0.1/tcp/0)

# One specification for all: a node that makes it of a preset needs seconds more to start.
SPEC=$work/spec.json
"$binary" export-chain-spec --chain dev --raw >"$SPEC" || die "no specification"
# How long a node may take to start, on a busy machine.
START=180

# in_background LOG FOLDER ARGUMENT…: a node, as `node_pid`.
in_background() {
	local log=$1 folder=$2
	shift 2
	: >"$log"
	"$binary" --base-path "$folder" "${ALONE[@]}" "$@" >"$log" 2>&1 </dev/null &
	node_pid=$!
}
# author LOG FOLDER [ARGUMENT…]: one that makes blocks and votes for them.
author() { in_background "$1" "$2" "${AUTHOR[@]}" "${LOOPBACK[@]}" "${@:3}"; }
AUTHOR=(--chain "$SPEC" --alice --unsafe-force-node-key-generation)
# run_node LOG FOLDER [ARGUMENT…]: one that makes a block every 200 ms, final at once: a kill hits the middle of a
# write more often than with blocks by the clock.
run_node() { author "$1" "$2" "${SEALING[@]}" "${@:3}"; }
SEALING=(--sealing 200)
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
# look FOLDER: `best` and `final` of a database that no node uses, and their hashes.
look() {
	local said
	said=$("$binary" chain-info --chain "$SPEC" --base-path "$1" 2>>"$work/chain-info.log") || return 1
	field() { sed -n "s/.*\"$1\": *\"*\([0-9a-fx]*\).*/\1/p" <<<"$said"; }
	best=$(field best_number)
	best_hash=$(field best_hash)
	final=$(field finalized_number)
	final_hash=$(field finalized_hash)
	[ -n "$best" ] && [ -n "$final" ]
}
# opens ROUND FOLDER LOG: looks at a database after a kill. It must open, and hold at least `least_best` and
# `least_final`.
opens() {
	if grep -qiE "panicked|corrupt" "$3"; then
		tail -n 20 "$3"
		return 1
	fi
	if ! look "$2"; then
		tail -n 5 "$work/chain-info.log"
		say "round $1: the database does not open"
		return 1
	fi
	if [ "$best" -lt "$least_best" ] || [ "$final" -lt "$least_final" ]; then
		say "round $1: block $least_best was there, final $least_final; now $best, final $final"
		return 1
	fi
}
# pause FROM SPAN: of FROM to FROM + SPAN ms.
pause() {
	local millis=$((RANDOM % $2 + $1))
	sleep "$(printf '%d.%03d' $((millis / 1000)) $((millis % 1000)))"
}
# rpc PORT METHOD [PARAMETERS]
rpc() {
	curl -sS --max-time 10 -H 'Content-Type: application/json' \
		--data "{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"$2\",\"params\":[${3-}]}" "http://127.0.0.1:$1"
}
# port LOG SECONDS: where a node serves RPC, once it does.
port() {
	says "$1" "$2" "Running JSON-RPC server" && sed -n 's/.*JSON-RPC server: addr=127.0.0.1:\([0-9]*\).*/\1/p' "$1"
}
# best_of PORT [HASH]: the best block of a running node, or the number of that with this hash.
best_of() {
	printf '%d\n' "$(rpc "$1" chain_getHeader "${2:+\"$2\"}" | sed -n 's/.*"number":"\(0x[0-9a-f]*\)".*/\1/p')"
}
# final_of PORT: its final block; 0 if it does not answer.
final_of() {
	local hash
	hash=$(rpc "$1" chain_getFinalizedHead | sed -n 's/.*"result":"\(0x[0-9a-f]*\)".*/\1/p')
	best_of "$1" "${hash:-0x}"
}
check() {
	local name=$1 status=0 started=$SECONDS
	shift
	[[ $name == *"$only"* ]] || return 0
	"$@" || status=$?
	case $status in
	0) say "ok       $name ($((SECONDS - started)) s)" ;;
	77) say "skipped  $name: $skipped" ;;
	*)
		say "FAILED   $name"
		failed=$((failed + 1))
		# The next case begins with nothing running.
		end_node KILL
		end_peer
		;;
	esac
}

# keeps LOG BLOCK HASH: whether the running node has this block.
keeps() {
	local at
	at=$(port "$1" "$START") && rpc "$at" chain_getBlockHash "$2" | grep -q "$3"
}
# finalises_after LOG BLOCK: waits until the running node has made a later one final.
finalises_after() {
	local at end=$((SECONDS + START))
	at=$(port "$1" "$START") || return 1
	until [ "$(final_of "$at")" -gt "$2" ]; do
		kill -0 "$node_pid" 2>/dev/null && [ $SECONDS -lt $end ] || return 1
		sleep 0.5
	done
}
# killed_while_it_makes_blocks NAME ROUNDS SPAN [ARGUMENT…]: an author that is given these arguments. It is killed
# within SPAN ms, in which it makes a block or more.
killed_while_it_makes_blocks() {
	local folder=$work/$1 rounds=$2 span=$3 round log best final best_hash final_hash
	local least_best=0 least_final=0 kept=
	shift 3
	for round in $(seq "$rounds"); do
		log=$folder-$round.log
		author "$log" "$folder" "$@"
		if [ "$round" -gt 1 ] && ! keeps "$log" "$least_final" "$kept"; then
			tail -n 20 "$log"
			say "round $round: $kept, which was final, is not block $least_final any more"
			return 1
		fi
		if ! says "$log" "$START" "Imported #|🏆"; then
			tail -n 20 "$log"
			say "round $round: no block"
			return 1
		fi
		# That block is written by then; at any point of a later one, or of the votes for it.
		pause 300 "$span"
		end_node KILL
		opens "$round" "$folder" "$log" || return 1
		if [ "$round" -gt 1 ] && [ "$best" -le "$least_best" ]; then
			say "round $round: the chain did not go on from block $least_best"
			return 1
		fi
		least_best=$best
		least_final=$final
		kept=$final_hash
		rm -f "$log"
	done
	say "         $rounds kills; block $best, final $final"
	# It goes on: a block that was made after all kills is final.
	log=$folder-last.log
	author "$log" "$folder" "$@"
	if ! keeps "$log" "$least_final" "$kept" || ! finalises_after "$log" "$least_best"; then
		tail -n 20 "$log"
		say "after $rounds kills: no block after $least_best is final, or block $least_final is another one"
		return 1
	fi
	end_node TERM
	opens last "$folder" "$log" || return 1
	# All of it is still there: every block can be read.
	"$binary" export-blocks --chain "$SPEC" --base-path "$folder" --from 1 --to "$final" --binary "$work/blocks" \
		>>"$work/export.log" 2>&1
	[ -s "$work/blocks" ]
}

# A chain of the past, in the folder of a node that gives it to others.
make_peer() {
	[ ! -e "$work/chain.bin" ] || return 0
	if ! "$maker" "$SPEC" "$BLOCKS" "$work/chain.bin" >/dev/null || ! "$binary" import-blocks --chain "$SPEC" \
		--base-path "$work/peer" --binary "$work/chain.bin" >"$work/import.log" 2>&1; then
		tail -n 5 "$work/import.log"
		say "the chain is not imported: are node and maker of the same sources?"
		return 1
	fi
}
# Starts a validator that has it, and no more, and goes on with it as a network does: at a chain that stands still, who
# is killed between its last block and the finality of that would wait for ever. The validator's address is in `peer`,
# its RPC port in `peer_port`.
start_peer() {
	local listen log=$work/peer.log
	rm -rf "$work/source"
	cp -R --reflink=auto "$work/peer" "$work/source"
	listen=/ip4/127.0.0.1/tcp/$(free_port)
	in_background "$log" "$work/source" "${AUTHOR[@]}" --listen-addr "$listen"
	peer_pid=$node_pid
	node_pid=
	peer_port=$(node_pid=$peer_pid port "$log" "$START") || return 1
	peer=$listen/p2p/$(sed -n 's/.*Local node identity is: \(\w*\).*/\1/p' "$log")
}

# imports LOG FOLDER: a node that gets the peer's chain; its RPC port is in `follower`.
imports() {
	in_background "$1" "$2" --chain "$SPEC" "${LOOPBACK[@]}" --bootnodes "$peer"
	follower=$(port "$1" "$START")
}
# reaches BLOCK SECONDS: whether it gets that far.
reaches() {
	local end=$((SECONDS + $2))
	until [ "$(best_of "$follower")" -ge "$1" ]; do
		kill -0 "$node_pid" 2>/dev/null && [ $SECONDS -lt $end ] || return 1
		sleep 0.05
	done
}
# Lets an import come to its end: a block that the peer has made since is final, the last one of the past is the
# peer's, and so is its state, entry by entry.
ends_like_its_peer() {
	local folder=$1 log=$work/last.log
	if ! imports "$log" "$folder" || ! finalises_after "$log" "$BLOCKS"; then
		tail -n 20 "$log"
		say "no block after $BLOCKS is final: the last final one is $(final_of "$follower")"
		return 1
	fi
	if ! keeps "$log" "$BLOCKS" "$peer_hash"; then
		say "block $BLOCKS is not the peer's"
		return 1
	fi
	end_node TERM
	look "$folder" || return 1
	if [ "$final" -le "$BLOCKS" ]; then
		say "more than $BLOCKS blocks were final, and after an orderly end $final are"
		return 1
	fi
	"$binary" export-state --chain "$SPEC" --base-path "$folder" "$BLOCKS" >"$work/state" 2>>"$work/export.log"
	cmp "$work/state" "$work/peer-state"
}
killed_while_it_imports() {
	local folder=$work/imports round log best final best_hash final_hash peer peer_port peer_hash follower
	local least_best=0 least_final=0 passes=0 behind=0
	make_peer && look "$work/peer" || return 1
	peer_hash=$best_hash
	"$binary" export-state --chain "$SPEC" --base-path "$work/peer" "$BLOCKS" >"$work/peer-state" 2>>"$work/export.log"
	start_peer || return 1
	for round in $(seq "$rounds"); do
		log=$work/imports-$round.log
		if ! imports "$log" "$folder" || ! reaches $((least_best + 1)) "$START"; then
			tail -n 20 "$log"
			say "round $round: nothing is imported after block $least_best"
			return 1
		fi
		pause 0 1000
		end_node KILL
		opens "$round" "$folder" "$log" && is_final_as_proved "$round" || return 1
		if ! rpc "$peer_port" chain_getBlockHash "$final" | grep -q "$final_hash"; then
			say "round $round: $final_hash is final, but not block $final of the peer"
			return 1
		fi
		[ $((best / PROVED * PROVED)) -le "$final" ] || behind=$((behind + 1))
		least_best=$best
		least_final=$final
		# Killed at its end: the next one begins anew, of a peer that has not gone on, so that no state is pruned before it is
		# compared.
		if [ "$best" -ge "$BLOCKS" ]; then
			ends_like_its_peer "$folder" || return 1
			rm -rf "$folder"
			passes=$((passes + 1))
			least_best=0
			least_final=0
			end_peer
			start_peer || return 1
		fi
		rm -f "$log"
	done
	if [ -e "$folder" ]; then
		ends_like_its_peer "$folder" || return 1
		passes=$((passes + 1))
	fi
	end_peer
	say "         $rounds kills in $passes imports of $BLOCKS blocks, each with the peer's state in the end;"
	say "         after $behind of them a block was there whose proof of finality was lost"
}
# is_final_as_proved ROUND: whether the database has final what came with a proof since the last kill. A kill may take
# away the finality of its last block, which is written after the block, but of none before that.
is_final_as_proved() {
	local proved=$(((best - 1) / PROVED * PROVED))
	if [ "$proved" -gt "$least_best" ] && [ "$final" -lt "$proved" ]; then
		say "round $1: blocks up to $best are there, and $proved came with a proof, but only $final is final"
		return 1
	fi
}

# The commands of docs/operations.md, as they are written there: what stands under `<!-- step: NAME -->`.
step() {
	awk -v mark="<!-- step: $1 -->" '$0 == mark {on = 1} on && /^```$/ {exit} shown {print} on && /^```sh$/ {shown = 1}' \
		"$ROOT/docs/operations.md"
}
# Before them: the service manager of the page, and what becomes or belongs to a user that is not there.
stand_ins() {
	cat <<'END'
set -euo pipefail
pid=
trap '[ -z "$pid" ] || kill -KILL "$pid"' EXIT
systemctl() {
	if [ "$1" = stop ]; then
		kill -TERM "$pid" && wait "$pid"
		pid=
		return
	fi
	strata-node --chain "$SPEC" --base-path "$BASE" $OPTIONS >"$BASE.log" 2>&1 </dev/null &
	pid=$!
	for _ in $(seq 1800); do
		! grep -q "Running JSON-RPC server" "$BASE.log" || return 0
		sleep 0.1
	done
	return 1
}
chown() { :; }
runuser() {
	[ "$1 $2 $3" = "-u strata --" ] || return 1
	shift 3
	"$@"
}
systemctl start strata-node
END
}
backed_up_and_restored() {
	local name best final best_hash final_hash before
	if ! command -v zstd >/dev/null; then
		skipped="zstd is missing"
		return 77
	fi
	make_peer && look "$work/peer" || return 1
	before="$best $final $best_hash"
	mkdir -p "$work/bin" "$work/backups"
	ln -sf "$binary" "$work/bin/strata-node"
	{
		stand_ins
		for name in backup restore stop export; do
			[ -n "$(step "$name")" ] || die "docs/operations.md has no step $name"
			step "$name"
		done
	} >"$work/steps.sh"
	if ! PATH=$work/bin:$PATH SPEC=$SPEC BASE=$work/peer BACKUPS=$work/backups NEW=$work/new \
		OPTIONS="${ALONE[*]} ${LOOPBACK[*]}" bash "$work/steps.sh" >"$work/steps.log" 2>&1 </dev/null; then
		tail -n 20 "$work/steps.log"
		return 1
	fi
	for name in peer new; do
		look "$work/$name"
		if [ "$best $final $best_hash" != "$before" ]; then
			say "$name: $best $final $best_hash instead of $before"
			return 1
		fi
	done
	[ -d "$work/peer/chains.old" ]
}

two_on_one_database() {
	local folder=$work/two log=$work/two-first.log second=$work/two-second.log code=0
	run_node "$log" "$folder"
	says "$log" "$START" "Running JSON-RPC server" || return 1
	timeout "$START" "$binary" "${AUTHOR[@]}" "${SEALING[@]}" --base-path "$folder" "${ALONE[@]}" "${LOOPBACK[@]}" \
		>"$second" 2>&1 </dev/null || code=$?
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
	if ! says "$log" "$START" "Imported #|🏆"; then
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
		says "$log.again" "$START" "Imported #|🏆" || status=1
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
	says "$log" "$START" "Imported #|🏆" || status=1
	end_node TERM
	mount -o remount,ro "$folder"
	run_node "$log" "$folder/data"
	if ! ends_within "$START" || [ "$code" -eq 0 ] || ! grep -qiE "read-only" "$log"; then
		tail -n 10 "$log"
		status=1
	else
		grep -aoE "Error: .*" "$log" | head -n 1 | sed 's/^/         /'
	fi
	unmount_after KILL
	return "$status"
}

# A slot of 6 s: the kill may come at any point of one.
few=$(((rounds + 4) / 5))
check "killed $rounds times while it makes blocks" killed_while_it_makes_blocks seals "$rounds" 1000 "${SEALING[@]}"
check "killed $few times while BABE makes blocks and GRANDPA votes" killed_while_it_makes_blocks votes "$few" 6000
check "killed $rounds times while it imports" killed_while_it_imports
check "backed up and restored" backed_up_and_restored
check "two nodes on one database" two_on_one_database
check "disk almost full" almost_full
check "disk full, --min-free-disk 0" really_full
check "disk read-only" read_only
[ "$failed" -eq 0 ]
