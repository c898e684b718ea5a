"""A list from the clinic's calendar: read, looked at, corrected, kept once."""

import base64
import csv
import re
from io import BytesIO, StringIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from screening.records.staff import Role
from screening.web.parts import Parts

from .conftest import Form
from .staff_clinic import at_work, trail
from .test_board import BOARD, booked, said

IMPORT = "/staff/import"
LIST = (
    "Date;Time;Patient;DOB;Mobile\n"
    "22/11/2026;16:30;Asha Example;15/3/1988;555 0142\n"
    "22/11/2026;17:00;Bo Example;15/3/1990;555 0143\n"
    "31/2/2026;17:30;Cy Example;15/3/1991;555 0144\n"
)


@pytest.fixture
def desk(app: Flask, parts: Parts) -> FlaskClient:
    return at_work(app, parts, Role.FRONT_DESK)


def upload(desk: FlaskClient, data: bytes, name: str = "list.csv") -> TestResponse:
    form = Form(desk.get(IMPORT).text)
    return desk.post(IMPORT, data={**form.hidden, "list": (BytesIO(data), name)})


def chosen(page: str) -> dict[str, str]:
    """What a browser sends back of the page that shows how a list is read."""
    selects = re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL)
    picked = {name: re.search(r'value="([^"]*)" selected', options) for name, options in selects}
    return {**Form(page).hidden, "order": "day"} | {n: p[1] if p else "" for n, p in picked.items()}


def imports(desk: FlaskClient, data: bytes) -> TestResponse:
    shown = upload(desk, data)
    return desk.post(IMPORT, data={**chosen(shown.text), "do": "import"})


def test_nothing_is_kept_before_it_was_looked_at(desk: FlaskClient) -> None:
    page = said(upload(desk, LIST.encode()).text)

    assert "2 of 3 rows can be imported. Nothing is kept yet." in page
    assert "Line 4: Day is not a real date ( 31/2/2026 )" in page
    assert "UTF-8, columns separated by semicolon" in page
    assert "15 March 1988 555 0142" in page
    assert "Asha Example" not in said(desk.get(BOARD).text)


def test_the_good_rows_stand_on_the_board_and_a_second_import_adds_none(
    desk: FlaskClient, parts: Parts
) -> None:
    first = imports(desk, LIST.encode("cp1252"))
    assert "/staff/import/done?added=2&changed=0&same=0&kept=0" == first.headers["Location"]
    again = desk.get(imports(desk, LIST.encode("utf-16")).headers["Location"])

    assert "New: 0 Changed: 0 As before: 2" in said(again.text)
    page = said(desk.get(BOARD).text)
    assert "Appointments: 2 " in page
    assert page.index("16:30 Name Asha Example") < page.index("17:00 Name Bo Example")
    assert [2, 2] == [line.detail["count"] for line in trail(parts, "appointments-imported")]


def test_a_list_with_strange_headings_asks_where_the_columns_are(desk: FlaskClient) -> None:
    strange = "Wann,Zeit,Wer\n22/11/2026,16:30,Asha Example\n"
    shown = upload(desk, strange.encode()).text
    assert "no heading tells where they are: Name, Day, Time" in shown
    assert 'value="import"' not in shown

    told = {"column-day": "0", "column-time": "1", "column-name": "2"}
    again = desk.post(IMPORT, data={**chosen(shown), **told}).text
    assert "1 of 1 rows can be imported" in again
    assert desk.post(IMPORT, data={**chosen(again), "do": "import"}).status_code == 303
    assert "Asha Example" in said(desk.get(BOARD).text)


def test_columns_chosen_anew_are_shown_before_they_count(desk: FlaskClient) -> None:
    shown = upload(desk, LIST.encode()).text
    answer = desk.post(IMPORT, data={**chosen(shown), "column-phone": "", "do": "import"})

    assert answer.status_code == 200
    assert "Nothing is kept yet." in answer.text
    assert "No appointments are written down" in desk.get(BOARD).text


def test_dates_that_could_be_swapped_are_pointed_out(desk: FlaskClient) -> None:
    shown = upload(desk, b"name,date,time\nAsha,3/4/2027,9:30\n").text
    assert "In 1 places day and month could be swapped. Line 2: 3/4/2027 is 3 April 2027." in said(shown)

    swapped = desk.post(IMPORT, data={**chosen(shown), "order": "month"}).text
    assert "Line 2: 3/4/2027 is 4 March 2027." in said(swapped)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "Choose the file with the list"),
        (b"\x89PNG\0", "This file is not a list we can read"),
        (b"a," * 210_000, "This file is larger than 400 kB"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_beside_the_box(desk: FlaskClient, data: bytes, told: str) -> None:
    answer = upload(desk, data, "list.csv" if data else "")

    assert answer.status_code == 422
    assert re.search(rf'id="list-error">.*{told}', answer.text)


def test_a_file_of_nearly_400_kb_can_be_carried_to_the_second_page(desk: FlaskClient) -> None:
    row = "22/11/2026;16:30;" + "x" * 140 + "{};15/3/1988;" + "5" * 30 + "\n"
    data = ("Date;Time;Patient;DOB;Mobile\n" + "".join(row.format(n) for n in range(1980))).encode()
    assert 380 * 1024 < len(data) < 400 * 1024

    assert imports(desk, data).headers["Location"] == f"{IMPORT}/done?added=1980&changed=0&same=0&kept=0"


@pytest.mark.parametrize("carried", ["not base64", "====", base64.b64encode(b"\0").decode()])
def test_a_page_sent_back_in_pieces_changes_nothing(desk: FlaskClient, carried: str) -> None:
    shown = upload(desk, LIST.encode()).text
    answer = desk.post(IMPORT, data={**chosen(shown), "carried": carried, "do": "import"})

    assert answer.status_code in (400, 422)
    assert "No appointments are written down" in desk.get(BOARD).text


def test_hostile_cells_stay_text(desk: FlaskClient) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    page = upload(desk, f"name,date,time,<script>\n{hostile},{hostile},{hostile},\n".encode()).text

    assert "<img" not in page
    assert page.count("<script") == 1
    assert hostile in said(page)


def test_the_day_is_saved_as_a_list_that_comes_back_as_the_same_appointments(
    desk: FlaskClient, parts: Parts
) -> None:
    booked(parts, "=HYPERLINK(1)")
    saved = desk.get(f"{BOARD}/appointments.csv?day=2026-11-22")

    assert saved.headers["Content-Disposition"] == "attachment; filename=appointments-2026-11-22.csv"
    row = list(csv.reader(StringIO(saved.data.decode("utf-8-sig"))))[1]
    assert ["2026-11-22", "16:30", "'=HYPERLINK(1)", "1988-03-15", "'+1 555 0142"] == row[1:6]
    assert imports(desk, saved.data).headers["Location"].endswith("added=0&changed=0&same=1&kept=0")
