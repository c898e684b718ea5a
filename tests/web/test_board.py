"""The desk's board and its appointments: who comes when, how far they are, and nothing clinical."""

import re
import secrets
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from rules.model import Level, Urgency
from screening.records import appointments, daychecks, responses, staff
from screening.records.appointments import Appointment, Booking
from screening.records.audit import Actor
from screening.records.staff import Role
from screening.records.submissions import Submission
from screening.web.parts import Parts

from .conftest import Form
from .pseudo import texts, unmarked
from .staff_clinic import (
    SYSTEM,
    at_work,
    concluded,
    decide,
    handed_in,
    record_of,
    send,
    stopped,
    trail,
)

BOARD = "/staff/board"
NEW = "/staff/appointment"
#: 22 November 2026, 16:30 at the clinic in Kolkata.
AT = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
TYPED = {
    "patient_name": "Asha Example",
    "day": "22/11/2026",
    "time": "16:30",
    "date_of_birth": "15/3/1988",
    "phone": "+1 555 0142",
    "email": "asha@example.org",
    "practitioner": "Dana Example",
}


@pytest.fixture
def desk(app: Flask, parts: Parts) -> FlaskClient:
    return at_work(app, parts, Role.FRONT_DESK)


def booked(parts: Parts, name: str = "Asha Example", at: datetime = AT, form: str = "") -> Appointment:
    """An appointment, with the form that belongs to it if one is given."""
    with parts.sessions() as db:
        booking = Booking(at, name, date(1988, 3, 15), "+1 555 0142", "", "Dana Example")
        made = appointments.add(db, SYSTEM, secrets.token_hex(), booking, parts.now())
        if form:
            assert appointments.link(db, SYSTEM, made.id, form, parts.now())
    return made


def opened(parts: Parts) -> str:
    with parts.sessions() as db:
        return responses.open_response(db, parts.edition.digest, secrets.token_hex(), parts.now()).id


def said(page: str) -> str:
    return " ".join(texts(page[page.index("<main") : page.index("</main>")]))


# --- the board ---------------------------------------------------------------------------------


def test_the_desk_begins_its_day_at_the_board(desk: FlaskClient) -> None:
    answer = desk.get("/staff")

    assert (answer.status_code, answer.headers["Location"]) == (303, BOARD)


def test_the_board_shows_the_day_by_time_in_the_clinics_own_hours(desk: FlaskClient, parts: Parts) -> None:
    booked(parts, "Late Example", AT + timedelta(hours=1))
    booked(parts, "Early Example", AT)
    booked(parts, "Tomorrow Example", AT + timedelta(days=1))
    page = said(desk.get(BOARD).text)

    assert page.index("16:30 Name Early Example") < page.index("17:30 Name Late Example")
    assert "Tomorrow Example" not in page
    assert "Tomorrow Example" in said(desk.get(f"{BOARD}?day=2026-11-23").text)


def test_the_board_says_how_far_each_patient_has_come(app: Flask, desk: FlaskClient, parts: Parts) -> None:
    booked(parts, "Nobody Example")
    booked(parts, "Started Example", form=opened(parts))
    part = opened(parts)
    with parts.sessions() as db:
        responses.save_page(db, part, "start", {"filling_in": "self"}, 0, {}, parts.now())
    booked(parts, "Partly Example", form=part)
    booked(parts, "Done Example", form=handed_in(parts, None, concluded(Level.DECIDE)).response_id)
    reviewed = handed_in(parts, None, concluded(Level.URGENT, Urgency.EMERGENCY))
    booked(parts, "Reviewed Example", form=reviewed.response_id)
    decide(at_work(app, parts, Role.PRACTITIONER), reviewed, "refer", "A note.")
    page = said(desk.get(BOARD).text)

    for name, state in (
        ("Nobody", "Not invited"),
        ("Started", "Started"),
        ("Partly", "Part done"),
        ("Done", "Done"),
        ("Reviewed", "Reviewed"),
    ):
        row = f"{name} Example Date of birth 15 March 1988 Practitioner Dana Example State {state}"
        assert row in page


@pytest.mark.parametrize(
    ("level", "urgency"),
    [(Level.URGENT, None), (Level.HOLD, Urgency.SAME_DAY), (Level.HOLD, Urgency.EMERGENCY)],
)
def test_an_urgent_form_tells_the_desk_only_that_the_practitioner_calls_first(
    desk: FlaskClient, parts: Parts, level: Level, urgency: Urgency | None
) -> None:
    booked(parts, form=handed_in(parts, None, concluded(level, urgency)).response_id)
    page = desk.get(BOARD).text

    assert "Practitioner: call first" in said(page)
    words = parts.edition.words
    assert not any(words[word] in page for word in (*Level, *Urgency))
    assert "/staff/record/" not in page
    assert "Acitrom" not in page


def test_a_patient_stopped_by_an_emergency_answer_is_called_first(desk: FlaskClient, parts: Parts) -> None:
    stopped(parts, {"full_name": "Asha Example"}, "rf-cardiac")
    with parts.engine.connect() as connection:
        form = connection.exec_driver_sql("SELECT response_id FROM interrupt").scalar_one()
    booked(parts, form=str(form))

    assert "Practitioner: call first" in said(desk.get(BOARD).text)
    assert parts.edition.rule["rf-cardiac"].title not in desk.get(BOARD).text


def test_the_board_says_that_the_check_on_the_day_is_done_until_the_practitioner_decides(
    app: Flask, desk: FlaskClient, parts: Parts
) -> None:
    form = handed_in(parts, None, concluded(Level.DECIDE))
    booked(parts, form=form.response_id)
    check(parts, form, looks=False)
    assert "State On-the-day check done" in said(desk.get(BOARD).text)
    decide(at_work(app, parts, Role.PRACTITIONER), form, "go-ahead", "A note.")

    assert "State Reviewed" in said(desk.get(BOARD).text)


def test_a_check_on_the_day_that_calls_for_a_look_turns_the_board_red_until_somebody_decides(
    app: Flask, desk: FlaskClient, parts: Parts, moment
) -> None:
    form = handed_in(parts, None, concluded(Level.DECIDE))
    booked(parts, form=form.response_id)
    practitioner = at_work(app, parts, Role.PRACTITIONER)
    decide(practitioner, form, "go-ahead", "A note.")
    moment.forward(minutes=1)
    check(parts, form, looks=True)
    red = desk.get(BOARD).text
    assert 'nhsuk-tag--red">Practitioner: call first' in red
    moment.forward(minutes=1)
    decide(practitioner, form, "postpone", "Fever.")
    assert "State Reviewed" in said(desk.get(BOARD).text)
    moment.forward(minutes=1)
    check(parts, form, looks=False)

    assert "Practitioner: call first" not in desk.get(BOARD).text


def test_an_urgent_form_stays_red_though_the_check_on_the_day_is_done(
    desk: FlaskClient, parts: Parts
) -> None:
    form = handed_in(parts, None, concluded(Level.URGENT, Urgency.EMERGENCY))
    booked(parts, form=form.response_id)
    check(parts, form, looks=False)

    assert "Practitioner: call first" in said(desk.get(BOARD).text)


def check(parts: Parts, form: Submission, *, looks: bool) -> None:
    """Keep a check on the day that found something to look at, or nothing."""
    found = concluded(Level.URGENT, Urgency.EMERGENCY) if looks else form.assessment
    with parts.sessions() as db:
        who = next(each for each in staff.everyone(db) if each.role is Role.FRONT_DESK)
        daychecks.add(db, Actor("staff", who.id), form.id, {}, found, parts.now())


def test_a_form_without_an_appointment_still_stands_on_the_board_of_its_day(
    desk: FlaskClient, parts: Parts
) -> None:
    handed_in(parts, {"full_name": "Walk-in Example"}, concluded(Level.DECIDE))
    handed_in(parts, {"full_name": ""}, concluded(Level.DECIDE))
    page = said(desk.get(BOARD).text)

    assert "Forms of this day without an appointment" in page
    assert "Walk-in Example" in page
    assert "No name given" in page


def test_a_withdrawn_form_leaves_its_appointment_standing(desk: FlaskClient, parts: Parts) -> None:
    form = opened(parts)
    booked(parts, form=form)
    with parts.sessions() as db:
        responses.withdraw(db, form, parts.now())

    assert "Not invited" in said(desk.get(BOARD).text)


def test_the_board_looks_again_until_it_is_paused_or_nobody_has_touched_it_for_long(
    desk: FlaskClient,
) -> None:
    page = desk.get(BOARD).text
    assert '<meta http-equiv="refresh" content="30; url=/staff/board?looks=1">' in page
    pause = re.search(r'href="([^"]+)">Pause', page)
    assert pause is not None

    assert "http-equiv" not in desk.get(pause[1].replace("&amp;", "&")).text
    assert "http-equiv" not in desk.get(f"{BOARD}?looks=28").text


def test_the_days_before_and_after_are_one_link_away(desk: FlaskClient) -> None:
    page = desk.get(BOARD).text

    assert 'href="/staff/board?day=2026-11-21">Previous day' in page
    assert 'href="/staff/board?day=2026-11-23">Next day' in page


def test_an_address_with_a_day_that_does_not_exist_shows_today(desk: FlaskClient) -> None:
    assert "Today, 22 November 2026" in said(desk.get(f"{BOARD}?day=2026-02-31").text)


def test_every_look_at_the_board_is_in_the_trail(desk: FlaskClient, parts: Parts) -> None:
    booked(parts)
    desk.get(BOARD)

    assert [("appointment", "day")] == [
        (line.object_kind, line.object_id)
        for line in trail(parts, "listed")
        if line.object_kind == "appointment"
    ]


# --- who may -----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_the_board_is_for_the_desk_and_those_who_treat(app: Flask, parts: Parts, role: Role) -> None:
    made = booked(parts)
    browser = at_work(app, parts, role)
    for address in (BOARD, NEW, f"{NEW}/{made.id}", f"{BOARD}/appointments.csv", "/staff/import"):
        expected = 403 if role is Role.ADMINISTRATOR else 200
        assert expected == browser.get(address).status_code, address


# --- search ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wanted", ["asha", "EXAMPLE asha", "Renée", "renee", "15/3/1988", "1988-03-15", "5550142", "555 0142"]
)
def test_an_appointment_is_found_by_name_birthday_or_phone(
    desk: FlaskClient, parts: Parts, wanted: str
) -> None:
    booked(parts, "Asha Renée Example")

    assert "Asha Renée Example" in said(send(desk, f"{BOARD}/search", BOARD, wanted=wanted).text)


def test_an_appointment_is_found_by_the_reference_of_its_form(desk: FlaskClient, parts: Parts) -> None:
    sent = handed_in(parts)
    booked(parts, form=sent.response_id)

    for wanted in (sent.reference, sent.reference.lower().replace("-", "")):
        assert "Asha Example" in said(send(desk, f"{BOARD}/search", BOARD, wanted=wanted).text)


@pytest.mark.parametrize("wanted", ["nobody", "16/3/1988", "99999", "", "-"])
def test_nothing_found_is_said(desk: FlaskClient, parts: Parts, wanted: str) -> None:
    booked(parts)
    answer = send(desk, f"{BOARD}/search", BOARD, wanted=wanted)

    assert answer.status_code == 200
    assert "Asha Example" not in said(answer.text)


# --- appointments ------------------------------------------------------------------------------


def test_an_appointment_typed_in_stands_on_its_day(desk: FlaskClient) -> None:
    answer = send(desk, NEW, **TYPED, once="token")

    assert (answer.status_code, answer.headers["Location"]) == (303, f"{BOARD}?day=2026-11-22")
    page = said(desk.get(answer.headers["Location"]).text)
    row = "16:30 Name Asha Example Date of birth 15 March 1988 Practitioner Dana Example State Not invited"
    assert row in page


def test_pressing_save_twice_makes_one_appointment(desk: FlaskClient) -> None:
    for _ in range(2):
        send(desk, NEW, **TYPED, once="token")

    assert "Appointments: 1 " in said(desk.get(BOARD).text)


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("patient_name", "", "Enter the patient’s name"),
        ("patient_name", "x" * 201, "This holds 200 characters. You typed 201."),
        ("day", "", "Enter the day of the appointment"),
        ("day", "31/2/2027", "Enter a real date, such as 27/3/2027"),
        ("time", "25:00", "Enter a time, such as 9:30 or 14:05"),
        ("date_of_birth", "1988", "Enter a real date, such as 27/3/2027"),
        ("date_of_birth", "1/1/2027", "This date of birth has not come yet"),
        ("email", "asha", "Enter an e-mail address with an @, or leave it empty"),
    ],
)
def test_a_fault_is_said_beside_its_field_and_nothing_typed_is_lost(
    desk: FlaskClient, field: str, typed: str, told: str
) -> None:
    answer = send(desk, NEW, **{**TYPED, field: typed})

    assert answer.status_code == 422
    assert f'<a href="#{field}">{told}</a>' in answer.text
    assert re.search(rf'id="{field}-error">.*{re.escape(told)}', answer.text)
    for name, value in {**TYPED, field: typed}.items():
        assert not value or f'name="{name}" type="text" value="{value}"' in answer.text, name
    assert "No appointments are written down" in desk.get(BOARD).text


def test_a_changed_appointment_moves_to_its_new_day(desk: FlaskClient, parts: Parts) -> None:
    made = booked(parts)
    answer = send(desk, f"{NEW}/{made.id}", **{**TYPED, "day": "23/11/2026"})

    assert answer.headers["Location"] == f"{BOARD}?day=2026-11-23"
    assert "Asha Example" not in said(desk.get(BOARD).text)


def test_a_cancelled_appointment_leaves_the_board_and_stays_on_record(
    desk: FlaskClient, parts: Parts
) -> None:
    made = booked(parts)
    send(desk, f"{NEW}/{made.id}/cancel", f"{NEW}/{made.id}")

    assert "Asha Example" not in said(desk.get(BOARD).text)
    assert "Cancelled" in said(send(desk, f"{BOARD}/search", BOARD, wanted="Asha").text)
    assert "This appointment was cancelled." in desk.get(f"{NEW}/{made.id}").text
    assert desk.post(f"{NEW}/{made.id}/cancel").status_code == 400


def test_an_appointment_that_does_not_exist_is_not_there(desk: FlaskClient) -> None:
    assert desk.get(f"{NEW}/00000000-0000-4000-8000-000000000000").status_code == 404


def test_hostile_names_stay_text_on_the_board(desk: FlaskClient, parts: Parts) -> None:
    hostile = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
    made = booked(parts, hostile)
    for address in (BOARD, f"{NEW}/{made.id}"):
        page = desk.get(address).text
        assert hostile in said(page)
        assert "<img" not in page
        assert page.count("<script") == 1


def test_the_clinics_zone_decides_where_a_day_ends(app: Flask, parts: Parts, desk: FlaskClient) -> None:
    # 18:30 in UTC is midnight in Kolkata.
    booked(parts, "Before Midnight", datetime(2026, 11, 22, 18, 29, tzinfo=UTC))
    booked(parts, "After Midnight", datetime(2026, 11, 22, 18, 30, tzinfo=UTC))
    today = said(desk.get(BOARD).text)

    assert "Before Midnight" in today
    assert "After Midnight" not in today


def test_the_practitioner_opens_the_board_from_any_page(app: Flask, parts: Parts) -> None:
    submission = handed_in(parts)
    page = at_work(app, parts, Role.PRACTITIONER).get(record_of(submission)).text

    assert 'href="/staff/board">Today' in page


def test_the_first_page_of_a_practitioner_stays_the_list(app: Flask, parts: Parts) -> None:
    assert at_work(app, parts, Role.PRACTITIONER).get("/staff").status_code == 200


# --- words -------------------------------------------------------------------------------------


def test_every_word_of_the_desks_pages_can_be_translated(spoken: Parts, spoken_app: Flask) -> None:
    app, parts = spoken_app, spoken
    asha = booked(parts, at=parts.now(), form=handed_in(parts, None, concluded(Level.DECIDE)).response_id)
    bo = booked(parts, "Bo Example", at=parts.now())
    handed_in(parts, {"full_name": "Walk-in Example"}, concluded(Level.DECIDE))
    desk = at_work(app, parts, Role.FRONT_DESK, "Dana Example")
    link = send(desk, f"{NEW}/{bo.id}/invite", BOARD)
    form = Form(desk.get("/staff/import").text)
    listed = (BytesIO(b"name,date,time\nCy Example,3/4/2027,9:30\nDi Example,soon,9:30\n"), "list.csv")
    shown = [
        *(desk.get(address) for address in (BOARD, f"{BOARD}?pause=1", NEW, f"{NEW}/{asha.id}")),
        *(desk.get(address) for address in (f"{NEW}/{bo.id}", "/staff/import", "/staff/import/done")),
        send(desk, f"{BOARD}/search", BOARD, wanted="Example"),
        send(desk, NEW, **{**TYPED, "day": "soon"}),
        desk.post("/staff/import", data={**form.hidden, "list": listed}),
        link,
        app.test_client().get("/invited"),
    ]
    patient = app.test_client()
    for address in re.findall(r"127\.0\.0\.1:8000(/i/[\w-]{43})", link.text)[:1]:
        patient.get(address)
        shown.append(patient.get("/invited"))
    typed = {
        "Asha Example",
        "Bo Example",
        "Cy Example",
        "Di Example",
        "Walk-in Example",
        "Dana Example",
        "Elm",
    }
    typed |= {"name", "date", "time", "soon", "UTF-8", *re.findall(r"http://[^\s&<]+", link.text)}
    for page in shown:
        assert [] == unmarked(page.text, typed)
