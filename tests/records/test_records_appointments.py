"""Appointments and invitations in the database: one line in the trail each, nothing twice, no token kept."""

from datetime import date, timedelta

import pytest
from records_clinic import DIGEST, NOW
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from screening.records import appointments, invitations, responses
from screening.records.appointments import Appointment, Booking, Imported
from screening.records.audit import Actor, between
from screening.records.invitations import NoBirthday
from screening.records.responses import NotOpen, Response
from screening.records.staff import Staff
from screening.records.tokens import fingerprint

DAY = timedelta(days=1)
BORN = date(1988, 3, 15)
BOOKING = Booking(NOW, "Asha Example", BORN, "555 0142", "", "Dana Example")
SECRET = "a-random-secret-of-256-bits"


@pytest.fixture
def desk(administrator: Staff) -> Actor:
    return Actor("staff", administrator.id)


@pytest.fixture
def booked(session: Session, desk: Actor) -> Appointment:
    return appointments.add(session, desk, "token", BOOKING, NOW)


def actions(session: Session, object_id: str) -> list[str]:
    return [line.action for line in between(session, NOW, NOW + 30 * DAY) if line.object_id == object_id]


# --- appointments ------------------------------------------------------------------------------


def test_the_same_press_of_save_makes_one_appointment(
    session: Session, desk: Actor, booked: Appointment
) -> None:
    assert booked == appointments.add(session, desk, "token", BOOKING, NOW + DAY)
    assert ["appointment-added"] == actions(session, booked.id)


def test_an_appointment_is_changed_and_cancelled_once_and_each_is_in_the_trail(
    session: Session, desk: Actor, booked: Appointment
) -> None:
    later = Booking(NOW + DAY, "Asha Example")
    appointments.change(session, desk, booked.id, later, NOW)
    changed = appointments.get(session, booked.id)
    assert changed is not None
    assert changed.booking == later
    appointments.cancel(session, desk, booked.id, NOW)

    assert () == appointments.of_day(session, desk, NOW, NOW + 2 * DAY, NOW)
    for verb in (appointments.cancel, lambda *a: appointments.change(*a[:3], later, NOW)):
        with pytest.raises(LookupError):
            verb(session, desk, booked.id, NOW)
    assert ["appointment-added", "appointment-changed", "appointment-cancelled"] == actions(
        session, booked.id
    )


def test_an_appointment_has_one_form_and_a_second_one_changes_nothing(
    session: Session, desk: Actor, booked: Appointment, form: Response
) -> None:
    other = responses.open_response(session, DIGEST, "other", NOW)

    assert appointments.link(session, desk, booked.id, form.id, NOW)
    assert not appointments.link(session, desk, booked.id, other.id, NOW)
    kept = appointments.get(session, booked.id)
    assert kept is not None
    assert kept.response_id == form.id


def test_a_list_that_comes_again_adds_nothing(session: Session, desk: Actor) -> None:
    once = [("id:1", BOOKING), ("id:2", Booking(NOW, "Bo Example"))]

    assert Imported(2, 0, 0, 0) == appointments.take_in(session, desk, once, NOW)
    assert Imported(0, 0, 2, 0) == appointments.take_in(session, desk, once, NOW)
    moved = [("id:1", Booking(NOW + DAY, "Asha Example", BORN)), once[1]]
    assert Imported(0, 1, 1, 0) == appointments.take_in(session, desk, moved, NOW)
    assert 2 == len(appointments.of_day(session, desk, NOW, NOW + 2 * DAY, NOW))


def test_what_the_desk_corrected_by_hand_is_not_undone_by_the_list(session: Session, desk: Actor) -> None:
    appointments.take_in(session, desk, [("id:1", BOOKING)], NOW)
    (kept,) = appointments.of_day(session, desk, NOW, NOW + DAY, NOW)
    corrected = Booking(NOW, "Asha Example", BORN, "555 0199")
    appointments.change(session, desk, kept.id, corrected, NOW)

    assert Imported(0, 0, 0, 1) == appointments.take_in(session, desk, [("id:1", BOOKING)], NOW)
    found = appointments.get(session, kept.id)
    assert found is not None
    assert found.booking == corrected


def test_a_list_exported_here_finds_its_own_appointments_again(
    session: Session, desk: Actor, booked: Appointment
) -> None:
    assert Imported(0, 0, 1, 0) == appointments.take_in(session, desk, [(f"id:{booked.id}", BOOKING)], NOW)


# --- invitations -------------------------------------------------------------------------------


def test_a_link_is_found_by_its_hash_and_its_token_is_nowhere_in_the_database(
    session: Session, engine: Engine, desk: Actor, booked: Appointment
) -> None:
    until = invitations.invite(session, desk, booked.id, SECRET, NOW)
    found = invitations.find(session, fingerprint(SECRET), NOW)

    assert found is not None
    assert (found.appointment_id, found.expires_at, found.tries_left) == (booked.id, NOW + 7 * DAY, 5)
    assert until == found.expires_at
    with engine.connect() as connection:
        for name in ("invitation", "audit", "appointment"):
            kept = connection.exec_driver_sql(f"SELECT * FROM {name}").all()  # noqa: S608  # three fixed names
            assert SECRET not in repr(kept)


def test_a_link_ends_after_seven_days(session: Session, desk: Actor, booked: Appointment) -> None:
    invitations.invite(session, desk, booked.id, SECRET, NOW)
    just = NOW + 7 * DAY

    assert invitations.find(session, fingerprint(SECRET), just - timedelta(seconds=1)) is not None
    assert invitations.find(session, fingerprint(SECRET), just) is None


def test_a_new_link_ends_the_one_before(session: Session, desk: Actor, booked: Appointment) -> None:
    invitations.invite(session, desk, booked.id, SECRET, NOW)
    invitations.invite(session, desk, booked.id, "second", NOW)

    assert invitations.find(session, fingerprint(SECRET), NOW) is None
    assert invitations.current(session, booked.id, NOW) == invitations.find(
        session, fingerprint("second"), NOW
    )


def test_a_stopped_link_and_one_of_a_cancelled_appointment_open_nothing(
    session: Session, desk: Actor, booked: Appointment
) -> None:
    invitations.invite(session, desk, booked.id, SECRET, NOW)
    invitations.revoke(session, desk, booked.id, NOW)
    assert invitations.find(session, fingerprint(SECRET), NOW) is None
    invitations.invite(session, desk, booked.id, "second", NOW)
    appointments.cancel(session, desk, booked.id, NOW)
    assert invitations.current(session, booked.id, NOW) is None
    with pytest.raises(LookupError):
        invitations.invite(session, desk, booked.id, "third", NOW)


def test_nobody_is_invited_whose_birthday_is_not_known(session: Session, desk: Actor) -> None:
    made = appointments.add(session, desk, "unknown", Booking(NOW, "Bo Example"), NOW)

    with pytest.raises(NoBirthday):
        invitations.invite(session, desk, made.id, SECRET, NOW)


def test_the_fifth_wrong_birthday_ends_the_link_and_a_right_one_forgives(
    session: Session, desk: Actor, booked: Appointment
) -> None:
    invitations.invite(session, desk, booked.id, SECRET, NOW)
    link, wrong = fingerprint(SECRET), date(1999, 1, 1)
    for _ in range(4):
        assert not invitations.check_birthday(session, link, wrong, NOW)
    assert invitations.check_birthday(session, link, BORN, NOW)
    for left in (4, 3, 2, 1):
        assert not invitations.check_birthday(session, link, wrong, NOW)
        found = invitations.find(session, link, NOW)
        assert found is not None
        assert found.tries_left == left
    assert not invitations.check_birthday(session, link, None, NOW)

    with pytest.raises(LookupError):
        invitations.check_birthday(session, link, BORN, NOW)


def test_coming_back_opens_the_same_form_until_it_is_handed_in(session: Session, form: Response) -> None:
    invitations.come_back(session, form.id, "again", DAY, NOW)
    found = responses.find_by_token(session, "again", NOW)

    assert found is not None
    assert found.id == form.id
    assert responses.find_by_token(session, "again", NOW + DAY) is None
    responses.withdraw(session, form.id, NOW)
    with pytest.raises(NotOpen):
        invitations.come_back(session, form.id, "later", DAY, NOW)
