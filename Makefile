# The two commands a reader needs are `make run` and `make test`; both install what they need into .venv first.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
BENCH := .venv-bench
BENCH_STAMP := $(BENCH)/.installed
OUT := results
CHECKED := build/codecheck
# A process a core, each with whole files, so that what a file makes for its tests is made once. Memory is for eight.
TESTS := $(BIN)/python -m pytest -n logical --maxprocesses 8 --dist loadfile

.PHONY: help run test test-all check verify codecheck docs docs-links format lock bench tables clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: $(STAMP) ## the main job: the plan, no plan and each group of levers alone on a 1% sample, then the report page
	for scenario in no_plan baseline settlement_only housing_only schools_only jobs_only; do \
	  $(BIN)/urbsim run $$scenario --out $(OUT) || exit; \
	done
	$(BIN)/urbsim report $(OUT) --baseline no_plan

test: $(STAMP) ## the tests, on all cores
	$(TESTS) -m "not slow"

test-all: $(STAMP) ## the tests, those of the full population included
	$(TESTS)

check: $(STAMP) ## format, lint, imports, types, facts, generated files in step
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/python -m urbsim.facts.register
	$(BIN)/python -m urbsim.scenario.schema
	$(BIN)/python -m urbsim.fit.protocol
	$(BIN)/python docs/generate.py

verify: $(STAMP) ## rerun the baseline and compare it with codecheck/record (seconds); `urbsim verify --renew` records anew
	$(BIN)/urbsim verify

codecheck: $(STAMP) ## rerun the main job in a fresh folder and compare all its runs with codecheck/record
	rm -rf $(CHECKED)
	$(MAKE) run OUT=$(CHECKED)
	$(BIN)/python -m codecheck.compare $(CHECKED)

docs: $(STAMP) ## the documentation as a site, into build/site; a warning or a dead link inside it is an error
	$(BIN)/python -m sphinx -q -E -W --keep-going -c docs/site . build/site
	@echo "open build/site/index.html"

docs-links: $(STAMP) ## ask every outside address that the documentation names (needs a network)
	$(BIN)/python -m sphinx -q -c docs/site -b linkcheck . build/links

format: $(STAMP) ## rewrite the code in the house format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(BENCH_STAMP) ## speed and memory, measured here, into docs/performance.md (some 15 minutes; leave the machine alone)
	$(BENCH)/bin/python -m bench.performance

tables: $(STAMP) ## what other documents quote: spreads, dose-response, the decade 2010-2020, precision, the tutorials (takes long)
	$(BIN)/python -m bench.spread
	$(BIN)/python -m bench.dose_response
	$(BIN)/python -m bench.hindcast --write
	$(BIN)/python -m bench.precision --write
	$(BIN)/python -m bench.tutorial --write

lock: ## renew requirements.lock (one numpy, scipy and numba for all Pythons, so that numbers compare)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url -c constraints.txt -o requirements.lock

clean: ## remove the environment and the results
	rm -rf .venv $(BENCH) results/*/

define build # an environment in $(1) with what is locked, and urbsim from this folder
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "urbsim needs Python 3.11 or newer; say which with: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' || \
	  { echo "this Python has no venv module; on Debian: apt-get install python3-venv" >&2; exit 2; }
	$(PYTHON) -m venv $(1)
	$(1)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(1)/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
endef

$(STAMP): requirements.lock pyproject.toml
	$(call build,.venv)
	@touch $(STAMP)

# Starsim beside the locked versions, which it must not change: the same urbsim is measured as is tested.
$(BENCH_STAMP): requirements.lock pyproject.toml
	$(call build,$(BENCH))
	$(BENCH)/bin/pip freeze --exclude-editable > $(BENCH)/locked.txt
	$(BENCH)/bin/pip install --quiet --disable-pip-version-check --no-build-isolation \
	  --constraint $(BENCH)/locked.txt --editable '.[bench]' || \
	  echo "Starsim could not be installed: the comparison goes on without it" >&2
	@touch $(BENCH_STAMP)
