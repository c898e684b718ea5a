"""The outbox: what is to be sent by e-mail, each message once. It holds no text, only to whom and about what.

A message that was claimed and never settled, because the process died or the line was lost at the end,
may or may not have gone out: it is never sent again by itself.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from screening.records import audit
from screening.records.audit import Actor
from screening.records.engine import reading, writing
from screening.records.tables_day import message
from screening.records.tokens import id_from

SYSTEM = Actor("system", "rounds")
MOST_TRIES = 20
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(hours=1)
# A mail server is given far less; whatever is not settled by then lost its process.
LOST_AFTER = timedelta(minutes=5)


class Kind(StrEnum):
    INVITATION = "invitation"
    REMINDER = "reminder"
    ALERT = "alert"
    ESCALATION = "escalation"


class Fault(StrEnum):
    """Why a message is not sent, in one word; UNCERTAIN is the only one under which it may have been."""

    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    NOT_NEEDED = "not-needed"
    BROKEN = "broken"


class Stage(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    NOT_NEEDED = "not-needed"


@dataclass(frozen=True, slots=True)
class Message:
    """One message to send: `about` is the id of an appointment or of an alert."""

    kind: Kind
    about: str
    recipient: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this process alone may send now."""

    id: str
    message: Message
    tries: int


@dataclass(frozen=True, slots=True)
class Posted:
    """How far the newest message about an appointment is; `at` is when it was sent or queued."""

    stage: Stage
    at: datetime


def queue(session: Session, actor: Actor, once: str, new: Message, now: datetime) -> bool:
    """Put a message in the outbox; False, and no change, when one was queued under `once` before."""
    message_id = id_from("message", once)
    known = select(message.c.id).where(message.c.id == message_id)
    # Rounds ask for the same message again and again: only a new one takes the write lock.
    with reading(session):
        if session.execute(known).first() is not None:
            return False
    about = "alert_id" if new.kind in (Kind.ALERT, Kind.ESCALATION) else "appointment_id"
    with writing(session):
        if session.execute(known).first() is not None:
            return False
        values = {"id": message_id, "kind": new.kind.value, "recipient": new.recipient, about: new.about}
        session.execute(insert(message).values(**values, made_at=now, due_at=now, tries=0, fault=""))
        audit.append(session, actor, "message-queued", ("message", message_id), now, why=new.kind.value)
    return True


def claim(session: Session, now: datetime, kinds: Collection[Kind] = tuple(Kind)) -> Claimed | None:
    """Take the next message that is due, of these kinds, for this process alone; alerts go first."""
    ready = (
        *(message.c.claimed_at.is_(None), message.c.sent_at.is_(None), message.c.given_up_at.is_(None)),
        *(message.c.due_at <= now, message.c.kind.in_([kind.value for kind in kinds])),
    )
    with reading(session):
        if session.execute(select(message.c.id).where(*ready).limit(1)).first() is None:
            return None
    first = select(message.c.id).where(*ready)
    first = first.order_by(message.c.alert_id.is_(None), message.c.due_at, message.c.id).limit(1)
    taken = update(message).where(message.c.id == first.scalar_subquery(), *ready)
    with writing(session):
        row = session.execute(
            taken.values(claimed_at=now, tries=message.c.tries + 1).returning(message)
        ).first()
        if row is None:
            return None
        audit.append(session, SYSTEM, "message-claimed", ("message", row.id), now, count=row.tries)
    return Claimed(row.id, _message(row), row.tries)


def mark_sent(session: Session, claimed: Claimed, now: datetime) -> None:
    """The mail server took the message."""
    _settle(session, claimed, "message-sent", now, sent_at=now, fault="")


def put_back(session: Session, claimed: Claimed, fault: Fault, now: datetime) -> None:
    """Nothing was sent, for certain: try again after a wait that doubles, and give up after MOST_TRIES."""
    if claimed.tries >= MOST_TRIES:
        give_up(session, claimed, fault, now)
        return
    wait = min(_FIRST_WAIT * 2 ** (claimed.tries - 1), _LONGEST_WAIT)
    _settle(
        session, claimed, "message-put-back", now, claimed_at=None, due_at=now + wait, fault=fault.value
    )


def give_up(session: Session, claimed: Claimed, fault: Fault, now: datetime) -> None:
    """Never try this message again."""
    _settle(session, claimed, "message-given-up", now, given_up_at=now, fault=fault.value)


def drop(session: Session, actor: Actor, appointment_id: str, now: datetime) -> None:
    """Send nothing about an appointment that is still waiting to be sent."""
    still = (message.c.claimed_at.is_(None), message.c.sent_at.is_(None), message.c.given_up_at.is_(None))
    these = update(message).where(message.c.appointment_id == appointment_id, *still)
    ended = these.values(given_up_at=now, fault=Fault.NOT_NEEDED.value).returning(message.c.id)
    with writing(session):
        count = len(session.execute(ended).all())
        if count:
            thing = ("appointment", appointment_id)
            audit.append(session, actor, "messages-dropped", thing, now, count=count)


def newest(session: Session, appointment_ids: Collection[str], now: datetime) -> Mapping[str, Posted]:
    """How far the newest message of each appointment is; an appointment without one is left out."""
    about = message.c.appointment_id
    wanted = select(message).where(about.in_(appointment_ids)).order_by(message.c.made_at, message.c.id)
    with reading(session):
        return {row.appointment_id: _posted(row, now) for row in session.execute(wanted)}


def _settle(session: Session, claimed: Claimed, action: str, now: datetime, **values: Any) -> None:
    why = {"why": values["fault"]} if values["fault"] else {}
    with writing(session):
        session.execute(update(message).where(message.c.id == claimed.id).values(**values))
        audit.append(session, SYSTEM, action, ("message", claimed.id), now, **why)


def _posted(row: Row[Any], now: datetime) -> Posted:
    if row.sent_at is not None:
        return Posted(Stage.SENT, row.sent_at)
    if row.given_up_at is not None:
        ended = {Fault.UNCERTAIN: Stage.UNCERTAIN, Fault.NOT_NEEDED: Stage.NOT_NEEDED}
        return Posted(ended.get(Fault(row.fault), Stage.FAILED), row.made_at)
    lost = row.claimed_at is not None and row.claimed_at + LOST_AFTER <= now
    return Posted(Stage.UNCERTAIN if lost else Stage.WAITING, row.made_at)


def _message(row: Row[Any]) -> Message:
    return Message(Kind(row.kind), row.appointment_id or row.alert_id, row.recipient)
