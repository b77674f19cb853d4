# One command a job; each does its own set-up. `make` alone lists them.
# The system's own first: Debian builds it with profiles (PGO), and the tests take a fifth less time
# than under one that was built without.
CAN_MAKE := -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))'
PYTHON   ?= $(shell for python in /usr/bin/python3 python3 python; do \
              $$python $(CAN_MAKE) 2>/dev/null && { command -v $$python; exit; }; done; echo python3)
VENV     := .venv
PY       := $(VENV)/bin/python
PIP      := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps
# The lock is complete, so pip resolves nothing (--no-deps): a resolver would stumble over a newer
# release of coverage when pytest-cov asks for coverage[toml].
# A stamp is named after the locked file's content, so an up-to-date set-up costs nothing and a
# changed lock is installed once. dev.txt contains base.txt.
lock_id   = $(firstword $(shell sha256sum requirements/$(1).txt))
BASE     := $(VENV)/stamps/base-$(call lock_id,base)
DEV      := $(VENV)/stamps/dev-$(call lock_id,dev)
TEMPLATES = $(shell find templates -name '*.html' 2>/dev/null)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install run demo test check format bench soak lock clean

help:
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(DEV)  ## Set up .venv with everything for development
	@echo "Ready: $(VENV)"

run: $(BASE)  ## Start the site with its worker and clock (PORT=8000)
	$(PY) manage.py up $(if $(PORT),--port $(PORT))

demo: $(BASE)  ## Play one model's whole life, then serve it (ONCE=1 RESET=1 PORT=8000)
	$(PY) manage.py demo $(if $(ONCE),--once) $(if $(RESET),--reset) $(if $(PORT),--port $(PORT))

test: $(DEV)  ## Run the tests (TESTS=tests/governance for one folder or file)
	$(PY) -m pytest $(if $(TESTS),$(TESTS),--numprocesses=2 --dist=worksteal)

check: $(DEV)  ## Check format, lint, types, contracts, templates, migrations and settings
	PYTHON=$(PY) scripts/check

format: $(DEV)  ## Format Python and templates, repair what lint can
	$(PY) -m ruff check --fix-only --quiet .
	$(PY) -m ruff format .
	$(if $(TEMPLATES),$(VENV)/bin/djade $(TEMPLATES))

bench: $(DEV)  ## Run every benchmark, one JSON line each
	@for script in $(wildcard benchmarks/[a-z]*.py); do $(PY) $$script || exit 1; done

soak: $(DEV)  ## Run the long versions of the tests
	HYPOTHESIS_PROFILE=soak $(PY) -m pytest -m soak $(TESTS)

lock:  ## Lock requirements/*.in again, with hashes and without index addresses
	scripts/lock

clean:  ## Remove everything that the other targets made (.venv, var, caches)
	rm -rf $(VENV) var staticfiles .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Foureyes needs Python 3.11 or newer: make PYTHON=/path/to/python3.11' >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { rm -rf $(VENV); echo 'On Debian: apt-get install python3-venv, then try again.' >&2; exit 1; }

$(BASE): | $(PY)
	@echo 'Installing what the product runs with (the first time takes a minute or two) ...'
	@$(PIP) -r requirements/base.txt
	@mkdir -p $(@D) && touch $@

$(DEV): | $(PY)
	@echo 'Installing what the tests and checks need (the first time takes a few minutes) ...'
	@$(PIP) -r requirements/dev.txt
	@mkdir -p $(@D) && touch $@ $(BASE)
