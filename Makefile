# Two commands do everything: `make run` and `make test`. Both make their own environment first.
# Paths are relative on purpose, so that the checkout may lie in a folder with spaces in its name.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check format install clean
.DEFAULT_GOAL := run

install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Set PYTHON=python3.x") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable ".[dev]"
	@touch $@

run: install
	$(BIN)/python -m marketplace demo

# Three processes even on two cores: a third of the time is spent waiting for browsers, databases and killed workers.
test: install check
	$(BIN)/python -m pytest -n 3 --dist worksteal

check: install
	$(BIN)/python -m ruff check marketplace tests migrations wsgi.py
	$(BIN)/python -m ruff format --check marketplace tests migrations wsgi.py
	$(BIN)/python -m mypy

format: install
	$(BIN)/python -m ruff check --fix marketplace tests migrations wsgi.py
	$(BIN)/python -m ruff format marketplace tests migrations wsgi.py

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache
