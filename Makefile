# One word for each thing one does with Threadkeeper; `make` alone lists them. It needs Python 3.11 or
# newer and make, nothing else: no root, no Docker. What it installs goes into .venv, once, from
# requirements/*.txt by hash. A stamp file says what is in, so a warm `make demo` does no set-up at all.

SHELL := /bin/sh
VENV ?= .venv
ARGS ?=
# make HISTORY=90d demo: so many days of past tickets.
HISTORY ?=
# Where a Python >= 3.11 has another name: make PYTHON=/opt/python3.12/bin/python3 demo
PYTHON ?=
# How many processes test at once; ARGS=-n0 stays in one.
WORKERS ?= auto
# USE_PIP=1 installs with plain pip, where uv has no build for the machine.
USE_PIP ?=

PY := $(VENV)/bin/python
INSTALLER := $(VENV)/.installer
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo run test lint format types imports leaks check docs bench lock clean

help: ## list these words
	@echo 'make …  (ARGS="…" is passed on; the first call installs into $(VENV))'
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 12

demo: $(RUNTIME) ## a support desk in a Slack of its own, in your browser (ARGS=--script plays it by itself, HISTORY=90d gives it a past)
	@$(PY) app.py demo $(if $(HISTORY),--history $(HISTORY)) $(ARGS)

run: $(RUNTIME) ## the desk itself, with the settings of .env or threadkeeper.toml
	@$(PY) app.py run $(ARGS)

test: $(DEV) ## every test, on SQLite and PostgreSQL (ARGS="-k customer -x")
	@$(PY) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

lint: $(DEV) ## ruff: rules and format
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

format: $(DEV) ## let ruff mend what it can
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

types: $(DEV) ## mypy --strict
	@$(PY) -m mypy

imports: $(DEV) ## who may import whom
	@$(VENV)/bin/lint-imports --no-logo

leaks: $(RUNTIME) ## no secret, registry address or path of a machine in what is committed
	@$(PY) .ci/leaks.py

check: lint types imports leaks ## lint, types, imports and leaks; .ci/run adds the tests

docs: $(RUNTIME) ## write docs/acts.md and docs/figures.md anew, from their tables
	@$(PY) -m bot.doors > docs/acts.md
	@$(PY) -m bot.defining > docs/figures.md

bench: $(DEV) ## how fast, as a ratio to a bare Bolt app
	@$(PY) -m bench $(ARGS)

LOCK := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-config --no-annotate --no-header --no-emit-index-url --no-emit-find-links
lock: $(INSTALLER) ## write requirements/*.txt anew from *.in (ARGS=--upgrade for newer versions)
	cd requirements && ../$(LOCK) $(ARGS) uv.in -o uv.txt
	cd requirements && ../$(LOCK) $(ARGS) runtime.in -o runtime.txt
	cd requirements && ../$(LOCK) $(ARGS) --constraints runtime.txt dev.in -o dev.txt
	cd requirements && ../$(LOCK) $(ARGS) --constraints runtime.txt semantic.in -o semantic.txt

clean: ## what tools left behind, and .venv; never var/, where the desk keeps its data
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './var/*' -prune -exec rm -rf {} +

# ---- set-up: each stamp is newer than the list that it has installed

# A venv outlives its Python's upgrade as a dangling link: then it is made anew.
ifeq ($(shell test -x $(PY) && echo sound),)
.PHONY: $(VENV)/pyvenv.cfg
endif

$(VENV)/pyvenv.cfg:
	@PYTHON='$(PYTHON)' sh .ci/make-venv '$(VENV)'

ifdef USE_PIP
INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r
$(INSTALLER): $(VENV)/pyvenv.cfg
	@touch $@
else
INSTALL := $(VENV)/bin/uv pip install --quiet --python $(PY) --require-hashes -r
$(INSTALLER): requirements/uv.txt $(VENV)/pyvenv.cfg
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt \
	  || { echo 'uv could not be installed; try with plain pip: make USE_PIP=1 …' >&2; exit 1; }
	@touch $@
endif

$(RUNTIME): requirements/runtime.txt $(INSTALLER)
	@echo 'Installing what the desk needs into $(VENV) …' >&2
	@$(INSTALL) requirements/runtime.txt
	@touch $@

# dev.txt holds runtime.txt's versions too.
$(DEV): requirements/dev.txt requirements/runtime.txt $(INSTALLER)
	@echo 'Installing what tests and linters need into $(VENV) …' >&2
	@$(INSTALL) requirements/dev.txt
	@touch $(RUNTIME) $@
