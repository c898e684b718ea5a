"""`screening retention`: says what is due, and removes it only when told so."""

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from screening.records import clinic_settings, staff
from screening.records.audit import Actor
from screening.records.staff import Role
from screening.serve import open_house
from screening.settings import load

from .conftest import Run, clinic_of_twenty

NINE_YEARS = timedelta(days=9 * 366)


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clinic whose twenty invented patients came nine years ago."""
    folder = clinic_of_twenty(tmp_path / "clinic", "clinic-of-long-ago", datetime.now(UTC) - NINE_YEARS)
    monkeypatch.setenv("SCREENING_DATA", str(folder))
    return folder


def test_the_first_word_is_a_dry_run_and_a_second_one_removes(clinic: Path, run: Run) -> None:
    dry, again = run("retention"), run("retention")
    done, after = run("retention", "--do-it"), run("retention")

    assert [0, 0, 0, 0] == [answer.exit_code for answer in (dry, again, done, after)], done.output
    assert "Forms handed in: 20" in dry.output
    assert 20 == dry.output.count(", handed in ")
    assert "Nothing was changed" in dry.output
    assert dry.output == again.output
    assert "Removed. Backups made before now still hold it" in done.output
    assert "Forms handed in: 0" in after.output


def test_it_names_no_patient(clinic: Path, run: Run) -> None:
    assert "Demo Patient" not in run("retention").output + run("retention", "--do-it").output


def test_years_are_the_clinics_own(clinic: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCREENING_RECORD_YEARS", "10")

    assert "Forms handed in: 0" in run("retention", "--do-it").output


def test_years_set_in_the_browser_count_for_the_command_too(clinic: Path, run: Run) -> None:
    house = open_house(load({}, data=clinic), datetime.now(UTC))
    with house.sessions() as session:
        administrator = next(one for one in staff.everyone(session) if one.role is Role.ADMINISTRATOR)
        ten_years = {"record_years": 10}
        by = Actor("staff", administrator.id)
        clinic_settings.change(session, by, "keeping", ten_years, datetime.now(UTC))
    house.close()

    assert "Forms handed in: 0" in run("retention").output


def test_without_a_database_it_says_so_and_makes_none(run: Run) -> None:
    done = run("retention")

    assert 1 == done.exit_code
    assert "There is no database in instance yet" in done.output
    assert not Path("instance").exists()


def test_with_another_key_it_stops_with_one_line(clinic: Path, run: Run) -> None:
    key = clinic / "keys" / "database.key"
    key.chmod(0o600)
    key.write_text(secrets.token_hex(32), encoding="ascii")
    done = run("retention", "--do-it")

    assert 1 == done.exit_code
    assert "key does not open" in done.output
