# Everything runs in a virtual environment of its own; nothing is taken from the machine but Python 3.11 or later.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: install browser demo test torture check lint bench docs lock clean

install: .venv/installed

# Compiled here: where Python may write no bytecode, each start would else do it anew, which takes a tenth of a second.
.venv/installed: pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q src
	@touch $@

# What the tests in a browser need beside Debian's chromium; without it they skip, and say so.
browser: tests/browser/node_modules/.package-lock.json

tests/browser/node_modules/.package-lock.json: tests/browser/package-lock.json
	npm ci --prefix tests/browser --ignore-scripts --loglevel=error
	@touch $@

demo: install
	@bash docs/demo.sh $(abspath $(BIN))/ledger

test: install
	$(BIN)/python -m pytest --numprocesses=auto

# The long form of the experiments in tests/faults: half an hour or more.
torture: install
	$(BIN)/python -m pytest tests/faults --torture

check: lint test

lint: install
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# Ratios to a floor measured in the same run; EVENTS and ROUNDS may be set.
bench: install
	$(BIN)/python benchmarks/bench.py --events $(or $(EVENTS),50000) --rounds $(or $(ROUNDS),3)
	$(BIN)/python benchmarks/postgres.py --events $(or $(EVENTS),50000)

docs: install
	$(BIN)/python docs/generate.py

# Renews the pinned versions and their hashes; needs uv (https://docs.astral.sh/uv/).
lock:
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --all-extras \
	  --group dev --upgrade pyproject.toml --output-file requirements.lock

clean:
	rm -rf .venv dist tests/browser/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
