#!/bin/sh
# Make the environment and install the locked dependencies; unchanged locks cost nothing.
# usage: setup.sh run|test
set -eu
cd "$(dirname "$0")/.."
what=$1
locks="requirements/run.txt"
[ "$what" = test ] && locks="$locks requirements/test.txt"
stamp=.venv/stamp-$what
sum=$(cat $locks pyproject.toml | sha256sum | cut -d' ' -f1)
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ] && exit 0

python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Bihuan needs Python 3.11 or newer."; exit 1; }
if [ ! -x .venv/bin/pip ]; then
  echo "Making the environment …"
  if ! "$python" -m venv .venv 2>/dev/null; then
    rm -rf .venv
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
      apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
      "$python" -m venv .venv
    else
      echo "Python has no venv module. On Debian, as root: apt-get install python3-venv"; exit 1
    fi
  fi
fi
echo "Installing the locked dependencies, about a minute …"
args=""
for lock in $locks; do args="$args -r $lock"; done
# A module is compiled when it is first used; most are never.
# shellcheck disable=SC2086
.venv/bin/python -m pip install -q --no-compile --disable-pip-version-check --require-hashes $args
.venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
echo "$sum" > "$stamp"
