"""Referral letters from a record: written once, kept word for word, printed again as they were."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from screening.records.staff import Role
from screening.records.submissions import Submission
from screening.web.parts import Parts
from tests import reading

from .conftest import Form
from .pseudo import unmarked
from .staff_clinic import STORY, at_work, decide, handed_in, record_of, send, trail
from .test_correcting import correct
from .test_handling import kept, sign
from .test_record import section

TYPED = {
    "addressee": "Dr Rao\nPune",
    "reason": "Chest pain",
    "urgency": "same-day",
    "text": "Please see her.",
}


@pytest.fixture
def practitioner(app: Flask, parts: Parts) -> FlaskClient:
    return at_work(app, parts, Role.PRACTITIONER, "Dana Example")


def write(browser: FlaskClient, form: Submission, **typed: str) -> TestResponse:
    return send(browser, f"{record_of(form)}/letter", **{**TYPED, "flags": "rf-cardiac", **typed})


def letter_at(browser: FlaskClient, form: Submission) -> str:
    found = re.search(r'href="(/staff/record/[\w-]+/letter/\d+\.pdf)"', browser.get(record_of(form)).text)
    assert found is not None, "no letter is listed"
    return found[1]


def test_a_letter_begins_with_the_pressing_flags_ticked_and_a_neutral_sentence(
    practitioner: FlaskClient, parts: Parts
) -> None:
    form = handed_in(parts, {"private_any": "yes", "rf_self_harm": "now"})
    page = Form(practitioner.get(f"{record_of(form)}/letter").text)

    assert "rf-cardiac" in page.checked["flags"]
    assert "rf-self-harm" in page.boxes["flags"]
    assert "rf-self-harm" not in page.checked["flags"]
    assert page.checked["urgency"] == ["emergency-now"]
    assert page.typed["text"].startswith("This patient answered our health form")
    assert "private: tick it only" in practitioner.get(f"{record_of(form)}/letter").text


def test_a_letter_is_listed_on_the_record_and_printed_as_it_was_whatever_comes_later(
    practitioner: FlaskClient, parts: Parts, moment
) -> None:
    form = handed_in(parts)
    answer = write(practitioner, form)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{record_of(form)}#letters")
    said = section(practitioner.get(record_of(form)).text, "letters")
    assert "Letter by Dana Example, 22 November 2026, 14:30" in said
    first = practitioner.get(letter_at(practitioner, form))
    moment.forward(minutes=5)
    correct(practitioner, form, "rf_cardiac", rf_cardiac="no")
    decide(practitioner, form, "refer", "To the emergency department.")
    again = practitioner.get(letter_at(practitioner, form))

    assert (first.mimetype, first.headers["Cache-Control"]) == ("application/pdf", "no-store")
    assert again.data == first.data
    told = reading.words(first.data)
    for words in ("Dr Rao Pune", "Reason for referral Chest pain", "How soon Same day", "Please see her."):
        assert words in told
    assert parts.edition.rule["rf-cardiac"].title in told


def test_a_letter_written_after_a_correction_and_a_decision_tells_of_both(
    practitioner: FlaskClient, parts: Parts
) -> None:
    form = handed_in(parts, {"rf_cardiac": "no"})
    correct(practitioner, form, "rf_stroke", rf_stroke="yes")
    decide(practitioner, form, "refer", "Only for us.")
    sign(practitioner, form)
    write(practitioner, form, flags="rf-stroke")
    told = reading.words(practitioner.get(letter_at(practitioner, form)).data)

    assert "The patient answered “No”; corrected to “Yes” by Dana Example" in told
    assert "Refer, by Dana Example" in told
    assert "Only for us." not in told


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("addressee", "", "Write whom the letter goes to"),
        ("addressee", "x" * 1001, "This holds 1000 characters. You typed 1001."),
        ("reason", "", "Write the reason for the referral in one line"),
        ("urgency", "never", "Choose how soon the patient should be seen"),
        ("text", "", "Write the letter’s text"),
        ("text", "x" * 3001, "This holds 3000 characters. You typed 3001."),
        ("flags", "no-such-flag", "no-such-flag"),
    ],
)
def test_a_fault_is_said_beside_its_field_and_nothing_typed_is_lost(
    practitioner: FlaskClient, parts: Parts, field: str, typed: str, told: str
) -> None:
    form = handed_in(parts)
    answer = write(practitioner, form, **{field: typed})
    page = Form(answer.text)

    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert told in answer.text or field == "flags"
    for name in {"addressee", "reason", "text"} - {field}:
        assert page.typed[name] == TYPED[name]
    assert kept(parts, form).afterwards.letters == ()


def test_a_letter_of_another_record_is_not_there(practitioner: FlaskClient, parts: Parts) -> None:
    form, other = handed_in(parts), handed_in(parts)
    write(practitioner, form)
    number = letter_at(practitioner, form).rpartition("/")[2]

    assert practitioner.get(f"{record_of(other)}/letter/{number}").status_code == 404


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.ADMINISTRATOR])
def test_nobody_but_a_practitioner_writes_or_reads_a_letter(app: Flask, parts: Parts, role: Role) -> None:
    form, browser = handed_in(parts), at_work(app, parts, role)

    for address in ("letter", "letter/1.pdf"):
        assert browser.get(f"{record_of(form)}/{address}").status_code == 403
    assert trail(parts, "submission-opened") == []


def test_every_opening_of_a_letter_is_in_the_trail(practitioner: FlaskClient, parts: Parts) -> None:
    form = handed_in(parts)
    write(practitioner, form)
    practitioner.get(letter_at(practitioner, form))

    assert [line.object_id for line in trail(parts, "letter-written")] == [form.id]
    assert [line.detail["why"] for line in trail(parts, "submission-opened")][-1] == "letter"


def test_every_word_about_letters_can_be_translated(spoken: Parts, spoken_app: Flask) -> None:
    parts = spoken
    browser = at_work(spoken_app, parts, Role.PRACTITIONER, "Dana Example")
    form = handed_in(parts)
    pages = [
        browser.get(f"{record_of(form)}/letter").text,
        write(browser, form, addressee="", text="").text,
    ]
    write(browser, form)
    allowed = {str(value) for value in STORY.values() if isinstance(value, str)}
    allowed |= {"Elm", "Dana Example", form.reference, *TYPED.values()}

    assert [unmarked(page, allowed) for page in pages] == [[], []]
