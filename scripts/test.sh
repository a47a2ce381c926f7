#!/usr/bin/env bash
# The whole gate, one command: prepare the machine, check, run every test on
# both engines and in a browser, run the race detector where transactions race.
# The last line is the line of counts: "N passed, N failed, N skipped".
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
. scripts/setup.sh
# shellcheck source=scripts/postgres.sh
. scripts/postgres.sh

counted=no

finish() {
	local status=$?
	cluster_stop
	if [ "$counted" = no ]; then
		say "stopped before the tests were counted"
		echo '0 passed, 1 failed'
		[ "$status" != 0 ] || status=1
	fi
	exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

prepare

left_out=()
if skipped browser; then
	left_out+=(browser)
	unset XINSHU_CHROMIUM
else
	XINSHU_CHROMIUM=$(find_browser)
	export XINSHU_CHROMIUM
	say "browser: $XINSHU_CHROMIUM"
fi
if skipped postgres; then
	left_out+=(postgres)
	unset XINSHU_TEST_POSTGRES
else
	if found=$(find_postgres); then
		XINSHU_TEST_POSTGRES=$found
	elif [ -n "${XINSHU_TEST_POSTGRES:-}" ]; then
		exit 1
	else
		cluster_start
		XINSHU_TEST_POSTGRES=$cluster_url
	fi
	export XINSHU_TEST_POSTGRES
	say "PostgreSQL: $XINSHU_TEST_POSTGRES"
fi

# A failed check does not keep the tests from being heard; it is counted.
checked=0
scripts/check.sh || checked=$?

# The exit code joins the stream, so that a run that dies without naming a
# failed test (a missing compiler, a bad pattern) is still counted as a failure.
run_tests() {
	local code=0
	go test -json -count=1 -p 2 -timeout 30m "$@" || code=$?
	printf '{"Action":"exit","Package":"go test %s","Output":"%d"}\n' "$*" "$code"
}

# Only the rooms where transactions race; the detector costs five to ten times.
raced=()
if skipped race; then
	left_out+=(race)
else
	for room in store flow; do
		if [ -d "internal/$room" ]; then
			raced+=("./internal/$room/...")
		fi
	done
fi

say "go test ./... , then the race detector on: ${raced[*]:-nothing}"
counter=$(mktemp)
go build -o "$counter" ./internal/testing/counts
counted=yes
status=0
{
	printf '{"Action":"exit","Package":"make check","Output":"%d"}\n' "$checked"
	run_tests ./...
	if [ ${#raced[@]} -gt 0 ]; then
		CGO_ENABLED=1 run_tests -race "${raced[@]}"
	fi
} | "$counter" -left-out "${left_out[*]:-}" || status=$?
rm -f "$counter"
exit "$status"
