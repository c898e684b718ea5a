"""How far each patient has come, in words the desk may read: never an answer, a flag or a reason."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, case, exists, func, or_, select
from sqlalchemy.orm import Session

from rules.model import Level, Urgency
from screening.records import audit, tables
from screening.records.appointments import Appointment
from screening.records.audit import Actor
from screening.records.engine import reading, writing
from screening.records.raising import call_first


class State(StrEnum):
    """How far a patient has come. CALL_FIRST stays until a practitioner has decided, and comes back when
    the check on the day brings something that nobody has decided on."""

    NOT_INVITED = "not-invited"
    INVITED = "invited"
    STARTED = "started"
    PART_DONE = "part-done"
    DONE = "done"
    CALL_FIRST = "call-first"
    DAY_CHECKED = "day-checked"
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True)
class WalkIn:
    """A form handed in that belongs to no appointment."""

    submission_id: str
    name: str
    submitted_at: datetime
    state: State


def states(session: Session, appointments: Sequence[Appointment], now: datetime) -> tuple[State, ...]:
    """The state of each appointment, in their order."""
    forms = [item.response_id for item in appointments if item.response_id is not None]
    held = tables.invitation
    live = (held.c.revoked_at.is_(None), held.c.expires_at > now)
    invited = select(held.c.appointment_id).where(
        held.c.appointment_id.in_([item.id for item in appointments]), *live
    )
    with reading(session):
        by_form = {
            row.id: _state(row) for row in session.execute(_forms().where(tables.response.c.id.in_(forms)))
        }
        asked = set(session.execute(invited).scalars())
    return tuple(_of(item, by_form, asked) for item in appointments)


def walk_ins(
    session: Session, actor: Actor, day: date, start: datetime, end: datetime, now: datetime
) -> tuple[WalkIn, ...]:
    """Forms without an appointment whose visit is on `day`, or that came in from `start` to `end`."""
    sent = tables.submission
    here = or_(sent.c.visit_date == day, (sent.c.submitted_at >= start) & (sent.c.submitted_at < end))
    booked = exists().where(tables.appointment.c.response_id == sent.c.response_id)
    wanted = _forms().where(here, ~booked).order_by(sent.c.submitted_at.desc(), sent.c.id)
    with writing(session):
        rows = session.execute(wanted).all()
        audit.append(session, actor, "listed", ("submission", "walk-ins"), now, count=len(rows))
    return tuple(WalkIn(row.submission_id, row.patient_name, row.submitted_at, _state(row)) for row in rows)


def _forms() -> Any:
    """Forms with what says how far they have come; no answer and no flag is read."""
    response, sent = tables.response, tables.submission
    page, stop, review = tables.saved_page, tables.interrupt, tables.review
    pages = select(func.count()).where(page.c.response_id == response.c.id).scalar_subquery()
    stopped = exists().where(stop.c.response_id == response.c.id)
    reviewed = exists().where(review.c.submission_id == sent.c.id)
    return select(
        response.c.id,
        sent.c.id.label("submission_id"),
        sent.c.submitted_at,
        sent.c.patient_name,
        sent.c.outcome,
        sent.c.urgency,
        pages.label("pages"),
        _latest_look(),
        stopped.label("stopped"),
        reviewed.label("reviewed"),
    ).select_from(response.outerjoin(sent, sent.c.response_id == response.c.id))


def _latest_look() -> Any:
    """Of the latest check on the day: 1 when it calls for a look that nobody decided on since, else 0;
    null when there was no check."""
    sent, check, review = tables.submission, tables.day_check, tables.review
    since = (review.c.submission_id == check.c.submission_id, review.c.decided_at >= check.c.checked_at)
    look = select(case((exists().where(*since), 0), else_=check.c.needs_look))
    newest = look.where(check.c.submission_id == sent.c.id).order_by(check.c.id.desc()).limit(1)
    return newest.scalar_subquery().label("look")


def _state(row: Row[Any]) -> State:
    if row.look:
        return State.CALL_FIRST
    if row.reviewed:
        return State.REVIEWED
    if row.submitted_at is None:
        if row.stopped:
            return State.CALL_FIRST
        return State.PART_DONE if row.pages else State.STARTED
    urgency = None if row.urgency is None else Urgency(row.urgency)
    if call_first(Level(row.outcome), urgency):
        return State.CALL_FIRST
    return State.DONE if row.look is None else State.DAY_CHECKED


def _of(item: Appointment, by_form: Mapping[str, State], asked: Container[str]) -> State:
    # A form withdrawn a moment ago is gone, and its appointment stands as before.
    if item.response_id is not None and item.response_id in by_form:
        return by_form[item.response_id]
    return State.INVITED if item.id in asked else State.NOT_INVITED
