"""One record: its flags with their reasons, the answers, the decisions, the paper."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from rules.model import Level, Status
from screening.documents import render
from screening.records.staff import Role
from screening.web.parts import Parts
from tests import reading

from .pseudo import texts
from .staff_clinic import at_work, concluded, decide, handed_in, record_of, trail

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def practitioner(app: Flask, parts: Parts) -> FlaskClient:
    return at_work(app, parts, Role.PRACTITIONER, "Dana Example")


def section(html: str, heading: str) -> str:
    """The part of a record under the heading with this id."""
    found = re.search(rf'<section aria-labelledby="{heading}">(.*?)</section>', html, re.DOTALL)
    assert found is not None, heading
    return " ".join(texts(found[1]))


def card(html: str, flag: str) -> str:
    found = re.search(rf'<div id="{flag}">(.*?)</article>', html, re.DOTALL)
    assert found is not None, flag
    return " ".join(texts(found[1]))


# --- one record --------------------------------------------------------------------------------


def test_a_flag_says_what_was_answered_what_to_check_and_where_that_comes_from(
    practitioner: FlaskClient, parts: Parts
) -> None:
    edition, submission = parts.edition, handed_in(parts)
    page = practitioner.get(record_of(submission)).text
    said, rule = card(page, "rf-cardiac"), edition.rule["rf-cardiac"]
    assert rule.title in said
    assert edition.words["urgent-referral"] in said
    assert edition.words["emergency-now"] in said
    assert f"{edition.questions['rf_cardiac'].text} Yes" in said
    assert rule.advice in said
    for key in rule.sources:
        assert f"{key}: {edition.sources[key].citation}" in said


def test_every_flag_and_every_item_of_information_is_a_card_in_order(
    practitioner: FlaskClient, parts: Parts
) -> None:
    submission = handed_in(parts)
    page = practitioner.get(record_of(submission)).text
    assessment = submission.assessment
    wanted = [flag.id for flag in assessment.flags] + [item.id for item in assessment.information]
    assert re.findall(r'<div id="([^"]+)">\s*<article', page) == wanted


def test_a_flag_that_waits_for_an_answer_says_so_and_is_on_the_list_to_ask(
    practitioner: FlaskClient, parts: Parts
) -> None:
    submission = handed_in(parts)
    page = practitioner.get(record_of(submission)).text
    question, rule = parts.edition.questions["pre_antiplatelet"], parts.edition.rule["pre-antiplatelet"]
    assert Status.ASK in {flag.status for flag in submission.assessment.flags if flag.id == rule.id}
    assert parts.edition.words["ask"] in card(page, rule.id)
    asked = section(page, "ask")
    assert question.text in asked
    assert "Not sure" in asked
    assert rule.title in asked


def test_a_rule_that_rests_on_the_clinics_own_judgement_says_so_openly(
    practitioner: FlaskClient, parts: Parts
) -> None:
    submission = handed_in(parts, {"filling_in": "carer"})
    page = practitioner.get(record_of(submission)).text
    shown = page[page.index('<div id="sys-proxy">') :]
    before_the_fold = shown[: shown.index("<details")]
    assert "S-JUDGE: clinic&#39;s judgement, needs sign-off" in before_the_fold


def test_a_private_flag_is_marked_to_speak_about_alone(practitioner: FlaskClient, parts: Parts) -> None:
    submission = handed_in(parts, {"private_any": "yes", "rf_self_harm": "thoughts"})
    page = practitioner.get(record_of(submission)).text
    assert "Private: speak alone" in card(page, "rf-self-harm")
    assert "Private: speak alone" in section(page, "answers")
    assert "Private: speak alone" not in card(page, "rf-cardiac")


def test_every_question_asked_is_answered_in_words_and_none_is_blank(
    practitioner: FlaskClient, parts: Parts
) -> None:
    page = practitioner.get(record_of(handed_in(parts))).text
    answers = section(page, "answers")
    assert "Acitrom and a vitamin" in answers
    assert "No answer given" in answers
    assert parts.edition.questions["nprs_worst"].text in answers


def test_the_medicines_that_were_recognised_stand_beside_the_list(
    practitioner: FlaskClient, parts: Parts
) -> None:
    said = section(practitioner.get(record_of(handed_in(parts))).text, "medicines")
    assert "Acitrom and a vitamin" in said
    assert parts.edition.medicines["med-vka"].name in said


def test_how_muscular_it_sounds_comes_with_every_weight_and_the_blunt_sentence(
    practitioner: FlaskClient, parts: Parts
) -> None:
    edition = parts.edition
    page = practitioner.get(record_of(handed_in(parts, None, concluded(Level.DECIDE)))).text
    said = section(page, "muscular")
    assert edition.words["myo-band-few"] in said
    assert edition.words["myo-caveat"] in said
    assert edition.notes["evidence"][0].text in said
    assert edition.features[0].text in said
    assert "+2" in said


def test_the_places_marked_are_shown_with_what_lies_beneath(practitioner: FlaskClient, parts: Parts) -> None:
    region = parts.edition.regions["reg-below-shoulder-blade"]
    said = section(practitioner.get(record_of(handed_in(parts))).text, "places")
    assert f"{region.label}, left" in said
    assert region.caution in said
    assert "pleura and lung" in said


def test_the_record_shows_what_the_patient_was_told(practitioner: FlaskClient, parts: Parts) -> None:
    said = section(practitioner.get(record_of(handed_in(parts))).text, "told")
    assert "Call 112" in said


def test_a_form_without_flags_still_says_who_decides(practitioner: FlaskClient, parts: Parts) -> None:
    bare = replace(concluded(Level.NONE), flags=())
    page = practitioner.get(record_of(handed_in(parts, None, bare))).text
    assert parts.edition.words["no-flags-raised"] in page
    assert "No answer met a rule. What was not asked or not said is not known." in page
    assert "The practitioner decides." in page


def test_no_title_and_no_address_carries_anything_clinical(practitioner: FlaskClient, parts: Parts) -> None:
    submission = handed_in(parts)
    for address in ("/staff", record_of(submission)):
        title = re.search(r"<title>(.*?)</title>", practitioner.get(address).text)
        assert title is not None
        assert "Asha" not in title[1]
        assert not any(parts.edition.words[level] in title[1] for level in Level)
    assert record_of(submission) == f"/staff/record/{submission.id}"


def test_every_opening_is_in_the_trail_once_with_the_reason(practitioner: FlaskClient, parts: Parts) -> None:
    submission = handed_in(parts)
    practitioner.get(record_of(submission))
    practitioner.get(record_of(submission))
    opened = trail(parts, "submission-opened")
    assert [(line.object_id, line.detail["why"]) for line in opened] == [(submission.id, "review")] * 2
    assert {line.actor.kind for line in opened} == {"staff"}


def test_a_record_that_does_not_exist_is_not_found(practitioner: FlaskClient) -> None:
    assert practitioner.get(f"/staff/record/{NOBODY}").status_code == 404


# --- deciding ----------------------------------------------------------------------------------


def test_a_change_of_mind_is_added_and_the_first_decision_stays(
    practitioner: FlaskClient, parts: Parts, moment
) -> None:
    submission = handed_in(parts)
    assert decide(practitioner, submission, "postpone", "Ring the doctor first.").status_code == 303
    moment.forward(minutes=10)
    decide(practitioner, submission, "refer", "Sent to the emergency department.")
    said = section(practitioner.get(record_of(submission)).text, "decisions")
    assert said.count("Dana Example") == 2
    assert said.index("Sent to the emergency department.") < said.index("Ring the doctor first.")


@pytest.mark.parametrize(
    ("level", "decision", "needs_reason"),
    [
        (Level.DECIDE, "go-ahead", False),
        (Level.DECIDE, "adapt", False),
        (Level.NONE, "postpone", True),
        (Level.NONE, "refer", True),
        (Level.HOLD, "go-ahead", True),
        (Level.HOLD, "adapt", True),
        (Level.URGENT, "go-ahead", True),
    ],
)
def test_a_written_reason_is_asked_where_one_is_owed(
    practitioner: FlaskClient, parts: Parts, level: Level, decision: str, needs_reason: bool
) -> None:
    submission = handed_in(parts, None, concluded(level))
    answer = decide(practitioner, submission, decision)
    assert answer.status_code == (422 if needs_reason else 303)
    assert ("Write down the reason for this decision" in answer.text) == needs_reason
    assert len(trail(parts, "review-decided")) == (0 if needs_reason else 1)


def test_a_note_survives_a_forgotten_choice(practitioner: FlaskClient, parts: Parts) -> None:
    answer = decide(practitioner, handed_in(parts), "", "A long thought\nover two lines.")
    assert answer.status_code == 422
    assert "Choose what you decided" in answer.text
    assert "A long thought\nover two lines." in answer.text


def test_a_decision_that_does_not_exist_is_not_recorded(practitioner: FlaskClient, parts: Parts) -> None:
    assert decide(practitioner, handed_in(parts), "approve", "because").status_code == 422
    assert trail(parts, "review-decided") == []


# --- paper -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_summary_opens_in_the_browser_under_its_reference_and_names_every_flag(
    practitioner: FlaskClient, parts: Parts
) -> None:
    submission = handed_in(parts)
    answer = practitioner.get(f"{record_of(submission)}/summary.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == f"inline; filename={submission.reference}.pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    printed = reading.words(answer.data)
    for flag in submission.assessment.flags:
        assert parts.edition.rule[flag.id].title in printed
    assert [line.detail["why"] for line in trail(parts, "submission-opened")] == ["print"]


def test_a_summary_that_cannot_be_drawn_says_so_and_the_record_still_opens(
    practitioner: FlaskClient, parts: Parts
) -> None:
    submission = handed_in(parts)
    parts._renderer = render.start(limits=render.Limits(wall=0.0001))
    answer = practitioner.get(f"{record_of(submission)}/summary.pdf")
    assert answer.status_code == 503
    assert "The summary could not be made" in answer.text
    assert practitioner.get(record_of(submission)).status_code == 200
