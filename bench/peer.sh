# Sourced: PocketBase as a peer, built from its module into the user's cache
# and run as it comes, in a process and a folder of its own.
#
#   peer_start   builds it if need be and starts it; peer_url is its address
#   peer_stop    stops it and deletes its data; safe to call twice
#
# Its development mode is switched off: it prints every statement and would
# make the peer look slower than it is.
# shellcheck shell=bash

peer_version=v0.38.0
peer_user=bench@bench.test
peer_password=bench-only-password
peer_url=''
peer_pid=''
peer_dir=''

peer_start() {
	local cache program port
	cache=${XDG_CACHE_HOME:-$HOME/.cache}/xinshu-bench/$peer_version
	program=$cache/base
	if [ ! -x "$program" ]; then
		echo "building PocketBase $peer_version (once, about a minute)" >&2
		(cd / && GOBIN=$cache GOFLAGS=-mod=mod go install "github.com/pocketbase/pocketbase/examples/base@$peer_version") || return 1
	fi
	peer_dir=$(mktemp -d "${TMPDIR:-/tmp}/xinshu-peer.XXXXXX")
	local flags=(--dev=false --dir "$peer_dir/data" --publicDir "$peer_dir/public" --hooksDir "$peer_dir/hooks" --migrationsDir "$peer_dir/migrations")
	if ! "$program" superuser upsert "$peer_user" "$peer_password" "${flags[@]}" >"$peer_dir/log" 2>&1; then
		cat "$peer_dir/log" >&2
		return 1
	fi
	port=$(go run ./internal/testing/pgprobe port)
	"$program" serve --http "127.0.0.1:$port" "${flags[@]}" >>"$peer_dir/log" 2>&1 &
	peer_pid=$!
	peer_url=http://127.0.0.1:$port
}

peer_stop() {
	if [ -n "$peer_pid" ]; then
		kill "$peer_pid" 2>/dev/null || true
		wait "$peer_pid" 2>/dev/null || true
		peer_pid=''
	fi
	if [ -n "$peer_dir" ]; then
		rm -rf "$peer_dir"
		peer_dir=''
	fi
}
