#!/usr/bin/env bash
# Pages through the items one may see, a few at a time, newest first; and asks
# again with the ETag of one, which answers 304 as long as nothing changed.
#
#   XINSHU_URL=http://127.0.0.1:8080 XINSHU_TOKEN=xs_… examples/curl/pages.sh
set -euo pipefail
url=${XINSHU_URL:-http://127.0.0.1:8080}/api/v1

call() { curl -sS --fail-with-body -H "Authorization: Bearer $XINSHU_TOKEN" "$@"; }

cursor='' last=''
while :; do
	page=$(call -G "$url/items" --data-urlencode limit=2 --data-urlencode sort=-updated ${cursor:+--data-urlencode "cursor=$cursor"})
	grep -oE '"title":"[^"]*"' <<<"$page" || true
	last=$(grep -oE '\{"id":"[^"]*","unit"' <<<"$page" | tail -n 1 | cut -d "\"" -f 4)
	cursor=$(sed -nE 's/.*"next":"([^"]+)".*/\1/p' <<<"$page")
	[ -n "$cursor" ] || break
done
etag=$(call -o /dev/null -D - "$url/items/$last" | tr -d '\r' | sed -nE 's/^[Ee][Tt]ag: //p')
echo "the last one is $etag; asked again: $(call -o /dev/null -w '%{http_code}' -H "If-None-Match: $etag" "$url/items/$last")"
