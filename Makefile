.DEFAULT_GOAL := help
PYTHON ?= python3

help:  ## Show the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

setup:  ## Create .venv with everything for development, in the versions of .ci/requirements.txt
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --require-hashes -r .ci/requirements.txt
	.venv/bin/pip install -e ".[dispatch,excel,report,spark,testing]" $(patsubst %/,-e ./%,$(wildcard plugins/*/)) -r requirements-dev.txt

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

coverage:  ## Run the tests and report the branch coverage of the engine
	mkdir -p build
	.venv/bin/python -m pytest -q -n auto --cov --cov-config=.ci/coverage.ini

slow:  ## Run the slow tests: many random plans and merchants
	.venv/bin/python -m pytest -q -n auto --dist worksteal -m slow

FUZZ_EXAMPLES ?= 5000
fuzz:  ## Search for faults with many random inputs; hours (FUZZ_EXAMPLES=500 is shorter)
	FUZZ_EXAMPLES=$(FUZZ_EXAMPLES) .venv/bin/python -m pytest -q -n auto --dist worksteal tests/fuzz

LOCK = uv pip compile --universal --generate-hashes --no-header --quiet --upgrade

lock:  ## Renew the pinned versions and hashes in .ci; needs uv and npm
	$(LOCK) pyproject.toml requirements-dev.txt --all-extras --output-file .ci/requirements.txt
	$(LOCK) .ci/sbom.in --output-file .ci/sbom.txt
	npm update --silent --package-lock-only --omit-lockfile-registry-resolved --prefix .ci

sbom:  ## Write build/sbom.json (CycloneDX): the engine, the industries, and all that they install
	rm -rf build/sbom && $(PYTHON) -m venv build/sbom/tool && $(PYTHON) -m venv build/sbom/product
	build/sbom/tool/bin/pip install --quiet --require-hashes -r .ci/sbom.txt
	sed -n '/^[a-z0-9].*==/s/ \\$$//p' .ci/requirements.txt > build/sbom/versions
	build/sbom/product/bin/pip install --quiet -c build/sbom/versions . $(patsubst %/,./%/,$(wildcard plugins/*/))
	build/sbom/product/bin/pip uninstall --quiet --yes pip setuptools
	build/sbom/tool/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
		--output-file build/sbom.json build/sbom/product/bin/python
	rm -rf build/sbom

docs:  ## Build the documentation site into build/site
	NO_MKDOCS_2_WARNING=1 .venv/bin/mkdocs build --strict --quiet --config-file .mkdocs.yml
	@echo "Open build/site/index.html in a browser."

.PHONY: help setup check fix coverage slow fuzz lock sbom docs
