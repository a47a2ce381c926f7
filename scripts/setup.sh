#!/usr/bin/env bash
# Finds, or as root (or with sudo) installs, what the tests need outside Go:
# a browser with a Chinese typeface, a PostgreSQL server, a C compiler for the
# race detector. Run it alone to prepare a machine; scripts/test.sh sources it.
#
#   XINSHU_CHROMIUM       path of the browser
#   XINSHU_TEST_POSTGRES  URL of a database in which the tests may make schemas
#   XINSHU_SKIP           what to leave out, e.g. "browser postgres race"; not under CI
set -euo pipefail

say() { printf '%s\n' "$*" >&2; }

skipped() { [[ " ${XINSHU_SKIP:-} " == *" $1 "* ]]; }

find_browser() {
	if [ -n "${XINSHU_CHROMIUM:-}" ]; then
		command -v "$XINSHU_CHROMIUM" && return 0
		say "XINSHU_CHROMIUM names $XINSHU_CHROMIUM, which is not a program"
		return 1
	fi
	command -v chromium || command -v chromium-browser || command -v google-chrome
}

# A page without a Chinese typeface shows boxes, and a screenshot of boxes proves nothing.
have_font() {
	if command -v fc-list >/dev/null; then
		[ -n "$(fc-list :lang=zh family 2>/dev/null | head -n 1)" ]
	else
		[ -n "$(find /usr/share/fonts /usr/local/share/fonts -iname '*cjk*' -print -quit 2>/dev/null)" ]
	fi
}

# Debian keeps initdb off the PATH, one folder per version; the newest is taken.
find_initdb() {
	command -v initdb && return 0
	local found
	found=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)
	[ -n "$found" ] && echo "$found"
}

# Prints the first database URL that answers and lets the tests make schemas.
find_postgres() {
	local url
	if [ -n "${XINSHU_TEST_POSTGRES:-}" ]; then
		go run ./internal/testing/pgprobe answers "$XINSHU_TEST_POSTGRES" || return 1
		echo "$XINSHU_TEST_POSTGRES"
		return 0
	fi
	for url in postgres://root@127.0.0.1:5432/test postgres://postgres@127.0.0.1:5432/postgres; do
		if go run ./internal/testing/pgprobe answers "$url" 2>/dev/null; then
			echo "$url"
			return 0
		fi
	done
	return 1
}

# Prints the packages that are missing, one a line.
missing_packages() {
	if ! skipped browser; then
		find_browser >/dev/null || echo chromium
		have_font || echo fonts-noto-cjk
	fi
	if ! skipped postgres; then
		find_initdb >/dev/null || echo postgresql # one test stops and starts a server of its own
	fi
	# The examples are run, and evidence is checked, with what everybody has.
	command -v curl >/dev/null || echo curl
	command -v openssl >/dev/null || echo openssl
	command -v python3 >/dev/null || echo python3
	if ! skipped race; then
		command -v gcc >/dev/null || printf '%s\n' gcc libc6-dev
	fi
}

install_packages() {
	local as_root=()
	if [ "$(id -u)" != 0 ]; then
		if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; then
			say "missing: $*"
			say "install them (as root: apt-get install --no-install-recommends $*) and run this again,"
			say "or leave them out with XINSHU_SKIP=\"browser postgres race\" (any of the three)"
			return 1
		fi
		as_root=(sudo -n)
	fi
	if ! command -v apt-get >/dev/null; then
		say "missing: $* (Debian names). This machine has no apt-get; install them its own way and run this again"
		return 1
	fi
	if [[ " $* " == *" chromium "* ]] && grep -qi '^ID=ubuntu' /etc/os-release; then
		say "missing: a browser. Ubuntu has Chromium only as a snap, which cannot read the tests' folders."
		say "install Google Chrome's .deb package, or any Chromium, and name it in XINSHU_CHROMIUM"
		return 1
	fi
	say "installing: $*"
	local log
	log=$(mktemp)
	if ! { "${as_root[@]}" apt-get update -q &&
		"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
			apt-get install -q -y --no-install-recommends "$@"; } >"$log" 2>&1; then
		tail -n 20 "$log" >&2
		say "apt-get could not install: $* (whole output: $log)"
		return 1
	fi
	rm -f "$log"
}

prepare() {
	if ! command -v go >/dev/null; then
		say "missing: Go 1.26 or newer (https://go.dev/dl/)"
		return 1
	fi
	if [ -n "${CI:-}" ] && [ -n "${XINSHU_SKIP:-}" ]; then
		say "XINSHU_SKIP is set, but under CI nothing is left out"
		return 1
	fi
	local missing
	missing=$(missing_packages | tr '\n' ' ')
	missing=${missing% }
	if [ -n "$missing" ]; then
		# shellcheck disable=SC2086 # a list of words, each one package
		install_packages $missing
	fi
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
	cd "$(dirname "$0")/.."
	prepare
	say "everything the tests need is here"
fi
