"""The patient who comes back: what they told us is shown to be confirmed, what matters is asked anew."""

import secrets
from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from rules.assess import read
from rules.carry import asked_anew
from rules.model import Kind
from screening.records import appointments, invitations, matches, responses, staff, submissions
from screening.records.appointments import Appointment, Booking
from screening.records.audit import Actor
from screening.records.staff import Role
from screening.records.submissions import Submission
from screening.web.cookies import PATIENT
from screening.web.journey import home_pages, unanswered
from screening.web.parts import Parts

from .conftest import Clock, Form, Patient
from .staff_clinic import SYSTEM, at_work, handed_in, hired, record_of, trail
from .stories import ASHA
from .test_board import said
from .test_invite import RIGHT, arrives, proves

HISTORY = {
    "pre_fainting": "no",
    "goals": "To garden again",
    "emergency_contact": "Bela, 555 0111",
    "private_any": "yes",
    "pre_mental_health": "yes",
    "rf_self_harm": "no",
    "rf_safeguarding": "no",
}
# A walk through a whole form takes seconds: only the tests about whole forms take one.
STORY: Mapping[str, object] = {**ASHA, **HISTORY}
SAME = {"earlier": "same"}
CHANGED = {"earlier": "changed"}


class Returning(Patient):
    """A patient who comes back and presses "Nothing has changed" wherever they are asked."""

    def __init__(self, client: FlaskClient, story: Mapping[str, object]) -> None:
        super().__init__(client, story)
        self.confirmed: list[str] = []

    def fills_in(self, address: str) -> TestResponse:
        shown = self.client.get(address)
        form = Form(shown.text)
        told = 'value="same"' in shown.text
        if told:
            self.confirmed.append(address)
        self.questions += [name for name in form.names if name not in self.questions]
        data = {**form.hidden, **self.answers_to(form), **(SAME if told else {})}
        return self.client.post(address.split("#")[0], data=data)


@pytest.fixture
def first(parts: Parts) -> Submission:
    """Asha's first form."""
    return handed_in(parts, dict(STORY))


def every(parts: Parts) -> list[Submission]:
    """The forms handed in, oldest first."""
    with parts.sessions() as db:
        listed = sorted(submissions.listing(db, SYSTEM, parts.now()), key=lambda line: line.submitted_at)
        found = [submissions.get(db, SYSTEM, line.id, "test", parts.now()) for line in listed]
    return [form for form in found if form is not None]


def newest(parts: Parts) -> Submission:
    """The form handed in last."""
    return every(parts)[-1]


@pytest.fixture
def back(app: Flask, parts: Parts, moment: Clock, first: Submission) -> FlaskClient:
    """Asha's browser three weeks later, at the form of the appointment that staff know to be hers."""
    moment.forward(days=21)
    return begins(app, parts, of(first, parts))


def of(first: Submission, parts: Parts) -> Appointment:
    """An appointment of hers tomorrow, matched by the desk."""
    with parts.sessions() as db:
        known = {person.role: person for person in staff.everyone(db)}
    desk = Actor("staff", (known.get(Role.PRACTITIONER) or hired(parts, Role.PRACTITIONER)).id)
    with parts.sessions() as db:
        booking = Booking(parts.now() + timedelta(days=1), "Asha Invented", date(1988, 3, 15))
        made = appointments.add(db, desk, secrets.token_hex(), booking, parts.now())
        matches.appointment_is_of(db, desk, made.id, first.id, parts.now())
    return made


def begins(app: Flask, parts: Parts, made: Appointment) -> FlaskClient:
    """The browser in which she opened her link and proved her birthday."""
    token = secrets.token_urlsafe(32)
    with parts.sessions() as db:
        invitations.invite(db, SYSTEM, made.id, token, parts.now())
    browser = arrives(app, f"/i/{token}")
    assert proves(browser, **RIGHT).status_code == 303
    return browser


def reaches(browser: FlaskClient, parts: Parts, number: int) -> str:
    """Every page before `number` is answered anew; its address."""
    held = browser.get_cookie(PATIENT)
    assert held is not None
    with parts.sessions() as db:
        form = responses.find_by_token(db, held.value, parts.now())
        assert form is not None
        answers: dict[str, object] = {}
        for page in home_pages(parts.edition)[: number - 1]:
            while left := unanswered(read(parts.edition, answers, parts.today()), page):
                answers |= {q.id: STORY.get(q.id, "unsure" if q.kind is Kind.YES_NO else None) for q in left}
            given = {q.id: answers[q.id] for q in page.questions if q.id in answers}
            responses.save_page(db, form.id, page.id, given, 0, {}, parts.now())
    return f"/form/{number}"


def presses(browser: FlaskClient, address: str, **typed: str) -> TestResponse:
    """Press a button of a page of the form, with what is filled in on it and what is typed."""
    form = Form(browser.get(address).text)
    return browser.post(address, data={**form.hidden, **form.checked, **form.typed, **typed})


def carried(parts: Parts) -> list[str]:
    """The answers of the newest form that were only confirmed."""
    return sorted(newest(parts).carried)


VISIT = {"needle_willing": "yes", "needle_fear": "not", "pre_communication": "no", "pre_alcohol_drugs": "no"}
VISIT |= {"private_any": "no"}


# --- what is shown -----------------------------------------------------------------------------


def test_what_was_told_three_weeks_ago_is_shown_in_words_and_asked_about(
    parts: Parts, back: FlaskClient
) -> None:
    page = said(back.get(reaches(back, parts, 9)).text)

    assert "This is what you told us on 22 November 2026. Has anything changed?" in page
    assert "Does pressing a spot bring on YOUR pain? Yes" in page
    assert "Nothing in the box has changed" not in page


def test_the_safety_questions_of_the_same_page_are_asked_blank_below(parts: Parts, back: FlaskClient) -> None:
    form = Form(back.get(reaches(back, parts, 10)).text)
    page = next(page for page in parts.edition.pages if page.number == 10)
    anew = {q.id for q in page.questions} & asked_anew(parts.edition)
    asked = set(form.names) - set(form.hidden)

    assert set() == asked - anew
    assert {"abs_diagnosis_pending", "pre_cancer_history", "rf_lump"} == asked
    assert {} == form.checked


def test_urgent_pages_todays_pain_and_consent_are_never_confirmed(back: FlaskClient) -> None:
    patient = Returning(back, STORY)
    assert "/check" == patient.walks("/form/1")
    confirmed = {at.split("#")[0] for at in patient.confirmed}
    assert {f"/form/{number}" for number in (9, 10, 12, 16, 17)} == confirmed


def test_every_question_of_a_heavy_rule_that_the_first_form_asked_is_asked_again(
    parts: Parts, back: FlaskClient
) -> None:
    patient = Returning(back, STORY)
    patient.walks("/form/1")
    asked = {name.split("-")[0] for name in patient.questions}
    then = read(parts.edition, STORY, parts.today())
    expected = {name for name in asked_anew(parts.edition) & set(STORY) if then.asked(name) is not False}
    assert {"declaration", "typed_name"} == expected - asked


def test_a_private_answer_is_saved_and_not_shown(parts: Parts, back: FlaskClient) -> None:
    reaches(back, parts, 16)
    assert presses(back, "/form/16", **VISIT | {"private_any": "yes"}, **SAME).status_code == 303
    page = said(back.get("/form/16").text)

    assert "Your answer is saved and not shown here" in page
    assert "Yes" not in page.split("Has anything changed?")[1].split("Something has changed")[0]


def test_a_patient_whom_nobody_matched_meets_no_earlier_answer(
    app: Flask, moment: Clock, first: Submission
) -> None:
    moment.forward(days=21)
    again = Returning(app.test_client(), STORY)
    again.walks(again.starts())
    assert [] == again.confirmed


def test_a_form_that_names_another_birthday_meets_no_earlier_answer(back: FlaskClient) -> None:
    other = Returning(back, {**STORY, "date_of_birth": "1988-03-16"})
    other.walks("/form/1")
    assert [] == other.confirmed


def test_answers_are_not_offered_after_the_clinics_days_are_over(
    app: Flask, parts: Parts, moment: Clock, first: Submission
) -> None:
    moment.forward(days=91)
    again = Returning(begins(app, parts, of(first, parts)), STORY)
    again.walks("/form/1")
    assert [] == again.confirmed


def test_a_match_taken_back_takes_the_earlier_answers_off_the_form(parts: Parts, back: FlaskClient) -> None:
    reaches(back, parts, 9)
    with parts.sessions() as db:
        desk = trail(parts, "matched")[-1]
        (found,) = matches.said_of(db, "appointment", desk.object_id)
        assert matches.undo(db, desk.actor, found.id, parts.now())
    assert "This is what you told us" not in back.get("/form/9").text


# --- nothing has changed -----------------------------------------------------------------------


def test_what_is_confirmed_is_kept_with_the_day_on_which_it_was_given(
    parts: Parts, first: Submission, back: FlaskClient
) -> None:
    again = Returning(back, STORY)
    again.walks("/form/1")
    page = said(back.get("/check").text)
    again.sends()

    assert "No (carried over from 22 November 2026, confirmed today)" in page
    assert {"goals", "pre_fainting", "pre_mental_health"} < set(carried(parts))
    assert {first.submitted_at.date()} == set(newest(parts).carried.values())


def test_a_form_that_is_wholly_confirmed_is_assessed_as_the_same_form_typed_by_hand(
    app: Flask, parts: Parts, back: FlaskClient
) -> None:
    again = Returning(back, STORY)
    again.walks("/form/1")
    again.sends()
    confirmed = newest(parts)
    Patient(app.test_client(), STORY).goes_to_the_end()
    (typed,) = [form for form in every(parts)[-2:] if form.id != confirmed.id]

    assert typed.answers == confirmed.answers
    assert typed.assessment == confirmed.assessment


def test_a_safety_question_left_blank_is_asked_for_and_nothing_is_kept(
    parts: Parts, back: FlaskClient
) -> None:
    reaches(back, parts, 16)
    answer = presses(back, "/form/16", **VISIT | {"needle_fear": ""}, **SAME)

    assert answer.status_code == 422
    assert "This is what you told us" in answer.text
    assert ["yes"] == Form(answer.text).checked["needle_willing"]
    assert "pre_fainting" not in said(back.get("/check", follow_redirects=True).text)


def test_an_emergency_answer_beside_confirmed_ones_stops_the_form_at_once(
    parts: Parts, back: FlaskClient
) -> None:
    reaches(back, parts, 16)
    presses(back, "/form/16", **VISIT | {"private_any": "yes"}, **SAME)
    urgent = {"rf_self_harm": "now", "rf_safeguarding": "no"}
    assert "/urgent" == presses(back, "/form/16", **urgent, **SAME).headers["Location"]


def test_a_second_press_finds_it_saved(parts: Parts, back: FlaskClient) -> None:
    reaches(back, parts, 16)
    form = Form(back.get("/form/16").text)
    for _ in range(2):
        answer = back.post("/form/16", data={**form.hidden, **VISIT, **SAME})
        assert (303, "/form/17") == (answer.status_code, answer.headers["Location"])
    Returning(back, STORY).walks("/form/17")
    Returning(back, STORY).sends()
    assert "pre_fainting" in carried(parts)


def test_a_confirmed_answer_that_is_changed_later_is_carried_over_no_longer(
    parts: Parts, back: FlaskClient
) -> None:
    again = Returning(back, STORY)
    again.walks("/form/1")
    back.get("/check")
    assert presses(back, "/form/17", goals="To climb").headers["Location"] == "/check"
    assert presses(back, "/form/16", private_any="no").headers["Location"] == "/check"
    again.sends()

    assert "emergency_contact" in carried(parts)
    assert set() == {"goals", "pre_mental_health"} & set(carried(parts))


def test_an_answer_confirmed_twice_keeps_its_first_day(
    app: Flask, parts: Parts, moment: Clock, first: Submission, back: FlaskClient
) -> None:
    Returning(back, STORY).walks("/form/1")
    Returning(back, STORY).sends()
    moment.forward(days=21)
    third = begins(app, parts, of(newest(parts), parts))
    page = said(third.get(reaches(third, parts, 17)).text)

    assert "This is what you told us on 13 December 2026." in page
    assert "To garden again First told on 22 November 2026" in page


# --- something has changed ---------------------------------------------------------------------


def test_what_has_changed_is_filled_in_to_change_and_what_was_typed_stays(
    parts: Parts, back: FlaskClient
) -> None:
    reaches(back, parts, 16)
    answer = presses(back, "/form/16", needle_willing="yes", **CHANGED)
    form = Form(answer.text)

    assert answer.status_code == 200
    assert {"needle_willing": ["yes"], "pre_fainting": ["no"], "pre_alcohol_drugs": ["no"]} == form.checked
    assert "error" not in answer.text
    assert "pre_fainting" not in said(back.get("/check", follow_redirects=True).text)


def test_an_answer_that_was_changed_is_new_and_no_answer_of_the_page_counts_as_confirmed(
    parts: Parts, back: FlaskClient
) -> None:
    reaches(back, parts, 17)
    form = Form(presses(back, "/form/17", **CHANGED).text)
    data = {**form.hidden, **form.checked, **form.typed, "goals": "To climb"}
    data["previous_treatments"] = "none"
    assert back.post("/form/17", data=data).headers["Location"] == "/check"
    Returning(back, STORY).sends()

    assert "To climb" == newest(parts).answers["goals"]
    assert set() == {"goals", "emergency_contact"} & set(carried(parts))


def test_a_fault_on_the_page_to_change_loses_nothing_that_was_typed(parts: Parts, back: FlaskClient) -> None:
    reaches(back, parts, 16)
    form = Form(presses(back, "/form/16", **CHANGED).text)
    answer = back.post("/form/16", data={**form.hidden, "pre_fainting": "yes", "needle_willing": "yes"})

    assert answer.status_code == 422
    assert {"needle_willing": ["yes"], "pre_fainting": ["yes"]} == Form(answer.text).checked
    assert "shown" == Form(answer.text).hidden["earlier"]


# --- after a pause -----------------------------------------------------------------------------


@pytest.mark.parametrize("pressed", [SAME, CHANGED])
def test_after_a_pause_no_earlier_answer_is_shown_before_the_birthday_and_nothing_typed_is_lost(
    parts: Parts, moment: Clock, back: FlaskClient, pressed: dict[str, str]
) -> None:
    form = Form(back.get(reaches(back, parts, 16)).text)
    moment.forward(hours=1)
    answer = back.post("/form/16", data={**form.hidden, "needle_willing": "yes", **pressed})
    assert (303, "/unlock") == (answer.status_code, answer.headers["Location"])

    unlock = Form(back.get("/unlock").text)
    back.post("/unlock", data={**unlock.hidden, **RIGHT})
    page = back.get("/form/16").text
    assert {"needle_willing": ["yes"]} == Form(page).checked
    assert "This is what you told us" in page


# --- where staff read it -----------------------------------------------------------------------


def test_the_record_marks_what_was_carried_over(app: Flask, parts: Parts, back: FlaskClient) -> None:
    again = Returning(back, STORY)
    again.walks("/form/1")
    again.sends()
    page = said(at_work(app, parts, Role.CLINICIAN).get(record_of(newest(parts))).text)

    assert "(carried over from 22 November 2026, confirmed on 13 December 2026)" in page
