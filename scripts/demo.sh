#!/usr/bin/env bash
# Deskbell with a stand-in for Twilio: a chat is sent, its SMS can be read in the browser.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --quiet --package deskbell-twilio-sim --bin twilio-sim
cargo build --quiet --bin deskbell

data=$(mktemp -d)
children=()
stop() {
  trap - EXIT INT TERM
  for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done
  for child in "${children[@]}"; do wait "$child" 2>/dev/null || true; done
  rm -rf "$data"
}
trap stop EXIT INT TERM

export TWILIO_ACCOUNT_SID=AC00000000000000000000000000000000
export TWILIO_AUTH_TOKEN=demo-token
export TWILIO_PHONE_NUMBER=+15005550006
export TWILIO_API_BASE_URL=http://127.0.0.1:8090
export PUBLIC_NOTIFIER_URL=http://127.0.0.1:8082
export OWNER_PHONE_NUMBER=+14155552671
export BUSINESS_NAME="${BUSINESS_NAME:-Bright Homes}"
export DATABASE_URL="sqlite://$data/deskbell.sqlite"
export AMQP_URL=memory:

TWILIO_SIM_BIND=127.0.0.1:8090 TWILIO_SIM_AUTH_TOKEN=$TWILIO_AUTH_TOKEN target/debug/twilio-sim &
children+=($!)
target/debug/deskbell &
children+=($!)

deadline=$((SECONDS + 30))
until curl --silent --fail --output /dev/null http://127.0.0.1:8080/readyz; do
  if [ $SECONDS -ge $deadline ] || ! kill -0 "${children[1]}" 2>/dev/null; then
    echo "Deskbell did not become ready" >&2
    exit 1
  fi
  sleep 0.2
done

curl --silent --fail --output /dev/null http://127.0.0.1:8080/api/v1/conversations \
  --header 'Content-Type: application/json' \
  --data "{\"client_message_id\":\"$(cat /proc/sys/kernel/random/uuid)\",\"name\":\"Ada\",\"body\":\"Hello, my sink is leaking. Can you come today?\"}"

cat <<'TEXT'

A customer has just written. Read the SMS on the owner's phone:  http://127.0.0.1:8090
The panel:  http://localhost:8081     Stop with Ctrl-C.
TEXT
wait -n "${children[@]}"
