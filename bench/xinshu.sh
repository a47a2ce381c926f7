# Sourced: Xinshu as the thing measured. Each start has an empty folder (and
# on PostgreSQL an empty cluster with durability as it comes), one office, one
# unit, and one person whose token may submit and sign.
#
#   xinshu_build            builds the binary once
#   xinshu_start ENGINE     sqlite or postgres; sets filing_url, filing_token,
#                           filing_body and ready_url
#   xinshu_stop             stops it and deletes its data; safe to call twice
# shellcheck shell=bash disable=SC2034 # the variables are for bench/run.sh

xinshu_program=''
xinshu_pid=''
xinshu_dir=''

xinshu_build() {
	[ -d cmd/xinshu ] || return 1
	xinshu_program=$(mktemp "${TMPDIR:-/tmp}/xinshu-bin.XXXXXX")
	go build -trimpath -o "$xinshu_program" ./cmd/xinshu
}

xinshu_start() {
	local port
	xinshu_dir=$(mktemp -d "${TMPDIR:-/tmp}/xinshu-bench.XXXXXX")
	port=$(go run ./internal/testing/pgprobe port)
	local flags=(--data "$xinshu_dir/data" --listen "127.0.0.1:$port" --rate-limit 0)
	if [ "$1" = postgres ]; then
		cluster_start durable || return 1
		flags+=(--postgres "$cluster_url")
	fi
	filing_token=$(go run ./bench/seed --body "$xinshu_dir/filing.json" --data "$xinshu_dir/data" ${cluster_url:+--postgres "$cluster_url"}) || return 1
	"$xinshu_program" serve "${flags[@]}" >"$xinshu_dir/log" 2>&1 &
	xinshu_pid=$!
	ready_url=http://127.0.0.1:$port/readyz
	filing_url=http://127.0.0.1:$port/api/v1/filings
	filing_body=@$xinshu_dir/filing.json
}

xinshu_stop() {
	if [ -n "$xinshu_pid" ]; then
		kill "$xinshu_pid" 2>/dev/null || true
		wait "$xinshu_pid" 2>/dev/null || true
		xinshu_pid=''
	fi
	if [ -n "$xinshu_dir" ]; then
		rm -rf "$xinshu_dir"
		xinshu_dir=''
	fi
	cluster_stop
}
