#!/usr/bin/env bash
# Kills a server under load and checks that nothing acknowledged was lost,
# ROUNDS times (1,000). SEED makes a failing run repeatable. The same test
# runs 20 rounds in every `make test`.
set -euo pipefail
cd "$(dirname "$0")/.."
export XINSHU_SOAK_ROUNDS=${ROUNDS:-1000}
export XINSHU_SOAK_SEED=${SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
echo "rounds $XINSHU_SOAK_ROUNDS, seed $XINSHU_SOAK_SEED, commit $(git rev-parse --short HEAD)"
mapfile -t places < <(grep -rln --include='*_test.go' -E '^func TestSoak[A-Za-z0-9_]*\(' internal cmd e2e 2>/dev/null | xargs -r -n 1 dirname | sort -u | sed 's|^|./|')
if [ ${#places[@]} -eq 0 ]; then
	echo "no test named TestSoak… in the tree" >&2
	exit 1
fi
go test -count=1 -timeout 0 -v -run '^TestSoak' "${places[@]}"
