# KIMHub. Every target sets up what it needs; `make` alone lists them.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# Some images forbid Python to keep what it compiled. Tests start hundreds of processes; each would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
RUN := $(VENV)/bin/python -m
STEP := @.ci/step

COMPILE = .ci/uv $(VENV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate $(if $(UPGRADE),--upgrade)

# A stamp carries the checksum of what it was made from: an older file restored with its old date counts too.
checksum = $(shell cat $(1) 2>/dev/null | cksum | tr ' ' '-')
LOCKED := $(VENV)/.locked-$(call checksum,requirements.lock requirements-setup.lock)
EDITABLE := $(VENV)/.editable-$(call checksum,pyproject.toml)
MODULES := node_modules/.locked-$(call checksum,package-lock.json)

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(EDITABLE) assets ## Virtual environment and page assets

.PHONY: run
run: setup ## Start KIMHub with everything it needs; Ctrl-C stops it
	@$(RUN) kimhub run

.PHONY: test
test: export KIMHUB_TEST_POSTGRES := $(if $(POSTGRES),/usr/lib/postgresql/$(POSTGRES))
test: setup ## All tests but those in the browser (POSTGRES=15: on Debian's server of that version)
	@$(RUN) pytest -n auto -m "not e2e" -q

.PHONY: e2e
e2e: setup ## Drive the portal in a real browser (headless Chromium)
	$(STEP) "Browser (Chromium) bereit" .ci/programs chromium
	@$(RUN) pytest -m e2e -q

.PHONY: shots
shots: export KIMHUB_TEST_PICTURES := docs/bilder
shots: setup ## Take the pictures of docs/rundgang.md anew while the journeys run
	$(STEP) "Browser (Chromium) bereit" .ci/programs chromium
	@$(RUN) pytest -m e2e -q tests/e2e/test_heute.py tests/e2e/test_main_job.py tests/e2e/test_money.py

.PHONY: bench
bench: setup ## Measure the ratios of bench/, results with date in bench/results/
	@$(RUN) bench

.PHONY: check
check: $(EDITABLE) ## Lint, format, types, import contracts, templates
	$(STEP) "ruff check" $(RUN) ruff check .
	$(STEP) "ruff format" $(RUN) ruff format --check .
	$(STEP) "mypy" $(RUN) mypy
	$(STEP) "import contracts" $(VENV)/bin/python -c "from importlinter.cli import lint_imports_command as run; run()" --no-logo
	$(STEP) "template format" $(RUN) djlint --check kimhub
	$(STEP) "template lint" $(RUN) djlint --lint kimhub

.PHONY: format
format: $(EDITABLE) ## Put code and templates into the form that `check` wants
	$(STEP) "ruff" sh -c '$(RUN) ruff check --fix-only . && $(RUN) ruff format .'
	$(STEP) "djlint" sh -c '$(RUN) djlint --reformat --quiet kimhub || true'

.PHONY: lock
lock: $(EDITABLE) ## Bring the locks up to pyproject.toml (UPGRADE=1: and everything to its newest version)
	$(STEP) "requirements.lock" $(COMPILE) --extra embedded --extra dev pyproject.toml -o requirements.lock
	$(STEP) "requirements-production.lock" $(COMPILE) -c requirements.lock pyproject.toml -o requirements-production.lock

.PHONY: clean
clean: ## Remove what was installed and built; the data in var/ stays
	rm -rf $(VENV) node_modules kimhub/core/web/static/vendor *.egg-info
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# Page assets: copying them takes no time, so it is always done and never stale.
.PHONY: assets
assets: $(EDITABLE) $(if $(wildcard package-lock.json),$(MODULES)) ## Fetch and copy what the pages need
	$(STEP) "Seitenbausteine bereit" $(RUN) kimhub.core.web.assets

$(LOCKED):
	@rm -f $(VENV)/.locked-*
	$(STEP) "Python 3.11 oder neuer vorhanden" .ci/python
	$(STEP) "Virtuelle Umgebung bereit" .ci/virtual-environment "$$(.ci/python)" $(VENV)
	@touch $@

$(EDITABLE): $(LOCKED)
	@rm -f $(VENV)/.editable-*
	$(STEP) "KIMHub eingerichtet" .ci/editable $(VENV)
	@touch $@

$(MODULES):
	@rm -f node_modules/.locked-*
	$(STEP) "Node-Pakete bereit" .ci/node-packages
	@touch $@
