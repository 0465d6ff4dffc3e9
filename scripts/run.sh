#!/usr/bin/env bash
# From a clean clone to a running chain: set-up, build, a development chain, and the main job on it
# (an asset-backed security from origination to the last payment, reconciled to the unit). Then
# the chain stays open: look at it in Polkadot.js Apps; Ctrl-C ends it.
#
#   scripts/run.sh [--once | --chain-only] [--port PORT] [--sealing HOW] [-- ARGUMENT…]
#
#   --once        stop the chain after the main job, do the others (court, governance) each on a chain of its
#                 own, and exit with their status
#   --chain-only  no main job
#   --port PORT   port of the chain's WebSocket (default 9944; with --once any free one if it is taken)
#   --sealing HOW instant, or a number of milliseconds: blocks not by the clock (see strata-node --help)
#   ARGUMENT…     more arguments for strata-node
#
# Everything listens on 127.0.0.1. The chain starts from genesis each time; its files are removed at the end.

# shellcheck source=scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=scripts/lib/chain.sh
source "$ROOT/scripts/lib/chain.sh"
# shellcheck source=scripts/lib/jobs.sh
source "$ROOT/scripts/lib/jobs.sh"

once=
chain_only=
port=
node_arguments=()
while [ $# -gt 0 ]; do
	case $1 in
	--once) once=1 ;;
	--chain-only) chain_only=1 ;;
	--port) port=${2:?--port needs a number} && shift ;;
	--sealing) node_arguments+=(--sealing "${2:?--sealing needs a value}") && shift ;;
	--)
		shift
		node_arguments+=("$@")
		break
		;;
	-h | --help)
		help_of "${BASH_SOURCE[0]}"
		exit 0
		;;
	*) die "unknown argument $1 (see --help)" ;;
	esac
	shift
done
[ -z "$once" ] || [ -z "$chain_only" ] || die "--once and --chain-only exclude each other"

work=$(mktemp -d "${TMPDIR:-/tmp}/strata-run.XXXXXX")
follower=
leave() {
	local status=$?
	trap - EXIT
	[ -z "$follower" ] || kill "$follower" 2>/dev/null || true
	stop_chain
	rm -rf "$work"
	exit "$status"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

choose_port() {
	if [ -z "$port" ]; then
		port=9944
		if port_taken "$port" && [ -n "$once" ]; then port=$(free_port); fi
	fi
	! port_taken "$port" || die "something else listens on port $port: end it, or take another with --port"
}

start() {
	choose_port
	start_chain "$work/strata-node" "$work/chain" "$port" --rpc-cors all "${node_arguments[@]}"
}

stage "set-up" "$ROOT/scripts/setup.sh" || exit 1
use_pinned_rust || die "Rust $(pinned_rust) is not there"
stage "build" build_into "$work" || exit 1
stage "start of the chain" start || exit 1

status=0
if [ -z "$chain_only" ]; then
	stage "main job" told main "$work" || status=$?
	[ "$status" -eq 0 ] || show_chain_log "the main job failed"
fi
if [ -n "$once" ]; then
	stop_chain
	for name in "${JOBS[@]}"; do
		[ "$name" = main ] || stage "job: $name" job "$name" "$work" || status=$?
	done
fi
stage_table
# The last lines of the jobs.
for name in "${JOBS[@]}"; do
	[ ! -f "$work/$name.line" ] || cat "$work/$name.line"
done
if [ -n "$once" ]; then exit "$status"; fi

apps="https://polkadot.js.org/apps/?rpc=ws%3A%2F%2F127.0.0.1%3A$port#/explorer"
printf '\nThe chain is open at ws://127.0.0.1:%s (Ctrl-C ends it). Look at it in Polkadot.js Apps:\n\n  %s\n\n' "$port" "$apps"
tail -n 0 -f "$CHAIN_LOG" &
follower=$!
wait "$CHAIN_PID"
