# The two commands a reader needs are `make run` and `make test`; both install what they need into .venv first.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: help run test test-all check format lock bench clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: $(STAMP) ## the main job: the plan, no plan and each group of levers alone on a 1% sample, then the report page
	for scenario in no_plan baseline settlement_only housing_only schools_only jobs_only; do \
	  $(BIN)/urbsim run $$scenario --out results || exit; \
	done
	$(BIN)/urbsim report results --baseline no_plan

test: $(STAMP) ## the tests
	$(BIN)/python -m pytest -m "not slow"

test-all: $(STAMP) ## the tests, those of the full population included
	$(BIN)/python -m pytest

check: $(STAMP) ## format, lint, facts, generated files in step, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python -m urbsim.register
	$(BIN)/python -m urbsim.schema
	$(BIN)/pyright

format: $(STAMP) ## rewrite the code in the house format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(STAMP) ## what the documents quote: spreads and dose-response tables (takes long)
	$(BIN)/python -m bench.spread
	$(BIN)/python -m bench.dose_response

lock: ## renew requirements.lock (one numpy, scipy and numba for all Pythons, so that numbers compare)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url -c constraints.txt -o requirements.lock

clean: ## remove the environment and the results
	rm -rf .venv results/*/

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "urbsim needs Python 3.11 or newer; say which with: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' || \
	  { echo "this Python has no venv module; on Debian: apt-get install python3-venv" >&2; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)
