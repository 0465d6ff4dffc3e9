# shellcheck shell=bash
# The standard library for the target of the runtime's wasm. Sourced by setup.sh.
#
# Either rustup brings it whole, or `core` and `alloc` are compiled here from the sources of exactly
# this compiler. Never a mix of the two: the folder is only ever filled by one of them.

wasm_target_folder() { printf '%s/lib/rustlib/%s/lib' "$(rustc --print sysroot)" "$WASM_TARGET"; }

has_wasm_target() {
	local folder name
	folder=$(wasm_target_folder)
	for name in core alloc compiler_builtins; do
		compgen -G "$folder/lib$name-*.rlib" >/dev/null || return 1
	done
}

install_wasm_target() {
	if command -v rustup >/dev/null && timeout 600 rustup target add "$WASM_TARGET"; then
		has_wasm_target || die "rustup added $WASM_TARGET, but its libraries are not in $(wasm_target_folder)"
		return
	fi
	say "setup: rustup cannot bring $WASM_TARGET: compiling core and alloc from Debian's rust-src"
	wasm_target_from_sources
	has_wasm_target || die "the libraries of $WASM_TARGET were compiled, but are not in $(wasm_target_folder)"
}

# Prints the folder of the standard library's sources of exactly this compiler, from Debian's package,
# fetched and unpacked under $1. The package itself is not installed.
debian_rust_src() {
	local work=$1 version mirror options found
	version=$(rustc --version | awk '{print $2}')
	# The mirror of this machine, whichever it is: rust-src of a new compiler is in the backports.
	mirror=$({ cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null || true; } |
		awk '/^URIs:/ && !uri {uri = $2}
			/^Suites:/ && uri {print uri, $2; uri = ""}
			/^Types:/ {uri = ""}
			/^deb / {i = 2; if ($2 ~ /^\[/) {while ($i !~ /\]$/) i++; i++}; print $i, $(i + 1)}' |
		awk '$2 ~ /^(bookworm|trixie|forky|stable|testing|sid|unstable)$/ {print $1; exit}' || true)
	[ -n "$mirror" ] || die "no Debian mirror in this machine's package sources"
	mkdir -p "$work/lists/partial" "$work/archives/partial"
	printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s trixie-backports main\n' "$mirror" \
		>"$work/sources.list"
	options=(-o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=-
		-o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work" -o APT::Sandbox::User=root)
	apt-get "${options[@]}" update >&2
	found=$(apt-cache "${options[@]}" madison rust-src | awk -F' *[|] *' -v v="$version" \
		'index($2, v "+") == 1 || index($2, v "-") == 1 {print $2; exit}' || true)
	[ -n "$found" ] || die "Debian has no rust-src of exactly $version: the target $WASM_TARGET cannot be had here"
	(cd "$work" && apt-get "${options[@]}" download "rust-src=$found" >&2)
	dpkg-deb -x "$work"/rust-src_*.deb "$work/unpacked"
	compgen -G "$work/unpacked/usr/src/rustc-*/library"
}

wasm_target_from_sources() {
	local sysroot work library built folder name
	sysroot=$(rustc --print sysroot)
	folder=$(wasm_target_folder)
	work=$(mktemp -d "${TMPDIR:-/tmp}/strata-wasm-target.XXXXXX")
	# -Zbuild-std reads the sources in the compiler's own folder.
	if [ ! -f "$sysroot/lib/rustlib/src/rust/library/core/Cargo.toml" ]; then
		library=$(debian_rust_src "$work")
		[ -n "$library" ] || die "no library folder in Debian's rust-src"
		mkdir -p "$sysroot/lib/rustlib/src/rust"
		rm -rf "$sysroot/lib/rustlib/src/rust/library"
		cp -RL "$library" "$sysroot/lib/rustlib/src/rust/library"
	fi
	mkdir -p "$work/empty/src"
	printf '#![no_std]\n' >"$work/empty/src/lib.rs"
	printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n' >"$work/empty/Cargo.toml"
	# Bitcode, because the runtime is linked with link-time optimisation.
	(cd "$work/empty" && RUSTC_BOOTSTRAP=1 RUSTFLAGS="-C embed-bitcode=yes" CARGO_TARGET_DIR="$work/target" \
		cargo build --release -Zbuild-std=core,alloc --target "$WASM_TARGET" </dev/null)
	built=$work/target/$WASM_TARGET/release/deps
	rm -rf "$folder"
	mkdir -p "$folder"
	for name in core alloc compiler_builtins; do
		cp "$built"/lib"$name"-*.rlib "$folder/"
	done
	rm -rf "$work"
}
