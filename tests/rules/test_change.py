"""What a practitioner should clear up first: the smallest sets of answers that would lift a hold."""

from collections.abc import Mapping
from datetime import date
from itertools import combinations

import pytest

from rules.assess import conclude, read
from rules.change import _OFFERS, Change, what_would_lift
from rules.load import load, newest
from rules.model import Flag, Kind, Level

EDITION = load(newest())
TODAY = date(2026, 11, 22)

#: A healthy person with a low back ache: every gate closed.
CALM: Mapping[str, object] = {
    **{q.id: q.clear for q in EDITION.questions.values() if q.kind is Kind.YES_NO and q.asked_when is None},
    "date_of_birth": "1988-03-15",
    "pain_regions": ["reg-low-back-spine:left"],
    "pain_words": ["d-aching"],
    "last_needling": "never",
    "needle_willing": "yes",
    "needle_fear": "not",
    "pregnancy_status": "no",
    "duration_number": 6,
    "duration_unit": "weeks",
    "onset": "gradual",
    "day_checked_in": "no",
}


def _flag(answers: Mapping[str, object], flag_id: str) -> Flag:
    found = conclude(read(EDITION, answers, TODAY))
    return next(flag for flag in found.flags if flag.id == flag_id)


def _ways(flag_id: str, **changed: object) -> list[list[Change]]:
    answers = {**CALM, **changed}
    reading = read(EDITION, answers, TODAY)
    return [list(way) for way in what_would_lift(reading, _flag(answers, flag_id))]


def test_a_hold_on_one_answer_is_lifted_by_that_answer() -> None:
    assert _ways("rf-weight-loss", rf_weight_loss="yes") == [[Change("rf_weight_loss", "no")]]


def test_not_sure_about_a_blood_thinner_is_lifted_by_knowing() -> None:
    ways = _ways("pre-anticoagulant", pre_anticoagulant="unsure", takes_medicines="no")

    assert [Change("pre_anticoagulant", "no")] in ways
    assert [Change("pre_anticoagulant", "yes")] in ways  # a known blood thinner is weighed, not held


def test_a_young_person_alone_needs_a_guardian_because_an_age_cannot_change() -> None:
    ways = _ways("abs-child-no-guardian", date_of_birth="2010-03-15", guardian_present="no")

    assert ways == [[Change("guardian_present", "yes")]]


def test_two_answers_are_named_together_when_neither_alone_would_do() -> None:
    thinners = {"pre_anticoagulant": "yes", "takes_medicines": "no", "can_list_medicines": "yes"}
    thinners |= {"anticoagulant_type": "vka", "inr_status": "too_high", "abs_anticoagulant_unstable": "yes"}
    ways = _ways("abs-anticoagulant-unstable", **thinners)

    assert [Change("inr_status", "in_range"), Change("abs_anticoagulant_unstable", "no")] in ways
    assert all(len(way) == 2 for way in ways)


def test_plain_yes_or_no_questions_come_first() -> None:
    ways = _ways(
        "rf-thoracic-unexplained", pain_regions=["reg-mid-back-spine:left"], myo_not_mechanical="yes"
    )

    assert ways[0] == [Change("myo_not_mechanical", "no")]


def test_of_several_ticks_the_one_that_decides_is_named() -> None:
    ways = _ways("rf-dvt", limb_any="yes", dvt_signs=["swollen", "trip"])

    assert [Change("dvt_signs", ("swollen",))] in ways
    assert [Change("dvt_signs", ("none",))] in ways


def test_only_the_places_concerned_would_have_to_be_unmarked() -> None:
    ways = _ways("abs-prohibited-area", pain_regions=["reg-eye-area:left", "reg-calf:left"])

    assert [Change("pain_regions", ("reg-calf:left",))] in ways


def test_where_nothing_is_marked_marking_a_place_would_do() -> None:
    assert [[Change("pain_regions", None)]] == _ways("sys-no-region", pain_regions=[])


def test_a_date_or_a_number_is_named_without_inventing_one() -> None:
    operated = {"operation_ever": "yes", "surgery_sore_area": "yes", "surgery_sore_spine": "no"}
    operated |= {"surgery_sore_date": "2026-11-01", "surgery_wound_open": "no"}
    ways = _ways("abs-recent-surgery-region", **operated)
    assert [Change("surgery_sore_date", None)] in ways

    weeks = {"pregnancy_status": "yes", "weeks_pregnant": 9, "pre_pregnancy_complicated": "no"}
    assert [Change("weeks_pregnant", None)] in _ways("combo-pregnancy-early-lumbopelvic", **weeks)


def test_a_contradiction_is_lifted_by_taking_back_the_text_that_makes_it() -> None:
    ways = _ways("sys-conflict", takes_medicines="no", medicines_list="warfarin")

    assert ways


def test_what_is_no_hold_has_nothing_to_lift() -> None:
    assert _ways("pre-fainting", pre_fainting="yes") == []


def test_when_nothing_was_answered_a_rule_may_need_more_than_three_answers() -> None:
    reading = read(EDITION, {}, TODAY)

    assert what_would_lift(reading, _flag({}, "rf-myelopathy")) == ()


@pytest.mark.slow
@pytest.mark.parametrize("answers", [{}, {**CALM, "leg_signs": "unsure", "heart_any": "unsure"}])
def test_every_way_lifts_its_hold_and_no_part_of_a_way_does(answers: Mapping[str, object]) -> None:
    reading = read(EDITION, answers, TODAY)
    for flag in conclude(reading).flags:
        for way in what_would_lift(reading, flag):
            if any(change.answer is None for change in way):
                continue
            assert not _still_held(answers, flag, way), (flag.id, way)
            for size in range(len(way)):
                assert all(_still_held(answers, flag, part) for part in combinations(way, size))


def _still_held(answers: Mapping[str, object], flag: Flag, way: tuple[Change, ...]) -> bool:
    given = {c.question: list(c.answer) if isinstance(c.answer, tuple) else c.answer for c in way}
    flags = conclude(read(EDITION, {**answers, **given}, TODAY)).flags
    return any(found.id == flag.id and found.level.rank >= Level.HOLD.rank for found in flags)


def test_every_kind_of_question_can_be_answered_otherwise() -> None:
    assert set(_OFFERS) == set(Kind)
