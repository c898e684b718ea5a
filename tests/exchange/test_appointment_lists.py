"""Lists of appointments: as clinics' calendars really write them, and back without harm to a spreadsheet."""

import csv
from datetime import date, time
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.exchange.appointments import (
    Checked,
    Column,
    Fault,
    NotAList,
    Row,
    check,
    propose,
    read,
    read_date,
    read_time,
    write,
)

LIST = "Date;Time;Patient;DOB;Mobile\n27/03/2027;9:30;Renée Example;15/03/1988;555 0142\n"


def checked(text: str, month_first: bool = False) -> Checked:
    sheet = read(text.encode())
    return check(sheet, propose(sheet.heads), month_first)


# --- encodings and delimiters ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "named"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("cp1252", "cp1252")],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_list_is_read_however_the_calendar_wrote_it(
    encoding: str, named: str, delimiter: str, newline: str
) -> None:
    sheet = read(LIST.replace(";", delimiter).replace("\n", newline).encode(encoding))

    assert (named, delimiter) == (sheet.encoding, sheet.delimiter)
    assert ((2, ("27/03/2027", "9:30", "Renée Example", "15/03/1988", "555 0142")),) == sheet.rows


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"only,headings\n", b"\x89PNG\r\n\x1a\n\0\0", b"PK\x03\x04\0\0", b"\xff\xfe\x00"]
)
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(NotAList):
        read(data)


def test_a_list_longer_than_two_thousand_rows_is_refused() -> None:
    with pytest.raises(NotAList):
        read(b"name,date,time\n" + b"a,2027-03-27,9:30\n" * 2001)


@given(st.binary(max_size=300))
def test_no_file_at_all_breaks_the_reading(data: bytes) -> None:
    try:
        sheet = read(data)
    except NotAList:
        return
    check(sheet, propose(sheet.heads))


def test_a_cell_over_several_lines_does_not_shift_the_line_numbers() -> None:
    sheet = read(b'name,date\n"Asha\nExample",2027-03-27\n\nBo,2027-03-28\n')

    assert [2, 5] == [line for line, _ in sheet.rows]


# --- columns -----------------------------------------------------------------------------------


def test_the_columns_are_proposed_from_the_headings() -> None:
    heads = ("Appointment ID", "Visit date", "Start time", "Full name", "Date of Birth", "E-Mail", "Colour")

    assert {
        Column.KEY: 0,
        Column.DAY: 1,
        Column.TIME: 2,
        Column.NAME: 3,
        Column.BORN: 4,
        Column.EMAIL: 5,
    } == propose(heads)


# --- dates and times ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("27/3/2027", date(2027, 3, 27)),
        ("3/4/2027", date(2027, 4, 3)),
        ("27.03.2027", date(2027, 3, 27)),
        ("27-3-2027", date(2027, 3, 27)),
        ("27 3 2027", date(2027, 3, 27)),
        ("2027-03-27", date(2027, 3, 27)),
        ("29/2/2027", None),
        ("3/27/2027", None),
        ("27/3/27", None),
        ("soon", None),
        ("", None),
    ],
)
def test_dates_are_day_first_unless_they_are_iso(text: str, expected: date | None) -> None:
    assert expected == read_date(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9:30", time(9, 30)),
        ("09:30:00", time(9, 30)),
        ("14.05", time(14, 5)),
        ("14h05", time(14, 5)),
        ("2:05 PM", time(14, 5)),
        ("12:00 am", time(0, 0)),
        ("12:00 pm", time(12, 0)),
        ("24:00", None),
        ("13:00 pm", None),
        ("9:60", None),
        ("nine", None),
    ],
)
def test_times_are_read_in_both_habits(text: str, expected: time | None) -> None:
    assert expected == read_time(text)


def test_a_date_that_could_be_read_either_way_is_reported_with_its_line() -> None:
    text = "name,date,time\nAsha,3/4/2027,9:30\nBo,27/3/2027,9:30\nCy,4/4/2027,9:30\nDi,2027-04-03,9:30\n"
    found = checked(text)

    assert ((2, "3/4/2027"),) == found.either_way
    assert date(2027, 4, 3) == found.rows[0].day
    assert date(2027, 3, 4) == checked(text, month_first=True).rows[0].day


# --- problems ----------------------------------------------------------------------------------


def test_every_problem_is_listed_with_its_line_and_the_good_rows_stay() -> None:
    found = checked(
        "name,date,time,dob\n"
        "Asha,27/3/2027,9:30,15/3/1988\n"
        ",31/2/2027,25:00,1988\n"
        "Bo,27/3/2027,10:00,28/3/2027\n"
        f"{'x' * 201},27/3/2027,10:30,\n"
        "Cy,27/3/2027,11:00,,too,many\n"
        "ASHA ,27/3/2027,9:30,15/3/1988\n"
    )

    assert ["Asha"] == [row.name for row in found.rows]
    assert [
        (3, Column.DAY, Fault.NO_DATE),
        (3, Column.TIME, Fault.NO_TIME),
        (3, Column.NAME, Fault.MISSING),
        (3, Column.BORN, Fault.NO_DATE),
        (4, Column.BORN, Fault.BORN_LATER),
        (5, Column.NAME, Fault.TOO_LONG),
        (6, None, Fault.CELLS),
        (7, None, Fault.TWICE),
    ] == [(p.line, p.column, p.fault) for p in found.problems]


def test_a_short_row_has_empty_cells_at_its_end() -> None:
    assert [None] == [row.born for row in checked("name,date,time,dob\nAsha,27/3/2027,9:30\n").rows]


def test_the_lists_own_number_names_an_appointment_and_without_one_who_and_when_do() -> None:
    numbered = checked("id,name,date,time\n7,Asha,27/3/2027,9:30\n")
    moved = checked("id,name,date,time\n7,Asha,28/3/2027,9:30\n")
    nameless = checked("name,date,time,phone\nAsha  Example,27/3/2027,9:30,1\n")
    again = checked("name,date,time,phone\nasha example,2027-03-27,09:30,2\n")

    assert "id:7" == numbered.rows[0].key == moved.rows[0].key
    assert nameless.rows[0].key == again.rows[0].key


# --- writing -----------------------------------------------------------------------------------

ROW = Row(0, "7", date(2027, 3, 27), time(9, 30), "Asha", date(1988, 3, 15), "+1 555", "", "")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_spreadsheet_takes_a_name_for_a_formula(start: str) -> None:
    hostile = Row(0, "7", ROW.day, ROW.time, f"{start}HYPERLINK(1)", None, "", "", "")
    text = write([hostile]).decode("utf-8-sig")
    cells = list(csv.reader(StringIO(text, newline="")))[1]

    assert f"'{start}HYPERLINK(1)" == cells[3]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


def test_a_list_written_here_starts_with_its_mark_and_quotes_every_cell() -> None:
    written = write([ROW])

    assert written.startswith(b'\xef\xbb\xbf"id","date"')
    assert b'"7","2027-03-27","09:30","Asha","1988-03-15","\'+1 555","",""\r\n' in written


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=20)


@pytest.mark.slow
@given(st.lists(st.tuples(_TEXT.filter(bool), _TEXT, _TEXT, _TEXT), min_size=1, max_size=5))
def test_what_was_written_is_read_back_the_same(people: list[tuple[str, str, str, str]]) -> None:
    # A text that was typed with an apostrophe before a sign cannot be told from a guarded one.
    people = [p for p in people if not any(cell.startswith("'") for cell in p)] or [("Asha", "", "", "")]
    rows = [Row(0, str(n), ROW.day, ROW.time, p[0], ROW.born, *p[1:]) for n, p in enumerate(people)]
    sheet = read(write(rows))
    back = check(sheet, propose(sheet.heads))

    assert () == back.problems
    assert [(f"id:{r.key}", r.name, r.born, r.phone, r.email, r.practitioner) for r in rows] == [
        (r.key, r.name, r.born, r.phone, r.email, r.practitioner) for r in back.rows
    ]
