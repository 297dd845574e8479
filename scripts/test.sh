#!/usr/bin/env bash
# Runs the tests with a PostgreSQL and a RabbitMQ of their own. Arguments go to the test runner; without any, all run.
set -euo pipefail
cd "$(dirname "$0")/.."

# The notifier gets the fault points at which the behaviour tests kill it. Where node is, the stand-in for Twilio is tried
# against Twilio's own client, and the widget in Chromium.
features=deskbell-sms-notifier/fault-points
if command -v npm >/dev/null; then
  features+=,deskbell-twilio-sim/node-tests
elif [ -n "${CI:-}" ]; then
  echo "node and npm are needed for the tests in browsers and against Twilio's client" >&2
  exit 1
else
  echo "node is not installed: the tests in browsers and against Twilio's client are left out"
fi
whole=(--workspace --features "$features")
if [ $# -gt 0 ]; then selection=("$@"); else selection=("${whole[@]}"); fi
if cargo nextest --version >/dev/null 2>&1; then
  runner=(cargo nextest run --no-fail-fast)
else
  runner=(cargo test --no-fail-fast)
fi

with_servers=(cargo run --quiet --package deskbell-testkit --bin with-servers --)

# The programs that the behaviour tests run, built together with the tests; otherwise those tests build them.
if [ $# -eq 0 ]; then
  scripts/web.sh
  cargo build --bins --tests "${whole[@]}"
  export DESKBELL_TEST_PROGRAMS=ready
  with_servers=("${CARGO_TARGET_DIR:-target}/debug/with-servers")
fi

"${with_servers[@]}" "${runner[@]}" "${selection[@]}"

if [ $# -eq 0 ] && command -v npm >/dev/null; then scripts/test-web.sh; fi
