# The one entrance to everything a developer does. The logic is in scripts/;
# this file only names it. `make help` lists the targets.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test check bench soak fuzz journey
MAKEFLAGS += --no-print-directory

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## serve the demo city on 127.0.0.1:8080
	@go run ./cmd/xinshu demo

test: ## the whole gate: installs what is missing, checks, runs every test, ends with one line of counts
	@scripts/test.sh

check: ## formatting, vet, the house rules, generated files unchanged (seconds, no database, no browser)
	@scripts/check.sh

bench: ## measure against a peer on this machine and write docs/benchmarks.md (SECONDS_EACH=10)
	@bench/run.sh

soak: ## kill the server under load again and again (ROUNDS=1000 SEED=1)
	@scripts/soak.sh

journey: ## take 100,000 texts out and in again in three formats, and 200,000 rows out in constant memory
	XINSHU_TEST_TEXTS=100000 XINSHU_TEST_ROWS=200000 go test ./internal/ops -run 'TestManyTextsComeBackTheSame|TestAnExportNeedsTheMemoryOfAPage' -v -timeout 30m

fuzz: ## every fuzz target for a short while (TIME=20s)
	@scripts/fuzz.sh
