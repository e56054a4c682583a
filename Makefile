# What a person types. Everything below is incremental: a finished step leaves a stamp and is not done again.

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PORT ?= 8000
ONLY ?=
# The first Python of 3.11 or newer on this machine; override with make PYTHON=…
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$p; break; fi; done)

BIN := .venv/bin
PY := $(BIN)/python
PYTEST := $(BIN)/pytest -p no:cacheprovider
VENV := .venv/.stamp
NODE := node_modules/.stamp
NETS := photos/nets/files/.stamp
FRONT := static/built/.stamp
REPORTS := var/reports
# Dozens of processes are started here; without bytecode each would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup run test check unit architecture services journeys prove bench messages clean
.PHONY: lane-on-sqlite lane-on-services journeys-sqlite journeys-postgresql

help:  ## say what there is
	@sed -n 's/^\([a-z.]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

.venv: $(VENV)  ## make the Python environment

$(VENV): requirements-dev.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name it with make PYTHON=..." >&2; exit 1; }
	@echo "== Python packages"
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements-dev.lock
	@touch $@

$(NODE): $(VENV) package.json package-lock.json .npmrc
	@echo "== front-end packages"
	@$(PY) -m portal.node npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@

$(NETS): $(NODE) photos/nets/manifest.json photos/nets/requirements-nets.lock
	@$(PY) -m photos.nets.fetch
	@touch $@

$(FRONT): $(NODE) $(shell find static/src static/build.mjs -type f 2>/dev/null)
	@echo "== front-end build"
	@$(PY) -m portal.node node static/build.mjs
	@touch $@

setup: $(VENV) $(NODE) $(NETS) $(FRONT)  ## install and build everything
	@$(PY) manage.py prepare --demonstration

run: setup  ## set up and start the portal on PORT (default 8000)
	@PORT=$(PORT) exec $(PY) -m portal.supervisor

test: $(VENV) $(NODE) $(NETS) $(FRONT)  ## every check and every test (under twelve minutes)
	@rm -rf $(REPORTS) && mkdir -p $(REPORTS)
	@$(PY) manage.py compile_messages
	@$(MAKE) -j 2 -O lane-on-sqlite lane-on-services
	@$(MAKE) unit
	@$(PY) tests/closing.py $(REPORTS)

# Two lanes side by side: one works while the other waits. Whatever empties Redis goes one by one in a single lane.
lane-on-sqlite:
	@$(MAKE) check && $(MAKE) architecture && $(MAKE) journeys-sqlite

lane-on-services:
	@$(MAKE) services && $(MAKE) journeys-postgresql

check: $(VENV)  ## format, lint, types, imports, migrations, templates, messages (ONLY=name for one)
	@echo "== checks"
	@PRE_COMMIT_HOME=var/pre-commit $(BIN)/pre-commit run $(ONLY) --all-files --color never

architecture: $(VENV)  ## the rules of the house, as tests
	@echo "== architecture"
	@$(PYTEST) tests/architecture -m "not long" --junitxml=$(REPORTS)/architecture.xml

# The folders that need a service, a browser or a second process have stages of their own.
STAGED := architecture concurrency faults journeys
unit: $(VENV)  ## the tests of every app, on SQLite
	@echo "== apps"
	@$(PYTEST) -n 2 --dist worksteal tests $(STAGED:%=--ignore=tests/%) -m "not long and not postgres" \
		--junitxml=$(REPORTS)/unit.xml

services: $(VENV)  ## concurrency and faults, and what differs on PostgreSQL
	@echo "== concurrency and faults"
	@SERVICES="$$($(PY) tests/services.py)" || exit 1; eval "$$SERVICES"; \
	if [ -n "$$PORTAL_TEST_POSTGRES_URL" ]; then \
		PORTAL_TEST_DATABASE_URL="$$PORTAL_TEST_POSTGRES_URL" \
		$(PYTEST) tests/concurrency -m "not long" --junitxml=$(REPORTS)/concurrency-postgres.xml \
		|| exit 1; \
		PORTAL_TEST_DATABASE_URL="$$PORTAL_TEST_POSTGRES_URL" \
		$(PYTEST) tests --ignore=tests/concurrency -m "postgres and not long" \
		--junitxml=$(REPORTS)/postgres.xml || [ $$? -eq 5 ] || exit 1; \
	fi; \
	$(PYTEST) tests/concurrency tests/faults -m "not long and not postgres" --junitxml=$(REPORTS)/services.xml

journeys: journeys-sqlite journeys-postgresql  ## the whole path in a real browser

journeys-sqlite: $(VENV) $(FRONT) $(NETS)
	@echo "== journeys on SQLite"
	@$(PYTEST) tests/journeys -m "browser and not long" -k "not postgresql" --junitxml=$(REPORTS)/browser.xml
	@$(PYTEST) tests/journeys -m "not long and not browser" --junitxml=$(REPORTS)/journeys.xml

journeys-postgresql: $(VENV) $(FRONT) $(NETS)
	@echo "== journeys on PostgreSQL and Redis"
	@SERVICES="$$($(PY) tests/services.py)" || exit 1; eval "$$SERVICES"; \
	$(PYTEST) tests/journeys -m "browser and not long" -k postgresql --junitxml=$(REPORTS)/browser-postgresql.xml

# The counts that closing.py adds up are properties, which the newer form of the reports has no place for.
LONG := $(PYTEST) -o junit_family=xunit1
prove: $(VENV) $(NODE) $(NETS) $(FRONT)  ## the long counts (under an hour)
	@rm -rf $(REPORTS) && mkdir -p $(REPORTS)
	@$(PY) manage.py compile_messages
	@echo "== histories, properties, forms, addresses"
	@HYPOTHESIS_PROFILE=long $(LONG) -n 2 --dist worksteal tests --ignore=tests/faults \
		-m "(long or hypothesis) and not postgres" --junitxml=$(REPORTS)/long.xml
	@echo "== processes killed and doubled"
	@SERVICES="$$($(PY) tests/services.py)" || exit 1; eval "$$SERVICES"; \
	$(LONG) tests/faults -m "long and not postgres" --junitxml=$(REPORTS)/long-faults.xml || exit 1; \
	[ -z "$$PORTAL_TEST_POSTGRES_URL" ] || PORTAL_TEST_DATABASE_URL="$$PORTAL_TEST_POSTGRES_URL" \
	$(LONG) tests -m "long and postgres" --junitxml=$(REPORTS)/long-postgres.xml
	@$(PY) tests/closing.py $(REPORTS)

bench: $(VENV) $(NODE) $(NETS) $(FRONT)  ## measure against the floor (ONLY=name for one)
	@$(PY) -m benchmarks $(ONLY)

messages: $(VENV)  ## bring the message catalogues up to date with code and templates
	@$(PY) manage.py collect_messages
	@$(PY) manage.py compile_messages

clean:  ## remove what was built, keep the data in var/
	rm -rf .venv node_modules static/built photos/nets/files var/reports var/pre-commit var/static var/run
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find locale -name '*.mo' -delete
