# shellcheck shell=bash
# The jobs that show what a development chain does, each on a chain that suits it. Sourced, after chain.sh.

JOBS=(main court governance)

# The arguments of the node for a job: a second a block instead of six for the main job, whose feeders and
# borrowers answer to blocks as they come; the others ask for every block themselves.
job_sealing() {
	case $1 in
	main) printf '%s\n' "--sealing 1000" ;;
	court | governance) printf '%s\n' "--sealing manual" ;;
	*) die "no job $1" ;;
	esac
}

# job_arguments NAME FOLDER: what the program of a job is given beside the chain; binaries are in the folder.
job_arguments() {
	case $1 in
	governance) printf '%s\n' --feeder "$2/strata-feeder" ;;
	esac
}

# demo PROGRAM [ARGUMENT…]: a program of scripts/demos against the chain at $CHAIN_PORT.
demo() { node "$ROOT/scripts/demos/$1" --ws "ws://127.0.0.1:$CHAIN_PORT" "${@:2}" </dev/null; }

# on_chain BINARY FOLDER "NODE ARGUMENTS" COMMAND…: runs the command against a chain of its own, at $CHAIN_PORT.
on_chain() {
	local binary=$1 folder=$2 arguments status=0
	read -r -a arguments <<<"$3"
	shift 3
	start_chain "$binary" "$folder" "$(free_port)" "${arguments[@]}" && "$@" || status=$?
	[ "$status" -eq 0 ] || show_chain_log "$* failed"
	stop_chain
	return "$status"
}

# run_job NAME FOLDER: the program of a job, against the chain that is there.
run_job() {
	local arguments
	mapfile -t arguments < <(job_arguments "$1" "$2")
	demo "$1.mjs" "${arguments[@]}"
}

# job NAME FOLDER: runs a job of JOBS with the node in the folder, against a chain of its own. The line that says
# how it ended is kept back in FOLDER/NAME.line, to be printed last.
job() { on_chain "$2/strata-node" "$2/chain-$1" "$(job_sealing "$1")" told "$@"; }
told() {
	run_job "$1" "$2" | keep_last_line "$2/$1.line"
	return "${PIPESTATUS[0]}"
}
keep_last_line() { awk -v kept="$1" '/^(main job|court|governance): / {print > kept; next} {print; fflush()}'; }

# build_into FOLDER: builds under the lock and keeps the binaries, so that they stay this checkout's.
build_into() {
	lock_target
	build_workspace && keep_binaries "$1"
	local status=$?
	unlock_target
	return "$status"
}
