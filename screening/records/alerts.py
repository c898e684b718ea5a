"""What waits for a practitioner: who saw it when, who took it on, and what nobody took on in time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, func, insert, literal, select, update
from sqlalchemy.orm import Session

from rules.model import Urgency
from screening.records import audit, tables
from screening.records.acting import active_name
from screening.records.audit import Actor
from screening.records.engine import reading, writing
from screening.records.raising import Kind, take_on
from screening.records.tables_day import alert, alert_seen

SYSTEM = Actor("system", "rounds")


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many forms wait, since when the longest does (None when none), and how many for too long."""

    forms: int
    since: datetime | None
    late: int


@dataclass(frozen=True, slots=True)
class Seen:
    staff_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert nobody has taken on. `submission_id` and `reference` are None until the form is handed in."""

    kind: Kind
    response_id: str
    urgency: Urgency
    raised_at: datetime
    submission_id: str | None
    reference: str | None
    contact: Mapping[str, object]
    seen: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """A form that somebody took on just now; `submission_id` is None until it is handed in."""

    submission_id: str | None


@dataclass(frozen=True, slots=True)
class Notice:
    """What an e-mail may say of an alert that waits: never whose it is, nor why."""

    alert_id: str
    urgency: Urgency
    reference: str | None


def waiting(session: Session, late_before: datetime) -> Waiting:
    """The forms that wait; late are those whose alert was raised at `late_before` or earlier."""
    late = func.count(alert.c.response_id.distinct()).filter(alert.c.raised_at <= late_before)
    wanted = select(func.count(alert.c.response_id.distinct()), func.min(alert.c.raised_at), late)
    with reading(session):
        forms, since, too_long = session.execute(wanted.where(alert.c.acknowledged_at.is_(None))).one()
    return Waiting(forms, since, too_long)


def open_alerts(session: Session, actor: Actor, contact: Sequence[str], now: datetime) -> tuple[Alert, ...]:
    """Every alert nobody has taken on, the most urgent and then the oldest first, with the answers to the
    `contact` questions. It is noted that the acting member of staff saw them."""
    sent = tables.submission
    joined = alert.outerjoin(sent, sent.c.response_id == alert.c.response_id)
    wanted = select(alert, sent.c.id.label("submission_id"), sent.c.reference, sent.c.answers)
    standing = alert.c.acknowledged_at.is_(None)
    with writing(session):
        _note_seen(session, actor, None, now)
        rows = session.execute(
            wanted.select_from(joined).where(standing).order_by(alert.c.raised_at, alert.c.id)
        ).all()
        drafts, seen = _drafts(session), _seen(session)
        audit.append(session, actor, "listed", ("alert", "waiting"), now, count=len(rows))
    found = (_alert(row, row.answers or drafts.get(row.response_id, {}), contact, seen) for row in rows)
    return tuple(sorted(found, key=lambda item: -item.urgency.rank))


def note_seen(session: Session, actor: Actor, response_id: str | None, now: datetime) -> None:
    """Note that a member of staff saw the alert of a form, or of every form; the first time counts."""
    with reading(session):
        new = session.execute(_unseen(actor, response_id, now).limit(1)).first() is not None
    if new:
        with writing(session):
            _note_seen(session, actor, response_id, now)


def acknowledge(session: Session, actor: Actor, response_id: str, now: datetime) -> Taken | None:
    """Take a form on: nobody is called for it any more. None, and no change, when none waits.

    Raises NotStaff.
    """
    with writing(session):
        active_name(session, actor)
        taken = take_on(session, actor, response_id, now)
        if not taken:
            return None
        audit.append(session, actor, "alert-taken-on", ("response", response_id), now, count=taken)
        sent = select(tables.submission.c.id).where(tables.submission.c.response_id == response_id)
        return Taken(session.execute(sent).scalar())


def dealing(session: Session) -> Mapping[str, str]:
    """Who took on each form handed in that nobody has decided on, by the id of the submission."""
    sent, staff, review = tables.submission, tables.staff, tables.review
    joined = alert.join(sent, sent.c.response_id == alert.c.response_id)
    joined = joined.join(staff, staff.c.id == alert.c.acknowledged_by)
    decided = exists().where(review.c.submission_id == sent.c.id)
    wanted = select(sent.c.id, staff.c.name).select_from(joined).where(~decided)
    with reading(session):
        return {row.id: row.name for row in session.execute(wanted.order_by(alert.c.acknowledged_at))}


def escalate(session: Session, raised_before: datetime, now: datetime) -> None:
    """Mark what was raised by then and nobody took on, once each."""
    late = (alert.c.acknowledged_at.is_(None), alert.c.escalated_at.is_(None))
    these = (*late, alert.c.raised_at <= raised_before)
    with reading(session):
        any_late = session.execute(select(alert.c.id).where(*these).limit(1)).first()
    if any_late is None:
        return
    with writing(session):
        marked = update(alert).where(*these).values(escalated_at=now).returning(alert.c.id)
        for (alert_id,) in session.execute(marked).all():
            audit.append(session, SYSTEM, "alert-escalated", ("alert", alert_id), now)


def to_announce(session: Session, *, escalated: bool = False) -> tuple[Notice, ...]:
    """What waits and has to be told by e-mail, oldest first; with `escalated` only what was left too long."""
    wanted = _notices().order_by(alert.c.raised_at, alert.c.id)
    if escalated:
        wanted = wanted.where(alert.c.escalated_at.is_not(None))
    with reading(session):
        return tuple(_notice(row) for row in session.execute(wanted))


def notice(session: Session, alert_id: str) -> Notice | None:
    """One alert as an e-mail may tell it; None once it was taken on or its form is gone."""
    with reading(session):
        row = session.execute(_notices().where(alert.c.id == alert_id)).first()
    return None if row is None else _notice(row)


def _notices() -> Any:
    response = tables.response
    joined = alert.join(response, response.c.id == alert.c.response_id)
    wanted = select(alert.c.id, alert.c.urgency, response.c.reference).select_from(joined)
    return wanted.where(alert.c.acknowledged_at.is_(None))


def _notice(row: Row[Any]) -> Notice:
    return Notice(row.id, Urgency(row.urgency), row.reference)


def _unseen(actor: Actor, response_id: str | None, now: datetime) -> Any:
    held = exists().where(alert_seen.c.alert_id == alert.c.id, alert_seen.c.staff_id == actor.id)
    values = (alert.c.id, literal(actor.id), literal(now, tables.Moment))
    wanted = select(*values).where(alert.c.acknowledged_at.is_(None), ~held)
    return wanted if response_id is None else wanted.where(alert.c.response_id == response_id)


def _note_seen(session: Session, actor: Actor, response_id: str | None, now: datetime) -> None:
    new = insert(alert_seen).from_select(["alert_id", "staff_id", "at"], _unseen(actor, response_id, now))
    noted = session.execute(new.returning(alert_seen.c.alert_id)).all()
    if noted:
        thing = ("response", response_id) if response_id else ("alert", "waiting")
        audit.append(session, actor, "alert-seen", thing, now, count=len(noted))


def _drafts(session: Session) -> Mapping[str, Mapping[str, object]]:
    """The answers so far of the forms that wait and were not handed in."""
    page, response = tables.saved_page, tables.response
    theirs = select(alert.c.response_id).join(response, response.c.id == alert.c.response_id)
    theirs = theirs.where(alert.c.acknowledged_at.is_(None), response.c.reference.is_(None))
    known: dict[str, dict[str, object]] = {}
    for row in session.execute(select(page).where(page.c.response_id.in_(theirs))):
        known.setdefault(row.response_id, {}).update(row.answers)
    return known


def _seen(session: Session) -> Mapping[str, tuple[Seen, ...]]:
    staff = tables.staff
    joined = alert_seen.join(staff, staff.c.id == alert_seen.c.staff_id)
    joined = joined.join(alert, alert.c.id == alert_seen.c.alert_id)
    wanted = select(alert_seen, staff.c.name).select_from(joined).where(alert.c.acknowledged_at.is_(None))
    found: dict[str, tuple[Seen, ...]] = {}
    for row in session.execute(wanted.order_by(alert_seen.c.at, staff.c.name)):
        found[row.alert_id] = (*found.get(row.alert_id, ()), Seen(row.name, row.at))
    return found


def _alert(
    row: Row[Any],
    answers: Mapping[str, object],
    contact: Sequence[str],
    seen: Mapping[str, tuple[Seen, ...]],
) -> Alert:
    return Alert(
        Kind(row.kind),
        row.response_id,
        Urgency(row.urgency),
        row.raised_at,
        row.submission_id,
        row.reference,
        {name: answers[name] for name in contact if name in answers},
        seen.get(row.id, ()),
    )
