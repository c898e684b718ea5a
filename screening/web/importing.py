"""A list of appointments comes in: shown with its columns and every problem before anything is kept."""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime

from flask import Blueprint, abort, redirect, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer

from screening.exchange import appointments as exchange
from screening.exchange.appointments import NEEDED, Checked, Column, Fault, NotAList, Problem, Row, Sheet
from screening.records import appointments
from screening.records.appointments import Booking
from screening.web.board import DESK
from screening.web.parts import parts
from screening.web.policy import open_to
from screening.web.staff_words import actor, page, say, voice

pages = Blueprint("importing", __name__)

_MOST_BYTES = 400 * 1024
_SHOWN = 5


@pages.get("/staff/import")
@open_to(*DESK)
def start() -> str:
    """Ask for the file."""
    return _ask("")


@pages.post("/staff/import")
@open_to(*DESK)
def check() -> str | Answer | tuple[str, int]:
    """Show how the list is read, as often as wanted; keep it only when that is what was pressed."""
    data = _data()
    if not data:
        return _ask(say("Choose the file with the list")), 422
    if len(data) > _MOST_BYTES:
        return _ask(say("This file is larger than {most} kB. Save fewer days in it", most=400)), 422
    try:
        sheet = exchange.read(data)
    except NotAList:
        return _ask(say("This file is not a list we can read. Save it as CSV, with a row of headings")), 422
    where, month_first = _columns(sheet), request.form.get("order") == "month"
    missing = [column for column in NEEDED if column not in where]
    checked = exchange.check(sheet, where, month_first) if not missing else Checked((), (), ())
    # Columns chosen anew are shown once before they count.
    seen = request.form.get("shown") == _reading(where, month_first)
    if request.form.get("do") == "import" and checked.rows and seen:
        return _keep(checked.rows)
    return _show(data, sheet, where, month_first, checked)


@pages.get("/staff/import/done")
@open_to(*DESK)
def done() -> str:
    """How many appointments came in, changed and stayed; the counts stand in the address."""
    counts = {name: request.args.get(name, 0, type=int) for name in ("added", "changed", "same", "kept")}
    return page("desk/import_done.html", **counts)


def _data() -> bytes:
    """The file as it was chosen now, or as this page carried it along; the server keeps none of it."""
    chosen = request.files.get("list")
    if chosen is not None and chosen.filename:
        return chosen.read(_MOST_BYTES + 1)
    try:
        return base64.b64decode(request.form.get("carried", ""), validate=True)
    except binascii.Error:
        return abort(400)


def _columns(sheet: Sheet) -> dict[Column, int]:
    """Where each column is: as chosen on the page, or as the headings suggest."""
    if "carried" not in request.form:
        return exchange.propose(sheet.heads)
    chosen = {column: request.form.get(f"column-{column.value}", "") for column in Column}
    places = {c: int(place) for c, place in chosen.items() if place.isdecimal() and len(place) < 4}
    return {column: place for column, place in places.items() if place < len(sheet.heads)}


def _reading(where: Mapping[Column, int], month_first: bool) -> str:
    """One spelling per way to read the list."""
    return ",".join([f"{c.value}={where[c]}" for c in Column if c in where] + [str(month_first)])


def _keep(rows: tuple[Row, ...]) -> Answer:
    zone = parts().zone()
    bookings = [
        (
            row.key,
            Booking(
                datetime.combine(row.day, row.time, zone),
                *(row.name, row.born, row.phone, row.email, row.practitioner),
            ),
        )
        for row in rows
    ]
    with parts().sessions() as db:
        did = appointments.take_in(db, actor(), bookings, parts().now())
    counted = url_for("importing.done", added=did.added, changed=did.changed, same=did.same, kept=did.kept)
    return redirect(counted, 303)


def _ask(fault: str) -> str:
    errors = [(fault, "#list")] if fault else ()
    return page("desk/import.html", form=FlaskForm(), fault=fault, errors=errors)


def _show(data: bytes, sheet: Sheet, where: Mapping[Column, int], month_first: bool, checked: Checked) -> str:
    words = _column_words()
    return page(
        "desk/import_check.html",
        form=FlaskForm(),
        shown=_reading(where, month_first),
        carried=base64.b64encode(data).decode(),
        written=say("{encoding}, columns separated by {sign}", **_writing(sheet)),
        columns=[(c.value, words[c], c in NEEDED, _choices(sheet, where.get(c))) for c in Column],
        month_first=month_first,
        missing=[words[column] for column in NEEDED if column not in where],
        head=[words[c] for c in Column if c is not Column.KEY],
        rows=[_cells(row) for row in checked.rows[:_SHOWN]],
        good=len(checked.rows),
        total=len(sheet.rows),
        problems=[
            (p.line, words.get(p.column, "") if p.column else "", _said(p), p.value) for p in checked.problems
        ],
        either_way=[line for line, _ in checked.either_way],
        example=_example(checked, month_first),
    )


def _writing(sheet: Sheet) -> Mapping[str, str]:
    signs = {",": say("comma"), ";": say("semicolon"), "\t": say("tab")}
    return {"encoding": sheet.encoding.upper(), "sign": signs[sheet.delimiter]}


def _choices(sheet: Sheet, chosen: int | None) -> list[tuple[str, str, bool]]:
    heads = [(str(place), head or str(place + 1), place == chosen) for place, head in enumerate(sheet.heads)]
    return [("", say("Not in this list"), chosen is None), *heads]


def _cells(row: Row) -> list[str]:
    born = "" if row.born is None else voice().day(row.born)
    when = [voice().day(row.day), f"{row.time:%H:%M}"]
    return [*when, row.name, born, row.phone, row.email, row.practitioner]


def _example(checked: Checked, month_first: bool) -> str:
    """One date that could be read either way, and how it was read."""
    if not checked.either_way:
        return ""
    line, text = checked.either_way[0]
    read = exchange.read_date(text, month_first)
    if read is None:
        return ""
    return say("Line {n}: {typed} is {day}", n=line, typed=text, day=voice().day(read))


def _column_words() -> Mapping[Column, str]:
    return {
        Column.KEY: say("Number of the appointment"),
        Column.DAY: say("Day"),
        Column.TIME: say("Time"),
        Column.NAME: say("Name"),
        Column.BORN: say("Date of birth"),
        Column.PHONE: say("Phone"),
        Column.EMAIL: say("E-mail"),
        Column.PRACTITIONER: say("Practitioner"),
    }


def _said(problem: Problem) -> str:
    return {
        Fault.MISSING: say("is empty"),
        Fault.NO_DATE: say("is not a real date"),
        Fault.NO_TIME: say("is not a time"),
        Fault.TOO_LONG: say("is longer than 200 characters"),
        Fault.TWICE: say("The same appointment stands further up in this list"),
        Fault.BORN_LATER: say("is after the appointment"),
        Fault.CELLS: say("This row has more columns than the headings"),
    }[problem.fault]
