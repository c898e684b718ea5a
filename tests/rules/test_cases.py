"""Every patient of the case book, and that the case book leaves no rule out."""

from dataclasses import fields, replace
from itertools import product

import pytest
from case_book import (
    Case,
    answers_of,
    assessed,
    cases,
    day_of,
    edition,
    filled_in,
    patients,
    wrong,
    wrongly_asked,
)

from rules.answers import counted
from rules.assess import assess, read
from rules.model import Edition, Level, Rule, Status, Urgency

# Rules that no patient can raise, and why.
NEVER_RAISED = {
    "haz-salivary": "no region lists it as high",
    "haz-joint": "no region lists it as high",
    "haz-scapular-foramen": "no region lists it as high",
}

# Rules that are never an ask, and why.
NEVER_ASKED = {
    **{rule.id: "what lies beneath a place is known once the place is" for rule in edition().rules if
       rule.id.startswith("haz-")},
    "sys-no-region": "a place is marked or it is not",
    "sys-conflict": "a contradiction is there or it is not",
    "pre-first-time": "information is printed, and doubt about it prints nothing",
    "pre-bloodborne": "information is printed, and doubt about it prints nothing",
    "mod-both-sides": "information is printed, and doubt about it prints nothing",
}  # fmt: skip


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_a_patient_of_the_case_book_gets_what_the_clinicians_wrote(case: Case) -> None:
    reading = read(edition(), filled_in()[case.name], day_of(case))
    assert [] == wrong(case, assessed(case)) + wrongly_asked(case, reading)


def test_a_case_names_only_what_the_edition_knows() -> None:
    known = set(edition().rule)
    for case in cases():
        named = {*case.raises, *case.asks, *case.informs, *case.absent, *case.urgency_of, *case.because}
        assert set() == named - known, case.name
        asked = {*case.asked, *case.not_asked, *case.forget, *case.change}
        assert set() == asked - set(edition().questions), case.name
        assert case.patient in patients()


def test_an_answer_in_a_case_counts_unless_the_case_says_that_it_is_malformed() -> None:
    for case in cases():
        odd = {q for q, v in case.change.items() if counted(edition(), edition().questions[q], v) is None}
        assert set(case.malformed) == odd, case.name


def test_no_two_cases_of_a_file_tell_the_same_story() -> None:
    assert len(cases()) == len(filled_in())
    assert [] == [case.name for case in cases() if not _expects(case)]


def _expects(case: Case) -> bool:
    said = {"title", "patient", "today", "change", "forget", "malformed", "file"}
    return any(getattr(case, f.name) not in ("", None, (), {}) for f in fields(case) if f.name not in said)


# --- every rule has its patients ---------------------------------------------------------------


@pytest.mark.parametrize("rule", edition().rules, ids=lambda rule: rule.id)
def test_some_patient_raises_the_rule(rule: Rule) -> None:
    raising = [case for case in cases() if rule.id in case.raises + case.informs]
    assert bool(raising) != (rule.id in NEVER_RAISED)


@pytest.mark.parametrize("rule", edition().rules, ids=lambda rule: rule.id)
def test_some_patient_leaves_the_rule_open(rule: Rule) -> None:
    asking = [case for case in cases() if rule.id in case.asks]
    assert bool(asking) != (rule.id in NEVER_ASKED)


def test_a_rule_that_is_never_an_ask_is_so_by_its_own_words() -> None:
    for rule_id in NEVER_ASKED:
        rule = edition().rule[rule_id]
        assert rule.never_ask or rule.level is Level.INFORMATION, rule_id


def test_a_rule_that_nobody_raises_has_no_place_that_could_raise_it() -> None:
    for hazard in NEVER_RAISED:
        assert "high" not in {region.hazards.get(hazard) for region in edition().regions.values()}


@pytest.mark.parametrize("rule", edition().rules, ids=lambda rule: rule.id)
def test_some_patient_just_misses_the_rule(rule: Rule) -> None:
    raising = [case for case in cases() if rule.id in case.raises + case.informs]
    missing = [case for case in cases() if rule.id in case.absent]
    near = any(len(_apart(one, other)) == 1 for one, other in product(raising, missing))
    assert near != (rule.id in NEVER_RAISED)


def _apart(one: Case, other: Case) -> set[str]:
    """The questions that both patients are asked and answer differently; or else the one left over."""
    mine, theirs = filled_in()[one.name], filled_in()[other.name]
    readings = [read(edition(), filled_in()[case.name], day_of(case)) for case in (one, other)]
    differ = {q for q in {*mine, *theirs} if mine.get(q) != theirs.get(q)} - {"main_region"}
    both_asked = {q for q in differ if all(reading.asked(q) is not False for reading in readings)}
    return both_asked or differ & {*one.change, *other.change}


@pytest.mark.parametrize("rule", edition().rules, ids=lambda rule: rule.id)
def test_some_patient_shows_each_urgency_of_the_rule(rule: Rule) -> None:
    shown = {case.urgency_of.get(rule.id) for case in cases() if rule.id in case.raises}
    assert {line.urgency for line in rule.lines if line.urgency} <= shown | {None}


def test_every_emergency_that_is_a_plain_yes_interrupts_some_patient() -> None:
    emergencies = {r.id for r in edition().rules if Urgency.EMERGENCY in {line.urgency for line in r.lines}}
    assert emergencies == {name for case in cases() for name in case.interrupts or ()} & emergencies


@pytest.mark.parametrize("rule", edition().rules, ids=lambda rule: rule.id)
def test_an_edition_without_the_rule_fails_its_patients(rule: Rule) -> None:
    without = replace(edition(), rules=tuple(other for other in edition().rules if other is not rule))
    raising = [case for case in cases() if rule.id in case.raises + case.informs]
    assert rule.id in NEVER_RAISED or wrong(raising[0], assessed(raising[0], without))


def test_a_patient_is_flagged_for_a_hazard_that_a_new_region_table_calls_high() -> None:
    calf = edition().regions["reg-calf"]
    for hazard in NEVER_RAISED:
        regions = {**edition().regions, calf.id: replace(calf, hazards={hazard: "high"})}
        found = assess(_with_regions(regions), filled_in_calf(), day_of(cases()[0]))
        flag = next(flag for flag in found.flags if flag.id == hazard)
        assert (Status.RAISED, ("reg-calf:left",)) == (flag.status, flag.regions)


def _with_regions(regions: dict) -> Edition:
    return replace(edition(), regions=regions)


def filled_in_calf() -> dict[str, object]:
    return answers_of(Case(title="A patient with calf pain", patient="calf"))
