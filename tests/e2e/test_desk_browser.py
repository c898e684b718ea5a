"""The desk's morning in a real browser, by keyboard, up to a patient on a telephone without scripts."""

import re

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from screening.records.staff import Role
from screening.web.cookies import STAFF
from screening.web.parts import Parts
from tests.web.staff_clinic import at_work

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(app: Flask, parts: Parts, live: str, desktop: BrowserContext) -> Page:
    """The front desk, signed in, at its board."""
    held = at_work(app, parts, Role.FRONT_DESK).get_cookie(STAFF)
    assert held is not None
    desktop.add_cookies([{"name": STAFF, "value": held.value, "url": live}])
    page = desktop.new_page()
    page.goto("/staff")
    return page


def presses(page: Page, words: str) -> int:
    """Reach a link or button by keyboard, past the head of the page, and press it; how many keys it took."""
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    for keys in range(3, 40):
        page.keyboard.press("Tab")
        if re.match(words, page.evaluate("document.activeElement.innerText")):
            page.keyboard.press("Enter")
            return keys + 1
    raise AssertionError(f"the keyboard does not reach {words}")


@pytest.mark.slow
def test_a_list_is_imported_and_a_patient_invited_who_begins_on_a_telephone_without_scripts(
    parts: Parts, desk: Page, without_scripts: BrowserContext
) -> None:
    day = parts.today()
    rows = "".join(
        f"{day:%d/%m/%Y};{8 + n // 3}:{n % 3 * 20:02};Patient {n} Example;15/3/1988\n" for n in range(30)
    )
    assert presses(desk, "Import a list") <= 8
    desk.set_input_files(
        "#list", {"name": "l.csv", "mimeType": "text/csv", "buffer": b"Date;Time;Name;DOB\n" + rows.encode()}
    )
    desk.get_by_role("button", name="Read the list").press("Enter")
    expect(desk.get_by_text("30 of 30 rows can be imported.")).to_be_visible()
    assert presses(desk, "Import 30") <= 5
    expect(desk.get_by_text("New: 30")).to_be_visible()

    desk.goto("/staff/board")
    assert presses(desk, "Invite") <= 9
    text = desk.get_by_label("Text for a message").input_value()
    link = re.search(r"/i/[\w-]{43}$", text)
    assert link is not None

    phone = without_scripts.new_page()
    phone.goto(link[0])
    expect(phone).to_have_url(re.compile(r"/invited$"))
    for year in ("1999", "1988"):
        for box, typed in (("Day", "15"), ("Month", "3"), ("Year", year)):
            phone.get_by_label(box).fill(typed)
        phone.get_by_role("button", name="Continue").click()
    expect(phone).to_have_url(re.compile(r"/form/1$"))
    assert "/i/" not in phone.evaluate("document.referrer")

    desk.goto("/staff/board")
    expect(desk.get_by_role("row").nth(1)).to_contain_text("Started")
