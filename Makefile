.DEFAULT_GOAL := help
PYTHON ?= python3

help:  ## Show the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

setup:  ## Create .venv with everything for development
	$(PYTHON) -m venv .venv
	.venv/bin/pip install -e ".[report,spark,testing]" $(patsubst %/,-e ./%,$(wildcard plugins/*/)) -r requirements-dev.txt

check:  ## Run all checks: lint, format, types, import contracts, generated pages, tests
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/pyright --pythonpath .venv/bin/python
	.venv/bin/lint-imports
	.venv/bin/python docs/generate.py --check
	.venv/bin/python -m pytest -q -n auto

fix:  ## Fix lint, format, and rewrite the generated pages of docs/reference
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	.venv/bin/python docs/generate.py

slow:  ## Run the slow tests: many random plans and merchants
	.venv/bin/python -m pytest -q -n auto --dist worksteal -m slow

docs:  ## Build the documentation site into build/site
	NO_MKDOCS_2_WARNING=1 .venv/bin/mkdocs build --strict --quiet --config-file .mkdocs.yml
	@echo "Open build/site/index.html in a browser."

.PHONY: help setup check fix slow docs
