.DEFAULT_GOAL := help
PYTHON ?= python3

help:  ## Show what there is to type
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

setup:  ## Make a virtual environment with everything for development
	$(PYTHON) -m venv .venv
	.venv/bin/pip install -e . $(patsubst %/,-e ./%,$(wildcard plugins/*/)) -r requirements-dev.txt

check:  ## Run lint, types, import contracts, docs drift and tests
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/pyright
	.venv/bin/lint-imports
	.venv/bin/python docs/generate.py --check
	.venv/bin/python -m pytest -n auto

slow:  ## Run the slow tests: many random plans and merchants
	.venv/bin/python -m pytest -m slow

.PHONY: help setup check slow
