"""Who was invited, has not handed a form in, and may be reminded by e-mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from screening.records import tables
from screening.records.engine import reading
from screening.records.invitations import MOST_TRIES
from screening.records.outbox import Kind
from screening.records.tables_day import message


@dataclass(frozen=True, slots=True)
class Forgetful:
    appointment_id: str
    email: str


def to_remind(
    session: Session, start: datetime, end: datetime, invited_before: datetime, now: datetime
) -> Sequence[Forgetful]:
    """Whose appointment is from `start` up to `end` and still to come, who was invited before a moment by a
    link that opens or by e-mail, has an e-mail address, and whose form is not here."""
    booked, held = tables.appointment, tables.invitation
    mailed = exists().where(
        message.c.appointment_id == booked.c.id,
        message.c.kind == Kind.INVITATION.value,
        message.c.sent_at.is_not(None),
    )
    # A link that the desk stopped, or that somebody guessed at too often, is not made anew by itself.
    invited = exists().where(
        held.c.appointment_id == booked.c.id,
        held.c.created_at < invited_before,
        held.c.revoked_at.is_(None),
        held.c.wrong_birthdays < MOST_TRIES,
        (held.c.expires_at > now) | mailed,
    )
    coming = (booked.c.at >= start, booked.c.at < end, booked.c.at > now, booked.c.email != "")
    wanted = select(booked.c.id, booked.c.email).where(*coming, *_standing(), invited)
    with reading(session):
        rows = session.execute(wanted.order_by(booked.c.at, booked.c.id)).all()
    return tuple(Forgetful(row.id, row.email) for row in rows)


def form_is_missing(session: Session, appointment_id: str) -> bool:
    """Whether an appointment still stands, can be invited for, and its form is not here."""
    booked = tables.appointment
    with reading(session):
        wanted = select(booked.c.id).where(booked.c.id == appointment_id, *_standing())
        return session.execute(wanted).first() is not None


def _standing() -> tuple[Any, ...]:
    booked, form = tables.appointment, tables.response
    here = exists().where(form.c.id == booked.c.response_id, form.c.reference.is_not(None))
    return booked.c.cancelled_at.is_(None), booked.c.date_of_birth.is_not(None), ~here
