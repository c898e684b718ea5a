"""The tablet at reception: one patient after another, and nothing of one is left for the next."""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from screening.records import appointments, responses
from screening.records.appointments import Booking
from screening.records.staff import Role
from screening.web.cookies import KIOSK, PATIENT, STAFF
from screening.web.parts import Parts
from screening.web.policy import A_KIOSK, A_PATIENT, policy_of

from .conftest import Clock, Form, Patient
from .pseudo import unmarked
from .staff_clinic import SYSTEM, at_work, hired, send, trail
from .stories import ASHA
from .test_board import AT, booked, opened, said
from .test_roles import address_of, routes

STAFF_PAGE, WELCOME, SIGN_IN = "/staff/kiosk", "/kiosk", "/staff/sign-in"
PIN = "402718"
BORN = {"birthday-day": "15", "birthday-month": "3", "birthday-year": "1988"}
CLEARED = '"cache", "storage"'


@pytest.fixture
def tablet(app: Flask, parts: Parts) -> FlaskClient:
    """A browser that the front desk has just made the tablet."""
    return started(at_work(app, parts, Role.FRONT_DESK))


def started(browser: FlaskClient) -> FlaskClient:
    answer = send(browser, STAFF_PAGE, pin=PIN, again=PIN)
    assert (answer.status_code, answer.headers["Location"]) == (303, WELCOME)
    return browser


def says(browser: FlaskClient, name: str = "Asha Example", **typed: str) -> TestResponse:
    return send(browser, WELCOME, name=name, **{**BORN, **typed})


def begins(browser: FlaskClient, name: str = "Asha Example") -> str:
    """Say who one is, and yes; the address of the form's first page."""
    assert says(browser, name).headers["Location"] == "/kiosk/you"
    answer = send(browser, "/kiosk/yes", "/kiosk/you")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/form")
    return browser.get("/form").headers["Location"]


def is_wiped(answer: TestResponse, to: str = WELCOME) -> bool:
    gone = any(c.startswith(f"{PATIENT}=;") for c in answer.headers.getlist("Set-Cookie"))
    return gone and (answer.headers["Location"], answer.headers["Clear-Site-Data"]) == (to, CLEARED)


def form_of(parts: Parts, appointment_id: str) -> str:
    with parts.sessions() as db:
        found = appointments.get(db, appointment_id)
    assert found is not None
    assert found.response_id is not None
    return found.response_id


def answers(parts: Parts, appointment_id: str) -> dict[str, object]:
    with parts.sessions() as db:
        return dict(responses.answers_of(db, form_of(parts, appointment_id)).answers)


# --- started by staff --------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.PRACTITIONER, Role.CLINICIAN])
def test_staff_make_their_browser_the_tablet_and_are_signed_out_there(
    app: Flask, parts: Parts, role: Role
) -> None:
    browser = at_work(app, parts, role)
    held = browser.get_cookie(STAFF)
    answer = send(browser, STAFF_PAGE, pin=PIN, again=PIN)
    (given,) = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith(KIOSK)]

    assert "HttpOnly" in given
    assert "SameSite=Strict" in given
    assert "Max-Age=43200" in given
    assert browser.get_cookie(STAFF) is None
    assert held is not None
    elsewhere = app.test_client()
    elsewhere.set_cookie(STAFF, held.value)
    assert elsewhere.get("/staff").headers["Location"] == SIGN_IN
    assert len(trail(parts, "kiosk-started")) == len(trail(parts, "signed-out")) == 1


def test_whoever_has_a_form_open_in_that_browser_has_it_no_more(app: Flask, parts: Parts) -> None:
    browser = at_work(app, parts, Role.FRONT_DESK)
    Patient(browser, ASHA).starts()
    held = browser.get_cookie(PATIENT)
    started(browser)

    assert held is not None
    browser.set_cookie(PATIENT, held.value)
    assert is_wiped(browser.get("/form/1"))


@pytest.mark.parametrize(
    ("pin", "again", "fault"),
    [
        ("40271", "40271", "Choose at least 6 digits, not in a row and not all the same"),
        ("123456", "123456", "Choose at least 6 digits, not in a row and not all the same"),
        (PIN, "402719", "Type the same PIN twice"),
    ],
)
def test_a_pin_that_would_not_do_is_explained_and_starts_nothing(
    app: Flask, parts: Parts, pin: str, again: str, fault: str
) -> None:
    browser = at_work(app, parts, Role.FRONT_DESK)
    answer = send(browser, STAFF_PAGE, pin=pin, again=again)

    assert answer.status_code == 422
    assert answer.text.count(fault) == 2
    assert pin not in answer.text
    assert trail(parts, "kiosk-started") == []
    assert browser.get("/staff/board").status_code == 200


def test_the_staff_page_lists_the_tablets_and_ends_one_from_afar(
    app: Flask, parts: Parts, tablet: FlaskClient
) -> None:
    booked(parts)
    first = begins(tablet)
    desk = at_work(app, parts, Role.PRACTITIONER, "Dana Example")
    page = desk.get(STAFF_PAGE).text
    end = re.search(r'action="(/staff/kiosk/\w+/end)"', page)

    assert "Staff front_desk" in said(page)
    assert "22 November 2026, 14:30" in said(page)
    assert end is not None
    send(desk, end[1], STAFF_PAGE)
    assert "Tablets in use" not in desk.get(STAFF_PAGE).text
    assert is_wiped(tablet.get(first), SIGN_IN)
    assert tablet.get_cookie(KIOSK) is None
    assert [line.actor.kind for line in trail(parts, "kiosk-ended")] == ["staff"]


# --- nothing else opens ------------------------------------------------------------------------


def test_on_a_tablet_nothing_opens_but_its_own_pages_and_a_patients_form(
    app: Flask, parts: Parts, tablet: FlaskClient
) -> None:
    token = Form(tablet.get(WELCOME).text).hidden["csrf_token"]
    let_in = []
    for method, rule in routes(app):
        who = policy_of(app, rule.endpoint)
        if A_KIOSK in who or rule.endpoint == "static":
            continue
        sent = {"csrf_token": token} if method == "POST" else {}
        answer = tablet.open(address_of(rule), method=method, data=sent)
        if answer.status_code != 303 or answer.headers.get("Location") != WELCOME:
            let_in.append(f"{method} {rule.rule}: {answer.status_code}")
        if A_PATIENT in who:
            # Cleared: the browser has a session anew, and so has its token to be.
            token = Form(tablet.get(WELCOME).text).hidden["csrf_token"]

    assert [] == let_in


def test_the_tablets_own_pages_open_in_no_other_browser(app: Flask, parts: Parts) -> None:
    own = [pair for pair in routes(app) if policy_of(app, pair[1].endpoint) == (A_KIOSK,)]
    stranger, desk = app.test_client(), at_work(app, parts, Role.FRONT_DESK)
    token = Form(stranger.get(SIGN_IN).text).hidden["csrf_token"]
    desk_token = Form(desk.get(STAFF_PAGE).text).hidden["csrf_token"]

    assert len(own) >= 10
    for method, rule in own:
        sent = stranger.open(rule.rule, method=method, data={"csrf_token": token})
        assert (sent.status_code, sent.headers["Location"]) == (303, SIGN_IN), rule
        assert desk.open(rule.rule, method=method, data={"csrf_token": desk_token}).status_code == 403, rule


def test_a_practitioner_cannot_sign_in_on_the_tablet(tablet: FlaskClient, parts: Parts) -> None:
    hired(parts, Role.PRACTITIONER)
    typed = {"sign_in_name": "practitioner", "password": "four plain words together"}
    answer = send(tablet, SIGN_IN, WELCOME, **typed)

    assert answer.headers["Location"] == WELCOME
    assert tablet.get_cookie(STAFF) is None


def test_even_a_live_staff_cookie_opens_nothing_on_the_tablet(
    app: Flask, parts: Parts, tablet: FlaskClient
) -> None:
    held = at_work(app, parts, Role.CLINICIAN).get_cookie(STAFF)
    assert held is not None
    tablet.set_cookie(STAFF, held.value)

    for address in ("/staff", "/staff/board", STAFF_PAGE):
        assert tablet.get(address).headers["Location"] == WELCOME


def test_a_patient_on_the_tablet_gets_no_paper_and_no_page_leads_away(
    parts: Parts, tablet: FlaskClient
) -> None:
    booked(parts)
    someone = Patient(tablet, ASHA)
    first = begins(tablet)
    pages = {WELCOME: "", "/kiosk/desk": "", "/kiosk/leave": "", "/no-such-page": ""}
    assert someone.walks(first) == "/check"
    pages |= {address: tablet.get(address).text for address in (*someone.pages, "/check")}
    done = someone.sends()

    assert tablet.get("/my-answers.pdf").headers["Location"] == WELCOME
    pages["/done"] = done.text
    links = {link for page in pages.values() for link in re.findall(r'href="([^"#]+)', page)}
    ways = {link for link in links if not link.startswith("/assets/")}
    assert ways <= {*someone.pages, "/", WELCOME, "/kiosk/leave", "/kiosk/you"}
    assert tablet.get("/").headers["Location"] == WELCOME


# --- who are you -------------------------------------------------------------------------------


def test_a_patient_says_who_they_are_and_fills_in_the_form_of_their_appointment(
    parts: Parts, tablet: FlaskClient
) -> None:
    made = booked(parts)
    says(tablet, "example ASHA")
    page = said(tablet.get("/kiosk/you").text)
    assert "You are Asha, at 16:30 with Dana Example?" in page
    first = begins(tablet)
    someone = Patient(tablet, ASHA)
    someone.walks(first)
    done = someone.sends()

    assert "Your answers have been sent" in done.text
    assert answers(parts, made.id)["goals"] == "To garden again"
    assert [line.object_id for line in trail(parts, "kiosk-patient-begun")] == [made.id]


def test_a_form_that_was_begun_at_home_goes_on_at_reception(parts: Parts, tablet: FlaskClient) -> None:
    form = opened(parts)
    with parts.sessions() as db:
        responses.save_page(db, form, "start", {"filling_in": "self"}, 0, {}, parts.now())
    made = booked(parts, form=form)
    begins(tablet)

    assert form_of(parts, made.id) == form


def test_an_appointment_without_a_practitioner_is_asked_about_by_its_time(
    parts: Parts, tablet: FlaskClient
) -> None:
    with parts.sessions() as db:
        appointments.add(db, SYSTEM, "t", Booking(AT, "Asha Example", date(1988, 3, 15)), parts.now())
    says(tablet)

    assert "You are Asha, at 16:30?" in said(tablet.get("/kiosk/you").text)


def test_whatever_is_wrong_leads_to_the_desk_without_saying_why(parts: Parts, tablet: FlaskClient) -> None:
    done = booked(parts, "Done Example")
    begins(tablet, "Done Example")
    someone = Patient(tablet, ASHA)
    someone.walks("/form/1")
    someone.sends()
    send(tablet, "/kiosk/stop", "/done")
    for moment in (AT, AT + timedelta(hours=1)):
        booked(parts, "Twice Today", moment)
    booked(parts, "Tomorrow Only", AT + timedelta(days=1))

    pages = set()
    for name in ("Done Example", "Twice Today", "Tomorrow Only", "Nobody Here"):
        answer = says(tablet, name)
        assert answer.headers["Location"] == "/kiosk/desk", name
        pages.add(said(tablet.get("/kiosk/desk").text))
    assert len(pages) == 1
    assert "Please ask at the desk" in pages.pop()
    assert len(trail(parts, "kiosk-no-match")) == 4
    assert form_of(parts, done.id)


def test_somebody_who_says_no_is_led_to_the_desk_and_the_form_stays_shut(
    parts: Parts, tablet: FlaskClient
) -> None:
    booked(parts)
    says(tablet)
    answer = send(tablet, "/kiosk/no", "/kiosk/you")

    assert answer.headers["Location"] == "/kiosk/desk"
    assert tablet.get("/kiosk/you").headers["Location"] == WELCOME
    assert trail(parts, "kiosk-patient-begun") == []


@pytest.mark.parametrize(
    ("typed", "faults"),
    [
        ({"name": ""}, ["Type your name"]),
        ({"birthday-day": "31", "birthday-month": "2"}, ["Type your date of birth, such as 27 3 1985"]),
        ({"birthday-year": "88"}, ["Type your date of birth, such as 27 3 1985"]),
        ({"name": " ", "birthday-day": ""}, ["Type your name", "Type your date of birth, such as 27 3 1985"]),
    ],
)
def test_a_slip_of_the_finger_is_explained_keeps_what_was_typed_and_is_no_miss(
    parts: Parts, tablet: FlaskClient, typed: dict[str, str], faults: list[str]
) -> None:
    answer = send(tablet, WELCOME, **{"name": "Asha Example", **BORN, **typed})

    assert answer.status_code == 422
    assert all(answer.text.count(fault) == 2 for fault in faults)
    assert all(f'value="{kept}"' in answer.text for kept in typed.values() if kept.strip())
    assert trail(parts, "kiosk-no-match") == []


def test_ten_names_that_are_not_found_wait_for_the_desk_and_its_pin(
    parts: Parts, tablet: FlaskClient
) -> None:
    booked(parts)
    for _ in range(10):
        assert says(tablet, "Nobody Here").headers["Location"] == "/kiosk/desk"
    page = tablet.get(WELCOME).text
    assert "Please take this tablet to the desk" in page
    assert 'name="name"' not in page
    right = {"csrf_token": Form(page).hidden["csrf_token"], "name": "Asha Example", **BORN}
    assert tablet.post(WELCOME, data=right).headers["Location"] == WELCOME
    assert trail(parts, "kiosk-patient-begun") == []

    assert send(tablet, "/kiosk/go-on", WELCOME, pin="000001").status_code == 422
    assert "Please take this tablet to the desk" in tablet.get(WELCOME).text


def test_the_desk_lets_the_tablet_go_on_with_the_pin(parts: Parts, tablet: FlaskClient) -> None:
    booked(parts)
    for _ in range(10):
        says(tablet, "Nobody Here")
    assert send(tablet, "/kiosk/go-on", WELCOME, pin=PIN).headers["Location"] == WELCOME

    assert begins(tablet) == "/form/1"


def test_an_appointment_cancelled_between_the_two_questions_opens_nothing(
    parts: Parts, tablet: FlaskClient
) -> None:
    made = booked(parts)
    says(tablet)
    shown = Form(tablet.get("/kiosk/you").text).hidden
    with parts.sessions() as db:
        appointments.cancel(db, SYSTEM, made.id, parts.now())

    assert tablet.post("/kiosk/yes", data=shown).headers["Location"] == WELCOME
    assert tablet.get("/kiosk/you").headers["Location"] == WELCOME


def test_a_form_sent_from_home_between_the_two_questions_leads_to_the_desk(
    app: Flask, parts: Parts, tablet: FlaskClient
) -> None:
    made = booked(parts)
    says(tablet)
    shown = Form(tablet.get("/kiosk/you").text).hidden
    at_home = app.test_client()
    Patient(at_home, ASHA).goes_to_the_end()
    held = at_home.get_cookie(PATIENT)
    assert held is not None
    with parts.sessions() as db:
        form = responses.find_by_token(db, held.value, parts.now())
        assert form is not None
        appointments.link(db, SYSTEM, made.id, form.id, parts.now())

    assert tablet.post("/kiosk/yes", data=shown).headers["Location"] == "/kiosk/desk"


# --- nothing is left ---------------------------------------------------------------------------


def test_a_tablet_left_alone_for_two_minutes_and_a_moment_opens_nothing(
    parts: Parts, tablet: FlaskClient, moment: Clock
) -> None:
    made = booked(parts)
    Patient(tablet, ASHA).fills_in(begins(tablet))
    moment.forward(seconds=134)
    assert tablet.get("/form/1").status_code == 200
    moment.forward(seconds=135)

    assert is_wiped(tablet.get("/form/1"))
    assert tablet.get("/form").headers["Location"] == WELCOME
    assert [line.object_id for line in trail(parts, "kiosk-idle-wiped")] == [form_of(parts, made.id)]
    assert answers(parts, made.id)["full_name"] == "Asha Invented"


def test_the_page_of_an_idle_tablet_ends_the_session_at_once(parts: Parts, tablet: FlaskClient) -> None:
    booked(parts)
    first = begins(tablet)
    held = tablet.get_cookie(PATIENT)
    assert is_wiped(tablet.get("/kiosk/idle"))

    assert held is not None
    tablet.set_cookie(PATIENT, held.value)
    assert is_wiped(tablet.get(first))
    assert len(trail(parts, "kiosk-idle-wiped")) == 1


def test_every_page_of_the_tablet_clears_itself_also_without_scripts(
    parts: Parts, tablet: FlaskClient
) -> None:
    refresh = '<noscript><meta http-equiv="refresh" content="{};url=/kiosk/idle"></noscript>'
    for address, seconds in ((WELCOME, 120), ("/kiosk/desk", 20), ("/kiosk/leave", 120), ("/none", 120)):
        assert refresh.format(seconds) in tablet.get(address).text, address
    booked(parts)
    someone = Patient(tablet, ASHA)
    assert refresh.format(120) in tablet.get(begins(tablet)).text
    someone.walks("/form/1")
    assert refresh.format(120) in tablet.get("/check").text
    assert refresh.format(20) in someone.sends().text


def test_no_page_of_another_browser_clears_itself_or_talks_to_the_server(client: FlaskClient) -> None:
    answer = client.get("/")

    assert "refresh" not in answer.text
    assert "kiosk" not in answer.text
    assert "connect-src" not in answer.headers["Content-Security-Policy"]


def test_typing_on_a_long_page_keeps_the_session(parts: Parts, tablet: FlaskClient, moment: Clock) -> None:
    booked(parts)
    first = begins(tablet)
    token = Form(tablet.get(first).text).hidden["csrf_token"]
    for _ in range(5):
        moment.forward(seconds=100)
        answer = tablet.post("/kiosk/here", headers={"X-CSRFToken": token})
        assert (answer.status_code, answer.text) == (204, "")
    assert tablet.get(first).status_code == 200
    moment.forward(seconds=200)

    assert is_wiped(tablet.post("/kiosk/here", headers={"X-CSRFToken": token}))


def test_stop_gives_the_tablet_back_at_once_and_keeps_what_was_saved(
    parts: Parts, tablet: FlaskClient
) -> None:
    made = booked(parts)
    Patient(tablet, ASHA).fills_in(begins(tablet))

    assert "Stop and give the tablet back" in tablet.get("/form/2").text
    assert is_wiped(send(tablet, "/kiosk/stop", "/form/2"))
    assert is_wiped(tablet.get("/form/1"))
    assert trail(parts, "kiosk-idle-wiped") == []
    assert answers(parts, made.id)["full_name"] == "Asha Invented"


def test_the_patient_who_comes_back_goes_on_where_they_stopped(parts: Parts, tablet: FlaskClient) -> None:
    booked(parts)
    left_at = Patient(tablet, ASHA).walks(begins(tablet), until=lambda address: address == "/form/4")
    send(tablet, "/kiosk/stop", left_at)

    assert begins(tablet) == left_at


def test_the_end_shows_thanks_the_reference_and_a_way_to_finish(parts: Parts, tablet: FlaskClient) -> None:
    booked(parts)
    someone = Patient(tablet, ASHA)
    someone.walks(begins(tablet))
    done = someone.sends()

    assert re.search(r"Your reference: \w{3}-\w{3}", said(done.text))
    assert "I am finished" in done.text
    assert "Your own copy" not in done.text
    assert is_wiped(send(tablet, "/kiosk/stop", "/done"))
    assert is_wiped(tablet.get("/done"))


def test_the_birthday_is_not_asked_on_the_tablet_and_cannot_be_guessed_there(
    parts: Parts, tablet: FlaskClient
) -> None:
    booked(parts)
    Patient(tablet, ASHA).fills_in(begins(tablet))

    assert tablet.get("/unlock").headers["Location"] == WELCOME


def test_no_field_of_the_tablet_lets_the_browser_fill_anything_in(parts: Parts, tablet: FlaskClient) -> None:
    booked(parts)
    someone = Patient(tablet, ASHA)
    pages = [tablet.get(WELCOME).text, tablet.get("/kiosk/leave").text]
    someone.walks(begins(tablet))
    pages += [tablet.get(address).text for address in (*someone.pages, "/check")]

    for page in pages:
        assert set(re.findall(r'autocomplete="([^"]*)"', page)) == {"off"}
        typing = re.findall(r"<form[^>]*novalidate[^>]*>", page)
        assert len(typing) == 1
        assert 'autocomplete="off"' in typing[0]
    assert 'type="password"' not in "".join(pages)


def test_a_page_of_the_patient_before_sent_again_from_the_history_is_not_shown_to_the_next(
    parts: Parts, tablet: FlaskClient
) -> None:
    booked(parts)
    made = booked(parts, "Bo Example")
    first = begins(tablet)
    before = Form(tablet.get(first).text).hidden
    kept = {**before, "full_name": "canary-of-asha", "consent_data": "agree"}
    send(tablet, "/kiosk/stop", first)
    assert tablet.post(first, data=kept).headers["Location"] == WELCOME
    begins(tablet, "Bo Example")
    answer = tablet.post(first, data=kept)

    assert (answer.status_code, answer.headers["Location"]) == (303, first)
    assert "canary-of-asha" not in tablet.get(first).text
    assert answers(parts, made.id) == {}
    assert tablet.post("/check", data=kept).headers["Location"] == WELCOME


def test_a_name_that_was_not_found_cannot_be_sent_again_from_the_history(tablet: FlaskClient) -> None:
    kept = {**Form(tablet.get(WELCOME).text).hidden, "name": "canary-of-asha", **BORN}
    tablet.post(WELCOME, data=kept)
    answer = tablet.post(WELCOME, data={**kept, "birthday-day": ""})

    assert (answer.status_code, answer.headers["Location"]) == (303, WELCOME)


def test_a_patient_who_does_not_agree_leaves_nothing_and_the_tablet_says_so(
    parts: Parts, tablet: FlaskClient
) -> None:
    made = booked(parts)
    answer = Patient(tablet, {**ASHA, "consent_data": "disagree"}).fills_in(begins(tablet))
    page = tablet.get(answer.headers["Location"]).text

    assert "Please give the tablet back at the desk." in page
    assert 'href="/"' not in page
    with parts.sessions() as db:
        kept = appointments.get(db, made.id)
    assert kept is not None
    assert kept.response_id is None


def test_whoever_steps_back_to_the_welcome_is_led_to_their_form(parts: Parts, tablet: FlaskClient) -> None:
    booked(parts)
    first = begins(tablet)
    token = Form(tablet.get(first).text).hidden["csrf_token"]

    assert tablet.get(WELCOME).headers["Location"] == "/form"
    sent = tablet.post(WELCOME, data={"csrf_token": token, "name": "Bo Example", **BORN})
    assert sent.headers["Location"] == WELCOME
    assert 'class="nhsuk-back-link' not in tablet.get("/form/1").text


# --- an emergency ------------------------------------------------------------------------------


def test_an_emergency_page_sends_for_the_desk_and_stays_for_ten_minutes(
    parts: Parts, tablet: FlaskClient, moment: Clock
) -> None:
    booked(parts)
    assert Patient(tablet, {**ASHA, "rf_cardiac": "yes"}).walks(begins(tablet)) == "/urgent"
    page = tablet.get("/urgent").text
    assert "Hand this tablet to the desk now" in page
    assert "Call 112" in page
    assert "tel:" not in page
    assert 'data-after="600"' in page
    moment.forward(minutes=10)
    token = Form(page).hidden["csrf_token"]
    assert tablet.post("/kiosk/here", headers={"X-CSRFToken": token}).status_code == 204
    moment.forward(minutes=10)

    assert "Get help now" in tablet.get("/urgent").text
    moment.forward(minutes=11)
    assert is_wiped(tablet.get("/urgent"))


def test_after_the_emergency_page_the_form_goes_on_with_the_usual_two_minutes(
    parts: Parts, tablet: FlaskClient, moment: Clock
) -> None:
    booked(parts)
    someone = Patient(tablet, {**ASHA, "rf_cardiac": "yes"})
    someone.walks(begins(tablet))
    someone.reads_urgent()
    on = tablet.get("/form").headers["Location"]
    assert 'data-after="120"' in tablet.get(on).text
    moment.forward(seconds=136)

    assert is_wiped(tablet.get(on))


@pytest.mark.parametrize(
    ("changed", "stays"),
    [({"rf_cardiac": "yes"}, 600), ({"rf_ces_bowel": "unsure"}, 120), ({}, 20)],
)
def test_a_last_page_that_has_to_be_read_stays_longer(
    parts: Parts, tablet: FlaskClient, moment: Clock, changed: dict[str, object], stays: int
) -> None:
    booked(parts)
    someone = Patient(tablet, {**ASHA, **changed})
    address = someone.walks(begins(tablet))
    while address != "/check":
        address = someone.reads_urgent() if address == "/urgent" else someone.walks(address)
    page = someone.sends().text

    assert f'data-after="{stays}"' in page
    assert "tel:" not in page
    assert ("Hand this tablet to the desk now" in page) == (stays == 600)
    moment.forward(seconds=stays)
    token = Form(page).hidden["csrf_token"]
    assert tablet.post("/kiosk/here", headers={"X-CSRFToken": token}).status_code == 204


# --- left by the PIN ---------------------------------------------------------------------------


def test_with_the_pin_the_tablet_is_an_ordinary_browser_again_with_nothing_in_it(
    parts: Parts, tablet: FlaskClient
) -> None:
    booked(parts)
    first = begins(tablet)
    held = tablet.get_cookie(PATIENT)
    answer = send(tablet, "/kiosk/leave", pin=PIN)

    assert is_wiped(answer, SIGN_IN)
    assert tablet.get_cookie(KIOSK) is None
    assert tablet.get(SIGN_IN).status_code == 200
    assert held is not None
    tablet.set_cookie(PATIENT, held.value)
    assert tablet.get(first).headers["Location"] == "/"
    assert len(trail(parts, "kiosk-ended")) == 1


def test_a_wrong_pin_costs_more_each_time_and_is_never_repeated(
    parts: Parts, tablet: FlaskClient, moment: Clock
) -> None:
    for wait, words in ((1, "1 second"), (2, "2 seconds"), (4, "4 seconds")):
        answer = send(tablet, "/kiosk/leave", pin="135790")
        assert answer.status_code == 422
        assert f"That is not the PIN. Try again in {words}." in answer.text
        assert "135790" not in answer.text
        assert send(tablet, "/kiosk/leave", pin=PIN).status_code == 422
        moment.forward(seconds=wait)
    assert [line.detail for line in trail(parts, "kiosk-wrong-pin")] == [{"count": n} for n in (1, 2, 3)]

    assert send(tablet, "/kiosk/leave", pin=PIN).headers["Location"] == SIGN_IN


def test_no_pin_at_all_is_told_and_not_counted(parts: Parts, tablet: FlaskClient) -> None:
    assert "Type the PIN" in send(tablet, "/kiosk/leave", pin=" ").text
    assert trail(parts, "kiosk-wrong-pin") == []


def test_after_twelve_hours_the_tablet_is_an_ordinary_browser_again(
    tablet: FlaskClient, moment: Clock
) -> None:
    moment.forward(hours=12)

    assert is_wiped(tablet.get(WELCOME), SIGN_IN)
    assert tablet.get(SIGN_IN).status_code == 200


def test_two_tablets_guess_and_end_each_on_its_own(app: Flask, parts: Parts) -> None:
    one = started(at_work(app, parts, Role.FRONT_DESK))
    two = started(at_work(app, parts, Role.PRACTITIONER))
    for _ in range(10):
        says(one, "Nobody Here")
    send(one, "/kiosk/leave", WELCOME, pin=PIN)

    assert one.get(WELCOME).headers["Location"] == SIGN_IN
    assert 'name="name"' in two.get(WELCOME).text


def test_a_clinic_may_choose_a_shorter_pause(tmp_path: Path, app: Flask, parts: Parts) -> None:
    parts.settings = replace(parts.settings, kiosk_idle_seconds=60)
    booked(parts)
    tablet = started(at_work(app, parts, Role.FRONT_DESK))
    page = tablet.get(begins(tablet)).text

    assert 'data-after="60"' in page
    assert 'data-asks="15"' in page


# --- words -------------------------------------------------------------------------------------


def test_every_word_of_the_tablet_can_be_translated(spoken: Parts, spoken_app: Flask) -> None:
    app, parts = spoken_app, spoken
    allowed = ("Elm", "Asha", "Dana Example", "Staff front_desk", "Staff practitioner", "casualty department")

    def plain(page: str) -> list[str]:
        return unmarked(page, (*allowed, "a local doctor"))

    desk = at_work(app, parts, Role.PRACTITIONER)
    tablet = started(at_work(app, parts, Role.FRONT_DESK))
    booked(parts)
    assert plain(desk.get(STAFF_PAGE).text) == []
    assert plain(send(desk, STAFF_PAGE, pin="1", again="2").text) == []
    for address in (WELCOME, "/kiosk/desk", "/kiosk/leave"):
        assert plain(tablet.get(address).text) == [], address
    assert plain(send(tablet, WELCOME, name="").text) == []
    assert plain(send(tablet, "/kiosk/leave", pin="000001").text) == []
    says(tablet)
    assert plain(tablet.get("/kiosk/you").text) == []
    assert plain(tablet.get(begins(tablet)).text) == []
    send(tablet, "/kiosk/stop", "/form/1")
    for _ in range(10):
        says(tablet, "Nobody Here")
    assert plain(tablet.get(WELCOME).text) == []
