"""Looking into the audit trail: who did what, found fast, and every look audited itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from screening.records import audit, tables
from screening.records.audit import Actor, Line, line_of
from screening.records.engine import reading, writing
from screening.records.tables_day import tombstone

# A look into somebody's record, or at what stopped them.
OPENINGS = ("submission-opened", "interrupt-seen", "typing-opened")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; what is empty or None narrows nothing. `before` leaves out that line and all
    newer ones. `without` are the beginnings of actions that the reader may not see, `without_kinds` the
    kinds of things."""

    actor_kind: str = ""
    actor_id: str = ""
    actions: tuple[str, ...] = ()
    kind: str = ""
    things: tuple[str, ...] | None = None
    start: datetime | None = None
    end: datetime | None = None
    before: int | None = None
    without: tuple[str, ...] = ()
    without_kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """A line with the names that its ids stand for, empty where there is none: of the member of staff
    who acted, of the one who was acted on, and the reference of the form."""

    line: Line
    who: str
    whom: str
    reference: str


@dataclass(frozen=True, slots=True)
class Checked:
    """How many lines the trail has, and the number of the first one that does not fit, or None."""

    lines: int
    breaks_at: int | None


def search(
    session: Session, actor: Actor, wanted: Wanted, most: int, now: datetime, *, saved: bool = False
) -> tuple[Named, ...]:
    """The newest lines that fit, newest first, `most` of them at most; `saved` when they leave as a file."""
    with reading(session):
        found = _named(session, [line_of(row) for row in session.execute(_query(wanted, most))])
    # A transaction of its own: a long look must not make a patient's page wait.
    action = "trail-exported" if saved else "trail-searched"
    audit.note(session, actor, action, ("trail", "lines"), now, count=len(found))
    return found


def openings(
    session: Session, actor: Actor, submission_id: str, most: int, now: datetime
) -> tuple[Named, ...] | None:
    """Who opened a record, newest first; None when there is no such record."""
    table = tables.submission
    with writing(session):
        wanted = select(table.c.id, table.c.response_id).where(table.c.id == submission_id)
        record = session.execute(wanted).first()
        if record is None:
            return None
        query = _query(Wanted(actions=OPENINGS, things=tuple(record)), most)
        found = _named(session, [line_of(row) for row in session.execute(query)])
        audit.append(session, actor, "openings-listed", ("submission", submission_id), now, count=len(found))
    return found


def things_of(session: Session, text: str) -> tuple[str, ...]:
    """The ids that a reference, or an id itself, stands for: the form, its answers, its appointment."""
    form, response, booked = tables.submission, tables.response, tables.appointment
    text = text.strip()
    code = text.upper()
    either = or_(form.c.reference == code, form.c.id == text, form.c.response_id == text)
    with reading(session):
        found = {text}
        for row in session.execute(select(form.c.id, form.c.response_id).where(either)):
            found |= set(row)
        found |= set(session.execute(select(response.c.id).where(response.c.reference == code)).scalars())
        erased = select(tombstone.c.submission_id).where(tombstone.c.reference == code)
        found |= set(session.execute(erased).scalars())
        theirs = select(booked.c.id).where(booked.c.response_id.in_(found))
        return tuple(sorted(found | set(session.execute(theirs).scalars())))


def check(session: Session, actor: Actor, key_hex: str, now: datetime) -> Checked:
    """Whether every line of the trail still follows from the one before it; the check is a line itself."""
    bad, newest = audit.verify_audit(session, key_hex), audit.head(session)
    audit.note(session, actor, "trail-checked", ("trail", "chain"), now)
    return Checked(0 if newest is None else newest.seq, bad)


def _query(wanted: Wanted, most: int) -> Select[Any]:
    table = tables.audit
    query = select(table).order_by(table.c.seq.desc()).limit(most)
    same = {"actor_kind": wanted.actor_kind, "actor_id": wanted.actor_id, "object_kind": wanted.kind}
    query = query.where(*[table.c[name] == given for name, given in same.items() if given])
    if wanted.actions:
        query = query.where(table.c.action.in_(wanted.actions))
    if wanted.things is not None:
        query = query.where(table.c.object_id.in_(wanted.things))
    if wanted.start is not None:
        query = query.where(table.c.at >= wanted.start)
    if wanted.end is not None:
        query = query.where(table.c.at < wanted.end)
    if wanted.before is not None:
        query = query.where(table.c.seq < wanted.before)
    query = query.where(*[~table.c.action.startswith(beginning) for beginning in wanted.without])
    return query.where(table.c.object_kind.not_in(wanted.without_kinds))


def _named(session: Session, lines: list[Line]) -> tuple[Named, ...]:
    people = tables.staff
    staff = {row.id: row.name for row in session.execute(select(people.c.id, people.c.name))}
    references = _references(session, {line.object_id for line in lines})
    return tuple(
        Named(
            line,
            staff.get(line.actor.id, "") if line.actor.kind == "staff" else "",
            staff.get(line.object_id, "") if line.object_kind == "staff" else "",
            references.get(line.object_id, ""),
        )
        for line in lines
    )


def _references(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """The reference of the form behind each id, where there is one."""
    form, booked = tables.submission, tables.appointment
    joined = booked.join(form, form.c.response_id == booked.c.response_id)
    wanted = sorted(ids)
    found: dict[str, str] = {}
    # SQLite takes some thousands of values in one question; an export asks for more.
    for first in range(0, len(wanted), 500):
        some = wanted[first : first + 500]
        for query in (
            select(form.c.id, form.c.reference).where(form.c.id.in_(some)),
            select(form.c.response_id, form.c.reference).where(form.c.response_id.in_(some)),
            select(booked.c.id, form.c.reference).select_from(joined).where(booked.c.id.in_(some)),
            select(tombstone.c.submission_id, tombstone.c.reference).where(
                tombstone.c.submission_id.in_(some)
            ),
        ):
            found |= {row[0]: row[1] for row in session.execute(query)}
    return found
