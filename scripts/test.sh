#!/usr/bin/env bash
# The whole gate, one command: prepare the machine, check, run every test on
# both engines and in a browser, run the race detector where transactions race.
# The last line is the line of counts: "N passed, N failed, N skipped".
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
. scripts/setup.sh

counted=no
cluster=''
cluster_stop() { :; }

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

# A throw-away cluster on a free loopback port. PostgreSQL refuses to run as
# root, so root hands it to the postgres user. Durability is off: the tests
# check what PostgreSQL promises its callers, not what it promises the disk.
cluster_start() {
	local initdb bin port as=()
	initdb=$(find_initdb) || { say "PostgreSQL is installed, but initdb is nowhere under /usr/lib/postgresql"; return 1; }
	bin=$(dirname "$(readlink -f "$initdb")")
	cluster=$(mktemp -d "${TMPDIR:-/tmp}/xinshu-pg.XXXXXX")
	if [ "$(id -u)" = 0 ]; then
		chown postgres "$cluster"
		as=(runuser -u postgres --)
	fi
	port=$(go run ./internal/testing/pgprobe port)
	cluster_stop() {
		[ -n "$cluster" ] || return 0
		(cd / && "${as_user[@]}" "$pg_bin/pg_ctl" -D "$cluster/data" -m immediate -w stop) >/dev/null 2>&1 || true
		rm -rf "$cluster"
		cluster=''
	}
	as_user=("${as[@]}")
	pg_bin=$bin
	if ! (cd / &&
		"${as[@]}" "$bin/initdb" -D "$cluster/data" -U postgres -A trust -E UTF8 --locale=C -N &&
		"${as[@]}" "$bin/pg_ctl" -D "$cluster/data" -l "$cluster/log" -w -t 60 start \
			-o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=$cluster -c max_connections=200 -c fsync=off -c full_page_writes=off"
	) >"$cluster.out" 2>&1; then
		cat "$cluster.out" >&2
		[ -f "$cluster/log" ] && tail -n 20 "$cluster/log" >&2
		rm -f "$cluster.out"
		say "a throw-away PostgreSQL would not start"
		return 1
	fi
	rm -f "$cluster.out"
	XINSHU_TEST_POSTGRES="postgres://postgres@127.0.0.1:$port/postgres"
}

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
	fi
	export XINSHU_TEST_POSTGRES
	say "PostgreSQL: $XINSHU_TEST_POSTGRES"
fi

scripts/check.sh

# The exit code joins the stream, so that a run that dies without naming a
# failed test (a missing compiler, a bad pattern) is still counted as a failure.
run_tests() {
	local code=0
	go test -json -count=1 -p 2 -timeout 12m "$@" || code=$?
	printf '{"Action":"exit","Package":"go test %s","Output":"%d"}\n' "$*" "$code"
}

# Only the rooms where transactions race; the detector costs five to ten times.
raced=()
if skipped race; then
	left_out+=(race)
else
	for room in store flow; do
		[ -d "internal/$room" ] && raced+=("./internal/$room/...")
	done
fi

say "go test ./... , then the race detector on: ${raced[*]:-nothing}"
counter=$(mktemp)
go build -o "$counter" ./internal/testing/counts
counted=yes
status=0
{
	run_tests ./...
	if [ ${#raced[@]} -gt 0 ]; then
		CGO_ENABLED=1 run_tests -race "${raced[@]}"
	fi
} | "$counter" -left-out "${left_out[*]:-}" || status=$?
rm -f "$counter"
exit "$status"
