"""The blank intake form: every question of the edition on paper, to fill in with a pen or on a screen.

    html = blank_html(env, edition, clinic, say, paper="A4", large=False)
    paper = blank_pdf(html, edition, paper="A4", large=False, fillable=False)

Questions carry the numbers of the pages on screen, so that the desk can type a paper form in.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from jinja2 import Environment

from rules.model import Edition, Page
from screening.documents import bodychart
from screening.documents.blank_rows import MADE, Box, Making, Row, rows
from screening.documents.blank_urgent import emergencies
from screening.documents.blank_when import Desk
from screening.documents.logo import logo_name
from screening.documents.render import pdf
from screening.documents.styles import SHEETS
from screening.settings import Clinic, fill
from screening.words import Say

Sheet = Literal["A4", "Letter"]
_TEMPLATE = "paper/blank.html"
_STYLES = Path(__file__).parent.parent.parent / "templates" / "paper"
_FIGURES: Mapping[str, str] = MappingProxyType({"front": "front", "back": "back", "soles": "sole"})


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the web form. `signs`: the signature lines follow it."""

    number: int
    title: str
    lead: str
    at_desk: bool
    warns: bool
    signs: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture to shade, and the letters of the person's own sides on its left and its right."""

    drawn: str
    name: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Top:
    """A question that stands on top of every sheet as well; on a screen both are one field."""

    label: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Signer:
    """A line to sign on, and the date beside it."""

    who: str
    sign: Box
    when: Box


@dataclass(frozen=True, slots=True)
class Blank:
    """Everything the template prints, in words. `name` and `born` stand on top of every sheet, because
    sheets come apart; `count` is "Sheet n of m" in pieces."""

    edition: Edition
    clinic: Clinic
    paper: str
    large: bool
    title: str
    direction: str
    sections: tuple[Section, ...]
    figures: tuple[Figure, ...]
    sides: tuple[str, ...]
    name: Top
    born: Top
    signers: tuple[Signer, ...]
    every: str
    day_change: str
    count: tuple[tuple[str, str], ...]


def blank_html(
    env: Environment, edition: Edition, clinic: Clinic, say: Say, *, paper: Sheet = "A4", large: bool = False
) -> str:
    """The form as HTML for `blank_css` of the same paper and size. ValueError without an emergency number."""
    view = blank(edition, clinic, say, paper=paper, large=large)
    return env.get_template(_TEMPLATE).render(blank=view, say=say, logo=logo_name(clinic))


def blank_css(paper: Sheet = "A4", large: bool = False) -> str:
    """The stylesheet; large print is 16 pt and nothing smaller."""
    parts = ["blank.css", "blank_large.css"] if large else ["blank.css"]
    return "\n".join([*map(_style, parts), f"@page {{ size: {SHEETS[paper]} }}"])


def blank_pdf(
    html: str, edition: Edition, *, paper: Sheet = "A4", large: bool = False, fillable: bool = False
) -> bytes:
    """The form as tagged PDF, to print or (`fillable`) to fill in on a screen; the same bytes each time.

    Takes about 6 s of CPU: more than the usual limits of a `Renderer` leave on a busy machine."""
    return pdf(
        html,
        css=blank_css(paper, large),
        identifier=blank_identifier(edition, paper, large=large, fillable=fillable),
        made_at=blank_made_at(edition),
        variant="pdf/ua-1",
        forms=fillable,
    )


def blank_identifier(edition: Edition, paper: Sheet, *, large: bool, fillable: bool) -> bytes:
    """16 bytes, the same for the same form of the same edition."""
    told = f"blank {edition.digest} {edition.language} {paper} {large} {fillable}"
    return hashlib.sha256(told.encode()).digest()[:16]


def blank_made_at(edition: Edition) -> datetime:
    """The moment the form speaks of: the day the edition was last checked."""
    return datetime.combine(date.fromisoformat(edition.checked), time(), UTC)


def blank(edition: Edition, clinic: Clinic, say: Say, *, paper: Sheet = "A4", large: bool = False) -> Blank:
    """What the form says. ValueError without an emergency number: no such form may be handed out."""
    if not clinic.emergency_number:
        raise ValueError("a paper form needs the clinic's emergency number")
    making = Making(Desk(edition, numbers(edition), say), clinic, emergencies(edition))
    return Blank(
        edition=edition,
        clinic=clinic,
        paper=say("{paper}, large print", paper=paper) if large else paper,
        large=large,
        title=say("Health form to fill in on paper"),
        direction="rtl" if edition.language.partition("-")[0] in ("ar", "fa", "he", "ur") else "ltr",
        sections=tuple(_section(making, page) for page in edition.pages),
        figures=tuple(_figures(edition, say)),
        sides=(say("L"), say("R")),
        name=Top(*_top(making, "full_name")),
        born=Top(*_top(making, "date_of_birth")),
        signers=tuple(_signers(say)),
        every=fill(edition.messages["msg-every"], clinic),
        day_change=fill(edition.messages["msg-day-change"], clinic),
        count=_count(say),
    )


def numbers(edition: Edition) -> dict[str, str]:
    """The number in front of each question on paper, such as 3.1, by the question's id."""
    return {q.id: f"{page.number}.{n}" for page in edition.pages for n, q in enumerate(page.questions, 1)}


def _section(making: Making, page: Page) -> Section:
    made = tuple(rows(making, page))
    return Section(
        number=page.number,
        title=page.title,
        lead=page.lead,
        at_desk=page.at_desk,
        warns=any(box.urgent for row in made for box in row.boxes),
        signs=any(question.signs for question in page.questions),
        rows=made,
    )


def _top(making: Making, question_id: str) -> tuple[str, tuple[Box, ...]]:
    question = making.edition.questions[question_id]
    return question.text, MADE[question.kind](making, question)[1]


def _signers(say: Say) -> Iterator[Signer]:
    """Who signs: the last line is for the member of staff who typed the form in."""
    for field, who in (
        ("patient", say("Patient’s signature")),
        ("helper", say("Parent, guardian or helper, if any")),
        ("staff", say("Staff: typed in by")),
    ):
        name = f"signature:{field}"
        sign = Box("text", name, "", "", who)
        yield Signer(who, sign, Box("text", f"{name}:date", "", "", say("{who}, date", who=who)))


def _figures(edition: Edition, say: Say) -> Iterator[Figure]:
    unlettered = {"left": "", "right": ""}
    for view, word in _FIGURES.items():
        name = edition.words[word]
        drawn = bodychart.svg(view, title=say("Body chart to shade: {view}", view=name), labels=unlettered)
        left_first = any(shape.side == "left" and shape.label_xy[0] < 0 for shape in bodychart.shapes(view))
        sides = (say("L"), say("R")) if left_first else (say("R"), say("L"))
        yield Figure(drawn, name, *sides)


def _count(say: Say) -> tuple[tuple[str, str], ...]:
    """Text, and the numbers to be counted, in the order the language puts them."""
    spoken = say("Sheet {n} of {m}", n="\0n\0", m="\0m\0").split("\0")
    return tuple(("count", part) if part in ("n", "m") else ("text", part) for part in spoken if part)


@cache
def _style(name: str) -> str:
    return (_STYLES / name).read_text(encoding="utf-8")
