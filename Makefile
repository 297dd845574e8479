# The commands of this repository. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Settings from .env, if there is one, for the process that is started.
WITH_SETTINGS := set -a; if [ -f .env ]; then . ./.env; fi; set +a;

# What only tests need: places to die at, and a test that needs node.
TEST_FEATURES := deskbell-sms-notifier/fault-points,deskbell-twilio-sim/node-tests

.PHONY: help run demo test test-web lint bench chaos simulate web setup

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: web ## Start Deskbell in one process on ports 8080, 8081 and 8082 (settings: .env)
	@$(WITH_SETTINGS) exec cargo run --bin deskbell

demo: web ## The same with a stand-in for Twilio on port 8090: send a chat, see the SMS
	@scripts/demo.sh

test: setup lint ## Everything that must pass: checks, then all tests on all databases and brokers
	@scripts/test.sh

test-web: ## Only what runs in browsers, on the servers that `make test` has built (ARGS for Playwright)
	@scripts/test-web.sh $(ARGS)

lint: ## Format, clippy, house rules, and licences if cargo-deny is installed
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --features $(TEST_FEATURES) --quiet -- -D warnings
	cargo xtask tidy
	@if cargo deny --version >/dev/null 2>&1; then cargo deny --offline check bans licenses sources; \
	else echo "cargo-deny is not installed: licences and sources are not checked"; fi

bench: setup ## Measure it (SEED_STACK=folder compares with that stack in the same run; ARGS=--help lists more)
	@scripts/bench.sh $(ARGS)

chaos: setup ## Kill every process at every step, many times over (ARGS for the test's own options)
	DESKBELL_TEST_CHAOS=long scripts/test.sh --package deskbell-e2e --test chaos $(ARGS)

simulate: ## More seeds of the notifier's simulation than `make test` runs (SEEDS for each of the sixteen shards)
	DESKBELL_SIM_SEEDS="$${SEEDS:-12500}" cargo test --package deskbell-sms-notifier --test simulation

web: ## Build the widget and the panel, if node is here
	@scripts/web.sh

setup: ## Install what tests need and is missing (PostgreSQL, RabbitMQ)
	@scripts/setup.sh
