"""What is asked when a patient arrives, and who learns what from it."""


import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from screening.records import daychecks, submissions
from screening.records.staff import Role
from screening.records.submissions import Submission
from screening.web.parts import Parts
from tests import reading
from tests.web.conftest import Clock, Form
from tests.web.pseudo import texts
from tests.web.staff_clinic import SYSTEM, at_work, decide, handed_in, record_of, trail
from tests.web.stories import ASHA

NOTHING_NEW: dict[str, object] = {
    "day_fever": "no",
    "day_changes": "no",
    "abs_intoxicated": "no",
    "day_eaten": "yes",
    "day_tired": "no",
    "pre_cannot_position": "no",
    "pre_cannot_keep_still": "no",
    "pre_after_plans": ["none"],
}
LOOK = "Practitioner: please look before the visit"


def calm(parts: Parts) -> Submission:
    """Asha's form, which holds nothing."""
    return handed_in(parts, {**ASHA, "full_name": "Asha Example"})


def checks(browser: FlaskClient, form: Submission, **today: object) -> TestResponse:
    """Ask the questions of the arrival check and press record."""
    address = f"/staff/arrival/{form.id}"
    hidden = Form(browser.get(address).text).hidden
    return browser.post(address, data={**hidden, **NOTHING_NEW, **today})


def told(browser: FlaskClient, form: Submission, **today: object) -> str:
    answer = checks(browser, form, **today)
    assert answer.status_code == 303, answer.text
    return browser.get(answer.headers["Location"]).text


def test_the_desk_finds_who_comes_today_by_name_and_reference(app: Flask, parts: Parts) -> None:
    form = calm(parts)
    page = at_work(app, parts, Role.FRONT_DESK).get("/staff/arrival").text

    assert "Asha Example" in page
    assert form.reference in page
    assert "Not checked yet" in page


def test_a_patient_with_nothing_new_is_recorded_and_no_more_is_said(app: Flask, parts: Parts) -> None:
    desk = at_work(app, parts, Role.FRONT_DESK)
    page = told(desk, calm(parts))

    assert "Recorded" in page
    assert LOOK not in page
    assert "Checked, " in desk.get("/staff/arrival").text


def test_a_patient_with_a_fever_today_sends_the_desk_to_the_practitioner_without_a_reason(
    app: Flask, parts: Parts
) -> None:
    form, desk = calm(parts), at_work(app, parts, Role.FRONT_DESK)
    page = told(desk, form, day_fever="yes")
    said = " ".join(texts(page) + texts(desk.get("/staff/arrival").text)).lower()

    assert LOOK in page
    for reason in ("fever", "illness", "hold", "needle", "alcohol"):
        assert reason not in said, reason


@pytest.mark.parametrize("answer", ["yes", "unsure"])
def test_a_patient_who_drank_or_cannot_say_calls_for_a_look(app: Flask, parts: Parts, answer: str) -> None:
    assert LOOK in told(at_work(app, parts, Role.FRONT_DESK), calm(parts), abs_intoxicated=answer)


def test_an_answer_left_out_is_asked_for_and_nothing_is_kept(app: Flask, parts: Parts) -> None:
    form, desk = calm(parts), at_work(app, parts, Role.FRONT_DESK)
    answer = checks(desk, form, day_fever="")

    assert answer.status_code == 422
    assert "Choose an answer to “Do you have a fever or feel ill today?”" in answer.text
    assert Form(answer.text).checked["day_eaten"] == ["yes"]
    assert not trail(parts, "day-checked")


def test_the_form_itself_stays_as_it_was_handed_in(app: Flask, parts: Parts) -> None:
    form = calm(parts)
    told(at_work(app, parts, Role.FRONT_DESK), form, day_fever="yes")
    with parts.sessions() as db:
        assert submissions.get(db, SYSTEM, form.id, "test", parts.now()) == form
        kept = daychecks.latest(db, form.id)

    assert kept is not None
    assert kept.answers["day_fever"] == "yes"
    assert "abs-acute-illness" in {flag.id for flag in kept.assessment.flags}


def test_whoever_gave_no_day_leaves_the_list_after_a_month(app: Flask, parts: Parts, moment: Clock) -> None:
    form, listed = calm(parts), "/staff/arrival"
    assert form.reference in at_work(app, parts, Role.FRONT_DESK).get(listed).text

    moment.forward(days=31)
    assert form.reference not in at_work(app, parts, Role.PRACTITIONER).get(listed).text


# --- what the practitioner sees ----------------------------------------------------------------


def test_the_practitioner_sees_whose_arrival_check_brought_a_hold_until_they_decide(
    app: Flask, parts: Parts, moment: Clock
) -> None:
    form, doctor = calm(parts), at_work(app, parts, Role.PRACTITIONER)
    decide(doctor, form, "go-ahead")
    moment.forward(days=40)
    doctor = at_work(app, parts, Role.CLINICIAN)
    told(doctor, form, day_fever="yes")
    assert "Arrival check: new hold" in doctor.get("/staff").text

    moment.forward(minutes=1)
    decide(doctor, form, "postpone", "Fever today")
    assert "Arrival check: new hold" not in doctor.get("/staff").text


def test_the_record_shows_what_the_arrival_check_made_new_and_what_was_said(app: Flask, parts: Parts) -> None:
    form, doctor = calm(parts), at_work(app, parts, Role.PRACTITIONER, "Priya Example")
    assert "Arrival check: " not in doctor.get(record_of(form)).text
    told(doctor, form, abs_intoxicated="yes")
    page = doctor.get(record_of(form)).text

    assert "New at the arrival check: Alcohol or drugs today" in page
    assert "Asked by Priya Example" in page
    assert 'id="arrival-abs-intoxicated"' in page
    assert "Do you have a fever or feel ill today?" in page


def test_the_record_says_when_the_arrival_check_made_nothing_new(app: Flask, parts: Parts) -> None:
    form, doctor = calm(parts), at_work(app, parts, Role.PRACTITIONER)
    told(doctor, form)

    assert "No flag is new because of the arrival check." in doctor.get(record_of(form)).text


@pytest.mark.slow
def test_the_printed_summary_shows_the_new_hold_on_page_1(app: Flask, parts: Parts) -> None:
    form, doctor = calm(parts), at_work(app, parts, Role.PRACTITIONER)
    told(doctor, form, abs_intoxicated="yes")
    pages = reading.pages(doctor.get(f"{record_of(form)}/summary.pdf").data)

    assert "New at the arrival check: Alcohol or drugs today" in pages[0]
    assert "New because of the arrival check: 1" in " ".join(pages)


# --- who may not -------------------------------------------------------------------------------


def test_an_administrator_does_not_check_anybody_in(app: Flask, parts: Parts) -> None:
    form = calm(parts)
    administrator = at_work(app, parts, Role.ADMINISTRATOR)

    assert administrator.get("/staff/arrival").status_code == 403
    assert administrator.get(f"/staff/arrival/{form.id}").status_code == 403


def test_a_form_that_is_not_there_cannot_be_checked(app: Flask, parts: Parts) -> None:
    desk = at_work(app, parts, Role.FRONT_DESK)
    nobody = "00000000-0000-4000-8000-000000000000"

    assert desk.get(f"/staff/arrival/{nobody}").status_code == 404
    assert desk.get(f"/staff/arrival/{nobody}/done").status_code == 404
    assert desk.get(record_of(calm(parts))).status_code == 403
