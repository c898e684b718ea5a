"""Who may still add to a record: staff whose account is open, and only until the record is signed."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from screening.records import tables, tables_after
from screening.records.audit import Actor


class NotStaff(Exception):
    """Only a member of staff who is still active can add to a record."""


class AlreadySigned(Exception):
    """The record is signed and stays as it is: what comes later is a dated addendum."""


def active_name(session: Session, actor: Actor) -> str:
    """The name of the acting member of staff; raises NotStaff."""
    staff = tables.staff
    wanted = select(staff.c.name).where(staff.c.id == actor.id, staff.c.disabled_at.is_(None))
    name = session.execute(wanted).scalar() if actor.kind == "staff" else None
    if name is None:
        raise NotStaff(actor.id)
    return str(name)


def signed(session: Session, submission_id: str) -> bool:
    """Whether a record is signed; raises LookupError when there is no such record."""
    table, held = tables.submission, tables_after.signature
    if not session.execute(select(table.c.id).where(table.c.id == submission_id)).first():
        raise LookupError(submission_id)
    wanted = select(held.c.staff_id).where(held.c.submission_id == submission_id)
    return session.execute(wanted).first() is not None


def adding(session: Session, actor: Actor, submission_id: str) -> str:
    """The name of whoever may add to this record now.

    Raises NotStaff, AlreadySigned, or LookupError when there is no such record.
    """
    name = active_name(session, actor)
    if signed(session, submission_id):
        raise AlreadySigned(submission_id)
    return name
