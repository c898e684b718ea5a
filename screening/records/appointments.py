"""Who comes when. An appointment is made by the desk or read from a list; it may lead to a form."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Row, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from screening.records import audit, matches, returns, tables
from screening.records.audit import Actor
from screening.records.engine import reading, writing
from screening.records.names import plain
from screening.records.responses import rows_changed
from screening.records.tokens import id_from

_MOST_FOUND = 50
_FEWEST_DIGITS = 4
_LINKED, _UNLINKED, _BY_DESK = "appointment-linked", "appointment-unlinked", "match"


@dataclass(frozen=True, slots=True)
class Booking:
    """What the desk writes down. Whatever is not known is empty; an unknown birthday is None."""

    at: datetime
    patient_name: str
    date_of_birth: date | None = None
    phone: str = ""
    email: str = ""
    practitioner: str = ""


@dataclass(frozen=True, slots=True)
class Appointment:
    """A booking that is kept; `response_id` is the form that belongs to it, if there is one."""

    id: str
    booking: Booking
    cancelled_at: datetime | None
    response_id: str | None


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `kept` were changed at the desk since, and stay as the desk wrote them."""

    added: int
    changed: int
    same: int
    kept: int


def add(session: Session, actor: Actor, token: str, booking: Booking, now: datetime) -> Appointment:
    """Make an appointment; the same token makes the same one, so that a second press adds nothing."""
    appointment_id = id_from("appointment", token)
    with writing(session):
        row = _row(session, appointment_id)
        if row is not None:
            return _appointment(row)
        values = {"id": appointment_id, "created_at": now, **asdict(booking)}
        session.execute(insert(tables.appointment).values(**values))
        audit.append(session, actor, "appointment-added", ("appointment", appointment_id), now)
    return Appointment(appointment_id, booking, None, None)


def change(session: Session, actor: Actor, appointment_id: str, booking: Booking, now: datetime) -> None:
    """Write an appointment anew. Raises LookupError when there is none that still stands."""
    _update(session, actor, "appointment-changed", appointment_id, now, changed_at=now, **asdict(booking))


def cancel(session: Session, actor: Actor, appointment_id: str, now: datetime) -> None:
    """Take an appointment off its day; it stays on record. Raises LookupError when none stands."""
    _update(session, actor, "appointment-cancelled", appointment_id, now, cancelled_at=now)


def get(session: Session, appointment_id: str) -> Appointment | None:
    """One appointment, cancelled or not."""
    with reading(session):
        row = _row(session, appointment_id)
    return None if row is None else _appointment(row)


def of_day(
    session: Session, actor: Actor, start: datetime, end: datetime, now: datetime
) -> tuple[Appointment, ...]:
    """The appointments from `start` up to, not including, `end` that still stand, by time and name."""
    table = tables.appointment
    this = (table.c.at >= start, table.c.at < end, table.c.cancelled_at.is_(None))
    with writing(session):
        rows = session.execute(
            select(table).where(*this).order_by(table.c.at, table.c.patient_name, table.c.id)
        ).all()
        audit.append(session, actor, "listed", ("appointment", "day"), now, count=len(rows))
    return tuple(_appointment(row) for row in rows)


def times_of(session: Session, start: datetime, end: datetime) -> Mapping[str, datetime]:
    """When people come from `start` up to `end`, by the id of the form they handed in."""
    table, sent = tables.appointment, tables.submission
    joined = table.join(sent, sent.c.response_id == table.c.response_id)
    this = (table.c.at >= start, table.c.at < end, table.c.cancelled_at.is_(None))
    with reading(session):
        rows = session.execute(select(sent.c.id, table.c.at).select_from(joined).where(*this))
        return {row.id: row.at for row in rows}


def search(
    session: Session, actor: Actor, wanted: str, born: date | None, now: datetime
) -> tuple[Appointment, ...]:
    """The newest fifty that match: part of a name, `born`, part of a phone number, or a reference."""
    table, sent = tables.appointment, tables.submission
    joined = table.outerjoin(sent, sent.c.response_id == table.c.response_id)
    everyone = select(table, sent.c.reference).select_from(joined).order_by(table.c.at.desc(), table.c.id)
    with writing(session):
        found = [row for row in session.execute(everyone) if _matches(row, wanted, born)][:_MOST_FOUND]
        audit.append(session, actor, "searched", ("appointment", "all"), now, count=len(found))
    return tuple(_appointment(row) for row in found)


def link(
    session: Session,
    actor: Actor,
    appointment_id: str,
    response_id: str,
    now: datetime,
    *,
    by_desk: bool = False,
) -> bool:
    """Say which form belongs to an appointment; False, and no change, when either has its other already.

    A form begun for somebody whom staff know from an earlier form may offer what that one says.
    `by_desk`: staff found the form, and may take it off again.
    """
    table, other = tables.appointment, tables.appointment.alias()
    taken = exists().where(other.c.response_id == response_id)
    free = (table.c.id == appointment_id, table.c.response_id.is_(None), table.c.cancelled_at.is_(None))
    with writing(session):
        done = update(table).where(*free, ~taken).values(response_id=response_id)
        linked = rows_changed(session, done) == 1
        if linked:
            why = {"why": _BY_DESK} if by_desk else {}
            audit.append(session, actor, _LINKED, ("appointment", appointment_id), now, **why)
            earlier = matches.earlier_form_of_appointment(session, appointment_id)
            if earlier is not None:
                returns.begin(session, appointment_id, response_id, earlier.submission_id, now)
    return linked


def linked_by_desk(session: Session, appointment_id: str) -> bool:
    """Whether staff put the form to this appointment, and did not take it off since."""
    with reading(session):
        return _linked_by_desk(session, appointment_id)


def unlink(session: Session, actor: Actor, appointment_id: str, now: datetime) -> bool:
    """Take off a form that staff put to an appointment; False, and no change, for any other form."""
    this = tables.appointment.c.id == appointment_id
    with writing(session):
        if not _linked_by_desk(session, appointment_id):
            return False
        session.execute(update(tables.appointment).where(this).values(response_id=None))
        audit.append(session, actor, _UNLINKED, ("appointment", appointment_id), now)
    return True


def _linked_by_desk(session: Session, appointment_id: str) -> bool:
    line = tables.audit
    said = (line.c.object_id == appointment_id, line.c.action.in_((_LINKED, _UNLINKED)))
    newest = select(line.c.detail).where(*said).order_by(line.c.seq.desc()).limit(1)
    return session.execute(newest).scalar() == {"why": _BY_DESK}


def take_in(
    session: Session, actor: Actor, bookings: Iterable[tuple[str, Booking]], now: datetime
) -> Imported:
    """Take in a list, all of it or nothing: each booking under the key that names it in the list.

    A key that is known changes that appointment, unless the desk changed it by hand since.
    """
    did: dict[str, int] = dict.fromkeys(("added", "changed", "same", "kept"), 0)
    with writing(session):
        for key, booking in bookings:
            did[_take_in(session, key, booking, now)] += 1
        audit.append(
            session, actor, "appointments-imported", ("appointment", "list"), now, count=sum(did.values())
        )
    return Imported(**did)


def _take_in(
    session: Session, key: str, booking: Booking, now: datetime
) -> Literal["added", "changed", "same", "kept"]:
    table = tables.appointment
    # A list that was exported here names each appointment by its own id.
    known = or_(table.c.import_key == key, table.c.id == key.removeprefix("id:"))
    row = session.execute(select(table).where(known)).first()
    if row is None:
        made = id_from("appointment", f"list:{key}")
        values = {"id": made, "created_at": now, "import_key": key, **asdict(booking)}
        session.execute(insert(table).values(**values))
        return "added"
    if _appointment(row).booking == booking:
        return "same"
    if row.changed_at is not None:
        return "kept"
    session.execute(update(table).where(table.c.id == row.id).values(**asdict(booking)))
    return "changed"


def _update(
    session: Session, actor: Actor, action: str, appointment_id: str, now: datetime, **values: object
) -> None:
    table = tables.appointment
    standing = (table.c.id == appointment_id, table.c.cancelled_at.is_(None))
    with writing(session):
        if not rows_changed(session, update(table).where(*standing).values(**values)):
            raise LookupError(appointment_id)
        audit.append(session, actor, action, ("appointment", appointment_id), now)


def _matches(row: Row[Any], wanted: str, born: date | None) -> bool:
    if born is not None:
        return bool(row.date_of_birth == born)
    digits = "".join(filter(str.isdigit, wanted))
    if len(digits) >= _FEWEST_DIGITS and digits in "".join(filter(str.isdigit, row.phone)):
        return True
    if row.reference is not None and plain(wanted).replace("-", "") == plain(row.reference).replace(
        "-", ""
    ):
        return True
    name = plain(row.patient_name)
    return bool(plain(wanted)) and all(word in name for word in plain(wanted).split())


def _row(session: Session, appointment_id: str) -> Row[Any] | None:
    return session.execute(
        select(tables.appointment).where(tables.appointment.c.id == appointment_id)
    ).first()


def _appointment(row: Row[Any]) -> Appointment:
    booking = Booking(row.at, row.patient_name, row.date_of_birth, row.phone, row.email, row.practitioner)
    return Appointment(row.id, booking, row.cancelled_at, row.response_id)
