"""Referral letters. A letter is kept as it was written, so that it can be printed again word for word."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from screening.records import audit, tables, tables_day
from screening.records.acting import active_name, signed
from screening.records.audit import Actor
from screening.records.engine import writing


@dataclass(frozen=True, slots=True)
class Letter:
    """`body` holds what whoever wrote it typed and chose, and the head it was written under."""

    id: int
    body: Mapping[str, object]
    staff_name: str
    at: datetime


def write(
    session: Session, actor: Actor, submission_id: str, body: Mapping[str, object], now: datetime
) -> int:
    """Keep a letter about a record, signed or not; its number.

    Raises NotStaff, or LookupError when there is no such record.
    """
    table = tables_day.letter
    with writing(session):
        active_name(session, actor)
        signed(session, submission_id)
        values = {"submission_id": submission_id, "body": dict(body), "staff_id": actor.id, "at": now}
        (letter_id,) = session.execute(insert(table).values(values).returning(table.c.id)).one()
        audit.append(session, actor, "letter-written", ("submission", submission_id), now)
    return int(letter_id)


def letters(session: Session, submission_id: str) -> tuple[Letter, ...]:
    """Every letter about a record, oldest first, inside the caller's transaction."""
    table, staff = tables_day.letter, tables.staff
    joined = table.join(staff, staff.c.id == table.c.staff_id)
    wanted = select(table, staff.c.name).select_from(joined).where(table.c.submission_id == submission_id)
    rows = session.execute(wanted.order_by(table.c.id))
    return tuple(Letter(row.id, row.body, row.name, row.at) for row in rows)
