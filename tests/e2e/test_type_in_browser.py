"""Typing in a paper form in a real browser: one key per answer, and nothing lost without scripts."""

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page

from screening.records.staff import Role
from screening.web.cookies import STAFF
from screening.web.parts import Parts
from tests.web.staff_clinic import at_work


def at_the_desk(app: Flask, parts: Parts, context: BrowserContext, live: str) -> Page:
    """The first page of a paper form that somebody at the desk has begun to type in."""
    cookie = at_work(app, parts, Role.FRONT_DESK).get_cookie(STAFF)
    assert cookie is not None
    context.add_cookies([{"name": STAFF, "value": cookie.value, "url": live}])
    page = context.new_page()
    page.goto("/staff/type-in")
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/1")
    return page


def test_every_no_is_one_key_past_its_details_and_enter_saves(
    app: Flask, parts: Parts, desktop: BrowserContext, live: str
) -> None:
    page = at_the_desk(app, parts, desktop, live)
    page.goto(page.url.removesuffix("1") + "2")
    asked = page.locator("[data-question]:not(.app-type-in--inner)").count() - 1
    for _ in range(asked):
        page.keyboard.press("n")
    assert page.locator("input:checked[value=no]").count() == asked

    page.keyboard.press("Enter")
    page.wait_for_url("**/3")


def test_enter_leaves_a_question_that_the_paper_left_blank(
    app: Flask, parts: Parts, desktop: BrowserContext, live: str
) -> None:
    page = at_the_desk(app, parts, desktop, live)
    page.goto(page.url.removesuffix("1") + "2")
    page.keyboard.press("Enter")
    page.keyboard.press("u")

    questions = page.locator("[data-question]")
    assert questions.nth(0).locator("input:checked").count() == 0
    assert questions.nth(1).locator("input:checked").get_attribute("value") == "unsure"


@pytest.mark.slow
def test_a_place_on_the_body_is_found_by_its_letter_and_ticked_with_the_space_bar(
    app: Flask, parts: Parts, desktop: BrowserContext, live: str
) -> None:
    page = at_the_desk(app, parts, desktop, live)
    page.goto(page.url.removesuffix("1") + "5")
    for key in ("b", "Tab", "Space"):
        page.keyboard.press(key)

    assert page.locator("input:checked").get_attribute("value") == "reg-neck-back:right"


def test_a_paper_form_is_typed_in_without_scripts_too(
    app: Flask, parts: Parts, without_scripts: BrowserContext, live: str
) -> None:
    page = at_the_desk(app, parts, without_scripts, live)
    page.get_by_label("1.5 Full name").fill("Asha Example")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/2")

    assert page.get_by_text("Asha Example").is_visible()
