"""The tablet at reception in a real browser: one patient leaves, the next one finds nothing."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from screening.records.staff import Role
from screening.web.cookies import KIOSK, STAFF
from screening.web.parts import Parts
from tests.web.conftest import Clock, Patient
from tests.web.staff_clinic import at_work, trail
from tests.web.stories import ASHA
from tests.web.test_board import booked
from tests.web.test_kiosk import started

from .test_journey_browser import _fills_in, _presses, _watch

pytestmark = pytest.mark.browser

CANARY = "canaryword"
PIN = "402718"
#: Everything of the first patient that must never be seen again.
SECRET = {**ASHA, "full_name": f"Asha {CANARY}", "phone": "555 0177", "date_of_birth": "1961-07-29"}
TRACES = re.compile(rf"{CANARY}|555 0177|1961|TICKED", re.IGNORECASE)
ADDRESSES = (
    "/form",
    "/form/1",
    "/form/2",
    "/form/3",
    "/check",
    "/done",
    "/my-answers.pdf",
    "/urgent",
    "/kiosk/you",
)

_EVERYTHING_SHOWN = """document.documentElement.outerHTML + ' ' +
    [...document.querySelectorAll('input, textarea')].map(box =>
        ['radio', 'checkbox'].includes(box.type) ? (box.checked ? 'TICKED' : '') : box.value).join(' ')"""
_EVERYTHING_STORED = """JSON.stringify([{...localStorage}, {...sessionStorage},
    (await indexedDB.databases()).length, window.caches ? (await caches.keys()).length : 0, document.cookie,
    window.name, history.state])"""
_EVERYTHING = f"async () => {_EVERYTHING_SHOWN} + {_EVERYTHING_STORED} + document.title + location.href"


@pytest.fixture
def tablet(app: Flask, parts: Parts, browser: Browser, live: str) -> Iterator[BrowserContext]:
    """A tablet that the desk is about to hand out."""
    context = browser.new_context(base_url=live, viewport={"width": 820, "height": 1180}, has_touch=True)
    _signs_in(app, parts, context, live)
    yield context
    context.close()


@pytest.fixture
def handed_out(app: Flask, tablet: BrowserContext, parts: Parts, live: str) -> Page:
    """The tablet in patients' hands, its own clock at our command; who hands it out with clicks is below."""
    booked(parts)
    tablet.clock.install()
    desk = app.test_client()
    for held in tablet.cookies():
        desk.set_cookie(held["name"], held["value"])
    started(desk)
    tablet.clear_cookies()
    for name in (KIOSK, app.config["SESSION_COOKIE_NAME"]):
        cookie = desk.get_cookie(name)
        if cookie is not None:
            tablet.add_cookies([{"name": name, "value": cookie.value, "url": live}])
    page = tablet.new_page()
    page.goto("/kiosk")
    return page


def _signs_in(app: Flask, parts: Parts, context: BrowserContext, live: str) -> None:
    held = at_work(app, parts, Role.FRONT_DESK).get_cookie(STAFF)
    assert held is not None
    context.add_cookies([{"name": STAFF, "value": held.value, "url": live}])


def _hands_out(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/staff/kiosk")
    page.get_by_label("PIN for ending the tablet").fill(PIN)
    page.get_by_label("The same PIN again").fill(PIN)
    _presses(page, "Start the tablet here")
    expect(page).to_have_url(re.compile("/kiosk$"))
    return page


def _begins(page: Page, name: str = "Asha Example") -> None:
    page.get_by_label("First name and family name").fill(name)
    for box, typed in (("Day", "15"), ("Month", "3"), ("Year", "1988")):
        page.get_by_label(box).fill(typed)
    _presses(page, "Continue")
    expect(page.get_by_role("heading", name=f"You are {name.split()[0]}, at 16:30")).to_be_visible()
    _presses(page, "Yes, this is me")
    expect(page).to_have_url(re.compile(r"/form/\d+$"))


def _fills_in_elsewhere(app: Flask, context: BrowserContext, story: Mapping[str, object]) -> str:
    """The whole form as fast as it goes, in the same session; where it ends."""
    fast = app.test_client()
    for cookie in context.cookies():
        fast.set_cookie(cookie["name"], cookie["value"])
    return Patient(fast, story).walks("/form/1")


def _left(page: Page) -> list[str]:
    """What is left of the first patient: on the screen, in its fields, in the address, in the storage."""
    return TRACES.findall(page.evaluate(_EVERYTHING))


def _is_welcome(page: Page) -> None:
    expect(page).to_have_url(re.compile("/kiosk$"))
    expect(page.get_by_label("First name and family name")).to_have_value("")


@pytest.mark.slow
@pytest.mark.parametrize("somebody_begins", [False, True])
def test_by_no_key_no_history_and_no_address_does_the_next_person_see_the_one_before(
    handed_out: Page, parts: Parts, live: str, somebody_begins: bool
) -> None:
    page, complaints = handed_out, _watch(handed_out, live)
    booked(parts, "Bo Example")
    _begins(page)
    for _ in range(2):
        _fills_in(page, SECRET)
        _presses(page, "Save and continue")
    page.goto("/form/1")
    assert CANARY in page.get_by_label("Full name").input_value()
    page.get_by_label("Phone number today").fill("")
    _presses(page, "Save and continue")  # an error, so that a page that was sent stands in the history
    page.clock.fast_forward(120_000)
    _is_welcome(page)

    if somebody_begins:
        _begins(page, "Bo Example")
    for step in (page.go_back,) * 5 + (page.go_forward,) * 5:
        _steps(page, step)
        assert _left(page) == [], (step, page.url)
    for address in ADDRESSES:
        page.goto(address)
        page.reload()
        assert _left(page) == [], address
        if not somebody_begins:
            _is_welcome(page)
    assert [c for c in complaints if "422" not in c] == []


def _steps(page: Page, step: Callable[[], object]) -> None:
    """A step through the history. Where the browser asks whether to send a page again: yes."""
    try:
        step()
    except Error:
        page.wait_for_url("chrome-error://chromewebdata/")
        page.reload()


def test_a_patient_who_hesitates_is_asked_and_goes_on_and_one_who_left_is_wiped(
    handed_out: Page, parts: Parts
) -> None:
    page = handed_out
    _begins(page)
    page.get_by_label("Full name").fill(f"Asha {CANARY}")
    asked = page.get_by_role("dialog", name="Are you still there?")
    page.clock.fast_forward(88_000)
    expect(asked).to_be_hidden()
    page.clock.fast_forward(4_000)
    expect(asked).to_be_visible()
    expect(asked.get_by_text("Seconds left: 2")).to_be_visible()
    expect(asked.get_by_role("button", name="I am still here")).to_be_focused()
    asked.get_by_role("button").tap()
    expect(asked).to_be_hidden()
    expect(page.get_by_label("Full name")).to_have_value(f"Asha {CANARY}")

    page.clock.fast_forward(92_000)
    expect(asked).to_be_visible()
    page.clock.fast_forward(30_000)
    _is_welcome(page)
    assert _left(page) == []
    assert len(trail(parts, "kiosk-idle-wiped")) == 1


def test_whoever_types_for_long_on_one_page_is_not_thrown_out(
    handed_out: Page, moment: Clock, parts: Parts
) -> None:
    page = handed_out
    _begins(page)
    _fills_in(page, SECRET)
    for letters in ("Asha", "Asha long", "Asha long name"):
        moment.forward(seconds=80)
        page.clock.fast_forward(80_000)
        with page.expect_response(re.compile("/kiosk/here$")) as told:
            page.get_by_label("Full name").fill(letters)
        assert told.value.status == 204
    _presses(page, "Save and continue")

    expect(page).to_have_url(re.compile("/form/2$"))


def test_a_tablet_whose_session_is_over_on_the_server_is_empty_with_the_next_touch(
    handed_out: Page, moment: Clock
) -> None:
    page = handed_out
    _begins(page)
    page.get_by_label("Full name").fill(f"Asha {CANARY}")
    moment.forward(seconds=300)
    page.clock.fast_forward(20_000)
    page.get_by_label("Phone number today").fill("5")

    _is_welcome(page)
    assert _left(page) == []


def test_without_a_network_the_screen_is_emptied_all_the_same(
    handed_out: Page, tablet: BrowserContext
) -> None:
    page = handed_out
    _begins(page)
    page.get_by_label("Full name").fill(f"Asha {CANARY}")
    tablet.set_offline(True)
    page.clock.fast_forward(120_000)
    expect(page.locator("body")).to_be_empty()
    assert _left(page) == []
    tablet.set_offline(False)
    page.clock.fast_forward(5_000)

    _is_welcome(page)


def test_a_page_whose_script_never_came_hides_what_was_typed(
    handed_out: Page, tablet: BrowserContext
) -> None:
    page, hiding = handed_out, "document.querySelector('main').getAnimations()"
    _begins(page)
    assert page.evaluate(f"{hiding}.length") == 0
    tablet.route(re.compile("/kiosk-.*js$"), lambda route: route.abort())
    page.reload()
    page.get_by_label("Full name").fill(f"Asha {CANARY}")
    expect(page.locator("main")).to_be_visible()
    assert page.evaluate(f"{hiding}.map(one => one.effect.getTiming().delay)") == [180_000]
    page.evaluate(f"{hiding}.forEach(one => one.finish())")

    expect(page.locator("main")).to_have_css("visibility", "hidden")


@pytest.mark.slow
def test_a_patient_who_sent_the_form_has_twenty_seconds_and_a_button(
    handed_out: Page, tablet: BrowserContext, app: Flask
) -> None:
    page = handed_out
    _begins(page)
    assert _fills_in_elsewhere(app, tablet, ASHA) == "/check"
    page.goto("/check")
    _fills_in(page, ASHA)
    _presses(page, "Send to the clinic")
    expect(page.get_by_text("Your reference:")).to_be_visible()
    expect(page.get_by_role("button", name="I am finished")).to_be_visible()
    page.clock.fast_forward(15_000)
    page.get_by_text("Your reference:").tap()
    page.clock.fast_forward(15_000)
    expect(page.get_by_text("Your reference:")).to_be_visible()
    page.clock.fast_forward(6_000)

    _is_welcome(page)
    _steps(page, page.go_back)
    expect(page.get_by_text("Your reference:")).to_have_count(0)


def test_an_emergency_page_is_plain_to_read_and_stays_for_ten_minutes(
    handed_out: Page, tablet: BrowserContext, app: Flask, moment: Clock
) -> None:
    page = handed_out
    _begins(page)
    assert _fills_in_elsewhere(app, tablet, {**ASHA, "rf_cardiac": "yes"}) == "/urgent"
    page.goto("/urgent")
    call = page.get_by_text("Call 112", exact=True)
    expect(call).to_have_css("color", "rgb(179, 21, 13)")
    expect(call).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(call).to_have_css("font-size", "36px")
    expect(page.get_by_text("Hand this tablet to the desk now")).to_be_in_viewport()
    moment.forward(seconds=560)
    page.clock.fast_forward(560_000)
    page.get_by_role("heading", name="Get help now").tap()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.clock.fast_forward(580_000)
    expect(page.get_by_role("dialog", name="Are you still there?")).to_be_visible()
    page.clock.fast_forward(20_000)

    _is_welcome(page)


def test_staff_leave_the_tablet_with_the_pin_and_find_the_sign_in(handed_out: Page) -> None:
    page = handed_out
    page.get_by_role("link", name="For staff: end the tablet").tap()
    page.get_by_label("PIN").fill(PIN)
    _presses(page, "End the tablet")

    expect(page.get_by_role("heading", name="Staff sign-in")).to_be_visible()


@pytest.mark.slow
def test_without_scripts_the_tablet_clears_itself_too(
    app: Flask, parts: Parts, without_scripts: BrowserContext, live: str
) -> None:
    booked(parts)
    _signs_in(app, parts, without_scripts, live)
    page = _hands_out(without_scripts)
    _begins(page)
    expect(page.locator(".app-still__note")).to_contain_text("clears a page after 120 seconds")
    expect(page.locator(".app-still__note")).to_be_visible()
    _fills_in(page, SECRET)
    parts.settings = replace(parts.settings, kiosk_idle_seconds=2)
    _presses(page, "Save and continue")
    expect(page).to_have_url(re.compile("/form/2$"))
    page.get_by_role("button", name="Save and continue").wait_for()

    _is_welcome(page)
    parts.settings = replace(parts.settings, kiosk_idle_seconds=120)
    for address in ("/form/1", "/form/2", "/check"):
        page.goto(address)
        _is_welcome(page)
    assert len(trail(parts, "kiosk-idle-wiped")) == 1
    _begins(page)
    _presses(page, "Stop and give the tablet back")
    _is_welcome(page)
