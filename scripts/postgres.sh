# Sourced: a throw-away PostgreSQL cluster on a free loopback port. PostgreSQL
# refuses to run as root, so root hands it to the postgres user.
#
#   cluster_start          durability off: tests check what PostgreSQL promises
#                          its callers, not what it promises the disk
#   cluster_start durable  as it comes, for measuring
#   cluster_stop           stops it and deletes everything; safe to call twice
#
# After the start, cluster_url is the address. Needs scripts/setup.sh.
# shellcheck shell=bash

cluster=''
cluster_url=''
cluster_bin=''
cluster_as=()

cluster_start() {
	local initdb port options base=${TMPDIR:-/tmp}
	initdb=$(find_initdb) || {
		say "PostgreSQL is installed, but initdb is nowhere on the PATH or under /usr/lib/postgresql"
		return 1
	}
	cluster_bin=$(dirname "$(readlink -f "$initdb")")
	if [ "$(id -u)" = 0 ]; then
		base=/tmp # root's own TMPDIR may be closed to the postgres user
		cluster_as=(runuser -u postgres --)
	fi
	cluster=$(mktemp -d "$base/xinshu-pg.XXXXXX")
	if [ "$(id -u)" = 0 ]; then
		chown postgres "$cluster"
	fi
	port=$(go run ./internal/testing/pgprobe port)
	options="-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=$cluster -c max_connections=200"
	if [ "${1:-}" != durable ]; then
		options="$options -c fsync=off -c full_page_writes=off"
	fi
	# From / because the postgres user may not be able to stand where we are.
	if ! (
		cd / &&
			"${cluster_as[@]}" "$cluster_bin/initdb" -D "$cluster/data" -U postgres -A trust -E UTF8 --locale=C -N &&
			"${cluster_as[@]}" "$cluster_bin/pg_ctl" -D "$cluster/data" -l "$cluster/log" -w -t 60 -o "$options" start
	) </dev/null >"$cluster.out" 2>&1; then
		cat "$cluster.out" >&2
		[ ! -f "$cluster/log" ] || tail -n 20 "$cluster/log" >&2
		rm -f "$cluster.out"
		say "a throw-away PostgreSQL would not start"
		return 1
	fi
	rm -f "$cluster.out"
	cluster_url="postgres://postgres@127.0.0.1:$port/postgres"
}

cluster_stop() {
	[ -n "$cluster" ] || return 0
	(cd / && "${cluster_as[@]}" "$cluster_bin/pg_ctl" -D "$cluster/data" -m immediate -w stop) >/dev/null 2>&1 || true
	rm -rf "$cluster"
	cluster=''
}
