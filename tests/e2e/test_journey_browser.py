"""A patient, and then a practitioner, in a real browser."""

import re
import secrets
from collections.abc import Mapping

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from screening.records import staff
from screening.records.audit import Actor
from screening.records.staff import Role
from screening.web.cookies import PATIENT
from screening.web.parts import Parts
from tests import reading
from tests.web.conftest import Patient
from tests.web.stories import ASHA

from .conftest import Arrives, answered
from .filling import ticks

pytestmark = pytest.mark.browser

PASSWORD = "a-long-quiet-sentence-77"


_BOXES = """boxes => boxes.map((box, place) =>
    ({place, kind: box.type, name: box.name, value: box.value, checked: box.checked}))"""


def _fills_in(page: Page, story: Mapping[str, object]) -> None:
    """Answer every question on the page, as the story goes."""
    boxes, wanted = page.locator("main input, main textarea"), []
    for box in boxes.evaluate_all(_BOXES):
        name = box["name"]
        question = re.sub(r"-(day|month|year|unknown)$", "", name)
        answer = story.get(question)
        if answer is None or name.endswith("-unknown"):
            continue
        if box["kind"] in ("radio", "checkbox"):
            said = answer if isinstance(answer, list) else [str(answer)]
            if box["value"] in said and not box["checked"]:
                wanted.append(box["place"])
        elif box["kind"] in ("text", "textarea"):
            part = name.removeprefix(question).lstrip("-")
            pieces = dict(zip(("year", "month", "day"), str(answer).split("-"), strict=False))
            boxes.nth(box["place"]).fill(pieces[part] if part else str(answer))
    ticks(page, boxes, wanted)


def _presses(page: Page, button: str) -> None:
    """Press a button and wait for the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile(button)).click()


def _goes_on(page: Page, story: Mapping[str, object], until: str) -> None:
    """Page after page, until the address is `until`."""
    for _ in range(60):
        if page.url.endswith(until):
            return
        _fills_in(page, story)
        _presses(page, "Save and continue")
        assert not page.title().startswith("Error:"), page.locator(".nhsuk-error-summary").inner_text()
    raise AssertionError(f"never reached {until}")


def _watch(page: Page, live: str) -> list[str]:
    """What a careful browser complains of: other hosts, refused content, script errors."""
    seen: list[str] = []
    page.on("request", lambda r: None if r.url.startswith((live, "data:")) else seen.append(r.url))
    page.on("console", lambda m: seen.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: seen.append(str(error)))
    return seen


def _signs_in(app: Flask, parts: Parts, page: Page) -> None:
    """A practitioner makes an account with a one-time code and signs in."""
    code = secrets.token_urlsafe(16)
    with parts.sessions() as db:
        staff.create_code(db, ACTOR, code, Role.PRACTITIONER, parts.now())
        staff.redeem_code(db, code, "Dr Invented", "dr-invented", PASSWORD, parts.now())
    page.goto("/staff/sign-in")
    page.get_by_label("Sign-in name").fill("dr-invented")
    page.get_by_label("Password").fill(PASSWORD)
    _presses(page, "Sign in")


ACTOR = Actor("system", "test")


@pytest.mark.slow
def test_a_patient_with_low_back_pain_goes_from_start_to_done_on_a_phone(
    phone: BrowserContext, live: str
) -> None:
    page = phone.new_page()
    complaints = _watch(page, live)
    page.goto("/")
    _presses(page, "Start now")
    _goes_on(page, ASHA, "/check")
    _fills_in(page, ASHA)
    _presses(page, "Send to the clinic")

    expect(page.get_by_role("heading", name="Your answers have been sent")).to_be_visible()
    expect(page.get_by_text("Your reference:")).to_be_visible()
    assert complaints == []


@pytest.mark.slow
def test_the_whole_form_works_without_any_script(without_scripts: BrowserContext) -> None:
    page = without_scripts.new_page()
    page.goto("/")
    _presses(page, "Start now")
    _goes_on(page, ASHA, "/check")
    _fills_in(page, ASHA)
    _presses(page, "Send to the clinic")

    expect(page.get_by_text("Your reference:")).to_be_visible()


@pytest.mark.slow
def test_saddle_numbness_stops_the_form_at_that_moment_and_the_number_can_be_tapped(
    phone: BrowserContext, arrives: Arrives, parts: Parts
) -> None:
    story = {**ASHA, "rf_ces_saddle": "yes"}
    page = arrives(phone, story, "/form/2")
    _goes_on(page, story, "/urgent")

    heading = page.get_by_role("heading", name="Get help now")
    expect(heading).to_be_in_viewport()
    call = page.get_by_role("link", name="Call 112")
    expect(call).to_have_attribute("href", "tel:112")
    expect(call).to_be_in_viewport()
    _presses(page, "I have read this")
    _goes_on(page, story, "/form/4")
    # The pages from here to the check are those of everybody, and two others walk through them.
    (token,) = (one["value"] for one in phone.cookies() if one["name"] == PATIENT)
    answered(parts, token, story)
    page.goto("/form/16")
    _goes_on(page, story, "/check")


def test_an_error_is_focused_named_in_the_title_and_leads_to_its_field(phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto("/")
    _presses(page, "Start now")
    page.get_by_label("Full name").fill("Asha Invented")
    _presses(page, "Save and continue")

    assert page.title().startswith("Error: ")
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="Fill in “Phone number today”").click()
    expect(page.get_by_label("Phone number today")).to_be_focused()
    expect(page.get_by_label("Full name")).to_have_value("Asha Invented")


@pytest.mark.slow
def test_a_practitioner_reads_both_patients_and_the_pdf_holds_the_flags_with_reasons_and_sources(
    app: Flask, parts: Parts, desktop: BrowserContext
) -> None:
    for story in (ASHA, {**ASHA, "full_name": "Bela Invented", "rf_ces_saddle": "yes"}):
        assert Patient(app.test_client(), story).goes_to_the_end().status_code == 200
    desk = desktop.new_page()
    _signs_in(app, parts, desk)
    names = desk.locator("a", has_text="Invented").all_inner_texts()
    assert names[0].startswith("Bela Invented")
    desk.get_by_role("link", name=re.compile("Asha Invented")).first.click()
    expect(desk.get_by_text("NO FLAGS RAISED BY THE FORM").first).to_be_visible()
    desk.go_back()
    desk.get_by_role("link", name=re.compile("Bela Invented")).first.click()
    expect(desk.get_by_text("URGENT REFERRAL").first).to_be_visible()
    expect(desk.get_by_text("Numb between the legs: possible cauda equina").first).to_be_visible()
    answer = desk.request.get(desk.url.split("?")[0] + "/summary.pdf")
    words = reading.words(answer.body())

    assert "URGENT REFERRAL" in words
    assert "Numb between the legs: possible cauda equina" in words
    assert "New numb or tingly feeling between your legs" in words
    assert "S-CES-CARD" in words
    assert "Cauda equina warning signs card items" in words


@pytest.mark.slow
def test_a_practitioner_records_a_decision_that_stays(
    app: Flask, parts: Parts, desktop: BrowserContext
) -> None:
    assert Patient(app.test_client(), ASHA).goes_to_the_end().status_code == 200
    desk = desktop.new_page()
    _signs_in(app, parts, desk)
    desk.get_by_role("link", name=re.compile("Asha Invented")).first.click()
    desk.get_by_label("Adapt").check(force=True)
    desk.get_by_label(re.compile("Note|reason", re.IGNORECASE)).first.fill("Lying down, few needles")
    _presses(desk, "Record|Save")

    expect(desk.get_by_text("Lying down, few needles").first).to_be_visible()
    expect(desk.get_by_text("Dr Invented").first).to_be_visible()
