"""Paper and telephone: typed in by staff, blanks kept blank, the same rules as ever."""

import re
from collections.abc import Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from screening.documents.blank import numbers
from screening.records import interrupts, submissions
from screening.records.staff import Role
from screening.records.submissions import Submission
from screening.web.parts import Parts
from tests.web.conftest import Form, _question, _typed
from tests.web.staff_clinic import SYSTEM, at_work, record_of, send, trail
from tests.web.stories import ASHA

STORY = {**ASHA, "full_name": "Asha Example", "paper_by": "self"}


class Transcriber:
    """Somebody who types in a paper form page by page."""

    def __init__(self, browser: FlaskClient, source: str = "paper") -> None:
        self.browser = browser
        self.first = send(browser, "/staff/type-in", source=source).headers["Location"]
        self.form = self.first.rpartition("/")[0]

    def types(self, address: str, story: Mapping[str, object]) -> TestResponse:
        """Type what stands in the story on this page; the rest is left blank."""
        form = Form(self.browser.get(address).text)
        data: dict[str, object] = dict(form.hidden)
        for name in {_question(name) for name in form.names} & story.keys():
            data |= _typed(name, story[name], form)
        return self.browser.post(address, data={**data, "then": ""})

    def types_all(self, story: Mapping[str, object]) -> list[str]:
        """Every page to the end; where each page led."""
        address, met = self.first, []
        for _ in range(40):
            answer = self.types(address, story)
            assert answer.status_code == 303, answer.text
            address = answer.headers["Location"]
            met.append(address)
            if "/call-first" in address:
                found = re.search(rf'href="({self.form}/[^"]+)"', self.browser.get(address).text)
                assert found is not None
                address = found[1]
            if address.endswith("/end"):
                return met
        raise AssertionError("the paper never ends")

    def hands_in(self, parts: Parts) -> Submission:
        answer = send(self.browser, f"{self.form}/end")
        assert answer.status_code == 200
        with parts.sessions() as db:
            listed = submissions.listing(db, SYSTEM, parts.now())
            found = submissions.get(db, SYSTEM, listed[0].id, "test", parts.now())
        assert found is not None
        assert found.reference in answer.text
        return found


def test_a_paper_form_becomes_the_same_record_as_the_web_form(app: Flask, parts: Parts) -> None:
    typing = Transcriber(at_work(app, parts, Role.FRONT_DESK))
    typing.types_all(STORY)
    sent = typing.hands_in(parts)
    wanted = {**STORY, "filling_in": "staff"}

    assert dict(sent.answers) == {name: answer for name, answer in wanted.items() if name in sent.answers}
    assert sent.answers["filling_in"] == "staff"
    assert sent.answers["nprs_best"] == 0


def test_the_numbers_of_the_paper_stand_before_the_questions(app: Flask, parts: Parts) -> None:
    typing = Transcriber(at_work(app, parts, Role.FRONT_DESK))
    page = typing.browser.get(typing.first).text

    assert f"{numbers(parts.edition)['full_name']} " in page
    assert "(optional)" not in page


def test_details_are_on_the_page_before_their_question_is_answered(app: Flask, parts: Parts) -> None:
    typing = Transcriber(at_work(app, parts, Role.FRONT_DESK))
    skin = next(page for page in parts.edition.pages if "skin_any" in {q.id for q in page.questions})
    shown = {_question(name) for name in Form(typing.browser.get(f"{typing.form}/{skin.number}").text).names}
    regions = {q.id for q in skin.questions if q.kind == "regions"}

    assert {q.id for q in skin.questions} - regions <= shown


def test_what_was_skipped_on_paper_stays_not_answered_and_is_never_no(app: Flask, parts: Parts) -> None:
    typing = Transcriber(at_work(app, parts, Role.FRONT_DESK))
    typing.types_all({name: answer for name, answer in STORY.items() if name != "pre_anticoagulant"})
    end = typing.browser.get(f"{typing.form}/end").text
    sent = typing.hands_in(parts)

    assert numbers(parts.edition)["pre_anticoagulant"] in end
    assert "pre_anticoagulant" not in sent.answers
    assert "pre-anticoagulant" in {flag.id for flag in sent.assessment.flags}


def test_an_emergency_answer_on_paper_sends_the_desk_to_the_practitioner_without_a_reason(
    app: Flask, parts: Parts
) -> None:
    typing = Transcriber(at_work(app, parts, Role.FRONT_DESK))
    met = typing.types_all({**STORY, "rf_cardiac": "yes"})
    called = next(address for address in met if "/call-first" in address)
    page = typing.browser.get(called).text
    with parts.sessions() as db:
        stopped = interrupts.open_interrupts(db, SYSTEM, (), parts.now())

    assert "Practitioner: call first" in page
    assert "chest" not in page.lower()
    assert len(stopped) == 1


def test_who_typed_it_in_and_from_what_is_recorded_and_shown(app: Flask, parts: Parts) -> None:
    typing = Transcriber(at_work(app, parts, Role.FRONT_DESK, "Dana Example"), "phone")
    typing.types_all(STORY)
    sent = typing.hands_in(parts)
    page = at_work(app, parts, Role.PRACTITIONER).get(record_of(sent)).text
    (opened,) = trail(parts, "response-opened")
    (handed_in,) = trail(parts, "submitted")

    assert "Typed in by" in page
    assert "Dana Example" in page
    assert opened.detail["why"] == "phone"
    assert handed_in.actor == opened.actor
    assert opened.actor.kind == "staff"


def test_a_person_who_refuses_on_paper_that_answers_are_kept_leaves_nothing(app: Flask, parts: Parts) -> None:
    typing = Transcriber(at_work(app, parts, Role.FRONT_DESK))
    answer = typing.types(typing.first, {**STORY, "consent_data": "disagree"})

    assert answer.headers["Location"] == "/staff/type-in/refused"
    assert typing.browser.get(typing.first).status_code == 404


@pytest.mark.slow
def test_a_private_answer_is_not_shown_again_and_a_blank_keeps_it(app: Flask, parts: Parts) -> None:
    typing = Transcriber(at_work(app, parts, Role.FRONT_DESK))
    private = next(q for q in parts.edition.questions.values() if q.not_for_desk and q.kind == "yes_no")
    number = next(page.number for page in parts.edition.pages if page.id == private.page)
    address = f"{typing.form}/{number}"
    typing.types(address, {private.id: "yes"})

    assert private.id not in Form(typing.browser.get(address).text).checked
    typing.types(address, {})
    typing.types_all({})
    assert typing.hands_in(parts).answers[private.id] == "yes"


def test_a_page_can_be_jumped_to_by_its_number(app: Flask, parts: Parts) -> None:
    typing = Transcriber(at_work(app, parts, Role.FRONT_DESK))
    hidden = Form(typing.browser.get(typing.first).text).hidden
    jumped = typing.browser.post(typing.first, data={**hidden, "then": "7"})

    assert jumped.headers["Location"] == f"{typing.form}/7"


def test_a_date_that_is_none_comes_back_with_what_was_typed(app: Flask, parts: Parts) -> None:
    typing = Transcriber(at_work(app, parts, Role.FRONT_DESK))
    answer = typing.types(typing.first, {**STORY, "date_of_birth": "1988-13-15"})

    assert answer.status_code == 422
    assert "must be a real date" in answer.text
    assert "Asha Example" in answer.text


def test_a_form_that_somebody_else_types_in_is_not_there(app: Flask, parts: Parts) -> None:
    typing = Transcriber(at_work(app, parts, Role.FRONT_DESK))

    assert at_work(app, parts, Role.PRACTITIONER).get(typing.first).status_code == 404
    assert at_work(app, parts, Role.ADMINISTRATOR).get("/staff/type-in").status_code == 403
