# Every target does its own set-up: `make demo` and `make test` work on a fresh clone. `make help` lists the targets.
PYTHON ?= python3
PORT ?= 7860
VENV := .venv
PY := $(VENV)/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test check format train-pocket bench clean

help:
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed, $(PYTHON) is $$($(PYTHON) -V 2>&1). Try: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "No virtual environment could be made. On Debian and Ubuntu: apt install python3-venv"; exit 1; }

# A stamp for each requirements file: installing again only happens after it changed.
$(VENV)/.%-installed: %.txt $(PY)
	$(PY) -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(VENV)/.requirements-dev-installed: requirements.txt

setup: $(VENV)/.requirements-installed ## make .venv with what the app needs

setup-dev: setup $(VENV)/.requirements-dev-installed ## and with what tests and checks need

demo: setup ## answer questions on http://127.0.0.1:7860 (PORT=...)
	PORT=$(PORT) $(PY) app.py

test: setup-dev ## all tests
	$(PY) -m pytest

check: setup-dev ## formatting, lint, types
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy

format: setup-dev ## mend formatting and what lint can mend
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

train-pocket: setup ## train the embedded Pocket model from scratch (about an hour on 2 cores)
	$(PY) -m training.pocket.train

bench: setup ## the engine's own time, without a model
	$(PY) -m benchmarks.engine_overhead

clean: ## remove the environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
