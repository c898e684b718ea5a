"""A returning patient's form: whose earlier answers it may offer, and which of them were confirmed.

What is written here is written inside the caller's transaction: a confirmed answer is kept together with
its page, or not at all.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from screening.records import audit, tables, tables_day
from screening.records.audit import Actor
from screening.records.engine import reading


@dataclass(frozen=True, slots=True)
class Told:
    """What the same person told the clinic before. `first_given` has the answers that were carried over
    then already, and the day on which each was given; the others were given with the form."""

    edition_digest: str
    answers: Mapping[str, object]
    submitted_at: datetime
    first_given: Mapping[str, date]


def begin(session: Session, appointment_id: str, response_id: str, earlier_id: str, now: datetime) -> None:
    """Let a patient's open form offer the answers of an earlier one, when both name the same birthday."""
    booked, response, sent = tables.appointment, tables.response, tables.submission
    mine = select(response.c.id).where(
        response.c.id == response_id, response.c.reference.is_(None), response.c.filled_by_staff.is_(None)
    )
    born = select(booked.c.date_of_birth).where(booked.c.id == appointment_id).scalar_subquery()
    same = select(sent.c.id).where(sent.c.id == earlier_id, sent.c.date_of_birth == born)
    if session.execute(mine).first() is None or session.execute(same).first() is None:
        return
    row = {"response_id": response_id, "earlier_submission_id": earlier_id, "at": now}
    session.execute(insert(tables_day.returning).values(row))
    audit.append(session, Actor("patient", response_id), "earlier-offered", ("submission", earlier_id), now)


def told_before(session: Session, response_id: str) -> Told | None:
    """What this form may offer; None for a patient who is new here. Only for the patient filling it in."""
    held, sent = tables_day.returning, tables.submission
    wanted = select(sent).join(held, held.c.earlier_submission_id == sent.c.id)
    with reading(session):
        row = session.execute(wanted.where(held.c.response_id == response_id)).first()
        if row is None:
            return None
        return Told(row.edition_digest, row.answers, row.submitted_at, carried_of(session, row.response_id))


def carried_of(session: Session, response_id: str) -> dict[str, date]:
    """The answers of a form that were confirmed instead of given anew, and when each was first given, in
    the caller's transaction."""
    held = tables_day.carried
    wanted = select(held.c.question_id, held.c.answered_on).where(held.c.response_id == response_id)
    return {row.question_id: row.answered_on for row in session.execute(wanted.order_by(held.c.question_id))}


def carried_in(session: Session, response_id: str) -> dict[str, date]:
    """As `carried_of`, for the patient who is filling the form in."""
    with reading(session):
        return carried_of(session, response_id)


def note(
    session: Session,
    response_id: str,
    changed: Collection[str],
    confirmed: Mapping[str, date],
    now: datetime,
) -> None:
    """Remember what was confirmed; whatever was changed or taken away is carried over no longer."""
    held = tables_day.carried
    gone = held.c.question_id.in_({*changed, *confirmed})
    session.execute(delete(held).where(held.c.response_id == response_id, gone))
    rows = [
        {"response_id": response_id, "question_id": question, "answered_on": day, "confirmed_at": now}
        for question, day in confirmed.items()
    ]
    if rows:
        session.execute(insert(held), rows)
