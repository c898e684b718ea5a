"""Putting another answer beside a patient's: what the practitioner sees, and what never changes."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert
from werkzeug.test import TestResponse

from screening.records import staff, tables_day
from screening.records.corrections import Correction
from screening.records.staff import Role
from screening.records.submissions import Submission
from screening.web.parts import Parts

from .conftest import Form
from .pseudo import texts, unmarked
from .staff_clinic import STORY, at_work, decide, handed_in, record_of, send, trail
from .stories import ASHA
from .test_arrival import checks
from .test_handling import kept, printed, sign
from .test_record import section

MARK = "does not follow from the corrected answers"


@pytest.fixture
def practitioner(app: Flask, parts: Parts) -> FlaskClient:
    return at_work(app, parts, Role.PRACTITIONER, "Dana Example")


def correct(
    browser: FlaskClient, form: Submission, question: str, reason: str = "Asked.", **typed: str
) -> TestResponse:
    address = f"{record_of(form)}/correct/{question}"
    return send(browser, address, **{"correction-reason": reason, **typed})


def made(parts: Parts, form: Submission) -> list[Correction]:
    return list(kept(parts, form).afterwards.corrections)


def calm(parts: Parts, **answers: object) -> Submission:
    return handed_in(parts, {**ASHA, "medicines_list": "", "full_name": "Asha Example", **answers})


# --- one correction ----------------------------------------------------------------------------


def test_every_answer_of_an_open_record_can_be_corrected_from_the_list(
    practitioner: FlaskClient, parts: Parts
) -> None:
    form = calm(parts)
    page = practitioner.get(record_of(form)).text
    linked = set(re.findall(rf'href="{record_of(form)}/correct/(\w+)"', page))

    assert {"rf_stroke", "pain_regions", "goals", "date_of_birth", "nprs_now"} <= linked
    assert linked.isdisjoint({"typed_name", "declaration", "consent_data", "paper_by", "rf_thunderclap"})


def test_the_page_shows_the_question_as_the_form_has_it_with_what_the_patient_said(
    practitioner: FlaskClient, parts: Parts
) -> None:
    form = calm(parts)
    page = practitioner.get(f"{record_of(form)}/correct/rf_stroke").text

    assert "The patient’s answer: No" in " ".join(texts(page))
    assert Form(page).boxes["rf_stroke"] == ["yes", "no", "unsure"]
    assert Form(page).checked["rf_stroke"] == ["no"]


def test_a_correction_stands_beside_the_patients_answer_with_who_when_and_why(
    practitioner: FlaskClient, parts: Parts
) -> None:
    form = calm(parts)
    answer = correct(practitioner, form, "rf_stroke", "Face dropped yesterday.", rf_stroke="yes")
    page = practitioner.get(record_of(form)).text
    question = parts.edition.questions["rf_stroke"].text

    assert (answer.status_code, answer.headers["Location"]) == (303, f"{record_of(form)}#corrections")
    line = "Corrected to “Yes” by Dana Example, 22 November 2026, 14:30, because: Face dropped yesterday."
    assert f"{question} No {line}" in " ".join(texts(page)).replace(" Correct ", " ")
    assert kept(parts, form).answers == form.answers
    assert kept(parts, form).assessment == form.assessment


def test_something_urgent_that_a_correction_brings_stands_first_and_can_be_handled(
    practitioner: FlaskClient, parts: Parts
) -> None:
    form, title = calm(parts), parts.edition.rule["rf-stroke"].title
    correct(practitioner, form, "rf_stroke", rf_stroke="yes")
    page = practitioner.get(record_of(form)).text
    told = section(page, "corrections")

    assert f"New after corrections: {title}" in told
    assert page.index("New after corrections") < page.index("No decision is recorded yet")
    typed = {"rf-stroke-action": "resolved", "rf-stroke-reason": "Ambulance called."}
    assert (
        send(practitioner, f"{record_of(form)}/flag/rf-stroke", record_of(form), **typed).status_code == 303
    )
    assert "Ambulance called." in section(practitioner.get(record_of(form)).text, "corrections")
    paper = printed(practitioner, form)
    assert f"New after corrections: {title}" in paper
    assert "Ambulance called." in paper


def test_a_flag_of_the_form_stays_when_the_corrected_answers_do_not_lead_to_it(
    practitioner: FlaskClient, parts: Parts
) -> None:
    form, title = calm(parts, rf_weight_loss="yes"), parts.edition.rule["rf-weight-loss"].title
    correct(practitioner, form, "rf_weight_loss", rf_weight_loss="no")
    page = practitioner.get(record_of(form)).text

    for where in ("glance", "flags"):
        assert title in section(page, where)
        assert MARK in section(page, where)
    assert title in section(page, "corrections")
    assert f'action="{record_of(form)}/flag/rf-weight-loss"' in page
    assert MARK in printed(practitioner, form)


def test_a_later_correction_counts_and_the_earlier_one_is_still_shown(
    practitioner: FlaskClient, parts: Parts, moment
) -> None:
    form = calm(parts)
    correct(practitioner, form, "rf_stroke", "First.", rf_stroke="yes")
    moment.forward(minutes=5)
    correct(practitioner, form, "rf_stroke", "Second.", rf_stroke="unsure")
    said = section(practitioner.get(record_of(form)).text, "answers")

    assert said.index("because: Second.") < said.index("because: First.")
    flag = next(f for f in made(parts, form)[-1].assessment.flags if f.id == "rf-stroke")
    assert flag.status == "ask"
    moment.forward(minutes=5)
    correct(practitioner, form, "rf_stroke", "Third.", rf_stroke="no")
    page = practitioner.get(record_of(form)).text
    assert "Raised by an earlier correction, and not by the latest: Possible stroke" in section(
        page, "corrections"
    )
    assert f'action="{record_of(form)}/flag/rf-stroke"' in page


def test_a_gate_that_is_corrected_brings_its_questions_as_unanswered_to_be_asked(
    practitioner: FlaskClient, parts: Parts
) -> None:
    form = calm(parts)
    correct(practitioner, form, "immune_any", immune_any="yes")
    told = section(practitioner.get(record_of(form)).text, "corrections")
    opened = parts.edition.questions["pre_immunosuppression"].text

    assert f"{opened} No answer given" in told
    assert "Ask: cannot tell yet" in told
    assert correct(practitioner, form, "pre_immunosuppression", pre_immunosuppression="no").status_code == 303
    assert made(parts, form)[-1].answers["pre_immunosuppression"] == "no"


def test_a_corrected_outcome_that_holds_wants_a_reason_for_going_ahead(
    practitioner: FlaskClient, parts: Parts
) -> None:
    form = calm(parts)
    correct(practitioner, form, "rf_stroke", rf_stroke="yes")

    assert decide(practitioner, form, "go-ahead").status_code == 422
    assert decide(practitioner, form, "go-ahead", "Seen by the emergency department.").status_code == 303


def test_a_place_that_a_correction_adds_can_be_kept_from_the_needle(
    practitioner: FlaskClient, parts: Parts
) -> None:
    form = calm(parts)
    correct(practitioner, form, "pain_regions", pain_regions="reg-calf:left")
    boxes = Form(practitioner.get(record_of(form)).text).boxes["not_to_needle"]

    assert boxes == ["reg-low-back-spine:left", "reg-calf:left"]


# --- unknown -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "typed"),
    [
        ("rf_stroke", {"rf_stroke": "unsure"}),
        ("nprs_now", {"nprs_now": "not-known"}),
        ("date_of_birth", {"date_of_birth-unknown": "1"}),
        ("pain_regions", {"correction-unknown": "y"}),
        ("psfs_1_activity", {"psfs_1_activity": "Put on shoes", "correction-unknown": "y"}),
        ("onset", {"onset": "gradual", "correction-unknown": "y"}),
    ],
)
def test_any_answer_can_be_left_open_and_is_then_unknown_and_never_no(
    practitioner: FlaskClient, parts: Parts, question: str, typed: dict[str, str]
) -> None:
    form = calm(parts)

    assert correct(practitioner, form, question, **typed).status_code == 303
    assert made(parts, form)[-1].answer in (None, "unsure")


def test_a_question_that_can_say_so_itself_offers_no_second_way_to_leave_it_open(
    practitioner: FlaskClient, parts: Parts
) -> None:
    form = calm(parts)
    offered = {
        question: "correction-unknown" in practitioner.get(f"{record_of(form)}/correct/{question}").text
        for question in ("rf_stroke", "nprs_now", "date_of_birth", "pain_regions", "goals")
    }

    assert [name for name, offers in offered.items() if offers] == ["pain_regions"]
    answer = correct(practitioner, form, "rf_stroke", **{"rf_stroke": "no", "correction-unknown": "y"})
    assert answer.status_code == 422


# --- what is refused ---------------------------------------------------------------------------


def test_without_a_reason_nothing_is_kept_and_nothing_typed_is_lost(
    practitioner: FlaskClient, parts: Parts
) -> None:
    form = calm(parts)
    answer = correct(practitioner, form, "goals", " ", goals="Walk to the shop")

    assert answer.status_code == 422
    assert '<a href="#correction-reason">Write down how you know' in answer.text
    assert Form(answer.text).typed["goals"] == "Walk to the shop"
    assert made(parts, form) == []


@pytest.mark.parametrize(
    ("question", "typed", "told"),
    [
        ("rf_stroke", {}, "Choose an answer to"),
        ("rf_stroke", {"rf_stroke": "no"}, "This is the answer that counts already"),
        ("nprs_now", {"nprs_now": "11"}, "Choose one of the answers"),
        ("goals", {"goals": "x" * 2001}, "can hold 2,000 characters"),
    ],
)
def test_the_forms_own_checks_hold_and_the_reason_comes_back(
    practitioner: FlaskClient, parts: Parts, question: str, typed: dict[str, str], told: str
) -> None:
    form = calm(parts)
    answer = correct(practitioner, form, question, "A long reason.", **typed)

    assert answer.status_code == 422
    assert told in answer.text
    assert Form(answer.text).typed["correction-reason"] == "A long reason."
    assert made(parts, form) == []


@pytest.mark.parametrize(
    "question", ["no-such-question", "typed_name", "consent_data", "day_fever", "rf_thunderclap"]
)
def test_what_is_not_the_patients_answer_to_correct_is_not_there(
    practitioner: FlaskClient, parts: Parts, question: str
) -> None:
    form = calm(parts)

    assert practitioner.get(f"{record_of(form)}/correct/{question}").status_code == 404


def test_a_signed_record_takes_no_correction(practitioner: FlaskClient, parts: Parts) -> None:
    form = calm(parts)
    address = f"{record_of(form)}/correct/rf_stroke"
    decide(practitioner, form, "refer", "To the emergency department.")
    hidden = Form(practitioner.get(address).text).hidden
    sign(practitioner, form)
    late = practitioner.post(address, data={**hidden, "rf_stroke": "yes", "correction-reason": "Asked."})

    assert (late.status_code, practitioner.get(address).status_code) == (409, 409)
    assert made(parts, form) == []
    assert "/correct/" not in practitioner.get(record_of(form)).text


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.ADMINISTRATOR])
def test_nobody_but_a_practitioner_corrects_an_answer(app: Flask, parts: Parts, role: Role) -> None:
    form = calm(parts)
    browser = at_work(app, parts, role)

    assert browser.get(f"{record_of(form)}/correct/rf_stroke").status_code == 403
    assert trail(parts, "submission-opened") == []


# --- at arrival --------------------------------------------------------------------------------


def test_an_arrival_check_counts_with_the_corrected_answers(practitioner: FlaskClient, parts: Parts) -> None:
    form = calm(parts)
    correct(practitioner, form, "rf_stroke", rf_stroke="yes")
    checks(practitioner, form, day_fever="yes")
    told = section(practitioner.get(record_of(form)).text, "arrival")

    assert parts.edition.rule["abs-acute-illness"].title in told
    assert parts.edition.rule["rf-stroke"].title not in told


def test_a_correction_after_the_arrival_check_counts_with_what_was_said_there(
    practitioner: FlaskClient, parts: Parts, moment
) -> None:
    form = calm(parts)
    checks(practitioner, form, day_fever="yes")
    moment.forward(minutes=1)
    correct(practitioner, form, "rf_stroke", rf_stroke="yes")

    assert made(parts, form)[0].answers["day_fever"] == "yes"


# --- changes since last time -------------------------------------------------------------------


def same_person(parts: Parts, form: Submission, earlier: Submission) -> None:
    with parts.sessions() as db:
        who = staff.everyone(db)[0].id
    row = {"submission_id": form.id, "earlier_submission_id": earlier.id, "staff_id": who, "at": parts.now()}
    with parts.engine.begin() as connection:
        connection.execute(insert(tables_day.match).values(row))


def test_a_returning_patients_record_and_paper_show_what_changed_and_the_scores(
    practitioner: FlaskClient, parts: Parts, moment
) -> None:
    old = calm(parts, rf_night_sweats="yes", nprs_now=8)
    moment.forward(minutes=5)
    new = calm(parts, rf_weight_loss="unsure")
    assert 'id="changes"' not in practitioner.get(record_of(new)).text
    same_person(parts, new, old)
    page = practitioner.get(record_of(new)).text
    told, paper = section(page, "changes"), printed(practitioner, new)

    for said in (f"Compared with form {old.reference}", "No longer flagged", "Scores over all visits"):
        assert said in told
        assert said in paper
    assert "Then No Now Not sure" in told
    assert page.count('class="scorechart"') == 3
    assert {(line.object_id, line.detail["why"]) for line in trail(parts, "submission-opened")} >= {
        (old.id, "compare")
    }


# --- words -------------------------------------------------------------------------------------


def test_what_is_typed_stays_text_wherever_it_is_shown(practitioner: FlaskClient, parts: Parts) -> None:
    form, hostile = calm(parts), '</textarea><img src=x onerror="alert(1)">'
    correct(practitioner, form, "goals", hostile, goals=hostile)
    for address in (record_of(form), f"{record_of(form)}/correct/goals"):
        page = practitioner.get(address).text
        assert "<img" not in page
        assert hostile in " ".join(texts(page))


def test_every_word_about_corrections_and_changes_can_be_translated(spoken: Parts, spoken_app: Flask) -> None:
    app, parts = spoken_app, spoken
    browser = at_work(app, parts, Role.PRACTITIONER, "Dana Example")
    old, form = handed_in(parts, {"nprs_now": None}), handed_in(parts, {"rf_cardiac": "no"})
    same_person(parts, form, old)
    for question, answer in (("rf_stroke", "yes"), ("immune_any", "yes"), ("rf_cardiac", "unsure")):
        correct(browser, form, question, "A reason.", **{question: answer})
    pages = [
        browser.get(record_of(form)).text,
        correct(browser, form, "rf_stroke", "", rf_stroke="yes").text,
        browser.get(f"{record_of(form)}/correct/onset").text,
    ]
    allowed = {str(value) for value in STORY.values() if isinstance(value, str)}
    allowed |= {source.citation for source in parts.edition.sources.values()}
    allowed |= {"Elm", "Dana Example", "A reason.", form.reference, old.reference}

    assert [unmarked(page, allowed) for page in pages] == [[], [], []]
