#!/bin/sh
# Everything that must be true before a change lands.
set -eu
cd "$(dirname "$0")/.."
data=$(mktemp -d)
export BIHUAN_DATA_DIR="$data/var" BIHUAN_LOG_LEVEL=ERROR
stop() { sh scripts/postgres.sh stop "$data" || true; rm -rf "$data"; }
trap stop EXIT INT TERM
.venv/bin/python scripts/build_static.py
.venv/bin/python scripts/build_messages.py
sh scripts/lint.sh
echo "== tests on SQLite"
.venv/bin/python -m pytest -n 2 --junitxml="$data/sqlite.xml"
echo "== tests on PostgreSQL"
BIHUAN_DATABASE_URL=$(sh scripts/postgres.sh start "$data") && export BIHUAN_DATABASE_URL
.venv/bin/python -m pytest -n 2 -m "not e2e" --junitxml="$data/postgres.xml"
echo "== requirements"
.venv/bin/python scripts/traceability.py "$data/sqlite.xml" "$data/postgres.xml"
