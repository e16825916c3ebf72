# One verb per thing a person does; `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help run test check prove reproduce report definition relock benchmark up down docs lock clean

PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv
WORKERS ?= 2
EXTRAS := gateway ingestion training prediction gpu peers
LOCKING := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links

# Data sets and tools that lie beside the checkout are found; elsewhere these variables name them.
export LONGHAND_DATASETS ?= $(patsubst %/splits.csv,%,$(firstword $(wildcard $(abspath ..)/*/data/splits.csv)))
export LONGHAND_CONTAINER_ENGINE ?= $(firstword $(wildcard $(abspath ..)/*/tools/container-engine))

help: ## what can be done here
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

# A virtual environment with the locked requirements; made again only when they change.
.venv/.installed: requirements/uv.txt requirements/dev.txt requirements/base.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
		|| { echo "Longhand needs Python 3.11, 3.12 or 3.13; name it: make PYTHON=python3.11 ..."; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv \
		|| { echo "Python's venv is missing; on Debian: apt-get install python3-venv"; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	$(UV) pip sync --quiet --python $(BIN)/python --compile-bytecode --require-hashes \
		requirements/uv.txt requirements/dev.txt requirements/base.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

# What checks the console and is not to be had from PyPI: the lock has its hashes.
NPM := requirements/npm/node_modules/.package-lock.json
$(NPM): requirements/npm/package-lock.json | .venv/.installed
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --prefix $(<D) --ignore-scripts --no-audit --no-fund --silent \
		&& touch $@ || echo "npm installs nothing here: what the console's types and accessibility are is not checked."

run: .venv/.installed ## start the platform on this machine, until Ctrl-C
	@$(BIN)/python -m services.supervisor

test: .venv/.installed $(NPM) ## every test but the long proofs, with coverage
	@.ci/packages
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --max-worker-restart 0 --cov --cov-report=term --durations=10

check: .venv/.installed $(NPM) ## style, types, import rule, containers and monitoring
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@.ci/console $(BIN)
	@.ci/configuration $(BIN)

prove: .venv/.installed ## what takes long: containers in a real engine, kills, timings
	@$(BIN)/python -m pytest -m prove --timeout=1800 -rs

reproduce: .venv/.installed ## the starter pipeline from nothing; RECIPE=full for the shipped bundles
	@PATH="$(CURDIR)/$(BIN):$$PATH" dvc repro $(if $(filter full,$(RECIPE)),pipelines/full/dvc.yaml)

report: .venv/.installed ## how well the trained models read, and on what data; RECIPE=full for the shipped ones
	@$(BIN)/python -m pipelines.report --recipe $(or $(RECIPE),starter)

definition: .venv/.installed ## write dvc.yaml of both recipes again: what each stage depends on is what it imports
	@$(BIN)/python -m pipelines.definition

relock: .venv/.installed ## make both dvc.lock true again without training, where code moved and its outcome did not
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pipelines.relock

# The ready-made engines that are measured beside Longhand; where they cannot be had, the benchmark says so and goes on.
.venv-peers/.installed: requirements/peers.txt
	@$(UV) venv --quiet --clear --python $(BIN)/python .venv-peers
	@$(UV) pip sync --quiet --python .venv-peers/bin/python --compile-bytecode --require-hashes requirements/peers.txt \
		&& touch $@ || echo "RapidOCR could not be installed."

benchmark: .venv/.installed .venv-peers/.installed ## accuracy and speed beside ready-made engines; SAMPLE=50 for a trial
	@$(BIN)/python -m benchmarks $(addprefix --sample ,$(SAMPLE))

secrets/admin_password:
	@mkdir -p -m 700 secrets
	@$(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(18))' > $@
	@echo "The first administrator is admin; the password lies in $@"

secrets/database.env: | secrets/admin_password
	@$(PYTHON) -c 'import secrets; [print(f"{name}_PASSWORD={secrets.token_hex(18)}") for name in \
		("POSTGRES", "GATEWAY_DATABASE", "INGESTION_DATABASE", "TRAINING_DATABASE")]' > $@

DATABASE = $(filter postgres,$(STATE))
COMPOSE = docker compose $(addprefix --env-file ,$(wildcard .env) $(DATABASE:postgres=secrets/database.env)) \
	$(if $(DATABASE),--file docker-compose.yml --file docker-compose.database.yml)

up: secrets/admin_password $(DATABASE:postgres=secrets/database.env) ## the same platform in containers; STATE=postgres for PostgreSQL
	$(COMPOSE) up --build --detach --wait

down: ## stop the containers; their volumes stay
	$(COMPOSE) down

docs: .venv/.installed ## write the generated reference pages again
	@$(BIN)/python -m docs

lock: ## compile requirements/ from pyproject.toml, newest versions with UPGRADE=1
	@test -x $(UV) || { test -x $(BIN)/pip || $(PYTHON) -m venv .venv; \
		$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt; }
	@$(LOCKING) $(if $(UPGRADE),--upgrade) pyproject.toml --extra dev --output-file requirements/dev.txt
	@for extra in $(EXTRAS); do echo "$$extra"; \
		$(LOCKING) pyproject.toml --extra $$extra --constraint requirements/dev.txt --output-file requirements/$$extra.txt \
		|| exit 1; done
	@$(LOCKING) --no-deps pyproject.toml --extra base --output-file requirements/base.txt

clean: ## remove the virtual environment and caches; var/ stays
	rm -rf .venv .venv-peers requirements/npm/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
