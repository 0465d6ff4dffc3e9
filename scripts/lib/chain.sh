# shellcheck shell=bash
# One development chain of this machine: start, wait until it makes blocks, stop. Sourced, after common.sh.
# It listens on 127.0.0.1 only, and keeps its database in the folder it is given. It serves metrics if it is given
# --prometheus-port.

CHAIN_PID=
CHAIN_PORT=
CHAIN_LOG=

# Whether something listens on this port already: the node would quietly take another one.
port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() {
	node -e 'const s = require("net").createServer(); s.listen(0, "127.0.0.1", () => {
		console.log(s.address().port); s.close(); })'
}

# start_chain BINARY FOLDER PORT [ARGUMENT…]
start_chain() {
	local binary=$1 folder=$2 metrics=(--no-prometheus)
	CHAIN_PORT=$3
	shift 3
	case " $* " in
	*" --prometheus-port "*) metrics=() ;;
	esac
	CHAIN_LOG=$folder/node.log
	mkdir -p "$folder/data"
	# Descriptor 9 is the lock: a node must not hold it.
	"$binary" --dev --base-path "$folder/data" --rpc-port "$CHAIN_PORT" \
		--listen-addr /ip4/127.0.0.1/tcp/0 --no-mdns --no-telemetry "${metrics[@]}" "$@" \
		>"$CHAIN_LOG" 2>&1 </dev/null 9>&- &
	CHAIN_PID=$!
	# Sealed on demand there is no block until somebody asks for one.
	case " $* " in
	*" --sealing instant "* | *" --sealing manual "*) wait_for_block 0 ;;
	*) wait_for_block 1 ;;
	esac
}

# Until the chain has made the block of this number, or two minutes.
wait_for_block() {
	local end=$((SECONDS + 120))
	until node "$ROOT/scripts/lib/has-block.mjs" "$CHAIN_PORT" "$1" 2>/dev/null; do
		if ! kill -0 "$CHAIN_PID" 2>/dev/null; then
			show_chain_log "the node ended"
			return 1
		fi
		if [ $SECONDS -ge $end ]; then
			show_chain_log "no block $1 within two minutes"
			return 1
		fi
		sleep 1
	done
}

show_chain_log() {
	say "$1; the end of $CHAIN_LOG:" >&2
	tail -n 30 "$CHAIN_LOG" >&2
}

stop_chain() {
	[ -n "$CHAIN_PID" ] || return 0
	kill -TERM "$CHAIN_PID" 2>/dev/null || true
	local i
	for i in $(seq 100); do
		kill -0 "$CHAIN_PID" 2>/dev/null || break
		[ "$i" -lt 100 ] || kill -KILL "$CHAIN_PID" 2>/dev/null || true
		sleep 0.1
	done
	wait "$CHAIN_PID" 2>/dev/null || true
	CHAIN_PID=
}
