#!/usr/bin/env bash
# Tests what runs in browsers: units, types, weight, and Chromium on a fake server and on the real ones. Needs node and
# Chromium; the servers' programs must have been built by scripts/test.sh, which calls this.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/web.sh
npm run lint --prefix web
npm test --prefix web
npm run size --prefix web

programs=${CARGO_TARGET_DIR:-target}/debug
DESKBELL_STAGE=$(realpath "$programs/deskbell-stage")
export DESKBELL_STAGE DESKBELL_TEST_PROGRAMS=ready
"$programs/with-servers" npm run e2e --prefix web -- "$@"
