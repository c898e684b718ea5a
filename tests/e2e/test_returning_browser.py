"""The patient who comes back in three weeks, without scripts: confirms what they told, is asked the rest."""

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext, Page, expect

from rules.assess import read
from rules.carry import asked_anew
from screening.records import appointments, invitations, matches, staff, submissions
from screening.records.appointments import Booking
from screening.records.audit import Actor
from screening.records.staff import Role
from screening.records.submissions import Submission
from screening.web.parts import Parts
from tests.web.conftest import Clock, Form, Patient
from tests.web.staff_clinic import SYSTEM, hired
from tests.web.test_returning import STORY

from .filling import ticks

pytestmark = pytest.mark.browser

_TYPED = ("text", "textarea")
_BOXES = "boxes => boxes.map(({type, name, value, checked}) => ({type, name, value, checked}))"


@dataclass
class Effort:
    """What a visit asks of a patient: questions to answer, presses of a finger, lines to type."""

    questions: set[str] = field(default_factory=set)
    taps: int = 0
    lines: int = 0


def fills_in(page: Page, story: Mapping[str, object], effort: Effort) -> None:
    """Answer what is not answered yet on this page."""
    boxes, wanted = page.locator("main input:not([type=hidden]), main textarea"), []
    seen = boxes.evaluate_all(_BOXES)
    filled = {one["name"] for one in seen if one["checked"] or (one["type"] in _TYPED and one["value"])}
    for place, box in enumerate(seen):
        question = re.sub(r"-(day|month|year|unknown)$", "", box["name"])
        answer, part = story.get(question), box["name"].removeprefix(question).lstrip("-")
        if box["name"] not in filled:
            effort.questions.add(question)
        if part != "unknown" and answer is not None:
            if answers_with_a_tick(box, answer):
                wanted.append(place)
            elif box["type"] in _TYPED and not box["value"]:
                pieces = dict(zip(("year", "month", "day"), str(answer).split("-"), strict=False))
                boxes.nth(place).fill(pieces[part] if part else str(answer))
                effort.lines += 1
    ticks(page, boxes, wanted)
    effort.taps += len(wanted)


def answers_with_a_tick(box: Mapping[str, object], answer: object) -> bool:
    """Is this a box that the answer ticks, and not ticked yet?"""
    wanted = answer if isinstance(answer, list) else [str(answer)]
    return box["type"] in ("radio", "checkbox") and box["value"] in wanted and not box["checked"]


def presses(page: Page, button: str, effort: Effort) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile(button)).click()
    effort.taps += 1


def goes_to_the_end(page: Page, story: Mapping[str, object]) -> Effort:
    """From the first page to the sent form; nothing that may be confirmed is changed."""
    effort = Effort()
    while not page.url.endswith("/done"):
        fills_in(page, story, effort)
        presses(page, "^(Save|Nothing has changed|Send)", effort)
        assert not page.title().startswith("Error:"), page.locator(".nhsuk-error-summary").inner_text()
    return effort


class Newcomer(Patient):
    """Somebody's first visit without a browser, counted as if it had one: a press a tick, and one a page."""

    def __init__(self, client: FlaskClient, story: Mapping[str, object]) -> None:
        super().__init__(client, story)
        self.effort = Effort()

    def answers_to(self, form: Form) -> dict[str, object]:
        for name in form.names:
            question = re.sub(r"-(day|month|year|unknown)$", "", name)
            answer = self.story.get(question)
            wanted = answer if isinstance(answer, list) else [str(answer)]
            if name not in form.checked and not form.typed.get(name):
                self.effort.questions.add(question)
                self.effort.taps += len(set(wanted) & set(form.boxes.get(name, ())))
        self.effort.taps += 1
        return super().answers_to(form)


def every(parts: Parts) -> Iterator[Submission]:
    """The forms handed in, oldest first."""
    with parts.sessions() as db:
        listed = sorted(submissions.listing(db, SYSTEM, parts.now()), key=lambda line: line.submitted_at)
        for line in listed:
            found = submissions.get(db, SYSTEM, line.id, "test", parts.now())
            assert found is not None
            yield found


def known_again(parts: Parts, first: Submission) -> str:
    """The desk writes an appointment down, says whose it is, and sends the link; its address."""
    token, desk = secrets.token_urlsafe(32), Actor("staff", hired(parts, Role.FRONT_DESK).id)
    booking = Booking(parts.now() + timedelta(days=1), "Asha Invented", date(1988, 3, 15))
    with parts.sessions() as db:
        made = appointments.add(db, desk, "again", booking, parts.now())
        matches.appointment_is_of(db, desk, made.id, first.id, parts.now())
        invitations.invite(db, desk, made.id, token, parts.now())
        assert len(staff.everyone(db)) == 1
    return f"/i/{token}"


@pytest.mark.slow
def test_a_patient_who_comes_back_in_three_weeks_confirms_and_is_asked_the_safety_questions_anew(
    app: Flask, parts: Parts, moment: Clock, without_scripts: BrowserContext
) -> None:
    newcomer = Newcomer(app.test_client(), STORY)
    assert newcomer.goes_to_the_end().status_code == 200
    at_first = newcomer.effort
    (first,) = every(parts)

    moment.forward(days=21)
    again = without_scripts.new_page()
    again.goto(known_again(parts, first))
    for box, typed in (("Day", "15"), ("Month", "3"), ("Year", "1988")):
        again.get_by_label(box).fill(typed)
    presses(again, "Continue", Effort())
    expect(again).to_have_url(re.compile("/form/1$"))
    back = goes_to_the_end(again, STORY)

    _, second = every(parts)
    then = read(parts.edition, first.answers, first.submitted_at.date())
    anew = {name for name in asked_anew(parts.edition) & set(first.answers) if then.asked(name) is not False}
    assert set() == anew - back.questions
    assert set(second.carried) == at_first.questions - back.questions
    assert first.answers == second.answers
    assert back.taps < at_first.taps
