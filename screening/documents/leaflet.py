"""What a patient takes home after needling: how to look after themselves, what to watch for, whom to call.

It names no flag, level or score: of the record it shows the name, if asked to, and the marked places.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from jinja2 import Environment

from rules.facts import HIGH_OR_MODERATE, marked, over
from rules.model import Edition, Note
from rules.spoken import places_in_words
from screening.documents.logo import logo_name
from screening.documents.paper import Frame, Paper, Voice, frame, identifier, reading_of
from screening.documents.styles import styles
from screening.settings import Clinic
from screening.words import Say

# After-care lines that ask for a doctor the same day; one that names the emergency number goes into the box.
_SAME_DAY = frozenset({"ac-infection", "ac-bleed"})
# Over the gap in the blade bone the signs are "as for the lung", which a patient cannot look up.
_SIGNS_OF: Mapping[str, str] = MappingProxyType({"haz-scapular-foramen": "haz-pleura"})
_IN_PREGNANCY = "haz-uterus"


@dataclass(frozen=True, slots=True)
class Watch:
    """What to watch for after needling near some of the marked places."""

    near: str
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leaflet:
    """Everything the leaflet prints, in words."""

    frame: Frame
    clinic: Clinic
    name: str
    care: tuple[str, ...]
    emergency: tuple[str, ...]
    watch: tuple[Watch, ...]
    same_day: tuple[str, ...]
    contact: tuple[str, ...]


def leaflet_html(
    env: Environment, paper: Paper, clinic: Clinic, say: Say, language: str, *, named: bool = True
) -> str:
    """The leaflet as HTML for `leaflet_css(sheet)`, with or without the name; draw it as pdf/ua-1."""
    view = leaflet(paper, Voice(say, language, clinic), named=named)
    return env.get_template("paper/leaflet.html").render(view=view, say=say, logo=logo_name(clinic))


def leaflet_css(sheet: str = "A4") -> str:
    """The stylesheet, for "A4" or "Letter"."""
    return styles("leaflet.css", sheet)


def leaflet_identifier(paper: Paper, *, named: bool = True) -> bytes:
    """What makes the PDF of the same record the same file."""
    return identifier(paper, "leaflet, named" if named else "leaflet")


def leaflet(paper: Paper, voice: Voice, *, named: bool = True) -> Leaflet:
    """Everything the leaflet says. Every after-care line of the edition is in it once."""
    notes, title = paper.edition.notes["aftercare"], voice.say("After your needling")
    framed = frame(paper, voice, title)
    known = named and reading_of(paper).given("full_name") is not None
    sorted_out: dict[str, list[str]] = {"care": [], "emergency": [], "same_day": [], "contact": []}
    for note in notes:
        sorted_out[_drawer(note)].append(voice.filled(note.text))
    return Leaflet(
        frame=replace(framed, title=title, name="", born="", reference=""),
        clinic=voice.clinic,
        name=framed.name if known else "",
        care=tuple(sorted_out["care"]),
        emergency=(*sorted_out["emergency"], voice.filled(paper.edition.messages["msg-every"])),
        watch=_watch(paper, voice),
        same_day=tuple(sorted_out["same_day"]),
        contact=tuple(sorted_out["contact"]),
    )


def _drawer(note: Note) -> str:
    if "{EMERGENCY}" in note.text:
        return "emergency"
    if "{CLINIC_PHONE}" in note.text:
        return "contact"
    return "same_day" if note.id in _SAME_DAY else "care"


def _watch(paper: Paper, voice: Voice) -> tuple[Watch, ...]:
    """The signs of every hazard of high or moderate severity, those near the same places told together."""
    edition, order = paper.edition, paper.edition.token_order
    near: dict[str, set[str]] = {}
    for hazard, over_it in _hazards(edition, marked(reading_of(paper))):
        near.setdefault(_SIGNS_OF.get(hazard, hazard), set()).update(over_it)
    groups: dict[tuple[str, ...], list[str]] = {}
    for hazard, found in near.items():
        tokens = tuple(sorted(found, key=order.__getitem__))
        groups.setdefault(tokens, []).append(_signs(edition, hazard, voice))
    return tuple(
        Watch("; ".join(places_in_words(edition, tokens)), tuple(signs)) for tokens, signs in groups.items()
    )


def _hazards(edition: Edition, tokens: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
    for hazard in edition.hazards:
        if found := over(edition, tokens, hazard, HIGH_OR_MODERATE):
            yield hazard, found


def _signs(edition: Edition, hazard: str, voice: Voice) -> str:
    signs = edition.hazards[hazard].warning_signs
    return (
        voice.say("if you are or could be pregnant: {signs}", signs=signs)
        if hazard == _IN_PREGNANCY
        else signs
    )
