"""The list that the supervising clinician goes through before an edition is signed off."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from screening.records import audit, tables, tables_day
from screening.records.acting import active_name
from screening.records.audit import Actor
from screening.records.engine import reading, writing


@dataclass(frozen=True, slots=True)
class Ticked:
    """One item gone through: what was decided, by whom, and when."""

    item: str
    note: str
    staff_name: str
    at: datetime


class NoNote(Exception):
    """An item is ticked only with what was decided about it, in words."""


def tick(session: Session, actor: Actor, edition_digest: str, item: str, note: str, now: datetime) -> Ticked:
    """Add that an item was gone through for this very edition; earlier entries stay, the latest counts.

    Raises NoNote, or NotStaff unless an active member of staff acts.
    """
    if not note.strip():
        raise NoNote(item)
    with writing(session):
        name = active_name(session, actor)
        session.execute(
            insert(tables_day.sign_off_item).values(
                edition_digest=edition_digest, item=item, note=note, staff_id=actor.id, at=now
            )
        )
        audit.append(session, actor, "sign-off-item", ("edition", edition_digest), now, name=item)
    return Ticked(item, note, name, now)


def ticked(session: Session, edition_digest: str) -> dict[str, Ticked]:
    """The entry that counts for each item of this very edition; items never gone through are not there."""
    table, staff = tables_day.sign_off_item, tables.staff
    joined = table.join(staff, staff.c.id == table.c.staff_id)
    wanted = select(table, staff.c.name).select_from(joined).where(table.c.edition_digest == edition_digest)
    with reading(session):
        rows = session.execute(wanted.order_by(table.c.id)).all()
    return {row.item: Ticked(row.item, row.note, row.name, row.at) for row in rows}


def missing(session: Session, edition_digest: str, items: Iterable[str]) -> tuple[str, ...]:
    """Which of `items` nobody has gone through yet for this very edition, in their order."""
    done = ticked(session, edition_digest)
    return tuple(item for item in items if item not in done)
