"""What was kept long enough goes, by the clinic's years and days, and nothing sooner."""

from datetime import UTC, datetime, timedelta

import pytest
from full_record import CANARY, Patient, arrives, dump, tables_with
from records_clinic import NOW
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from screening.records import audit, erasing, retention
from screening.records.audit import Actor
from screening.records.erasing import Why
from screening.records.retention import Due, OtherList, years_before
from screening.records.staff import Staff

SYSTEM = Actor("system", "retention")
YEARS, WEEK = 8, timedelta(days=7)
EIGHT_YEARS_ON = NOW.replace(year=NOW.year + YEARS)
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def patient(session: Session, practitioner: Staff) -> Patient:
    return arrives(session, Actor("staff", practitioner.id))


def references(due: Due) -> list[str]:
    return [form.reference for form in due.forms]


def test_a_form_is_kept_for_eight_years_to_the_moment_and_is_due_after(
    session: Session, patient: Patient
) -> None:
    assert [] == references(retention.would_purge(session, YEARS, WEEK, EIGHT_YEARS_ON))
    assert ["K7F-3Q1"] == references(retention.would_purge(session, YEARS, WEEK, EIGHT_YEARS_ON + MOMENT))


def test_the_dry_run_changes_nothing(session: Session, engine: Engine, patient: Patient) -> None:
    before = dump(engine)
    due = retention.would_purge(session, YEARS, WEEK, EIGHT_YEARS_ON + MOMENT)

    assert (3, before) == (due.count, dump(engine))


def test_nothing_of_the_person_is_left_after_the_years_but_a_tombstone(
    session: Session, engine: Engine, patient: Patient
) -> None:
    now = EIGHT_YEARS_ON + MOMENT
    retention.purge(session, SYSTEM, YEARS, WEEK, now)

    assert set() == tables_with(engine, CANARY)
    assert erasing.Tombstone(patient.form.id, "K7F-3Q1", Why.KEPT, now) == erasing.tombstone_of(
        session, patient.form.id
    )
    assert [None] == [row[2] for row in dump(engine)["tombstone"]], "nobody in particular erased it"


def test_the_trail_is_kept_and_holds(session: Session, key: str, patient: Patient) -> None:
    before = audit.head(session)
    retention.purge(session, SYSTEM, YEARS, WEEK, EIGHT_YEARS_ON + MOMENT)

    assert audit.verify_audit(session, key, before) is None


def test_a_purge_done_twice_finds_nothing_the_second_time(
    session: Session, engine: Engine, patient: Patient
) -> None:
    now = EIGHT_YEARS_ON + MOMENT
    retention.purge(session, SYSTEM, YEARS, WEEK, now)
    before = dump(engine)

    assert 0 == retention.purge(session, SYSTEM, YEARS, WEEK, now).count
    assert before == dump(engine)


def test_after_a_week_only_the_form_left_half_way_and_the_draft_go(
    session: Session, engine: Engine, patient: Patient
) -> None:
    due = retention.purge(session, SYSTEM, YEARS, WEEK, NOW + WEEK + MOMENT)

    assert ((), (), (patient.unfinished_id,), (patient.form.response_id,)) == (
        due.forms,
        due.appointments,
        due.left.abandoned,
        due.left.drafts,
    )
    assert ([], 1) == (dump(engine)["saved_page"], len(dump(engine)["submission"]))


def test_a_newer_form_of_the_same_person_does_not_keep_the_older_one(
    session: Session, practitioner: Staff, patient: Patient
) -> None:
    arrives(session, Actor("staff", practitioner.id), CANARY, 2)
    with session.begin():
        session.connection().exec_driver_sql("DROP TRIGGER submission_refuses_update")
        session.connection().exec_driver_sql(
            "UPDATE submission SET submitted_at = '2030-01-01T00:00:00.000000Z' WHERE reference = 'K7F-3Q2'"
        )

    assert ["K7F-3Q1"] == references(retention.would_purge(session, YEARS, WEEK, EIGHT_YEARS_ON + MOMENT))


def test_a_purge_that_was_agreed_to_for_another_list_removes_nothing(
    session: Session, engine: Engine, practitioner: Staff, patient: Patient
) -> None:
    now = EIGHT_YEARS_ON + MOMENT
    shown = retention.would_purge(session, YEARS, WEEK, now).digest
    arrives(session, Actor("staff", practitioner.id), "somebody", 2)
    before = dump(engine)

    with pytest.raises(OtherList):
        retention.purge(session, SYSTEM, YEARS, WEEK, now, shown)
    assert before == dump(engine)


def test_more_forms_than_one_statement_takes_go_in_one_purge(
    session: Session, engine: Engine, patient: Patient, monkeypatch: pytest.MonkeyPatch, practitioner: Staff
) -> None:
    monkeypatch.setattr("screening.records.removal._AT_ONCE", 2)
    for number in range(2, 6):
        arrives(session, Actor("staff", practitioner.id), CANARY, number)
    retention.purge(session, SYSTEM, YEARS, WEEK, EIGHT_YEARS_ON + MOMENT)

    assert set() == tables_with(engine, CANARY)


def test_the_29th_of_february_keeps_a_day_longer_rather_than_shorter() -> None:
    leap = datetime(2028, 2, 29, 12, tzinfo=UTC)

    assert datetime(2020, 2, 29, 12, tzinfo=UTC) == years_before(leap, 8)
    assert datetime(2021, 2, 28, 12, tzinfo=UTC) == years_before(leap, 7)
