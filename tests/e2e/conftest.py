"""A real browser against the real application, on this machine and nowhere else."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from rules.assess import read
from rules.model import Kind
from screening.records import responses
from screening.web.cookies import PATIENT
from screening.web.journey import home_pages, unanswered
from screening.web.parts import Parts
from tests.web.conftest import Patient, app, moment, parts, premises, settings

__all__ = ["app", "moment", "parts", "premises", "settings"]

#: The shell is Chromium without windows, tabs and menus: the same pages in a third of the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)

Arrives = Callable[[BrowserContext, Mapping[str, object], str], Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, for the whole run. Without one: skipped, or failed where SCREENING_REQUIRE_BROWSER is 1."""
    with sync_playwright() as playwright:
        bundled = playwright.chromium.executable_path
        program = bundled if Path(bundled).exists() else next(filter(None, map(shutil.which, NAMES)), None)
        if program is None:
            missing = "There is no Chromium on this machine."
            if os.environ.get("SCREENING_REQUIRE_BROWSER") == "1":
                pytest.fail(missing)
            pytest.skip(missing)
        opened = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        yield opened
        opened.close()


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  # werkzeug's own name
        """Requests are not news."""


@pytest.fixture
def live(app: Flask) -> Iterator[str]:
    """The address at which the clinic's application answers while the test lasts."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Silent)
    # Closing waits until the server looks whether it should: half a second, unless told otherwise.
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def phone(browser: Browser, live: str) -> Iterator[BrowserContext]:
    """A small telephone: 360 by 740 CSS px, touched with a finger."""
    context = browser.new_context(
        base_url=live,
        viewport={"width": 360, "height": 740},
        device_scale_factor=2,
        has_touch=True,
        is_mobile=True,
    )
    yield context
    context.close()


@pytest.fixture
def desktop(browser: Browser, live: str) -> Iterator[BrowserContext]:
    """A desk: 1280 by 900 CSS px, with a mouse."""
    context = browser.new_context(base_url=live, viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def without_scripts(browser: Browser, live: str) -> Iterator[BrowserContext]:
    """A telephone whose browser runs no scripts."""
    context = browser.new_context(
        base_url=live, viewport={"width": 360, "height": 740}, java_script_enabled=False
    )
    yield context
    context.close()


def answered(parts: Parts, token: str, story: Mapping[str, object], before: int = 99) -> None:
    """Every page before this one is filled in as the story goes, and kept as the clinic keeps it."""
    with parts.sessions() as db:
        form = responses.find_by_token(db, token, parts.now())
        assert isinstance(form, responses.Response)
        known: dict[str, object] = {}
        versions = responses.answers_of(db, form.id).versions
        for page in home_pages(parts.edition)[: before - 1]:
            while left := unanswered(read(parts.edition, known, parts.today()), page):
                known |= {q.id: story.get(q.id, "unsure" if q.kind is Kind.YES_NO else None) for q in left}
            given = {q.id: known[q.id] for q in page.questions if q.id in known}
            responses.save_page(db, form.id, page.id, given, versions.get(page.id, 0), {}, parts.now())


@pytest.fixture
def arrives(app: Flask, parts: Parts, live: str) -> Arrives:
    """Opens the page at an address, every page before it filled in as the story goes."""

    def arrive(context: BrowserContext, story: Mapping[str, object], address: str) -> Page:
        client = app.test_client()
        Patient(client, story).starts()
        for name in (PATIENT, app.config["SESSION_COOKIE_NAME"]):
            cookie = client.get_cookie(name)
            assert cookie is not None, name
            context.add_cookies([{"name": name, "value": cookie.value, "url": live}])
            if name == PATIENT:
                answered(parts, cookie.value, story, int(address.removeprefix("/form/")))
        page = context.new_page()
        page.goto(address)
        return page

    return arrive
