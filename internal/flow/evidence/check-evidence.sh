#!/usr/bin/env bash
# Checks a folder that "xinshu evidence" wrote, with bash, openssl 3, sha256sum
# and od, and with nothing of Xinshu's own. README.txt says each step in words.
#
#	bash check-evidence.sh [FOLDER]
#
# Exit code 0: every block is as it was sealed. 1: something is not, and the
# block is named. 2: a tool or a file is missing.
set -u
export LC_ALL=C
cd "${1:-$(dirname "$0")}" || exit 2
for tool in openssl sha256sum od; do
	command -v "$tool" >/dev/null || { echo "$tool is missing; install it" >&2; exit 2; }
done
for file in blocks.tsv envelopes.txt payloads.txt public-key.pem; do
	[ -f "$file" ] || { echo "$file is missing: the export is not whole" >&2; exit 2; }
done
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT

bad=0
complain() { echo "block $number: $1" >&2; bad=1; broken=1; }

exec 3<envelopes.txt 4<payloads.txt
lastnumber= lasthash= lastpos= facts=0 blocks=0 erased=0
while IFS= read -r line; do
	IFS=';' read -r number first last prev hash sealed more <<<"${line//$'\t'/;}" # the first block's prev is empty
	[ "$number" = number ] && continue # the heading
	broken=0
	if ! [[ $number =~ ^[0-9]+$ && $first =~ ^[0-9]+$ && $last =~ ^[0-9]+$ && $sealed =~ ^[0-9]+$ && -z $more ]]; then
		complain "its line in blocks.tsv is not number, first, last, prev, hash, sealed"
		break
	fi
	# 1. The block continues the one before it.
	if [ -n "$lastnumber" ]; then
		[ "$number" = $((lastnumber + 1)) ] && [ "$first" = $((lastpos + 1)) ] && [ "$prev" = "$lasthash" ] ||
			complain "it does not continue block $lastnumber"
	fi
	# 2. The running hash: the start, then each envelope behind the hash so far.
	printf 'xinshu block\n%s\n%s\n' "$number" "$prev" | openssl dgst -sha256 -binary >"$tmp/a"
	sum=$tmp/a next=$tmp/b
	rm -rf "$tmp/payloads"; mkdir "$tmp/payloads"; : >"$tmp/want"
	for ((pos = first; pos <= last; pos++)); do
		mapfile -t -n 15 -u 3 envelope
		mapfile -t -n 1 -u 4 payload
		if [ ${#envelope[@]} -ne 15 ] || [ ${#payload[@]} -ne 1 ]; then
			complain "position $pos is not in the export"
			break 2
		fi
		if [ "${envelope[0]}" != "${#pos}:$pos" ]; then
			complain "position $pos: another envelope stands in its place: ${envelope[0]}"
		fi
		{ cat "$sum"; printf '%s\n' "${envelope[@]}"; } | openssl dgst -sha256 -binary >"$next"
		swap=$sum sum=$next next=$swap
		# 3. The payload's digest is the envelope's last field.
		if [ -z "${payload[0]}" ]; then
			erased=$((erased + 1)) # lawfully erased: the envelope is all that is left
		else
			printf '%s' "${payload[0]}" >"$tmp/payloads/$pos"
			echo "${envelope[14]#64:}  $pos" >>"$tmp/want"
		fi
		facts=$((facts + 1))
	done
	got=$(od -An -v -tx1 "$sum" | tr -d ' \n')
	[ "$got" = "$hash" ] || complain "positions $first to $last hash to $got, the seal says $hash"
	if [ -s "$tmp/want" ] && ! wrong=$(cd "$tmp/payloads" && sha256sum --check --quiet ../want 2>/dev/null); then
		complain "payload of position ${wrong%%:*} is not the one that was sealed"
	fi
	# 4. The installation's signature under hash and time.
	printf 'xinshu seal\n%s\n%s\n' "$hash" "$sealed" >"$tmp/message"
	openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in "$tmp/message" -sigfile "signatures/$number.sig" >/dev/null 2>&1 ||
		complain "the signature is not this key's"
	[ $broken = 0 ] && echo "block $number: positions $first to $last, sealed $(date -u -d "@$((sealed / 1000000))" '+%Y-%m-%d %H:%M:%S UTC' 2>/dev/null || echo "$sealed"): as it was sealed"
	lastnumber=$number lasthash=$hash lastpos=$last blocks=$((blocks + 1))
done <blocks.tsv
if [ $bad = 0 ] && { IFS= read -r _ <&3 || IFS= read -r _ <&4; }; then
	echo "after block $lastnumber: envelopes.txt or payloads.txt holds more than the blocks" >&2
	bad=1
fi
if [ $bad = 0 ] && [ $blocks = 0 ]; then
	echo "blocks.tsv names no block: nothing is proved" >&2
	bad=1
fi
[ $bad = 0 ] || { echo "NOT as it was sealed" >&2; exit 1; }
echo "$blocks blocks, $facts facts, $erased payloads lawfully erased: as they were sealed"
echo "key fingerprint (SHA-256): $(openssl pkey -pubin -in public-key.pem -outform DER | sha256sum | cut -d' ' -f1)"
echo "last block: $lastnumber $lasthash"
