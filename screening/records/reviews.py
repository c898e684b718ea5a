"""What a named practitioner decided about a submission. A change of mind is a new review."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.orm import Session

from screening.records import audit, tables, tables_after
from screening.records.acting import NotStaff as NotStaff
from screening.records.acting import adding
from screening.records.audit import Actor
from screening.records.engine import reading, writing
from screening.records.raising import take_on


class Decision(StrEnum):
    GO_AHEAD = "go-ahead"
    ADAPT = "adapt"
    POSTPONE = "postpone"
    REFER = "refer"


@dataclass(frozen=True, slots=True)
class Detail:
    """What belongs to a decision: the day a visit is put off to, None when it is not, and the places
    (region:side) that are not to be needled."""

    postpone_until: date | None = None
    not_to_needle: tuple[str, ...] = ()


_PLAIN = Detail()


@dataclass(frozen=True, slots=True)
class Review:
    submission_id: str
    staff_id: str
    staff_name: str
    decision: Decision
    note: str
    decided_at: datetime
    detail: Detail = _PLAIN


def decide(
    session: Session,
    actor: Actor,
    submission_id: str,
    decision: Decision,
    note: str,
    now: datetime,
    detail: Detail = _PLAIN,
) -> Review:
    """Add a review by the acting member of staff; earlier ones stay. Takes on the form's alerts with it.

    Raises NotStaff, AlreadySigned, or LookupError when there is no such submission.
    """
    whose = {"submission_id": submission_id, "staff_id": actor.id}
    with writing(session):
        name = adding(session, actor, submission_id)
        made = insert(tables.review).values(
            **whose, decision=Decision(decision).value, note=note, decided_at=now
        )
        (review_id,) = session.execute(made.returning(tables.review.c.id)).one()
        if detail != _PLAIN:
            more = insert(tables_after.decision_detail).values(**whose, review_id=review_id)
            until, places = detail.postpone_until, list(detail.not_to_needle)
            session.execute(more.values(postpone_until=until, not_to_needle=places))
        form = select(tables.submission.c.response_id).where(tables.submission.c.id == submission_id)
        take_on(session, actor, session.execute(form).scalar_one(), now)
        audit.append(session, actor, "review-decided", ("submission", submission_id), now)
    return Review(submission_id, actor.id, name, Decision(decision), note, now, detail)


def reviews_of(session: Session, submission_id: str) -> tuple[Review, ...]:
    """Every review of a submission, newest first. Read it after submissions.get, which is audited."""
    with reading(session):
        return tuple(review_from(row) for row in session.execute(newest_first(submission_id)))


def newest_first(submission_id: str) -> Any:
    """The query behind reviews_of, for verbs that already have a transaction open."""
    review, staff, detail = tables.review, tables.staff, tables_after.decision_detail
    joined = review.join(staff, staff.c.id == review.c.staff_id)
    joined = joined.outerjoin(detail, detail.c.review_id == review.c.id)
    more = (detail.c.postpone_until, detail.c.not_to_needle)
    wanted = select(review, staff.c.name.label("staff_name"), *more).select_from(joined)
    return wanted.where(review.c.submission_id == submission_id).order_by(review.c.id.desc())


def review_from(row: Row[Any]) -> Review:
    detail = Detail(row.postpone_until, tuple(row.not_to_needle or ()))
    return Review(
        row.submission_id,
        row.staff_id,
        row.staff_name,
        Decision(row.decision),
        row.note,
        row.decided_at,
        detail,
    )
