#!/usr/bin/env bash
# Builds the runtime after this one: what a rehearsal of an upgrade upgrades to (docs/upgrade.md).
#
#   scripts/next-runtime.sh FILE
#
#   FILE   where the wasm goes, compact and compressed, as `system.apply_authorized_upgrade` takes it
#
# It is the runtime of this checkout with its feature `next-runtime`: one spec_version higher, with a migration
# that takes several blocks. It is built by the program that builds the real one, runtime/build.rs as cargo
# compiled it, but in a folder of its own, so that no node ever comes to contain it. What both have in common is
# copied from where the real one was built: some minutes on 2 cores then, a quarter of an hour without.
# $STRATA_RUNTIME_BUILDER is that program; if it is not set, the workspace is built first.

# shellcheck source=scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

case ${1:-} in
-h | --help)
	help_of "${BASH_SOURCE[0]}"
	exit 0
	;;
esac
[ $# -eq 1 ] || die "give the file to write (see --help)"
mkdir -p "$(dirname "$1")"
written=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
[ ! -d "$written" ] || die "$written is a folder"
use_pinned_rust || die "Rust $(pinned_rust) is not there: run scripts/setup.sh"

# Beside the shared target folder: cargo would take the build folder of one for the other's.
folder=$(dirname "$CARGO_TARGET_DIR")/target-next-runtime
project=$folder/release/wbuild/strata-runtime
wasm=$project/strata_runtime.compact.compressed.wasm

# The compiled runtime/build.rs that the present build uses.
builder() {
	cargo_in_root build --release --workspace --locked --message-format json 2>/dev/null </dev/null |
		node -e '
			const lines = require("node:fs").readFileSync(0, "utf8").split("\n");
			const built = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
			const own = ({ reason, target, manifest_path: path }) =>
				reason === "compiler-artifact" && target.kind.includes("custom-build") &&
				path === process.argv[1];
			console.log(built.filter(own).at(-1)?.filenames[0] ?? "");
		' "$ROOT/runtime/Cargo.toml"
}

# What the real one was compiled from is the same but for two of our crates. Copied, not linked: compilers write
# into files that are there.
reuse() {
	[ ! -d "$project/target" ] && [ -d "$WASM_FOLDER/target" ] || return 0
	say "copying what the present runtime was compiled from"
	mkdir -p "$project"
	rm -rf "$project/target.part"
	cp -a --reflink=auto "$WASM_FOLDER/target" "$project/target.part"
	mv "$project/target.part" "$project/target"
}

# Runs the builder as cargo would for the package with this feature.
# https://doc.rust-lang.org/cargo/reference/environment-variables.html says what it may rely on.
run_builder() (
	out=$folder/release/build/strata-runtime-next/out
	mkdir -p "$out"
	rm -f "$project"/*.wasm
	cd "$ROOT/runtime"
	env -u SKIP_WASM_BUILD -u SKIP_STRATA_RUNTIME_WASM_BUILD \
		CARGO="$(command -v cargo)" CARGO_MANIFEST_DIR="$ROOT/runtime" CARGO_PKG_NAME=strata-runtime \
		CARGO_FEATURE_STD=1 CARGO_FEATURE_NEXT_RUNTIME=1 OUT_DIR="$out" PROFILE=release \
		"$1" >"$folder/builder.log" </dev/null
)

build_next() {
	local program=${STRATA_RUNTIME_BUILDER:-}
	if [ -z "$program" ]; then
		build_workspace
		program=$(builder)
		[ -x "$program" ] || die "cargo did not say where the compiled runtime/build.rs is"
	fi
	reuse
	say "building the next runtime"
	with_heartbeat run_builder "$program" || die "the next runtime does not build: see $folder/builder.log"
	node "$ROOT/scripts/lib/check-lock.mjs" --within "$ROOT/Cargo.lock" "$project/Cargo.lock" >/dev/null
	[ -s "$wasm" ] || die "the builder wrote no $wasm"
	# In one step: who looks meanwhile finds the old one or the new one.
	cp "$wasm" "$written.part"
	mv "$written.part" "$written"
}

lock_target
build_next
unlock_target
say "$written: $(stat -c %s "$written") bytes"
