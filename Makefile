# One-stop portal. `make` lists what can be done; nothing but Python 3.11 and make is needed first.

SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
INSTALLED := $(VENV)/.installed-$(shell sha256sum requirements/dev.txt | cut -c1-12)
COMPILER := .data/pip-tools
OURS := portal evaluation hotline workflow bundles matters licences notifications exchange files identity events common

export PORT
export PATH := $(BIN):$(PATH)
unexport VIRTUAL_ENV

EMBEDDED := $(BIN)/python -m portal.embedded
TESTS ?= tests

.PHONY: help run test check states translations pictures requirements clean setup pango

help: ## what can be done
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

run: $(INSTALLED) pango ## the whole portal with its demo, on http://localhost:8000 (PORT=… for another)
	@DEMO=$${DEMO:-1} $(EMBEDDED) --purpose run --port $(PORT) -- \
		bash -c 'python manage.py setup_portal && exec honcho start --no-prefix'

test: $(INSTALLED) pango ## the whole suite (TESTS=tests/portal for a part)
	@$(EMBEDDED) --purpose test -- pytest -n auto --dist loadgroup $(TESTS)

check: $(INSTALLED) ## everything that can be known without running the suite
	@$(EMBEDDED) --purpose test -- bash .ci/checks $(OURS)

states: $(INSTALLED) ## draw the state machines into docs/states/
	@python manage.py draw_states

translations: $(INSTALLED) ## renew what is to be translated (portal/locale, fixtures/locale) and compile it
	@python manage.py translations

requirements: $(COMPILER)/bin/pip-compile ## compile pyproject.toml into requirements/*.txt, with hashes and no index addresses
	@for part in base dev; do \
		case $$part in dev) options="--extra dev --constraint requirements/base.txt";; esac; \
		$< --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-emit-index-url --no-emit-options \
			--no-emit-find-links --no-emit-trusted-host $$options --output-file requirements/$$part.txt pyproject.toml \
			|| exit 1; \
	done

$(COMPILER)/bin/pip-compile:
	@$(PYTHON) -m venv $(COMPILER)
	@$(COMPILER)/bin/pip install --quiet pip-tools

pictures: ## make the pictures of docs/applicant.md and docs/hotline.md anew, by the people of the stories
	@$(MAKE) test TESTS="tests/stories/test_applicants_in_chromium.py tests/stories/test_hotline_in_chromium.py"
	@cp .data/pictures/guide/*.png docs/img/

clean: ## remove the virtual environment, the private servers' data and every cache
	@if [ -x $(BIN)/python ]; then $(EMBEDDED) --forget; fi
	@rm -rf $(VENV) .data .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp is named after the pins: a second run starts at once, a changed pin installs.
$(INSTALLED):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed, and $(PYTHON) is older: make PYTHON=/path/to/python3.11"; exit 1; }
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV) \
		|| { echo "Python's venv is missing: apt-get install -y python3-venv"; exit 1; }
	@echo "installing the pinned packages into $(VENV) (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/dev.txt
	@touch $@

# Everything but documents works without it.
pango: $(INSTALLED)
	@$(BIN)/python -c 'import ctypes.util, sys; sys.exit(not ctypes.util.find_library("pangoft2-1.0"))' \
		|| echo "Pango is missing, so no document can be printed: apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
