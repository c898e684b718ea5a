"""The page with the body chart, as it leaves the server."""

import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from screening.documents.bodychart import views
from screening.web.chart import Chart, body_chart
from screening.web.parts import Parts
from tests.web.conftest import Patient
from tests.web.stories import ASHA

Opens = Callable[[Mapping[str, object]], Patient]

PLACES = {
    "reg-low-back-spine:left": "Lower back, left",
    "reg-calf:left": "Calf, left",
    "reg-calf:right": "Calf, right",
    "reg-shin:left": "Shin, left",
}
FOCUSABLE = {"a", "button", "input", "select", "textarea", "summary"}


def _chart(*ticked: str) -> Chart:
    return body_chart(PLACES, set(ticked), say=lambda text: text)


def _page_with_the_chart(patient: Opens, *marked: str) -> str:
    someone = patient({**ASHA, "pain_regions": list(marked)} if marked else ASHA)
    at_the_chart = someone.walks(someone.starts(), until=lambda address: address.startswith("/form/5"))
    if marked:
        someone.fills_in(at_the_chart)
    return someone.client.get("/form/5").text


class Figure(HTMLParser):
    """What stands inside the part of the page that is hidden from screen readers."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, Mapping[str, str | None]]] = []
        self._depth = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self._depth:
            self.found.append((tag, given))
        if tag == "div" and (self._depth or given.get("class") == "app-chart__stage"):
            assert self._depth or given["aria-hidden"] == "true"
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "div" and self._depth:
            self._depth -= 1


def test_a_patient_finds_every_place_of_the_list_on_the_picture_by_the_same_name(
    patient: Opens, parts: Parts
) -> None:
    page = _page_with_the_chart(patient)
    drawn = re.findall(r'data-token="([^"]+)"[^>]*><title>([^<]+)</title>', page)

    assert set(parts.edition.token_order) == {token for token, _ in drawn}
    assert ("reg-calf:left", "Calf, left") in drawn
    assert len(set(drawn)) == len({token for token, _ in drawn})


def test_a_patient_reads_whose_side_each_edge_of_the_picture_is() -> None:
    front, back, soles = _chart().figures

    assert ("Your right (R)", "Your left (L)") == front.looks[0].sides == soles.looks[0].sides
    assert ("Your left (L)", "Your right (R)") == back.looks[0].sides


@pytest.mark.parametrize(
    ("name", "sides"), [("Right hand", ("Your right (R)", "")), ("Left hand", ("", "Your left (L)"))]
)
def test_an_enlarged_hand_says_its_own_side_alone(name: str, sides: tuple[str, str]) -> None:
    assert [sides] == [look.sides for look in _chart().figures[0].looks if look.name == name]


def test_every_view_that_is_drawn_can_be_chosen() -> None:
    boxes = [" ".join(str(number) for number in view.box) for view in views()]

    assert boxes == [look.box for figure in _chart().figures for look in figure.looks]


def test_places_are_numbered_in_the_order_of_the_list_and_keep_their_number_on_every_picture() -> None:
    chart = _chart("reg-shin:left", "reg-calf:right", "reg-low-back-spine:left")
    front, back, soles = ([mark.number for mark in figure.marks] for figure in chart.figures)

    assert ("Lower back, left", "Calf, right", "Shin, left") == chart.marked
    assert [3] == front
    assert [1, 2] == back
    assert [] == soles


def test_a_patient_who_marked_nothing_meets_the_list_alone_without_scripts(patient: Opens) -> None:
    page = _page_with_the_chart(patient)
    opening = page[page.index('<div class="app-chart"') :]

    assert opening[: opening.index(">")].endswith("hidden")
    assert "app-chart__saved" not in page


def test_a_patient_without_scripts_sees_what_was_saved(patient: Opens) -> None:
    page = _page_with_the_chart(patient, "reg-calf:left", "reg-sole:right")
    opening = page[page.index('<div class="app-chart"') :]

    assert not opening[: opening.index(">")].endswith("hidden")
    assert "<li>Calf, left</li><li>Sole of foot, right</li>" in page
    assert re.findall(r'data-figure="(\w+)" hidden>\s*<svg', page) == ["front"]


def test_nobody_who_reads_the_list_meets_the_picture_twice(patient: Opens) -> None:
    inside = Figure(_page_with_the_chart(patient)).found

    assert inside
    assert [] == [tag for tag, given in inside if tag in FOCUSABLE or "tabindex" in given]
    assert [] == [tag for tag, given in inside if given.get("role") == "img"]


def test_the_page_keeps_to_the_policy_of_its_own_headers(patient: Opens) -> None:
    page = _page_with_the_chart(patient, "reg-calf:left")

    assert [] == re.findall(r"<style|\sstyle=|\son\w+=", page)
    assert [] == re.findall(r"<script(?![^>]*\ssrc=)", page)


def test_the_page_stays_light_enough_for_a_slow_telephone(patient: Opens, client: FlaskClient) -> None:
    page = _page_with_the_chart(patient, "reg-calf:left", "reg-calf:right", "reg-sole:right")

    assert len(page.encode()) < 250_000
