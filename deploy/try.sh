#!/usr/bin/env bash
# The whole of docker-compose.yml once for real: two of each service, a chat, its SMS on the stand-in's phones; then one
# of each service is killed, and again a chat, its SMS. Everything it started is gone when it ends.
#
#   deploy/try.sh             with images that are there already
#   deploy/try.sh --build     builds them first
set -euo pipefail
cd "$(dirname "$0")/.."

compose=(docker compose)
docker compose version >/dev/null 2>&1 || compose=(docker-compose)
compose+=(--project-name deskbell-try --env-file deploy/demo.env --profile demo)
services=(chat-api admin-api sms-notifier)
authority=$(mktemp)

clean_up() {
  trap - EXIT INT TERM
  "${compose[@]}" down --volumes --timeout 30
  rm -f "$authority"
}
trap clean_up EXIT INT TERM

within() { # within SECONDS WHAT COMMAND…: until the command succeeds
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    if [ $SECONDS -ge $deadline ]; then
      "${compose[@]}" ps
      "${compose[@]}" logs --tail 20
      echo "failed: $what" >&2
      return 1
    fi
    sleep 0.2
  done
}

has_authority() { "${compose[@]}" exec -T caddy cat /data/caddy/pki/authorities/local/root.crt >"$authority" 2>/dev/null; }
ask() { curl --silent --fail --max-time 10 --cacert "$authority" --resolve '*:443:127.0.0.1' "$@"; }
answers() { ask --output /dev/null "$1"; }
sent() { curl --silent http://127.0.0.1:8090/control/messages | grep -c -- "$1" >/dev/null; }
containers() { docker ps --quiet --filter label=com.docker.compose.project=deskbell-try --filter "label=com.docker.compose.service=$1"; }

chat() { # chat NAME: a customer writes; ends when the SMS that tells of it is on the owner's phone
  local started
  started=$(date +%s%3N)
  ask --output /dev/null --header 'Content-Type: application/json' https://chat.localhost/api/v1/conversations \
    --data "{\"client_message_id\":\"$(cat /proc/sys/kernel/random/uuid)\",\"name\":\"$1\",\"body\":\"Hello, can you come today?\"}"
  echo "$1: taken after $(($(date +%s%3N) - started)) ms"
  within 30 "no SMS tells of $1" sent "$1"
  echo "$1: SMS after $(($(date +%s%3N) - started)) ms"
}

"${compose[@]}" up --detach "$@" --scale chat-api=2 --scale admin-api=2 --scale sms-notifier=2
within 120 "Caddy made no certificates" has_authority
for address in https://chat.localhost/healthz https://desk.localhost/healthz; do
  within 120 "$address does not answer" answers "$address"
done

chat Ada
docker stats --no-stream --format 'table {{.Name}}\t{{.MemUsage}}\t{{.CPUPerc}}'

for service in "${services[@]}"; do
  docker kill "$(containers "$service" | head -n 1)" >/dev/null
  echo "killed one of $(($(containers "$service" | wc -l) + 1)) $service"
done
chat Grace
echo "both chats rang the owner's phone"
