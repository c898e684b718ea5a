"""What the figures read: times, outcomes and single parts of answers, never a whole form and never a name."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Column, Select, cast, func, select, type_coerce, union
from sqlalchemy.orm import Session

from screening.records import tables

# A form counts as left once nothing was saved in it for so long.
STILL_OPEN = timedelta(days=1)
_CHART = "pain_regions"


def forms(since: datetime) -> Select[Any]:
    """Every form handed in since then, with when it was opened and first decided."""
    sent, opened, review = tables.submission, tables.response, tables.review
    decided = select(review.c.submission_id, func.min(review.c.decided_at).label("decided_at"))
    first = decided.group_by(review.c.submission_id).subquery()
    joined = sent.join(opened, opened.c.id == sent.c.response_id)
    joined = joined.outerjoin(first, first.c.submission_id == sent.c.id)
    asked = (sent.c.submitted_at, sent.c.outcome, sent.c.urgency, sent.c.edition_digest)
    wanted = select(*asked, opened.c.opened_at, opened.c.filled_by_staff, first.c.decided_at)
    return wanted.select_from(joined).where(sent.c.submitted_at >= since).order_by(sent.c.submitted_at)


def flags(session: Session, since: datetime) -> Select[Any]:
    """The flags of each form."""
    sent = tables.submission
    return select(_part(session, sent.c.assessment, "flags")).where(sent.c.submitted_at >= since)


def places(session: Session, since: datetime) -> Select[Any]:
    """The places marked in each form."""
    sent = tables.submission
    return select(_part(session, sent.c.answers, _CHART)).where(sent.c.submitted_at >= since)


def left(since: datetime, until: datetime) -> Select[Any]:
    """The page saved last of each form that a patient left, between `since` and `until`, in the detail.

    Read from the trail: drafts are soon deleted, and the trail keeps which page was saved, not what."""
    line = tables.audit
    by_patients = (line.c.actor_kind == "patient", line.c.at >= since)
    ended = union(
        select(line.c.actor_id).where(*by_patients, line.c.action == "submitted"),
        select(line.c.object_id).where(*by_patients, line.c.action == "response-withdrawn"),
    )
    newest = select(func.max(line.c.seq)).where(*by_patients, line.c.action == "page-saved")
    newest = newest.where(line.c.object_id.not_in(ended)).group_by(line.c.object_id)
    return select(line.c.detail).where(line.c.seq.in_(newest), line.c.at < until)


def _part(session: Session, column: Column[Any], name: str) -> Any:
    """One part of a column that holds JSON, taken out by the database."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    return (type_coerce(column, JSON) if sqlite else cast(column, JSON))[name]
