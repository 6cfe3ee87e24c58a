# Two commands: `make run` serves the assistant, `make test` checks everything. Both set up what they need by themselves.
SHELL := /bin/sh
.SHELLFLAGS := -ec
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
INSTALLED_BY := tools/install.sh tools/rongce.pth .python-version requirements/rasa.txt
KNOWLEDGE := documents bot/clauses bot/reading bot/text
LEARNED_FROM := nlu stories domain.yml config.yml bot/components bot/answers $(KNOWLEDGE)

.PHONY: help run test check setup setup-test stock model evaluate ablate validate confusion bench capacity lock format clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: model ## Serve the assistant on http://127.0.0.1:5005
	@exec $(PYTHON) -m bot serve

test: setup-test model ## Check formatting, types, import rules and run all tests
	@sh tools/test.sh

check: setup-test ## The quick part of it, with the model that is there: no browser, no PostgreSQL, nothing slow; for daily use
	@[ -f build/model.tar.gz ] || $(MAKE) --no-print-directory model
	@sh tools/test.sh quick

setup: $(UV)
	@$(STEP) "Python and the locked dependencies" .venv/run.stamp $(INSTALLED_BY) requirements/run.txt -- \
	  sh tools/install.sh requirements/run.txt
	@$(STEP) "bytecode" .venv/bytecode.stamp $(CODE) -- $(PYTHON) -m compileall -q $(CODE)

setup-test: setup
	@$(STEP) "what the tests need" .venv/test.stamp $(INSTALLED_BY) requirements/dev.txt -- \
	  sh tools/install.sh requirements/dev.txt
	@sh tools/browser.sh
	@sh tools/postgres.sh

model: setup
	@$(STEP) "clause database" build/clauses.stamp $(KNOWLEDGE) nlu -- $(PYTHON) -m bot build
	@$(STEP) "model" build/model.stamp $(LEARNED_FROM) requirements/run.txt -- $(PYTHON) -m bot train

evaluate: model ## Print the figures on all sets of evaluation/, write docs/evaluation.md, the misses to results/ (about 3 minutes)
	@$(PYTHON) -m bot evaluate --record docs/evaluation.md

ablate: setup-test model ## Switch off each row of the table in turn, write docs/ablation.md (about 2 minutes)
	@$(PYTHON) -m benchmarks.ablation --record docs/ablation.md

validate: setup-test model ## Cross-validate over nlu/, write docs/understanding.md (about 3 minutes)
	@$(PYTHON) -m benchmarks.understanding

confusion: setup-test model ## Let `rasa test nlu` cross-validate over nlu/, keep the picture of confused intents (about 7 minutes)
	@sh tools/confusion.sh

stock: $(UV)
	@$(STEP) "a stock Rasa, to measure beside" .stock/run.stamp tools/stock.sh benchmarks/stock/requirements.txt -- sh tools/stock.sh

bench: setup-test model stock ## Measure this project beside a stock Rasa, Telegram, the look-up, 100 documents; write docs/{benchmarks,telegram,lookup,documents}.md (about 35 minutes)
	@$(PYTHON) -m benchmarks && $(PYTHON) -m benchmarks.telegram && $(PYTHON) -m benchmarks.lookup && $(PYTHON) -m benchmarks.documents

capacity: setup-test model ## Measure what a message costs on the empty PostgreSQL database URL=postgresql://…, write docs/capacity.md (about 4 minutes)
	@$(PYTHON) -m benchmarks.capacity $(URL)

lock: $(UV) ## Resolve the dependencies anew, with hashes
	@sh tools/lock.sh

format: setup-test ## Format the code
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

clean: ## Remove everything that was built, and the environment; conversations in state/ stay
	rm -rf .venv .stock .tools .rasa build models results

$(UV):
	@sh tools/get_uv.sh
