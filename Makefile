# make run   set up, then serve the demo city until interrupted
# make test  set up, check the style and the contracts, run the tests
# make crash kill clients and workers 500 times on each database, and a command at each of its points
# make soak  walk 50,000 random models against the token game, and 2,000 orders of two reviewers' acts
# make faults take space, locks, servers and connections away; upgrades killed, poison, forgeries
# make fuzz  bend 20,000 expressions and 20,000 models; nothing but declared errors may come of it
# make city  play a year of 50,000 planted cases on each database; edit 20 events; change rules by one unit
# make migrations take 1,000 running approvals to another version and back, and random models from wherever they stand
# make datasets load and match a million rows against a million, on both databases
# make fresh run both on a bare Debian 12 (as root; needs debootstrap)
PYTHON ?= python3

.PHONY: run test style setup lock crash faults soak fuzz city migrations datasets fresh clean
.NOTPARALLEL:

run:
	@$(PYTHON) tools/setup.py run
	@exec $(PYTHON) tools/foreground.py .venv/bin/jiancha serve --demo

test:
	@$(PYTHON) tools/setup.py test
	@$(PYTHON) tools/check.py

setup:
	@$(PYTHON) tools/setup.py test

lock:
	@tools/lock.sh

crash: setup
	@.venv/bin/python -m tests.campaigns.crash

soak: setup
	@.venv/bin/python -m tests.campaigns.soak

faults: setup
	@.venv/bin/python -m tests.campaigns.faults

fuzz: setup
	@.venv/bin/python -m tests.campaigns.fuzz

city: setup
	@.venv/bin/python -m tests.campaigns.city

migrations: setup
	@JIANCHA_MIGRATED=1000 .venv/bin/pytest -q tests/webui/test_migrating_approvals.py
	@JIANCHA_MIGRATED=200 .venv/bin/pytest -q tests/engine/test_migrating_at_random.py

datasets: setup
	@.venv/bin/python -m tests.campaigns.datasets

fresh:
	@tools/fresh.sh

clean:
	rm -rf .venv node_modules build webui/static/build jiancha.egg-info \
		.pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
