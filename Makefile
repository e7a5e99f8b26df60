# make run   start Bihuan with the demo company on http://127.0.0.1:8000
# make test  run everything that CI runs
.PHONY: run test bench bench-full setup lint clean

PY := .venv/bin/python
# Compiled modules are kept: some dozen processes start in a run of the tests.
unexport PYTHONDONTWRITEBYTECODE
PORT ?= 8000

run: setup
	@sh scripts/system_packages.sh run
	@$(PY) scripts/build_static.py
	@$(PY) scripts/build_messages.py
	@$(PY) scripts/prepare.py
	@exec $(PY) -m bihuan.config serve --port $(PORT)

setup:
	@sh scripts/setup.sh run

test:
	@sh scripts/setup.sh test
	@sh scripts/system_packages.sh test
	@sh scripts/test.sh

lint:
	@sh scripts/lint.sh

bench bench-full:
	@sh scripts/setup.sh test
	@sh scripts/bench.sh $(if $(filter bench-full,$@),full,small)

clean:
	@rm -rf build .venv var
