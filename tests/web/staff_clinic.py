"""Invented staff and forms for the tests of the staff pages."""

import re
import secrets
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from rules.answers import day
from rules.assess import assess
from rules.model import Assessment, Feature, Flag, Level, Myofascial, Status, Urgency
from screening.records import interrupts, responses, signin, staff, submissions
from screening.records.audit import Actor, Line, between
from screening.records.staff import Role, Staff
from screening.records.submissions import Person, Submission
from screening.web.cookies import STAFF
from screening.web.parts import Parts

from .stories import ASHA

PASSWORD = "four plain words together"
SYSTEM = Actor("system", "test")
#: Asha's story with an emergency answer, one answer she is not sure of, and a lung beneath the place.
STORY: dict[str, object] = {
    **ASHA,
    "full_name": "Asha Example",
    "date_of_birth": "1970-03-15",
    "phone": "+1 555 0142",
    "rf_cardiac": "yes",
    "pre_antiplatelet": "unsure",
    "takes_medicines": "yes",
    "medicines_list": "Acitrom and a vitamin",
    "pain_regions": ["reg-below-shoulder-blade:left"],
}


def hired(parts: Parts, role: Role, name: str = "") -> Staff:
    """Somebody with an account; their sign-in name is the role's."""
    with parts.sessions() as db:
        code = secrets.token_hex()
        staff.create_code(db, SYSTEM, code, role, parts.now())
        return staff.redeem_code(db, code, name or f"Staff {role}", role.value, PASSWORD, parts.now())


def at_work(app: Flask, parts: Parts, role: Role, name: str = "") -> FlaskClient:
    """The browser of somebody of this role who has just signed in."""
    hired(parts, role, name)
    token = secrets.token_urlsafe(32)
    with parts.sessions() as db:
        signin.sign_in(db, role.value, PASSWORD, token, parts.now())
    browser = app.test_client()
    browser.set_cookie(STAFF, token)
    return browser


def send(browser: FlaskClient, address: str, /, shown_at: str = "", **typed: str) -> TestResponse:
    """Press the button of a form, with the hidden token of the page that shows it."""
    page = browser.get(shown_at or address).text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None, "the page has no form"
    return browser.post(address, data={"csrf_token": found[1], **typed})


def handed_in(
    parts: Parts, answers: dict[str, object] | None = None, assessment: Assessment | None = None
) -> Submission:
    """A form handed in now; without an assessment, the rules make it."""
    story, now = {**STORY, **(answers or {})}, parts.now()
    with parts.sessions() as db:
        token = secrets.token_hex()
        response = responses.open_response(db, parts.edition.digest, token, now)
        return submissions.submit(
            db,
            response.id,
            lambda: submissions.new_reference(secrets.choice),
            story,
            assessment or assess(parts.edition, story, now.date()),
            Person(str(story["full_name"]), day(story["date_of_birth"]), day(story.get("visit_date"))),
            now,
        )


def concluded(level: Level, urgency: Urgency | None = None) -> Assessment:
    """An assessment with one flag, as heavy and as urgent as a test needs."""
    flag = Flag("haz-pleura", Status.RAISED, level, urgency, "region", ("reg-calf:left",), ("pain_regions",))
    feature = Feature("myo-regional", 2, ("pain_regions",))
    myofascial = Myofascial("myo-band-few", 2, (feature,))
    return Assessment(level, urgency, "msg-received", (flag,), (), myofascial, (), (), ())


def trail(parts: Parts, action: str) -> list[Line]:
    """The audit lines of one kind, oldest first."""
    with parts.sessions() as db:
        lines = between(db, parts.now() - timedelta(days=365), parts.now() + timedelta(days=1))
    return [line for line in lines if line.action == action]


def record_of(submission: Submission) -> str:
    """The address of a record."""
    return f"/staff/record/{submission.id}"


def decision_at(submission: Submission) -> str:
    return f"{record_of(submission)}/decision"


def decide(browser: FlaskClient, submission: Submission, decision: str, note: str = "") -> TestResponse:
    """Choose a decision on the record's own page."""
    return send(browser, decision_at(submission), record_of(submission), decision=decision, note=note)


def stopped(parts: Parts, answers: dict[str, object], *flags: str) -> None:
    """Somebody who answered page 1, met the emergency page and went no further."""
    with parts.sessions() as db:
        response = responses.open_response(db, parts.edition.digest, secrets.token_hex(), parts.now())
        responses.save_page(db, response.id, "start", answers, 0, {}, parts.now())
        interrupts.record_interrupt(db, response.id, flags, parts.now())
