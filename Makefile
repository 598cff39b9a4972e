# What a contributor or a village needs: two commands, `make run` and `make test`. Bare Debian 12 with python3,
# python3-venv, make and git is enough; nothing is compiled, no Node and no Redis is needed.

PYTHON ?= python3
BIN := .venv/bin
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard pb/translations/*/LC_MESSAGES/messages.po))
PYTESTFLAGS ?= --numprocesses 2

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup s3 run test lint bench soak siege shots reset lock sbom

help: ## show this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/installed $(CATALOGUES) ## install the locked dependencies into .venv and compile the translations

s3: .venv/installed-s3 ## install what an S3-compatible storage of pictures asks for, after setup

run: setup ## serve the demonstration at http://127.0.0.1:8000; its data stay in var/
	@ASAR_DEMO=1 $(BIN)/pb serve --demo

test: .venv/installed-dev $(CATALOGUES) ## run the tests on SQLite and PostgreSQL
	@$(BIN)/pytest $(PYTESTFLAGS)

lint: .venv/installed-dev $(CATALOGUES) ## check style, types, borders between the rooms, and translations
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python tools/catalogue.py check

bench: .venv/installed-dev $(CATALOGUES) ## measure against belenios-tool and the targets of docs/performance.md
	@$(BIN)/python -m benchmarks

siege: .venv/installed-dev $(CATALOGUES) ## every attack of strangers at once, for an hour, beside people who vote
	@$(BIN)/python tools/siege.py $(SIEGEFLAGS)

soak: .venv/installed-dev $(CATALOGUES) ## kill server and database a thousand times while people vote
	@$(BIN)/python tools/soak.py $(SOAKFLAGS)

shots: .venv/installed-dev $(CATALOGUES) ## one HTML file with a picture of each page: two widths, two languages, two themes
	@$(BIN)/python tools/shots.py $(or $(SHOTS),var/shots.html)

reset: ## forget the demonstration: its database, keys and documents
	rm -rf var

# What a village installs and nothing of a contributor's tools, with hashes checked and licences read: an environment anew.
sbom: ## write what this version is made of, as CycloneDX, to build/sbom.json (needs the package index)
	@$(PYTHON) -m venv build/sbom
	@$(PYTHON) -m venv build/installed
	@build/sbom/bin/pip install --quiet --disable-pip-version-check cyclonedx-bom
	@build/installed/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@build/sbom/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
		--output-file build/sbom.json build/installed/bin/python
	@echo build/sbom.json

# Needs the package index. What is locked stays as it is, as far as pyproject.toml allows it: LOCKFLAGS=--upgrade renews all.
lock: ## bring the three lock files up to pyproject.toml
	@$(PYTHON) -m venv build/lock
	@build/lock/bin/pip install --quiet --disable-pip-version-check uv
	build/lock/bin/uv pip compile $(LOCK) --output-file requirements.lock pyproject.toml
	$(PYTHON) -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['optional-dependencies']['s3'], sep='\n')" \
		| build/lock/bin/uv pip compile $(LOCK) --constraint requirements.lock --output-file requirements-s3.lock -
	build/lock/bin/uv pip compile $(LOCK) --constraint requirements.lock --constraint requirements-s3.lock --extra s3 --extra dev --output-file requirements-dev.lock pyproject.toml

# One lock for every interpreter from the oldest on and every platform; uv writes no address unless it is asked to.
LOCK = --quiet $(LOCKFLAGS) --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

# A stamp is made last: an installation that broke off is begun again, a finished one is left alone.
.venv/installed: requirements.lock pyproject.toml
	$(call install,requirements.lock)
	@touch $@

.venv/installed-s3: requirements-s3.lock .venv/installed
	@echo "Installing the dependencies of $< into .venv"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@

.venv/installed-dev: requirements-dev.lock pyproject.toml
	$(call install,requirements-dev.lock)
	@touch $@ .venv/installed

define install
@echo "Installing the dependencies of $(1) into .venv"
@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement $(1)
@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
endef

$(CATALOGUES): %.mo: %.po | .venv/installed
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
