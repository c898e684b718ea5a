"""What makes every test cheaper and changes nothing that a test is about."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from jinja2 import FileSystemBytecodeCache

from screening import jinja
from screening.documents import render
from screening.documents.render import Renderer
from screening.records import kiosks, staff
from tests import shares

COMPILED = Path(__file__).parents[1] / ".pytest_cache" / "templates"
COMPILED.mkdir(parents=True, exist_ok=True)

#: What the clinic's passwords and PINs are hashed with; `test_passwords_are_hashed_as_owasp_asks` reads it.
REAL_HASHER = staff.HASHER


@pytest.fixture(scope="session", autouse=True)
def passwords_cost_little() -> Iterator[None]:
    """Hundreds of invented people sign in; each would take a tenth of a second, on purpose."""
    with pytest.MonkeyPatch.context() as patch:
        for room in (staff, kiosks):
            patch.setattr(room, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session", autouse=True)
def templates_are_compiled_once() -> Iterator[None]:
    """For all processes and runs: what is kept carries a digest of its template's source."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(jinja.OPTIONS, "bytecode_cache", FileSystemBytecodeCache(str(COMPILED)))
        yield


@pytest.fixture(scope="session")
def warm() -> Iterator[list[Renderer]]:
    """The PDF child of this process, once a test has started one: loading its fonts takes a second."""
    kept: list[Renderer] = []
    yield kept
    for renderer in kept:
        render.stop(renderer)


def pytest_collection_finish() -> None:
    """Five thousand tests and their modules stay to the end: nobody has to look through them for rubbish."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What each kind of test took of its share (tests/shares.py)."""
    reports = [
        report
        for kept in terminalreporter.stats.values()
        for report in kept
        if isinstance(report, pytest.TestReport)
    ]
    if reports:
        terminalreporter.section("shares of the time")
        for line in shares.lines(reports):
            terminalreporter.line(line)
