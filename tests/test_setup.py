"""Setting up, on the machines of other people: an old pip, newer releases on offer, something missing."""

import json
import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

import hatch_build
from screening.documents import bodychart_build, bodychart_shapes

ROOT = Path(__file__).parents[1]
WHEELS = ROOT / ".venv" / "wheels"
LOCKS = ("run", "build", "test")
_PINNED = re.compile(r"^([\w-]+)(?:\[[\w,-]+\])?==(\S+)", re.MULTILINE)


def pinned(*locks: str) -> dict[str, str]:
    """Every package that these locks pin, with its version."""
    texts = ((ROOT / "requirements" / f"{lock}.lock").read_text(encoding="utf-8") for lock in locks)
    return {name: version for text in texts for name, version in _PINNED.findall(text)}


# --- a machine with an old pip, and newer releases of everything on offer ------------------------


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that offers release 99.0 of every package that is pinned anywhere."""
    folder = tmp_path_factory.mktemp("newer")
    for name in pinned(*LOCKS):
        plain = name.replace("-", "_")
        about = f"{plain}-99.0.dist-info"
        with zipfile.ZipFile(folder / f"{plain}-99.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 99.0\n")
            wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{about}/RECORD", "")
    return folder


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the oldest pip that this Python may meet, and nothing else."""
    made = tmp_path_factory.mktemp("old")
    # Debian 12 has Python 3.11; later Pythons bring a later pip, and this old one does not run on them.
    debian_12 = sys.version_info < (3, 12)
    venv.create(made, with_pip=not debian_12, symlinks=True)
    if debian_12:
        with zipfile.ZipFile(WHEELS / "pip-23.0.1-py3-none-any.whl") as pip:
            pip.extractall(next(made.glob("lib/python3*/site-packages")))
    return made


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of the project as git would bring it."""
    copy = tmp_path / "clone"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    return copy


@pytest.fixture
def equipped(clone: Path, old: Path) -> Path:
    """The copy, with the oldest pip in its own virtual environment."""
    shutil.copytree(old, clone / ".venv", symlinks=True)
    return clone


def offline(newer: Path) -> dict[str, str]:
    """The environment in which pip sees what set-up fetched and the newer releases, and nothing else."""
    return os.environ | {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": f"{WHEELS} {newer}",
        "PIP_NO_CACHE_DIR": "1",
        "PIP_NO_COMPILE": "0",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


def ran(where: Path, newer: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=where, env=offline(newer), capture_output=True, text=True, check=False)


def installed(clone: Path, newer: Path) -> dict[str, str]:
    """What is in the copy's virtual environment, by the names that locks use."""
    listed = ran(clone, newer, ".venv/bin/python", "-m", "pip", "list", "--format=json").stdout
    return {
        re.sub(r"[-_.]+", "-", package["name"]).lower(): package["version"] for package in json.loads(listed)
    }


@pytest.mark.slow
def test_a_clinic_with_the_oldest_pip_gets_what_is_pinned_whatever_is_newer(equipped, newer):
    done = ran(equipped, newer, "./setup.sh")

    assert ("setup: ready\n", 0) == (done.stdout, done.returncode), done.stderr
    have = installed(equipped, newer)
    assert pinned("run", "build") == {name: have[name] for name in pinned("run", "build")}
    assert 0 == ran(equipped, newer, ".venv/bin/screening", "--help").returncode


def dry_run(old: Path, newer: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    return ran(ROOT, newer, old / "bin/python", "-m", "pip", "install", "--dry-run", *words)


@pytest.mark.slow
def test_the_packages_of_the_tests_are_found_by_the_oldest_pip_whatever_is_newer(old, newer):
    done = dry_run(old, newer, "--require-hashes", "--no-deps", "-r", "requirements/test.lock")

    assert 0 == done.returncode, done.stderr


@pytest.mark.soak
def test_whoever_works_on_the_code_is_set_up_by_the_oldest_pip_whatever_is_newer(equipped, newer):
    done = ran(equipped, newer, "./setup.sh", "test")

    assert ("setup: ready\n", 0) == (done.stdout, done.returncode), done.stderr
    have = installed(equipped, newer)
    assert pinned(*LOCKS) == {name: have[name] for name in pinned(*LOCKS)}


def test_the_newer_releases_are_really_on_offer(old, newer):
    assert "coverage-99.0" in dry_run(old, newer, "--no-deps", "coverage").stdout


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.skipif(sys.version_info >= (3, 12), reason="no pip of this Python looks past a lock")
def test_a_lock_without_its_extras_that_pip_may_add_to_would_be_seen(old, newer, tmp_path):
    kept = (ROOT / "requirements" / "test.lock").read_text(encoding="utf-8")
    lock = tmp_path / "bare.lock"
    lock.write_text(re.sub(r"(?m)^([\w-]+)\[[\w,-]+\]==", r"\1==", kept), encoding="utf-8")

    told = dry_run(old, newer, "--require-hashes", "-r", lock).stderr
    assert "must have their versions pinned with ==" in told


def test_a_lock_keeps_the_extras_that_its_packages_ask_of_one_another():
    for lock, extra in (("run", "fonttools[woff]=="), ("test", "coverage[toml]==")):
        assert extra in (ROOT / "requirements" / f"{lock}.lock").read_text(encoding="utf-8")


# --- what set-up says when it cannot ------------------------------------------------------------


@pytest.mark.slow
def test_set_up_that_fails_names_the_lock_and_gives_pips_own_reason(equipped, newer):
    lock = equipped / "requirements" / "run.lock"
    lock.write_text(f"nobody-made-this==1.0 --hash=sha256:{'0' * 64}\n", encoding="utf-8")

    done = ran(equipped, newer, "./setup.sh")

    *_, said = done.stderr.strip().splitlines()
    assert said.startswith("setup: requirements/run.lock could not be installed; pip says: ERROR: No match")
    assert "nobody-made-this" in said
    assert 1 == done.returncode


@pytest.mark.parametrize(
    ("library", "package"),
    [("libatomic.so.1", "libatomic1"), ("libpango-1.0.so.0", "libpango-1.0-0")],
)
def test_a_library_that_does_not_load_is_asked_for_by_the_name_of_its_package(clone, newer, library, package):
    """A Python that cannot load it, and a machine on which nothing can be installed."""
    bare = clone / "bare"
    bare.mkdir()
    blind = f'#!/bin/sh\ncase "$*" in *{library}*) exit 1;; esac\nexec {sys.executable} "$@"\n'
    refuses = "#!/bin/sh\nexit 1\n"
    for name, text in {"python": blind, "apt-get": refuses, "sudo": refuses}.items():
        (bare / name).write_text(text, encoding="utf-8")
        (bare / name).chmod(0o755)
    seen = offline(newer) | {"PYTHON": str(bare / "python"), "PATH": f"{bare}:{os.environ['PATH']}"}

    done = subprocess.run(
        ["./setup.sh", "test"], cwd=clone, env=seen, capture_output=True, text=True, check=False
    )

    *_, said = done.stderr.strip().splitlines()
    assert package in said.split()
    assert 1 == done.returncode


# --- what is built ------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_stylesheet_that_is_kept_is_what_its_sources_compile_to():
    assert hatch_build.COMPILED.read_bytes() == hatch_build.compile_styles()


def test_a_source_of_the_stylesheet_that_was_changed_is_not_served_in_silence(clone):
    source = clone / "screening/static/styles/app.scss"
    source.write_text(source.read_text(encoding="utf-8") + "a { color: red }\n", encoding="utf-8")

    told = subprocess.run(
        [sys.executable, "hatch_build.py"], cwd=clone, capture_output=True, text=True, check=False
    )

    assert (1, "older than what it is compiled from: run `make styles`") == (
        told.returncode,
        told.stderr.partition("The stylesheet is ")[2].strip().rstrip("."),
    )


def test_the_body_chart_that_was_built_is_the_one_that_is_drawn_in_the_sources():
    assert bodychart_build.worked_out() == bodychart_shapes.drawings()


def test_the_body_chart_is_built_with_nothing_installed():
    program = "import sys; sys.path.insert(0, sys.argv[1]); from screening.documents import bodychart_build"

    subprocess.run([sys.executable, "-I", "-S", "-c", program, str(ROOT)], check=True)
