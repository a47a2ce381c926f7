#!/usr/bin/env bash
# Durable filings a second over HTTP, Xinshu on both engines beside PocketBase,
# on this machine in one run, load generator included. The servers take turns,
# because a machine's pace changes by the minute, and the median round counts.
# Prints the table and writes it, with commit and machine, into
# docs/benchmarks.md. A budget that is missed is printed as missed.
#
#   SECONDS_EACH=6  counted seconds per round     CLIENTS=16     ROUNDS=5
#   ONLY="peer"     measure some of: peer sqlite postgres pages
#   FULL=1          pages with a million items instead of 100,000
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
. scripts/setup.sh
# shellcheck source=scripts/postgres.sh
. scripts/postgres.sh
# shellcheck source=bench/peer.sh
. bench/peer.sh
# shellcheck source=bench/xinshu.sh
. bench/xinshu.sh

work=$(mktemp -d)
finish() {
	peer_stop
	xinshu_stop
	rm -rf "$work"
	[ -z "$xinshu_program" ] || rm -f "$xinshu_program"
}
trap finish EXIT
trap 'exit 130' INT TERM

go build -o "$work/load" ./bench/load
each=${SECONDS_EACH:-6}
rounds=${ROUNDS:-5}
clients=${CLIENTS:-16}
only=" ${ONLY:-peer sqlite postgres pages} "
pace=(-clients "$clients" -time "${each}s" -warm 2s)
failed=0

# measure NAME ARGS… keeps the result line, or the reason why there is none.
measure() {
	local name=$1
	shift
	say "measuring $name, ${each} s"
	if ! "$work/load" -name "$name" "${pace[@]}" "$@" >>"$work/results" 2>"$work/error"; then
		cat "$work/error" >&2
		echo "$name: $(tail -n 1 "$work/error")" >>"$work/missing"
		failed=1
	fi
}

touch "$work/results" "$work/missing"

# wanted NAME tells whether it is to be measured.
wanted() { [[ $only == *" $1 "* ]]; }

measure_peer() {
	if peer_start; then
		measure "PocketBase $peer_version" -ready "$peer_url/api/health" -peer "$peer_url" -user "$peer_user" -password "$peer_password"
	else
		echo "PocketBase $peer_version: did not build or start" >>"$work/missing"
		failed=1
	fi
	peer_stop
}

# measure_xinshu ENGINE WORDS FLAGS… starts with an empty folder each time.
measure_xinshu() {
	local engine=$1 name=$2
	shift 2
	if xinshu_start "$engine"; then
		measure "Xinshu, $name" -ready "$ready_url" -url "$filing_url" -token "$filing_token" -body "$filing_body" "$@"
		if [ "$failed" = 1 ] && [ -s "$xinshu_dir/log" ]; then
			tail -n 20 "$xinshu_dir/log" >&2
		fi
	else
		echo "Xinshu, $name: did not start" >>"$work/missing"
		failed=1
	fi
	xinshu_stop
}

if wanted sqlite || wanted postgres; then
	if ! xinshu_build; then
		echo "Xinshu: did not build" >>"$work/missing"
		failed=1
		only=' peer '
	fi
fi
for _ in $(seq "$rounds"); do
	if wanted peer; then measure_peer; fi
	if wanted sqlite; then
		measure_xinshu sqlite sqlite
		measure_xinshu sqlite 'sqlite, with an idempotency key each' -keys
	fi
done
if wanted postgres; then measure_xinshu postgres postgres; fi

go run ./bench/report -results "$work/results" -missing "$work/missing" -into docs/benchmarks.md \
	-commit "$(git rev-parse --short HEAD 2>/dev/null || echo unknown)$(git diff --quiet HEAD 2>/dev/null || echo ' with uncommitted changes')"
if wanted pages; then
	bench/pages.sh || failed=1
	say "first contentful paint of every page of the demo city, in a browser"
	go test ./e2e -count=1 -timeout 30m -v -run 'TestEverybodyWalksEveryPage$' | sed -n 's/^ *page \//page \//p' || failed=1
fi
exit "$failed"
