#!/bin/sh
# Makes .venv ready. `setup.sh` for running, `setup.sh test` for the checks as well, `setup.sh styles` to compile the
# stylesheet anew. Safe to run again at any time: what is in place is left alone, and an interrupted run is finished
# by the next one.
set -eu
cd "$(dirname "$0")"
unset PYTHONDONTWRITEBYTECODE

wanted=${1:-run}
locks="requirements/run.lock requirements/build.lock"
[ "$wanted" = run ] || locks="$locks requirements/test.lock"
venv_python=.venv/bin/python

stop() {
    echo "setup: $*" >&2
    exit 1
}

key() {
    { pwd
      cat setup.sh pyproject.toml package.json package-lock.json hatch_build.py $locks screening/documents/bodychart*
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

# A program that is there but cannot start is missing: a library it needs may not have come with it.
runs() { "$@" >/dev/null 2>&1; }

loads() { "$python" -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$1" 2>/dev/null; }

# Debian has Chromium without windows and menus apart, which shows the same pages in a third of the time.
debian() { grep -q '^ID=debian$' /etc/os-release 2>/dev/null; }
browser_package=chromium
if debian; then browser_package=chromium-headless-shell; fi
browser_starts() {
    runs chromium-headless-shell --version && return
    ! debian && { runs chromium --version || runs chromium-browser --version; }
}

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
    [ "$wanted" = run ] && return 0
    # Node, which drives the browser and compiles the stylesheet, is a program that is linked with it.
    loads libatomic.so.1 || echo libatomic1
    [ "$wanted" = test ] || return 0
    browser_starts || echo "$browser_package"
    runs pdftoppm -v || echo poppler-utils
    runs qpdf --version || echo qpdf
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

last_line() { printf '%s\n' "$1" | sed '/^[[:space:]]*$/d' | tail -n 1; }

# pip VERB WHAT-FAILED ARGUMENTS: quiet when all is well; else all that pip said, and its last line as the reason.
pip() {
    verb=$1 failed=$2
    shift 2
    if said=$("$venv_python" -m pip --disable-pip-version-check --quiet "$verb" "$@" 2>&1); then return; fi
    printf '%s\n' "$said" >&2
    stop "$failed; pip says: $(last_line "$said")"
}

build() {
    said=$("$venv_python" hatch_build.py "$@" 2>&1) || { printf '%s\n' "$said" >&2; stop "$(last_line "$said")"; }
}

# Both Nodes are tried: the browser's driver, and the one that compiles the stylesheet.
prove_node() {
    said=$("$venv_python" -m playwright --version 2>&1) || stop "the browser's driver cannot start: $(last_line "$said")"
    build node
}

# --- all of it --------------------------------------------------------------------------------

stamp=.venv/ready-$wanted
now=$(key)
if [ "$wanted" != styles ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ] && recent "$venv_python" &&
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
for lock in $locks; do
    from=""
    if [ "$wanted" = test ]; then
        # Kept, so that a test can set up once more from the locks, with the oldest pip and without the network.
        pip download "$lock could not be fetched" --no-deps --require-hashes -d .venv/wheels -r "$lock"
        from="--no-index --find-links .venv/wheels"
    fi
    # A lock is complete, so pip has nothing to look for: let loose, an old pip takes what is newer elsewhere.
    pip install "$lock could not be installed" $from --no-deps --require-hashes -r "$lock"
done
pip install "the project itself could not be installed" --no-deps --no-build-isolation --editable .
pip check "the packages in .venv do not fit together"
[ "$wanted" = styles ] && build styles
build
if [ "$wanted" = test ]; then
    pip download "the oldest pip could not be fetched" --no-deps --require-hashes -d .venv/wheels \
        -r requirements/oldest-pip.lock
    prove_node
fi
[ "$wanted" = styles ] || echo "$now" >"$stamp"
echo "setup: ready"
