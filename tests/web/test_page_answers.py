"""What patients type into the fields: refused beside the field, or kept exactly; never lost."""

from collections.abc import Callable, Mapping

import pytest
from flask.testing import FlaskClient

from rules.model import Kind
from screening.records import submissions
from screening.records.audit import Actor
from screening.web.forms import _FIELD, _SHOWN
from screening.web.parts import Parts
from tests.web.conftest import Clock, Form, Patient
from tests.web.stories import ASHA

Opens = Callable[[Mapping[str, object]], Patient]

ODD_BUT_KEPT = {
    "right to left": "أحمد الطويل",
    "combining marks": "Zoe\u0301 Be\u0301la\u0300",
    "many combining marks": "a" + "\u0301" * 150,
    "bidi controls": "\u202eevil\u202c name",
    "emoji family": "👩‍👩‍👧‍👦 Okafor",
    "markup": "<script>alert(1)</script>",
    "template": "{{ 7 * 7 }} {% raw %}",
    "formula": '=HYPERLINK("x")',
    "devanagari": "श्रीमती कमला",
    "one long word": "x" * 200,
    "apostrophes": 'O’Neill-D\'Arcy "Bo"',
    "backslashes": "\\x00 \\u0000 %00 &#0;",
}
REFUSED = {
    "NUL": ("Asha\x00Invented", "cannot be kept"),
    "bell": ("Asha\x07", "cannot be kept"),
    "escape": ("\x1b[31mAsha", "cannot be kept"),
    "not a character": ("Asha\uffff", "cannot be kept"),
    "one too many": ("x" * 201, "can hold 200 characters. You typed 201"),
    "far too many": ("y" * 50_000, "can hold 200 characters. You typed 50,000"),
    "only blanks": (" \t \u00a0 ", "Fill in"),
}


def _post_first_page(patient: Patient, **changed: object) -> tuple[str, int]:
    patient.story |= changed
    address = patient.starts()
    answer = patient.fills_in(address)
    return answer.text, answer.status_code


@pytest.mark.parametrize("name", ODD_BUT_KEPT.values(), ids=ODD_BUT_KEPT)
def test_an_unusual_name_is_kept_exactly_and_is_never_markup(
    patient: Opens, client: FlaskClient, name: str
) -> None:
    someone = patient({**ASHA, "full_name": name})
    someone.walks(someone.starts(), until=lambda address: address == "/form/2")
    page = client.get("/form/1").text

    assert Form(page).typed["full_name"] == name
    assert "<script>alert" not in page


@pytest.mark.parametrize(("name", "message"), REFUSED.values(), ids=REFUSED)
def test_a_name_that_cannot_be_kept_is_refused_at_the_field_and_nothing_is_lost(
    patient: Opens, name: str, message: str
) -> None:
    text, status = _post_first_page(patient(ASHA), full_name=name)

    assert status == 422
    assert "<title>Error: " in text
    assert 'href="#full_name"' in text
    assert text.count(message) == 2  # once in the summary, once beside the field
    form = Form(text)
    assert form.typed["phone"] == "555 0100"
    assert form.typed["date_of_birth-year"] == "1988"
    assert form.checked["consent_data"] == ["agree"]


def test_what_was_typed_is_shown_again_however_long_it_is(patient: Opens) -> None:
    text, _ = _post_first_page(patient(ASHA), full_name="z" * 50_000)

    assert Form(text).typed["full_name"] == "z" * 50_000


def test_goals_of_two_thousand_characters_in_one_word_are_kept(patient: Opens, parts: Parts) -> None:
    someone = patient({**ASHA, "goals": "ü" * 2000})
    someone.goes_to_the_end()

    tester = Actor("system", "test")
    with parts.sessions() as db:
        line = submissions.listing(db, tester, parts.now())[0]
        found = submissions.get(db, tester, line.id, "review", parts.now())
    assert found is not None
    assert found.answers["goals"] == "ü" * 2000


def test_lines_of_a_text_are_kept_whatever_the_browser_calls_a_line_end(
    patient: Opens, client: FlaskClient
) -> None:
    someone = patient({**ASHA, "goals": "Sleep\r\nGarden\rWalk\nSit"})
    someone.walks(someone.starts())

    assert Form(client.get("/form/17").text).typed["goals"] == "Sleep\nGarden\nWalk\nSit"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (("31", "2", "1988"), "must be a real date"),
        (("15", "3", "88"), "must be a real date"),
        (("1", "1", "2030"), "must be today or in the past"),
        (("x", "3", "1988"), "must be a real date"),
        (("", "3", "1988"), "must be a real date"),
        (("", "", ""), "Type the day, month and year"),
    ],
)
def test_a_birthday_that_cannot_be_is_refused_with_what_was_typed(
    patient: Opens, client: FlaskClient, typed: tuple[str, str, str], message: str
) -> None:
    someone = patient(ASHA)
    form = Form(client.get(someone.starts()).text)
    boxes = dict(zip(("date_of_birth-day", "date_of_birth-month", "date_of_birth-year"), typed, strict=True))
    answer = client.post("/form/1", data={**form.hidden, **someone.answers_to(form), **boxes})

    assert answer.status_code == 422
    assert answer.text.count(message) == 2
    assert {name: Form(answer.text).typed[name] for name in boxes} == boxes


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("-1", "must be 0 or more"),
        ("46", "must be 45 or less"),
        ("9.5", "whole number"),
        ("nine", "Type a number"),
        ("1e999", "Type a number"),
        ("", "or tick “I do not know”"),
    ],
)
def test_weeks_of_pregnancy_outside_their_limits_are_refused(
    patient: Opens, client: FlaskClient, typed: str, message: str
) -> None:
    pregnant = patient({**ASHA, "pregnancy_status": "yes", "rf_pregnancy_bleed": "no"})
    pregnant.story |= {"pre_pregnancy_complicated": "no"}
    address = pregnant.walks(pregnant.starts(), until=lambda address: address == "/form/4#more")
    form = Form(client.get(address.split("#")[0]).text)
    data = {**form.hidden, **pregnant.answers_to(form), "weeks_pregnant": typed}
    data.pop("weeks_pregnant-unknown", None)
    answer = client.post("/form/4", data=data)

    assert answer.status_code == 422
    assert message in answer.text
    assert Form(answer.text).typed["weeks_pregnant"] == typed


def test_a_decimal_comma_is_a_decimal_point(patient: Opens, client: FlaskClient) -> None:
    someone = patient({**ASHA, "duration_number": "1,5", "duration_unit": "months"})
    someone.walks(someone.starts(), until=lambda address: address == "/form/8")

    assert Form(client.get("/form/6").text).typed["duration_number"] == "1.5"


def test_not_knowing_a_score_is_an_answer_that_stays_unknown(
    patient: Opens, client: FlaskClient, parts: Parts
) -> None:
    someone = patient({**ASHA, "nprs_worst": "not-known"})
    someone.goes_to_the_end()

    tester = Actor("system", "test")
    with parts.sessions() as db:
        line = submissions.listing(db, tester, parts.now())[0]
        found = submissions.get(db, tester, line.id, "review", parts.now())
    assert found is not None
    assert found.answers["nprs_worst"] is None


def test_none_of_these_cannot_be_ticked_together_with_others(patient: Opens, client: FlaskClient) -> None:
    someone = patient({**ASHA, "previous_treatments": ["none", "exercise"]})
    address = someone.walks(someone.starts(), until=lambda address: address == "/form/17")
    answer = someone.fills_in(address)

    assert answer.status_code == 422
    assert "Tick “Nothing” on its own" in answer.text


def test_an_answer_that_is_not_offered_is_refused(patient: Opens, client: FlaskClient) -> None:
    someone = patient({**ASHA, "consent_data": "perhaps"})
    text, status = _post_first_page(someone)

    assert status == 422
    assert "Choose one of the answers" in text


def test_fields_that_the_page_does_not_show_are_ignored(
    patient: Opens, client: FlaskClient, parts: Parts
) -> None:
    sly = patient(ASHA)
    form = Form(client.get(sly.starts()).text)
    extra = {"rf_cardiac": "yes", "outcome": "no-flags-raised", "reference": "AAA-AAA", "reached_check": "1"}
    client.post("/form/1", data={**form.hidden, **sly.answers_to(form), **extra})

    assert client.get("/form/2").status_code == 200
    assert "rf_cardiac" not in Form(client.get("/form/2").text).checked


def test_a_page_with_hundreds_of_fields_is_refused_calmly(patient: Opens, client: FlaskClient) -> None:
    flood = patient(ASHA)
    form = Form(client.get(flood.starts()).text)
    data = {**form.hidden, **{f"field{n}": "x" for n in range(600)}}

    assert client.post("/form/1", data=data).status_code == 400


def test_more_than_a_megabyte_is_refused_with_a_page_that_says_what_to_do(
    patient: Opens, client: FlaskClient
) -> None:
    someone = patient(ASHA)
    form = Form(client.get(someone.starts()).text)
    answer = client.post("/form/1", data={**form.hidden, "full_name": "x" * 1_100_000})

    assert answer.status_code == 413
    assert "shorten it" in answer.text


def test_a_token_that_has_gone_stale_costs_nothing_that_was_typed(
    patient: Opens, client: FlaskClient
) -> None:
    someone = patient(ASHA)
    form = Form(client.get(someone.starts()).text)
    stale = client.post("/form/1", data={**someone.answers_to(form), "csrf_token": "old", "version": "0"})

    assert stale.status_code == 422
    assert "Nothing you typed is lost" in stale.text
    assert Form(stale.text).typed["full_name"] == "Asha Invented"
    again = client.post("/form/1", data={**Form(stale.text).hidden, **someone.answers_to(form)})
    assert again.headers["Location"] == "/form/2"


def test_every_kind_of_question_has_a_field_and_a_component() -> None:
    assert set(_FIELD) == set(Kind) == set(_SHOWN)


def test_today_is_the_clinics_day_and_not_the_servers(parts: Parts, moment: Clock) -> None:
    moment.forward(hours=10)  # 19:00 UTC on the 22nd is past midnight in Kolkata

    assert parts.today().isoformat() == "2026-11-23"
