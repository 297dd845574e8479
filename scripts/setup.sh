#!/usr/bin/env bash
# Installs what the tests need and is missing: with apt as root, otherwise it says what to install.
# The tests start their own servers on free ports; the packages' services are not started.
set -euo pipefail

missing=()
need() { # need PACKAGE FILE-PATTERN…: one existing file will do
  local package=$1 pattern
  shift
  for pattern in "$@"; do
    if compgen -G "$pattern" >/dev/null; then return; fi
  done
  missing+=("$package")
}

need postgresql '/usr/lib/postgresql/*/bin/postgres'
need rabbitmq-server /usr/lib/rabbitmq/bin/rabbitmq-server
if command -v npm >/dev/null; then need chromium /usr/bin/chromium; fi
command -v cc >/dev/null || missing+=(gcc libc6-dev)

if [ ${#missing[@]} -eq 0 ]; then exit 0; fi

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "The tests need these Debian packages (or their like): ${missing[*]}" >&2
  echo "Install them, for example: sudo apt-get install --no-install-recommends ${missing[*]}" >&2
  exit 1
fi

# Debian asks this script whether a freshly installed service may start; 101 says no.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
fi

log=$(mktemp)
install_missing() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" >"$log" 2>&1
}
echo "installing ${missing[*]}"
if ! install_missing; then
  # The package lists may be missing or old.
  apt-get update >>"$log" 2>&1 || true
  if ! install_missing; then
    cat "$log" >&2
    echo "installing ${missing[*]} failed" >&2
    exit 1
  fi
fi
rm -f "$log"
