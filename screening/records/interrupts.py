"""The emergency page that stops the form: when it was shown, and when the patient said "I have read it"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from rules.model import Urgency
from screening.records import audit, tables
from screening.records.audit import Actor
from screening.records.engine import reading, writing
from screening.records.raising import Kind, raise_alert
from screening.records.responses import must_be_open, rows_changed


@dataclass(frozen=True, slots=True)
class Interrupt:
    """`acknowledged_at` is None until the patient pressed on; the flags are in alphabetical order."""

    response_id: str
    flag_ids: tuple[str, ...]
    shown_at: datetime
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class Stopped:
    """Somebody who met the emergency page and has not handed the form in: someone may need to ring."""

    response_id: str
    flag_ids: tuple[str, ...]
    shown_at: datetime
    acknowledged: bool
    contact: Mapping[str, object]


def record_interrupt(session: Session, response_id: str, flag_ids: Sequence[str], now: datetime) -> Interrupt:
    """Store that these flags stopped the form, and raise its alert; the same flags again change nothing.

    Raises NotOpen when the form was handed in or withdrawn.
    """
    table, flags = tables.interrupt, sorted(set(flag_ids))
    same = (table.c.response_id == response_id, table.c.flag_ids == flags)
    with writing(session):
        actor = must_be_open(session, response_id)
        row = session.execute(select(table).where(*same)).first()
        if row is not None:
            return _interrupt(row)
        session.execute(insert(table).values(response_id=response_id, flag_ids=flags, shown_at=now))
        thing = ("response", response_id)
        audit.append(session, actor, "interrupt-shown", thing, now, count=len(flags))
        raise_alert(session, Kind.STOPPED, response_id, Urgency.EMERGENCY, now)
    return Interrupt(response_id, tuple(flags), now, None)


def acknowledge_interrupt(session: Session, response_id: str, now: datetime) -> None:
    """Store that the patient read every interrupt shown so far; the first time counts."""
    table = tables.interrupt
    unread = (table.c.response_id == response_id, table.c.acknowledged_at.is_(None))
    with writing(session):
        actor = must_be_open(session, response_id)
        if rows_changed(session, update(table).where(*unread).values(acknowledged_at=now)):
            audit.append(session, actor, "interrupt-acknowledged", ("response", response_id), now)


def interrupts_of(session: Session, response_id: str) -> tuple[Interrupt, ...]:
    """Every interrupt of one response, oldest first."""
    table = tables.interrupt
    wanted = select(table).where(table.c.response_id == response_id).order_by(table.c.id)
    with reading(session):
        return tuple(_interrupt(row) for row in session.execute(wanted))


def open_interrupts(
    session: Session, actor: Actor, contact: Sequence[str], now: datetime
) -> tuple[Stopped, ...]:
    """The interrupts of forms not handed in, newest first, with the answers to the `contact` questions.

    Writes one audit line per person shown: this is a look at a patient's flags.
    """
    with writing(session):
        stopped = _stopped(session, contact)
        for response_id in dict.fromkeys(item.response_id for item in stopped):
            audit.append(session, actor, "interrupt-seen", ("response", response_id), now)
    return stopped


def _stopped(session: Session, contact: Sequence[str]) -> tuple[Stopped, ...]:
    table, response, page = tables.interrupt, tables.response, tables.saved_page
    joined = select(table).join(response, response.c.id == table.c.response_id)
    rows = session.execute(joined.where(response.c.reference.is_(None)).order_by(table.c.id.desc())).all()
    known: dict[str, dict[str, object]] = {row.response_id: {} for row in rows}
    for kept in session.execute(select(page).where(page.c.response_id.in_(known))):
        known[kept.response_id] |= {name: kept.answers[name] for name in contact if name in kept.answers}
    return tuple(
        Stopped(
            row.response_id,
            tuple(row.flag_ids),
            row.shown_at,
            row.acknowledged_at is not None,
            known[row.response_id],
        )
        for row in rows
    )


def _interrupt(row: Row[Any]) -> Interrupt:
    return Interrupt(row.response_id, tuple(row.flag_ids), row.shown_at, row.acknowledged_at)
