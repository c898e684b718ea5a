"""What was found, and what would be erased, in words; no answer and no flag."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date

from screening.records.erasing import Extent, Tombstone
from screening.records.finding import Found
from screening.web.person_forms import why_words
from screening.web.staff_words import say, say_here, voice

# The three things that are ticked, as the fields of Chosen and the boxes of the page are named.
KINDS = ("forms", "unfinished", "appointments")

# Label, value, and twice nothing: there is no link to change it.
Rows = tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Boxes to tick: the name they are sent under, their legend, and each box as value, words, ticked."""

    name: str
    legend: str
    boxes: tuple[tuple[str, str, bool], ...]


def groups_of(found: Found, ticked: Container[str]) -> tuple[Group, ...]:
    """What was found, kind by kind; a kind of which nothing was found is left out."""
    kinds = (
        Group(
            KINDS[0],
            say("Forms handed in"),
            tuple(
                (f.id, _of(f.reference, f.name, f.born, say_here(f.handed_in)), f.id in ticked)
                for f in found.forms
            ),
        ),
        Group(
            KINDS[1],
            say("Forms not handed in"),
            tuple(
                (f.id, _of(say("Last saved"), f.name, f.born, say_here(f.last_saved)), f.id in ticked)
                for f in found.unfinished
            ),
        ),
        Group(
            KINDS[2],
            say("Appointments"),
            tuple(
                (a.id, _of("", a.name, a.born, say_here(a.at)), a.id in ticked) for a in found.appointments
            ),
        ),
    )
    return tuple(kind for kind in kinds if kind.boxes)


def _of(what: str, name: str, born: date | None, when: str) -> str:
    day = say("date of birth not known") if born is None else say("born {date}", date=voice().day(born))
    return " · ".join(part for part in (name or say("No name given"), day, what, when) if part)


def extent_rows(extent: Extent) -> Rows:
    """What would go."""
    return (
        (say("Forms handed in"), ", ".join(extent.references) or say("None"), "", ""),
        (say("Of these, signed"), str(extent.signed), "", ""),
        (say("Forms not handed in"), str(extent.unfinished), "", ""),
        (say("Appointments"), overwritten(extent.appointments), "", ""),
        (
            say("Beside them"),
            say("{n} pages, decisions, checks, messages and the like", n=extent.beside),
            "",
            "",
        ),
    )


def overwritten(n: int) -> str:
    """How many appointments lose their person, and what that means."""
    return say("{n}. Day and hour stay; name, date of birth, phone and e-mail are overwritten.", n=n)


def count_rows(forms: int, unfinished: int, appointments: int) -> Rows:
    """What was erased."""
    return (
        (say("Forms handed in"), str(forms), "", ""),
        (say("Forms not handed in"), str(unfinished), "", ""),
        (say("Appointments"), str(appointments), "", ""),
    )


def stone_words(stone: Tombstone) -> str:
    """That a form was erased, when and why."""
    return say(
        "Form {reference} was erased on {moment}. Reason: {why}.",
        reference=stone.reference,
        moment=say_here(stone.at),
        why=why_words(stone.why),
    )
