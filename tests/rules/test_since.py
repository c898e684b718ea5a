"""What an arrival check brought that the form did not say."""

from collections.abc import Mapping
from datetime import date

from rules.assess import assess
from rules.load import load, newest
from rules.model import Assessment, Level
from rules.since import calls_for_a_look, new_since

EDITION = load(newest())
TODAY = date(2026, 11, 23)
FORM: Mapping[str, object] = {"date_of_birth": "1988-03-15", "pain_regions": ["reg-calf:left"]}


def _with(**answers: object) -> Assessment:
    return assess(EDITION, {**FORM, **answers}, TODAY)


def _new(before: Assessment, after: Assessment) -> list[str]:
    return [flag.id for flag in new_since(before, after)]


def test_nothing_is_new_when_nothing_changed() -> None:
    assert _new(_with(), _with()) == []
    assert not calls_for_a_look(())


def test_a_fever_at_arrival_is_new_and_calls_for_a_look() -> None:
    before = _with(abs_acute_illness="no")
    after = _with(abs_acute_illness="no", day_checked_in="yes", day_fever="yes")

    assert "abs-acute-illness" in _new(before, after)
    assert calls_for_a_look(new_since(before, after))


def test_being_tired_at_arrival_is_new_but_holds_nothing() -> None:
    calm = {"day_checked_in": "yes", "day_fever": "no", "day_changes": "no", "abs_intoxicated": "no"}
    calm |= {"pre_cannot_position": "no", "pre_cannot_keep_still": "no", "pre_after_plans": ["none"]}
    before = _with(**calm, day_eaten="yes", day_tired="no")
    found = new_since(before, _with(**calm, day_eaten="yes", day_tired="yes"))

    assert [flag.id for flag in found] == ["pre-fatigue-hunger"]
    assert found[0].level is Level.DECIDE
    assert not calls_for_a_look(found)


def test_a_doubt_that_became_a_yes_is_new() -> None:
    assert "rf-stroke" in _new(_with(rf_stroke="unsure"), _with(rf_stroke="yes"))


def test_a_worry_that_went_away_is_not_new() -> None:
    assert "rf-stroke" not in _new(_with(rf_stroke="yes"), _with(rf_stroke="no"))


def test_a_flag_that_became_more_urgent_is_new() -> None:
    weak = {"leg_signs": "yes", "rf_leg_weakness": "yes"}

    assert "rf-leg-weakness" in _new(
        _with(**weak, leg_weak_severe="no"), _with(**weak, leg_weak_severe="yes")
    )
