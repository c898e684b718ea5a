"""Which answers count. What is malformed is missing, and what is missing is never a no."""

from datetime import date

import pytest
from case_book import edition

from rules.answers import ABSENT, UNSURE, counted, day
from rules.assess import read
from rules.when import parse

TODAY = date(2026, 11, 22)


def counts(question: str, raw: object) -> object:
    return counted(edition(), edition().questions[question], raw)


def verdict(clause: str, **answers: object) -> bool | None:
    return read(edition(), answers, TODAY).verdict(parse(clause).clauses[0])


@pytest.mark.parametrize(
    ("question", "raw"),
    [
        ("rf_lump", True),
        ("rf_lump", "Yes"),
        ("rf_lump", "maybe"),
        ("rf_lump", ["yes"]),
        ("rf_lump", {"yes": 1}),
        ("mod_smoking", "sometimes"),
        ("mod_smoking", 1),
        ("pain_words", "d-tight"),
        ("pain_words", []),
        ("pain_words", ["d-nothing", 3, None]),
        ("nprs_now", "7"),
        ("nprs_now", True),
        ("nprs_now", float("nan")),
        ("nprs_now", float("inf")),
        ("nprs_now", 10**400),
        ("date_of_birth", "2026-02-30"),
        ("date_of_birth", "1988-3-15"),
        ("date_of_birth", "15.03.1988"),
        ("date_of_birth", "１988-03-15"),
        ("date_of_birth", 19880315),
        ("full_name", "   "),
        ("full_name", 7),
        ("pain_regions", "reg-calf:left"),
        ("pain_regions", ["reg-calf", "reg-sacrum:left", "reg-nose", 3]),
        ("rf_lump", None),
    ],
)
def test_a_malformed_answer_counts_as_missing(question: str, raw: object) -> None:
    assert counts(question, raw) is None


@pytest.mark.parametrize(
    ("question", "raw", "value"),
    [
        ("rf_lump", "unsure", UNSURE),
        ("mod_smoking", "unsure", UNSURE),
        ("pain_words", ["d-tight", "d-nothing"], frozenset({"d-tight"})),
        ("nprs_now", 7, 7.0),
        ("nprs_now", 0, 0.0),
        ("date_of_birth", "1988-03-15", date(1988, 3, 15)),
        ("full_name", " Ada ", " Ada "),
        (
            "pain_regions",
            ["reg-calf:right", "reg-nose", "reg-suboccipital:left", "reg-calf:left", "reg-calf:right"],
            ("reg-suboccipital:left", "reg-calf:left", "reg-calf:right"),
        ),
    ],
)
def test_an_answer_counts_as_far_as_it_is_known(question: str, raw: object, value: object) -> None:
    assert value == counts(question, raw)


def test_a_day_is_written_in_one_way_only() -> None:
    assert date(2024, 2, 29) == day("2024-02-29")
    assert [None, None, None] == [day("2023-02-29"), day("20240229"), day("2024-02-29T00:00")]


def test_an_answer_that_is_unsure_or_missing_cannot_be_told() -> None:
    assert verdict("rf_lump = yes", rf_lump="unsure") is None
    assert verdict("rf_lump = no", rf_lump="unsure") is None
    assert verdict("rf_lump = yes") is None
    assert verdict("rf_lump = no") is None


def test_a_question_that_is_not_asked_is_neither_yes_nor_no() -> None:
    assert verdict("gi_bleed = yes", dark_blood_any="no", gi_bleed="yes") is False
    assert verdict("gi_bleed = no", dark_blood_any="no", gi_bleed="no") is False
    assert read(edition(), {"dark_blood_any": "no"}, TODAY).value("gi_bleed") is ABSENT


def test_a_detail_behind_a_gate_that_is_unsure_counts() -> None:
    assert verdict("gi_bleed = yes", dark_blood_any="unsure", gi_bleed="yes") is True
    assert verdict("gi_bleed = yes", dark_blood_any="unsure") is None
    assert verdict("gi_bleed = yes", gi_bleed="yes") is True


def test_an_optional_question_left_blank_is_no() -> None:
    assert verdict("fact.days_to_visit >= 8") is False
    assert verdict("fact.days_to_visit >= 8", visit_date="soon") is False
    assert verdict("fact.med_any = yes", takes_medicines="yes") is False


def test_a_tick_is_yes_and_what_is_not_ticked_beside_not_sure_cannot_be_told() -> None:
    ticked = {"head_neck_new": "yes", "neck_artery_signs": ["dizzy", "unsure"]}
    assert verdict("neck_artery_signs = dizzy", **ticked) is True
    assert verdict("neck_artery_signs = falls", **ticked) is None
    assert verdict("neck_artery_signs in (falls, dizzy)", **ticked) is True
    assert verdict("neck_artery_signs in (falls, speak)", **ticked) is None
    assert (
        verdict("neck_artery_signs in (falls, speak)", head_neck_new="yes", neck_artery_signs=["none"])
        is False
    )


def test_rather_not_say_counts_as_no() -> None:
    assert verdict("rf_self_harm in (now, thoughts)", private_any="yes", rf_self_harm="skip") is False


def test_a_marked_place_is_in_its_group_on_either_side() -> None:
    assert verdict("pain_regions in grp-loin", pain_regions=["reg-flank:right"]) is True
    assert verdict("pain_regions in grp-loin", pain_regions=["reg-calf:right"]) is False
    assert verdict("pain_regions in grp-loin", pain_regions=[]) is None
