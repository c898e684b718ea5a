"""What Python works out of the answers, at its edges."""

from datetime import date
from typing import Any

import pytest
from case_book import edition

from rules.answers import ABSENT
from rules.assess import read
from rules.facts import bleed_zone, connected, full_years, medicine_groups, over, pleura

TODAY = date(2026, 11, 22)
LUNG = {"pain_regions": ["reg-upper-shoulder:left"]}
OPERATED = {"operation_ever": "yes", "surgery_sore_area": "yes"}


def fact(name: str, **answers: Any) -> object:
    return read(edition(), answers, TODAY).value(f"fact.{name}")


@pytest.mark.parametrize(
    ("born", "today", "years"),
    [
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 28), 19),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2008, 11, 22), date(2026, 11, 22), 18),
        (date(2008, 11, 23), date(2026, 11, 22), 17),
        (date(2026, 11, 22), date(2026, 11, 22), 0),
    ],
)
def test_a_birthday_counts_on_its_day(born: date, today: date, years: int) -> None:
    assert years == full_years(born, today)


@pytest.mark.parametrize(
    ("number", "unit", "weeks"),
    [
        (28, "days", 4),
        (84, "days", 12),
        (98, "days", 14),
        (14, "weeks", 14),
        (3, "months", 13),
        (1, "years", 52),
    ],
)
def test_pain_is_counted_in_weeks(number: int, unit: str, weeks: int) -> None:
    assert float(weeks) == fact("duration_weeks", duration_number=number, duration_unit=unit)


def test_pain_of_unknown_length_is_unknown() -> None:
    assert fact("duration_weeks", duration_number=3) is None
    assert fact("duration_weeks", duration_unit="days") is None
    assert fact("duration_weeks", duration_number=3, duration_unit="unsure") is None
    assert fact("pain_longer_than_life", duration_number=3) is False
    assert fact("began_before_40", duration_number=3, duration_unit="years") is None


def test_an_age_from_a_date_that_cannot_be_is_unknown() -> None:
    assert [None, None] == [fact("age", date_of_birth="2026-11-23"), fact("age", date_of_birth="yesterday")]
    assert fact("parent_of_adult", filling_in="parent") is False


@pytest.mark.parametrize(
    ("height", "weight", "bmi"),
    [
        (200, 80, 20.0),
        (180, 64.8, 20.0),
        (150, 45, 20.0),
        (0, 50, ABSENT),
        (170, 0, ABSENT),
        (1e-200, 50, ABSENT),
        (None, 50, ABSENT),
        (170, None, ABSENT),
    ],
)
def test_the_body_mass_index_is_not_rounded(height: float, weight: float, bmi: object) -> None:
    assert bmi == fact("bmi", **LUNG, height_cm=height, weight_kg=weight)


def test_a_height_beyond_all_numbers_does_not_stop_the_rules() -> None:
    assert 0.0 == fact("bmi", **LUNG, height_cm=1e200, weight_kg=50)
    assert fact("bmi", height_cm=200, weight_kg=60, pain_regions=["reg-calf:left"]) is ABSENT


@pytest.mark.parametrize(
    ("value", "high"),
    [(8.9, False), (9, True), (19.9, True), (20, False), (74.9, False), (75, True), (None, False)],
)
def test_hba1c_below_20_is_percent_and_from_20_mmol(value: float | None, high: bool) -> None:
    assert high == fact("hba1c_high", illness_any="yes", pre_diabetes_controlled="yes", hba1c=value)


def test_days_since_an_operation_are_unknown_when_the_date_cannot_be() -> None:
    assert 0.0 == fact("surgery_days", **OPERATED, surgery_sore_date="2026-11-22")
    assert fact("surgery_days", **OPERATED, surgery_sore_date="2026-11-23") is None
    assert fact("surgery_days", **OPERATED) is None
    assert fact("surgery_days", operation_ever="no") is ABSENT
    assert fact("surgery_date_wrong", **OPERATED) is False
    assert fact("surgery_date_wrong", **OPERATED, surgery_sore_date="2026-11-23") is True


def test_days_to_the_visit_may_be_past() -> None:
    assert [8.0, -1.0] == [fact("days_to_visit", visit_date=d) for d in ("2026-11-30", "2026-11-21")]


@pytest.mark.parametrize(
    ("regions", "areas"),
    [
        (["reg-calf:left", "reg-shin:left"], 1),
        (["reg-calf:left", "reg-calf:right"], 2),
        (["reg-hand:left", "reg-calf:left", "reg-sacrum"], 3),
        (["reg-hand:left", "reg-hand:right", "reg-calf:left", "reg-calf:right", "reg-neck-back:left"], 5),
        (["reg-temple:left", "reg-chest-front:left", "reg-navel"], 0),
    ],
)
def test_the_body_has_five_areas(regions: list[str], areas: int) -> None:
    assert float(areas) == fact("body_areas", pain_regions=regions)


@pytest.mark.parametrize(
    "name",
    ["region_count", "body_areas", "pleura", "bleed_zone", "both_chest_sides", "regional", "pattern_match"],
)
def test_nothing_is_known_of_places_while_none_is_marked(name: str) -> None:
    assert fact(name, pain_regions=[]) is None


def test_both_sides_of_one_place_are_one_place() -> None:
    assert 1.0 == fact("region_count", pain_regions=["reg-calf:left", "reg-calf:right"])


def test_four_places_in_a_row_are_regional_and_five_or_a_gap_are_not() -> None:
    row = ["reg-knee-back:left", "reg-calf:left", "reg-heel:left", "reg-sole:left", "reg-ankle-foot-top:left"]
    assert [True, False] == [fact("regional", pain_regions=row[:count]) for count in (4, 5)]
    assert fact("regional", pain_regions=["reg-calf:left", "reg-hand:left"]) is False
    assert connected(edition(), frozenset({"reg-calf"}))


def test_the_lung_lies_beneath_at_high_and_at_moderate() -> None:
    marks = ("reg-upper-shoulder:left", "reg-neck-back:left", "reg-calf:left")
    assert ["reg-upper-shoulder:left", "reg-neck-back:left"] == pleura(edition(), marks)
    assert ["reg-upper-shoulder:left"] == over(edition(), marks, "haz-pleura", frozenset({"high"}))
    assert fact("both_chest_sides", pain_regions=["reg-upper-shoulder:left", "reg-neck-back:right"]) is True
    assert fact("both_chest_sides", pain_regions=["reg-upper-shoulder:left", "reg-calf:right"]) is False


def test_a_bleed_zone_takes_the_lung_and_the_cord_only_at_high() -> None:
    marks = [token for token in edition().token_order if bleed_zone(edition(), [token])]
    severe = {token.partition(":")[0] for token in marks}
    for name, region in edition().regions.items():
        high = {hazard for hazard, severity in region.hazards.items() if severity == "high"}
        some = {hazard for hazard, severity in region.hazards.items() if severity != "low"}
        expected = high & {"haz-pleura", "haz-cord"} or some & {
            "haz-noncompressible",
            "haz-kidney",
            "haz-compartment",
        }
        assert bool(expected) == (name in severe), name


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("Eliquis 5mg", ("med-doac",)),
        ("ECOSPRIN-75", ("med-antiplatelet",)),
        ("(warf)", ("med-vka",)),
        ("warfarinol", ()),
        ("5warfarin", ()),
        ("éwarfarin", ()),
        ("Disprin\n\t CV daily", ("med-antiplatelet",)),
        ("warfarin,aspirin;Wysolone", ("med-vka", "med-antiplatelet", "med-steroid")),
        ("atorvastatin and fish  oil", ("med-bleed-minor", "med-statin")),
        ("", ()),
    ],
)
def test_a_medicine_is_known_by_its_whole_name(text: str, groups: tuple[str, ...]) -> None:
    assert groups == medicine_groups(edition(), text)


def test_a_medicine_is_denied_only_when_all_three_questions_say_no() -> None:
    denied = {"takes_medicines": "no", "pre_anticoagulant": "no", "pre_antiplatelet": "no"}
    assert fact("medicine_denied", **denied, medicines_list="warfarin") is True
    assert fact("medicine_denied", **denied, medicines_list="vitamins") is False
    assert fact("medicine_denied", **denied) is False
    assert (
        fact("medicine_denied", **(denied | {"pre_antiplatelet": "unsure"}), medicines_list="warfarin")
        is False
    )
