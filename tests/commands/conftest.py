"""The `screening` command as a clinic types it, each time in an empty folder of its own."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rules.load import load, newest
from rules.model import Edition
from screening.commands import main
from screening.demo import PATIENTS, answered

Run = Callable[..., Result]
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def edition() -> Edition:
    return load(newest())


@pytest.fixture(scope="session")
def lines(edition: Edition) -> list[str]:
    """Twenty invented patients as cases, one to a line."""
    return [
        json.dumps({"today": TODAY.isoformat(), "answers": answered(edition, number, patient, TODAY)})
        for number, patient in enumerate(PATIENTS, start=1)
    ]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `screening` with these words; `given` is what comes in on standard input."""
    monkeypatch.chdir(tmp_path)

    def run(*words: object, given: str | bytes = "") -> Result:
        return CliRunner().invoke(main, [str(word) for word in words], input=given)

    return run
