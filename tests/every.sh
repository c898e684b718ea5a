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
    work=$TMPDIR
else
    unset TMPDIR
    work=$(mktemp -d)
fi
trap 'rm -rf "$work"' EXIT
trap 'trap - INT TERM; kill 0; exit 130' INT TERM

# The rules decide what a practitioner is warned of, so every branch of them is walked; with style, types and
# set-up this goes on in the background, where a browser or a disk is waited for.
cat >"$work/beside" <<'END'
set -eu
bin=.venv/bin
$bin/ruff check .
$bin/mypy
$bin/python -m pytest tests/rules $unwatched --cov=rules --cov-report=
$bin/coverage report --include='rules/*' --fail-under=100
$bin/python -m pytest tests/test_setup.py
END
unwatched=$unwatched nice -n 10 sh "$work/beside" >"$work/said" 2>&1 &
beside=$!

# The rest: every test but those above.
watched=$(for test in tests/rules/test_*.py; do
    case " $unwatched " in *"=$test "*) ;; *) echo "--ignore=$test" ;; esac
done)
failed=0
$bin/python -m pytest $watched --ignore=tests/test_setup.py -n auto --dist worksteal --durations=10 || failed=1
wait $beside || failed=1
cat "$work/said"

echo "make test took $(($(date +%s) - began)) of 360 seconds."
exit $failed
