#!/bin/sh
# All that has to pass, on every processor at once; the caller has set up. The end says how long it took.
set -eu
cd "$(dirname "$0")/.."
began=$(date +%s)
bin=.venv/bin
# What is compiled is kept: pytest rewrites every assertion, and a test of a command starts Python anew.
unset PYTHONDONTWRITEBYTECODE
# Watching every line makes a test four times as slow, and the other tests of the rules walk every branch.
unwatched="--ignore=tests/rules/test_laws.py --ignore=tests/rules/test_mutants.py --ignore=tests/rules/test_cases.py"

# Hundreds of clinics are made and thrown away: in memory, where there is room.
room=$(df -Pm /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
find /dev/shm -maxdepth 1 -name 'screening-tests.*' -mtime +0 -exec rm -rf {} + 2>/dev/null || true
if [ "${room:-0}" -gt 2000 ] && TMPDIR=$(mktemp -d /dev/shm/screening-tests.XXXXXX 2>/dev/null); then
    export TMPDIR
    trap 'rm -rf "$TMPDIR"' EXIT
    trap 'exit 130' INT TERM
else
    unset TMPDIR
fi

# One processor looks at style, types and set-up while the other walks every branch of the rules, which decide
# what a practitioner is warned of.
said=$(mktemp)
{ $bin/ruff check . && $bin/mypy && $bin/python -m pytest tests/test_setup.py; } >"$said" 2>&1 &
looking=$!
$bin/python -m pytest tests/rules $unwatched --cov=rules --cov-report=
$bin/coverage report --include='rules/*' --fail-under=100
wait $looking || { cat "$said"; exit 1; }
cat "$said"

# The rest: every test but those above.
watched=$(for test in tests/rules/test_*.py; do case " $unwatched " in *"=$test "*) ;; *) echo "--ignore=$test" ;; esac; done)
$bin/python -m pytest $watched --ignore=tests/test_setup.py -n auto --dist worksteal --durations=10

echo "make test took $(($(date +%s) - began)) of 360 seconds."
