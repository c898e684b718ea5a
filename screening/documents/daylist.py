"""The cover of a day's papers: who comes when, and which papers follow. It holds nothing clinical."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jinja2 import Environment

from screening.documents.direction import direction
from screening.documents.paper import Voice, contained
from screening.documents.styles import styles
from screening.settings import Clinic
from screening.words import Say


@dataclass(frozen=True, slots=True)
class Coming:
    """One patient of the day. `time` as the clinic writes it ("09:30"), `papers` in words, in their order;
    an unknown date of birth is None, and without a form there is no reference."""

    time: str
    name: str
    born: date | None
    reference: str
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A patient in words."""

    time: str
    name: str
    born: str
    reference: str
    papers: tuple[str, ...]


def daylist_html(
    env: Environment, day: date, coming: Sequence[Coming], clinic: Clinic, say: Say, language: str
) -> str:
    """The cover list as HTML for `daylist_css(sheet)`, in the order given; draw it as pdf/ua-1."""
    voice = Voice(say, language, clinic)
    return env.get_template("paper/daylist.html").render(
        rows=tuple(_row(one, voice) for one in coming),
        title=say("Papers for {date}", date=voice.day(day)),
        clinic=clinic.name,
        say=say,
        language=language,
        direction=direction(language),
    )


def daylist_css(sheet: str = "A4") -> str:
    """The stylesheet, for "A4" or "Letter"."""
    return styles("daylist.css", sheet)


def daylist_identifier(day: date, coming: Sequence[Coming]) -> bytes:
    """What makes the PDF of the same list the same file."""
    spoken = "\n".join([day.isoformat(), *map(repr, coming)])
    return hashlib.sha256(spoken.encode("utf-8", "backslashreplace")).digest()[:16]


def _row(one: Coming, voice: Voice) -> Row:
    return Row(
        time=one.time or "—",
        name=contained(" ".join(one.name.split())) or "—",
        born="—" if one.born is None else voice.day(one.born),
        reference=one.reference or "—",
        papers=one.papers,
    )
