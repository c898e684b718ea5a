"""The practitioner's paper says which answers were only confirmed, and when each was given."""

from datetime import date

from papers import PLAIN, html_of, paper
from test_summary import seen, text_of

GIVEN = date(2026, 8, 3)


def test_an_answer_that_was_only_confirmed_says_when_it_was_given() -> None:
    printed = paper(PLAIN | {"goals": "To climb"}, carried={"goals": GIVEN})
    assert "To climb (carried over from 3 August 2026, confirmed on 22 November 2026)" in seen(printed)


def test_a_no_that_was_only_confirmed_does_not_hide_among_the_new_ones() -> None:
    marked = "No (carried over from 3 August 2026, confirmed on 22 November 2026)"
    said = text_of(html_of(paper(PLAIN | {"pre_fainting": "no"}, carried={"pre_fainting": GIVEN})))

    assert said.count(marked) == 1
    assert marked in said.partition("Ever fainted, or nearly")[2][:200]


def test_a_paper_of_new_answers_alone_says_nothing_of_it() -> None:
    assert "carried over" not in seen(paper(PLAIN))
