"""The body chart in a real browser: it ticks the boxes of the list, and nobody needs it."""

from collections.abc import Mapping

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Page, Request, expect

from screening.documents.bodychart import shapes
from screening.records import responses
from screening.records.responses import Response
from screening.web.cookies import PATIENT
from screening.web.parts import Parts
from tests.e2e.conftest import Arrives
from tests.web.stories import ASHA

pytestmark = pytest.mark.browser

CHART = "/form/5"
SEVERAL: Mapping[str, object] = {
    **ASHA,
    "pain_regions": ["reg-calf:left", "reg-calf:right", "reg-sole:right"],
    "main_region": "reg-calf:left",
}
FIGURES = [("front", "Front"), ("back", "Back"), ("soles", "Soles")]
THUMB = 24  # CSS px


def _ticked(page: Page) -> list[str]:
    return page.eval_on_selector_all("[name=pain_regions]:checked", "boxes => boxes.map(box => box.value)")


def _shape(page: Page, token: str, figure: str) -> Locator:
    return page.locator(f'.app-chart__figure[data-figure={figure}] [data-token="{token}"]')


def _button(page: Page, name: str) -> Locator:
    return page.locator(".app-chart").get_by_role("button", name=name, exact=True)


def _box(page: Page, place: str, side: str) -> Locator:
    return page.get_by_role("checkbox", name=f"{place}: {side}", exact=True)


def _hatched(page: Page) -> set[tuple[str, str]]:
    """The shapes filled with a pattern that exists: (figure, token)."""
    return {
        (figure, token)
        for figure, token in page.eval_on_selector_all(
            "[data-token]",
            """shapes => shapes
                .filter(shape => shape.hasAttribute("fill"))
                .filter(shape => document.querySelector(shape.getAttribute("fill").slice(4, -1)))
                .map(shape => [shape.closest("[data-figure]").dataset.figure, shape.dataset.token])""",
        )
    }


def _again(arrives: Arrives, context: BrowserContext) -> Page:
    """Someone who saved the chart with several places and comes back to it."""
    page = arrives(context, SEVERAL, "/form/6")
    page.goto(CHART)
    return page


# --- the picture ticks the list ----------------------------------------------------------------


def test_a_finger_on_the_left_calf_ticks_the_left_calf_and_nothing_else(
    phone: BrowserContext, arrives: Arrives
) -> None:
    page = arrives(phone, ASHA, CHART)
    _button(page, "Back").tap()
    _shape(page, "reg-calf:left", "back").tap()

    assert ["reg-calf:left"] == _ticked(page)
    assert {("back", "reg-calf:left")} == _hatched(page)
    expect(page.get_by_role("status")).to_have_text("Marked: Calf, left")
    expect(page.get_by_role("status")).to_be_in_viewport()


def test_a_second_tap_takes_the_mark_away_and_says_so(phone: BrowserContext, arrives: Arrives) -> None:
    page = arrives(phone, ASHA, CHART)
    for _ in range(2):
        _shape(page, "reg-shin:right", "front").tap()

    assert [] == _ticked(page)
    assert set() == _hatched(page)
    expect(page.get_by_role("status")).to_have_text("No longer marked: Shin, right")


def test_a_mouse_over_a_place_shows_its_name_before_anything_is_pressed(
    desktop: BrowserContext, arrives: Arrives
) -> None:
    page = arrives(desktop, ASHA, CHART)
    _shape(page, "reg-shin:left", "front").hover()

    expect(page.locator(".app-chart__pointed")).to_have_text("Shin, left")
    assert [] == _ticked(page)


def test_what_is_tapped_on_the_picture_is_what_the_clinic_receives(
    phone: BrowserContext, arrives: Arrives, app: Flask, parts: Parts
) -> None:
    page = arrives(phone, ASHA, CHART)
    _button(page, "Back").tap()
    _shape(page, "reg-calf:left", "back").tap()
    _button(page, "Soles").tap()
    _shape(page, "reg-sole:right", "soles").tap()
    page.get_by_role("button", name="Save and continue").tap()
    page.wait_for_url("**/form/5#more")

    assert ["reg-calf:left", "reg-sole:right"] == _saved(phone, parts)["pain_regions"]


def _saved(context: BrowserContext, parts: Parts) -> Mapping[str, object]:
    token = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == PATIENT)
    with parts.sessions() as db:
        found = responses.find_by_token(db, token, parts.now())
        assert isinstance(found, Response)
        return responses.answers_of(db, found.id).answers


@pytest.mark.slow
@pytest.mark.parametrize(("figure", "tab"), FIGURES)
def test_a_fingertip_marks_and_clears_the_place_under_it_and_no_neighbour(
    phone: BrowserContext, arrives: Arrives, figure: str, tab: str
) -> None:
    page = arrives(phone, ASHA, CHART)
    page.emulate_media(reduced_motion="reduce")
    _button(page, tab).tap()
    expected: list[list[str]] = [[]]
    seen: list[list[str]] = []
    for shape in shapes(figure):
        for after in ([shape.token], []):
            x, y, ticked = _on_screen(page, figure, shape.label_xy)
            seen.append(ticked)
            page.touchscreen.tap(x, y)
            expected.append(after)
    seen.append(_ticked(page))

    assert expected == seen


def _on_screen(page: Page, figure: str, point: tuple[float, float]) -> tuple[float, float, list[str]]:
    """Where a point of the drawing is on the screen, once it is well inside it, and what is ticked now."""
    x, y, ticked = page.evaluate(
        """([figure, x, y]) => {
            const drawing = document.querySelector(`.app-chart__figure[data-figure=${figure}] svg`);
            const place = () => new DOMPoint(x, y).matrixTransform(drawing.getScreenCTM());
            if (Math.abs(place().y / innerHeight - 0.5) > 0.25) scrollBy(0, place().y - innerHeight / 2);
            const ticked = [...document.querySelectorAll("[name=pain_regions]:checked")];
            return [place().x, place().y, ticked.map(box => box.value)];
        }""",
        [figure, *point],
    )
    return x, y, ticked


@pytest.mark.slow
@pytest.mark.parametrize(("figure", "tab"), FIGURES)
def test_every_place_is_as_large_as_a_fingertip_in_some_view(
    phone: BrowserContext, arrives: Arrives, figure: str, tab: str
) -> None:
    page = arrives(phone, ASHA, CHART)
    _button(page, tab).tap()
    largest: dict[str, float] = {}
    for look in page.locator(f".app-chart__looks[data-figure={figure}] button").all():
        if look.is_visible():
            look.tap()
        for token, size in page.eval_on_selector_all(
            f".app-chart__figure[data-figure={figure}] [data-token]",
            """shapes => shapes.map(shape => {
                const whole = shape.ownerSVGElement.getBoundingClientRect();
                const part = shape.getBoundingClientRect();
                const width = Math.min(part.right, whole.right) - Math.max(part.left, whole.left);
                const height = Math.min(part.bottom, whole.bottom) - Math.max(part.top, whole.top);
                return [shape.dataset.token, Math.min(width, height)];
            })""",
        ):
            largest[token] = max(size, largest.get(token, 0))

    assert {} == {token: size for token, size in largest.items() if size < THUMB}


def test_an_enlarged_part_is_tapped_as_the_whole_is(phone: BrowserContext, arrives: Arrives) -> None:
    page = arrives(phone, ASHA, CHART)
    _button(page, "Head").tap()
    _shape(page, "reg-eye-area:left", "front").tap()

    assert ["reg-eye-area:left"] == _ticked(page)
    expect(_button(page, "Head")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("Your right (R)")).to_be_visible()


# --- the list marks the picture ----------------------------------------------------------------


def test_a_tick_in_the_list_hatches_the_picture(phone: BrowserContext, arrives: Arrives) -> None:
    page = arrives(phone, ASHA, CHART)
    _box(page, "Calf", "Right").check()
    assert {("back", "reg-calf:right")} == _hatched(page)

    _box(page, "Calf", "Right").uncheck()
    assert set() == _hatched(page)


def test_a_place_is_taken_away_from_the_row_of_marked_places(
    desktop: BrowserContext, arrives: Arrives
) -> None:
    page = _again(arrives, desktop)
    _button(page, "Remove Calf, left").click()

    assert ["reg-calf:right", "reg-sole:right"] == sorted(_ticked(page))
    expect(page.get_by_text("Places you marked: 2")).to_be_visible()
    expect(_button(page, "Remove Calf, right")).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("No longer marked: Calf, left")


def test_a_patient_who_comes_back_sees_the_picture_with_the_saved_marks(
    phone: BrowserContext, arrives: Arrives
) -> None:
    page = _again(arrives, phone)

    assert {("back", "reg-calf:left"), ("back", "reg-calf:right"), ("soles", "reg-sole:right")} == _hatched(
        page
    )
    expect(_shape(page, "reg-calf:left", "back")).to_be_visible()


def test_the_list_stays_under_the_finger_while_boxes_are_ticked(
    phone: BrowserContext, arrives: Arrives
) -> None:
    page = arrives(phone, ASHA, CHART)
    box = _box(page, "Back of head", "Left")
    box.evaluate("box => scrollBy(0, box.getBoundingClientRect().top - 400)")
    before = box.bounding_box()
    for place in ("Just under the skull", "Around the eye", "Jaw and cheek", "Temple and forehead"):
        here = _box(page, place, "Left").bounding_box()
        assert here is not None
        page.touchscreen.tap(here["x"] + THUMB, here["y"] + THUMB)

    assert 4 == len(_ticked(page))
    assert before == box.bounding_box()


# --- nobody needs it ---------------------------------------------------------------------------


def test_a_patient_with_a_keyboard_alone_marks_a_place_and_goes_on(
    desktop: BrowserContext, arrives: Arrives
) -> None:
    page = arrives(desktop, ASHA, CHART)
    page.get_by_role("link", name="Go to the list").press("Enter")
    first = page.locator("#pain_regions")
    expect(first).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")

    assert ["reg-head-back:right"] == _ticked(page)
    expect(_shape(page, "reg-head-back:right", "back")).to_contain_class("is-marked is-pointed")
    page.keyboard.press("Enter")
    page.wait_for_url("**/form/6")


def test_the_picture_itself_takes_no_focus(desktop: BrowserContext, arrives: Arrives) -> None:
    page = arrives(desktop, ASHA, CHART)
    page.get_by_role("link", name="Go to the list").focus()
    passed: list[str] = []
    while not passed or passed[-1] != "pain_regions":
        page.keyboard.press("Tab")
        passed.append(page.evaluate("document.activeElement.id || document.activeElement.innerText.trim()"))

    looks = ["Whole", "Head", "Chest", "Hips", "Right hand", "Left hand"]
    assert ["Front", "Back", "Soles", *looks, "pain_regions"] == passed


def test_without_scripts_the_list_alone_does_the_job(
    without_scripts: BrowserContext, arrives: Arrives
) -> None:
    page = arrives(without_scripts, ASHA, CHART)
    expect(page.locator(".app-chart")).to_be_hidden()
    _box(page, "Calf", "Left").check()
    page.get_by_role("button", name="Save and continue").click()

    assert page.url.endswith("/form/6")


def test_without_scripts_the_picture_shows_what_was_saved_and_offers_nothing_to_press(
    without_scripts: BrowserContext, arrives: Arrives
) -> None:
    page = _again(arrives, without_scripts)

    assert ["1", "2"] == page.locator("[data-figure=back] .app-chart__number").all_text_contents()[::-1]
    assert ["3"] == page.locator("[data-figure=soles] .app-chart__number").all_text_contents()
    expect(page.locator("[data-figure=back] .app-chart__saved").first).to_be_visible()
    expect(page.locator(".app-chart__figure[data-figure=front]")).to_be_hidden()
    expect(page.locator(".app-chart ol li")).to_have_text(
        ["Calf, left", "Calf, right", "Sole of foot, right"]
    )
    assert 0 == page.locator(".app-chart button:visible").count()


# --- what must not happen ----------------------------------------------------------------------


def test_the_page_asks_no_other_host_and_breaks_no_rule_of_its_own(
    phone: BrowserContext, arrives: Arrives, live: str
) -> None:
    asked: list[Request] = []
    said: list[str] = []
    phone.on("request", lambda request: asked.append(request))
    phone.on("console", lambda message: said.append(message.text))
    phone.on("requestfailed", lambda request: said.append(request.url))
    phone.on("weberror", lambda wrong: said.append(str(wrong.error)))
    page = arrives(phone, ASHA, CHART)
    for tab in ("Back", "Soles", "Front"):
        _button(page, tab).tap()
    _shape(page, "reg-shin:left", "front").tap()
    _button(page, "Remove Shin, left").tap()

    assert asked
    assert [] == [request.url for request in asked if not request.url.startswith(live)]
    assert [] == said


@pytest.mark.slow
def test_nothing_on_the_page_stands_in_the_way_of_a_screen_reader(
    phone: BrowserContext, arrives: Arrives
) -> None:
    page = _again(arrives, phone)
    found = Axe().run(page)

    assert 0 == found.violations_count, found.generate_report()


def test_the_page_does_not_scroll_sideways_on_a_small_telephone(
    phone: BrowserContext, arrives: Arrives
) -> None:
    page = _again(arrives, phone)
    for name in ("Shoulders", "Front", "Right hand"):
        _button(page, name).tap()
        assert 360 == page.evaluate("document.documentElement.scrollWidth"), name
