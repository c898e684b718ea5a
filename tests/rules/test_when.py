"""Three values: yes, no, and cannot tell; and the few shapes a condition may have."""

from itertools import permutations, product

import pytest

from rules.model import Clause
from rules.when import Verdict, holds, parse

YES, NO, CANNOT_TELL = True, False, None
LETTERS = "abcd"


def verdict(how: str, *verdicts: Verdict) -> Verdict:
    """What `how` makes of clauses that come out as these verdicts."""
    names = LETTERS[: len(verdicts)]
    known = dict(zip(names, verdicts, strict=True))
    condition = parse(f"{how}{', '.join(f'{name} = yes' for name in names)})")
    return holds(condition, lambda clause: known[clause.name])


@pytest.mark.parametrize("verdicts", list(product((YES, NO, CANNOT_TELL), repeat=3)))
def test_all_is_no_at_the_first_no_and_yes_only_when_nothing_is_open(verdicts: tuple[Verdict, ...]) -> None:
    expected = NO if NO in verdicts else CANNOT_TELL if CANNOT_TELL in verdicts else YES
    assert expected is verdict("all(", *verdicts)


@pytest.mark.parametrize("verdicts", list(product((YES, NO, CANNOT_TELL), repeat=3)))
def test_any_is_yes_at_the_first_yes_and_no_only_when_nothing_is_open(verdicts: tuple[Verdict, ...]) -> None:
    expected = YES if YES in verdicts else CANNOT_TELL if CANNOT_TELL in verdicts else NO
    assert expected is verdict("any(", *verdicts)


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ((YES, YES, NO, NO), YES),
        ((YES, YES, CANNOT_TELL, NO), YES),
        ((YES, CANNOT_TELL, NO, NO), CANNOT_TELL),
        ((CANNOT_TELL, CANNOT_TELL, NO, NO), CANNOT_TELL),
        ((YES, NO, NO, NO), NO),
        ((CANNOT_TELL, NO, NO, NO), NO),
        ((NO, NO, NO, NO), NO),
    ],
)
def test_two_signs_of_four_are_counted_in_any_order(verdicts: tuple[Verdict, ...], expected: Verdict) -> None:
    for order in set(permutations(verdicts)):
        assert expected is verdict("at_least(2, ", *order)


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("rf_lump = yes", Clause("rf_lump", "=", ("yes",))),
        ("pain_words = d-tight", Clause("pain_words", "=", ("d-tight",))),
        ("psfs_count in (1, 2, 3)", Clause("psfs_count", "in", ("1", "2", "3"))),
        ("pain_regions in grp-loin", Clause("pain_regions", "in", group="grp-loin")),
        ("fact.duration_weeks >= 4", Clause("fact.duration_weeks", ">=", number=4.0)),
        ("fact.bmi < 18.5", Clause("fact.bmi", "<", number=18.5)),
    ],
)
def test_a_clause_is_three_words(text: str, clause: Clause) -> None:
    assert (clause,) == parse(text).clauses
    assert text == parse(text).text


def test_the_commas_of_a_list_do_not_part_clauses() -> None:
    condition = parse("all(a in (x, y), b = yes)")
    assert (Clause("a", "in", ("x", "y")), Clause("b", "=", ("yes",))) == condition.clauses


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rf_lump",
        "rf_lump != yes",
        "not rf_lump = yes",
        "rf_lump = yes or rf_tb = yes",
        "all(any(a = yes, b = yes), c = yes)",
        "main_region in grp-loin",
        "fact.age > 18",
        "fact.age >= -1",
        "at_least(0, a = yes)",
        "at_least(3, a = yes, b = yes)",
        "at_least(a = yes, b = yes)",
        "all()",
        "a = yes\n",
    ],
)
def test_anything_else_is_no_condition(text: str) -> None:
    with pytest.raises(ValueError, match="clause"):
        parse(text)
