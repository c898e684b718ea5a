"""Conditions as a clinician reads them on the rule sheet."""

from dataclasses import replace
from datetime import date

import pytest

from rules.assess import assess
from rules.load import load, newest
from rules.model import Fact, Kind, Level, Status
from rules.sentences import clause_words, levels_if_unsure, name_of, named_facts, said, where_words
from rules.when import parse


@pytest.fixture(scope="module")
def edition():
    return load(newest())


SENTENCES = [
    ("rf_lump = yes", "the answer to “New lump anywhere?” is yes"),
    (
        "guardian_present = no",
        ("the answer to “Is a parent or guardian filling this in with you and coming to the visit?” is no"),
    ),
    ("needle_willing = no", "the answer to “Happy to talk about thin needle treatment?” is “No needles”"),
    ("onset in (sudden, injury)", "the answer to “How did it start?” is “Suddenly” or “Injury or strain”"),
    (
        "pain_eased_by in (rest, warmth, cold)",
        ("“Rest”, “Warmth” or “Cold” is ticked under “Better with (tick all)”"),
    ),
    ("nprs_now >= 7", "the answer to “Pain now” is 7 or more"),
    ("weeks_pregnant < 14", "the answer to “How many full weeks pregnant are you?” is below 14"),
    ("pain_regions in grp-heart-near", "a place in the group “heart near” is marked"),
    ("fact.age >= 50", "the patient is 50 or over"),
    ("fact.duration_weeks < 6", "the pain has lasted under 6 weeks"),
    ("fact.over_4_weeks = yes", "the pain has lasted 4 weeks or more"),
    ("fact.haz_pleura = yes", "a place is marked with a high hazard to: pleura and lung"),
    ("fact.med_vka = yes", "the list of medicines names a vitamin K antagonist"),
    ("fact.thinned_blood = yes", "“thinned blood” holds"),
    (
        "all(fact.age < 18, rf_lump = yes)",
        ("the patient is under 18, and the answer to “New lump anywhere?” is yes"),
    ),
    (
        "any(fact.age < 18, fact.age >= 65, fact.no_region = yes)",
        (
            "any of these holds: the patient is under 18; "
            "the patient is 65 or over; no place is marked on the body chart"
        ),
    ),
    (
        "at_least(1, fact.age < 18, fact.age >= 65)",
        ("at least 1 of these hold: the patient is under 18; the patient is 65 or over"),
    ),
]


@pytest.mark.parametrize(("condition", "expected"), SENTENCES)
def test_a_condition_reads_as_a_sentence(edition, condition, expected):
    assert expected == said(edition, parse(condition)).sentence


def test_two_questions_worded_alike_are_told_apart(edition):
    [clause] = parse("gca_signs = jaw").clauses

    assert clause_words(edition, clause).endswith("under “Which of these do you have?” (gca_signs)")


def test_every_condition_of_the_edition_reads_as_a_sentence_without_an_id(edition):
    spoken = [said(edition, line.when).sentence for rule in edition.rules for line in rule.lines]

    assert [] == [sentence for sentence in spoken if "fact." in sentence or "grp-" in sentence]


def test_every_computed_fact_of_the_edition_has_words_of_its_own(edition):
    computed = [fact for fact in edition.facts.values() if fact.when is None]
    clauses = [
        parse(f"{fact.id} >= 2" if fact.gives == "number" else f"{fact.id} = yes").clauses[0]
        for fact in computed
    ]

    assert [] == [clause.name for clause in clauses if "“" in clause_words(edition, clause)]


def test_a_fact_of_a_later_edition_is_named_until_it_has_words(edition):
    facts = {"fact.new": Fact("fact.new", None, "number"), "fact.odd": Fact("fact.odd", None)}
    later = replace(edition, facts=facts)

    assert "“new” is 3 or more" == said(later, parse("fact.new >= 3")).sentence
    assert "“odd” holds" == said(later, parse("fact.odd = yes")).sentence


def test_a_text_or_date_of_a_later_edition_is_compared_word_for_word(edition):
    question = replace(edition.questions["goals"], kind=Kind.TEXT)
    later = replace(edition, questions={"goals": question})

    assert "the answer to “Goals, and anything else” is “run”" == said(later, parse("goals = run")).sentence


def test_the_facts_behind_a_rule_are_each_explained_once(edition):
    conditions = [line.when for line in edition.rule["rf-ces-sexual"].lines]

    named = [fact.id for fact in named_facts(edition, conditions)]
    assert ["fact.ces_sexual_urgent", "fact.any_ces", "fact.severe_pain"] == named


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("fact.thinned_blood", "thinned blood"),
        ("grp-heart-near", "heart near"),
        ("fact.takes_vka", "takes vitamin K antagonist"),
    ],
)
def test_an_id_is_said_in_words(identifier, expected):
    assert expected == name_of(identifier)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("rf-cardiac", "whole person"),
        ("abs-local-infection", "every marked place"),
        ("combo-steroid-bone", "the marked places in the group “spine”"),
        ("haz-pleura", "the marked places with a high hazard to: pleura and lung"),
    ],
)
def test_a_rule_says_where_it_applies(edition, rule, expected):
    assert expected == where_words(edition, edition.rule[rule])


def test_what_the_sheet_says_of_unsure_answers_is_what_the_rules_do(edition):
    asked = [flag for flag in assess(edition, {}, date(2026, 11, 23)).flags if flag.status is Status.ASK]

    assert len(asked) > 30
    for flag in asked:
        assert flag.level in levels_if_unsure(edition.rule[flag.id]), flag.id


def test_a_rule_that_is_never_asked_and_information_raise_nothing_when_unsure(edition):
    assert () == levels_if_unsure(edition.rule["haz-pleura"])
    information = [rule for rule in edition.rules if rule.level is Level.INFORMATION]
    assert [()] * len(information) == [levels_if_unsure(rule) for rule in information]


def test_an_idea_of_a_single_clause_is_spelt_out_and_not_named(edition):
    assert () == named_facts(edition, [parse("fact.over_4_weeks = yes")])
