"""The supervising clinician's pages: the edition in use, its sign-off list, its pages, a trial run."""

import re
import secrets
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from rules.load import digest_of
from rules.model import Edition
from screening.documents import render
from screening.records import editions, signin, signoff, signoff_list, staff, submissions
from screening.records.audit import Actor
from screening.records.staff import Role
from screening.records.submissions import Submission
from screening.web import replaying
from screening.web.cookies import STAFF
from screening.web.parts import Parts
from tests.rules.broken import RULES, with_changes

from .conftest import Clock, Form
from .pseudo import unmarked
from .staff_clinic import PASSWORD, SYSTEM, at_work, handed_in, record_of, send, trail

LIST = "/staff/edition/sign-off"
NOTE = "Accepted as it is, with the pharmacist."


def registered(app: Flask, parts: Parts, name: str = "Priya Example") -> FlaskClient:
    """The browser of a supervising clinician whose account has a registration."""
    token, code = secrets.token_urlsafe(32), secrets.token_hex()
    with parts.sessions() as db:
        staff.create_code(db, SYSTEM, code, Role.CLINICIAN, parts.now())
        staff.redeem_code(db, code, name, "priya", PASSWORD, parts.now(), "PT 12345")
        signin.sign_in(db, "priya", PASSWORD, token, parts.now())
    browser = app.test_client()
    browser.set_cookie(STAFF, token)
    return browser


@pytest.fixture
def clinician(app: Flask, parts: Parts) -> FlaskClient:
    return registered(app, parts)


def items(edition: Edition) -> list[str]:
    return [note.id for note in edition.notes["sign_off"]]


def tick(browser: FlaskClient, item: str, note: str = NOTE) -> TestResponse:
    return send(browser, f"{LIST}/{item}", LIST, **{f"{item}-note": note})


def ticks_all(parts: Parts) -> None:
    """Every item gone through, by whoever is the supervising clinician."""
    with parts.sessions() as db:
        (who,) = [person for person in staff.everyone(db) if person.role is Role.CLINICIAN]
        for item in items(parts.edition):
            signoff_list.tick(db, Actor("staff", who.id), parts.edition.digest, item, NOTE, parts.now())


def sign(browser: FlaskClient, parts: Parts, beginning: str = "", password: str = PASSWORD) -> TestResponse:
    typed = {"sign-beginning": beginning or parts.edition.digest[:8], "sign-password": password}
    return send(browser, LIST, LIST, **typed)


def signed(parts: Parts) -> list[signoff.SignOff]:
    with parts.sessions() as db:
        return list(signoff.every(db))


# --- the edition in use ------------------------------------------------------------------------


def test_the_page_names_the_edition_its_identity_and_that_nobody_signed_it(app: Flask, parts: Parts) -> None:
    for role in (Role.PRACTITIONER, Role.ADMINISTRATOR, Role.CLINICIAN):
        page = at_work(app, parts, role).get("/staff/edition").text
        assert parts.edition.name in page
        assert parts.edition.digest in page
        assert "Draft rules, not signed off" in page
        assert "Gone through on the sign-off list: 0 of 15." in page


def test_only_the_supervising_clinician_goes_through_the_list_signs_and_makes_a_trial_run(
    app: Flask, parts: Parts
) -> None:
    for role in (Role.PRACTITIONER, Role.ADMINISTRATOR, Role.FRONT_DESK):
        browser = at_work(app, parts, role)
        for address in (LIST, "/staff/edition/trial"):
            assert 403 == browser.get(address).status_code, (role, address)
        if role is not Role.FRONT_DESK:
            assert LIST not in browser.get("/staff/edition").text
            for refused in (LIST, f"{LIST}/sign-1", "/staff/edition/trial"):
                assert 403 == send(browser, refused, "/staff/edition").status_code
    assert [] == signed(parts)


def test_the_front_desk_does_not_see_the_edition(app: Flask, parts: Parts) -> None:
    browser = at_work(app, parts, Role.FRONT_DESK)
    for address in ("", "/judgement", "/pages", "/pages/1", "/rule-sheet.pdf"):
        assert 403 == browser.get(f"/staff/edition{address}").status_code, address


def test_every_rule_that_rests_on_judgement_is_listed_with_its_advice(
    clinician: FlaskClient, parts: Parts
) -> None:
    page = unescape(clinician.get("/staff/edition/judgement").text)
    judged = [rule for rule in parts.edition.rules if "S-JUDGE" in rule.sources]
    others = [rule for rule in parts.edition.rules if "S-JUDGE" not in rule.sources]
    assert len(judged) == page.count('class="app-judged"') > 0
    assert [] == [rule.id for rule in judged if f">{rule.id}<" not in page or rule.advice not in page]
    assert [] == [rule.id for rule in others if f">{rule.id}<" in page]


def test_the_rule_sheet_is_offered_as_paper(
    clinician: FlaskClient, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []

    def quick(child: object, html: str, **how: object) -> bytes:
        drawn.append(html)
        return b"%PDF-paper"

    monkeypatch.setattr(render, "render", quick)
    answer = clinician.get("/staff/edition/rule-sheet.pdf")
    assert ("application/pdf", b"%PDF-paper") == (answer.mimetype, answer.data)
    assert parts.edition.digest in drawn[0]


def test_a_rule_sheet_that_cannot_be_drawn_is_said_calmly(
    clinician: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: object, **how: object) -> bytes:
        raise render.CouldNotRender("canary")

    monkeypatch.setattr(render, "render", broken)
    answer = clinician.get("/staff/edition/rule-sheet.pdf")
    assert 503 == answer.status_code
    assert "canary" not in answer.text


# --- the list and the sign-off -----------------------------------------------------------------


def test_an_item_gone_through_shows_the_note_by_whom_and_when(clinician: FlaskClient, parts: Parts) -> None:
    answer = tick(clinician, "sign-5")
    assert (303, f"{LIST}#sign-5") == (answer.status_code, answer.headers["Location"])
    page = clinician.get(LIST).text
    assert "Gone through by Priya Example, 22 November 2026, 14:30" in page
    assert NOTE in page
    assert "Gone through: 1 of 15." in page


def test_an_item_without_a_note_stays_open_and_the_page_says_what_is_missing(
    clinician: FlaskClient, parts: Parts
) -> None:
    answer = tick(clinician, "sign-5", " ")
    assert 422 == answer.status_code
    assert 'href="#sign-5-note"' in answer.text
    assert 1 == answer.text.count('<details class="nhsuk-details" open>')
    assert "Gone through: 0 of 15." in answer.text


def test_a_note_that_is_too_long_comes_back_as_it_was_typed(clinician: FlaskClient) -> None:
    answer = tick(clinician, "sign-5", "long " * 1000)
    assert 422 == answer.status_code
    assert "long long long" in answer.text


def test_an_item_that_is_not_on_the_list_is_not_there(clinician: FlaskClient) -> None:
    assert 404 == tick(clinician, "sign-99").status_code


def test_nobody_signs_before_every_item_is_gone_through(clinician: FlaskClient, parts: Parts) -> None:
    for item in items(parts.edition)[:-1]:
        tick(clinician, item)
    assert 'name="sign-password"' not in clinician.get(LIST).text
    answer = sign(clinician, parts)
    assert 409 == answer.status_code
    assert "Go through every item first. Still open: 1." in answer.text
    assert [] == signed(parts)


def test_the_edition_is_signed_by_name_and_registration_and_no_page_calls_it_a_draft(
    clinician: FlaskClient, parts: Parts
) -> None:
    ticks_all(parts)
    assert "Draft rules, not signed off." in clinician.get("/staff/edition").text
    answer = sign(clinician, parts)
    assert (303, "/staff/edition") == (answer.status_code, answer.headers["Location"])
    (made,) = signed(parts)
    expected = (parts.edition.digest, "Priya Example", "PT 12345", parts.today())
    assert expected == (made.edition_digest, made.name, made.registration, made.signed_on)
    page = clinician.get("/staff/edition").text
    assert "signed off by Priya Example, PT 12345, on 22 November 2026" in page
    assert "Draft rules" not in page
    assert [parts.edition.digest] == [line.object_id for line in trail(parts, "edition-signed-off")]


def test_a_second_sign_off_is_added_and_the_first_is_shown_as_earlier(
    clinician: FlaskClient, parts: Parts
) -> None:
    ticks_all(parts)
    for _ in range(2):
        assert 303 == sign(clinician, parts).status_code
    assert 2 == len(signed(parts))
    earlier = clinician.get("/staff/edition").text.partition("Earlier sign-offs")[2]
    assert f"<strong>{parts.edition.name}</strong>" in earlier


def test_the_wrong_beginning_of_the_identity_or_the_wrong_password_signs_nothing(
    clinician: FlaskClient, parts: Parts, moment: Clock
) -> None:
    ticks_all(parts)
    wrong = sign(clinician, parts, beginning="00000000")
    assert (422, True) == (wrong.status_code, 'href="#sign-beginning"' in wrong.text)
    assert 'value="00000000"' in wrong.text
    refused = sign(clinician, parts, password="not my password at all")
    assert (429, "1") == (refused.status_code, refused.headers["Retry-After"])
    assert "This is not your password. Try again in 1 second." in refused.text
    assert "not my password" not in refused.text
    assert [] == signed(parts)


def test_an_account_without_a_registration_signs_nothing(app: Flask, parts: Parts) -> None:
    browser = at_work(app, parts, Role.CLINICIAN)
    ticks_all(parts)
    answer = sign(browser, parts)
    assert 409 == answer.status_code
    assert "Your account has no registration." in answer.text
    assert [] == signed(parts)


# --- the preview -------------------------------------------------------------------------------


def test_every_question_of_every_page_is_shown_with_its_id_and_nothing_can_be_sent(
    clinician: FlaskClient, parts: Parts
) -> None:
    for wanted in parts.edition.pages:
        page = clinician.get(f"/staff/edition/pages/{wanted.number}").text
        main = page.partition("<main")[2].partition("</main>")[0]
        assert [] == [q.id for q in wanted.questions if f"<code>{q.id}</code>" not in main]
        assert [] == [q.id for q in wanted.questions if q.text not in unescape(main)]
        assert "<form" not in main
        assert 'type="submit"' not in main
    assert 404 == clinician.get("/staff/edition/pages/99").status_code


def test_a_previewed_question_is_drawn_as_the_patient_meets_it(
    clinician: FlaskClient, client: FlaskClient
) -> None:
    started = client.post("/start", data=Form(client.get("/").text).hidden)
    patient = client.get(started.headers["Location"]).text
    preview = clinician.get("/staff/edition/pages/1").text
    drawn = re.findall(
        r'<fieldset class="app-preview__question" disabled>(.*?)</fieldset>\s*<div class="app-prev',
        preview,
        re.S,
    )
    met = " ".join(patient.split())
    found = [question for question in drawn if " ".join(question.split()) in met]
    groups = r'<div class="nhsuk-form-group"> <(?:fieldset|label class="nhsuk-label nhsuk-label--s")'
    assert len(re.findall(groups, met)) == len(found) > 3


def test_a_question_that_waits_for_another_says_for_which_and_what_it_decides_about(
    clinician: FlaskClient, parts: Parts
) -> None:
    page = unescape(clinician.get("/staff/edition/pages/4").text)
    small = page.partition("<code>rf_shingles</code>")[2].partition("</div>")[0]
    assert "when the answer to “Rash, blisters" in small
    assert "Decides about:</b> rf-shingles" in small


def test_the_contents_name_every_page_and_the_papers(clinician: FlaskClient, parts: Parts) -> None:
    page = unescape(clinician.get("/staff/edition/pages").text)
    assert [] == [p.title for p in parts.edition.pages if p.title not in page]
    assert "/staff/edition/rule-sheet.pdf" in page
    assert "/staff/print/blank-a4.pdf" in page


# --- the trial run -----------------------------------------------------------------------------

BEFORE = 'title = "Fainted with needles or blood before"\nlevel = "practitioner-decision"'
AFTER = 'title = "Fainted before: hold"\nlevel = "do-not-needle-until-reviewed"'
STRICTER = with_changes((RULES, BEFORE, AFTER))


def keeps(parts: Parts, files: dict[str, str], name: str = "2026-12-01-stricter") -> str:
    digest = digest_of(files)
    with parts.sessions() as db:
        editions.keep(db, name, digest, files, parts.now())
    return digest


def tries(browser: FlaskClient, digest: str) -> TestResponse:
    return send(browser, "/staff/edition/trial", edition=digest)


def everything(parts: Parts) -> list[Submission | None]:
    with parts.sessions() as db:
        listed = submissions.listing(db, SYSTEM, parts.now())
        return [submissions.get(db, SYSTEM, line.id, "test", parts.now()) for line in listed]


CALM = {"rf_cardiac": "no", "takes_medicines": "no", "medicines_list": "", "pre_antiplatelet": "no"}


def test_exactly_the_patients_whose_result_would_change_are_listed(
    clinician: FlaskClient, parts: Parts
) -> None:
    faints = handed_in(parts, {**CALM, "full_name": "Fay Faints", "pre_fainting": "yes"})
    handed_in(parts, {**CALM, "full_name": "Carl Calm", "pre_fainting": "no"})
    unsure = handed_in(parts, {**CALM, "full_name": "Una Unsure", "pre_fainting": "unsure"})
    page = tries(clinician, keeps(parts, STRICTER)).text
    assert {record_of(faints), record_of(unsure)} == set(re.findall(r'href="(/staff/record/[^"]+)"', page))
    assert "Carl Calm" not in page
    assert "A trial run, changes nothing" in page
    assert faints.reference in page
    assert "<dd>3</dd>" in page
    assert "<dd>2</dd>" in page
    assert "Fainted before: hold: DO NOT NEEDLE UNTIL REVIEWED" in page


def test_each_form_is_run_on_the_day_it_was_handed_in(
    clinician: FlaskClient, app: Flask, parts: Parts, moment: Clock
) -> None:
    handed_in(parts, {"date_of_birth": "2008-11-23", "last_needling": "never"})
    moment.forward(days=400)
    browser = at_work(app, parts, Role.CLINICIAN)
    assert "No result would change." in tries(browser, parts.edition.digest).text


def test_a_trial_run_leaves_every_record_as_it_was_and_says_why_it_opened_them(
    clinician: FlaskClient, parts: Parts
) -> None:
    for answer in ("yes", "no"):
        handed_in(parts, {**CALM, "pre_fainting": answer})
    before = everything(parts)
    digest = keeps(parts, STRICTER)
    tries(clinician, digest)
    assert before == everything(parts)
    (line,) = trail(parts, "edition-replayed")
    assert (digest, {"count": 2, "why": "trial-run"}) == (line.object_id, line.detail)


def test_only_the_newest_forms_are_run_and_the_page_says_how_many_were_not(
    clinician: FlaskClient, parts: Parts, moment: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Olga Older", "Nina Newer"):
        handed_in(parts, {**CALM, "full_name": name, "pre_fainting": "yes"})
        moment.forward(minutes=1)
    monkeypatch.setattr(replaying, "MOST", 1)
    page = tries(clinician, keeps(parts, STRICTER)).text
    assert ("Nina Newer" in page, "Olga Older" in page) == (True, False)
    assert "Older forms that were not run: 1." in page


def test_the_editions_offered_are_those_installed_and_those_kept(
    clinician: FlaskClient, parts: Parts
) -> None:
    kept = keeps(parts, STRICTER)
    page = clinician.get("/staff/edition/trial").text
    assert {kept, parts.edition.digest} == set(re.findall(r'type="radio" value="(\w+)"', page))
    assert f"identity {parts.edition.digest[:8]}: in use now" in page


def test_nothing_chosen_an_edition_nobody_has_and_one_with_faults_are_refused(
    clinician: FlaskClient, parts: Parts
) -> None:
    broken = keeps(parts, with_changes((RULES, '"S-PHYSIOMAN"', '"S-NOBODY"')), "broken")
    for digest in ("", "f" * 64, broken):
        answer = tries(clinician, digest)
        assert (422, True) == (answer.status_code, 'href="#edition"' in answer.text), digest
    assert [] == trail(parts, "edition-replayed")


def test_a_flag_the_other_edition_no_longer_raises_is_named_as_it_was(
    clinician: FlaskClient, parts: Parts
) -> None:
    rule = parts.edition.rule["pre-fainting"]
    handed_in(parts, {**CALM, "pre_fainting": "yes"})
    dropped = with_changes((RULES, '{ when = "pre_fainting = yes" },', '{ when = "rf_lump = yes" },'))
    page = tries(clinician, keeps(parts, dropped)).text
    assert rule.title in page.partition(">Gone<")[2]


# --- in which words ----------------------------------------------------------------------------


def test_every_word_of_the_clinicians_pages_and_the_figures_can_be_translated(
    spoken: Parts, spoken_app: Flask
) -> None:
    app, parts = spoken_app, spoken
    submission = handed_in(parts, {**CALM, "full_name": "Fay Faints", "pre_fainting": "yes"})
    browser = registered(app, parts)
    tick(browser, "sign-1")
    pages = [
        browser.get(f"/staff/edition{address}").text for address in ("", "/sign-off", "/pages", "/trial")
    ]
    pages.append(tries(browser, keeps(parts, STRICTER)).text)
    pages.append(browser.get("/staff/figures").text)
    allowed = {
        "Elm",
        "Fay Faints",
        "Priya Example",
        "PT 12345",
        NOTE,
        submission.reference,
        parts.edition.name,
    }
    allowed |= {parts.edition.digest, parts.edition.digest[:8], digest_of(STRICTER)[:8]}
    allowed |= {"2026-12-01-stricter"}
    assert [[] for _ in pages] == [unmarked(page, allowed) for page in pages]
