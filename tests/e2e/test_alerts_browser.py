"""A practitioner's list by keyboard alone: to a part of it, to what is urgent, and to taking it on."""

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, expect

from rules.model import Level, Urgency
from screening.records.staff import Role
from screening.web.cookies import STAFF
from screening.web.parts import Parts
from tests.web.staff_clinic import at_work, concluded, handed_in

from .test_desk_browser import presses

pytestmark = pytest.mark.browser


def test_an_urgent_form_is_found_and_taken_on_by_keyboard(
    app: Flask, parts: Parts, live: str, desktop: BrowserContext
) -> None:
    handed_in(parts, {"full_name": "Bo Example"}, concluded(Level.DECIDE))
    handed_in(parts, None, concluded(Level.URGENT, Urgency.EMERGENCY))
    held = at_work(app, parts, Role.PRACTITIONER).get_cookie(STAFF)
    assert held is not None
    desktop.add_cookies([{"name": STAFF, "value": held.value, "url": live}])
    page = desktop.new_page()
    page.goto("/staff")

    presses(page, "Not decided yet: everybody else")
    assert page.evaluate("document.activeElement.id") == "others"
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Bo Example")).to_be_focused()

    page.get_by_role("link", name="See who it is").press("Enter")
    presses(page, "I am dealing with this")
    page.wait_for_url("**/staff/record/*")
    expect(page.get_by_role("heading", name="Asha Example")).to_be_visible()
    expect(page.get_by_role("link", name="See who it is")).to_have_count(0)
