#!/usr/bin/env bash
# Are the tests worth anything? Breaks the sources of liquidation on purpose, one line at a time, and runs the tests
# against each: a mutation that no test notices is a failure.
#
#   scripts/mutants.sh [NAME…]     all, or those whose names contain one of these words
#   scripts/mutants.sh --list
#
# The mutations are in scripts/mutants.txt. They are made in a copy of this checkout; nothing here is touched. For each one
# the differential test (tests/liquidation) runs, and the tests of the crate that was broken if that one notices nothing.
# Before the first one all these run on the sources as they are: where they fail already, nothing can be told.
# The first run builds all dependencies into a target folder of its own; later ones only what changed.

# shellcheck source=scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

# A target folder of its own: cargo tells the copy's crates from this checkout's by nothing but their dates, and would take
# what is broken on purpose for the real thing.
CARGO_TARGET_DIR=$(dirname "$CARGO_TARGET_DIR")/target-mutants
# Each mutation changes one line: the rest of its crate need not be compiled again.
export CARGO_INCREMENTAL=1
LIST=$ROOT/scripts/mutants.txt
COPY=$CACHE/mutants/checkout
# For the differential test: enough to notice, few enough to wait for.
export STRATA_SEQUENCES=${STRATA_SEQUENCES:-300}

case ${1:-} in
-h | --help)
	help_of "${BASH_SOURCE[0]}"
	exit 0
	;;
--list)
	awk -F ' \\| ' '/^[^#]/{print $1}' "$LIST"
	exit 0
	;;
esac
only=("$@")

wanted() {
	local word
	[ ${#only[@]} -gt 0 ] || return 0
	for word in "${only[@]}"; do [[ $1 != *"$word"* ]] || return 0; done
	return 1
}

# The wanted mutations, as they stand in the list.
lines() {
	local line
	while IFS= read -r line; do
		case $line in '' | \#*) continue ;; esac
		if wanted "${line%% |*}"; then printf '%s\n' "$line"; fi
	done <"$LIST"
}

# The sources as they are now, committed or not, at the same place each time. Only what differs is copied, and gets a new
# date: what has not changed is not built again, and what was broken before is.
copy_sources() {
	mkdir -p "$COPY"
	git -C "$ROOT" ls-files --cached --others --exclude-standard | sort >"$work/files"
	(cd "$COPY" && find . -type f | sed 's|^\./||' | sort | comm -23 - "$work/files" | tr '\n' '\0' | xargs -0 -r rm -f --)
	local file
	while read -r file; do
		[ -f "$ROOT/$file" ] || continue
		cmp -s "$ROOT/$file" "$COPY/$file" || install -D -m "$(stat -c %a "$ROOT/$file")" "$ROOT/$file" "$COPY/$file"
	done <"$work/files"
}

# mutate FILE PERL: fails unless exactly that changes the file.
mutate() {
	local before
	before=$(sha256sum <"$COPY/$1")
	perl -0pi -e "$2" "$COPY/$1"
	[ "$before" != "$(sha256sum <"$COPY/$1")" ]
}

# Tests of one crate of the copy. 0: all passed. 1: some failed. 2: it does not compile.
tests_of() {
	local log=$1 crate=$2
	(cd "$COPY" && WASM_BUILD_WORKSPACE_HINT=$COPY cargo test --release -p "$crate" >"$log" 2>&1 </dev/null) && return 0
	grep -q '^error: could not compile\|^error\[E' "$log" && return 2
	return 1
}

# The tests that the wanted mutations need must pass on what is not broken: what fails anyway would count as caught.
check_unbroken() {
	local crate
	for crate in $({ echo strata-liquidation-tests && lines | awk -F ' \\| ' '{print $2}'; } | sort -u); do
		tests_of "$work/log" "$crate" && continue
		tail -n 40 "$work/log" >&2
		die "the tests of $crate fail without any mutation"
	done
}

# Sets `verdict` for a mutation of a crate.
judge() {
	local crate=$1 status=0
	tests_of "$work/log" strata-liquidation-tests || status=$?
	case $status in
	1) verdict="caught by the differential test" && return ;;
	2) verdict="does not compile" && return ;;
	esac
	[ "$crate" != strata-liquidation-tests ] || { verdict=MISSED && return; }
	status=0
	tests_of "$work/log" "$crate" || status=$?
	case $status in
	0) verdict=MISSED ;;
	1) verdict="caught by the tests of $crate" ;;
	2) verdict="does not compile" ;;
	esac
}

[ -n "$(lines)" ] || die "no mutation has such a name"
use_pinned_rust || die "Rust $(pinned_rust) is not there"
work=$(mktemp -d "${TMPDIR:-/tmp}/strata-mutants.XXXXXX")
trap 'rm -rf "$work"' EXIT
lock_target >&2

copy_sources
check_unbroken
caught=0
bad=0
while IFS='|' read -r name crate file change; do
	name=${name% } crate=${crate# } crate=${crate% } file=${file# } file=${file% } change=${change# }
	if mutate "$file" "$change"; then judge "$crate"; else verdict="does not apply"; fi
	install -m 644 "$ROOT/$file" "$COPY/$file"
	printf '%-34s %s\n' "$name" "$verdict"
	case $verdict in
	caught*) caught=$((caught + 1)) ;;
	*) bad=$((bad + 1)) ;;
	esac
done < <(lines)

printf '\n%d caught, %d not\n' "$caught" "$bad"
[ "$bad" -eq 0 ]
