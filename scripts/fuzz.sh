#!/usr/bin/env bash
# Runs every fuzz target in the tree for TIME (20 s) each. Inputs that break
# something are kept by Go under testdata/fuzz and become ordinary tests.
set -euo pipefail
cd "$(dirname "$0")/.."

status=0
found=0
while IFS=: read -r file _ line; do
	name=$(sed -E 's/^func (Fuzz[A-Za-z0-9_]*)\(.*/\1/' <<<"$line")
	found=$((found + 1))
	echo "$name in $(dirname "$file"), ${TIME:-20s}"
	go test -run '^$' -fuzz "^$name\$" -fuzztime "${TIME:-20s}" "./$(dirname "$file")" || status=1
done < <(grep -rn --include='*_test.go' -E '^func Fuzz[A-Za-z0-9_]*\(' internal cmd 2>/dev/null || true)
echo "$found fuzz targets, $([ "$status" = 0 ] && echo 'nothing broke' || echo 'something broke, see above')"
exit "$status"
