#!/usr/bin/env bash
# What can be judged without running the product: formatting, vet, the house
# rules (internal/testing/arch), and that generated files are what generating
# them gives. Seconds, not minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

unformatted=$(find . -name '*.go' -not -path './.git/*' -print0 | xargs -0 -r gofmt -l)
if [ -n "$unformatted" ]; then
	echo "not formatted (run gofmt -w on them):" >&2
	echo "$unformatted" >&2
	exit 1
fi

go vet ./...
go test -count=1 ./internal/testing/arch >/dev/null || { go test -count=1 ./internal/testing/arch; exit 1; }

# Generated files are compared with a copy, not with git, so that a tree with
# uncommitted work is judged by the same rule as a clean one.
generated=(docs/lifecycle.md docs/schema.sql docs/openapi.json)
before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT
mkdir -p "$before/docs"
for file in "${generated[@]}"; do
	[ -f "$file" ] && cp "$file" "$before/$file"
done
go generate ./...
stale=0
for file in "${generated[@]}"; do
	[ -f "$file" ] || continue
	if ! diff -u "$before/$file" "$file" >"$before/diff" 2>&1; then
		echo "$file was out of date and is regenerated now; look at it and commit it:" >&2
		head -n 40 "$before/diff" >&2
		stale=1
	fi
done
exit "$stale"
