# Two commands: `make run` serves the assistant, `make test` checks everything. Both set up what they need by themselves.
SHELL := /bin/sh
.SUFFIXES:
.ONESHELL:
.DEFAULT_GOAL := help

UV := .tools/uv/bin/uv
PYTHON := .venv/bin/python
STEP := sh tools/step.sh
export RASA_TELEMETRY_ENABLED := false
# Some systems forbid bytecode; without it every start takes two to three times as long.
unexport PYTHONDONTWRITEBYTECODE

CODE := bot actions
KNOWLEDGE := documents bot/clauses bot/reading bot/text
LEARNED_FROM := nlu stories domain.yml config.yml bot/components bot/answers $(KNOWLEDGE)

.PHONY: help run test setup setup-test model evaluate ablate validate confusion bench capacity lock format clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: model ## Serve the assistant on http://127.0.0.1:5005
	@exec $(PYTHON) -m bot serve

test: setup-test model ## Check formatting, types, import rules and run all tests
	@sh tools/test.sh

setup: $(UV)
	@$(STEP) "Python 3.10 and the locked dependencies" .venv/run.stamp requirements/run.txt .python-version -- \
	  sh tools/install.sh requirements/run.txt
	@$(STEP) "bytecode" .venv/bytecode.stamp $(CODE) -- $(PYTHON) -m compileall -q $(CODE)

setup-test: setup
	@$(STEP) "what the tests need" .venv/test.stamp requirements/dev.txt -- sh tools/install.sh requirements/dev.txt
	@sh tools/browser.sh

model: setup
	@$(STEP) "clause database" build/clauses.stamp $(KNOWLEDGE) -- $(PYTHON) -m bot build
	@$(STEP) "model" build/model.stamp $(LEARNED_FROM) requirements/run.txt -- $(PYTHON) -m bot train

evaluate: model ## Print the figures on all sets of evaluation/, write docs/evaluation.md, the misses to results/ (about 3 minutes)
	@$(PYTHON) -m bot evaluate --record docs/evaluation.md

ablate: setup-test model ## Switch off each row of the table in turn, write docs/ablation.md (about 2 minutes)
	@$(PYTHON) -m benchmarks.ablation --record docs/ablation.md

validate: setup-test model ## Cross-validate over nlu/, write docs/understanding.md (about 3 minutes)
	@$(PYTHON) -m benchmarks.understanding

confusion: setup-test model ## Let `rasa test nlu` cross-validate over nlu/, keep the picture of confused intents (about 7 minutes)
	@sh tools/confusion.sh

bench: setup-test model ## Measure this project beside a stock Rasa, Telegram, the look-up, 100 documents; write docs/{benchmarks,telegram,lookup,documents}.md (about 35 minutes)
	@$(PYTHON) -m benchmarks && $(PYTHON) -m benchmarks.telegram && $(PYTHON) -m benchmarks.lookup && $(PYTHON) -m benchmarks.documents

capacity: setup-test model ## Measure what a message costs on the empty PostgreSQL database URL=postgresql://…, write docs/capacity.md (about 4 minutes)
	@$(PYTHON) -m benchmarks.capacity $(URL)

lock: $(UV) ## Resolve the dependencies anew, with hashes
	@$(UV) pip compile -q --python-version 3.10 --generate-hashes --no-header \
	  --override requirements/overrides.txt requirements/run.in -o requirements/run.txt
	@$(UV) pip compile -q --python-version 3.10 --generate-hashes --no-header \
	  --override requirements/overrides.txt requirements/run.in requirements/dev.in -o requirements/dev.txt

format: setup-test ## Format the code
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

clean: ## Remove everything that was built, and the environment; conversations in state/ stay
	rm -rf .venv .tools .rasa build models results

$(UV):
	@sh tools/get_uv.sh
