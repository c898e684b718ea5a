"""Every sentence a patient reads comes from the edition or through say()."""

from collections.abc import Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.conftest import Form, Patient
from tests.web.pseudo import unmarked
from tests.web.stories import ASHA

#: What may stand there in plain letters: the clinic's own words, and what patients typed.
NAMES = ("Elm", "Asha Invented", "Put on shoes", "To garden again", "casualty department")


@pytest.fixture
def elsewhere(spoken_app: Flask) -> FlaskClient:
    """A patient's browser at a clinic in whose language every sentence is marked."""
    return spoken_app.test_client()


def _plain(html: str, *more: str) -> list[str]:
    return unmarked(html, (*NAMES, "a local doctor", *more))


@pytest.mark.slow
def test_no_sentence_on_the_way_through_the_form_is_hard_coded(elsewhere: FlaskClient) -> None:
    changed = {"rf_ces_saddle": "yes", "leg_signs": "unsure", "heart_any": "unsure"}
    story: Mapping[str, object] = {**ASHA, **changed}
    found = {"/": _plain(elsewhere.get("/").text)}
    patient = Patient(elsewhere, story)
    address = patient.starts()
    while address != "/check":
        page = elsewhere.get(address)
        found[address] = _plain(page.text)
        if address == "/urgent":
            address = patient.reads_urgent()
            continue
        found[f"{address} with errors"] = _plain(_with_errors(elsewhere, address.split("#")[0]))
        address = patient.fills_in(address).headers["Location"]
    reference = patient.sends().text
    found["/done"] = _plain(reference, _reference(reference))

    assert {} == {where: texts for where, texts in found.items() if texts}


def _with_errors(client: FlaskClient, address: str) -> str:
    form = Form(client.get(address).text)
    return client.post(address, data=form.hidden).text


def _reference(html: str) -> str:
    return html.split("référéñçé: ")[1][:7]


def test_no_sentence_of_the_check_page_is_hard_coded(elsewhere: FlaskClient) -> None:
    patient = Patient(elsewhere, ASHA)
    patient.walks(patient.starts())

    assert [] == _plain(elsewhere.get("/check").text)


@pytest.mark.parametrize("address", ["/stopped", "/closed", "/no-such-page", "/staff/sign-in"])
def test_no_sentence_of_the_small_pages_is_hard_coded(elsewhere: FlaskClient, address: str) -> None:
    assert [] == _plain(elsewhere.get(address).text)


def test_a_page_in_plain_english_would_be_noticed(client: FlaskClient) -> None:
    assert "Start now" in unmarked(client.get("/").text)
