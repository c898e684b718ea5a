"""Lines of the audit trail as a file that a spreadsheet opens and that runs nothing there."""

import csv
from datetime import UTC, datetime, timedelta, timezone
from io import StringIO

import pytest

from screening.exchange.trail import Row, write

AT = datetime(2026, 11, 23, 3, 44, 5, tzinfo=UTC)
HERE = AT.astimezone(timezone(timedelta(hours=5, minutes=30)))


def row(who="Dr Rao"):
    words = f"{who} opened form K7F-3QX"
    return Row(7, AT, HERE, who, "staff", words, "submission-opened", "submission", "K7F-3QX")


def read(data):
    return list(csv.reader(StringIO(data.decode("utf-8-sig"))))


def test_a_line_says_who_did_what_and_when_by_both_clocks():
    heads, line = read(write([row()]))

    assert "7" == line[0]
    assert ["2026-11-23T03:44:05Z", "2026-11-23 09:14:05"] == line[1:3]
    assert "Dr Rao opened form K7F-3QX" == line[heads.index("what")]
    assert "submission-opened" == line[heads.index("action")]


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r"])
def test_a_name_that_begins_like_a_formula_is_text_to_a_spreadsheet(begins):
    [_, line] = read(write([row(f'{begins}HYPERLINK("x")')]))

    assert [] == [cell for cell in line if cell[:1] in "=+-@\t\r" and cell]


def test_a_name_with_quotes_commas_and_lines_stays_one_cell():
    who = 'Rao, "Dr"\nand others'
    [_, line] = read(write([row(who)]))

    assert (9, who) == (len(line), line[3])
