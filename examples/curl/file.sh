#!/usr/bin/env bash
# Files an item with an idempotency key, sends it again as one does after a lost
# answer, and asks where it is.
#
#   XINSHU_URL=http://127.0.0.1:8080 XINSHU_TOKEN=xs_… examples/curl/file.sh UNIT
set -euo pipefail
url=${XINSHU_URL:-http://127.0.0.1:8080}/api/v1
unit=${1:?name the unit that files}
key=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
body='{"unit":"'$unit'","title":"春灌备水就绪","body":"全镇五座水库蓄水已满，渠道疏通四十公里。","genre":"news","form":"single"}'

call() { curl -sS --fail-with-body -H "Authorization: Bearer $XINSHU_TOKEN" "$@"; }
file() { call -H 'Content-Type: application/json' -H "Idempotency-Key: $key" --data "$body" "$url/filings"; }

first=$(file)
again=$(file)
[ "$first" = "$again" ] || { echo "one key gave two answers" >&2; exit 1; }
id=$(sed -E 's/.*"item":\{"id":"([^"]+)".*/\1/' <<<"$first")
echo "filed $id"
call "$url/items/$id/journey"
