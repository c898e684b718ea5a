"""What a patient who comes back may confirm, and what is asked anew however often they come."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from case_book import edition
from hypothesis import given
from test_laws import LAW, a_patient, chances

from rules.answers import UNSURE, counted
from rules.assess import assess, read
from rules.carry import asked_anew, offered
from rules.model import Edition, Kind, Question, Urgency
from rules.sound import questions_behind
from rules.when import holds

THEN, NOW = date(2026, 11, 2), date(2026, 11, 23)
DAYS = 90
BORN = {"date_of_birth": "1988-03-15"}
CHART: Mapping[str, object] = {"pain_regions": ["reg-calf:left"]}
ANEW = asked_anew(edition())
HEAVY = [
    rule
    for rule in edition().rules
    if rule.section == "Absolute contraindications"
    or Urgency.EMERGENCY in {line.urgency for line in rule.lines}
]


def brought(
    earlier: Mapping[str, object],
    now: Mapping[str, object] = BORN,
    *,
    of: Edition | None = None,
    first_given: Mapping[str, date] | None = None,
    today: date = NOW,
) -> dict[str, object]:
    """What is offered to somebody of the same birthday from what they said three weeks ago."""
    reading = read(edition(), {**earlier, **BORN}, THEN)
    return offered(of or edition(), reading, first_given or {}, now, today, DAYS)


def with_question(question_id: str, **changed: Any) -> Edition:
    """The edition with one question changed since."""
    question = replace(edition().questions[question_id], **changed)
    return replace(edition(), questions={**edition().questions, question_id: question})


# --- what is asked anew ------------------------------------------------------------------------


def test_every_question_of_an_emergency_or_an_absolute_rule_is_asked_anew() -> None:
    behind = {q for rule in HEAVY for line in rule.lines for q in questions_behind(edition(), line.when)}
    assert set() == behind - ANEW
    assert 80 < len(behind)


def test_the_pages_that_ask_for_anything_urgent_are_asked_anew_whole() -> None:
    urgent = {q.id for q in edition().questions.values() if q.page.startswith("urgent_")}
    assert set() == urgent - ANEW
    assert 50 == len(urgent)


def test_every_gate_before_such_a_question_is_asked_anew() -> None:
    gates = {
        gate
        for question in map(edition().questions.__getitem__, ANEW)
        if question.asked_when is not None
        for gate in questions_behind(edition(), question.asked_when)
    }
    assert set() == gates - ANEW


@pytest.mark.parametrize(
    "question",
    [
        *("consent_data", "declaration", "typed_name", "visit_date", "helper_name", "paper_by"),
        *("nprs_now", "peg_pain", "psfs_1_score", "pain_regions", "main_region", "onset", "pain_words"),
        *("date_of_birth", "day_changes", "pre_after_plans", "day_fever"),
    ],
)
def test_consent_signature_todays_pain_and_the_arrival_check_are_asked_anew(question: str) -> None:
    assert question in ANEW


@pytest.mark.parametrize("question", ["pre_fainting", "goals", "emergency_contact", "pre_hypermobility"])
def test_history_that_neither_hurries_nor_forbids_may_be_confirmed(question: str) -> None:
    assert question not in ANEW


# --- what is offered ---------------------------------------------------------------------------


def test_a_known_answer_of_three_weeks_ago_is_offered_as_it_was() -> None:
    assert {"goals": "Climb", "pre_fainting": "no"} == brought({"goals": "Climb", "pre_fainting": "no"})


@pytest.mark.parametrize("answer", [UNSURE, None, "", "perhaps", 7])
def test_what_was_not_known_is_never_offered(answer: object) -> None:
    assert {} == brought({"pre_fainting": answer})


def test_what_was_left_blank_is_never_offered() -> None:
    assert {} == brought({"goals": "  "})


def test_an_answer_to_a_question_that_was_not_asked_is_not_offered() -> None:
    assert {} == brought({"rf_gca": "no", "pre_older_frail": "no"})


def test_nothing_is_offered_before_the_birthday_is_given_or_to_another_birthday() -> None:
    assert {} == brought({"goals": "Climb"}, {})
    assert {} == brought({"goals": "Climb"}, {"date_of_birth": "1988-03-16"})


def test_nothing_of_the_sore_place_is_offered_once_another_place_is_marked() -> None:
    earlier = {**CHART, "myo_press_reproduces": "yes", "goals": "Climb"}

    assert {"myo_press_reproduces", "goals"} == set(brought(earlier, BORN | CHART))
    assert {"goals"} == set(brought(earlier, BORN | {"pain_regions": ["reg-calf:right"]}))
    assert {"goals"} == set(brought(earlier, BORN))


def test_an_answer_is_offered_on_its_last_day_and_no_longer() -> None:
    last = THEN + timedelta(days=DAYS)
    for today, found in ((last, {"goals"}), (last + timedelta(days=1), set())):
        assert found == set(brought({"goals": "Climb"}, today=today))


def test_an_answer_carried_over_before_is_as_old_as_the_day_it_was_given() -> None:
    old = NOW - timedelta(days=DAYS + 1)
    earlier = {"goals": "Climb", "emergency_contact": "Bela"}
    assert {"emergency_contact"} == set(brought(earlier, first_given={"goals": old}))


def test_an_answer_of_a_day_to_come_is_not_offered() -> None:
    assert {} == brought({"goals": "Climb"}, today=THEN - timedelta(days=1))


# --- when the edition changed since ------------------------------------------------------------


def test_a_question_that_is_new_or_of_another_kind_is_asked() -> None:
    new = replace(edition().questions["goals"], id="hopes")
    since = replace(edition(), questions={**edition().questions, "hopes": new})
    assert {} == brought({"hopes": "Climb"}, of=since)
    assert {} == brought({"goals": "yes"}, of=with_question("goals", kind=Kind.YES_NO))


def test_an_option_that_is_gone_is_asked_again() -> None:
    # In this edition no tick list may be confirmed: one is moved to where it might be.
    earlier = {"pain_eased_by": ["warmth", "rest"]}
    moved = with_question("pain_eased_by", page="visit")
    fewer = tuple(option for option in moved.questions["pain_eased_by"].options if option.id != "rest")

    assert earlier == brought(earlier, of=moved)
    assert {} == brought({"pain_eased_by": ["warmth", "gone"]}, of=moved)
    assert {} == brought({"pain_eased_by": ["warmth", UNSURE]}, of=moved)
    assert {} == brought(earlier, of=with_question("pain_eased_by", page="visit", options=fewer))


def test_a_number_or_text_that_is_outside_its_limits_now_is_asked_again() -> None:
    tall = {**CHART, "height_cm": 170}
    for changed, found in (
        ({}, True),
        ({"least": None, "most": None}, True),
        ({"least": 171.0}, False),
        ({"most": 169.0}, False),
    ):
        since = with_question("height_cm", asked_when=None, **changed)
        then = read(since, {**BORN, **tall}, THEN)
        assert found == ("height_cm" in offered(since, then, {}, BORN | CHART, NOW, DAYS))
    assert {} == brought({"goals": "Climb"}, of=with_question("goals", longest=4))


@pytest.mark.parametrize(("number", "found"), [(170, True), (170.5, False)])
def test_a_part_of_a_number_is_asked_again_where_only_whole_ones_are_taken(
    number: float, found: bool
) -> None:
    since = with_question("height_cm", asked_when=None, whole=True)
    then = read(since, {**BORN, **CHART, "height_cm": number}, THEN)
    assert found == ("height_cm" in offered(since, then, {}, BORN | CHART, NOW, DAYS))


def test_a_date_or_a_place_is_never_offered() -> None:
    for kind, answer in ((Kind.DATE, "2026-11-01"), (Kind.REGIONS, ["reg-calf:left"])):
        since = with_question("goals", kind=kind)
        then = read(since, {**BORN, "goals": answer}, THEN)
        assert {} == offered(since, then, {}, BORN, NOW, DAYS)


# --- laws --------------------------------------------------------------------------------------


def is_known(question: Question, answer: object) -> bool:
    value = counted(edition(), question, answer)
    return value is not None and value != UNSURE and not (isinstance(value, frozenset) and UNSURE in value)


def anew(said: Mapping[str, object]) -> dict[str, object]:
    """What somebody has said so far who answered only what is asked anew."""
    return {name: answer for name, answer in said.items() if name in ANEW} | BORN


@LAW
@given(chances)
def test_whatever_was_said_before_no_safety_question_is_answered_and_nothing_unknown_becomes_known(
    chance: Random,
) -> None:
    earlier = a_patient(chance) | BORN
    found = brought(earlier, anew(a_patient(chance)))

    assert set() == set(found) & ANEW
    assert all(is_known(edition().questions[name], earlier[name]) for name in found)
    assert found == {name: earlier[name] for name in found}


@LAW
@given(chances)
def test_whatever_is_confirmed_no_heavy_rule_hears_of_it_and_no_question_behind_one_is_hidden(
    chance: Random,
) -> None:
    said = anew(a_patient(chance))
    found = brought(a_patient(chance), said)
    without, confirmed = (read(edition(), answers, NOW) for answers in (said, said | found))

    for name in ANEW:
        assert without.asked(name) is confirmed.asked(name), name
    for line in (line.when for rule in HEAVY for line in rule.lines):
        assert holds(line, without.verdict) is holds(line, confirmed.verdict), line.text


@pytest.mark.slow
@LAW
@given(chances)
def test_a_form_that_is_wholly_confirmed_is_assessed_as_if_all_of_it_were_typed(chance: Random) -> None:
    typed = a_patient(chance, may_leave_out=False) | BORN
    found = brought(typed, anew(typed))
    said = {name: answer for name, answer in typed.items() if name not in found}

    assert assess(edition(), typed, NOW) == assess(edition(), said | found, NOW)
