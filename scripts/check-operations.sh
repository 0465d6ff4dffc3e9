#!/usr/bin/env bash
# Checks the files of docs/operations by the programs that read them: alerts fire when they should and only then
# (promtool), the dashboard hangs together and asks what Prometheus understands, systemd accepts the units.
#
#   scripts/check-operations.sh [[--only-page] PAGE]
#
#   PAGE          the metrics page of a running node, e.g. http://127.0.0.1:9615/metrics: every metric that
#                 documentation, alerts and dashboard speak of must be on it, those of a deal with its id. Its chain
#                 needs a deal and prices for that
#   --only-page   nothing but that, as scripts/test.sh does while the main job runs
#
# promtool comes with Prometheus ($PROMTOOL names another one), systemd-analyze with systemd. What needs a program
# that is not there is skipped and said to be. Without PAGE nothing needs a node.

# shellcheck source=scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

only_page=
case ${1:-} in
-h | --help)
	help_of "${BASH_SOURCE[0]}"
	exit 0
	;;
--only-page)
	only_page=1
	shift
	[ $# -gt 0 ] || die "--only-page needs a page (see --help)"
	;;
-*) die "unknown option $1 (see --help)" ;;
esac
[ $# -le 1 ] || die "one page at a time (see --help)"
page=${1:-}
PROMTOOL=${PROMTOOL:-promtool}
FILES=$ROOT/docs/operations
UNITS=("$FILES/strata-node.service" "$ROOT/clients/feeder/strata-feeder.service")

work=$(mktemp -d "${TMPDIR:-/tmp}/strata-operations.XXXXXX")
trap 'rm -rf "$work"' EXIT
checked=0
skipped=0

has() {
	command -v "$1" >/dev/null && return
	say "skipped: $2 (there is no $1)"
	skipped=$((skipped + 1))
	return 1
}
passed() {
	say "ok: $*"
	checked=$((checked + 1))
}

check_dashboard() {
	node "$ROOT/scripts/lib/check-dashboard.mjs" "$FILES/grafana.json" >"$work/dashboard.yml"
	passed "the dashboard hangs together"
}

# Prometheus reads the rules, they do what alerts-test.yml says, and it understands the dashboard.
check_rules() {
	has "$PROMTOOL" "rules and questions" || return 0
	"$PROMTOOL" check rules "$FILES/alerts.yml" "$work/dashboard.yml"
	(cd "$FILES" && "$PROMTOOL" test rules alerts-test.yml)
	local name
	while read -r name; do
		[ "$(grep -c "alertname: $name\b" "$FILES/alerts-test.yml")" -eq 2 ] ||
			die "alerts-test.yml does not say when $name fires, and when it does not"
	done < <(sed -n 's/^ *- alert: //p' "$FILES/alerts.yml")
	passed "alerts and questions"
}

# systemd reads the units; a program stands in for ours, which need not be installed here.
check_units() {
	has systemd-analyze "units" || return 0
	local unit
	for unit in "${UNITS[@]}"; do
		sed "s|/usr/local/bin/strata-[a-z]*|$(command -v true)|" "$unit" >"$work/$(basename "$unit")"
		systemd-analyze verify --man=no "$work/$(basename "$unit")"
		grep -q '^TimeoutStopSec=' "$unit" || die "$unit does not say how long it may take to stop"
		passed "$(basename "$unit")"
	done
}

# Names of our metrics, and of Substrate's, in a file.
names() { grep -ohE '\b(strata|substrate)_[a-z0-9_]*[a-z0-9]\b' "$@" | sort -u; }

check_page() {
	curl -fsS --max-time 10 "$page" >"$work/page"
	names "$ROOT/docs/operations.md" "$FILES/alerts.yml" "$FILES/grafana.json" >"$work/wanted"
	# A metric is what begins a line of the page: comments describe, labels are in braces.
	sed -nE 's/^([a-z0-9_]+)(\{.*)? .*/\1/p' "$work/page" | sort -u >"$work/served"
	# It is not there as long as there was no error.
	comm -23 "$work/wanted" "$work/served" | grep -vx strata_metrics_errors_total >"$work/missing" || true
	[ ! -s "$work/missing" ] || die "not on $page: $(tr '\n' ' ' <"$work/missing")"
	! grep -qx strata_metrics_errors_total "$work/served" || die "$page: the runtime did not answer everything"
	! grep '^strata_deal_' "$work/page" | grep -vE '[{,]deal="[0-9]+"' || die "$page: a deal's metric does not say of which deal"
	passed "$(wc -l <"$work/wanted") metrics are served at $page"
}

if [ -z "$only_page" ]; then
	check_dashboard
	check_rules
	check_units
fi
[ -z "$page" ] || check_page
say "$checked checks passed, $skipped skipped"
