"""The rounds: what goes out to whom, when, once, and with which words; never a name or a word of health."""

import html
import re
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient

from rules.model import Level, Urgency
from screening.exchange.mail import InTheClear, Result
from screening.records import alerts, appointments, clinic_settings, invitations, outbox
from screening.records.appointments import Appointment, Booking
from screening.records.audit import Actor
from screening.records.outbox import Kind, Message
from screening.records.staff import Role
from screening.rounds import go_round, start
from screening.web.parts import Parts, open_parts
from screening.web.start import application
from tests.post_office import HANG_UP, PostOffice

from .conftest import Clock, Form, Patient
from .staff_clinic import SYSTEM, at_work, concluded, handed_in, hired, send, stopped, trail
from .stories import ASHA
from .test_board import BOARD, NEW, said
from .test_invite import RIGHT, arrives, link_in, proves

ON_CALL, LATER_ON = "oncall@elm.example", "chief@elm.example"


@pytest.fixture
def office() -> Iterator[PostOffice]:
    opened = PostOffice()
    yield opened
    opened.close()


@pytest.fixture
def parts(parts: Parts, office: PostOffice) -> Parts:
    """The clinic with a mail server on its own machine. It is 14:30 there."""
    parts.settings = replace(
        parts.settings,
        smtp_host="127.0.0.1",
        smtp_port=office.port,
        smtp_security="none",
        mail_from="desk@elm.example",
        on_call_email=ON_CALL,
        escalation_email=LATER_ON,
    )
    return parts


@pytest.fixture
def desk(app: Flask, parts: Parts) -> FlaskClient:
    return at_work(app, parts, Role.FRONT_DESK)


def booked(parts: Parts, email: str = "asha@example.org", **ahead: float) -> Appointment:
    """An appointment in a few days' time."""
    with parts.sessions() as db:
        at = parts.now() + timedelta(**(ahead or {"days": 5}))
        booking = Booking(at, "Asha Example", date(1988, 3, 15), "+1 555 0142", email)
        return appointments.add(db, SYSTEM, secrets.token_hex(), booking, parts.now())


def page_of(made: Appointment) -> str:
    return f"{NEW}/{made.id}"


def emails(desk: FlaskClient, made: Appointment) -> None:
    """The desk presses "Send by e-mail" on the appointment's page."""
    press = Form(desk.get(page_of(made)).text).hidden["press"]
    assert send(desk, f"{page_of(made)}/email", page_of(made), press=press).status_code == 303


def mailed_to(office: PostOffice) -> list[str]:
    return [letter["To"] for letter in office.letters]


def text_of(office: PostOffice, number: int = -1) -> str:
    return " ".join(office.letters[number].get_content().split())


# --- invitations -------------------------------------------------------------------------------


def test_an_invitation_by_e_mail_leads_the_patient_to_their_form(
    app: Flask, desk: FlaskClient, parts: Parts, office: PostOffice
) -> None:
    made = booked(parts)
    emails(desk, made)
    assert "E-mail waiting to be sent" in said(desk.get(page_of(made)).text)
    assert office.letters == []

    go_round(app)
    assert mailed_to(office) == ["asha@example.org"]
    found = re.search(r"http://127\.0\.0\.1:8000(/i/[\w-]{43})", text_of(office))
    assert found is not None
    assert proves(arrives(app, found[1]), **RIGHT).headers["Location"] == "/form"
    day = made.booking.at.date().isoformat()
    for address in (page_of(made), f"{BOARD}?day={day}"):
        assert "E-mail sent 22 November 2026, 14:30" in said(desk.get(address).text)


def test_the_e_mail_says_what_the_desk_would_say_and_nothing_of_health(
    app: Flask, desk: FlaskClient, parts: Parts, office: PostOffice
) -> None:
    made = booked(parts)
    emails(desk, made)
    go_round(app)
    shown = send(desk, f"{page_of(made)}/invite", page_of(made))
    at_the_desk = html.unescape(Form(shown.text).typed["text"])

    without_link = re.sub(r"/i/\S+", "", text_of(office))
    assert without_link == re.sub(r"/i/\S+", "", " ".join(at_the_desk.split()))
    spoken = (text_of(office) + office.letters[0]["Subject"]).lower()
    assert not re.search(r"health|medic|needl|pain|treat|symptom|physio|screen|asha", spoken)


def test_a_link_handed_out_earlier_opens_after_an_e_mail_too(
    app: Flask, desk: FlaskClient, parts: Parts
) -> None:
    made = booked(parts)
    link = link_in(send(desk, f"{page_of(made)}/invite", page_of(made)))
    emails(desk, made)
    go_round(app)

    assert proves(arrives(app, link), **RIGHT).headers["Location"] == "/form"


def test_pressing_twice_sends_one_e_mail(
    app: Flask, desk: FlaskClient, parts: Parts, office: PostOffice
) -> None:
    made = booked(parts)
    hidden = Form(desk.get(page_of(made)).text).hidden
    for _ in range(2):
        desk.post(f"{page_of(made)}/email", data=hidden)
    go_round(app)
    desk.post(f"{page_of(made)}/email", data=hidden)
    go_round(app)

    assert len(office.letters) == 1


def test_the_button_stands_after_invite_too(desk: FlaskClient, parts: Parts) -> None:
    made = booked(parts)

    assert "Send by e-mail" in send(desk, f"{page_of(made)}/invite", page_of(made)).text


def test_without_an_address_or_a_mail_server_nobody_is_offered_an_e_mail(
    desk: FlaskClient, parts: Parts
) -> None:
    nowhere, somewhere = booked(parts, email=""), booked(parts)
    assert "Send by e-mail" not in desk.get(page_of(nowhere)).text
    assert "Send by e-mail" in desk.get(page_of(somewhere)).text

    parts.settings = replace(parts.settings, smtp_host="")
    assert "Send by e-mail" not in desk.get(page_of(somewhere)).text


@pytest.mark.parametrize("way", ["stop", "cancel"])
def test_an_e_mail_that_waits_is_not_sent_once_the_desk_stops_or_cancels(
    app: Flask, desk: FlaskClient, parts: Parts, office: PostOffice, way: str
) -> None:
    made = booked(parts)
    emails(desk, made)
    send(desk, f"{page_of(made)}/{way}", page_of(made))
    go_round(app)

    assert office.letters == []
    assert invitation_of(parts, made) is None


def test_an_e_mail_never_goes_to_an_address_that_was_corrected_meanwhile(
    app: Flask, desk: FlaskClient, parts: Parts, office: PostOffice
) -> None:
    made = booked(parts, email="stranger@example.net")
    emails(desk, made)
    with parts.sessions() as db:
        appointments.change(
            db, SYSTEM, made.id, replace(made.booking, email="asha@example.org"), parts.now()
        )
    go_round(app)

    assert office.letters == []
    assert "no longer needed" in said(desk.get(page_of(made)).text)


def invitation_of(parts: Parts, made: Appointment) -> invitations.Invitation | None:
    with parts.sessions() as db:
        return invitations.current(db, made.id, parts.now())


# --- outages -----------------------------------------------------------------------------------


def test_during_an_outage_everything_waits_and_goes_out_once_when_the_server_is_back(
    app: Flask, desk: FlaskClient, parts: Parts, office: PostOffice, moment: Clock
) -> None:
    first, second = booked(parts), booked(parts, email="bo@example.org")
    for made in (first, second):
        emails(desk, made)
    office.answers["greeting"] = HANG_UP
    for _ in range(5):
        assert go_round(app)[Result.SENT] == 0
        moment.forward(minutes=1)
    assert "E-mail waiting to be sent" in said(desk.get(page_of(first)).text)
    assert invitation_of(parts, first) is None

    office.answers["greeting"] = "220 here"
    moment.forward(minutes=10)
    for _ in range(3):
        go_round(app)
    assert sorted(mailed_to(office)) == ["asha@example.org", "bo@example.org"]


def test_an_address_that_is_refused_is_told_to_the_desk_and_not_tried_again(
    app: Flask, desk: FlaskClient, parts: Parts, office: PostOffice, moment: Clock
) -> None:
    made = booked(parts)
    emails(desk, made)
    office.answers["RCPT"] = "550 nobody here"
    go_round(app)
    office.answers["RCPT"] = "250 ok"
    moment.forward(minutes=10)
    go_round(app)

    assert office.letters == []
    shown = said(desk.get(page_of(made)).text)
    assert "E-mail failed: it was not sent" in shown
    assert "Send by e-mail again" in shown
    assert invitation_of(parts, made) is None


def test_a_line_lost_at_the_end_may_have_sent_the_e_mail_and_only_the_desk_sends_it_again(
    app: Flask, desk: FlaskClient, parts: Parts, office: PostOffice, moment: Clock
) -> None:
    made = booked(parts)
    emails(desk, made)
    office.answers["end"] = HANG_UP
    assert go_round(app)[Result.UNCERTAIN] == 1
    office.answers["end"] = "250 taken"
    moment.forward(minutes=10)
    go_round(app)
    assert len(office.letters) == 1
    assert "E-mail may not have been sent" in said(desk.get(page_of(made)).text)
    assert invitation_of(parts, made) is not None

    emails(desk, made)
    go_round(app)
    assert len(office.letters) == 2


def test_a_worker_that_dies_in_the_middle_sends_nothing_twice_after_the_restart(
    app: Flask, desk: FlaskClient, parts: Parts, office: PostOffice, moment: Clock
) -> None:
    made = booked(parts)
    emails(desk, made)
    with parts.sessions() as db:
        assert outbox.claim(db, parts.now()) is not None
    for _ in range(3):
        moment.forward(minutes=4)
        go_round(app)

    assert office.letters == []
    assert "E-mail may not have been sent" in said(desk.get(page_of(made)).text)


def test_two_processes_going_round_at_once_send_each_message_once(
    app: Flask, parts: Parts, office: PostOffice, moment: Clock
) -> None:
    for number in range(12):
        made = booked(parts, email=f"p{number}@example.org")
        with parts.sessions() as db:
            new = Message(Kind.INVITATION, made.id, made.booking.email)
            outbox.queue(db, SYSTEM, str(number), new, parts.now())
    for _ in range(3):
        handed_in(parts, None, concluded(Level.URGENT, Urgency.SAME_DAY))
    other_parts = open_parts(parts.settings, moment)
    other, together = application(parts.settings, other_parts), Barrier(2)

    def work(mine: Flask) -> None:
        together.wait()
        go_round(mine)

    threads = [Thread(target=work, args=(mine,)) for mine in (app, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other_parts.engine.dispose()
    assert len(office.letters) == 15
    assert len({letter["Message-ID"] for letter in office.letters}) == 15


def test_a_letter_that_cannot_be_written_is_tried_again_and_holds_nobody_else_up(
    app: Flask, desk: FlaskClient, parts: Parts, office: PostOffice, moment: Clock
) -> None:
    made = booked(parts)
    emails(desk, made)
    zone = parts.settings.clinic
    parts.settings = replace(parts.settings, clinic=replace(zone, timezone="Nowhere/At-all"), remind_days=0)
    with pytest.raises(Exception, match="No time zone"):
        go_round(app)
    parts.settings = replace(parts.settings, clinic=zone)
    moment.forward(minutes=1)
    go_round(app)

    assert mailed_to(office) == ["asha@example.org"]


# --- reminders ---------------------------------------------------------------------------------


def morning(moment: Clock, parts: Parts, **ahead: float) -> None:
    """Nine in the morning at the clinic, some days ahead."""
    then = parts.now().astimezone(parts.zone()) + timedelta(**ahead)
    moment.moment = datetime(then.year, then.month, then.day, 9, tzinfo=parts.zone())


def test_who_was_invited_is_reminded_once_at_nine_two_days_before(
    app: Flask, desk: FlaskClient, parts: Parts, office: PostOffice, moment: Clock
) -> None:
    emails(desk, booked(parts))
    go_round(app)
    morning(moment, parts, days=2)
    go_round(app)
    assert len(office.letters) == 1

    morning(moment, parts, days=1)
    moment.forward(minutes=-1)
    go_round(app)
    assert len(office.letters) == 1

    moment.forward(minutes=1)
    for _ in range(5):
        go_round(app)
        moment.forward(hours=5)
    assert len(office.letters) == 2
    assert "reminder" in office.letters[1]["Subject"]
    assert "asha" not in text_of(office).lower()


def test_nobody_is_reminded_at_night(
    app: Flask, desk: FlaskClient, parts: Parts, office: PostOffice, moment: Clock
) -> None:
    send_link(desk, booked(parts))
    morning(moment, parts, days=3)
    moment.forward(hours=14)
    go_round(app)
    assert office.letters == []

    moment.forward(hours=10)
    go_round(app)
    assert len(office.letters) == 1


def send_link(desk: FlaskClient, made: Appointment) -> None:
    assert send(desk, f"{page_of(made)}/invite", page_of(made)).status_code == 200


def test_a_reminder_that_an_outage_held_back_waits_for_the_next_morning(
    app: Flask, desk: FlaskClient, parts: Parts, office: PostOffice, moment: Clock
) -> None:
    send_link(desk, booked(parts))
    morning(moment, parts, days=3)
    office.answers["greeting"] = HANG_UP
    go_round(app)
    office.answers["greeting"] = "220 here"
    moment.forward(hours=14)
    go_round(app)
    assert office.letters == []

    moment.forward(hours=10)
    go_round(app)
    assert len(office.letters) == 1


@pytest.mark.parametrize("why", ["not invited", "no address", "handed in", "stopped", "cancelled", "never"])
def test_nobody_else_is_reminded(
    app: Flask, desk: FlaskClient, parts: Parts, office: PostOffice, moment: Clock, why: str
) -> None:
    made = booked(parts, email="" if why == "no address" else "asha@example.org")
    if why != "not invited":
        send_link(desk, made)
    if why == "handed in":
        with parts.sessions() as db:
            sent = handed_in(parts, None, concluded(Level.NONE))
            appointments.link(db, SYSTEM, made.id, sent.response_id, parts.now())
    if why in ("stopped", "cancelled"):
        send(desk, f"{page_of(made)}/{'stop' if why == 'stopped' else 'cancel'}", page_of(made))
    if why == "never":
        parts.settings = replace(parts.settings, remind_days=0)
    morning(moment, parts, days=3)
    go_round(app)

    assert office.letters == []


def test_who_is_invited_two_days_before_is_not_reminded_the_same_minute(
    app: Flask, desk: FlaskClient, parts: Parts, office: PostOffice
) -> None:
    emails(desk, booked(parts, days=1))
    go_round(app)
    go_round(app)

    assert len(office.letters) == 1


# --- alerts ------------------------------------------------------------------------------------


def test_an_urgent_form_is_announced_at_once_without_a_name_or_a_word_of_health(
    app: Flask, parts: Parts, office: PostOffice
) -> None:
    submission = handed_in(parts, None, concluded(Level.URGENT, Urgency.EMERGENCY))
    go_round(app)
    go_round(app)

    assert mailed_to(office) == [ON_CALL]
    assert office.letters[0]["Subject"] == "Elm Street Clinic: A form needs a practitioner now."
    assert text_of(office) == (
        "Elm Street Clinic A form needs a practitioner now. "
        f"Reference: {submission.reference} Sign in: http://127.0.0.1:8000/staff/sign-in"
    )


def test_an_address_set_in_the_browser_is_the_one_that_is_told(
    app: Flask, parts: Parts, office: PostOffice
) -> None:
    parts.loaded = replace(parts.settings, on_call_email="file@elm.example")
    administrator = Actor("staff", hired(parts, Role.ADMINISTRATOR).id)
    with parts.sessions() as db:
        told = {"on_call_email": "night@elm.example"}
        clinic_settings.change(db, administrator, "messages", told, parts.now())
    handed_in(parts, None, concluded(Level.URGENT, Urgency.EMERGENCY))
    go_round(app)

    assert mailed_to(office) == ["night@elm.example"]


def test_no_alert_repeats_anything_of_the_patient_or_the_rules(
    app: Flask, parts: Parts, office: PostOffice, moment: Clock
) -> None:
    handed_in(parts, None, concluded(Level.URGENT, Urgency.SAME_DAY))
    stopped(parts, {"full_name": "Esra Example", "phone": "555 0142"}, "rf-cardiac")
    go_round(app)
    moment.forward(minutes=16)
    go_round(app)

    assert len(office.letters) == 4
    known = {w.lower() for rule in parts.edition.rules for w in (rule.id, rule.title)}
    for number, letter in enumerate(office.letters):
        spoken = f"{letter['Subject']} {text_of(office, number)}".lower()
        assert not re.search(r"asha|esra|example|555|cardiac|health|medic|needl|pain|symptom|urgent", spoken)
        assert [] == [word for word in known if word in spoken]


def test_what_only_has_to_be_dealt_with_today_says_so(app: Flask, parts: Parts, office: PostOffice) -> None:
    handed_in(parts, None, concluded(Level.URGENT, Urgency.SAME_DAY))
    go_round(app)

    assert "A form needs a practitioner today." in text_of(office)


def test_somebody_stopped_by_the_emergency_page_is_announced_without_a_reference(
    app: Flask, parts: Parts, office: PostOffice
) -> None:
    stopped(parts, {"full_name": "Esra Example"}, "rf-cardiac")
    go_round(app)

    assert "A form needs a practitioner now." in text_of(office)
    assert "Reference" not in text_of(office)


def test_what_nobody_takes_on_is_told_to_somebody_else_once(
    app: Flask, parts: Parts, office: PostOffice, moment: Clock
) -> None:
    handed_in(parts, None, concluded(Level.URGENT, Urgency.SAME_DAY))
    go_round(app)
    moment.forward(minutes=14)
    go_round(app)
    assert mailed_to(office) == [ON_CALL]

    moment.forward(minutes=1)
    for _ in range(3):
        go_round(app)
    assert mailed_to(office) == [ON_CALL, LATER_ON]
    assert "Nobody has taken it on yet." in text_of(office)


def test_without_a_second_address_the_first_is_told_again(
    app: Flask, parts: Parts, office: PostOffice, moment: Clock
) -> None:
    parts.settings = replace(parts.settings, escalation_email="")
    handed_in(parts, None, concluded(Level.URGENT, Urgency.SAME_DAY))
    go_round(app)
    moment.forward(minutes=15)
    go_round(app)

    assert mailed_to(office) == [ON_CALL, ON_CALL]


def test_what_was_taken_on_is_announced_to_nobody_any_more(
    app: Flask, parts: Parts, office: PostOffice, moment: Clock
) -> None:
    submission = handed_in(parts, None, concluded(Level.URGENT, Urgency.SAME_DAY))
    office.answers["greeting"] = HANG_UP
    go_round(app)
    office.answers["greeting"] = "220 here"
    browser = at_work(app, parts, Role.PRACTITIONER)
    send(browser, f"/staff/alerts/{submission.response_id}", "/staff/alerts")
    moment.forward(minutes=20)
    go_round(app)

    assert office.letters == []


def test_a_form_that_is_not_urgent_is_announced_to_nobody(
    app: Flask, parts: Parts, office: PostOffice
) -> None:
    handed_in(parts, None, concluded(Level.HOLD, Urgency.SOON))
    go_round(app)

    assert office.letters == []


def test_without_a_mail_server_a_round_does_nothing(app: Flask, parts: Parts, moment: Clock) -> None:
    parts.settings = replace(parts.settings, smtp_host="")
    handed_in(parts, None, concluded(Level.URGENT, Urgency.EMERGENCY))
    moment.forward(minutes=20)

    assert not go_round(app)
    assert [] == trail(parts, "message-queued")
    with parts.sessions() as db:
        assert 1 == alerts.waiting(db, parts.now() - timedelta(minutes=15)).late


def test_a_round_sends_nothing_unencrypted_to_another_machine(app: Flask, parts: Parts) -> None:
    parts.settings = replace(parts.settings, smtp_host="mail.example")
    handed_in(parts, None, concluded(Level.URGENT, Urgency.EMERGENCY))

    with pytest.raises(InTheClear):
        go_round(app)
    assert [] == trail(parts, "message-claimed")


# --- the thread --------------------------------------------------------------------------------


def test_the_rounds_go_on_by_themselves_after_an_error_and_stop_when_told(
    app: Flask, parts: Parts, office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    right = parts.settings
    parts.settings = replace(right, smtp_host="mail.example")
    handed_in(parts, None, concluded(Level.URGENT, Urgency.EMERGENCY))
    end = start(app, every=0.01)
    while "a round failed: InTheClear" not in caplog.text:
        office.arrived.wait(0.01)
    parts.settings = right
    assert office.arrived.wait(20)
    end()

    assert mailed_to(office) == [ON_CALL]
    assert "mail.example" not in caplog.text


def test_a_patient_invited_by_e_mail_whom_the_emergency_page_stops_is_announced(
    app: Flask, desk: FlaskClient, parts: Parts, office: PostOffice
) -> None:
    emails(desk, booked(parts))
    go_round(app)
    found = re.search(r"/i/[\w-]{43}", text_of(office))
    assert found is not None
    browser = arrives(app, found[0])
    proves(browser, **RIGHT)
    asha = Patient(browser, {**ASHA, "rf_cardiac": "yes"})
    asha.walks("/form/1")
    go_round(app)

    assert mailed_to(office) == ["asha@example.org", ON_CALL]
