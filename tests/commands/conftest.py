"""The `screening` command as a clinic types it, each time in an empty folder of its own."""

import io
import json
import tarfile
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rules.load import load, newest
from rules.model import Edition
from screening import demo
from screening.commands import main
from screening.demo import PATIENTS, answered, fill_house
from screening.serve import open_house
from screening.settings import load as load_settings
from tests.documents.drawing import once

Run = Callable[..., Result]
TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


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


def _filled(now: datetime, many: int) -> bytes:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(demo, "PATIENTS", PATIENTS[:many])
        settings = load_settings({}, data=Path(folder) / "clinic")
        house = open_house(settings, now)
        fill_house(house, settings, now)
        house.close()
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            archive.add(settings.data, ".")
    return packed.getvalue()


def clinic_of_twenty(folder: Path, name: str, now: datetime, many: int = 20) -> Path:
    """A clinic with the twenty invented patients, as it stood at `now`; `name` says which, for this run.

    Or with only the first so `many` of them.

    Filling one takes seconds, so it is done once and every test gets a copy of its own.
    """
    packed = io.BytesIO(once(name, lambda: _filled(now, many)))
    with tarfile.open(fileobj=packed) as archive:
        # As it was packed. Debian 12's Python knows no filter by name, later ones ask for one.
        archive.extraction_filter = lambda member, path: member
        archive.extractall(folder)  # noqa: S202  # our own archive, made by this run
    return folder
