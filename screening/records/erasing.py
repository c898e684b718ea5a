"""Erasing what belongs to a person, for good. A tombstone says that a form was there; the trail stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from screening.records import audit, tables, tables_after, tables_day
from screening.records.audit import Actor
from screening.records.engine import empty_log, reading, writing
from screening.records.removal import belonging, remove, remove_beside

# What stands in an appointment instead of a name; the day and the hour stay in the clinic's books.
ERASED = "erased"


class Why(StrEnum):
    """Why something was erased."""

    ASKED = "asked-by-the-person"
    MISTAKE = "entered-by-mistake"
    KEPT = "kept-long-enough"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What staff said belongs to one person: ids of forms handed in, of forms not handed in (their
    responses), and of appointments."""

    forms: tuple[str, ...] = ()
    unfinished: tuple[str, ...] = ()
    appointments: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return len(self.forms) + len(self.unfinished) + len(self.appointments)


@dataclass(frozen=True, slots=True)
class Extent:
    """What goes: references of forms, how many of them are signed, forms not handed in, appointments whose
    person is overwritten, and how many entries lie beside all of these (pages, decisions, messages ...)."""

    references: tuple[str, ...]
    signed: int
    unfinished: int
    appointments: int
    beside: int


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of a form: which, why and when it was erased."""

    submission_id: str
    reference: str
    why: Why
    at: datetime


class Gone(Exception):
    """Something that was to be erased is not there, or not there any more; nothing was changed."""


def would_erase(session: Session, chosen: Chosen) -> Extent:
    """The dry run of `erase`: counts what it would remove, and removes nothing. Raises Gone."""
    with reading(session):
        return _extent(session, chosen)


def erase(session: Session, actor: Actor, chosen: Chosen, why: Why, now: datetime) -> Extent:
    """Remove all of it in one transaction, signed or not; then empty the log that still held it.

    Raises Gone when any of it is not there: of two who erase at once, one does.
    """
    with writing(session):
        extent = _extent(session, chosen)
        erase_forms(session, actor, chosen.forms, why, now)
        erase_unfinished(session, actor, chosen.unfinished, why, now)
        erase_appointments(session, actor, chosen.appointments, why, now)
    empty_log(session)
    return extent


def erase_forms(session: Session, actor: Actor, ids: Sequence[str], why: Why, now: datetime) -> None:
    """Put up a tombstone for each form handed in and remove it, inside the caller's transaction."""
    form = tables.submission
    rows = session.execute(select(form.c.id, form.c.reference, form.c.response_id).where(form.c.id.in_(ids)))
    found = rows.all()
    by = actor.id if actor.kind == "staff" else None
    for row in found:
        stands = {"submission_id": row.id, "reference": row.reference, "staff_id": by, "why": why.value}
        session.execute(insert(tables_day.tombstone).values(**stands, at=now))
        audit.append(session, actor, "form-erased", ("submission", row.id), now, why=why.value)
    _drop_prints(session, len(found))
    remove(session, tables.response, [row.response_id for row in found])


def erase_unfinished(session: Session, actor: Actor, ids: Sequence[str], why: Why, now: datetime) -> None:
    """Remove forms that were never handed in, inside the caller's transaction."""
    for response_id in ids:
        audit.append(session, actor, "form-erased", ("response", response_id), now, why=why.value)
    remove(session, tables.response, ids)


def erase_appointments(session: Session, actor: Actor, ids: Sequence[str], why: Why, now: datetime) -> None:
    """Overwrite whom an appointment is with and remove its links and messages, inside the caller's
    transaction. Its import key goes too: it is made of the name, or comes from another system."""
    table = tables.appointment
    nobody = {"patient_name": ERASED, "date_of_birth": None, "phone": "", "email": "", "import_key": None}
    for appointment_id in ids:
        written = update(table).where(table.c.id == appointment_id)
        session.execute(written.values(**nobody, changed_at=now))
        thing = ("appointment", appointment_id)
        audit.append(session, actor, "appointment-erased", thing, now, why=why.value)
    remove_beside(session, table, ids)


def tombstone_of(session: Session, submission_id: str) -> Tombstone | None:
    """What is left of a form under this id, if it was erased."""
    stone = tables_day.tombstone
    with reading(session):
        row = session.execute(select(stone).where(stone.c.submission_id == submission_id)).first()
    return None if row is None else tombstone_from(row)


def tombstone_from(row: Row[Any]) -> Tombstone:
    return Tombstone(row.submission_id, row.reference, Why(row.why), row.at)


def _drop_prints(session: Session, forms: int) -> None:
    """Papers of a day, drawn or being drawn, may hold a form that goes: whoever waits asks again."""
    if forms:
        session.execute(delete(tables.print_job))


def _extent(session: Session, chosen: Chosen) -> Extent:
    form, signature, table = tables.submission, tables_after.signature, tables.response
    forms = session.execute(
        select(form.c.reference, form.c.response_id).where(form.c.id.in_(chosen.forms))
    ).all()
    signed = select(func.count()).select_from(signature).where(signature.c.submission_id.in_(chosen.forms))
    open_ones = select(func.count()).select_from(table)
    open_ones = open_ones.where(table.c.id.in_(chosen.unfinished), table.c.reference.is_(None))
    booked = select(func.count()).select_from(tables.appointment)
    booked = booked.where(tables.appointment.c.id.in_(chosen.appointments))
    there = (len(forms), _number(session, open_ones), _number(session, booked))
    if there != (len(chosen.forms), len(chosen.unfinished), len(chosen.appointments)):
        raise Gone
    beside = _beside(session, [row.response_id for row in forms] + list(chosen.unfinished), chosen)
    references = tuple(sorted(row.reference for row in forms))
    return Extent(references, _number(session, signed), there[1], there[2], beside)


def _beside(session: Session, response_ids: Sequence[str], chosen: Chosen) -> int:
    """Rows that go besides the forms and the appointments themselves."""
    named = (tables.response, tables.submission, tables.appointment)
    theirs: dict[Table, list[ColumnElement[bool]]] = {}
    for root, ids in ((tables.response, response_ids), (tables.appointment, chosen.appointments)):
        for table, condition in belonging(root, ids).items():
            theirs.setdefault(table, []).append(condition)
    return sum(
        _number(session, select(func.count()).select_from(table).where(or_(*ways)))
        for table, ways in theirs.items()
        if table not in named
    )


def _number(session: Session, wanted: Select[Any]) -> int:
    return int(session.execute(wanted).scalar_one())
