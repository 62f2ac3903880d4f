# make run     set up once, then open the studio
# make test    set up once (with Chromium and node), then run every test
# make bench   measure speed and memory
# make bench-cuda   the same at full size on a card, each weight format and memory plan
# make lint    ruff and mypy
#
# PYTHON=python3.12 picks the interpreter, PIP_ARGS="..." goes to pip, PYTEST_ARGS="-k canvas" and
# BENCH_ARGS="..." to the tools; WORKERS= tests in one process. Everything is installed into .venv
# and nowhere else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# A worker a core, each with a browser of its own; a file's tests stay together, the pages' first.
WORKERS := -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

.PHONY: run test bench bench-cuda lint tools clean
.DELETE_ON_ERROR:

run: $(VENV)/.installed
	$(BIN)/python app.py

test: $(VENV)/.installed-dev tools
	$(BIN)/python -m pytest $(WORKERS) $(PYTEST_ARGS)

bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.guided_step $(BENCH_ARGS)

bench-cuda: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.card_agreement
	$(BIN)/python -m benchmarks.full_size $(BENCH_ARGS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# A stamp is newer than the lists it was made from, so a changed list installs again and an
# unchanged one costs nothing.
$(VENV)/.installed: requirements.txt pyproject.toml | $(BIN)/python
	@echo "Setting up $(VENV): some minutes the first time, nothing after that."
	$(PIP) install $(PIP_ARGS) -r requirements.txt
	$(PIP) install $(PIP_ARGS) --no-deps -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(PIP) install $(PIP_ARGS) -r requirements-dev.txt
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "The pinned versions need Python 3.11 or newer; this is $$($(PYTHON) --version 2>&1)."; \
	  echo "Try: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "Python could not make $(VENV). On Debian or Ubuntu: apt-get install python3-venv"; \
	  exit 1; }

# The browser tests use the system's Chromium and the page's modules are tested with node. What is
# missing comes from apt, if this user may install; elsewhere the tests that need it fail and say so.
# Chromium's headless shell is the same engine without the windows around it, which cost a test more
# than its page does; where there is no such package, or Chromium is here already, that serves.
tools:
	@missing=; \
	command -v chromium-headless-shell >/dev/null 2>&1 || command -v chromium >/dev/null 2>&1 || \
	  missing="chromium"; \
	command -v node >/dev/null 2>&1 || missing="$$missing nodejs"; \
	[ -n "$$missing" ] || exit 0; \
	if ! command -v apt-get >/dev/null 2>&1; then \
	  echo "Some tests will fail without: $$missing"; exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then as_root=; \
	elif sudo -n true 2>/dev/null; then as_root="sudo -n"; \
	else echo "Some tests will fail. First: sudo apt-get install $$missing"; exit 0; fi; \
	$$as_root apt-get update -qq || exit 1; \
	case "$$missing" in chromium*) \
	  ! apt-cache show chromium-headless-shell >/dev/null 2>&1 || \
	    missing="chromium-headless-shell$${missing#chromium}"; \
	  missing="$$missing fonts-dejavu-core";; esac; \
	echo "Installing for the tests: $$missing"; \
	$$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
	  --no-install-recommends $$missing

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache
