"""Does the case book notice? Each clause, each value and each line is taken out of the edition in turn."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
from case_book import Case, about, cases, day_of, edition, filled_in, wrong, wrongly_asked

from rules.assess import conclude, read
from rules.model import Condition, Edition, Fact, Question, Rule

# What may be taken out without any patient noticing, and why.
SAYS_NOTHING_NEW = {
    "rf-major-trauma: trauma_when without hours_48": "the line before says emergency for the same accident",
    "rf-self-harm: rf_self_harm without now": "the line before says emergency for the same answer",
    "fact.pancoast_sign: pancoast_signs without blood": "the line before says same day for the same answer",
}


def shorter(condition: Condition) -> Iterator[tuple[str, Condition]]:
    """The condition with one clause left out, and with one value of a list left out, by name."""
    clauses = condition.clauses
    for place, clause in enumerate(clauses):
        rest = clauses[:place] + clauses[place + 1 :]
        if rest:
            yield f"without {clause}", replace(condition, clauses=rest, n=min(condition.n, len(rest)))
        for value in clause.values if len(clause.values) > 1 else ():
            fewer = replace(clause, values=tuple(v for v in clause.values if v != value))
            yield (
                f"{clause.name} without {value}",
                replace(condition, clauses=(*clauses[:place], fewer, *clauses[place + 1 :])),
            )


def shorter_rules() -> Iterator[tuple[str, Rule]]:
    for rule in edition().rules:
        for place, line in enumerate(rule.lines):
            before, after = rule.lines[:place], rule.lines[place + 1 :]
            if before or after:
                yield f"{rule.id}: without line {place}", replace(rule, lines=before + after)
            for name, when in shorter(line.when):
                yield f"{rule.id}: {name}", replace(rule, lines=(*before, replace(line, when=when), *after))


def shorter_facts() -> Iterator[tuple[str, Fact]]:
    for fact in edition().facts.values():
        for name, when in shorter(fact.when) if fact.when else ():
            yield f"{fact.id}: {name}", replace(fact, when=when)


def shorter_questions() -> Iterator[tuple[str, Question]]:
    for question in edition().questions.values():
        for name, when in shorter(question.asked_when) if question.asked_when else ():
            yield f"{question.id}: {name}", replace(question, asked_when=when)


@cache
def telling(rule_id: str) -> tuple[Case, ...]:
    """What the case book expects of the rule, case by case."""
    return tuple(
        about(case, rule_id)
        for case in cases()
        if rule_id in case.raises + case.asks + case.informs + case.absent
    )


def notices(changed: Edition, rule: Rule) -> bool:
    alone = replace(changed, rules=(rule,))
    return any(
        wrong(case, conclude(read(alone, filled_in()[case.name], day_of(case)))) for case in telling(rule.id)
    )


def notices_asking(changed: Edition, question_id: str | None = None) -> bool:
    return any(
        wrongly_asked(case, read(changed, filled_in()[case.name], day_of(case)))
        for case in cases()
        if question_id in case.asked + case.not_asked or (question_id is None and case.asked + case.not_asked)
    )


@cache
def resting_on(fact_id: str) -> tuple[str, ...]:
    """The rules that the fact stands behind, through other facts."""
    facts = {fact_id}
    while grown := {f.id for f in edition().facts.values() if _names(f.when) & facts} - facts:
        facts |= grown
    return tuple(r.id for r in edition().rules if any(_names(line.when) & facts for line in r.lines))


def _names(condition: Condition | None) -> set[str]:
    return {clause.name for clause in condition.clauses} if condition else set()


def test_a_patient_notices_each_part_of_a_rule() -> None:
    missed = [name for name, rule in shorter_rules() if not notices(edition(), rule)]
    assert [] == [name for name in missed if name not in SAYS_NOTHING_NEW]


def test_a_patient_notices_each_part_of_a_fact() -> None:
    missed = []
    for name, fact in shorter_facts():
        changed = replace(edition(), facts={**edition().facts, fact.id: fact})
        seen = any(notices(changed, edition().rule[rule_id]) for rule_id in resting_on(fact.id))
        if not seen and not notices_asking(changed):
            missed.append(name)
    assert [] == [name for name in missed if name not in SAYS_NOTHING_NEW]


def test_a_patient_notices_each_part_of_who_is_asked_what() -> None:
    missed = []
    for name, question in shorter_questions():
        questions = {**edition().questions, question.id: question}
        if not notices_asking(replace(edition(), questions=questions), question.id):
            missed.append(name)
    assert [] == [name for name in missed if name not in SAYS_NOTHING_NEW]


@pytest.mark.parametrize("name", SAYS_NOTHING_NEW)
def test_what_says_nothing_new_is_still_in_the_edition(name: str) -> None:
    assert name in {part for part, _ in (*shorter_rules(), *shorter_facts(), *shorter_questions())}
