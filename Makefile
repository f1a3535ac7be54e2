# Each goal does its own set-up, in .venv. Needs only make and python3 (3.11 to 3.13, with venv and pip).
# uv does the installing where it can be had, because it is quicker; where it cannot, or finds nothing (it does not
# read pip.conf, so behind an organisation's own package mirror it may not), pip does the same from the same lock.
# PYTHONHASHSEED is left alone on purpose: results may not depend on it.
PY      ?= python3
VENV    ?= .venv
export UV_SYSTEM_CERTS ?= true
BENCH   ?= .venv-bench
WORKERS ?= 2
BIN     := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help venv demo test lint format prove bench calibrate validate clean

help: ## list the goals
	@grep -hE '^[a-z]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "make %-8s %s\n", $$1, $$2}'

# $(call install,ENVIRONMENT,LOCK): every package at the version and hash in LOCK, then this project, editable.
# Byte code is compiled here, once, or each first import would pay for it.
define install
@echo 'Setting up $(1) from $(2)'
@$(PY) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v < (3, 14) else "Python 3.11, 3.12 or 3.13 is needed, not %d.%d: make PY=python3.12" % v)'
@$(PY) -m venv $(1)
@test -x $(1)/bin/uv || $(1)/bin/pip install -q --disable-pip-version-check --retries 1 uv || echo 'No uv here; pip does its work, more slowly.'
@{ test -x $(1)/bin/uv && { $(1)/bin/uv pip install -q --compile-bytecode -p $(1)/bin/python --require-hashes -r $(2) \
	|| { echo 'uv did not get the packages (see above); pip does it now, more slowly. Nothing is wrong so far.'; false; }; }; } \
	|| $(1)/bin/pip install -q --disable-pip-version-check --require-hashes -r $(2)
@{ test -x $(1)/bin/uv && $(1)/bin/uv pip install -q -p $(1)/bin/python --no-deps -e .; } \
	|| $(1)/bin/pip install -q --disable-pip-version-check --no-deps -e .
@touch $(1)/.ok
endef

$(VENV)/.ok: pyproject.toml requirements.lock
	$(call install,$(VENV),requirements.lock)

$(BENCH)/.ok: pyproject.toml requirements-bench.lock
	$(call install,$(BENCH),requirements-bench.lock)

venv: $(VENV)/.ok ## set up .venv and stop there

demo: $(VENV)/.ok ## one comparison, local against central commissioning, into results/demo
	$(BIN)/placesim compare experiment=central_vs_local out=results/demo

test: lint ## lint, types, then every test
	$(BIN)/python -m pytest -n $(WORKERS)

lint: $(VENV)/.ok ## style and types only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.ok ## put the code into the house style
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

prove: $(VENV)/.ok ## renew the stored evidence that the model agrees with theory
	$(BIN)/python -m tests.prove

bench: $(BENCH)/.ok ## time the model beside other simulation libraries
	$(BENCH)/bin/python -m tests.bench

calibrate: $(VENV)/.ok ## work the unpublished parameters out again and store them (long; goes on where it was stopped)
	$(BIN)/placesim calibrate run.workers=$(WORKERS) out=results/calibrate store=configs/calibration
	$(BIN)/placesim crosscheck out=results/crosscheck store=configs/calibration
	$(BIN)/placesim uncertainty experiment=central_vs_local run.workers=$(WORKERS) out=results/uncertainty store=configs/calibration
	$(BIN)/placesim uncertainty experiment=mechanisms points=8 replications=1 run.workers=$(WORKERS) out=results/mechanisms store=configs/calibration
	$(BIN)/placesim sensitivity run.workers=$(WORKERS) out=results/sensitivity store=configs/calibration
	$(BIN)/placesim impact run.workers=$(WORKERS) out=results/impact store=configs/calibration
	$(BIN)/placesim impact workforce=posts points=128 run.workers=$(WORKERS) out=results/impact_posts store=configs/calibration

validate: $(VENV)/.ok ## the validation and the standards pages, from stored results and fresh runs
	$(BIN)/placesim validate targets=configs/targets.csv run.workers=$(WORKERS) runs=results/calibrate/runs out=results/validation
	$(BIN)/placesim standards out=results/validation

clean: ## remove the environments, results and caches
	rm -rf $(VENV) $(BENCH) results outputs multirun build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
