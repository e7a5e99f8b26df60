#!/bin/sh
# Measure on SQLite and on a PostgreSQL of our own. usage: bench.sh [small|full]
set -eu
cd "$(dirname "$0")/.."
size=${1:-small}
data=$(mktemp -d)
stop() {
  sh scripts/postgres.sh stop "$data" || true
  sh scripts/postgres.sh stop "$data/monitor" || true
  sh scripts/postgres.sh stop "$data/parts" || true
  rm -rf "$data"
}
trap stop EXIT INT TERM
part() { # run a part and note how long it took
  begun=$(date +%s)
  env "$@"
  echo "$(($(date +%s) - begun)) s: $*" >>"$data/times"
}
.venv/bin/python scripts/build_static.py
.venv/bin/python scripts/build_messages.py
export BIHUAN_DATA_DIR="$data/var" BIHUAN_DEBUG=0
.venv/bin/python -m django collectstatic --noinput -v0 --settings bihuan.config.settings
part .venv/bin/python -m bench.run "$size" statistics
part .venv/bin/python -m bench.run "$size"
part .venv/bin/python -m bench.routes "$size"
mkdir -p "$data/offline" # a telephone writes to a server of its own
ln -s "$data/var/static" "$data/offline/static"
part BIHUAN_DATA_DIR="$data/offline" .venv/bin/python -m bench.offline "$size"
mkdir -p "$data/counters" "$data/monitor" "$data/parts" # they fill tables of their own, on databases of their own
part BIHUAN_DATA_DIR="$data/counters" .venv/bin/python -m bench.monitor "$size"
BIHUAN_DATABASE_URL=$(sh scripts/postgres.sh start "$data") && export BIHUAN_DATABASE_URL
part .venv/bin/python -m bench.run "$size"
BIHUAN_DATABASE_URL=$(sh scripts/postgres.sh start "$data/monitor") && export BIHUAN_DATABASE_URL
part .venv/bin/python -m bench.monitor "$size"
BIHUAN_DATABASE_URL=$(sh scripts/postgres.sh start "$data/parts") && export BIHUAN_DATABASE_URL
part .venv/bin/python -m bench.parts "$size"
sed "s#$data/##" "$data/times"
