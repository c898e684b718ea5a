"""A link for one patient: made once, opened with a birthday, leading to one form and never seen again."""

import html
import logging
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from screening.records import appointments
from screening.records.appointments import Booking
from screening.records.staff import Role
from screening.web.parts import Parts

from .conftest import Clock, Form, Patient
from .staff_clinic import SYSTEM, at_work, send, trail
from .stories import ASHA
from .test_board import AT, BOARD, NEW, booked, said

INVITED = "/invited"
RIGHT = {"birthday-day": "15", "birthday-month": "3", "birthday-year": "1988"}
WRONG = {**RIGHT, "birthday-year": "1999"}


@pytest.fixture
def desk(app: Flask, parts: Parts) -> FlaskClient:
    return at_work(app, parts, Role.FRONT_DESK)


def invited(desk: FlaskClient, parts: Parts) -> tuple[str, str]:
    """The appointment's id and the address that the desk sends for it."""
    made = booked(parts)
    return made.id, link_in(send(desk, f"{NEW}/{made.id}/invite", BOARD))


def link_in(answer: TestResponse) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/i/[\w-]{43})", html.unescape(answer.text))
    assert found is not None, answer.status_code
    return found[1]


def arrives(app: Flask, link: str) -> FlaskClient:
    browser = app.test_client()
    answer = browser.get(link)
    assert (answer.status_code, answer.headers["Location"]) == (303, INVITED)
    return browser


def proves(browser: FlaskClient, **typed: str) -> TestResponse:
    form = Form(browser.get(INVITED).text)
    return browser.post(INVITED, data={**form.hidden, **typed})


# --- the desk ----------------------------------------------------------------------------------


def test_one_press_on_the_board_makes_a_link_with_a_text_and_a_code(desk: FlaskClient, parts: Parts) -> None:
    made = booked(parts)
    answer = send(desk, f"{NEW}/{made.id}/invite", BOARD)
    page = said(answer.text)

    assert "Elm Street Clinic: your appointment is on 22 November 2026, 16:30." in page
    assert "Questions, or no internet? Call 555 0199. http://127" in page
    assert 'src="data:image/svg+xml;base64,' in answer.text
    assert "It opens until 29 November 2026, 14:30" in page
    assert "Invited" in said(desk.get(BOARD).text)


def test_the_text_to_send_says_nothing_of_health(desk: FlaskClient, parts: Parts) -> None:
    made = booked(parts)
    answer = send(desk, f"{NEW}/{made.id}/invite", BOARD)
    text = Form(answer.text).typed["text"].lower()

    assert not re.search(r"health|medic|needl|pain|treat|symptom|physio|screen|asha|dana", text)


def test_the_link_is_shown_once_and_stands_in_no_title(desk: FlaskClient, parts: Parts) -> None:
    appointment_id, link = invited(desk, parts)
    token = link.removeprefix("/i/")

    for address in (BOARD, f"{NEW}/{appointment_id}"):
        assert token not in desk.get(address).text
    again = send(desk, f"{NEW}/{appointment_id}/invite", BOARD).text
    assert token not in again
    title = re.search("<title>(.*?)</title>", again, re.DOTALL)
    assert title is not None
    assert "/i/" not in title[1]


def test_a_slip_is_printed_only_with_the_link_of_its_own_appointment(desk: FlaskClient, parts: Parts) -> None:
    appointment_id, link = invited(desk, parts)
    other = booked(parts, "Bo Example")
    token = link.removeprefix("/i/")
    paper = send(desk, f"{NEW}/{appointment_id}/slip.pdf", BOARD, token=token)

    assert paper.mimetype == "application/pdf"
    assert paper.data.startswith(b"%PDF")
    assert send(desk, f"{NEW}/{other.id}/slip.pdf", BOARD, token=token).status_code == 404
    assert send(desk, f"{NEW}/{appointment_id}/slip.pdf", BOARD, token="guess").status_code == 404


def test_without_a_birthday_the_board_asks_for_it_instead_of_inviting(
    desk: FlaskClient, parts: Parts
) -> None:
    with parts.sessions() as db:
        made = appointments.add(db, SYSTEM, "token", Booking(AT, "Bo Example"), parts.now())

    assert "Needs a date of birth" in said(desk.get(BOARD).text)
    answer = send(desk, f"{NEW}/{made.id}/invite", BOARD)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{NEW}/{made.id}")
    assert "Enter the date of birth first: it opens the link." in desk.get(f"{NEW}/{made.id}").text


@pytest.mark.parametrize("way", ["stop", "cancel", "invite"])
def test_a_link_that_was_stopped_replaced_or_cancelled_says_calmly_whom_to_call(
    app: Flask, desk: FlaskClient, parts: Parts, way: str
) -> None:
    appointment_id, link = invited(desk, parts)
    send(desk, f"{NEW}/{appointment_id}/{way}", f"{NEW}/{appointment_id}")
    answer = arrives(app, link).get(INVITED)

    assert answer.status_code == 410
    assert "Please call us on 555 0199." in answer.text


@pytest.mark.parametrize("role", list(Role))
def test_those_who_treat_and_the_desk_invite_and_nobody_else(app: Flask, parts: Parts, role: Role) -> None:
    made = booked(parts)
    browser = at_work(app, parts, role)
    token = Form(browser.get("/staff/print").text).hidden["csrf_token"]
    for verb in ("invite", "stop", "slip.pdf"):
        answer = browser.post(f"{NEW}/{made.id}/{verb}", data={"csrf_token": token})
        assert (answer.status_code == 403) == (role is Role.ADMINISTRATOR), verb


# --- the patient -------------------------------------------------------------------------------


def test_the_right_birthday_leads_to_a_form_that_belongs_to_the_appointment(
    app: Flask, desk: FlaskClient, parts: Parts
) -> None:
    _, link = invited(desk, parts)
    browser = arrives(app, link)
    answer = proves(browser, **RIGHT)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/form")
    assert browser.get("/form").headers["Location"] == "/form/1"
    assert "State Started" in said(desk.get(BOARD).text)


def test_stepping_back_out_of_the_form_leads_into_it_again(
    app: Flask, desk: FlaskClient, parts: Parts
) -> None:
    _, link = invited(desk, parts)
    browser = arrives(app, link)
    proves(browser, **RIGHT)
    back = browser.get(INVITED)

    assert (back.status_code, back.headers["Location"]) == (303, "/form")


def test_a_second_visit_with_another_phone_goes_on_with_the_same_form(
    app: Flask, desk: FlaskClient, parts: Parts
) -> None:
    _, link = invited(desk, parts)
    first = arrives(app, link)
    proves(first, **RIGHT)
    Patient(first, ASHA).fills_in("/form/1")
    second = arrives(app, link)
    proves(second, **RIGHT)

    assert second.get("/form").headers["Location"] == "/form/2"
    assert "Asha Invented" in second.get("/form/1").text
    assert "State Part done" in said(desk.get(BOARD).text)
    assert 1 == len(trail(parts, "response-opened"))


def test_opening_the_link_uses_nothing_up(app: Flask, desk: FlaskClient, parts: Parts) -> None:
    _, link = invited(desk, parts)
    for _ in range(20):
        arrives(app, link).get(INVITED)

    assert [] == trail(parts, "response-opened")
    assert "State Invited" in said(desk.get(BOARD).text)
    assert proves(arrives(app, link), **RIGHT).status_code == 303


def test_the_fifth_wrong_birthday_ends_in_please_call_us(app: Flask, desk: FlaskClient, parts: Parts) -> None:
    _, link = invited(desk, parts)
    browser = arrives(app, link)
    for left in (4, 3, 2, 1):
        answer = proves(browser, **WRONG)
        assert answer.status_code == 422
        assert f"Tries left: {left}" in answer.text
        assert 'value="1999"' in answer.text
    ended = proves(browser, **WRONG)

    assert ended.status_code == 410
    assert "Please call us on 555 0199." in ended.text
    assert arrives(app, link).get(INVITED).status_code == 410
    assert [] == trail(parts, "response-opened")


def test_a_date_that_does_not_exist_is_no_guess(app: Flask, desk: FlaskClient, parts: Parts) -> None:
    _, link = invited(desk, parts)
    browser = arrives(app, link)
    for _ in range(6):
        answer = proves(browser, **{**RIGHT, "birthday-month": "13"})
        assert answer.status_code == 422
        assert "Enter a real date, such as 27 3 1985" in answer.text

    assert proves(browser, **RIGHT).status_code == 303


def test_after_sending_the_link_only_says_that_the_form_is_here(
    app: Flask, desk: FlaskClient, parts: Parts
) -> None:
    _, link = invited(desk, parts)
    browser = arrives(app, link)
    proves(browser, **RIGHT)
    asha = Patient(browser, ASHA)
    asha.walks("/form/1")
    asha.sends()
    answer = proves(arrives(app, link), **RIGHT)

    assert "We have your form" in answer.text
    assert "Asha" not in answer.text
    assert "State Done" in said(desk.get(BOARD).text)


def test_a_link_ends_after_a_week(app: Flask, desk: FlaskClient, parts: Parts, moment: Clock) -> None:
    _, link = invited(desk, parts)
    moment.forward(days=7)

    assert arrives(app, link).get(INVITED).status_code == 410


def test_a_guessed_link_and_none_at_all_look_like_an_old_one(
    app: Flask, desk: FlaskClient, parts: Parts, moment: Clock
) -> None:
    _, link = invited(desk, parts)
    moment.forward(days=8)
    old = arrives(app, link).get(INVITED)
    guessed = arrives(app, "/i/" + "x" * 43).get(INVITED)
    none = app.test_client().get(INVITED)

    assert old.text == guessed.text == none.text
    assert old.status_code == guessed.status_code == none.status_code == 410


def test_the_token_is_in_no_log_no_page_no_cookie_and_no_referrer(
    app: Flask, desk: FlaskClient, parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    _, link = invited(desk, parts)
    token = link.removeprefix("/i/")
    browser = app.test_client()
    answer = browser.get(link)
    asked = browser.get(INVITED)
    begun = proves(browser, **RIGHT)

    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    for found in (answer, asked, begun):
        assert token not in found.text + str(found.headers)
    assert token not in caplog.text


def test_a_form_half_done_by_somebody_else_in_this_browser_stays_with_the_clinic(
    app: Flask, desk: FlaskClient, parts: Parts
) -> None:
    _, link = invited(desk, parts)
    browser = app.test_client()
    other = Patient(browser, {**ASHA, "full_name": "Bo Invented"})
    other.fills_in(other.starts())
    browser.get(link)
    proves(browser, **RIGHT)

    assert "Bo Invented" not in browser.get("/form/1").text
    assert [] == trail(parts, "response-withdrawn")
