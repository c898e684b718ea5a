"""A returning patient's summary: what differs from the form before, and the scores over all visits."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from papers import SENT, answered, html_of, paper, summary_pdf

from screening.documents.after import After, Correction
from screening.documents.paper import Paper, Voice, made_at
from screening.documents.render import pdf
from screening.documents.scorechart import score_svg
from screening.documents.summary import summary_css, summary_identifier
from screening.documents.summary_changes import Changes, changes, score_assets, score_charts
from screening.settings import Clinic
from screening.words import speaker
from tests.reading import pages

VOICE = Voice(speaker("en"), "en", Clinic())


def visit(reference: str, days: int, answers: Mapping[str, object]) -> Paper:
    return replace(paper(dict(answers)), reference=reference, submitted_at=SENT + timedelta(days=days))


def returning(then: Mapping[str, object], now: Mapping[str, object]) -> Paper:
    return replace(paper(dict(now)), earlier=(visit("THEN-1", -60, then),))


def told(then: Mapping[str, object], now: Mapping[str, object]) -> Changes:
    found = changes(returning(then, now), VOICE)
    assert found is not None
    return found


def test_somebody_who_is_here_for_the_first_time_has_nothing_to_compare() -> None:
    assert changes(paper(answered("no")), VOICE) is None
    assert score_charts(paper(answered("no")), VOICE) == ()
    assert "Changes since last time" not in html_of(paper(answered("no")))


def test_flags_that_came_went_or_weigh_otherwise_are_told_with_both_weights() -> None:
    found = told(
        answered("no", rf_weight_loss="yes", rf_stroke="unsure"),
        answered("no", rf_stroke="yes", rf_lump="yes"),
    )
    turns = {title: (each.turn, each.then, each.now) for each in found.flags for title in each.titles}
    rules = paper(answered("no")).edition.rule

    assert turns[rules["rf-weight-loss"].title] == (
        "No longer flagged",
        "URGENT REFERRAL · Soon · Raised",
        "Not flagged",
    )
    assert turns[rules["rf-stroke"].title][0] == "Heavier"
    assert turns[rules["rf-lump"].title][:2] == ("New", "Not flagged")


def test_an_answer_that_differs_is_told_then_and_now_and_unknown_is_said() -> None:
    then = answered("no", goals="Swim")
    now = {**answered("no", rf_stroke="unsure", goals="Run"), "rf_lump": None}
    del now["rf_cardiac"]
    rows = {
        question: (each.then, each.now) for each in told(then, now).answers for question in each.questions
    }
    asked = paper(then).edition.questions

    assert rows[asked["rf_stroke"].text] == ("No", "Not sure")
    assert rows[asked["rf_lump"].text] == ("No", "I do not know")
    assert rows[asked["rf_cardiac"].text] == ("No", "No answer given")
    assert rows[asked["goals"].text] == ("Swim", "Run")


def test_a_long_answer_is_cut_and_says_on_which_form_it_stands_in_full() -> None:
    (group,) = told(answered("no", goals="Swim " * 60), answered("no", goals="Run")).answers

    assert group.then.endswith("… (in full on form THEN-1)")
    assert len(group.then) < 200


def test_questions_that_only_one_of_two_editions_had_are_named() -> None:
    now = paper(answered("no"))
    fewer = {name: asked for name, asked in now.edition.questions.items() if name != "goals"}
    old = replace(visit("THEN-1", -60, answered("no")), edition=replace(now.edition, questions=fewer))
    found = changes(replace(now, earlier=(old,)), VOICE)

    assert found is not None
    assert found.not_had == (now.edition.questions["goals"].text,)


def test_a_private_question_is_marked_where_it_differs() -> None:
    found = told(answered("no"), answered("no", private_any="yes", pre_mental_health="yes"))
    private = paper(answered("no")).edition.questions["private_any"]

    assert private.not_for_desk
    asked = [question for each in found.answers for question in each.questions]
    assert f"{private.text} (private: speak alone)" in asked
    assert private.text not in asked


def test_corrected_answers_count_in_the_comparison() -> None:
    said, counts = answered("no", rf_stroke="yes"), answered("no")
    clear = paper(counts).assessment
    made = Correction("rf_stroke", "no", "Asked.", counts, clear, "Dana Example", SENT)
    old = replace(visit("THEN-1", -60, said), after=After(corrections=(made,)))
    found = changes(replace(paper(counts), earlier=(old,)), VOICE)

    assert found is not None
    assert (found.flags, found.answers) == ((), ())


# --- scores ------------------------------------------------------------------------------------


def scored(**scores: object) -> dict[str, object]:
    usual = {"nprs_now": 4, "nprs_worst": 7, "nprs_best": 2, "psfs_count": "1", "psfs_1_score": 5}
    return answered("no", **{"duration_unit": "months", **usual, **scores})


def test_every_visit_has_its_scores_the_oldest_first_and_not_known_is_said() -> None:
    old = visit("OLD-1", -90, scored(nprs_now=None, duration_unit="days"))
    middle = visit("MID-1", -30, scored(nprs_now=8, peg_pain=4, peg_enjoyment=5, peg_activity=5))
    found = changes(replace(paper(scored()), earlier=(middle, old)), VOICE)

    assert found is not None
    assert [(v.number, v.reference, v.scores[0], v.scores[3]) for v in found.visits] == [
        (1, "OLD-1", "Not known", "Not asked"),
        (2, "MID-1", "8", "4.7"),
        (3, paper({}).reference, "4", "8"),
    ]


def test_a_score_that_nobody_gave_is_a_question_mark_and_no_line_passes_it() -> None:
    drawn = score_svg("Pain", "told", [8, None, 4, 3])

    assert drawn.count(">?</text>") == 1
    assert drawn.count("<circle") == 3
    assert len(re.findall(r'd="M[^"HV]+L', drawn)) == 1


def test_a_chart_says_its_numbers_to_whoever_cannot_see_it_and_escapes_what_it_says() -> None:
    (pain, *_) = score_charts(returning(scored(nprs_now=8), scored()), VOICE)

    assert re.search(r"<title[^>]*>[^<]*1: 8; 2: 4</title>", pain)
    assert "<script" not in score_svg("<b>", '"><script>', [1])


def test_a_worse_score_stands_higher() -> None:
    drawn = score_svg("Pain", "told", [0, 10], [(0, 2), (8, 10)])
    low, high = (float(height) for height in re.findall(r'<circle cx="[^"]+" cy="([^"]+)"', drawn))

    assert low > high


def test_a_score_that_no_visit_has_is_not_drawn() -> None:
    acute = scored(duration_number=1, duration_unit="days", psfs_count="0")

    assert len(score_charts(returning(acute, acute), VOICE)) == 1


def test_activities_that_are_not_the_same_on_every_form_are_said() -> None:
    shoes, stairs = scored(psfs_1_activity="Put on shoes"), scored(psfs_1_activity="Climb stairs")

    assert told(shoes, {**shoes, "psfs_1_activity": "put on  shoes"}).caution == ""
    assert "not the same on every form" in told(shoes, stairs).caution


# --- paper -------------------------------------------------------------------------------------


def test_the_summary_asks_for_exactly_the_charts_that_are_handed_over() -> None:
    printed = returning(scored(nprs_now=8), scored())
    asked = set(re.findall(r'src="(asset:score-[^"]+)"', html_of(printed)))

    assert asked == set(score_assets(printed, VOICE))
    assert asked


def test_another_visit_makes_another_file() -> None:
    now = paper(scored())
    one, two = returning(scored(), scored()), replace(now, earlier=(visit("OTHER", -9, scored()),))

    assert len({summary_identifier(each) for each in (now, one, two)}) == 3


def returning_often() -> Paper:
    """Somebody whose every answer is another than on the twelve forms before."""
    twelve = tuple(visit(f"V-{days}", -days, answered("no")) for days in range(12, 0, -1))
    return replace(paper(answered("yes")), earlier=twelve)


def test_the_worst_comparison_stays_within_a_few_pages() -> None:
    printed = returning_often()
    before, begins, rest = html_of(printed).partition("<h2>Changes since last time</h2>")
    compared, ends, _ = rest.partition("<h2>What would change this</h2>")
    assert (begins, ends) != ("", "")
    alone = before.partition('<section class="front">')[0] + begins + compared
    shown = pages(
        pdf(
            alone + "</body></html>",
            css=summary_css(),
            identifier=b"the comparison alone",
            made_at=made_at(printed),
            assets=score_assets(printed, VOICE),
        )
    )

    assert len(shown) <= 5
    # All of it was drawn, to the scores of the oldest visit.
    assert "V-12" in " ".join(shown)
    assert "Answers that differ" in " ".join(shown)


@pytest.mark.soak
def test_the_worst_comparison_adds_no_more_pages_to_a_whole_summary() -> None:
    printed = returning_often()
    drawn = pdf(
        html_of(printed),
        css=summary_css(),
        identifier=summary_identifier(printed),
        made_at=made_at(printed),
        assets=score_assets(printed, VOICE),
    )

    assert len(pages(drawn)) - len(pages(summary_pdf(paper(answered("yes"))))) <= 4
