# Everything is run from here: `make` lists what there is.
# Paths are relative throughout, so that the project may live in a folder with spaces in its name.

PYTHON3 ?= python3
VENV    ?= .venv
DIGESTS ?=
WORKERS ?= 2
ARGS    ?=
BENCH   ?= ingest matching composing rendering sending pages
CHAOS   ?=
JUDGED  ?= judged.jsonl
UPGRADE ?=
MINUTES ?= 5

PYTHON  := $(VENV)/bin/python
READY   := $(VENV)/requirements.stamp
CHECKS  := $(VENV)/requirements-dev.stamp
FUZZER  := $(VENV)/requirements-fuzz.stamp
LOCK     = $(PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 \
           --generate-hashes --no-emit-index-url --no-header $(if $(UPGRADE),--upgrade)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo run test e2e bench chaos topics fuzz pictures caniemail lint format lock clean

help: ## Show this table
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

demo: $(READY) ## Show a day of Paperboy; DIGESTS="folder/*.txt" uses digests of your own
	@$(PYTHON) manage.py demo $(DIGESTS)

run: $(READY) ## Run the site, a worker and the scheduler until Ctrl-C
	@$(PYTHON) manage.py run

test: $(CHECKS) ## Run the tests; WORKERS=4 at once, ARGS="-k words" only some
	PYTHONWARNINGS=default $(PYTHON) -m pytest -n $(WORKERS) --dist worksteal --cov --cov-report=term $(ARGS)

e2e: $(CHECKS) ## Use the site with a real Chromium; ARGS="-k keys" only some
	@$(PYTHON) -m pytest -n $(WORKERS) tests/e2e/journeys.py tests/e2e/every_page.py $(ARGS)

bench: $(READY) ## Measure how fast papers are stored and mornings composed and sent; BENCH=name only one
	@for name in $(BENCH); do $(PYTHON) -m benchmarks.$$name $(ARGS) || exit; done

chaos: $(CHECKS) ## Kill, freeze and cut off everything while mail leaves; CHAOS="kills year" only these
	@PYTHONPATH=tests:. $(PYTHON) -m chaos $(CHAOS) $(ARGS)

topics: $(CHECKS) ## Measure topics on judged papers, JUDGED=file, that the weights have not seen
	@$(PYTHON) manage.py evaluate_topics $(JUDGED) --folds 10 $(ARGS)

fuzz: $(READY) $(FUZZER) ## Damage digests for MINUTES=5 in all, to see that no parser fails
	@PYTHONPATH=tests $(PYTHON) -m fuzz --minutes $(MINUTES) $(ARGS)

pictures: $(CHECKS) ## Take the pictures in docs/images again; ARGS="-k mail" only some
	@$(PYTHON) -m pytest -q tests/e2e/pictures.py $(ARGS)

caniemail: $(CHECKS) ## Ask caniemail.com's data, through npm, what programs make of our mails
	@PYTHONPATH=tests:. $(PYTHON) -m e2e.caniemail

lint: $(CHECKS) ## Check style, types, layers, templates, migrations and production settings
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy .
	$(PYTHON) -c 'from importlinter.cli import lint_imports_command as check; check()'
	$(PYTHON) -m djlint templates --check --lint
	$(PYTHON) manage.py makemigrations --check --dry-run
	$(PYTHON) manage.py lintmigrations
	set -a && . ./.ci/production.env && $(PYTHON) manage.py check --deploy --fail-level WARNING

format: $(CHECKS) ## Put code and templates in shape
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .
	$(PYTHON) -m djlint templates --reformat --quiet

lock: $(CHECKS) ## Pin what requirements*.in ask for; UPGRADE=1 takes the newest releases
	$(LOCK) --output-file requirements.txt requirements.in
	$(LOCK) --output-file requirements-dev.txt requirements-dev.in
	$(LOCK) --output-file requirements-fuzz.txt requirements-fuzz.in

# The servers can be running only if what starts them was installed.
clean: ## Stop the local servers; remove the environment, caches and ALL local data in var/
	@test ! -e $(READY) -a ! -e $(CHECKS) || $(PYTHON) -m config.local stop
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf htmlcov .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# pip says nothing unless it fails.
# The stamp is older than the list when the list has changed.
$(VENV)/%.stamp: %.txt | $(PYTHON)
	@echo 'Installing $< into $(VENV) ...'
	@$(PYTHON) -m pip install -qq --disable-pip-version-check --root-user-action=ignore \
	  --require-hashes --requirement $<
	@touch $@

$(PYTHON):
	@$(PYTHON3) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'Paperboy needs Python 3.11 or later. Name one: make PYTHON3=python3.12 ...' >&2; exit 1; }
	@$(PYTHON3) -m venv --clear $(VENV) || { rm -rf $(VENV); \
	  echo 'Python cannot make $(VENV). On Debian or Ubuntu: apt install python3-venv' >&2; exit 1; }
