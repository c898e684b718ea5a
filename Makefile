# Everything a newcomer needs: `make demo` to look, `make run` to use, `make test` to check.

.PHONY: help setup setup-test run demo test quick soak bench styles pictures lock
.NOTPARALLEL:

help:
	@echo "make demo    try it with invented patients; nothing is kept"
	@echo "make run     set up and serve the clinic's own forms"
	@echo "make test    every check: style, types, tests, full coverage of the rules"
	@echo "make quick   style, types and the tests that take less than two seconds"
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

# Everything; how it is laid over the processors is in the script.
test: setup-test
	@tests/every.sh

# Every test that takes less than two seconds, and no counting of branches.
quick: setup-test
	.venv/bin/ruff check .
	.venv/bin/mypy
	PYTHONDONTWRITEBYTECODE= .venv/bin/python -m pytest -m "not soak and not slow" -n auto --dist worksteal

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
