"""`screening rules replay`: whose result another edition would change, without changing anything."""

from datetime import UTC, datetime

import pytest

from rules.load import digest_of
from screening.records import audit, editions
from screening.serve import House, open_house
from screening.settings import load
from tests.rules.broken import RULES, with_changes

from .conftest import NOW, clinic_of_twenty

STRICTER = with_changes((RULES, '{ when = "pre_fainting = yes" },', '{ when = "rf_lump = yes" },'))


@pytest.fixture
def clinic(tmp_path) -> House:
    """A clinic with twenty invented patients: one has fainted, one has a lump, one is not sure of both."""
    folder = clinic_of_twenty(tmp_path / "instance", "clinic-of-today", NOW)
    house = open_house(load({}, data=folder), NOW)
    with house.sessions() as session:
        editions.keep(session, "2026-12-01-stricter", digest_of(STRICTER), STRICTER, NOW)
    yield house
    house.close()


def test_the_edition_in_use_changes_nothing_about_forms_filled_in_under_it(run, clinic):
    told = run("rules", "replay")

    assert 0 == told.exit_code, told.stderr
    assert "A trial run, changes nothing" in told.stdout
    assert "Forms run: 20. Would change: 0." in told.stdout


def test_the_patients_who_would_change_are_listed_with_what_is_new_and_gone(run, clinic, edition):
    told = run("rules", "replay", "--edition", "2026-12-01-stricter")

    title = edition.rule["pre-fainting"].title
    people = {line.split(",")[0] for line in told.stdout.splitlines() if line.startswith("Demo Patient")}
    assert {"Demo Patient 6", "Demo Patient 17"} == people
    assert f"  - {title} (PRECAUTION: PRACTITIONER DECISION, raised)" in told.stdout
    assert f"  + {title} (PRECAUTION: PRACTITIONER DECISION, raised)" in told.stdout


def test_an_edition_is_found_by_the_beginning_of_its_identity(run, clinic):
    told = run("rules", "replay", "--edition", digest_of(STRICTER)[:8])

    assert f"({digest_of(STRICTER)[:8]})" in told.stdout


def test_only_so_many_forms_are_run_and_the_rest_is_told(run, clinic):
    told = run("rules", "replay", "--most", "5")

    assert "Forms run: 5. Would change: 0." in told.stdout
    assert "Not run: 15 older forms (--most)." in told.stdout


def test_an_edition_nobody_has_is_told_with_those_there_are(run, clinic):
    told = run("rules", "replay", "--edition", "tomorrow")

    assert 1 == told.exit_code
    assert "--edition tomorrow: there is no such edition: " in told.stderr
    assert "2026-12-01-stricter" in told.stderr


def test_two_editions_of_one_name_are_told_apart_by_their_identity(run, clinic):
    other = with_changes((RULES, '{ when = "pre_fainting = yes" },', '{ when = "rf_night_pain = yes" },'))
    with clinic.sessions() as session:
        editions.keep(session, "2026-12-01-stricter", digest_of(other), other, NOW)
    told = run("rules", "replay", "--edition", "2026-12-01-stricter")

    assert 1 == told.exit_code
    assert "several are called so" in told.stderr
    assert digest_of(other)[:8] in told.stderr


def test_an_edition_with_faults_is_not_run(run, clinic):
    broken = with_changes((RULES, '"S-PHYSIOMAN"', '"S-NOBODY"'))
    with clinic.sessions() as session:
        editions.keep(session, "broken", digest_of(broken), broken, NOW)
    told = run("rules", "replay", "--edition", "broken")

    assert (1, "Error: broken has ") == (told.exit_code, told.stderr[:18])


def test_the_trail_says_that_a_command_opened_the_forms_and_why(run, clinic):
    run("rules", "replay")

    with clinic.sessions() as session:
        lines = audit.between(session, datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    (line,) = [line for line in lines if line.action == "edition-replayed"]
    assert ("rules-replay", {"count": 20, "why": "trial-run"}) == (line.actor.id, line.detail)
