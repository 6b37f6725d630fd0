# Everything a newcomer needs is two words: `make run`, `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

BIN := .venv/bin
STAMP := .venv/.installed
# The newest Python of 3.11 and above found on the path; `python3` itself wins where it is new enough and nothing newer is there.
PYTHON ?= $(shell for python in python3.14 python3.13 python3.12 python3.11 python3; do \
	command -v $$python >/dev/null 2>&1 && $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
UP := $(if $(wildcard config.yaml),up --config config.yaml,up --simulate)
SEED ?= 1
MINUTES ?= 10
SOURCES := services libs kryten_economy tests benchmarks deploy docs

.PHONY: help install lint format test fuzz chaos bench docs run clean

help: ## Say what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/' | expand -t 16

install: $(STAMP) ## Make .venv with everything in it (quick the second time)

$(STAMP): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer (with venv) on the path; name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing into .venv ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

lint: install ## Style and types
	$(BIN)/ruff check --quiet $(SOURCES)
	$(BIN)/mypy --no-error-summary

format: install ## Put the code into the house's form
	$(BIN)/ruff check --quiet --fix $(SOURCES)
	$(BIN)/ruff format --quiet $(SOURCES)

test: install ## The whole suite, on a real NATS server
	$(BIN)/python -m pytest -q -n 4 --dist loadfile --no-loadscope-reorder

fuzz: install ## The property tests again, with fresh chance
	HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest -q -n 2 tests/unit -m hypothesis

chaos: install ## Kill processes at random and check every coin: SEED= MINUTES=
	$(BIN)/python -m tests.chaos --seed $(SEED) --minutes $(MINUTES)

bench: install ## Measure
	$(BIN)/python -m benchmarks

docs: install ## Write what of the documentation is made from the code
	$(BIN)/python -m docs.generate

run: install ## Start everything, with config.yaml if there is one; without, with a simulated channel
	@$(BIN)/kryten-economy $(UP)

clean: ## Remove what was made (not data/, not demo/, not config.yaml)
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
	find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +
