#!/bin/sh
# Style, types, layers, migrations, words.
set -eu
cd "$(dirname "$0")/.."
export DJANGO_SETTINGS_MODULE=bihuan.config.settings BIHUAN_LOG_LEVEL=ERROR
echo "== style";      .venv/bin/ruff check .
                      .venv/bin/ruff format --check .
echo "== templates"; find src -name "*.html" -exec .venv/bin/djade --check --target-version 5.2 {} +
echo "== layers";     .venv/bin/lint-imports --no-cache
echo "== types";      .venv/bin/mypy
echo "== migrations"; .venv/bin/python -m django makemigrations --check --dry-run -v0
echo "== words";      .venv/bin/python scripts/check_repo.py
