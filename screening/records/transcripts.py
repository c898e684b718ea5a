"""Forms that staff type in from paper or over the telephone: found again, and typed in by whom."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from screening.records import audit, tables
from screening.records.audit import Actor
from screening.records.engine import reading, writing
from screening.records.responses import Response, response_from


def find(session: Session, actor: Actor, response_id: str, now: datetime) -> Response | None:
    """A form this member of staff is typing in, or typed in; None when it is not theirs. Audited."""
    table = tables.response
    theirs = (table.c.id == response_id, table.c.filled_by_staff == actor.id)
    with writing(session):
        row = session.execute(select(table).where(*theirs)).first()
        if row is None:
            return None
        audit.append(session, actor, "typing-opened", ("response", response_id), now)
        return response_from(row)


def typed_in_by(session: Session, response_id: str) -> str:
    """The name of the member of staff who typed the form in; empty when the patient filled it in."""
    response, staff = tables.response, tables.staff
    joined = response.join(staff, staff.c.id == response.c.filled_by_staff)
    wanted = select(staff.c.name).select_from(joined).where(response.c.id == response_id)
    with reading(session):
        return session.execute(wanted).scalar() or ""
