"""Signing a record. From then on nothing in it changes; what comes later is a dated addendum below it."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from screening.records import audit, tables, tables_after
from screening.records.acting import active_name, adding, signed
from screening.records.audit import Actor
from screening.records.engine import writing
from screening.records.tables import canonical, moment_text


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed, when, and the SHA-256 (hex) of what was signed."""

    staff_id: str
    staff_name: str
    registration: str | None
    at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class Addendum:
    staff_id: str
    staff_name: str
    text: str
    at: datetime


class NothingDecided(Exception):
    """A record is signed with a decision in it."""


class Changed(Exception):
    """Something was added between reading the record and signing it."""


class NotSigned(Exception):
    """An addendum belongs below a signature; before that, the record itself is added to."""


def sign(session: Session, actor: Actor, submission_id: str, seen: str, now: datetime) -> None:
    """Sign the record whose digest was `seen` by whoever signs.

    Raises Changed, NothingDecided, NotStaff, AlreadySigned, or LookupError when there is no such record.
    """
    review, table = tables.review, tables_after.signature
    with writing(session):
        adding(session, actor, submission_id)
        digest = digest_of(session, submission_id)
        if digest != seen:
            raise Changed(submission_id)
        if not session.execute(select(review.c.id).where(review.c.submission_id == submission_id)).first():
            raise NothingDecided(submission_id)
        values = {"submission_id": submission_id, "staff_id": actor.id, "at": now, "digest": digest}
        session.execute(insert(table).values(values))
        audit.append(session, actor, "record-signed", ("submission", submission_id), now)


def append(session: Session, actor: Actor, submission_id: str, text: str, now: datetime) -> None:
    """Add a dated addendum below a signed record.

    Raises NotSigned, NotStaff, or LookupError when there is no such record.
    """
    with writing(session):
        active_name(session, actor)
        if not signed(session, submission_id):
            raise NotSigned(submission_id)
        values = {"submission_id": submission_id, "staff_id": actor.id, "text": text, "at": now}
        session.execute(insert(tables_after.addendum).values(values))
        audit.append(session, actor, "addendum-added", ("submission", submission_id), now)


def signature_of(session: Session, submission_id: str) -> Signature | None:
    """The signature of a record, inside the caller's transaction; None while it is open."""
    table, staff = tables_after.signature, tables.staff
    joined = table.join(staff, staff.c.id == table.c.staff_id)
    wanted = select(table, staff.c.name, staff.c.registration).select_from(joined)
    row = session.execute(wanted.where(table.c.submission_id == submission_id)).first()
    return None if row is None else Signature(row.staff_id, row.name, row.registration, row.at, row.digest)


def addenda(session: Session, submission_id: str) -> tuple[Addendum, ...]:
    """The addenda of a record, oldest first, inside the caller's transaction."""
    table, staff = tables_after.addendum, tables.staff
    joined = table.join(staff, staff.c.id == table.c.staff_id)
    wanted = select(table, staff.c.name).select_from(joined).where(table.c.submission_id == submission_id)
    rows = session.execute(wanted.order_by(table.c.id))
    return tuple(Addendum(row.staff_id, row.name, row.text, row.at) for row in rows)


def digest_of(session: Session, submission_id: str) -> str:
    """SHA-256 (hex) over the canonical JSON of every row that a signature stands for."""
    submission = tables.submission
    rows = {"submission": session.execute(select(submission).where(submission.c.id == submission_id)).all()}
    for table in tables_after.SIGNED:
        wanted = select(table).where(table.c.submission_id == submission_id).order_by(table.c.id)
        rows[table.name] = session.execute(wanted).all()
    plain = {
        name: [{column: _plain(value) for column, value in row._mapping.items()} for row in found]
        for name, found in rows.items()
    }
    return sha256(canonical(plain).encode("ascii")).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return moment_text(value)
    return value.isoformat() if isinstance(value, date) else value
