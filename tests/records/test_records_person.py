"""Everything that is kept of one person: whole, under their own tables' names, and nobody else's."""

import pytest
from full_record import CANARY, Patient, arrives, dump, reached_from
from records_clinic import NOW
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from screening.records import audit, person, submissions
from screening.records.audit import Actor
from screening.records.erasing import Chosen, Gone
from screening.records.person import Everything
from screening.records.staff import Staff


@pytest.fixture
def actor(practitioner: Staff) -> Actor:
    return Actor("staff", practitioner.id)


@pytest.fixture
def patient(session: Session, actor: Actor) -> Patient:
    return arrives(session, actor)


@pytest.fixture
def whole(session: Session, actor: Actor, patient: Patient) -> Everything:
    arrives(session, actor, "somebody", 2)
    chosen = Chosen((patient.form.id,), (patient.unfinished_id,), (patient.appointment_id,))
    return person.everything(session, actor, chosen, NOW)


def test_every_table_that_can_hold_something_of_a_person_is_handed_out(
    engine: Engine, whole: Everything
) -> None:
    handed_out = {name for kept in (*whole.forms, *whole.appointments) for name in kept.beside}

    assert reached_from(engine, "response", "appointment") == handed_out | {"response", "appointment"}


def test_every_row_of_the_person_is_in_it_and_none_of_anybody_else(engine: Engine, whole: Everything) -> None:
    assert "somebody" not in repr(whole)
    for name in ("saved_page", "correction", "letter", "review", "message", "addendum"):
        theirs = [row for row in dump(engine)[name] if CANARY in repr(row)]
        handed_out = {
            repr(row) for kept in (*whole.forms, *whole.appointments) for row in kept.beside.get(name, ())
        }
        assert len(theirs) == len(handed_out), name


def test_whoever_decided_is_named_and_whoever_only_saw_is_told_by_role(
    whole: Everything, practitioner: Staff, patient: Patient
) -> None:
    (form,) = (kept for kept in whole.forms if kept.id == patient.form.response_id)

    named = {form.beside[name][0]["staff"] for name in ("review", "signature", "letter", "day_check")}
    assert {practitioner.name} == named
    assert "practitioner" == form.beside["alert_seen"][0]["staff"]
    assert {"practitioner", "patient"} == {line.by for line in form.trail}


def test_no_token_leaves_the_database(engine: Engine, whole: Everything) -> None:
    tokens = {row[0] for name in ("invitation", "patient_session") for row in dump(engine)[name]}

    assert tokens
    assert [] == [token for token in tokens if str(token) in repr(whole)]


def test_the_trail_tells_who_opened_the_form_and_why(
    session: Session, actor: Actor, patient: Patient
) -> None:
    submissions.get(session, actor, patient.form.id, "review", NOW)
    (form,) = person.everything(session, actor, Chosen((patient.form.id,)), NOW).forms

    assert ("practitioner", "submission-opened", "review") == (
        form.trail[-1].by,
        form.trail[-1].did,
        form.trail[-1].why,
    )


def test_the_same_record_reads_the_same_twice(session: Session, actor: Actor, patient: Patient) -> None:
    chosen = Chosen((patient.form.id,), (patient.unfinished_id,), (patient.appointment_id,))

    assert person.everything(session, actor, chosen, NOW) == person.everything(session, actor, chosen, NOW)


def test_reading_it_is_audited_with_a_count(session: Session, actor: Actor, whole: Everything) -> None:
    lines = audit.between(session, NOW, NOW.replace(year=2027))

    assert [{"count": 3}] == [line.detail for line in lines if line.action == "person-exported"]


def test_one_thing_that_is_not_there_hands_out_nothing(
    session: Session, actor: Actor, patient: Patient
) -> None:
    with pytest.raises(Gone):
        person.everything(session, actor, Chosen((patient.form.id, "none")), NOW)

    lines = audit.between(session, NOW, NOW.replace(year=2027))
    assert [] == [line for line in lines if line.action == "person-exported"]
