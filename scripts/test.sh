#!/bin/sh
# Everything that must be true before a change lands.
set -eu
cd "$(dirname "$0")/.."
data=$(mktemp -d)
export BIHUAN_DATA_DIR="$data/var" BIHUAN_LOG_LEVEL=ERROR
stop() { sh scripts/postgres.sh stop "$data" || true; sh scripts/redis.sh stop "$data" || true; rm -rf "$data"; }
trap stop EXIT INT TERM
.venv/bin/python scripts/build_static.py
.venv/bin/python scripts/build_messages.py
sh scripts/lint.sh
# A RabbitMQ is tested where one answers at BIHUAN_TEST_RABBITMQ, by default this machine's own.
BIHUAN_TEST_REDIS=$(sh scripts/redis.sh start "$data") && export BIHUAN_TEST_REDIS
echo "== tests on SQLite"
.venv/bin/python -m pytest -n 2 --junitxml="$data/sqlite.xml"
echo "== tests on PostgreSQL"
BIHUAN_DATABASE_URL=$(sh scripts/postgres.sh start "$data") && export BIHUAN_DATABASE_URL
.venv/bin/python -m pytest -n 2 -m "not e2e" --ignore tests/stats --ignore tests/conformance --junitxml="$data/postgres.xml"
echo "== requirements"
.venv/bin/python scripts/traceability.py "$data/sqlite.xml" "$data/postgres.xml"
