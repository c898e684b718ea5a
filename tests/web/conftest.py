"""A clinic with an encrypted database of its own, a clock that stands still, and people who click."""

import secrets
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from screening.documents import render
from screening.records.keys import create_key
from screening.settings import Settings, load
from screening.web import daily
from screening.web.parts import Parts, open_parts
from screening.web.start import application
from screening.words import PSEUDO


class Clock:
    """The clinic's clock: it moves only when told."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **time: float) -> None:
        self.moment += timedelta(**time)


@pytest.fixture
def moment() -> Clock:
    return Clock()


@dataclass(frozen=True, slots=True)
class Premises:
    """Where the clinic of every test of this process stands, as it was on the day before it opened.

    Each test finds the folder as new. The way into the database stays, since SQLAlchemy has learnt there how
    to write every statement, which takes as long as a test."""

    folder: Path
    as_new: Path
    parts: Parts

    @contextmanager
    def opened(self, settings: Settings, clock: Clock, warm: list[render.Renderer]) -> Iterator[Parts]:
        """The clinic for one test; when it closes, nobody is at work there any more."""
        edition = self.parts.edition_of(self.parts.edition.digest, settings.clinic.language)
        # A connection that stands open would lead to the database that was there before.
        self.parts.engine.dispose()
        opened = Parts(settings, self.parts.engine, self.parts.sessions, edition, clock)
        opened._renderer = warm[0] if warm else None
        yield opened
        for thread in threading.enumerate():
            if thread.name == daily.THREAD:
                thread.join()
        keep_warm(opened, warm)
        opened.engine.dispose()


@pytest.fixture(scope="session")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    place = tmp_path_factory.mktemp("premises")
    made = load({}, data=place / "clinic")
    create_key(made.keys, secrets.token_hex(32))
    opened = open_parts(made)
    opened.engine.dispose()
    shutil.copytree(made.data, place / "as-new")
    yield Premises(made.data, place / "as-new", opened)
    opened.engine.dispose()


@pytest.fixture
def settings(premises: Premises) -> Settings:
    shutil.rmtree(premises.folder)
    shutil.copytree(premises.as_new, premises.folder)
    words = {"SCREENING_CLINIC_PHONE": "555 0199", "SCREENING_CLINIC_NAME": "Elm Street Clinic"}
    return load(words, data=premises.folder)


@pytest.fixture
def parts(
    settings: Settings, premises: Premises, moment: Clock, warm: list[render.Renderer]
) -> Iterator[Parts]:
    with premises.opened(settings, moment, warm) as opened:
        yield opened


@pytest.fixture
def spoken(
    settings: Settings, premises: Premises, moment: Clock, warm: list[render.Renderer]
) -> Iterator[Parts]:
    """The same clinic in the pseudo language, in which every sentence that was translated is marked."""
    words = {"SCREENING_CLINIC_LANGUAGE": PSEUDO, "SCREENING_CLINIC_NAME": "Elm"}
    with premises.opened(load(words, data=settings.data), moment, warm) as opened:
        yield opened


def keep_warm(opened: Parts, warm: list[render.Renderer]) -> None:
    """Let the next test have the PDF child, unless a test gave it limits of its own."""
    started = opened._renderer
    if started is None or started in warm:
        return
    if warm or started.limits != render.Limits():
        render.stop(started)
    else:
        warm.append(started)


#: Applications that are put together, by the settings that decide how. Adding a hundred routes takes as long
#: as a small test, and they are the same each time: a test gives one its own parts.
MADE: dict[object, Flask] = {}


@pytest.fixture
def app(settings: Settings, parts: Parts) -> Iterator[Flask]:
    with lent(settings, parts) as made:
        yield made


@pytest.fixture
def spoken_app(spoken: Parts) -> Iterator[Flask]:
    with lent(spoken.settings, spoken) as made:
        yield made


@contextmanager
def lent(settings: Settings, parts: Parts) -> Iterator[Flask]:
    """An application with these settings and parts, given back as it was."""
    how = (settings.keys.read_bytes(), replace(settings, data=Path(), key_file=Path()))
    made = MADE.pop(how, None) or application(settings, parts)
    made.extensions["screening"] = parts
    views, config, routes = dict(made.view_functions), dict(made.config), len(list(made.url_map.iter_rules()))
    yield made
    if routes == len(list(made.url_map.iter_rules())):
        made.view_functions.clear()
        made.view_functions.update(views)
        made.config.clear()
        made.config.update(config)
        MADE[how] = made


@pytest.fixture
def nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Papers take seconds: their addresses answer that they could not be made."""

    def refuse(*args: object, **kwargs: object) -> bytes:
        raise render.CouldNotRender("failed")

    monkeypatch.setattr(render, "render", refuse)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


class Form(HTMLParser):
    """The inputs of a page: what a browser would send, and which questions it shows."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.hidden: dict[str, str] = {}
        self.checked: dict[str, list[str]] = {}
        self.typed: dict[str, str] = {}
        self.boxes: dict[str, list[str]] = {}
        self._area = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        name = found.get("name", "")
        if tag == "textarea":
            self._area = name
            self.typed[name] = ""
            self._add(name)
        if tag != "input" or not name:
            return
        if found["type"] == "hidden":
            self.hidden[name] = found["value"]
            return
        self._add(name)
        if found["type"] in ("radio", "checkbox"):
            self.boxes.setdefault(name, []).append(found["value"])
            if "checked" in found:
                self.checked.setdefault(name, []).append(found["value"])
        else:
            self.typed[name] = found.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.typed[self._area] = self.typed[self._area].removeprefix("\n")
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.typed[self._area] += data

    def _add(self, name: str) -> None:
        if name not in self.names:
            self.names.append(name)


class Patient:
    """Someone who opens the form and gives the answers of `story`, page after page."""

    def __init__(self, client: FlaskClient, story: Mapping[str, object]) -> None:
        self.client = client
        self.story = dict(story)
        self.questions: list[str] = []
        self.pages: list[str] = []

    def starts(self) -> str:
        """Press start; the address of the first page."""
        form = Form(self.client.get("/").text)
        answer = self.client.post("/start", data=form.hidden)
        assert answer.status_code == 303
        return answer.headers["Location"]

    def fills_in(self, address: str) -> TestResponse:
        """Answer the page at `address` as the story goes, and press save."""
        shown = self.client.get(address)
        assert shown.status_code == 200, (address, shown.status_code, shown.headers.get("Location"))
        form = Form(shown.text)
        data = {**form.hidden, **self.answers_to(form)}
        asked = {_question(name) for name in form.names}
        self.questions += [name for name in sorted(asked) if name not in self.questions]
        if address.split("#")[0] not in self.pages:
            self.pages.append(address.split("#")[0])
        return self.client.post(address.split("#")[0], data=data)

    def answers_to(self, form: Form) -> dict[str, object]:
        data: dict[str, object] = {}
        for name in {_question(name) for name in form.names}:
            data |= _typed(name, self.story.get(name), form)
        return data

    def walks(self, address: str, until: Callable[[str], bool] = lambda address: False) -> str:
        """Fill in page after page; where it ends: the check, the emergency page, or `until`."""
        for _ in range(80):
            answer = self.fills_in(address)
            assert answer.status_code == 303, _errors(answer.text)
            address = answer.headers["Location"]
            if address in ("/check", "/urgent", "/done") or until(address):
                return address
        raise AssertionError("the form never ends")

    def reads_urgent(self) -> str:
        form = Form(self.client.get("/urgent").text)
        answer = self.client.post("/urgent", data=form.hidden)
        return self.client.get(answer.headers["Location"]).headers.get("Location", answer.headers["Location"])

    def goes_to_the_end(self) -> TestResponse:
        """From start to done, reading every emergency page on the way."""
        address = self.starts()
        while address != "/check":
            address = self.walks(address) if address != "/urgent" else self.reads_urgent()
        return self.sends()

    def sends(self) -> TestResponse:
        form = Form(self.client.get("/check").text)
        answer = self.client.post("/check", data={**form.hidden, **self.answers_to(form)})
        assert answer.status_code == 303, _errors(answer.text)
        if answer.headers["Location"] == "/urgent":
            self.reads_urgent()
            return self.sends()
        return self.client.get(answer.headers["Location"])


def _question(name: str) -> str:
    for part in ("-day", "-month", "-year", "-unknown"):
        name = name.removesuffix(part)
    return name


def _typed(name: str, answer: object, form: Form) -> dict[str, object]:
    """An answer as a browser would send it; none says "I do not know" where that can be said."""
    if f"{name}-day" in form.names:
        if answer is None:
            return {f"{name}-unknown": "1"} if f"{name}-unknown" in form.names else {}
        year, month, day = str(answer).split("-")
        return {f"{name}-day": day, f"{name}-month": month, f"{name}-year": year}
    if answer is None and f"{name}-unknown" in form.names:
        return {f"{name}-unknown": "1"}
    if answer is None:
        return {name: "unsure"} if "unsure" in form.boxes.get(name, ()) else {name: ""}
    return {name: answer if isinstance(answer, list) else str(answer)}


def _errors(html: str) -> str:
    start = html.find("nhsuk-error-summary__list")
    return html[start : start + 900] if start > 0 else html[:400]


@pytest.fixture
def patient(client: FlaskClient) -> Callable[[Mapping[str, object]], Patient]:
    return lambda story: Patient(client, story)
