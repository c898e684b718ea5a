"""Laws that hold for every patient, whatever they answer. The patients are made up by repeatable chance."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest
from case_book import Case, answers_of, edition
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.answers import ABSENT, UNSURE, counted
from rules.assess import assess, read
from rules.model import Assessment, Kind, Level, Question, Urgency
from rules.result import as_result
from rules.spoken import asked_in_words
from rules.when import holds

TODAY = date(2026, 11, 22)
LAW = settings(derandomize=True, max_examples=60, deadline=None, database=None)
MEDICINES = ("Vitamin C", "warfarin 5 mg", "ecosprin-75", "methotrexate", "Wysolone", "apixaban and aspirin")
chances = st.randoms(use_true_random=True)


# --- made-up patients --------------------------------------------------------------------------


def a_patient(chance: Random, *, may_leave_out: bool = True) -> dict[str, Any]:
    """Answers to the questions that the form asks, in its order: some worrying, some unsure, some missing."""
    worry = chance.choice((0.03, 0.1, 0.3, 0.8))
    gaps = chance.choice((0.0, 0.02, 0.2)) if may_leave_out else 0.0
    answers: dict[str, Any] = {}
    for question in edition().questions.values():
        if read(edition(), answers, TODAY).asked(question.id) is False or chance.random() < gaps:
            continue
        if question.required or chance.random() < 0.5:
            answers[question.id] = an_answer(chance, question, worry)
    return answers


def an_answer(chance: Random, question: Question, worry: float) -> Any:
    options = [option.id for option in question.options]
    if question.kind is Kind.YES_NO:
        return chance.choice(("yes", "no", UNSURE)) if chance.random() < worry else question.clear
    if question.kind is Kind.CHOICE:
        return chance.choice([*options, UNSURE])
    if question.kind is Kind.CHOICES:
        alone = [o for o in ("none", UNSURE) if o in options]
        ticked = chance.sample(options, chance.randint(1, 3))
        return [chance.choice(alone)] if alone and chance.random() > worry else ticked
    if question.kind is Kind.NUMBER:
        return chance.choice((0, 1, 2, 4, 6, 7, 9, 12, 13, 14, 19.9, 20, 27, 28, 60, 75, 180))
    if question.kind is Kind.DATE:
        return a_date(chance, question.id).isoformat()
    if question.kind is Kind.TEXT:
        return chance.choice(MEDICINES)
    return chance.sample(list(edition().token_order), chance.choice((1, 1, 2, 3, 6)))


def a_date(chance: Random, question_id: str) -> date:
    if question_id == "visit_date":
        return date(2026, 11, chance.randint(23, 30))
    first = 1936 if question_id == "date_of_birth" else 2025
    return date(chance.randint(first, 2026), chance.randint(1, 12), chance.randint(1, 28))


def assessed(answers: dict[str, Any]) -> Assessment:
    return assess(edition(), answers, TODAY)


def clear_answers(answers: dict[str, Any]) -> Iterator[str]:
    """The yes or no questions that are asked and answered on their harmless side."""
    reading = read(edition(), answers, TODAY)
    for question in edition().questions.values():
        clear = question.kind is Kind.YES_NO and answers.get(question.id) == question.clear
        if clear and reading.asked(question.id) is not False:
            yield question.id


def is_no_lower(after: Assessment, before: Assessment) -> bool:
    """Law 4: an outcome may sink only where a contradiction was cleared."""
    return after.outcome.rank >= before.outcome.rank or has_conflict(before) > has_conflict(after)


def has_conflict(assessment: Assessment) -> bool:
    return any(flag.id == "sys-conflict" for flag in assessment.flags)


# --- the laws ----------------------------------------------------------------------------------


@pytest.mark.slow
@LAW
@given(chances)
def test_a_worry_or_a_doubt_in_place_of_a_clear_answer_never_lowers_the_outcome(chance: Random) -> None:
    answers = a_patient(chance)
    before = assessed(answers)
    clear = list(clear_answers(answers))
    for question in chance.sample(clear, min(len(clear), 12)):
        other = "no" if answers[question] == "yes" else "yes"
        for answer in (other, UNSURE):
            assert is_no_lower(assessed(answers | {question: answer}), before), (question, answer)


@pytest.mark.slow
@LAW
@given(chances)
def test_a_clear_answer_left_out_never_lowers_the_outcome(chance: Random) -> None:
    answers = a_patient(chance)
    before = assessed(answers)
    clear = list(clear_answers(answers))
    for question in chance.sample(clear, min(len(clear), 15)):
        without = {q: a for q, a in answers.items() if q != question}
        assert is_no_lower(assessed(without), before), question


def test_only_clearing_a_contradiction_lowers_the_outcome() -> None:
    stray = Case("A vitamin is left over from before", "low back", change={"medicines_list": "Vitamin C"})
    told = replace(stray, change=stray.change | {"takes_medicines": "yes"})
    before, after = (assessed(answers_of(case)) for case in (stray, told))
    assert (True, Level.HOLD) == (has_conflict(before), before.outcome)
    assert (False, Level.NONE) == (has_conflict(after), after.outcome)


@pytest.mark.slow
@LAW
@given(chances)
def test_a_forgotten_answer_never_makes_a_flag_vanish(chance: Random) -> None:
    answers = a_patient(chance)
    flags = {flag.id for flag in assessed(answers).flags}
    required = [q for q in answers if edition().questions[q].required and q != "pain_regions"]
    for question in chance.sample(required, min(len(required), 15)):
        without = {q: a for q, a in answers.items() if q != question}
        gone = flags - {flag.id for flag in assessed(without).flags}
        assert set() == {name for name in gone if not name.startswith("sys-")}, question


@LAW
@given(chances)
def test_a_forgotten_body_chart_takes_away_only_what_lies_beneath_the_marks(chance: Random) -> None:
    answers = a_patient(chance)
    unmarked = assessed({q: a for q, a in answers.items() if q != "pain_regions"})
    gone = {flag.id for flag in assessed(answers).flags} - {flag.id for flag in unmarked.flags}
    assert set() == {name for name in gone if not name.startswith(("sys-", "haz-"))}
    assert "sys-no-region" in {flag.id for flag in unmarked.flags}


@pytest.mark.slow
@LAW
@given(chances)
def test_an_answer_to_a_question_not_asked_changes_nothing_but_the_conflict(chance: Random) -> None:
    answers = a_patient(chance)
    reading = read(edition(), answers, TODAY)
    silent = [q for q in edition().questions.values() if reading.asked(q.id) is False]
    for question in chance.sample(silent, 12):
        given_anyway = assessed(answers | {question.id: an_answer(chance, question, 1.0)})
        assert without_conflict(given_anyway) == without_conflict(assessed(answers)), question.id


def without_conflict(assessment: Assessment) -> tuple[Any, ...]:
    flags = tuple(flag for flag in assessment.flags if flag.id != "sys-conflict")
    rest = (assessment.myofascial, assessment.muscles, assessment.muscles_left_out, assessment.information)
    return (assessment.urgency, assessment.interrupts, flags, *rest)


@LAW
@given(chances)
def test_the_order_of_answers_and_of_ticks_changes_nothing(chance: Random) -> None:
    answers = a_patient(chance)
    shuffled = list(answers.items())
    chance.shuffle(shuffled)
    again = {q: chance.sample(a, len(a)) if isinstance(a, list) else a for q, a in shuffled}
    assert assessed(answers) == assessed(again)


@LAW
@given(chances)
def test_a_question_that_may_have_to_be_asked_counts_as_asked(chance: Random) -> None:
    answers = a_patient(chance)
    reading = read(edition(), answers, TODAY)
    for question in edition().questions.values():
        if reading.asked(question.id) is None:
            counts = counted(edition(), question, answers.get(question.id))
            unknown = None if question.required else ABSENT
            expected = None if counts == UNSURE else unknown if counts is None else counts
            assert expected == reading.value(question.id), question.id


@LAW
@given(chances)
def test_an_emergency_interrupts_only_on_a_plain_yes(chance: Random) -> None:
    answers = a_patient(chance)
    reading = read(edition(), answers, TODAY)
    plain = {
        rule.id
        for rule in edition().rules
        for line in rule.lines
        if line.urgency is Urgency.EMERGENCY and holds(line.when, reading.verdict) is True
    }
    assert plain == set(assessed(answers).interrupts)
    doubts = {q: [UNSURE] if isinstance(a, list) else UNSURE for q, a in answers.items()}
    assert () == assessed(doubts).interrupts


@pytest.mark.slow
@LAW
@given(chances)
def test_later_pages_never_take_an_interrupt_back(chance: Random) -> None:
    answers = a_patient(chance)
    so_far: dict[str, Any] = {}
    interrupted: set[str] = set()
    for page in edition().pages:
        so_far |= {q.id: answers[q.id] for q in page.questions if q.id in answers}
        found = set(assessed(so_far).interrupts)
        assert interrupted <= found, page.id
        interrupted = found


# --- no input may stop the rules ---------------------------------------------------------------

texts = st.text(st.characters(exclude_categories=()), max_size=8)  # lone surrogates too
plausible = st.sampled_from(
    ["yes", "no", "unsure", "none", "2000-02-30", "2026-11-22", "0000-00-00", "reg-calf", "reg-calf:left"]
)
numbers = st.one_of(
    st.integers(-3, 300), st.floats(), st.sampled_from([10**400, -(10**400), 1e-200, 1e200, 5e-324])
)
leaves = st.one_of(st.none(), st.booleans(), numbers, plausible, texts)
anything = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=6,
)
names = st.one_of(st.sampled_from(list(edition().questions)), texts)
MANY = settings(LAW, max_examples=150)


@pytest.mark.slow
@MANY
@given(chances, st.dictionaries(names, anything, max_size=25))
def test_any_answers_at_all_come_to_the_same_conclusion_twice(chance: Random, junk: dict[str, Any]) -> None:
    answers = a_patient(chance) | junk
    found = assessed(answers)
    assert found == assessed(dict(answers))
    assert json.loads(json.dumps(as_result(found))) == as_result(found)


@MANY
@given(st.dictionaries(names, anything, max_size=25))
def test_any_answers_at_all_can_be_said_in_words(junk: dict[str, Any]) -> None:
    for _, spoken in asked_in_words(read(edition(), junk, TODAY), date.isoformat):
        assert all(answer.words for answer in spoken)
