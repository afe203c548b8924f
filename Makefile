# Two commands that need nothing but python3 (3.11 or newer) and make:
#   make demo   installs, simulates a made-up province, scans it, says what was found
#   make test   installs, runs the tests
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SPARK := $(if $(shell command -v java),$(VENV)/spark)
HOME_DIR ?= .skillwatch
export GX_ANALYTICS_ENABLED := false
export DAGSTER_DISABLE_TELEMETRY := yes
export PYTHONUTF8 := 1

.PHONY: demo test mutate install spark lint ui book bench bundle lock lock-bench clean

demo: install
	$(BIN)/skillwatch simulate --home $(HOME_DIR) --size tiny
	$(BIN)/skillwatch scan --home $(HOME_DIR) --inbox $(HOME_DIR)/inbox

# Three share two processors: each waits now and then, for Java, for a disk, for what another makes.
test: install $(SPARK)
	$(BIN)/python -m pytest -n 3

mutate: install
	$(BIN)/python -m tests.mutation --jobs 2

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_house.py

ui: install
	$(BIN)/skillwatch ui --home $(HOME_DIR)

book: install
	$(BIN)/python -m checks.rulebook

# Beside its peers, in an environment of its own, so that .venv stays what users have. BENCH_DATA: a folder with public data sets.
BENCH_VENV := .venv-bench
bench: $(BENCH_VENV)/installed
	$(BENCH_VENV)/bin/python -m benchmarks $(if $(BENCH_DATA),--data $(BENCH_DATA)) --page docs/benchmarks.md

$(BENCH_VENV)/installed: requirements-bench.lock pyproject.toml
	test -x $(BENCH_VENV)/bin/python || $(PYTHON) -m venv $(BENCH_VENV)
	$(BENCH_VENV)/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-bench.lock
	$(BENCH_VENV)/bin/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# For machines without internet, docs/operator.md: dist/skillwatch-VERSION-bundle and .zip; PLATFORM=win_amd64 for Windows.
bundle: install
	$(BIN)/python -m deploy.bundle.build $(if $(PLATFORM),--platform $(PLATFORM))

install: $(VENV)/installed

# The lock has hashes and names no index, so that it works through any mirror; it is complete, so that nothing is left to resolve.
# pip compiles with one processor, compileall with all; a file that does not compile says so when it is imported.
$(VENV)/installed: requirements.lock pyproject.toml
	$(PYTHON) -c "import sys; sys.exit('skillwatch needs Python 3.11 or newer, this is ' + sys.version.split()[0] if sys.version_info < (3, 11) else 0)"
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m compileall -q -j 0 $(VENV)/lib || true
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Spark is 450 MB and needs Java: it comes with the tests where there is Java, and with `make spark`.
$(VENV)/spark: requirements-spark.lock $(VENV)/installed
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-build-isolation --require-hashes -r requirements-spark.lock
	@touch $@

spark: install $(VENV)/spark

# For developers: needs uv on the path.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-strip-extras --group spark -o requirements-spark.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-strip-extras --group dev pyproject.toml lock.in -o requirements.lock

# The peers run on the versions of requirements.lock but for pandas: recordlinkage wants the one before.
lock-bench:
	sed -n '/^[^ ]/{/^pandas==/!s/ \\$$//p}' requirements.lock | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-strip-extras --group bench -c /dev/stdin pyproject.toml lock.in -o requirements-bench.lock

clean:
	rm -rf $(VENV) $(BENCH_VENV) $(HOME_DIR)
