"""Corrected answers on the summary: no flag of the form goes, what is new is loud, and unknown is asked."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from papers import PLAIN, SENT, TODAY, answered, copy_of, edition, html_of, paper, summary_pdf

from rules.assess import assess
from screening.documents.after import After, Correction, Handled
from screening.documents.paper import DayCheck, Paper, Voice, made_at
from screening.documents.summary import summary_identifier
from screening.documents.summary_corrections import after_corrections, every_flag
from screening.documents.summary_day import on_the_day
from screening.settings import Clinic
from screening.words import speaker
from tests.reading import pages

LATER = SENT + timedelta(hours=3)
VOICE = Voice(speaker("en"), "en", Clinic())
MARK = "does not follow from the corrected answers"
CALM = answered("no")


def correction(answers: Mapping[str, object], question: str, at: datetime = LATER) -> Correction:
    """`answers` are all that count once the one to `question` was corrected."""
    found = assess(edition(), answers, TODAY)
    return Correction(question, answers[question], "Asked at the visit.", answers, found, "Dana Example", at)


def corrected(story: dict[str, object], **now: object) -> Paper:
    """A story whose answers were corrected one after another."""
    made, counting = [], dict(story)
    for number, (question, answer) in enumerate(now.items()):
        counting = {**counting, question: answer}
        made.append(correction(counting, question, LATER + timedelta(minutes=number)))
    return paper(story, after=After(corrections=tuple(made)))


def titles(printed: Paper, *flags: str) -> list[str]:
    return [printed.edition.rule[flag].title for flag in flags]


def test_a_summary_without_corrections_says_nothing_of_them() -> None:
    assert after_corrections(paper(CALM), VOICE) is None
    assert "After corrections" not in html_of(paper(CALM))


def test_a_correction_that_raises_something_urgent_is_told_at_the_top_and_in_full() -> None:
    printed = corrected(CALM, rf_stroke="yes")
    (title,) = titles(printed, "rf-stroke")
    told = html_of(printed)

    assert told.index(f"New after corrections: {title}") < told.index("At a glance")
    assert told.index("After corrections</h2>") < told.index(f'<b class="flag__title">{title}</b>')


def test_a_flag_that_no_longer_follows_stays_where_it_was_and_says_so() -> None:
    story = answered("no", rf_weight_loss="yes")
    printed = corrected(story, rf_weight_loss="no")
    (title,) = titles(printed, "rf-weight-loss")
    words = after_corrections(printed, VOICE)
    told = html_of(printed)

    assert words is not None
    assert title in words.gone
    assert f'<b class="flag__title">{title}</b>' in told
    assert told.count(f'<span class="private">{MARK}</span>') == len(words.gone)
    assert [flag.id for flag in printed.assessment.flags] == [
        flag.id for flag in paper(story).assessment.flags
    ]


def test_both_outcomes_are_said() -> None:
    words = after_corrections(corrected(CALM, rf_stroke="yes"), VOICE)
    level, urgency = edition().words["urgent-referral"], edition().words["emergency-now"]

    assert words is not None
    assert words.outcome.endswith(f"With the corrected answers: {level}, {urgency}.")
    assert edition().words[paper(CALM).assessment.outcome] in words.outcome


def test_an_answer_corrected_to_not_known_makes_its_flag_ask() -> None:
    for unknown in ("unsure", None):
        printed = corrected(CALM, rf_stroke=unknown)
        words = after_corrections(printed, VOICE)
        assert words is not None
        row = next(row for row in words.flags if row.title == titles(printed, "rf-stroke")[0])
        assert row.status == "ask"


def test_questions_that_a_correction_brings_are_unknown_until_they_are_asked() -> None:
    story = {name: said for name, said in CALM.items() if name != "pre_immunosuppression"}
    printed = corrected({**story, "immune_any": "no"}, immune_any="yes")
    words = after_corrections(printed, VOICE)
    opened = edition().questions["pre_immunosuppression"]

    assert words is not None
    assert (opened.text, "No answer given") in {(one.question, one.answer) for one in words.opened}
    assert any("No answer given" in row.said and row.status == "ask" for row in words.flags)


def test_every_correction_is_printed_and_the_latest_stands_in_the_answers() -> None:
    printed = corrected(answered("yes"), rf_stroke="no", rf_weight_loss="no", rf_cardiac="unsure")
    again = corrected(CALM, rf_stroke="yes")
    second = correction({**CALM, "rf_stroke": "unsure"}, "rf_stroke", LATER + timedelta(hours=1))
    twice = paper(CALM, after=After(corrections=(*again.after.corrections, second)))
    told = html_of(twice)

    assert html_of(printed).count("Asked at the visit.") == 3
    assert told.count("Asked at the visit.") == 2
    assert "<b>No</b> (corrected to “Not sure”)" in told
    assert "corrected to “Yes”" not in told


def test_a_flag_that_is_lighter_with_the_corrected_answers_is_named_as_lighter() -> None:
    printed = corrected(answered("no", rf_stroke="yes"), rf_stroke="unsure")
    words = after_corrections(printed, VOICE)

    assert words is not None
    assert [line.partition(" (")[0] for line in words.lighter] == titles(printed, "rf-stroke")
    assert words.news == "No flag is new after the corrections."


def test_what_was_done_about_a_flag_that_a_correction_raised_is_printed() -> None:
    made = corrected(CALM, rf_stroke="yes").after.corrections
    handled = Handled("rf-stroke", "resolved", "Dana Example", LATER, "Ambulance called.")
    printed = paper(CALM, after=After(handled=(handled,), corrections=made))

    assert every_flag(printed)[-1].id == "rf-stroke"
    assert "Ambulance called." in html_of(printed)


def test_a_flag_that_only_an_earlier_correction_raised_is_still_named() -> None:
    raised, taken_back = (correction({**CALM, "rf_stroke": said}, "rf_stroke") for said in ("yes", "no"))
    words = after_corrections(paper(CALM, after=After(corrections=(raised, taken_back))), VOICE)

    assert words is not None
    assert [flag.id for flag in words.dropped] == ["rf-stroke"]
    assert words.loud == ""


def test_a_question_to_ask_that_was_answered_by_a_correction_says_so() -> None:
    printed = corrected(answered("no", pre_fainting="unsure"), pre_fainting="no")

    assert "Not sure (corrected to “No”)" in html_of(printed)
    assert "Not sure</b> (corrected to “No”)" in html_of(printed)


def test_an_arrival_check_after_a_correction_tells_only_of_what_is_new_at_arrival() -> None:
    made = correction({**CALM, "rf_stroke": "yes"}, "rf_stroke")
    today = {"day_checked_in": "yes", "day_fever": "yes"}
    found = assess(edition(), {**made.answers, **today}, TODAY)
    check = DayCheck(today, found, "Desk Example", LATER + timedelta(hours=1))
    printed = paper(CALM, after=After(corrections=(made,)), day=check)
    new = [flag.id for flag in on_the_day(printed).assessment.flags]

    assert "abs-acute-illness" in new
    assert "rf-stroke" not in new
    assert MARK not in html_of(printed)


def test_a_correction_makes_another_file_of_a_later_moment_and_leaves_the_patients_copy_alone() -> None:
    plain, printed = paper(PLAIN), corrected(dict(PLAIN), rf_stroke="yes")

    assert summary_identifier(plain) != summary_identifier(printed)
    assert made_at(plain) < made_at(printed) == LATER
    assert copy_of(plain) == copy_of(printed)


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 30])
def test_many_corrections_leave_the_summary_short_enough_to_read(number: int) -> None:
    asked = [q.id for q in edition().questions.values() if q.kind == "yes_no" and q.asked_by == "patient"]
    printed = corrected(CALM, **dict.fromkeys(asked[:number], "yes"))
    before, after = (len(pages(summary_pdf(one))) for one in (paper(CALM), printed))

    assert after - before <= 2 + number // 4
