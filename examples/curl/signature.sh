#!/usr/bin/env bash
# Checks that a webhook came from Xinshu: the header Xinshu-Signature is
# t=SECONDS,v1=HEX, where HEX is HMAC-SHA256 of "SECONDS.BODY" under the secret
# that was shown once. Refuse what is older than five minutes.
#
#   examples/curl/signature.sh SECRET 't=…,v1=…' <body
set -euo pipefail
secret=${1:?the subscription\'s secret}
header=${2:?the header Xinshu-Signature}
at=${header#t=}
at=${at%%,*}
is=$({ printf '%s.' "$at"; cat; } | openssl dgst -sha256 -hmac "$secret" -r | cut -d ' ' -f 1)
[ "v1=$is" = "${header#*,}" ] || { echo "not from Xinshu" >&2; exit 1; }
echo "from Xinshu, signed at $at"
