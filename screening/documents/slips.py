"""Appointment slips: four to a sheet, to cut apart, each with the way to the form for a telephone and for
somebody who has none. A slip says nothing about health."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import segno
from jinja2 import Environment

from screening.documents.direction import direction
from screening.documents.paper import Voice, contained
from screening.documents.styles import styles
from screening.effort import MINUTES
from screening.settings import Clinic
from screening.words import Say

_LONGEST_NAME = 45
_LONGEST_TO_TYPE = 60
# Printed 48 mm wide, a code of this version has squares of 0.65 mm, which an old telephone still reads.
_LARGEST_CODE = 12
_HEIGHT: Mapping[str, str] = {"A4": "68mm", "Letter": "63.5mm"}


@dataclass(frozen=True, slots=True)
class Slip:
    """One appointment. `url` opens the form; `at` is in the clinic's time zone."""

    url: str
    name: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Printed:
    """A slip in words; an address too long to type is left to the code."""

    code: str
    address: str
    name: str
    at: str


def slips_html(env: Environment, slips: Sequence[Slip], clinic: Clinic, say: Say, language: str) -> str:
    """The slips as HTML for `slips_css(sheet)`; give `slips_assets(slips)` to the renderer, as pdf/ua-1."""
    voice = Voice(say, language, clinic)
    printed = tuple(_printed(place, slip, voice) for place, slip in enumerate(slips))
    return env.get_template("paper/slips.html").render(
        slips=printed,
        clinic=clinic,
        minutes=MINUTES,
        say=say,
        language=language,
        direction=direction(language),
    )


def slips_css(sheet: str = "A4") -> str:
    """The stylesheet, for "A4" or "Letter"; four slips fill a sheet."""
    return f"{styles('slips.css', sheet)}.slip {{ height: {_HEIGHT[sheet]} }}\n"


def slips_assets(slips: Sequence[Slip]) -> Mapping[str, bytes]:
    """The codes (SVG) under the names by which the HTML asks for them. ValueError: an address is too long."""
    return {_code_name(place): qr_svg(slip.url) for place, slip in enumerate(slips)}


def slips_identifier(slips: Sequence[Slip]) -> bytes:
    """What makes the PDF of the same slips the same file."""
    spoken = "\n".join(repr(slip) for slip in slips)
    return hashlib.sha256(spoken.encode("utf-8", "backslashreplace")).digest()[:16]


def qr_svg(url: str) -> bytes:
    """The address as a QR code with its white margin, readable with 15 percent of it damaged.

    ValueError when the address is too long (287 characters) for a code that can be read at this size.
    """
    try:
        code = segno.make_qr(url, error="m")
    except segno.DataOverflowError as error:
        raise ValueError("this address is too long for a slip") from error
    if int(code.version) > _LARGEST_CODE:
        raise ValueError("this address is too long for a slip")
    drawn = BytesIO()
    code.save(drawn, kind="svg", xmldecl=False, svgclass=None, lineclass=None, omitsize=True)
    return drawn.getvalue()


def _printed(place: int, slip: Slip, voice: Voice) -> Printed:
    name = " ".join(slip.name.split())
    short = f"{name[:_LONGEST_NAME]}…" if len(name) > _LONGEST_NAME else name
    address = slip.url.removeprefix("https://")
    return Printed(
        code=_code_name(place),
        address=address if len(address) <= _LONGEST_TO_TYPE else "",
        name=contained(short),
        at="" if slip.at is None else voice.moment(slip.at),
    )


def _code_name(place: int) -> str:
    return f"asset:code-{place}.svg"
