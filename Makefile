# Everything a newcomer needs: `make demo` to look, `make run` to use, `make test` to check.

.PHONY: help setup setup-test run demo test soak bench styles pictures lock
.NOTPARALLEL:

help:
	@echo "make demo    try it with invented patients; nothing is kept"
	@echo "make run     set up and serve the clinic's own forms"
	@echo "make test    every check: style, types, tests, full coverage of the rules"
	@echo "make soak    the tests that take minutes"
	@echo "make bench   the benchmarks"
	@echo "make setup   make .venv and what is built, and nothing else"
	@echo "make styles  compile the stylesheet anew, after a change of its sources (fetches Node)"
	@echo "make pictures  draw the pictures in docs anew"
	@echo "make lock    pin the newest allowed versions of everything (maintainers)"

setup:
	@./setup.sh

setup-test:
	@./setup.sh test

run: setup
	.venv/bin/screening serve

demo: setup
	.venv/bin/screening serve --demo

# Watching every line makes these two four times as slow, and the other tests of the rules walk every branch.
LAWS = tests/rules/test_laws.py
MUTANTS = tests/rules/test_mutants.py

# The rules decide what a practitioner is warned of, so every branch of them must be walked by a test.
test: setup-test
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/python -m pytest tests/rules --ignore=$(LAWS) --ignore=$(MUTANTS) -n auto --cov=rules --cov-report=
	.venv/bin/coverage report --include='rules/*' --fail-under=100
	# The rest: every test but those above, so all of tests/rules except the laws, the mutants and the load.
	.venv/bin/python -m pytest --ignore-glob='tests/rules/test_[!lm]*' -n auto --dist worksteal

soak: setup-test
	.venv/bin/python -m pytest -m soak

bench: setup-test
	.venv/bin/python -m bench

styles:
	@./setup.sh styles

pictures: setup-test
	PYTHONPATH=. .venv/bin/python docs/pictures.py

# Needs pip-tools in .venv. The locks carry digests and no addresses: where to fetch from is each machine's setting.
COMPILE = .venv/bin/python -m piptools compile --quiet --upgrade --generate-hashes --no-strip-extras --allow-unsafe \
	--no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options

lock:
	$(COMPILE) -o requirements/run.lock pyproject.toml
	$(COMPILE) -c requirements/run.lock -o requirements/build.lock requirements/build.in
	$(COMPILE) -c requirements/run.lock --extra postgresql -o requirements/postgresql.lock pyproject.toml
	$(COMPILE) -c requirements/run.lock -c requirements/build.lock --extra test -o requirements/test.lock pyproject.toml
	npm install --package-lock-only --omit=optional
