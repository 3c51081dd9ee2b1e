# make run    set everything up, rank a bundled example, then serve the app on localhost
# make test   set everything up, run the tests but those of make check
# make check  format, lint, types, import law, tests of the documents and of the package
# make baseline  rank the bundled workloads, write what they cost into tests/money/baseline.json, show what moved
# make bench | validate | app | lock | clean
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
EXAMPLE ?= invoice-ocr
PORT ?= 8501

.PHONY: run test check baseline bench validate app kernels lock format clean

run: kernels
	$(BIN)/endpoint-advisor rank $(EXAMPLE)
	$(BIN)/endpoint-advisor app --port $(PORT)

app: kernels
	$(BIN)/endpoint-advisor app --port $(PORT)

test: kernels
	$(BIN)/python -m pytest -n 2 --dist loadfile --ignore tests/docs --ignore tests/packaging

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q --doctest-modules advisor simulator tests/docs tests/packaging

bench: kernels
	$(BIN)/endpoint-advisor bench $(if $(JSON),--json-file $(JSON))

validate: kernels
	$(BIN)/endpoint-advisor validate

baseline: kernels
	$(BIN)/python -m simulator.baseline tests/money/baseline.json $(if $(CHECK),--check)

# The kernels are compiled once and kept on disk; the next process loads them in milliseconds.
kernels: $(READY)
	@$(BIN)/python -m simulator.engines.fast

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Python 3.11 or newer is needed; set PYTHON=python3.11'; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock:
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group dev pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache dist build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
