"""What a practitioner does with a record: its flags one by one, the decision's detail, the signature."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from screening.records import submissions
from screening.records.staff import Role
from screening.records.submissions import Submission
from screening.web.parts import Parts
from tests import reading

from .pseudo import texts, unmarked
from .staff_clinic import (
    PASSWORD,
    STORY,
    SYSTEM,
    at_work,
    decide,
    decision_at,
    handed_in,
    record_of,
    send,
    trail,
)
from .test_record import section

FLAG = "rf-cardiac"


@pytest.fixture
def practitioner(app: Flask, parts: Parts) -> FlaskClient:
    return at_work(app, parts, Role.PRACTITIONER, "Dana Example")


def handle(browser: FlaskClient, submission: Submission, action: str, reason: str = "") -> TestResponse:
    typed = {f"{FLAG}-action": action, f"{FLAG}-reason": reason}
    return send(browser, f"{record_of(submission)}/flag/{FLAG}", record_of(submission), **typed)


def sign(browser: FlaskClient, submission: Submission, password: str = PASSWORD) -> TestResponse:
    found = re.search(r'name="sign-seen"[^>]*value="(\w+)"', browser.get(record_of(submission)).text)
    typed = {"sign-password": password, "sign-seen": found[1] if found else ""}
    return send(browser, f"{record_of(submission)}/signature", record_of(submission), **typed)


def add(browser: FlaskClient, submission: Submission, text: str) -> TestResponse:
    typed = {"addendum-text": text}
    return send(browser, f"{record_of(submission)}/addendum", record_of(submission), **typed)


def kept(parts: Parts, submission: Submission) -> Submission:
    with parts.sessions() as db:
        found = submissions.get(db, SYSTEM, submission.id, "test", parts.now())
    assert found is not None
    return found


def printed(browser: FlaskClient, submission: Submission) -> str:
    return reading.words(browser.get(f"{record_of(submission)}/summary.pdf").data)


# --- flags -------------------------------------------------------------------------------------


def test_what_was_done_about_a_flag_stands_below_it_and_the_flag_stays(
    practitioner: FlaskClient, parts: Parts, moment
) -> None:
    submission = handed_in(parts)
    answer = handle(practitioner, submission, "acknowledged")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{record_of(submission)}#{FLAG}")
    moment.forward(minutes=10)
    handle(practitioner, submission, "resolved", "Asked: that was in 2019.")
    page = practitioner.get(record_of(submission)).text
    said = section(page, "flags")
    later, first = "Resolved by Dana Example, 22 November 2026, 14:40", "Acknowledged by Dana Example"
    assert said.index(parts.edition.rule[FLAG].title) < said.index(later) < said.index(first)
    assert "Asked: that was in 2019." in said
    assert parts.edition.rule[FLAG].title in section(page, "glance")


@pytest.mark.parametrize("action", ["resolved", "overridden"])
def test_without_a_reason_nothing_is_stored_and_the_page_says_what_is_missing(
    practitioner: FlaskClient, parts: Parts, action: str
) -> None:
    submission = handed_in(parts)
    answer = handle(practitioner, submission, action)
    assert answer.status_code == 422
    assert f'href="#{FLAG}-reason"' in answer.text
    assert re.search(rf'value="{action}" checked', answer.text)
    assert answer.text.count('<details class="nhsuk-details" open>') == 1
    assert kept(parts, submission).afterwards.handlings == ()


def test_nothing_chosen_and_a_flag_that_was_not_raised_are_refused(
    practitioner: FlaskClient, parts: Parts
) -> None:
    submission = handed_in(parts)
    assert handle(practitioner, submission, "removed").status_code == 422
    nowhere = f"{record_of(submission)}/flag/no-such-flag"
    assert send(practitioner, nowhere, record_of(submission)).status_code == 404


@pytest.mark.slow
def test_paper_prints_the_latest_entry_about_a_flag_and_never_leaves_the_flag_out(
    practitioner: FlaskClient, parts: Parts, moment
) -> None:
    submission, title = handed_in(parts), parts.edition.rule[FLAG].title
    handle(practitioner, submission, "acknowledged")
    moment.forward(minutes=10)
    handle(practitioner, submission, "overridden", "Seen by the emergency department.")
    told = printed(practitioner, submission)
    line = f"{title} Overridden by Dana Example, 22 November 2026, 14:40: Seen by the emergency department."
    assert line in told
    assert "Acknowledged by" not in told
    assert told.count(title) >= 2


# --- the decision in detail --------------------------------------------------------------------


@pytest.mark.slow
def test_a_visit_is_put_off_to_a_day_and_a_place_is_kept_from_the_needle(
    practitioner: FlaskClient, parts: Parts
) -> None:
    submission, place = handed_in(parts), "reg-below-shoulder-blade:left"
    before = practitioner.get(record_of(submission)).text
    typed = {"decision": "postpone", "note": "INR first.", "not_to_needle": place}
    address = decision_at(submission)
    answer = send(practitioner, address, record_of(submission), **typed, postpone_until="2026-12-01")
    assert answer.status_code == 303
    page = practitioner.get(record_of(submission)).text
    said = section(page, "decisions")
    assert "Put off until 1 December 2026" in said
    assert "Not to be needled: Back of ribs below the shoulder blade, left" in said
    shaded = re.compile(r"<svg.*</svg>", re.DOTALL)
    assert shaded.findall(before) != shaded.findall(page)
    told = printed(practitioner, submission)
    assert "Put off until 1 December 2026" in told
    assert "Not to be needled: Back of ribs below the shoulder blade, left" in told


def test_a_place_stays_kept_from_the_needle_until_somebody_unticks_it(
    practitioner: FlaskClient, parts: Parts
) -> None:
    submission, place = handed_in(parts), "reg-below-shoulder-blade:left"
    ticked = f'value="{place}" checked'
    assert ticked not in practitioner.get(record_of(submission)).text
    typed = {"decision": "adapt", "note": "A reason.", "not_to_needle": place}
    send(practitioner, decision_at(submission), record_of(submission), **typed)
    assert ticked in practitioner.get(record_of(submission)).text
    assert ticked in handle(practitioner, submission, "resolved").text
    decide(practitioner, submission, "adapt", "Unticked.")
    assert ticked not in practitioner.get(record_of(submission)).text


@pytest.mark.parametrize(
    ("decision", "until"),
    [("postpone", "2026-11-22"), ("postpone", "2026-02-30"), ("postpone", "soon"), ("adapt", "2026-12-01")],
)
def test_a_day_that_cannot_be_meant_is_refused(
    practitioner: FlaskClient, parts: Parts, decision: str, until: str
) -> None:
    submission = handed_in(parts)
    typed = {"decision": decision, "note": "A reason.", "postpone_until": until}
    answer = send(practitioner, decision_at(submission), record_of(submission), **typed)
    assert answer.status_code == 422
    assert 'href="#postpone_until"' in answer.text
    assert kept(parts, submission).reviews == ()


def test_a_place_that_the_patient_did_not_mark_is_refused(practitioner: FlaskClient, parts: Parts) -> None:
    submission = handed_in(parts)
    typed = {"decision": "adapt", "note": "A reason.", "not_to_needle": "reg-calf:left"}
    assert send(practitioner, decision_at(submission), record_of(submission), **typed).status_code == 422
    assert kept(parts, submission).reviews == ()


# --- the signature -----------------------------------------------------------------------------


def test_a_record_is_signed_with_the_password_and_then_takes_addenda_only(
    practitioner: FlaskClient, parts: Parts
) -> None:
    submission = handed_in(parts)
    assert "once a decision is recorded" in section(practitioner.get(record_of(submission)).text, "signature")
    decide(practitioner, submission, "refer", "To the emergency department.")
    answer = sign(practitioner, submission)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{record_of(submission)}#signature")
    signature = kept(parts, submission).afterwards.signature
    assert signature is not None
    add(practitioner, submission, "Telephoned: admitted.")
    page = practitioner.get(record_of(submission)).text
    said = section(page, "signature")
    line = "Signed by Dana Example, 22 November 2026, 14:30. What was signed has the digest"
    assert f"{line} {signature.digest[:12]}." in said
    assert said.index(line) < said.index("Telephoned: admitted.")
    for address in ("/decision", f"/flag/{FLAG}", "/signature"):
        assert f'action="{record_of(submission)}{address}"' not in page
    told = printed(practitioner, submission)
    assert f"{line} {signature.digest[:12]}." in told
    assert "Telephoned: admitted." in told


def test_whoever_wants_to_change_a_record_that_was_signed_meanwhile_is_told_to_write_an_addendum(
    practitioner: FlaskClient, parts: Parts
) -> None:
    submission = handed_in(parts)
    decide(practitioner, submission, "refer", "To the emergency department.")
    sign(practitioner, submission)
    for answer in (
        decide(practitioner, submission, "refer", "Twice."),
        handle(practitioner, submission, "acknowledged"),
        sign(practitioner, submission),
    ):
        assert answer.status_code == 409
    found = kept(parts, submission)
    assert (len(found.reviews), found.afterwards.handlings) == (1, ())


def test_a_wrong_password_signs_nothing_and_makes_the_next_try_wait(
    practitioner: FlaskClient, parts: Parts
) -> None:
    submission = handed_in(parts)
    decide(practitioner, submission, "refer", "To the emergency department.")
    answer = sign(practitioner, submission, "not the password")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    assert "not the password" not in answer.text
    assert sign(practitioner, submission).status_code == 429
    assert kept(parts, submission).afterwards.signature is None


def test_nobody_signs_what_came_after_they_opened_the_page(practitioner: FlaskClient, parts: Parts) -> None:
    submission = handed_in(parts)
    decide(practitioner, submission, "refer", "To the emergency department.")
    seen = kept(parts, submission).afterwards.digest
    handle(practitioner, submission, "acknowledged")
    typed = {"sign-password": PASSWORD, "sign-seen": seen}
    answer = send(practitioner, f"{record_of(submission)}/signature", record_of(submission), **typed)
    assert answer.status_code == 409
    assert "Something was added to this record while you read it." in answer.text
    assert kept(parts, submission).afterwards.signature is None


def test_an_addendum_is_refused_while_the_record_is_open_and_when_it_is_empty(
    practitioner: FlaskClient, parts: Parts
) -> None:
    submission = handed_in(parts)
    assert add(practitioner, submission, "Too early.").status_code == 409
    decide(practitioner, submission, "refer", "To the emergency department.")
    sign(practitioner, submission)
    assert add(practitioner, submission, " ").status_code == 422
    assert kept(parts, submission).afterwards.addenda == ()


# --- who, and in which words -------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.ADMINISTRATOR])
@pytest.mark.parametrize("address", [f"/flag/{FLAG}", "/signature", "/addendum"])
def test_nobody_but_a_practitioner_adds_to_a_record(
    app: Flask, parts: Parts, role: Role, address: str
) -> None:
    submission = handed_in(parts)
    browser = at_work(app, parts, role)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/staff/sign-in").text)
    assert found is not None
    assert browser.post(record_of(submission) + address, data={"csrf_token": found[1]}).status_code == 403
    assert trail(parts, "submission-opened") == []


def test_every_word_about_flags_and_signatures_can_be_translated(spoken: Parts, spoken_app: Flask) -> None:
    app, parts = spoken_app, spoken
    submission = handed_in(parts)
    browser = at_work(app, parts, Role.PRACTITIONER, "Dana Example")
    allowed = {str(value) for value in STORY.values() if isinstance(value, str)}
    allowed |= {source.citation for source in parts.edition.sources.values()}
    allowed |= {"Elm", "Dana Example", "A note.", submission.reference}
    pages = [handle(browser, submission, "resolved").text]
    handle(browser, submission, "resolved", "A note.")
    decide(browser, submission, "refer", "A note.")
    pages.append(sign(browser, submission, "wrong").text)
    pages.append(browser.get(record_of(submission)).text)
    assert [unmarked(page, allowed) for page in pages] == [[], [], []]


def test_what_is_typed_stays_text_wherever_it_is_shown(practitioner: FlaskClient, parts: Parts) -> None:
    submission, hostile = handed_in(parts), '</textarea><img src=x onerror="alert(1)">'
    handle(practitioner, submission, "resolved", hostile)
    decide(practitioner, submission, "refer", "A note.")
    sign(practitioner, submission)
    add(practitioner, submission, hostile)
    page = practitioner.get(record_of(submission)).text
    assert "<img" not in page
    assert texts(page).count(hostile) == 2
