"""Links that lead one patient to their form: kept as a hash, ended by time, by the desk or by guessing."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from screening.records import audit, tables
from screening.records.audit import Actor
from screening.records.engine import reading, writing
from screening.records.responses import must_be_open, open_session, rows_changed
from screening.records.tokens import fingerprint

LASTS = timedelta(days=7)
MOST_TRIES = 5
LINK = Actor("anonymous", "invitation")


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that still opens; `id` is the hash of its token, and `tries_left` is at least 1."""

    id: str
    appointment_id: str
    expires_at: datetime
    tries_left: int


class NoBirthday(Exception):
    """Without a date of birth nothing would show that the right person opened the link."""


def invite(
    session: Session,
    actor: Actor,
    appointment_id: str,
    token: str,
    now: datetime,
    lasts: timedelta = LASTS,
    *,
    end_earlier: bool = True,
) -> datetime:
    """Make a link for an appointment, and end those made before unless told not to; until when it opens.

    `token` is random, 256 bits. Raises LookupError for no standing appointment, or NoBirthday.
    """
    table = tables.appointment
    standing = select(table.c.date_of_birth).where(
        table.c.id == appointment_id, table.c.cancelled_at.is_(None)
    )
    with writing(session):
        row = session.execute(standing).first()
        if row is None:
            raise LookupError(appointment_id)
        if row.date_of_birth is None:
            raise NoBirthday(appointment_id)
        if end_earlier:
            _end(session, appointment_id, now)
        session.execute(
            insert(tables.invitation).values(
                token=fingerprint(token),
                appointment_id=appointment_id,
                staff_id=actor.id if actor.kind == "staff" else None,
                created_at=now,
                expires_at=now + lasts,
                wrong_birthdays=0,
            )
        )
        audit.append(session, actor, "invited", ("appointment", appointment_id), now)
    return now + lasts


def revoke(session: Session, actor: Actor, appointment_id: str, now: datetime) -> None:
    """No link of this appointment opens from now on."""
    with writing(session):
        if _end(session, appointment_id, now):
            audit.append(session, actor, "invitation-revoked", ("appointment", appointment_id), now)


def never_sent(session: Session, actor: Actor, token: str, now: datetime) -> None:
    """End one link that reached nobody; the others stay as they are."""
    held = tables.invitation
    this = (held.c.token == fingerprint(token), held.c.revoked_at.is_(None))
    with writing(session):
        ended = update(held).where(*this).values(revoked_at=now).returning(held.c.appointment_id)
        row = session.execute(ended).first()
        if row is not None:
            audit.append(session, actor, "invitation-unsent", ("appointment", row.appointment_id), now)


def find(session: Session, invitation_id: str, now: datetime) -> Invitation | None:
    """The invitation under this hash; None when it is unknown or opens no more. Looking changes nothing."""
    with reading(session):
        row = _live(session, invitation_id, now)
    return None if row is None else _invitation(row)


def current(session: Session, appointment_id: str, now: datetime) -> Invitation | None:
    """The invitation of an appointment that still opens, if there is one."""
    held = tables.invitation
    with reading(session):
        wanted = select(held.c.token).where(held.c.appointment_id == appointment_id)
        tokens = session.execute(wanted.order_by(held.c.created_at.desc())).scalars().all()
        rows = [row for row in (_live(session, token, now) for token in tokens) if row is not None]
    return _invitation(rows[0]) if rows else None


def check_birthday(session: Session, invitation_id: str, born: date | None, now: datetime) -> bool:
    """Whether `born` is the birthday in the appointment; a wrong one is counted, and the fifth ends the link.

    Raises LookupError when the link opens no more.
    """
    held = tables.invitation
    this = update(held).where(held.c.token == invitation_id)
    with writing(session):
        row = _live(session, invitation_id, now)
        if row is None:
            raise LookupError("this invitation opens no more")
        thing = ("appointment", row.appointment_id)
        if born is not None and born == row.date_of_birth:
            session.execute(this.values(wrong_birthdays=0, opened_at=row.opened_at or now))
            audit.append(session, LINK, "invitation-opened", thing, now)
            return True
        wrong = row.wrong_birthdays + 1
        session.execute(this.values(wrong_birthdays=wrong))
        audit.append(session, LINK, "invitation-birthday-wrong", thing, now, count=wrong)
    return False


def come_back(session: Session, response_id: str, token: str, lasts: timedelta, now: datetime) -> None:
    """Give the patient a new session on the form they began. Raises NotOpen when it was handed in."""
    with writing(session):
        actor = must_be_open(session, response_id)
        open_session(session, response_id, token, lasts, now)
        audit.append(session, actor, "response-resumed", ("response", response_id), now)


def _live(session: Session, invitation_id: str, now: datetime) -> Row[Any] | None:
    held, booked = tables.invitation, tables.appointment
    joined = held.join(booked, booked.c.id == held.c.appointment_id)
    return session.execute(
        select(held, booked.c.date_of_birth)
        .select_from(joined)
        .where(
            held.c.token == invitation_id,
            held.c.revoked_at.is_(None),
            held.c.expires_at > now,
            held.c.wrong_birthdays < MOST_TRIES,
            booked.c.cancelled_at.is_(None),
            booked.c.date_of_birth.is_not(None),
        )
    ).first()


def _end(session: Session, appointment_id: str, now: datetime) -> int:
    held = tables.invitation
    standing = (held.c.appointment_id == appointment_id, held.c.revoked_at.is_(None))
    return rows_changed(session, update(held).where(*standing).values(revoked_at=now))


def _invitation(row: Row[Any]) -> Invitation:
    return Invitation(row.token, row.appointment_id, row.expires_at, MOST_TRIES - row.wrong_birthdays)
