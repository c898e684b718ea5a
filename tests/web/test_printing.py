"""What the front desk prints, and what it may not."""

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from screening.records.staff import Role
from screening.web import daily
from screening.web.parts import Parts
from tests import reading
from tests.web.conftest import Form, Patient
from tests.web.staff_clinic import at_work, handed_in
from tests.web.stories import ASHA

Opens = Callable[[Mapping[str, object]], Patient]


def _sent(parts: Parts, **changed: object) -> None:
    handed_in(parts, {**ASHA, "takes_medicines": "no", "rf_cardiac": "no", **changed})


def _first_id(client: FlaskClient) -> str:
    found = re.search(r"/staff/record/([0-9a-f-]{36})/answers.pdf", client.get("/staff/print").text)
    assert found is not None
    return found[1]


def test_the_front_desk_prints_slips_and_a_leaflet(app: Flask, parts: Parts) -> None:
    desk = at_work(app, parts, Role.FRONT_DESK)

    assert "Elm Street Clinic" in reading.words(desk.get("/staff/print/slips.pdf").data)
    assert "soreness" in reading.words(desk.get("/staff/print/leaflet.pdf").data)


@pytest.mark.slow
def test_the_front_desk_prints_the_blank_form_and_it_is_drawn_only_once(app: Flask, parts: Parts) -> None:
    # Its first two pages: the whole form takes many seconds to draw.
    parts.edition = replace(parts.edition, pages=parts.edition.pages[:2])
    desk = at_work(app, parts, Role.FRONT_DESK)
    first = desk.get("/staff/print/blank-a4.pdf")
    kept = dict(parts.papers)
    second = desk.get("/staff/print/blank-a4.pdf")

    assert first.mimetype == "application/pdf"
    assert parts.edition.pages[0].questions[0].text in reading.words(first.data)
    assert second.data == first.data
    assert list(kept.values()) == [first.data]


def test_a_paper_that_is_not_offered_is_not_there(app: Flask, parts: Parts) -> None:
    assert at_work(app, parts, Role.FRONT_DESK).get("/staff/print/blank-a3.pdf").status_code == 404


def test_the_front_desk_may_not_print_answers_unless_the_clinic_says_so(
    app: Flask, parts: Parts
) -> None:
    _sent(parts)
    practitioner = at_work(app, parts, Role.PRACTITIONER)
    address = f"/staff/record/{_first_id(practitioner)}/answers.pdf"
    desk = at_work(app, parts, Role.FRONT_DESK)

    assert desk.get(address).status_code == 403
    assert "answers.pdf" not in desk.get("/staff/print").text
    parts.settings = replace(parts.settings, desk_prints_answers=True)
    assert desk.get(address).status_code == 200


def test_the_filled_in_form_holds_answers_and_withholds_the_private_ones(
    app: Flask, parts: Parts
) -> None:
    private = {
        "private_any": "yes",
        "pre_mental_health": "yes",
        "rf_self_harm": "no",
        "rf_safeguarding": "yes",
    }
    _sent(parts, **private)
    practitioner = at_work(app, parts, Role.PRACTITIONER)
    words = reading.words(practitioner.get(f"/staff/record/{_first_id(practitioner)}/answers.pdf").data)

    assert "To garden again" in words
    assert "Do you feel unsafe" not in words
    assert "URGENT" not in words
    assert "Feels unsafe" not in words


@pytest.mark.slow
def test_a_day_is_drawn_in_the_background_and_starts_every_patient_on_a_right_hand_page(
    app: Flask, parts: Parts
) -> None:
    _sent(parts, visit_date="2026-11-24")
    _sent(parts, visit_date="2026-11-24", full_name="Bela Invented")
    _sent(parts, visit_date="2026-11-25", full_name="Carl Tomorrow")
    practitioner = at_work(app, parts, Role.PRACTITIONER)
    form = Form(practitioner.get("/staff/print").text)
    day = {"day-day": "24", "day-month": "11", "day-year": "2026"}
    progress = practitioner.post("/staff/print/day", data={**form.hidden, **day}).headers["Location"]
    pdf = _wait_for(practitioner, progress)
    pages = reading.pages(pdf)
    starts = [number for number, text in enumerate(pages) if "Page 1 of" in text and "summary" in text]

    assert "Asha Invented" in pages[0]
    assert "Bela Invented" in pages[0]
    assert "Carl Tomorrow" not in " ".join(pages)
    assert len(starts) == 2
    assert all(number % 2 == 0 for number in starts)


def _wait_for(client: FlaskClient, address: str) -> bytes:
    """Look again until the print is ready, as the page does by itself; a minute at most."""
    until, moment = time.monotonic() + 60, threading.Event()
    while time.monotonic() < until:
        moment.wait(0.1)
        page = client.get(address).text
        assert "This print has stopped" not in page
        if "papers.pdf" in page:
            return client.get(f"{address}/papers.pdf").data
    raise AssertionError("the print was never ready")


@pytest.mark.slow
def test_another_member_of_staff_cannot_fetch_the_print(app: Flask, parts: Parts) -> None:
    _sent(parts, visit_date="2026-11-24")
    practitioner = at_work(app, parts, Role.PRACTITIONER)
    form = Form(practitioner.get("/staff/print").text)
    day = {"day-day": "24", "day-month": "11", "day-year": "2026"}
    progress = practitioner.post("/staff/print/day", data={**form.hidden, **day}).headers["Location"]
    _wait_for(practitioner, progress)

    assert at_work(app, parts, Role.CLINICIAN).get(f"{progress}/papers.pdf").status_code == 404


@pytest.mark.parametrize("day", [("31", "2", "2026"), ("", "", ""), ("x", "1", "2026")])
def test_a_day_that_cannot_be_is_refused_with_a_message(
    app: Flask, parts: Parts, day: tuple[str, str, str]
) -> None:
    practitioner = at_work(app, parts, Role.PRACTITIONER)
    form = Form(practitioner.get("/staff/print").text)
    boxes = dict(zip(("day-day", "day-month", "day-year"), day, strict=True))
    answer = practitioner.post("/staff/print/day", data={**form.hidden, **boxes})

    assert answer.status_code == 422
    assert "Type a real date" in answer.text


def test_a_day_that_cannot_be_drawn_says_so_at_once(
    app: Flask, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> bytes:
        raise RuntimeError

    monkeypatch.setattr(daily, "day_pdf", broken)
    practitioner = at_work(app, parts, Role.PRACTITIONER)
    form = Form(practitioner.get("/staff/print").text)
    day = {"day-day": "24", "day-month": "11", "day-year": "2026"}
    progress = practitioner.post("/staff/print/day", data={**form.hidden, **day}).headers["Location"]
    until = time.monotonic() + 30
    while "has stopped" not in (page := practitioner.get(progress).text):
        assert time.monotonic() < until, page
