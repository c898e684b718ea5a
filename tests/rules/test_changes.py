"""What is different since a patient's last form: flags, answers and scores."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from rules.answers import Reading
from rules.assess import assess, read
from rules.changes import AnswerChange, Put, Turn, answer_changes, flag_changes, scores
from rules.load import load, newest
from rules.model import Assessment, Flag, Level, Myofascial, Status, Urgency

EDITION = load(newest())
THEN, NOW = date(2026, 8, 3), date(2026, 11, 23)
FORM: Mapping[str, object] = {
    "date_of_birth": "1988-03-15",
    "pain_regions": ["reg-calf:left"],
    "pre_anticoagulant": "no",
    "immune_any": "no",
    "duration_number": 6,
    "duration_unit": "weeks",
}


def form(**answers: object) -> Reading:
    return read(EDITION, {**FORM, **answers}, NOW)


def changed(then: Reading, now: Reading, question: str) -> AnswerChange | None:
    return next((c for c in answer_changes(then, now) if c.question == question), None)


def holding(*flags: Flag) -> Assessment:
    return Assessment(Level.HOLD, None, "", flags, (), Myofascial("", None, ()), (), (), ())


def flag(level: Level = Level.HOLD, urgency: Urgency | None = None, status: Status = Status.RAISED) -> Flag:
    return Flag("rf-stroke", status, level, urgency, "person", (), ())


def turn(then: Flag, now: Flag) -> Turn | None:
    found = flag_changes(holding(then), holding(now))
    return found[0].turn if found else None


# --- flags -------------------------------------------------------------------------------------


def test_nothing_changed_between_two_forms_that_say_the_same() -> None:
    assert flag_changes(*(assess(EDITION, FORM, NOW) for _ in range(2))) == ()
    assert answer_changes(form(), form()) == ()


def test_a_flag_raised_since_is_new_and_one_no_longer_raised_is_gone() -> None:
    calm, ill = assess(EDITION, {**FORM, "rf_weight_loss": "no"}, NOW), {**FORM, "rf_weight_loss": "yes"}
    worse = assess(EDITION, ill, NOW)
    (new,), (gone,) = flag_changes(calm, worse), flag_changes(worse, calm)

    assert (new.id, new.turn, new.then) == ("rf-weight-loss", Turn.NEW, None)
    assert (gone.id, gone.turn, gone.now) == ("rf-weight-loss", Turn.GONE, None)


def test_a_flag_that_weighs_more_or_less_than_last_time_says_which() -> None:
    assert turn(flag(), flag(Level.URGENT)) is Turn.HEAVIER
    assert turn(flag(), flag(urgency=Urgency.SOON)) is Turn.HEAVIER
    assert turn(flag(status=Status.ASK), flag()) is Turn.HEAVIER
    assert turn(flag(), flag(Level.DECIDE)) is Turn.LIGHTER
    assert turn(flag(), flag(Level.URGENT, status=Status.ASK)) is Turn.DIFFERENT
    assert turn(flag(), flag()) is None


# --- answers -----------------------------------------------------------------------------------


def test_an_answer_given_differently_is_a_change() -> None:
    found = changed(form(), form(pre_anticoagulant="yes"), "pre_anticoagulant")

    assert found == AnswerChange("pre_anticoagulant", Put.ASKED, Put.ASKED)


def test_not_sure_or_no_answer_is_never_the_same_as_no() -> None:
    for unknown in ("unsure", None):
        assert changed(form(), form(pre_anticoagulant=unknown), "pre_anticoagulant") is not None
        assert changed(form(pre_anticoagulant=unknown), form(), "pre_anticoagulant") is not None


def test_the_same_boxes_ticked_in_another_order_are_no_change() -> None:
    then, now = form(pain_words=["d-aching", "d-deep"]), form(pain_words=["d-deep", "d-aching"])

    assert changed(then, now, "pain_words") is None


def test_a_question_put_on_one_form_only_is_told_with_the_form_that_did_not_ask_it() -> None:
    some = {"immune_any": "yes", "pre_immunosuppression": "yes"}
    opened = {c.question: c for c in answer_changes(form(), form(**some)) if c.then is Put.NOT_ASKED}

    assert opened
    assert all(change.now is Put.ASKED for change in opened.values())
    assert not any(c.then is Put.NOT_ASKED for c in answer_changes(form(**some), form()))


def test_a_question_that_an_edition_did_not_have_is_told_so_both_ways() -> None:
    fewer = {name: question for name, question in EDITION.questions.items() if name != "goals"}
    old = read(replace(EDITION, questions=fewer), FORM, THEN)
    now = form(goals="Swim again")

    assert changed(old, now, "goals") == AnswerChange("goals", Put.UNKNOWN_TO_IT, Put.ASKED)
    assert changed(now, old, "goals") == AnswerChange("goals", Put.ASKED, Put.UNKNOWN_TO_IT)


def test_a_question_that_neither_form_asked_is_no_change() -> None:
    assert EDITION.questions["rf_thunderclap"].asked_when is not None
    then = form(head_neck_new="no", rf_thunderclap="yes")

    assert changed(then, form(head_neck_new="no"), "rf_thunderclap") is None


def test_what_is_signed_or_scored_or_asked_at_the_desk_is_not_compared() -> None:
    now = form(nprs_now=9, typed_name="Asha", visit_date="2026-12-01", day_checked_in="yes", day_fever="yes")
    told = {change.question for change in answer_changes(form(), now)}

    assert told.isdisjoint({"nprs_now", "typed_name", "declaration", "visit_date", "day_fever"})


# --- scores ------------------------------------------------------------------------------------


def test_the_scores_of_a_form_are_means_of_what_they_take() -> None:
    answers = {"nprs_now": 4, "nprs_worst": 7, "nprs_best": 0, "psfs_count": "2", "psfs_1_score": 3}
    peg = {"peg_pain": 4, "peg_enjoyment": 3, "peg_activity": 6}
    found = scores(form(**answers, **peg, psfs_2_score=6))

    assert {name: value and round(value, 2) for name, value in found.items()} == {
        "now": 4,
        "worst": 7,
        "best": 0,
        "peg": 4.33,
        "psfs": 4.5,
    }


def test_a_score_with_an_answer_missing_is_not_known_and_never_nought() -> None:
    found = scores(form(nprs_now=None, peg_pain=4, peg_enjoyment=3, psfs_count="0"))

    assert found == dict.fromkeys(("now", "worst", "best", "peg", "psfs"))
