#!/usr/bin/env bash
# How long pages take, how fast the server starts and what it holds idle, with
# many items: 100,000, or a million with FULL=1. Both engines. Writes its own
# section of docs/benchmarks.md.
#
#   ITEMS=100000   how many     ENGINES="sqlite postgres"     EACH=300  requests a page
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
. scripts/setup.sh
# shellcheck source=scripts/postgres.sh
. scripts/postgres.sh

items=${ITEMS:-$([ -n "${FULL:-}" ] && echo 1000000 || echo 100000)}
each=${EACH:-300}
work=$(mktemp -d)
server=''
finish() {
	[ -z "$server" ] || kill "$server" 2>/dev/null || true
	cluster_stop
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

go build -trimpath -o "$work/xinshu" ./cmd/xinshu
go build -o "$work/grow" ./bench/grow
go build -o "$work/pages" ./bench/pages

# now_ms is the time in milliseconds.
now_ms() { date +%s%3N; }

for engine in ${ENGINES:-sqlite postgres}; do
	flags=(--data "$work/$engine")
	if [ "$engine" = postgres ]; then
		cluster_start durable
		flags+=(--postgres "$cluster_url")
	fi
	say "growing $items items on $engine"
	began=$(now_ms)
	"$work/grow" "${flags[@]}" --items "$items" >"$work/$engine.pages"
	grown=$(($(now_ms) - began))
	if [ "$engine" = postgres ]; then # what PostgreSQL does by itself overnight
		"$cluster_bin/psql" -qX "$cluster_url" -c 'VACUUM (ANALYZE)'
	fi
	port=$(go run ./internal/testing/pgprobe port)
	url=http://127.0.0.1:$port
	began=$(now_ms)
	"$work/xinshu" serve "${flags[@]}" --listen "127.0.0.1:$port" --rate-limit 0 >"$work/$engine.log" 2>&1 &
	server=$!
	until curl -sf -o /dev/null "$url/readyz"; do
		kill -0 "$server" || { cat "$work/$engine.log" >&2; exit 1; }
		sleep 0.01
	done
	curl -sf -o /dev/null "$url/sign-in"
	started=$(($(now_ms) - began))
	idle=$(awk '/RssAnon/ {print int($2/1024)}' "/proc/$server/status")
	echo "{\"server\":\"$engine\",\"items\":$items,\"grow_ms\":$grown,\"start_ms\":$started,\"idle_mb\":$idle}" >>"$work/machine"
	say "measuring pages on $engine"
	"$work/pages" -url "$url" -pages "$work/$engine.pages" -name "$engine" -each "$each" >>"$work/results"
	kill "$server"
	wait "$server" || true
	server=''
	[ "$engine" != postgres ] || cluster_stop
	rm -rf "${work:?}/$engine"
done

go run ./bench/report -pages "$work/results" -machine "$work/machine" -into docs/benchmarks.md \
	-commit "$(git rev-parse --short HEAD 2>/dev/null || echo unknown)$(git diff --quiet HEAD 2>/dev/null || echo ' with uncommitted changes')"
