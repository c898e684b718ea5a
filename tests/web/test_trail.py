"""The audit trail on a page: who may read it, in which words, what is left out, and the file it becomes."""

import csv
import re
from io import StringIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import screening
from screening.records import audit, responses, signin
from screening.records.audit import Actor, Line
from screening.records.staff import Role
from screening.records.trail import Named
from screening.web import trail as trail_pages
from screening.web.parts import Parts
from screening.web.trail_words import _LISTED, _OPENED, _SEARCHED, CLINICAL, SENTENCES, sentence

from .conftest import Clock
from .pseudo import unmarked
from .staff_clinic import SYSTEM, at_work, handed_in, hired, record_of, send, stopped, trail

TRAIL = "/staff/trail"


@pytest.fixture
def administrator(app: Flask, parts: Parts) -> FlaskClient:
    return at_work(app, parts, Role.ADMINISTRATOR, "Mira Example")


@pytest.fixture
def clinician(app: Flask, parts: Parts) -> FlaskClient:
    return at_work(app, parts, Role.CLINICIAN, "Dr Chandra")


def rows(html: str) -> list[tuple[str, str]]:
    """Each line on the page: what happened, and the action as it is kept."""
    line = r"app-worklist__plain\"><span[^>]*>[^<]*</span>([^<]*)</td>.*?app-reference\">([^<]+)<"
    cells = re.findall(line, html, re.DOTALL)
    return [(words.strip(), action) for words, action in cells]


def reviewed(app: Flask, parts: Parts) -> str:
    """A form that Dr Rao has opened; its reference."""
    submission = handed_in(parts)
    at_work(app, parts, Role.PRACTITIONER, "Dr Rao").get(record_of(submission))
    return submission.reference


# --- who -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.PRACTITIONER])
def test_the_trail_is_read_by_those_who_answer_for_it(app: Flask, parts: Parts, role: Role) -> None:
    browser = at_work(app, parts, role)

    assert 403 == browser.get(TRAIL).status_code
    assert 403 == send(browser, TRAIL, "/staff/print").status_code
    assert 403 == send(browser, f"{TRAIL}/check", "/staff/print").status_code


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.ADMINISTRATOR])
def test_who_opened_a_record_is_told_to_those_who_may_open_it(app: Flask, parts: Parts, role: Role) -> None:
    submission = handed_in(parts)

    assert 403 == at_work(app, parts, role).get(f"{record_of(submission)}/opened").status_code


# --- in plain words ------------------------------------------------------------------------------


def test_a_line_reads_as_somebody_at_the_clinic_would_say_it(
    app: Flask, parts: Parts, administrator: FlaskClient
) -> None:
    reference = reviewed(app, parts)

    found = rows(administrator.get(TRAIL).text)

    assert (f"Dr Rao opened form {reference} to review it", "submission-opened") in found
    assert (f"The patient handed in form {reference}", "submitted") in found
    assert ("Mira Example signed in", "signed-in") in found
    assert "22 November 2026, 14:30" in administrator.get(TRAIL).text


def test_every_action_of_the_software_has_a_sentence() -> None:
    folder = Path(screening.__file__).parent
    written = re.compile(r'\b(?:append|note)\(\s*\w+,\s*[\w.]+(?:\([^)]*\))?,\s*"([a-z]+(?:-[a-z]+)*)"')
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py")))

    actions = set(written.findall(source)) - {"listed", "searched"}

    assert {"submitted", "page-saved", "settings-changed", "print-fetched"} <= actions
    assert set() == actions - set(SENTENCES)


def test_an_action_that_is_not_known_here_is_shown_as_it_is(parts: Parts, app: Flask) -> None:
    line = Line(1, parts.now(), SYSTEM, "moon-landed", "moon", "1", {})

    with app.test_request_context():
        assert "The software: moon-landed, something" == sentence(Named(line, "", "", ""), clinical=True)


# --- what is left out ----------------------------------------------------------------------------


def test_an_administrator_is_not_told_who_met_the_emergency_page(
    parts: Parts, administrator: FlaskClient, clinician: FlaskClient
) -> None:
    stopped(parts, {"full_name": "Asha Example"}, "rf-cardiac")

    assert "interrupt-shown" in clinician.get(TRAIL).text
    for page in (administrator.get(TRAIL).text, send(administrator, TRAIL, record="").text):
        assert not [action for _, action in rows(page) if action.startswith(CLINICAL)]
        assert "emergency page" not in page
    assert 422 == send(administrator, TRAIL, action="interrupt-shown").status_code


def test_no_answer_flag_or_decision_is_on_any_page_of_the_trail(
    app: Flask, parts: Parts, administrator: FlaskClient, clinician: FlaskClient
) -> None:
    submission = handed_in(parts)
    practitioner = at_work(app, parts, Role.PRACTITIONER, "Dr Rao")
    told = {"decision": "adapt", "note": "canary note"}
    send(practitioner, f"{record_of(submission)}/decision", record_of(submission), **told)

    pages = [browser.get(TRAIL).text for browser in (administrator, clinician)]
    pages += [practitioner.get(f"{record_of(submission)}/opened").text]
    pages += [send(administrator, TRAIL, do="save").text]

    for page in pages:
        for secret in ("Asha", "Acitrom", "canary", "adapt", "rf-cardiac", "urgent-referral"):
            assert secret not in page
    assert "wrote down a decision about" in pages[0]


# --- searching -----------------------------------------------------------------------------------


def test_a_search_by_reference_shows_that_record_and_no_other(
    app: Flask, parts: Parts, administrator: FlaskClient
) -> None:
    handed_in(parts)
    reference = reviewed(app, parts)

    found = rows(send(administrator, TRAIL, record=reference.lower(), action="submission-opened").text)

    assert [(f"Dr Rao opened form {reference} to review it", "submission-opened")] == found


def test_a_search_by_person_and_day_shows_what_they_did_then(
    app: Flask, parts: Parts, administrator: FlaskClient, moment: Clock
) -> None:
    person = hired(parts, Role.FRONT_DESK, "Bina Example")
    moment.forward(days=1)
    with parts.sessions() as db:
        signin.confirm(db, person.sign_in_name, "four plain words together", parts.now())

    browser = at_work(administrator.application, parts, Role.CLINICIAN)
    second = {"first_day": "23/11/2026", "last_day": "23.11.2026"}
    found = rows(send(browser, TRAIL, who=f"staff:{person.id}", **second).text)

    assert [("Bina Example typed the password again", "password-confirmed")] == found


def test_each_search_is_on_the_trail_with_how_much_it_showed(
    parts: Parts, administrator: FlaskClient
) -> None:
    send(administrator, TRAIL, kind="edition")

    assert {"count": 1} == trail(parts, "trail-searched")[-1].detail


def test_pages_of_a_hundred_follow_one_another(parts: Parts, administrator: FlaskClient) -> None:
    with parts.sessions() as db:
        for _ in range(150):
            audit.note(db, SYSTEM, "backup-made", ("backup", "copy"), parts.now())

    first = send(administrator, TRAIL, kind="backup").text
    older = re.search(r'name="before" value="(\d+)"', first)
    assert older is not None
    rest = send(administrator, TRAIL, kind="backup", before=older[1]).text

    assert (100, 50) == (len(rows(first)), len(rows(rest)))
    assert 'name="before"' not in rest


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"first_day": "31/2/2026"}, "Enter a real date"),
        ({"first_day": "23/11/2026", "last_day": "22/11/2026"}, "The last day is before the first one"),
        ({"who": "staff:somebody"}, "Choose one of these"),
        ({"record": "x" * 201}, "This holds 200 characters"),
    ],
)
def test_what_cannot_be_searched_is_told_and_kept_on_the_page(
    administrator: FlaskClient, typed: dict[str, str], told: str
) -> None:
    refused = send(administrator, TRAIL, **typed)

    assert 422 == refused.status_code
    assert 2 == refused.text.count(told)
    kept = [text for name, text in typed.items() if name != "who"]
    assert [] == [text for text in kept if f'value="{text}"' not in refused.text]


# --- the file ------------------------------------------------------------------------------------


def test_a_file_holds_the_lines_found_and_no_formula(app: Flask, parts: Parts) -> None:
    browser = at_work(app, parts, Role.ADMINISTRATOR, '=HYPERLINK("http://x.example")')

    saved = send(browser, TRAIL, action="signed-in", do="save")

    assert "attachment; filename=audit-trail-2026-11-22.csv" == saved.headers["Content-Disposition"]
    [heads, line] = csv.reader(StringIO(saved.data.decode("utf-8-sig")))
    assert [] == [cell for cell in line if cell.startswith("=")]
    assert "signed-in" == line[heads.index("action")]
    assert 1 == len(trail(parts, "trail-exported"))


def test_a_file_that_would_be_cut_short_is_refused(
    administrator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail_pages, "MOST_SAVED", 2)

    refused = send(administrator, TRAIL, do="save")

    assert 422 == refused.status_code
    assert "These are more than 2 lines" in refused.text


# --- one record, and the whole -------------------------------------------------------------------


def test_a_record_tells_who_opened_it(app: Flask, parts: Parts) -> None:
    submission = handed_in(parts)
    browser = at_work(app, parts, Role.PRACTITIONER, "Dr Rao")
    shown = browser.get(record_of(submission)).text
    assert f"{record_of(submission)}/opened" in shown

    found = rows(browser.get(f"{record_of(submission)}/opened").text)

    assert [(f"Dr Rao opened form {submission.reference} to review it", "submission-opened")] == found


def test_a_record_that_does_not_exist_was_opened_by_nobody(app: Flask, parts: Parts) -> None:
    browser = at_work(app, parts, Role.PRACTITIONER)

    assert 404 == browser.get("/staff/record/00000000-0000-4000-8000-000000000000/opened").status_code


def test_the_check_says_that_the_trail_holds_or_where_it_breaks(
    parts: Parts, administrator: FlaskClient
) -> None:
    holds = send(administrator, f"{TRAIL}/check", TRAIL).text
    assert "The trail holds:" in holds
    assert 1 == len(trail(parts, "trail-checked"))

    with parts.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_refuses_update")
        connection.exec_driver_sql("UPDATE audit SET actor_id = 'nobody' WHERE seq = 2")

    assert "The trail breaks at line 2." in send(administrator, f"{TRAIL}/check", TRAIL).text


# --- words ---------------------------------------------------------------------------------------


def test_no_sentence_of_the_trail_is_hard_coded(spoken: Parts, spoken_app: Flask) -> None:
    app = spoken_app
    administrator = at_work(app, spoken, Role.ADMINISTRATOR, "Mira")
    practitioner = at_work(app, spoken, Role.PRACTITIONER, "Dr Rao")
    submission = handed_in(spoken)
    practitioner.get(record_of(submission))
    with spoken.sessions() as db:
        form = responses.open_response(db, spoken.edition.digest, "token", spoken.now())
        for action in SENTENCES:
            for kind in ("response", "staff", "moon"):
                audit.note(db, Actor("anonymous", "kiosk"), action, (kind, form.id), spoken.now())
        for kind in {*_LISTED, *_SEARCHED}:
            audit.note(db, SYSTEM, "listed", (kind, "x"), spoken.now())
            audit.note(db, SYSTEM, "searched", (kind, "x"), spoken.now())
        for why in _OPENED:
            audit.note(db, SYSTEM, "submission-opened", ("submission", submission.id), spoken.now(), why=why)
    allowed = ("Elm", "Mira", "Dr Rao", submission.reference, *SENTENCES, "listed", "searched")
    pages = [administrator.get(TRAIL).text, send(administrator, TRAIL, first_day="x").text]
    pages += [send(administrator, f"{TRAIL}/check", TRAIL).text]
    pages += [practitioner.get(f"{record_of(submission)}/opened").text]
    before = re.search(r'name="before" value="(\d+)"', pages[0])
    assert before is not None
    pages.append(send(administrator, TRAIL, before=before[1]).text)

    assert [[]] * len(pages) == [unmarked(page, allowed) for page in pages]
