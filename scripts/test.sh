#!/bin/sh
# Everything that must be true before a change lands.
set -eu
cd "$(dirname "$0")/.."
data=$(mktemp -d)
export BIHUAN_DATA_DIR="$data/var" BIHUAN_LOG_LEVEL=ERROR BIHUAN_TEST_READY="$data/ready"
stop() {
  for server in postgres redis rabbitmq; do sh "scripts/$server.sh" stop "$data" || true; done
  rm -rf "$data"
}
trap stop EXIT INT TERM
# RabbitMQ needs some seconds to come up, and the database that all tests start from is made once for each kind:
# style and types are looked at meanwhile.
sh scripts/rabbitmq.sh start "$data" > "$data/broker" & rabbit=$!
.venv/bin/python scripts/build_static.py
.venv/bin/python scripts/build_messages.py
postgres=$(sh scripts/postgres.sh start "$data")
{ .venv/bin/python -m tests.ready "$BIHUAN_TEST_READY" &&
  BIHUAN_DATABASE_URL=$postgres .venv/bin/python -m tests.ready "$BIHUAN_TEST_READY"; } & ready=$!
sh scripts/lint.sh
BIHUAN_TEST_REDIS=$(sh scripts/redis.sh start "$data")
wait "$rabbit"
wait "$ready"
BIHUAN_TEST_RABBITMQ=$(cat "$data/broker")
export BIHUAN_TEST_REDIS BIHUAN_TEST_RABBITMQ
# One thread a process: the numeric libraries would spin on each other's cores.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
# One process more than the two cores: some tests wait for a server or for a browser.
set -- -n 3 --maxschedchunk 2
echo "== tests on SQLite"
.venv/bin/python -m pytest "$@" --junitxml="$data/sqlite.xml"
echo "== tests on PostgreSQL"
export BIHUAN_DATABASE_URL="$postgres"
.venv/bin/python -m pytest "$@" -m "not e2e and not once" --ignore tests/stats --ignore tests/conformance --ignore tests/ui --junitxml="$data/postgres.xml"
echo "== requirements"
.venv/bin/python scripts/traceability.py "$data/sqlite.xml" "$data/postgres.xml"
