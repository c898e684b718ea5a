"""Answers in words: nothing asked is ever left blank, and what is not known is said."""

from datetime import date
from typing import Any

import pytest
from case_book import Case, answers_of, edition

from rules.assess import read
from rules.model import Kind
from rules.spoken import asked_in_words, in_words, place_in_words, places_in_words

TODAY = date(2026, 11, 22)


def said(question: str, **answers: Any) -> tuple[str, bool, bool]:
    """The words, whether an answer was given, and whether it is known."""
    spoken = in_words(edition(), edition().questions[question], answers, lambda day: f"{day:%d.%m.%Y}")
    return spoken.words, spoken.given, spoken.known


SAID = [
    ("rf_lump", "yes", "Yes", Kind.YES_NO),
    ("mod_smoking", "used_to", "Used to", Kind.CHOICE),
    ("rf_ces_sexual", "skip", "Chose not to answer", Kind.CHOICE),
    ("pain_words", ["d-tight", "d-aching"], "Aching; Tight or stiff", Kind.CHOICES),
    ("nprs_now", 7, "7", Kind.NUMBER),
    ("nprs_now", 7.5, "7.5", Kind.NUMBER),
    ("nprs_now", 1e300, "1e+300", Kind.NUMBER),
    ("date_of_birth", "1988-03-15", "15.03.1988", Kind.DATE),
    ("goals", "Run again", "Run again", Kind.TEXT),
    ("pain_regions", ["reg-calf:right", "reg-sacrum", "reg-calf:left"], None, Kind.REGIONS),
]


@pytest.mark.parametrize(("question", "answer", "words", "kind"), SAID)
def test_an_answer_is_said_in_the_words_of_the_form(
    question: str, answer: object, words: str | None, kind: Kind
) -> None:
    spoken, given, known = said(question, **{question: answer})
    assert (kind, True, True) == (edition().questions[question].kind, given, known)
    assert words is None or words == spoken


def test_every_kind_of_question_can_be_said() -> None:
    assert set(Kind) == {kind for *_, kind in SAID}


@pytest.mark.parametrize(
    ("question", "answer", "words"),
    [
        ("rf_lump", "unsure", "Not sure"),
        ("mod_smoking", "unsure", "Not sure"),
        ("last_needling", "unsure", "Not sure"),
        ("neck_artery_signs", ["dizzy", "unsure"], "Dizzy; Not sure"),
    ],
)
def test_not_sure_is_an_answer_that_leaves_it_open(question: str, answer: object, words: str) -> None:
    assert (words, True, False) == said(question, **{question: answer})


def test_a_number_that_the_patient_does_not_know_is_said_as_such() -> None:
    assert ("I do not know", True, False) == said("weeks_pregnant", weeks_pregnant=None)


def test_a_missing_or_malformed_answer_is_said_to_be_missing() -> None:
    assert ("No answer given", False, False) == said("rf_lump")
    assert ("No answer given", False, False) == said("rf_lump", rf_lump="perhaps")
    assert ("No answer given", False, False) == said("pain_words", pain_words=["d-nothing"])


def test_the_two_sides_of_a_place_are_said_together() -> None:
    label = edition().regions["reg-calf"].label
    middle, hand = (edition().regions[name].label for name in ("reg-sacrum", "reg-hand"))
    assert f"{label}, left" == place_in_words(edition(), "reg-calf:left")
    assert middle == place_in_words(edition(), "reg-sacrum")
    assert (f"{label}, both", middle, f"{hand}, right") == places_in_words(
        edition(), ("reg-calf:left", "reg-calf:right", "reg-sacrum", "reg-hand:right")
    )
    assert f"{middle}; {label}, both" == said("pain_regions", pain_regions=SAID[-1][1])[0]


def test_a_patient_reads_back_what_was_asked_and_nothing_else() -> None:
    answers = answers_of(Case("A patient with low back pain", "low back"))
    pages = asked_in_words(read(edition(), answers, TODAY), date.isoformat)
    asked = {spoken.question.id for _, answered in pages for spoken in answered}
    assert {"rf_lump", "visit_date"} <= asked
    assert "gi_bleed" not in asked
    assert "body_details" not in {page.id for page, _ in pages}
