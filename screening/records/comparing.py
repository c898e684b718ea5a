"""The earlier forms of a returning patient, opened to be compared; every opening is audited."""

from datetime import datetime

from sqlalchemy.orm import Session

from screening.records import submissions
from screening.records.audit import Actor
from screening.records.engine import reading
from screening.records.matches import earlier_forms
from screening.records.submissions import Submission


def earlier(
    session: Session, actor: Actor, submission_id: str, most: int, now: datetime
) -> tuple[Submission, ...]:
    """The newest `most` of the earlier forms of the person of this one, newest first."""
    with reading(session):
        known = earlier_forms(session, submission_id)[:most]
    opened = (submissions.get(session, actor, one.submission_id, "compare", now) for one in known)
    return tuple(found for found in opened if found is not None)
