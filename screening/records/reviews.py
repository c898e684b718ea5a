"""What a named practitioner decided about a submission. A change of mind is a new review."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.orm import Session

from screening.records import audit, tables
from screening.records.audit import Actor
from screening.records.engine import reading, writing


class Decision(StrEnum):
    GO_AHEAD = "go-ahead"
    ADAPT = "adapt"
    POSTPONE = "postpone"
    REFER = "refer"


@dataclass(frozen=True, slots=True)
class Review:
    submission_id: str
    staff_id: str
    staff_name: str
    decision: Decision
    note: str
    decided_at: datetime


class NotStaff(Exception):
    """Only a member of staff who is still active can decide."""


def decide(
    session: Session, actor: Actor, submission_id: str, decision: Decision, note: str, now: datetime
) -> Review:
    """Add a review by the acting member of staff; earlier ones stay and are shown below it.

    Raises NotStaff, or LookupError when there is no such submission.
    """
    staff, submission = tables.staff, tables.submission
    active = select(staff.c.name).where(staff.c.id == actor.id, staff.c.disabled_at.is_(None))
    with writing(session):
        name = session.execute(active).scalar() if actor.kind == "staff" else None
        if name is None:
            raise NotStaff(actor.id)
        if not session.execute(select(submission.c.id).where(submission.c.id == submission_id)).first():
            raise LookupError(submission_id)
        session.execute(
            insert(tables.review).values(
                submission_id=submission_id,
                staff_id=actor.id,
                decision=Decision(decision).value,
                note=note,
                decided_at=now,
            )
        )
        audit.append(session, actor, "review-decided", ("submission", submission_id), now)
    return Review(submission_id, actor.id, name, Decision(decision), note, now)


def reviews_of(session: Session, submission_id: str) -> tuple[Review, ...]:
    """Every review of a submission, newest first. Read it after submissions.get, which is audited."""
    with reading(session):
        return tuple(review_from(row) for row in session.execute(newest_first(submission_id)))


def newest_first(submission_id: str) -> Any:
    """The query behind reviews_of, for verbs that already have a transaction open."""
    review, staff = tables.review, tables.staff
    joined = review.join(staff, staff.c.id == review.c.staff_id)
    wanted = select(review, staff.c.name.label("staff_name")).select_from(joined)
    return wanted.where(review.c.submission_id == submission_id).order_by(review.c.id.desc())


def review_from(row: Row[Any]) -> Review:
    return Review(
        row.submission_id, row.staff_id, row.staff_name, Decision(row.decision), row.note, row.decided_at
    )
