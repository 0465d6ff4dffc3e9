#!/usr/bin/env bash
# All that must hold before a change lands, from a clean clone: set-up, format, dependency rules, build, tests,
# the node asked by a client, the main job, the court and governance, the first two sabotaged too, lints,
# documentation, a network of nodes.
#
#   scripts/test.sh [STAGE…]     only the stages whose names contain one of these words
#
# It goes on after a failure, so that one run shows all that is wrong, and ends with a table of the stages
# and a line `N passed, N failed`: tests of Rust and Node.js, and stages.

# shellcheck source=scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=scripts/lib/chain.sh
source "$ROOT/scripts/lib/chain.sh"
# shellcheck source=scripts/lib/jobs.sh
source "$ROOT/scripts/lib/jobs.sh"

case ${1:-} in
-h | --help)
	help_of "${BASH_SOURCE[0]}"
	exit 0
	;;
esac
only=("$@")

work=$(mktemp -d "${TMPDIR:-/tmp}/strata-test.XXXXXX")
leave() {
	local status=$?
	trap - EXIT
	stop_chain
	if [ "$stages_failed" -eq 0 ]; then
		rm -rf "$work"
	else
		rm -rf "$work"/chain*/data "$work"/strata-{node,feeder}
		say "logs are left in $work" >&2
	fi
	exit "$status"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

wanted() {
	local word
	[ ${#only[@]} -gt 0 ] || return 0
	for word in "${only[@]}"; do [[ $1 != *"$word"* ]] || return 0; done
	return 1
}
# A stage that was asked for; a failure is remembered and the run goes on.
run_stage() {
	if wanted "$1"; then stage "$@" || true; fi
}
# A stage that needs the node of this checkout: built now, whatever stages were asked for.
run_node_stage() {
	wanted "$1" || return 0
	[ -n "$built" ] || build_once
	if [ -x "$work/strata-node" ]; then stage "$@" || true; else skip_stage "$1" "there is no node"; fi
}
built=
build_once() {
	built=1
	stage "build" build || true
}

# --- format and dependencies

rust_format() {
	cargo_in_root fmt --all --check && cargo_in_root fmt --manifest-path tools/benchmark/Cargo.toml --check
}

toml_format() (
	cd "$ROOT" && scripts/tools/node_modules/.bin/taplo fmt --check --diff
)

sdk_line() (
	cd "$ROOT" && node scripts/lib/check-lock.mjs Cargo.lock tools/benchmark/Cargo.lock
)

dependency_rules() (
	cd "$ROOT" && "$CARGO_DENY" --offline --locked check --hide-inclusion-graph bans licenses sources
)

# --- build

# The wasm inside the node must come from the versions that the lock pins.
build() { build_workspace && wasm_lock_is_ours && keep_binaries "$work"; }

# --- tests

rust_tests() {
	with_heartbeat cargo_in_root test --release --workspace --locked --no-fail-fast </dev/null 2>&1 |
		tee "$work/rust-tests.log"
	return "${PIPESTATUS[0]}"
}

node_tests() {
	(cd "$ROOT/scripts/demos" && node --test test/) </dev/null 2>&1 | tee "$work/node-tests.log"
	return "${PIPESTATUS[0]}"
}

# --- the node

# at NAME "NODE ARGUMENTS" COMMAND…: runs the command against a chain of its own.
at() { on_chain "$work/strata-node" "$work/chain-$1" "${@:2}"; }

client_check() { at client "" demo check.mjs; }

# A job on a chain of its own.
whole_job() { at "$1" "$(job_sealing "$1")" run_job "$1" "$work"; }

# The main job, and what its node says of the deal meanwhile: a deal is on the page of metrics from its closing to its
# end. All that operators are told of must be there at one time, read by the same check as by hand.
main_job() {
	local port
	port=$(free_port)
	at main "$(job_sealing main) --prometheus-port $port --chain-metrics-interval 2" \
		job_with_metrics "http://127.0.0.1:$port/metrics"
}
job_with_metrics() {
	local said=$work/metrics.log watch status=0
	page_gets_whole "$1" "$said" </dev/null 9>&- &
	watch=$!
	run_job main "$work" || status=$?
	! jobs -rp | grep -qx "$watch" || kill "$watch"
	if ! wait "$watch"; then
		tail -n 3 "$said"
		say "the page of metrics has never had all that is documented"
		[ "$status" -ne 0 ] || status=1
	elif curl -fsS --max-time 10 "$1" | grep '^strata_metrics_errors_total'; then
		say "the runtime did not answer all that metrics are made of"
		[ "$status" -ne 0 ] || status=1
	else
		tail -n 2 "$said"
	fi
	return "$status"
}
# page_gets_whole PAGE LOG: looks at it again and again, as long as the chain runs.
page_gets_whole() {
	until "$ROOT/scripts/check-operations.sh" --only-page "$1" >"$2" 2>&1; do
		kill -0 "$CHAIN_PID" 2>/dev/null || return 1
		sleep 3
	done
}

# sabotaged_job NAME [ARGUMENT…]: proves that a job's reconciliation notices one missing unit: it must fail, and for
# that reason (3), at the two accounts between which the unit went and at no other.
sabotaged_job() {
	local output=$work/sabotage-$1.log status=0
	demo "$1.mjs" --sabotage "${@:2}" >"$output" 2>&1 || status=$?
	tail -n 5 "$output"
	case $status in
	3) ;;
	0) say "the job succeeded although a unit was taken from it" && return 1 ;;
	*) say "the job failed with $status, but not over the missing unit" && return 1 ;;
	esac
	grep -Eq 'FAILED: 2 (places|things) differ' "$output" || { say "more differs than the missing unit" && return 1; }
}
sabotage() { at "sabotage-$1" "$(job_sealing "$1")" sabotaged_job "$@"; }

network() {
	STRATA_NODE=$work/strata-node STRATA_FEEDER=$work/strata-feeder "$ROOT/zombienet/run.sh" smoke kill-one lifecycle 9>&-
}

# --- lints and documentation

# The build script of the runtime runs apart under clippy; the wasm is not looked at there, so it is not
# linked a second time. (This is not SKIP_WASM_BUILD, and touches nothing of the build above.)
# With what is compiled for trying a runtime out only, which no build here has.
TRIED_OUT=(--features strata-runtime/try-runtime)
clippy() {
	SKIP_STRATA_RUNTIME_WASM_BUILD=1 with_heartbeat cargo_in_root clippy --release --workspace --locked "${TRIED_OUT[@]}" "$@" </dev/null
}

all_lints() { clippy --all-targets -- -D warnings; }

# What may not happen in a block: libraries only, as they are built, without tests, mocks and benchmarks. The
# feeder is no part of one and allows them: leaving it out here would compile all dependencies with other features.
runtime_lints() {
	clippy --lib -- -D warnings -D clippy::unwrap_used -D clippy::expect_used -D clippy::panic \
		-D clippy::indexing_slicing -D clippy::arithmetic_side_effects
}

documentation() {
	RUSTDOCFLAGS="-D warnings" with_heartbeat cargo_in_root doc --release --workspace --no-deps --locked "${TRIED_OUT[@]}" </dev/null
}

# Sums the closing lines of the test runners and the stages.
closing_line() {
	local passed=0 failed=$stages_failed p f result
	for result in "${STAGE_RESULTS[@]}"; do [ "$result" != ok ] || passed=$((passed + 1)); done
	while read -r p f; do
		passed=$((passed + p))
		failed=$((failed + f))
	done < <(
		[ ! -f "$work/rust-tests.log" ] ||
			sed -n 's/^test result: .* \([0-9]*\) passed; \([0-9]*\) failed;.*/\1 \2/p' "$work/rust-tests.log"
		[ ! -f "$work/node-tests.log" ] ||
			awk '/^(#|ℹ) pass /{p = $3} /^(#|ℹ) fail /{f = $3} END {print p + 0, f + 0}' "$work/node-tests.log"
	)
	printf '\n%d passed, %d failed\n' "$passed" "$failed"
}

# --- the run: what is cheap and often wrong first; then in the order in which artifacts are shared

stage "set-up" "$ROOT/scripts/setup.sh" --tests || exit 1
use_pinned_rust || die "Rust $(pinned_rust) is not there"
lock_target

run_stage "format of Rust" rust_format
run_stage "format of TOML" toml_format
run_stage "SDK pinned to one release" sdk_line
run_stage "dependency rules" dependency_rules
if wanted "build"; then build_once; fi
run_node_stage "client check" client_check
run_stage "tests of Rust" rust_tests
run_stage "tests of Node.js" node_tests
run_node_stage "main job" main_job
run_node_stage "sabotage of the main job" sabotage main --dates 1
run_node_stage "court" whole_job court
run_node_stage "sabotage of the court" sabotage court
run_node_stage "governance" whole_job governance
run_node_stage "network of nodes" network
run_stage "lints" all_lints
run_stage "lints of runtime code" runtime_lints
run_stage "documentation" documentation

stage_table
closing_line
[ "$stages_failed" -eq 0 ]
