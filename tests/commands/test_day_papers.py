"""A day's papers from the command line."""

from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests import reading

from .conftest import NOW, Run, clinic_of_twenty


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clinic with six invented patients, two of them on the day after tomorrow."""
    folder = clinic_of_twenty(tmp_path / "clinic", "clinic-of-six", NOW, 6)
    monkeypatch.setenv("SCREENING_DATA", str(folder))
    return folder


@pytest.mark.slow
def test_a_day_is_written_with_its_cover_and_every_patients_papers(clinic: Path, run: Run) -> None:
    visit = (NOW + timedelta(days=2)).date()
    done = run("print-day", "--date", visit, "day.pdf")
    pages = reading.pages(Path("day.pdf").read_bytes())

    assert done.exit_code == 0, done.output
    assert "2 patients" in done.output
    assert pages[0].count("Demo Patient") == 2
    assert sum("Page 1 of" in text and "Practitioner's summary" in text for text in pages) == 2
    assert Path("day.pdf").stat().st_mode & 0o077 == 0


def test_a_day_without_patients_is_a_cover_that_says_so(clinic: Path, run: Run) -> None:
    done = run("print-day", "--date", "2031-01-01", "day.pdf")

    assert done.exit_code == 0, done.output
    assert len(PdfReader("day.pdf").pages) == 1


def test_a_date_that_cannot_be_is_refused_in_one_line(clinic: Path, run: Run) -> None:
    done = run("print-day", "--date", "2026-02-30", "day.pdf")

    assert done.exit_code == 1
    assert "expected a date as YYYY-MM-DD" in done.output
    assert not Path("day.pdf").exists()


def test_without_a_clinic_it_says_what_is_missing(run: Run) -> None:
    done = run("print-day", "day.pdf")

    assert done.exit_code == 1
    assert "Traceback" not in done.output
