"""What waits for a practitioner, as each role is told of it, and the list that puts it first."""

import re
import secrets
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from rules.model import Level, Urgency
from screening.records import appointments, daychecks
from screening.records.appointments import Booking
from screening.records.audit import Actor
from screening.records.staff import Role
from screening.records.submissions import Submission
from screening.web.parts import Parts
from screening.words import say_span

from .conftest import Clock
from .pseudo import texts, unmarked
from .staff_clinic import (
    SYSTEM,
    at_work,
    concluded,
    decide,
    handed_in,
    hired,
    record_of,
    send,
    stopped,
    trail,
)
from .test_board import BOARD

ALERTS = "/staff/alerts"
CLINICAL = (Role.PRACTITIONER, Role.CLINICIAN)


@pytest.fixture
def practitioner(app: Flask, parts: Parts) -> FlaskClient:
    return at_work(app, parts, Role.PRACTITIONER, "Dana Example")


def urgent(parts: Parts, name: str = "Asha Example", urgency: Urgency = Urgency.SAME_DAY) -> Submission:
    return handed_in(parts, {"full_name": name}, concluded(Level.URGENT, urgency))


def banner(browser: FlaskClient, address: str) -> str:
    """What the banner of a page says; empty when there is none."""
    page = browser.get(address).text
    found = re.search(r'<div class="app-banner.*?</div>', page, re.DOTALL)
    return " ".join(texts(found[0])) if found else ""


def shown(browser: FlaskClient, address: str) -> str:
    page = browser.get(address).text
    return " ".join(texts(page[page.index("<main") : page.index("</main>")]))


# --- the banner --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "addresses"),
    [
        (Role.PRACTITIONER, ("/staff", BOARD, "/staff/arrival", "/staff/print", ALERTS)),
        (Role.CLINICIAN, ("/staff", BOARD)),
        (Role.FRONT_DESK, (BOARD, "/staff/appointment", "/staff/arrival", "/staff/print")),
        (Role.ADMINISTRATOR, ("/staff/people", "/staff/print")),
    ],
)
def test_everyone_signed_in_is_told_on_every_page_that_a_form_waits(
    app: Flask, parts: Parts, role: Role, addresses: tuple[str, ...]
) -> None:
    browser = at_work(app, parts, role)
    for address in addresses:
        assert banner(browser, address) == ""
    urgent(parts)
    for address in addresses:
        assert banner(browser, address) != "", address


def test_practitioners_read_how_many_forms_wait_and_how_long_the_first_has(
    practitioner: FlaskClient, parts: Parts, moment: Clock
) -> None:
    urgent(parts)
    moment.forward(minutes=12)
    urgent(parts)

    said = banner(practitioner, "/staff")
    assert "Urgent forms waiting: 2. The longest has waited 12 minutes." in said
    assert f'href="{ALERTS}"' in practitioner.get("/staff").text


def test_the_front_desk_is_asked_to_call_somebody_and_reads_no_reason_and_no_link(
    app: Flask, parts: Parts
) -> None:
    desk = at_work(app, parts, Role.FRONT_DESK)
    submission = urgent(parts)
    stopped(parts, {"full_name": "Esra Example"}, "rf-cardiac")
    page = desk.get("/staff/appointment").text

    said = "Waiting for a practitioner A patient needs a practitioner now: please call one. Waiting: 2."
    assert banner(desk, "/staff/appointment") == said
    assert not re.search(r"/staff/(record|alerts)|Asha|Esra|rf-|cardiac|urgent", page, re.IGNORECASE)
    assert submission.reference not in page


def test_the_administrator_reads_the_number_and_nothing_else(app: Flask, parts: Parts) -> None:
    browser = at_work(app, parts, Role.ADMINISTRATOR)
    urgent(parts)

    assert banner(browser, "/staff/people") == "Waiting for a practitioner Waiting for a practitioner: 1."


@pytest.mark.parametrize("role", list(Role))
def test_everyones_banner_says_when_nobody_has_taken_a_form_on(
    app: Flask, parts: Parts, moment: Clock, role: Role
) -> None:
    browser = at_work(app, parts, role)
    urgent(parts)
    moment.forward(minutes=14)
    assert "Not yet taken on" not in banner(browser, "/staff/print")

    moment.forward(seconds=59)
    urgent(parts)
    moment.forward(seconds=1)
    assert "Not yet taken on after 15 minutes: 1." in banner(browser, "/staff/print")


def test_the_banner_asks_the_database_once(practitioner: FlaskClient, parts: Parts) -> None:
    from sqlalchemy import event

    asked: list[str] = []
    def hears(connection: object, cursor: object, said: str, *rest: object) -> None:
        asked.append(said)

    urgent(parts)
    event.listen(parts.engine, "before_cursor_execute", hears)
    practitioner.get("/staff/appointment")
    # The next test has the same way into its database.
    event.remove(parts.engine, "before_cursor_execute", hears)

    assert 1 == len([said for said in asked if "alert" in said])


# --- the page of alerts ------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_only_those_who_treat_see_whose_forms_wait(app: Flask, parts: Parts, role: Role) -> None:
    submission = urgent(parts)
    browser = at_work(app, parts, role)
    answer = browser.get(ALERTS)
    assert (answer.status_code == 403) == (role not in CLINICAL)
    taken = send(browser, f"{ALERTS}/{submission.response_id}", "/staff/print")
    assert (taken.status_code == 403) == (role not in CLINICAL)


def test_an_entry_says_whom_to_ring_about_which_form_and_by_when(
    practitioner: FlaskClient, parts: Parts, moment: Clock
) -> None:
    submission = urgent(parts, urgency=Urgency.EMERGENCY)
    moment.forward(minutes=3)
    said = shown(practitioner, ALERTS)

    for expected in (
        *("Asha Example", "+1 555 0142", submission.reference, "Emergency now", "Form handed in"),
        *("Since 22 November 2026, 14:30", "12 minutes left", "Dana Example, 22 November 2026, 14:33"),
    ):
        assert expected in said
    page = practitioner.get(ALERTS).text
    assert f'href="{record_of(submission)}"' in page
    assert 'href="tel:+15550142"' in page


def test_one_person_with_two_alerts_is_one_entry_and_the_most_urgent_stands_first(
    practitioner: FlaskClient, parts: Parts, moment: Clock
) -> None:
    urgent(parts, "Later Example")
    both = urgent(parts, "Both Example")
    moment.forward(minutes=1)
    stopped(parts, {"full_name": "First Example"}, "rf-cardiac")
    with parts.sessions() as db:
        person = hired(parts, Role.FRONT_DESK)
        look = concluded(Level.URGENT, Urgency.SAME_DAY)
        flag = replace(look.flags[0], id="new-hold")
        worse = replace(look, flags=(*look.flags, flag))
        daychecks.add(db, Actor("staff", person.id), both.id, {}, worse, parts.now())

    page = practitioner.get(ALERTS).text
    names = re.findall(r"<h2[^>]*><bdi>(\w+) Example", page)
    assert ["First", "Later", "Both"] == names or ["First", "Both", "Later"] == names
    assert "Something new in the check at arrival" in shown(practitioner, ALERTS)
    assert "Not handed in" in shown(practitioner, ALERTS)


def test_taking_a_form_on_ends_the_banner_and_leads_to_the_record(
    practitioner: FlaskClient, parts: Parts
) -> None:
    submission = urgent(parts)
    answer = send(practitioner, f"{ALERTS}/{submission.response_id}", ALERTS)

    assert (answer.status_code, answer.headers["Location"]) == (303, record_of(submission))
    assert banner(practitioner, "/staff") == ""
    assert 1 == len(trail(parts, "alert-taken-on"))


def test_the_list_says_who_is_dealing_with_a_form_until_there_is_a_decision(
    practitioner: FlaskClient, parts: Parts
) -> None:
    submission = urgent(parts)
    assert "is dealing with it" not in shown(practitioner, "/staff")
    send(practitioner, f"{ALERTS}/{submission.response_id}", ALERTS)
    assert "Not decided yet. Dana Example is dealing with it" in shown(practitioner, "/staff")

    decide(practitioner, submission, "refer", "Rang.")
    assert "is dealing with it" not in shown(practitioner, "/staff")


def test_somebody_stopped_by_the_emergency_page_can_be_taken_on_too(
    practitioner: FlaskClient, parts: Parts
) -> None:
    stopped(parts, {"full_name": "Esra Example", "phone": "555"}, "rf-cardiac")
    found = re.search(rf'action="({ALERTS}/[\w-]+)"', practitioner.get(ALERTS).text)
    assert found is not None
    answer = send(practitioner, found[1], ALERTS)

    assert answer.headers["Location"] == "/staff#stopped"
    assert banner(practitioner, "/staff") == ""
    assert "Esra Example" in shown(practitioner, "/staff")


def test_the_second_of_two_is_told_that_somebody_was_quicker(
    app: Flask, practitioner: FlaskClient, parts: Parts
) -> None:
    submission = urgent(parts)
    other = at_work(app, parts, Role.CLINICIAN)
    send(practitioner, f"{ALERTS}/{submission.response_id}", ALERTS)
    answer = send(other, f"{ALERTS}/{submission.response_id}", "/staff/appointment")

    assert answer.status_code == 409
    assert "Somebody took this on before you" in answer.text


def test_a_decision_ends_the_alert(practitioner: FlaskClient, parts: Parts) -> None:
    decide(practitioner, urgent(parts), "refer", "Rang the patient.")

    assert banner(practitioner, "/staff") == ""


@pytest.mark.parametrize("address", ["/staff", ALERTS, "record"])
def test_it_is_noted_who_saw_an_alert_when(
    app: Flask, practitioner: FlaskClient, parts: Parts, moment: Clock, address: str
) -> None:
    submission = urgent(parts)
    moment.forward(minutes=2)
    practitioner.get(record_of(submission) if address == "record" else address)
    moment.forward(minutes=2)
    said = shown(at_work(app, parts, Role.CLINICIAN, "Cleo Example"), ALERTS)

    assert "Dana Example, 22 November 2026, 14:32 ; Cleo Example, 22 November 2026, 14:34" in said


def test_opening_a_page_that_shows_no_alert_is_no_look_at_one(
    app: Flask, practitioner: FlaskClient, parts: Parts
) -> None:
    urgent(parts)
    practitioner.get(BOARD)

    assert "Dana" not in shown(at_work(app, parts, Role.CLINICIAN), ALERTS)


# --- the list ----------------------------------------------------------------------------------


def comes(parts: Parts, name: str, hour: int | None, assessment=None) -> Submission:
    """Somebody who handed a form in and comes today, at an hour of the clinic's if one is given."""
    sent = handed_in(parts, {"full_name": f"{name} Example"}, assessment or concluded(Level.DECIDE))
    if hour is not None:
        at = datetime(2026, 11, 22, hour, 15, tzinfo=parts.zone())
        with parts.sessions() as db:
            made = appointments.add(db, SYSTEM, secrets.token_hex(), Booking(at, name), parts.now())
            appointments.link(db, SYSTEM, made.id, sent.response_id, parts.now())
    return sent


def names(browser: FlaskClient) -> list[str]:
    return re.findall(r"(\w+) Example</bdi></a>", browser.get("/staff").text)


def test_the_urgent_come_first_then_today_by_the_clock_then_the_rest(
    practitioner: FlaskClient, parts: Parts
) -> None:
    comes(parts, "Rest", None)
    comes(parts, "Late", 17)
    comes(parts, "Early", 15)
    comes(parts, "Soon", None, concluded(Level.DECIDE, Urgency.SOON))
    comes(parts, "Urgent", 18, concluded(Level.URGENT, Urgency.SAME_DAY))
    comes(parts, "Now", None, concluded(Level.URGENT, Urgency.EMERGENCY))

    assert names(practitioner) == ["Now", "Urgent", "Early", "Late", "Soon", "Rest"]
    assert "15:15" in shown(practitioner, "/staff")


def test_an_appointment_of_another_day_or_a_cancelled_one_gives_no_place_today(
    practitioner: FlaskClient, parts: Parts, moment: Clock
) -> None:
    comes(parts, "Early", 15)
    moment.forward(minutes=1)
    comes(parts, "Newest", None)
    with parts.sessions() as db:
        day = (datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC))
        [booked] = appointments.of_day(db, SYSTEM, *day, parts.now())
        appointments.cancel(db, SYSTEM, booked.id, parts.now())

    assert names(practitioner) == ["Newest", "Early"]


@pytest.mark.parametrize(
    ("urgency", "minutes", "expected"),
    [
        (Urgency.EMERGENCY, 3, "12 minutes left"),
        (Urgency.EMERGENCY, 15, "0 minutes left"),
        (Urgency.EMERGENCY, 20, "Overdue by 5 minutes"),
        (Urgency.SAME_DAY, 30, "7 hours left"),
        (Urgency.SAME_DAY, 11 * 60, "Overdue by 3 hours"),
        (Urgency.SOON, 60 * 25, "12 days left"),
    ],
)
def test_what_is_left_of_the_clinics_own_standard_is_said(
    app: Flask, parts: Parts, moment: Clock, urgency: Urgency, minutes: int, expected: str
) -> None:
    handed_in(parts, None, concluded(Level.DECIDE, urgency))
    moment.forward(minutes=minutes)

    assert expected in shown(at_work(app, parts, Role.PRACTITIONER), "/staff")


def test_the_standard_is_the_clinics_to_set(practitioner: FlaskClient, parts: Parts) -> None:
    parts.settings = replace(parts.settings, emergency_minutes=5)
    urgent(parts, urgency=Urgency.EMERGENCY)

    assert "5 minutes left" in shown(practitioner, "/staff")


def test_an_urgent_outcome_without_an_urgency_has_until_the_end_of_the_same_day_standard(
    practitioner: FlaskClient, parts: Parts
) -> None:
    handed_in(parts, None, concluded(Level.URGENT))

    assert "8 hours left" in shown(practitioner, "/staff")


def test_what_was_to_be_dealt_with_soon_and_was_not_stands_among_the_urgent(
    app: Flask, parts: Parts, moment: Clock
) -> None:
    handed_in(parts, {"full_name": "Overdue Example"}, concluded(Level.DECIDE, Urgency.SOON))
    moment.forward(days=15)
    comes(parts, "New", None)
    page = at_work(app, parts, Role.PRACTITIONER).get("/staff").text

    assert page.index('id="urgent"') < page.index("Overdue Example") < page.index('id="others"')


def test_the_parts_of_the_list_are_headings_that_links_on_top_lead_to(
    practitioner: FlaskClient, parts: Parts
) -> None:
    comes(parts, "Rest", None)
    comes(parts, "Early", 15)
    decide(practitioner, comes(parts, "Done", None), "adapt")
    urgent(parts)
    page = practitioner.get("/staff").text

    jumps = re.findall(r'href="#([a-z]+)"', page[page.index("app-jumps") :])
    assert jumps == ["urgent", "today", "others", "decided"]
    for part in jumps:
        assert re.search(rf'<h2 class="app-caption" id="{part}" tabindex="-1">', page)


def test_a_decided_form_has_no_time_left(practitioner: FlaskClient, parts: Parts) -> None:
    decide(practitioner, urgent(parts), "refer", "Rang.")

    assert "left" not in shown(practitioner, "/staff")


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (timedelta(0), "0 minutes"),
        (timedelta(seconds=119), "1 minute"),
        (timedelta(minutes=119, seconds=59), "119 minutes"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(hours=47, minutes=59), "47 hours"),
        (timedelta(days=14), "14 days"),
    ],
)
def test_a_stretch_of_time_is_never_said_longer_than_it_is(span: timedelta, expected: str) -> None:
    assert expected == say_span(span, "en")


# --- words -------------------------------------------------------------------------------------


def test_every_word_about_alerts_and_e_mail_can_be_translated(spoken: Parts, spoken_app: Flask) -> None:
    app, parts = spoken_app, spoken
    parts.settings = replace(parts.settings, smtp_host="127.0.0.1", mail_from="desk@elm.example")
    submission = urgent(parts)
    stopped(parts, {"full_name": "Esra Example", "phone": "555"}, "rf-cardiac")
    with parts.sessions() as db:
        at = parts.now() + timedelta(hours=1)
        booking = Booking(at, "Asha Example", date(1988, 3, 15), "", "asha@example.org")
        visit = appointments.add(db, SYSTEM, "token", booking, parts.now())
    browser = at_work(app, parts, Role.PRACTITIONER, "Dana Example")
    visited = f"/staff/appointment/{visit.id}"
    allowed = {"Elm", "Dana Example", "Esra Example", "Asha Example", "asha@example.org"}
    allowed |= {submission.reference}
    for address in (ALERTS, "/staff", visited):
        assert unmarked(browser.get(address).text, allowed) == []
    send(browser, f"{visited}/email", visited)
    assert unmarked(browser.get(visited).text, allowed) == []
    for role in (Role.FRONT_DESK, Role.ADMINISTRATOR):
        person = at_work(app, parts, role, "Dana Example")
        assert unmarked(person.get("/staff/print").text, allowed) == []
