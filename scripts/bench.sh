#!/usr/bin/env bash
# Builds the services as they are released and measures them, on a PostgreSQL and a RabbitMQ of their own.
# SEED_STACK=folder measures that stack in turn with them; the folder is copied and left as it is. Arguments go to
# the program that measures (--help lists them).
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --release --bin chat-api --bin sms-notifier --bin admin-api --bin deskbell-bench \
  --package deskbell-chat-api --package deskbell-sms-notifier --package deskbell-admin-api --package deskbell-bench

peer=()
if [ -n "${SEED_STACK:-}" ]; then
  command -v npm >/dev/null || { echo "the seed stack needs node and npm" >&2; exit 1; }
  copy=$(mktemp -d)
  trap 'rm -rf "$copy"' EXIT
  cp -R "$SEED_STACK/peer" "$copy/peer"
  npm ci --prefix "$copy/peer" --no-audit --no-fund --silent
  peer=(--seed-peer "$copy/peer")
fi

target/release/deskbell-bench "${peer[@]}" "$@"
