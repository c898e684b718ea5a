"""A list of appointments as CSV: read with every fault named by its line, and written so that no
spreadsheet takes a patient's name for a formula."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from hashlib import sha256
from io import StringIO

# A cell that begins so is a formula to a spreadsheet; an apostrophe in front makes it text again.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_DELIMITERS = ",;\t"
_MOST_ROWS = 2000
_LONGEST_CELL = 200
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})$")
_PARTS = re.compile(r"(\d{1,2})[./\- ](\d{1,2})[./\- ](\d{4})$")
_CLOCK = re.compile(r"(\d{1,2})[:.h](\d{2})(?::\d{2})?\s*(am|pm|a\.m\.|p\.m\.)?$", re.IGNORECASE)


class Column(StrEnum):
    """What a column of the list can hold; NAME, DAY and TIME must be there."""

    KEY = "key"
    DAY = "day"
    TIME = "time"
    NAME = "name"
    BORN = "born"
    PHONE = "phone"
    EMAIL = "email"
    PRACTITIONER = "practitioner"


NEEDED = (Column.NAME, Column.DAY, Column.TIME)

# How lists head their columns, without capitals, blanks and signs.
_HEADS: Mapping[Column, tuple[str, ...]] = {
    Column.KEY: ("id", "appointmentid", "bookingid", "appointmentno", "appointmentnumber"),
    Column.DAY: ("date", "day", "appointmentdate", "visitdate", "appointmentday", "datum"),
    Column.TIME: ("time", "start", "starttime", "appointmenttime", "uhrzeit", "at"),
    Column.NAME: ("name", "patient", "patientname", "fullname", "clientname", "client"),
    Column.BORN: ("dateofbirth", "dob", "birthdate", "birthday", "born", "geburtsdatum"),
    Column.PHONE: ("phone", "mobile", "telephone", "tel", "phonenumber", "mobilenumber", "telefon"),
    Column.EMAIL: ("email", "emailaddress", "mail"),
    Column.PRACTITIONER: ("practitioner", "therapist", "clinician", "doctor", "provider", "physio"),
}


class Fault(StrEnum):
    """What is wrong with a cell or a row."""

    MISSING = "missing"
    NO_DATE = "no-date"
    NO_TIME = "no-time"
    TOO_LONG = "too-long"
    TWICE = "twice"
    BORN_LATER = "born-later"
    CELLS = "cells"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file taken apart: how it was written, its heads, and each row with the line it begins on."""

    encoding: str
    delimiter: str
    heads: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One appointment, on the clinic's clock. `key` names it again when the list comes again."""

    line: int
    key: str
    day: date
    time: time
    name: str
    born: date | None
    phone: str
    email: str
    practitioner: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a line was left out; `column` is None when it is the whole row."""

    line: int
    column: Column | None
    fault: Fault
    value: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The rows to take, every problem in order of lines, and the dates that could be read either way."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    either_way: tuple[tuple[int, str], ...]


class NotAList(Exception):
    """The file holds no list: it is empty, not text, or far too long."""


# --- reading ----------------------------------------------------------------------------------


def read(data: bytes) -> Sheet:
    """Take a file apart, its encoding and delimiter recognised. Raises NotAList."""
    text, encoding = _decoded(data)
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=False)
    lines: list[tuple[int, tuple[str, ...]]] = []
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append((begins, tuple(_unguarded(cell.strip()) for cell in cells)))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise NotAList from error
    if len(lines) < 2 or len(lines) > _MOST_ROWS + 1:
        raise NotAList
    return Sheet(encoding, delimiter, lines[0][1], tuple(lines[1:]))


def _decoded(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: marks first, then UTF-8, then what Windows writes."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    elif data.startswith(b"\xef\xbb\xbf"):
        candidates = ["utf-8-sig"]
    else:
        candidates = ["utf-8", "cp1252"]
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding
    raise NotAList


def propose(heads: Sequence[str]) -> dict[Column, int]:
    """Which column holds what, as far as the heads say; a person confirms it."""
    plain = ["".join(filter(str.isalnum, head.casefold())) for head in heads]
    found: dict[Column, int] = {}
    for column, names in _HEADS.items():
        places = [place for place, head in enumerate(plain) if head in names]
        if places:
            found[column] = places[0]
    return found


def check(sheet: Sheet, where: Mapping[Column, int], month_first: bool = False) -> Checked:
    """Read every row with the columns at `where`; dates are day first unless ISO or `month_first`."""
    rows: list[Row] = []
    problems: list[Problem] = []
    either: list[tuple[int, str]] = []
    met: set[str] = set()
    for line, cells in sheet.rows:
        given = {c: cells[place] if place < len(cells) else "" for c, place in where.items()}
        either += [(line, given[c]) for c in (Column.DAY, Column.BORN) if _either_way(given.get(c, ""))]
        row = _row(line, given, month_first)
        wrong = _problems(line, given, month_first)
        if len(cells) > len(sheet.heads):
            wrong.append(Problem(line, None, Fault.CELLS, str(len(cells))))
        if not wrong and row is not None and row.key in met:
            wrong.append(Problem(line, None, Fault.TWICE, row.name))
        if wrong or row is None:
            problems += wrong
            continue
        met.add(row.key)
        rows.append(row)
    return Checked(tuple(rows), tuple(problems), tuple(either))


def _problems(line: int, given: Mapping[Column, str], month_first: bool) -> list[Problem]:
    """Everything that is wrong with one row, in the order of the columns."""
    found = []
    for column in Column:
        text = given.get(column, "")
        fault = _fault(column, text, month_first)
        if fault is not None:
            found.append(Problem(line, column, fault, text[:_LONGEST_CELL]))
    day, born = (read_date(given.get(c, ""), month_first) for c in (Column.DAY, Column.BORN))
    if day is not None and born is not None and born > day:
        found.append(Problem(line, Column.BORN, Fault.BORN_LATER, given[Column.BORN]))
    return found


def _fault(column: Column, text: str, month_first: bool) -> Fault | None:
    if not text:
        return Fault.MISSING if column in NEEDED else None
    if len(text) > _LONGEST_CELL:
        return Fault.TOO_LONG
    if column in (Column.DAY, Column.BORN) and read_date(text, month_first) is None:
        return Fault.NO_DATE
    if column is Column.TIME and read_time(text) is None:
        return Fault.NO_TIME
    return None


def _row(line: int, given: Mapping[Column, str], month_first: bool) -> Row | None:
    day, at = read_date(given.get(Column.DAY, ""), month_first), read_time(given.get(Column.TIME, ""))
    if day is None or at is None:
        return None
    name, born = given.get(Column.NAME, ""), read_date(given.get(Column.BORN, ""), month_first)
    own = given.get(Column.KEY, "")
    said = "|".join((" ".join(name.casefold().split()), str(born), str(day), str(at)))
    key = f"id:{own}" if own else f"row:{sha256(said.encode()).hexdigest()}"
    rest = (given.get(c, "") for c in (Column.PHONE, Column.EMAIL, Column.PRACTITIONER))
    return Row(line, key, day, at, name, born, *rest)


def read_date(text: str, month_first: bool = False) -> date | None:
    """The real date that a text such as 27/3/2027, 27.3.2027 or 2027-03-27 names, or None."""
    if iso := _ISO.match(text):
        year, month, day = map(int, iso.groups())
    elif parts := _PARTS.match(text):
        day, month, year = map(int, parts.groups())
        if month_first:
            day, month = month, day
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _either_way(text: str) -> bool:
    """Whether day and month could change places and still name another real date."""
    day_first, month_first = read_date(text, False), read_date(text, True)
    return None not in (day_first, month_first) and day_first != month_first


def read_time(text: str) -> time | None:
    """The time of day that a text such as 9:30, 14.05 or 2:05 pm names, or None."""
    found = _CLOCK.match(text)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2]), (found[3] or "").lower()[:1]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


# --- writing ----------------------------------------------------------------------------------


def write(rows: Iterable[Row]) -> bytes:
    """The rows as CSV that this module reads again: UTF-8 with a mark, every cell quoted and guarded."""
    out = StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(["id", "date", "time", "name", "date of birth", "phone", "email", "practitioner"])
    for row in rows:
        born = "" if row.born is None else row.born.isoformat()
        when = (row.day.isoformat(), row.time.strftime("%H:%M"))
        cells = (row.key, *when, row.name, born, row.phone, row.email, row.practitioner)
        writer.writerow([guarded(cell) for cell in cells])
    return out.getvalue().encode("utf-8-sig")


def guarded(cell: str) -> str:
    """The cell as text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
