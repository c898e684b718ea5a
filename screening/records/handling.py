"""What a practitioner did about a flag. A flag stays whatever was done; the latest entry counts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from screening.records import audit, tables, tables_after, tables_day
from screening.records.acting import adding
from screening.records.audit import Actor
from screening.records.engine import writing


class Action(StrEnum):
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    OVERRIDDEN = "overridden"


@dataclass(frozen=True, slots=True)
class Handling:
    submission_id: str
    flag_id: str
    action: Action
    reason: str
    staff_id: str
    staff_name: str
    at: datetime


class NoReason(Exception):
    """A flag is resolved or overridden only with a reason in words."""


NEEDS_REASON = frozenset({Action.RESOLVED, Action.OVERRIDDEN})


def handle(
    session: Session,
    actor: Actor,
    submission_id: str,
    flag_id: str,
    action: Action,
    reason: str,
    now: datetime,
) -> Handling:
    """Add what the acting member of staff did about one flag; earlier entries stay.

    Raises NoReason, NotStaff, AlreadySigned, or LookupError for a record or flag that is not there.
    """
    if action in NEEDS_REASON and not reason.strip():
        raise NoReason(action)
    with writing(session):
        name = adding(session, actor, submission_id)
        if flag_id not in _flags(session, submission_id):
            raise LookupError(flag_id)
        session.execute(
            insert(tables_after.flag_handling).values(
                submission_id=submission_id,
                flag_id=flag_id,
                action=action.value,
                reason=reason,
                staff_id=actor.id,
                at=now,
            )
        )
        audit.append(session, actor, "flag-handled", ("submission", submission_id), now)
    return Handling(submission_id, flag_id, action, reason, actor.id, name, now)


def handlings(session: Session, submission_id: str) -> tuple[Handling, ...]:
    """Everything done about the flags of a record, oldest first, inside the caller's transaction."""
    table, staff = tables_after.flag_handling, tables.staff
    joined = table.join(staff, staff.c.id == table.c.staff_id)
    wanted = select(table, staff.c.name).select_from(joined).where(table.c.submission_id == submission_id)
    return tuple(
        Handling(
            row.submission_id, row.flag_id, Action(row.action), row.reason, row.staff_id, row.name, row.at
        )
        for row in session.execute(wanted.order_by(table.c.id))
    )


def _flags(session: Session, submission_id: str) -> frozenset[str]:
    """The flags of the form, and those that its corrected answers raised at any time."""
    form, beside = tables.submission, tables_day.correction
    wanted = select(form.c.assessment).where(form.c.id == submission_id)
    also = select(beside.c.assessment).where(beside.c.submission_id == submission_id)
    kept = [session.execute(wanted).scalar_one(), *session.execute(also).scalars()]
    return frozenset(flag["id"] for assessment in kept for flag in assessment["flags"])
