"""Requests about data: finding what is a person's, handing it out, erasing it; what was kept long enough."""

import io
import json
import re
import secrets
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from screening.documents.render import CouldNotRender
from screening.records import appointments, erasing, invitations, responses, submissions
from screening.records.appointments import Booking
from screening.records.staff import Role
from screening.records.submissions import Submission
from screening.web.cookies import PATIENT
from screening.web.parts import Parts
from tests import reading

from .conftest import Clock
from .pseudo import unmarked
from .staff_clinic import PASSWORD, SYSTEM, at_work, decide, handed_in, record_of, send, trail

FIND, EXPORT = "/staff/person", "/staff/person/export"
ASK, ERASE, DONE = "/staff/person/erasure", "/staff/person/erase", "/staff/person/erased"
KEPT = "/staff/retention"
ASHA = {"full_name": "Asha Example", "date_of_birth": "15/3/1970"}
BORN = date(1970, 3, 15)
SECRET = {"medicines_list": "kanarienvogel tablets"}

Boxes = Mapping[str, Sequence[str]]


@pytest.fixture
def administrator(app: Flask, parts: Parts) -> FlaskClient:
    return at_work(app, parts, Role.ADMINISTRATOR, "Admin Example")


@pytest.fixture
def clinician(app: Flask, parts: Parts) -> FlaskClient:
    return at_work(app, parts, Role.CLINICIAN, "Clara Example")


@pytest.fixture
def form(parts: Parts) -> Submission:
    return handed_in(parts, SECRET)


def left_half_way(parts: Parts) -> str:
    answers = {"full_name": "Asha Example", "date_of_birth": "1970-03-15", **SECRET}
    with parts.sessions() as db:
        opened = responses.open_response(db, parts.edition.digest, secrets.token_hex(), parts.now())
        responses.save_page(db, opened.id, "about", answers, 0, {}, parts.now())
    return opened.id


def booked(parts: Parts) -> str:
    booking = Booking(parts.now(), "Asha Example", BORN, "555 0142", "asha@example.org", "Dana")
    with parts.sessions() as db:
        return appointments.add(db, SYSTEM, secrets.token_hex(), booking, parts.now()).id


def post(browser: FlaskClient, address: str, **typed: object) -> TestResponse:
    """Send a form, with the token of the page where one searches."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(FIND).text)
    assert token is not None
    return browser.post(address, data={"csrf_token": token[1], **typed})


def yes(why: str = "asked-by-the-person", word: str = "ERASE", password: str = PASSWORD) -> dict[str, str]:
    return {"yes-why": why, "yes-word": word, "yes-password": password}


def found_in(page: str) -> list[str]:
    """The boxes of a page that can be ticked, and none of which is ticked."""
    return re.findall(r'type="checkbox" value="([^"]+)">', page)


# --- who may -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "may_find", "may_export", "may_purge"),
    [
        (Role.FRONT_DESK, False, False, False),
        (Role.PRACTITIONER, False, False, False),
        (Role.ADMINISTRATOR, True, False, True),
        (Role.CLINICIAN, True, True, False),
    ],
)
def test_who_may_find_export_and_purge(
    app: Flask, parts: Parts, role: Role, may_find: bool, may_export: bool, may_purge: bool
) -> None:
    browser = at_work(app, parts, role)
    token = {
        "csrf_token": re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/staff/print").text)[
            0
        ]
    }

    finding = [browser.get(FIND), browser.get(DONE)]
    finding += [browser.post(address, data=token) for address in (FIND, ASK, ERASE)]
    exporting = [browser.post(EXPORT, data=token)]
    purging = [browser.get(KEPT), browser.get(f"{KEPT}/done"), browser.post(KEPT, data=token)]

    for may, answers in ((may_find, finding), (may_export, exporting), (may_purge, purging)):
        assert [may] * len(answers) == [answer.status_code != 403 for answer in answers]
    led_to = browser.get("/staff/print").text + browser.get("/staff/more").text
    assert may_find == ("Requests about data" in led_to)


def test_the_administrator_is_offered_no_download_and_the_clinician_no_purge(
    administrator: FlaskClient, app: Flask, parts: Parts, form: Submission
) -> None:
    clinician = at_work(app, parts, Role.CLINICIAN)
    theirs = [post(browser, FIND, reference=form.reference).text for browser in (administrator, clinician)]

    assert [False, True] == ["Download everything ticked" in page for page in theirs]
    assert [True, False] == [f'href="{KEPT}"' in page for page in theirs]


# --- finding -----------------------------------------------------------------------------------


def test_a_search_lists_what_may_be_theirs_and_ticks_nothing(
    administrator: FlaskClient, parts: Parts, form: Submission
) -> None:
    half, visit = left_half_way(parts), booked(parts)
    handed_in(parts, {"full_name": "Ben Example", "date_of_birth": "1980-01-01"})
    answer = post(administrator, FIND, **ASHA)

    assert 200 == answer.status_code
    assert [form.id, half, visit] == found_in(answer.text)
    assert f"{form.reference}" in answer.text
    assert "Asha Example · born 15 March 1970" in answer.text


def test_the_administrator_sees_no_answer_and_no_flag(
    administrator: FlaskClient, parts: Parts, form: Submission
) -> None:
    left_half_way(parts)
    pages = [post(administrator, FIND, **ASHA).text, post(administrator, ASK, forms=form.id).text]

    rules = {parts.edition.rule[flag.id].title for flag in form.assessment.flags}
    assert rules
    for word in {"kanarienvogel", "+1 555 0142", parts.edition.words[form.assessment.outcome]} | rules:
        assert [False, False] == [word in page for page in pages], word


def test_what_was_searched_for_stands_in_no_address_and_no_audit_line(
    administrator: FlaskClient, parts: Parts, form: Submission
) -> None:
    answer = post(administrator, FIND, **ASHA)

    assert FIND == answer.request.path
    assert b"" == answer.request.query_string
    assert [{"count": 1}] == [line.detail for line in trail(parts, "searched")]


@pytest.mark.parametrize(
    ("typed", "fault", "field"),
    [
        ({}, "Enter a reference, or a name and a date of birth", "reference"),
        ({"full_name": "Asha"}, "Enter the date of birth that goes with this name", "date_of_birth"),
        ({"date_of_birth": "15/3/1970"}, "Enter the name that goes with this date of birth", "full_name"),
        ({"full_name": "Asha", "date_of_birth": "31/2/1970"}, "Enter a real date", "date_of_birth"),
    ],
)
def test_a_search_that_cannot_be_made_says_why_beside_the_field_and_keeps_what_was_typed(
    administrator: FlaskClient, typed: dict[str, str], fault: str, field: str
) -> None:
    answer = post(administrator, FIND, **typed)

    assert 422 == answer.status_code
    assert 2 == answer.text.count(fault)
    assert f'href="#{field}"' in answer.text
    assert all(f'value="{one}"' in answer.text for one in typed.values())


def test_nothing_ticked_brings_the_list_back_with_a_fault(
    administrator: FlaskClient, form: Submission
) -> None:
    answer = post(administrator, ASK, **ASHA)

    assert 422 == answer.status_code
    assert "Tick what belongs to this person" in answer.text
    assert [form.id] == found_in(answer.text)


# --- handing out -------------------------------------------------------------------------------


def files(browser: FlaskClient, **ticked: object) -> dict[str, bytes]:
    """The files of a download."""
    answer = post(browser, EXPORT, **ticked)
    assert (200, "application/zip") == (answer.status_code, answer.mimetype)
    assert "attachment; filename=personal-data.zip" == answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.slow
def test_the_file_holds_the_record_both_papers_and_a_page_in_plain_words(
    clinician: FlaskClient, form: Submission
) -> None:
    handed, folder = files(clinician, forms=form.id), f"forms/{form.reference}"

    assert ["README.txt", "record.json", f"{folder}/answers.pdf", f"{folder}/summary.pdf"] == list(handed)
    for name in ("answers.pdf", "summary.pdf"):
        assert form.reference in reading.words(handed[f"{folder}/{name}"])
    assert "not protected by a password" in handed["README.txt"].decode()
    assert files(clinician, forms=form.id)[f"{folder}/summary.pdf"] == handed[f"{folder}/summary.pdf"]


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Papers take seconds to draw, and are looked at above."""
    monkeypatch.setattr("screening.web.person_export._papers", lambda kept, sent: {})


def record(browser: FlaskClient, **ticked: object) -> Any:
    return json.loads(files(browser, **ticked)["record.json"])


def test_the_record_says_every_question_with_its_answer_raw_and_in_words(
    clinician: FlaskClient, parts: Parts, form: Submission, undrawn: None
) -> None:
    (handed,) = record(clinician, forms=form.id)["forms"]
    said = {row["id"]: row for row in handed["answers"]}

    assert form.reference == handed["reference"]
    assert {"name": parts.edition.name, "digest": parts.edition.digest} == handed["edition"]
    assert ("yes", "Yes") == (said["rf_cardiac"]["answer"], said["rf_cardiac"]["in_words"])
    assert parts.edition.questions["rf_cardiac"].text == said["rf_cardiac"]["question"]
    assert set(form.answers) <= set(said)


def test_a_form_left_half_way_is_in_the_record_with_what_was_answered(
    clinician: FlaskClient, parts: Parts
) -> None:
    (half,) = record(clinician, unfinished=left_half_way(parts))["forms"]
    given = {row["id"]: row["answer"] for row in half["answers"]}

    assert (None, None) == (half["reference"], half["conclusion"])
    assert "kanarienvogel tablets" == given["medicines_list"]


def test_the_record_names_each_flag_by_its_title(
    clinician: FlaskClient, parts: Parts, form: Submission, undrawn: None
) -> None:
    (handed,) = record(clinician, forms=form.id)["forms"]
    titles = [parts.edition.rule[flag.id].title for flag in form.assessment.flags]

    assert titles == [flag["title"] for flag in handed["conclusion"]["flags"]]
    assert set(titles) == set(handed["flag_titles"].values())


def test_the_record_says_who_opened_it_by_role_and_never_by_name(
    clinician: FlaskClient, form: Submission, undrawn: None
) -> None:
    clinician.get(record_of(form))
    whole = record(clinician, forms=form.id)
    opened = [line for line in whole["forms"][0]["trail"] if line["did"] == "submission-opened"]

    assert [("clinician", "review")] == [(line["by"], line["why"]) for line in opened]
    assert "Clara Example" not in json.dumps(whole)


def test_an_appointment_is_in_the_record_with_its_form_and_its_messages(
    clinician: FlaskClient, parts: Parts, form: Submission, undrawn: None
) -> None:
    visit = booked(parts)
    with parts.sessions() as db:
        appointments.link(db, SYSTEM, visit, form.response_id, parts.now())
        invitations.invite(db, SYSTEM, visit, "a secret link", parts.now())
    (kept,) = record(clinician, appointments=visit)["appointments"]

    assert ("Asha Example", form.response_id) == (
        kept["values"]["patient_name"],
        kept["values"]["response_id"],
    )
    assert ["appointment-added", "appointment-linked", "invited"] == [line["did"] for line in kept["trail"]]
    assert "token" not in kept["kept"]["invitation"][0]


def test_what_a_practitioner_decided_is_in_the_record_under_their_name(
    clinician: FlaskClient, app: Flask, parts: Parts, form: Submission, undrawn: None
) -> None:
    decide(at_work(app, parts, Role.PRACTITIONER, "Dana Example"), form, "adapt", "Shallow only")
    (handed,) = record(clinician, forms=form.id)["forms"]

    (review,) = handed["kept"]["review"]
    assert ("Dana Example", "adapt", "Shallow only") == (
        review["staff"],
        review["decision"],
        review["note"],
    )


def test_handing_out_is_audited_with_a_count_and_each_form_as_opened(
    clinician: FlaskClient, parts: Parts, form: Submission, undrawn: None
) -> None:
    files(clinician, forms=form.id, unfinished=left_half_way(parts), appointments=booked(parts))

    assert [{"count": 3}] == [line.detail for line in trail(parts, "person-exported")]
    assert [(form.id, "export")] == [
        (line.object_id, line.detail["why"])
        for line in trail(parts, "submission-opened")
        if line.detail["why"] == "export"
    ]


def test_a_paper_that_cannot_be_drawn_hands_out_nothing(
    clinician: FlaskClient, form: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(*given: object) -> bytes:
        raise CouldNotRender("no fonts")

    monkeypatch.setattr("screening.web.person_export.summary_of", cannot)
    answer = post(clinician, EXPORT, forms=form.id)

    assert (503, "text/html") == (answer.status_code, answer.mimetype)
    assert "half of it is not handed out" in answer.text


def test_what_is_not_there_any_more_is_not_half_handed_out(clinician: FlaskClient, form: Submission) -> None:
    gone = "00000000-0000-4000-8000-000000000000"
    answer = post(clinician, EXPORT, forms=[form.id, gone])

    assert 409 == answer.status_code
    assert "Nothing was done" in answer.text


# --- erasing -----------------------------------------------------------------------------------


def still_there(parts: Parts, form: Submission) -> bool:
    with parts.sessions() as db:
        return submissions.get(db, SYSTEM, form.id, "test", parts.now()) is not None


def test_before_anything_is_erased_a_page_says_what_would_go(
    administrator: FlaskClient, parts: Parts, form: Submission
) -> None:
    answer = post(
        administrator, ASK, forms=form.id, unfinished=left_half_way(parts), appointments=booked(parts)
    )

    assert 200 == answer.status_code
    assert form.reference in answer.text
    assert "Backups made before now still hold" in answer.text
    assert still_there(parts, form)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.CLINICIAN])
def test_with_a_reason_the_word_and_the_password_it_is_erased(
    app: Flask, parts: Parts, form: Submission, role: Role
) -> None:
    browser = at_work(app, parts, role)
    answer = post(browser, ERASE, forms=form.id, appointments=booked(parts), **yes())

    assert (303, f"{DONE}?forms=1&unfinished=0&appointments=1") == (
        answer.status_code,
        answer.headers["Location"],
    )
    assert not still_there(parts, form)
    assert "Backups made before now still hold" in browser.get(answer.headers["Location"]).text
    assert ["asked-by-the-person"] == [line.detail["why"] for line in trail(parts, "form-erased")]


def test_the_reference_in_place_of_the_word_says_yes_too(
    administrator: FlaskClient, parts: Parts, form: Submission
) -> None:
    assert 303 == post(administrator, ERASE, forms=form.id, **yes(word=form.reference.lower())).status_code


@pytest.mark.parametrize(
    ("typed", "fault", "field"),
    [
        (yes(why=""), "Choose why this is erased", "yes-why"),
        (yes(word=""), "You have not typed ERASE", "yes-word"),
        (yes(word="K7F-3QX"), "This is not ERASE. Nothing was erased", "yes-word"),
        (yes(password=""), "Enter your password", "yes-password"),
    ],
)
def test_without_a_reason_the_word_or_a_password_nothing_is_erased(
    administrator: FlaskClient, parts: Parts, form: Submission, typed: dict[str, str], fault: str, field: str
) -> None:
    answer = post(administrator, ERASE, forms=form.id, **typed)

    assert 422 == answer.status_code
    assert fault in answer.text
    assert f'href="#{field}"' in answer.text
    assert f'name="forms" value="{form.id}"' in answer.text
    assert PASSWORD not in answer.text
    assert still_there(parts, form)


def test_with_a_wrong_password_nothing_is_erased_and_guessing_costs_time(
    administrator: FlaskClient, parts: Parts, form: Submission
) -> None:
    answer = post(administrator, ERASE, forms=form.id, **yes(password="not my password at all"))

    assert (429, "1") == (answer.status_code, answer.headers["Retry-After"])
    assert "This is not your password" in answer.text
    assert still_there(parts, form)


def test_what_a_colleague_erased_a_moment_ago_is_not_erased_twice(
    administrator: FlaskClient, parts: Parts, form: Submission
) -> None:
    ticked = {"forms": form.id}
    assert [303, 409, 409] == [
        post(administrator, address, **ticked, **yes()).status_code for address in (ERASE, ERASE, ASK)
    ]


def test_nothing_chosen_and_invented_ids_erase_nothing(administrator: FlaskClient, parts: Parts) -> None:
    assert 400 == post(administrator, ERASE, forms="' OR 1=1", **yes()).status_code


def test_whoever_opens_an_erased_form_reads_that_it_was_erased_and_why(
    administrator: FlaskClient, app: Flask, parts: Parts, form: Submission
) -> None:
    post(administrator, ERASE, forms=form.id, **yes(why="entered-by-mistake"))
    practitioner = at_work(app, parts, Role.PRACTITIONER)

    for address in (record_of(form), f"{record_of(form)}/summary.pdf"):
        answer = practitioner.get(address)
        assert 410 == answer.status_code
        assert f"Form {form.reference} was erased on 22 November 2026" in answer.text
        assert "It was entered by mistake" in answer.text
        assert "Asha" not in answer.text
    assert f"Form {form.reference} was erased" in post(administrator, FIND, reference=form.reference).text


def test_the_patients_own_browser_opens_nothing_after_their_form_was_erased(
    administrator: FlaskClient, parts: Parts, app: Flask
) -> None:
    token, browser = secrets.token_urlsafe(32), app.test_client()
    with parts.sessions() as db:
        opened = responses.open_response(db, parts.edition.digest, token, parts.now())
    browser.set_cookie(PATIENT, token)
    assert "/" != browser.get("/form").headers["Location"]
    post(administrator, ERASE, unfinished=opened.id, **yes())

    assert "/" == browser.get("/form").headers["Location"]


# --- kept long enough --------------------------------------------------------------------------


def seen(browser: FlaskClient) -> str:
    found = re.search(r'name="yes-seen"[^>]*value="([^"]+)"', browser.get(KEPT).text)
    assert found is not None
    return found[1]


def test_nothing_is_due_today_and_the_page_says_so(administrator: FlaskClient, form: Submission) -> None:
    assert "Nothing is due today" in administrator.get(KEPT).text


def test_what_is_due_is_shown_first_and_removed_only_when_confirmed(
    app: Flask, parts: Parts, moment: Clock, form: Submission
) -> None:
    moment.forward(days=8 * 365 + 3)
    browser = at_work(app, parts, Role.ADMINISTRATOR)
    shown = browser.get(KEPT).text
    assert form.reference in shown
    assert "Asha" not in shown
    assert still_there(parts, form)

    answer = send(
        browser,
        KEPT,
        KEPT,
        **{k: v for k, v in yes().items() if k != "yes-why"},
        **{"yes-seen": seen(browser)},
    )

    assert (303, f"{KEPT}/done?count=1") == (answer.status_code, answer.headers["Location"])
    assert "Removed: 1" in browser.get(answer.headers["Location"]).text
    with parts.sessions() as db:
        stone = erasing.tombstone_of(db, form.id)
    assert stone is not None
    assert erasing.Why.KEPT is stone.why


def test_a_purge_needs_the_word_the_password_and_the_list_that_was_read(
    app: Flask, parts: Parts, moment: Clock, form: Submission
) -> None:
    moment.forward(days=8 * 365 + 3)
    browser = at_work(app, parts, Role.ADMINISTRATOR)
    said = {"yes-seen": seen(browser), **{k: v for k, v in yes().items() if k != "yes-why"}}
    tries = (
        {**said, "yes-word": ""},
        {**said, "yes-password": "not my password at all"},
        {**said, "yes-seen": "another list"},
        {**said, "yes-seen": ""},
    )
    codes = []
    for typed in tries:
        codes.append(send(browser, KEPT, KEPT, **typed).status_code)
        moment.forward(seconds=2)

    assert [422, 429, 409, 409] == codes
    assert still_there(parts, form)


# --- every sentence ----------------------------------------------------------------------------


def test_every_sentence_of_these_pages_can_be_translated(
    spoken: Parts, spoken_app: Flask, moment: Clock
) -> None:
    app, parts = spoken_app, spoken
    form = handed_in(parts)
    moment.forward(days=8 * 365 + 3)
    newer, visit, half = handed_in(parts), booked(parts), left_half_way(parts)
    clinician = at_work(app, parts, Role.CLINICIAN, "Clara Example")
    administrator = at_work(app, parts, Role.ADMINISTRATOR, "Admin Example")
    ticked = {"forms": newer.id, "unfinished": half, "appointments": visit}
    shown = (
        post(clinician, FIND, full_name="Asha Example", date_of_birth="15/3/1970"),
        post(administrator, FIND),
        administrator.get(KEPT),
        administrator.post(KEPT),
        post(administrator, KEPT, **yes()),
        administrator.get(f"{KEPT}/done"),
        post(administrator, ASK, **ticked),
        post(administrator, ERASE, **ticked, **yes(why="")),
        administrator.get(post(administrator, ERASE, **ticked, **yes()).headers["Location"]),
        clinician.get(record_of(newer)),
        post(administrator, FIND, reference=newer.reference),
        post(administrator, ERASE, **ticked, **yes()),
    )
    allowed = ["Asha Example", "Clara Example", "Admin Example", "Elm", "ERASE"]
    allowed += [form.reference, newer.reference]

    assert [] == [(a.request.path, text) for a in shown for text in unmarked(a.text, allowed)]
