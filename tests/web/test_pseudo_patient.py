"""Every sentence a patient reads comes from the edition or through say()."""

import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from screening.records.keys import create_key
from screening.settings import load
from screening.web.parts import open_parts
from screening.web.start import application
from screening.words import PSEUDO
from tests.web.conftest import Clock, Form, Patient
from tests.web.pseudo import unmarked
from tests.web.stories import ASHA

#: What may stand there in plain letters: the clinic's own words, and what patients typed.
NAMES = ("Elm Street Clinic", "Asha Invented", "Put on shoes", "To garden again", "casualty department")


@pytest.fixture
def elsewhere(tmp_path: Path, moment: Clock) -> Iterator[FlaskClient]:
    """A clinic whose language is the pseudo language, in which every sentence is marked."""
    words = {"SCREENING_CLINIC_LANGUAGE": PSEUDO, "SCREENING_CLINIC_NAME": "Elm Street Clinic"}
    settings = load(words, data=tmp_path)
    create_key(settings.keys, secrets.token_hex(32))
    parts = open_parts(settings, moment)
    yield application(settings, parts).test_client()
    parts.engine.dispose()


def _plain(html: str, *more: str) -> list[str]:
    return unmarked(html, (*NAMES, "a local doctor", *more))


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
