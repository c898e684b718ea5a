#!/bin/sh
# Makes .venv ready. `setup.sh` for running, `setup.sh test` for the checks as well. Safe to run again at any time:
# what is in place is left alone, and an interrupted run is finished by the next one.
set -eu
cd "$(dirname "$0")"

wanted=${1:-run}
locks="requirements/run.lock requirements/build.lock"
[ "$wanted" = test ] && locks="$locks requirements/test.lock"
venv_python=.venv/bin/python

stop() {
    echo "setup: $*" >&2
    exit 1
}

key() {
    { pwd
      cat setup.sh pyproject.toml package.json package-lock.json hatch_build.py $locks
      find screening/static -type f ! -path '*/dist/*' | LC_ALL=C sort | xargs cat
    } | sha256sum | cut -d' ' -f1
}

# --- packages of the system -------------------------------------------------------------------

# Install Debian packages as root, or say which line a person with the right to do so has to run.
system_packages() {
    [ $# -gt 0 ] || return 0
    command -v apt-get >/dev/null || stop "missing: $*. Install them (Debian's names) with this system's own tool."
    if [ "$(id -u)" = 0 ]; then as_root=""
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root="sudo"
    else stop "missing packages; run: sudo apt-get update && sudo apt-get install --no-install-recommends $*"
    fi
    echo "setup: installing $*"
    $as_root apt-get update -qq || echo "setup: apt-get update failed; trying with the lists that are there" >&2
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null ||
        stop "apt-get could not install: $*"
}

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

loads() { "$python" -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$1" 2>/dev/null; }

# One word per missing package. Libraries are tried, not looked up, so that any system will do; fonts are looked up
# where there is dpkg. Without Unifont, the last resort, an unusual letter in a name would print as an empty box.
missing_packages() {
    loads libpango-1.0.so.0 || echo libpango-1.0-0
    loads libpangoft2-1.0.so.0 || echo libpangoft2-1.0-0
    loads libharfbuzz-subset.so.0 || echo libharfbuzz-subset0
    if command -v dpkg-query >/dev/null; then
        installed fonts-noto-core || echo fonts-noto-core
        installed fonts-unifont || echo fonts-unifont
    fi
    [ "$wanted" = test ] || return 0
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null || echo chromium
    command -v pdftoppm >/dev/null || echo poppler-utils
    command -v qpdf >/dev/null || echo qpdf
}

# --- Python -----------------------------------------------------------------------------------

recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for python in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if recent "$python"; then return; fi
    done
    found=$("${PYTHON:-python3}" --version 2>/dev/null) || found=missing
    stop "Python 3.11 or newer is needed; ${PYTHON:-python3} is $found."
}

make_venv() {
    if recent "$venv_python" && "$venv_python" -m pip --version >/dev/null 2>&1; then return; fi
    "$python" -m venv --clear .venv || stop "Python could not make .venv."
}

# --- all of it --------------------------------------------------------------------------------

stamp=.venv/ready-$wanted
now=$(key)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ] && recent "$venv_python" &&
    [ -f screening/static/dist/manifest.json ]; then
    exit 0
fi

find_python
venv_package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
"$python" -c 'import ensurepip, venv' 2>/dev/null && venv_package=""
system_packages $venv_package $(missing_packages)
"$python" -c 'import ensurepip, venv' 2>/dev/null || stop "Python cannot make virtual environments: ensurepip is missing."
still=$(missing_packages)
[ -z "$still" ] || stop "still missing after installing:" $still

make_venv
pip="$venv_python -m pip --disable-pip-version-check --quiet"
for lock in $locks; do
    $pip install --require-hashes -r "$lock" || stop "pip could not install $lock; check the network, then run this again."
done
$pip install --no-deps --no-build-isolation --editable . || stop "the project itself could not be installed."
$venv_python hatch_build.py || stop "the stylesheet could not be built."
echo "$now" >"$stamp"
echo "setup: ready"
