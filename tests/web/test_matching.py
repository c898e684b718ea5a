"""The desk says who is who: side by side, in words, and never by what somebody answered."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from screening.records import appointments, matches
from screening.records.appointments import Appointment, Booking
from screening.records.staff import Role
from screening.records.submissions import Submission
from screening.web.parts import Parts

from .conftest import Clock
from .staff_clinic import SYSTEM, at_work, handed_in, send, trail
from .test_board import BOARD, said

BORN = date(1970, 3, 15)
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def desk(app: Flask, parts: Parts, first: Submission) -> FlaskClient:
    return at_work(app, parts, Role.FRONT_DESK, "Dee Desk")


@pytest.fixture
def first(parts: Parts, moment: Clock) -> Submission:
    """Asha's form of three weeks ago."""
    form = handed_in(parts)
    moment.forward(days=21)
    return form


def booked(
    parts: Parts, name: str = "Asha Example", born: date | None = BORN, phone: str = ""
) -> Appointment:
    booking = Booking(parts.now() + timedelta(hours=2), name, born, phone)
    with parts.sessions() as db:
        return appointments.add(db, SYSTEM, f"{name}{born}{phone}", booking, parts.now())


def who(thing: Appointment | Submission) -> str:
    kind = "appointment" if isinstance(thing, Appointment) else "form"
    return f"/staff/{kind}/{thing.id}/who"


def forms_of(parts: Parts, form: Submission) -> list[str]:
    with parts.sessions() as db, db.begin():
        return [earlier.reference for earlier in matches.earlier_forms(db, form.id)]


# --- been here before? -------------------------------------------------------------------------


def test_the_page_of_an_appointment_leads_to_whom_it_might_be(
    desk: FlaskClient, parts: Parts, first: Submission
) -> None:
    made = booked(parts)
    assert f'href="{who(made)}"' in desk.get(f"/staff/appointment/{made.id}").text
    page = said(desk.get(who(made)).text)

    assert "Form of 22 November 2026" in page
    assert f"{first.reference}, 22 November 2026" in page
    assert "Name This one Asha Example The other Asha Example Compared The same" in page
    assert "Phone This one Not known The other +1 555 0142 Compared Not known" in page


def test_what_differs_is_said_in_words(desk: FlaskClient, parts: Parts, first: Submission) -> None:
    page = said(desk.get(who(booked(parts, "Example, Ásha", date(1971, 3, 15), "555 0199 99"))).text)

    assert "The other Asha Example Compared Alike, look closely" in page
    assert "This one 15 March 1971 The other 15 March 1970 Compared Different" in page
    assert "This one 555 0199 99 The other +1 555 0142 Compared Different" in page


@pytest.mark.parametrize(
    ("name", "born", "phone", "found"),
    [
        ("Bela Other", BORN, "", True),
        ("ASHA Example", None, "", True),
        ("Example Asha Maria", None, "", True),
        ("Asha Other", None, "", False),
        ("Bela Other", None, "+1 (555) 01-42", True),
        ("Bela Other", None, "0142", False),
        ("", None, "", False),
    ],
)
def test_somebody_is_proposed_by_birthday_name_or_telephone(
    desk: FlaskClient, parts: Parts, first: Submission, name: str, born: date | None, phone: str, found: bool
) -> None:
    page = desk.get(who(booked(parts, name, born, phone))).text
    assert found == (first.reference in page)


def test_whoever_agrees_in_more_stands_first(
    desk: FlaskClient, parts: Parts, first: Submission, moment: Clock
) -> None:
    namesake = handed_in(parts, {"date_of_birth": "1990-01-01", "phone": "555"})
    twin = handed_in(parts, {"full_name": "Bela Other", "phone": "555"})
    moment.forward(minutes=1)
    page = desk.get(who(booked(parts, phone="+1 555 0142"))).text
    places = [page.index(form.reference) for form in (first, twin, namesake)]
    assert sorted(places) == places


def test_nothing_is_said_of_an_answer_a_flag_or_an_outcome(
    desk: FlaskClient, parts: Parts, first: Submission
) -> None:
    page = desk.get(who(booked(parts))).text
    assert [] == [
        word for word in ("Acitrom", "rf_cardiac", "referral", "Call first", "hest pain") if word in page
    ]


def test_saying_it_ties_them_and_taking_it_back_parts_them(
    desk: FlaskClient, parts: Parts, first: Submission, moment: Clock
) -> None:
    made = booked(parts)
    answer = send(desk, who(made), earlier=first.id)
    assert (303, who(made)) == (answer.status_code, answer.headers["Location"])
    page = desk.get(who(made)).text
    assert f"this is the person of form {first.reference}." in said(page)
    assert "This is the same person" not in page

    (line,) = trail(parts, "matched")
    assert (made.id, {}) == (line.object_id, line.detail)
    with parts.sessions() as db:
        (match,) = matches.said_of(db, "appointment", made.id)
    answer = send(desk, f"/staff/match/{match.id}/undo", who(made))
    assert who(made) == answer.headers["Location"]
    assert "This is the same person" in desk.get(who(made)).text


def test_two_forms_of_one_person_are_proposed_as_one(
    desk: FlaskClient, parts: Parts, first: Submission, moment: Clock
) -> None:
    second = handed_in(parts)
    send(desk, who(second), earlier=first.id)
    moment.forward(minutes=1)
    page = desk.get(who(booked(parts))).text

    assert 1 == page.count("This is the same person")
    assert first.reference in page
    assert second.reference in page


def test_an_appointment_that_was_cancelled_is_of_nobody(
    desk: FlaskClient, parts: Parts, first: Submission
) -> None:
    made = booked(parts)
    with parts.sessions() as db:
        appointments.cancel(db, SYSTEM, made.id, parts.now())
    page = desk.get(who(made)).text
    assert "This is the same person" not in page
    assert (
        404
        == send(
            desk, who(made), f"/staff/appointment/{booked(parts, 'Bela').id}", earlier=first.id
        ).status_code
    )


# --- whose is this? ----------------------------------------------------------------------------


def test_a_walk_ins_form_on_the_board_leads_to_whose_it_might_be(desk: FlaskClient, parts: Parts) -> None:
    form = handed_in(parts)
    assert f'href="{who(form)}"' in desk.get(BOARD).text


def test_a_walk_ins_form_is_put_to_an_appointment_of_the_day_and_taken_off(
    desk: FlaskClient, parts: Parts
) -> None:
    form, made = handed_in(parts), booked(parts)
    assert "Today’s appointments without a form" in desk.get(who(form)).text
    answer = send(desk, who(form), appointment=made.id)
    assert who(made) == answer.headers["Location"]
    assert who(form) not in desk.get(BOARD).text
    assert "Today’s appointments without a form" not in desk.get(who(form)).text

    assert "A form was put to this appointment at the desk." in desk.get(who(made)).text
    send(desk, f"/staff/appointment/{made.id}/take-off", who(made))
    assert who(form) in desk.get(BOARD).text


def test_a_second_form_of_the_same_person_is_tied_to_the_first_and_nothing_is_merged(
    desk: FlaskClient, parts: Parts, first: Submission
) -> None:
    second = handed_in(parts)
    assert [] == forms_of(parts, second)
    send(desk, who(second), earlier=first.id)
    assert [first.reference] == forms_of(parts, second)
    with parts.sessions() as db:
        (match,) = matches.said_of(db, "submission", second.id)
    assert who(second) == send(desk, f"/staff/match/{match.id}/undo", who(second)).headers["Location"]
    assert [] == forms_of(parts, second)


@pytest.mark.parametrize("pressed", [{"earlier": NOBODY}, {"appointment": NOBODY}, {"earlier": "later"}])
def test_what_is_not_there_is_matched_to_nothing(
    desk: FlaskClient, parts: Parts, first: Submission, moment: Clock, pressed: dict[str, str]
) -> None:
    later = handed_in(parts)
    moment.forward(minutes=1)
    typed = {field: later.id if value == "later" else value for field, value in pressed.items()}
    assert 404 == send(desk, who(first), who(later), **typed).status_code


@pytest.mark.parametrize("address", [f"/staff/appointment/{NOBODY}/who", f"/staff/form/{NOBODY}/who"])
def test_nobody_is_nowhere(desk: FlaskClient, address: str) -> None:
    assert 404 == desk.get(address).status_code


def test_a_match_that_was_never_made_is_not_taken_back(desk: FlaskClient, parts: Parts) -> None:
    assert 404 == send(desk, "/staff/match/77/undo", who(booked(parts))).status_code


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.CLINICIAN])
def test_practitioners_may_say_it_too(app: Flask, parts: Parts, first: Submission, role: Role) -> None:
    made = booked(parts)
    assert 303 == send(at_work(app, parts, role), who(made), earlier=first.id).status_code


def test_the_administrator_sees_nobody(app: Flask, parts: Parts, first: Submission) -> None:
    browser = at_work(app, parts, Role.ADMINISTRATOR)
    for thing in (booked(parts), first):
        assert 403 == browser.get(who(thing)).status_code


def test_an_email_and_the_visits_are_those_of_the_appointments(
    desk: FlaskClient, parts: Parts, first: Submission
) -> None:
    past = booked(parts)
    with parts.sessions() as db:
        appointments.change(db, SYSTEM, past.id, replace(past.booking, email="a@example.org"), parts.now())
        appointments.link(db, SYSTEM, past.id, first.response_id, parts.now())
    page = said(desk.get(who(booked(parts, phone="+1 555 0142"))).text)
    assert "E-mail This one Not known The other a@example.org Compared Not known" in page
    assert "Appointments 13 December 2026, 16:30" in page
