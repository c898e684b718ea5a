"""What another edition would conclude differently: nothing is overlooked, and nothing is made up."""

from dataclasses import replace
from datetime import date

from rules.assess import assess
from rules.load import load, newest
from rules.model import Flag, Level, Status, Urgency
from rules.replay import Conclusion, concluded, difference

HOLD = Flag("abs-one", Status.RAISED, Level.HOLD, None, "person", (), ("q1",))
CARE = Flag("pre-two", Status.RAISED, Level.DECIDE, None, "region", ("reg-a:left", "reg-b"), ("q2",))
BEFORE = Conclusion(Level.HOLD, None, (HOLD, CARE))


def test_the_same_conclusion_is_no_difference():
    assert difference(BEFORE, BEFORE) is None


def test_what_caused_a_flag_and_the_order_of_its_places_do_not_count_as_a_difference():
    turned = replace(CARE, regions=("reg-b", "reg-a:left"), because=("q3",))

    assert difference(BEFORE, replace(BEFORE, flags=(HOLD, turned))) is None


def test_a_flag_only_the_other_edition_raises_is_new():
    new = replace(HOLD, id="abs-three")
    found = difference(BEFORE, replace(BEFORE, flags=(HOLD, CARE, new)))

    assert ((new,), (), ()) == (found.new, found.gone, found.changed)


def test_a_flag_the_other_edition_no_longer_raises_is_gone():
    found = difference(BEFORE, replace(BEFORE, flags=(HOLD,)))

    assert ((), (CARE,), ()) == (found.new, found.gone, found.changed)


def test_a_flag_that_weighs_differently_is_shown_as_it_would_be():
    for changed in (
        replace(CARE, status=Status.ASK),
        replace(CARE, level=Level.HOLD),
        replace(CARE, urgency=Urgency.SOON),
        replace(CARE, regions=("reg-a:left",)),
    ):
        found = difference(BEFORE, replace(BEFORE, flags=(HOLD, changed)))

        assert ((), (), (changed,)) == (found.new, found.gone, found.changed)


def test_another_outcome_or_urgency_is_a_difference_without_any_flag():
    for after in (replace(BEFORE, outcome=Level.URGENT), replace(BEFORE, urgency=Urgency.SOON)):
        found = difference(BEFORE, after)

        assert (BEFORE, after, (), (), ()) == (
            found.before,
            found.after,
            found.new,
            found.gone,
            found.changed,
        )


def test_an_assessment_is_compared_by_its_outcome_its_urgency_and_its_flags():
    made = assess(load(newest()), {}, date(2026, 11, 22))

    assert Conclusion(made.outcome, made.urgency, made.flags) == concluded(made)
