"""Finding what may belong to one person: more rather than less, because staff say what does."""

from datetime import date

import pytest
from full_record import BORN, CANARY, Patient, arrives
from records_clinic import DIGEST, NOW, assessed
from sqlalchemy import insert
from sqlalchemy.orm import Session

from screening.records import appointments, audit, erasing, finding, responses, submissions, tables_day
from screening.records.appointments import Booking
from screening.records.audit import Actor
from screening.records.erasing import Chosen, Why
from screening.records.finding import Found, Wanted
from screening.records.staff import Staff
from screening.records.submissions import Person, Submission


@pytest.fixture
def actor(administrator: Staff) -> Actor:
    return Actor("staff", administrator.id)


@pytest.fixture
def patient(session: Session, actor: Actor) -> Patient:
    return arrives(session, actor)


def found(
    session: Session, actor: Actor, reference: str = "", name: str = "", born: date | None = None
) -> Found:
    return finding.find(session, actor, Wanted(reference, name, born), NOW)


def handed_in(session: Session, token: str, name: str, born: date | None) -> Submission:
    opened = responses.open_response(session, DIGEST, token, NOW)
    person = Person(name, born, None)
    return submissions.submit(session, opened.id, lambda: token, {}, assessed(), person, NOW)


def ids(what: Found) -> set[str]:
    return {item.id for kind in (what.forms, what.unfinished, what.appointments) for item in kind}


def test_a_name_and_a_birthday_find_forms_handed_in_left_half_way_and_booked(
    session: Session, actor: Actor, patient: Patient
) -> None:
    assert {patient.form.id, patient.unfinished_id, patient.appointment_id} == ids(
        found(session, actor, name=f"asha {CANARY}", born=BORN)
    )


@pytest.mark.parametrize("typed", ["K7F-3Q1", "k7f3q1", " K7F 3Q1 "])
def test_a_reference_finds_all_that_the_person_of_that_form_may_have(
    session: Session, actor: Actor, patient: Patient, typed: str
) -> None:
    assert {patient.form.id, patient.unfinished_id, patient.appointment_id} == ids(
        found(session, actor, reference=typed)
    )


def test_somebody_of_the_same_name_and_another_birthday_is_not_listed(
    session: Session, actor: Actor, patient: Patient
) -> None:
    assert set() == ids(found(session, actor, name=f"Asha {CANARY}", born=date(1988, 3, 16)))


def test_an_unknown_birthday_is_no_other_birthday(session: Session, actor: Actor) -> None:
    walk_in = handed_in(session, "GHJ-KMN", "Asha Example", None)
    handed_in(session, "GHJ-KMP", "Asha Another", None)

    assert {walk_in.id} == ids(found(session, actor, name="ASHA EXAMPLE", born=BORN))


def test_a_changed_surname_or_an_accent_hides_nothing(session: Session, actor: Actor) -> None:
    married = handed_in(session, "GHJ-KMN", "Renée Before", BORN)

    assert {married.id} == ids(found(session, actor, name="renee after", born=BORN))


def test_what_staff_tied_to_the_person_is_listed_under_any_name(
    session: Session, actor: Actor, patient: Patient
) -> None:
    other = handed_in(session, "GHJ-KMN", "A. Different", date(1990, 1, 1))
    said = {
        "submission_id": other.id,
        "earlier_submission_id": patient.form.id,
        "staff_id": actor.id,
        "at": NOW,
    }
    with session.begin():
        session.execute(insert(tables_day.match).values(said))

    assert other.id in ids(found(session, actor, reference="K7F-3Q1"))


def test_a_tie_that_was_undone_ties_nothing(session: Session, actor: Actor, patient: Patient) -> None:
    other = handed_in(session, "GHJ-KMN", "A. Different", date(1990, 1, 1))
    said = {
        "submission_id": other.id,
        "earlier_submission_id": patient.form.id,
        "staff_id": actor.id,
        "at": NOW,
    }
    with session.begin():
        session.execute(insert(tables_day.match).values(**said, undone_at=NOW, undone_by=actor.id))

    assert other.id not in ids(found(session, actor, reference="K7F-3Q1"))


def test_an_appointment_that_leads_to_the_form_is_listed_however_it_is_spelt(
    session: Session, actor: Actor
) -> None:
    form = handed_in(session, "GHJ-KMN", "Asha Example", BORN)
    booked = appointments.add(session, actor, "b", Booking(NOW, "Miss-heard", None), NOW)
    appointments.link(session, actor, booked.id, form.response_id, NOW)

    assert {form.id, booked.id} == ids(found(session, actor, reference="GHJ-KMN"))


def test_the_reference_of_an_erased_form_finds_its_tombstone(
    session: Session, actor: Actor, patient: Patient
) -> None:
    erasing.erase(session, actor, Chosen(forms=(patient.form.id,)), Why.ASKED, NOW)

    (stone,) = found(session, actor, reference="k7f3q1").erased
    assert ("K7F-3Q1", Why.ASKED, NOW) == (stone.reference, stone.why, stone.at)


def test_an_erased_appointment_is_no_person_called_erased(
    session: Session, actor: Actor, patient: Patient
) -> None:
    everything = Chosen((patient.form.id,), (patient.unfinished_id,), (patient.appointment_id,))
    erasing.erase(session, actor, everything, Why.ASKED, NOW)

    assert set() == ids(found(session, actor, name="erased", born=None))


def test_looking_is_audited_with_a_count_and_without_the_words(
    session: Session, actor: Actor, patient: Patient
) -> None:
    found(session, actor, name=f"Asha {CANARY}", born=BORN)

    line = audit.between(session, NOW, NOW.replace(year=2027))[-1]
    assert ("searched", "person", "all", {"count": 3}) == (
        line.action,
        line.object_kind,
        line.object_id,
        line.detail,
    )


def test_nothing_asked_finds_nobody(session: Session, actor: Actor, patient: Patient) -> None:
    assert Found() == found(session, actor)
