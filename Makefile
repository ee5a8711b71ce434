# Every target makes .venv by itself, once; all it needs is Python 3.11 or newer and a package index.
PYTHON ?= python3
PY := .venv/bin/python
READY := .venv/ready
LOCK := $(PY) -m uv pip compile pyproject.toml --universal --python-version 3.11 --quiet \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-strip-extras

.PHONY: play tour screenshots test chaos check format run bench lock clean

play: $(READY) ## the whole thing on this machine, no account needed
	$(PY) -m playground $(ARGS)

tour: $(READY) ## a scripted visit of every command
	$(PY) -m playground tour $(ARGS)

screenshots: $(READY) ## the README's pictures, from the page
	$(PY) -m playground screenshots $(ARGS)

test: $(READY) ## all tests, with the floor of coverage
	$(PY) -m coverage erase
	$(PY) -m coverage run -m pytest $(ARGS)
	$(PY) -m coverage combine --quiet
	$(PY) -m coverage report

chaos: $(READY) ## killed at every point of its life, then 300 times at random; half an hour
	CHAOS=all $(PY) -m pytest tests/chaos/test_crash_points.py $(ARGS)
	CHAOS=300 $(PY) -m pytest tests/chaos/test_random_kills.py -s $(ARGS)

check: $(READY) ## lint, format, types, layers
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports

format: $(READY) ## put the code into its format
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

run: $(READY) ## the bot, with the settings of .env
	$(PY) -m bot $(ARGS)

bench: $(READY) ## the table of ratios
	$(PY) -m bench $(ARGS)

lock: $(READY) ## write both lock files anew; UPGRADE=--upgrade takes newer versions
	$(LOCK) $(UPGRADE) --extra postgres --output-file requirements.lock
	$(LOCK) $(UPGRADE) --extra dev --extra postgres --extra bench --output-file requirements-dev.lock

clean: ## remove what was built; data stays
	rm -rf .venv build dist htmlcov .coverage .coverage.* *.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A Python without ensurepip (Debian without python3-venv) installs from outside with its own pip.
$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed.")'
	@test -x $(PY) || $(PYTHON) -m venv .venv 2>/dev/null || $(PYTHON) -m venv --clear --without-pip .venv
	@if $(PY) -m pip --version >/dev/null 2>&1; then pip="$(PY) -m pip"; \
	else pip="$(PYTHON) -m pip --python $(PY)"; fi; \
	echo "Setting up .venv …"; \
	$$pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock && \
	$$pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)
