"""Who is who: staff say that a form, or an appointment, is of the person of an earlier form.

Nothing is merged and nothing is said by the software alone. Undoing keeps the row.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from screening.records import audit, returns, tables
from screening.records.acting import active_name
from screening.records.audit import Actor
from screening.records.engine import reading, writing
from screening.records.responses import rows_changed, take_away
from screening.records.tables_day import match, returning


@dataclass(frozen=True, slots=True)
class Earlier:
    """A form that the same person handed in before."""

    submission_id: str
    reference: str
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class Match:
    """What staff said, and who and when; `earlier` is the form it was said of."""

    id: int
    earlier: Earlier
    staff_name: str
    at: datetime


class NotEarlier(Exception):
    """The other form is the same one, or was handed in later."""


def earlier_forms(session: Session, submission_id: str) -> tuple[Earlier, ...]:
    """The forms of the same person handed in before this one, newest first, in the caller's transaction."""
    forms = forms_of(session, frozenset({submission_id}), frozenset())
    this = next((form for form in forms if form.submission_id == submission_id), None)
    return () if this is None else tuple(form for form in forms if form.submitted_at < this.submitted_at)


def earlier_form_of_appointment(session: Session, appointment_id: str) -> Earlier | None:
    """The newest form of the person of this appointment, besides its own, in the caller's transaction."""
    booked, sent = tables.appointment, tables.submission
    own = select(sent.c.id).join(booked, booked.c.response_id == sent.c.response_id)
    mine = session.execute(own.where(booked.c.id == appointment_id)).scalar()
    forms = forms_of(session, frozenset(), frozenset({appointment_id}))
    return next((form for form in forms if form.submission_id != mine), None)


def forms_of(
    session: Session, submissions: frozenset[str], appointments: frozenset[str]
) -> tuple[Earlier, ...]:
    """Every form that staff tied to these, over any number of steps, newest first."""
    while True:
        more_forms, more_bookings = _tied(session, submissions, appointments)
        if more_forms <= submissions and more_bookings <= appointments:
            break
        submissions, appointments = submissions | more_forms, appointments | more_bookings
    sent = tables.submission
    wanted = select(sent.c.id, sent.c.reference, sent.c.submitted_at).where(sent.c.id.in_(submissions))
    rows = session.execute(wanted.order_by(sent.c.submitted_at.desc(), sent.c.id)).all()
    return tuple(Earlier(row.id, row.reference, row.submitted_at) for row in rows)


def _tied(
    session: Session, submissions: frozenset[str], appointments: frozenset[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """What is one step away: by what staff said, and between an appointment and the form handed in for it."""
    booked, sent = tables.appointment, tables.submission
    said = select(match.c.appointment_id, match.c.submission_id, match.c.earlier_submission_id).where(
        match.c.undone_at.is_(None),
        match.c.appointment_id.in_(appointments)
        | match.c.submission_id.in_(submissions)
        | match.c.earlier_submission_id.in_(submissions),
    )
    own = select(booked.c.id, sent.c.id).join(sent, sent.c.response_id == booked.c.response_id)
    rows = session.execute(said).all()
    pairs = session.execute(own.where(booked.c.id.in_(appointments) | sent.c.id.in_(submissions))).all()
    forms = [form for row in rows for form in row[1:]] + [form for _, form in pairs]
    bookings = [row[0] for row in rows] + [booking for booking, _ in pairs]
    return _known(forms), _known(bookings)


def _known(ids: Iterable[str | None]) -> frozenset[str]:
    return frozenset(one for one in ids if one is not None)


# --- said and taken back -----------------------------------------------------------------------


def appointment_is_of(
    session: Session, actor: Actor, appointment_id: str, earlier_id: str, now: datetime
) -> None:
    """Say that an appointment is of the person of an earlier form; said again, nothing changes.

    Raises NotStaff; LookupError for a form or standing appointment that is not there.
    """
    booked = tables.appointment
    standing = select(booked.c.id).where(booked.c.id == appointment_id, booked.c.cancelled_at.is_(None))
    with writing(session):
        active_name(session, actor)
        if session.execute(standing).first() is None or _submitted(session, earlier_id) is None:
            raise LookupError(appointment_id)
        known = forms_of(session, frozenset(), frozenset({appointment_id}))
        if earlier_id in {form.submission_id for form in known}:
            return
        _say(session, actor, ("appointment", appointment_id), earlier_id, now)


def form_is_of(session: Session, actor: Actor, submission_id: str, earlier_id: str, now: datetime) -> None:
    """Say that a form is of the person of an earlier form; said again, nothing changes.

    Raises NotStaff, LookupError when one of them is not there, NotEarlier when the other is not.
    """
    with writing(session):
        active_name(session, actor)
        this, other = _submitted(session, submission_id), _submitted(session, earlier_id)
        if this is None or other is None:
            raise LookupError(submission_id)
        if other >= this:
            raise NotEarlier(earlier_id)
        known = forms_of(session, frozenset({submission_id}), frozenset())
        if earlier_id in {form.submission_id for form in known}:
            return
        _say(session, actor, ("submission", submission_id), earlier_id, now)


def said_of(session: Session, kind: str, thing_id: str) -> tuple[Match, ...]:
    """What staff said of one appointment or one submission and still holds, oldest first."""
    sent, who = tables.submission, tables.staff
    joined = match.join(sent, sent.c.id == match.c.earlier_submission_id)
    joined = joined.join(who, who.c.id == match.c.staff_id)
    this = (match.c[f"{kind}_id"] == thing_id, match.c.undone_at.is_(None))
    columns = (match.c.id, match.c.at, who.c.name, match.c.earlier_submission_id)
    wanted = select(*columns, sent.c.reference, sent.c.submitted_at).select_from(joined).where(*this)
    with reading(session):
        rows = session.execute(wanted.order_by(match.c.id)).all()
    return tuple(
        Match(row.id, Earlier(row.earlier_submission_id, row.reference, row.submitted_at), row.name, row.at)
        for row in rows
    )


def undo(session: Session, actor: Actor, match_id: int, now: datetime) -> bool:
    """Take back what was said; False when it was taken back before, or never said.

    A form begun since forgets what it offered, and asks anew whatever was only confirmed.
    """
    live = (match.c.id == match_id, match.c.undone_at.is_(None))
    with writing(session):
        active_name(session, actor)
        if not rows_changed(session, update(match).where(*live).values(undone_at=now, undone_by=actor.id)):
            return False
        thing = session.execute(
            select(match.c.appointment_id, match.c.submission_id).where(match.c.id == match_id)
        ).one()
        kind = "submission" if thing.appointment_id is None else "appointment"
        audit.append(session, actor, "match-undone", (kind, thing.appointment_id or thing.submission_id), now)
        _forget_what_no_longer_holds(session, now)
    return True


def _forget_what_no_longer_holds(session: Session, now: datetime) -> None:
    booked, response = tables.appointment, tables.response
    joined = returning.join(response, response.c.id == returning.c.response_id)
    joined = joined.join(booked, booked.c.response_id == response.c.id)
    wanted = select(returning, booked.c.id.label("booking")).select_from(joined)
    for row in session.execute(wanted.where(response.c.reference.is_(None))).all():
        forms = forms_of(session, frozenset(), frozenset({row.booking}))
        if row.earlier_submission_id not in {form.submission_id for form in forms}:
            session.execute(delete(returning).where(returning.c.response_id == row.response_id))
            take_away(session, row.response_id, returns.carried_of(session, row.response_id), now)


def _say(session: Session, actor: Actor, thing: tuple[str, str], earlier_id: str, now: datetime) -> None:
    row = {f"{thing[0]}_id": thing[1], "earlier_submission_id": earlier_id, "staff_id": actor.id, "at": now}
    session.execute(insert(match).values(row))
    audit.append(session, actor, "matched", thing, now)


def _submitted(session: Session, submission_id: str) -> datetime | None:
    sent = tables.submission
    at: datetime | None = session.execute(
        select(sent.c.submitted_at).where(sent.c.id == submission_id)
    ).scalar()
    return at


# --- what a page about them needs --------------------------------------------------------------


def about(session: Session, match_id: int) -> tuple[str, str] | None:
    """What was matched: "appointment" or "submission", and its id; None for no such row."""
    with reading(session):
        row = session.execute(select(match).where(match.c.id == match_id)).first()
    if row is None:
        return None
    booked = row.appointment_id is not None
    return ("appointment", row.appointment_id) if booked else ("submission", row.submission_id)


def response_of(session: Session, submission_id: str) -> str:
    """The form as it was filled in; raises LookupError when it was never handed in."""
    sent = tables.submission
    with reading(session):
        found = session.execute(select(sent.c.response_id).where(sent.c.id == submission_id)).scalar()
    if found is None:
        raise LookupError(submission_id)
    return str(found)


def has_booking(session: Session, submission_id: str) -> bool:
    """Whether a form belongs to an appointment."""
    booked, sent = tables.appointment, tables.submission
    wanted = select(booked.c.id).join(sent, sent.c.response_id == booked.c.response_id)
    with reading(session):
        return session.execute(wanted.where(sent.c.id == submission_id)).first() is not None
