"""The plots of the clinic's figures: as long as what they stand for, and silent about what is hidden."""

from itertools import pairwise

import pytest

from screening.documents.bodychart import svg
from screening.documents.plots import SHADES, WIDTH, Amount, bars, columns, shades

SEEN = [Amount("Calf", 10, "10"), Amount("Thigh", 5, "5"), Amount("Foot", None, "fewer than 5")]


def test_a_bar_is_as_long_as_its_number_and_a_hidden_one_says_nothing_by_its_length():
    long, short, hidden = bars("Places", SEEN).bars
    alone = bars("Places", [Amount("Foot", None, "fewer than 5")]).bars[0]

    assert long.width == pytest.approx(2 * short.width, abs=0.2)
    assert (True, alone.width) == (hidden.hollow, hidden.width)


def test_nothing_of_a_bar_or_its_words_lies_outside_the_picture():
    long = Amount("A flag whose title is so long that it cannot stand on one line of a telephone", 99, "99")
    plot = bars("Flags", [*SEEN, long])

    assert all(bar.x + bar.width <= WIDTH and bar.y + bar.height <= plot.height for bar in plot.bars)
    assert all(0 < text.y <= plot.height and len(text.words) * 7 <= WIDTH for text in plot.texts)


def test_a_share_is_drawn_against_the_whole_and_not_against_the_largest():
    (bar,) = bars("In time", [Amount("Soon", 50, "50 %")], full=100).bars

    assert bar.width < WIDTH / 2


def test_a_year_of_weeks_numbers_only_the_highest_columns():
    year = columns("Weeks", [Amount(f"week {n}", n, str(n)) for n in range(1, 54)])

    assert ["53", "week 1", "week 53"] == [text.words for text in year.texts]


def test_a_column_that_is_hidden_is_hollow_and_as_high_whatever_it_hides():
    few, full = columns("Weeks", [Amount("a", None, "fewer than 5"), Amount("b", 40, "40")]).bars

    assert (True, False) == (few.hollow, full.hollow)
    assert few.height == columns("Weeks", [Amount("a", None, "fewer than 5")]).bars[0].height


def test_nothing_to_plot_is_an_empty_picture():
    assert ((), ()) == (bars("Flags", []).bars, columns("Weeks", []).bars)


def test_a_place_marked_more_often_is_darker_and_the_legend_leaves_no_number_out():
    fills, legend = shades({"a": 5, "b": 12, "c": 40, "d": None, "e": 0})

    assert [SHADES[2], SHADES[2], SHADES[5], SHADES[1]] == [fills[token] for token in "abcd"]
    assert "e" not in fills
    assert [(None, None), (5, 13), (14, 22), (23, 31), (32, 40)] == [(s.least, s.most) for s in legend]


def test_shades_can_be_told_apart_in_grey():
    def grey(colour: str) -> float:
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    greys = [grey(colour) for colour in SHADES]
    assert all(lighter - darker >= 15 for lighter, darker in pairwise(greys))


def test_a_shaded_place_is_drawn_in_its_shade_and_the_others_stay_white():
    drawn = svg("front", title="Where it hurts", fills={"reg-forearm-front:right": SHADES[5]})

    assert 1 == drawn.count(f'fill="{SHADES[5]}"')
    assert svg("front", title="Where it hurts") == svg("front", title="Where it hurts", fills={})
