#!/bin/sh
# All that has to pass, on every processor at once; the caller has set up. The end says how long it took.
set -eu
cd "$(dirname "$0")/.."
began=$(date +%s)
bin=.venv/bin
# Watching every line makes these two four times as slow, and the other tests of the rules walk every branch.
unwatched="--ignore=tests/rules/test_laws.py --ignore=tests/rules/test_mutants.py"

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

# One processor looks at style and types while the other walks every branch of the rules, which decide what a
# practitioner is warned of.
said=$(mktemp)
{ $bin/ruff check . && $bin/mypy; } >"$said" 2>&1 &
looking=$!
$bin/python -m pytest tests/rules $unwatched --cov=rules --cov-report=
$bin/coverage report --include='rules/*' --fail-under=100
wait $looking || { cat "$said"; exit 1; }
cat "$said"

# The rest: every test but those above, so all of tests/rules except the laws, the mutants and the load.
$bin/python -m pytest --ignore-glob='tests/rules/test_[!lm]*' -n auto --dist worksteal --durations=10

echo "make test took $(($(date +%s) - began)) of 360 seconds."
