# Every target does its own set-up: `make demo` and `make test` work on a fresh clone. `make help` lists the targets.
PYTHON ?= python3
PORT ?= 7860
RECIPE ?= quick
VENV := .venv
VLLM := .venv-vllm
LLAMA := .venv-llama-cpp
KIND := $(shell nvidia-smi >/dev/null 2>&1 && echo gpu || echo cpu)
PY := $(VENV)/bin/python
POCKET := runs/pocket
# accelerate's launcher starts one process on a CPU, whatever it is asked for.
TOGETHER := $(PY) -m torch.distributed.run --standalone --nproc-per-node 2

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo serve test test-integration test-vllm test-llama-cpp test-load check format train-pocket train-planner evidence bench clean

help:
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 20

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed, $(PYTHON) is $$($(PYTHON) -V 2>&1). Try: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "No virtual environment could be made. On Debian and Ubuntu: apt install python3-venv"; exit 1; }

# A stamp for each requirements file: installing again only happens after it changed.
$(VENV)/.%-installed: %.txt $(PY)
	$(PY) -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(VENV)/.requirements-dev-installed: requirements.txt requirements-train.txt requirements-otel.txt

setup: $(VENV)/.requirements-installed ## make .venv with what the app needs

setup-dev: setup $(VENV)/.requirements-dev-installed ## and with what tests and checks need

demo: setup ## answer questions on http://127.0.0.1:7860 (PORT=...)
	PORT=$(PORT) $(PY) app.py

test: setup-dev ## all tests
	$(PY) -m pytest

test-integration: setup-dev ## tests against real servers: MediaWiki (Debian's, installed where root may), a Space
	AGENTFLOW_INTEGRATION=1 $(PY) -m pytest tests/integration

# A server has an environment of its own: its requirements and the app's do not fit together.
# The CPU build brings CUDA builds of these four along, and its import fails on them.
$(VLLM)/.requirements-$(KIND)-installed: serving/requirements-$(KIND).txt
	$(PYTHON) -m venv $(VLLM)
	$(VLLM)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@[ $(KIND) = gpu ] || $(VLLM)/bin/python -m pip uninstall --quiet -y torchvision torchaudio torchcodec triton
	@touch $@

serve: $(VLLM)/.requirements-$(KIND)-installed ## a vLLM server: make serve MODEL=... [LORA=NAME=FOLDER] [ARGS=...]
	$(VLLM)/bin/python serving/vllm_server.py --model "$(MODEL)" $(if $(LORA),--lora "$(LORA)") $(ARGS)

test-vllm: setup-dev $(VLLM)/.requirements-$(KIND)-installed ## tests against a real vLLM server with the Pocket model
	AGENTFLOW_VLLM=$(VLLM)/bin/python $(PY) -m pytest tests/vllm

$(LLAMA)/.requirements-installed: tests/integration/llama_cpp/requirements.txt
	$(PYTHON) -m venv $(LLAMA)
	$(LLAMA)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

test-llama-cpp: setup-dev $(LLAMA)/.requirements-installed ## tests against a real llama.cpp server with the Pocket model
	AGENTFLOW_INTEGRATION=1 AGENTFLOW_LLAMA_CPP=$(LLAMA)/bin/python $(PY) -m pytest tests/integration/test_llama_cpp.py

test-load: setup-dev ## 200 visitors on one page for five minutes
	$(PY) -m tests.reliability.page_load

check: setup-dev ## formatting, lint, types
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy

format: setup-dev ## mend formatting and what lint can mend
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

train-pocket: setup $(VENV)/.requirements-train-installed ## train the embedded Pocket models from scratch, the planner by Flow-GRPO (RECIPE=best: longer)
	$(PY) -m training.pocket.train --recipe $(RECIPE) --out $(POCKET) --resume
	$(TOGETHER) -m training.pocket.planner $(POCKET)

train-planner: setup $(VENV)/.requirements-train-installed ## Flow-GRPO: the Pocket planner learns in its flows, on a CPU
	$(TOGETHER) -m training.train --config training/configs/pocket.yaml

evidence: setup $(VENV)/.requirements-train-installed ## all trainings and evaluations of runs/evidence/report.html: hours, resumable
	$(PY) -m training.evidence
	$(PY) -m training.report runs/evidence --out runs/evidence/report.html

bench: setup-dev ## measure speed: writes benchmarks/results.json and pages from it, under a quarter of an hour (needs Chromium)
	$(PY) -m benchmarks

clean: ## remove the environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
