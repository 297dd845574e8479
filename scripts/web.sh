#!/usr/bin/env bash
# Builds web/ when its sources changed since the last build. Without node, Deskbell runs with a page that says so.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ ! -f web/package.json ]; then exit 0; fi
if ! command -v npm >/dev/null; then
  echo "node and npm are not installed: the widget and the panel are not built" >&2
  exit 0
fi

stamps=target/web
mkdir -p "$stamps"

lock=$(sha256sum web/package-lock.json | cut -d ' ' -f 1)
if [ ! -d web/node_modules ] || [ "$(cat "$stamps/installed" 2>/dev/null)" != "$lock" ]; then
  npm ci --prefix web --no-progress
  echo "$lock" >"$stamps/installed"
fi

sources=$(find web \( -name node_modules -o -name dist \) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum)
if [ "$(cat "$stamps/built" 2>/dev/null)" != "$sources" ]; then
  npm run build --prefix web
  echo "$sources" >"$stamps/built"
fi
