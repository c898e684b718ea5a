"""Everything that is kept about one person, row by row, for the person to take away.

It follows the foreign keys, as erasing does, so that a table added later is handed out too. The names
of tables and columns are the keys of what is handed out: they stay as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, select
from sqlalchemy.orm import Session

from screening.records import audit, tables, tables_after, tables_day
from screening.records.audit import Actor
from screening.records.engine import writing
from screening.records.erasing import Chosen, Gone
from screening.records.removal import belonging

# Who decided, wrote or signed is named, as on paper; of the others only the role is told.
_NAMED = (
    *(tables.review, tables.day_check, tables_after.flag_handling, tables_after.signature),
    *(tables_after.addendum, tables_day.correction, tables_day.letter),
)
# What opens a form or a link is no information about anybody, and would be a key in the wrong hands.
_SECRET = frozenset({"token"})

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the trail: when, by whom (a role, "patient", "system" or "anonymous"), what and why."""

    at: datetime
    by: str
    did: str
    why: str


@dataclass(frozen=True, slots=True)
class Kept:
    """One form or one appointment: its own values, the rows of every table that belong to it, by the
    table's name, and who did or saw what, oldest first."""

    id: str
    values: Values
    beside: Mapping[str, tuple[Values, ...]]
    trail: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Everything:
    """All of it. The id of a form is that of its response, handed in or not."""

    forms: tuple[Kept, ...]
    appointments: tuple[Kept, ...]


def everything(session: Session, actor: Actor, chosen: Chosen, now: datetime) -> Everything:
    """Read all that is kept of these forms and appointments. Audited; raises Gone when one is not there."""
    form, response, booked = tables.submission, tables.response, tables.appointment
    with writing(session):
        known = session.execute(select(form.c.response_id).where(form.c.id.in_(chosen.forms))).scalars()
        ids = (*known, *chosen.unfinished)
        staff = {row.id: row for row in session.execute(select(tables.staff))}
        forms, visits = _in_order(session, response, ids), _in_order(session, booked, chosen.appointments)
        found = Everything(
            tuple(_kept(session, response, one, staff) for one in forms),
            tuple(_kept(session, booked, one, staff) for one in visits),
        )
        if len(found.forms) + len(found.appointments) != chosen.count:
            raise Gone
        audit.append(session, actor, "person-exported", ("person", "export"), now, count=chosen.count)
    return found


def _in_order(session: Session, root: Table, ids: Sequence[str]) -> Sequence[str]:
    """The ids that are there, oldest first."""
    moment = root.c.opened_at if root is tables.response else root.c.at
    there = select(root.c.id).where(root.c.id.in_(ids))
    return session.execute(there.order_by(moment, root.c.id)).scalars().all()


def _kept(session: Session, root: Table, one: str, staff: Mapping[str, Row[Any]]) -> Kept:
    rows = {
        table: tuple(
            _values(table, row, staff)
            for row in session.execute(select(table).where(theirs).order_by(*table.primary_key))
        )
        for table, theirs in belonging(root, [one]).items()
    }
    (values,) = rows.pop(root)
    beside = {table.name: found for table, found in rows.items() if found}
    return Kept(one, values, beside, _trail(session, one, beside, staff))


def _values(table: Table, row: Row[Any], staff: Mapping[str, Row[Any]]) -> Values:
    people = {key.parent.name for key in table.foreign_keys if key.column.table is tables.staff}
    shown = {name: value for name, value in row._mapping.items() if name not in _SECRET | people}
    for name in people:
        value = row._mapping[name]
        shown[name.removesuffix("_id")] = value and _person(staff[value], named=table in _NAMED)
    return shown


def _person(row: Row[Any], *, named: bool) -> str:
    return str(row.name) if named else str(row.role)


def _trail(
    session: Session, one: str, beside: Mapping[str, tuple[Values, ...]], staff: Mapping[str, Row[Any]]
) -> tuple[Line, ...]:
    line = tables.audit
    ids = {one} | {row["id"] for rows in beside.values() for row in rows if isinstance(row.get("id"), str)}
    rows = session.execute(select(line).where(line.c.object_id.in_(ids)).order_by(line.c.seq))
    return tuple(
        Line(
            row.at,
            staff[row.actor_id].role if row.actor_kind == "staff" else row.actor_kind,
            row.action,
            str(row.detail.get("why", "")),
        )
        for row in rows
    )
