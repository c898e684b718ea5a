"""Answers nobody needs any more: forms left half-way, drafts of forms handed in, records kept long enough."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from screening.records import audit, erasing, tables
from screening.records.audit import Actor
from screening.records.engine import empty_log, reading, writing
from screening.records.erasing import ERASED, Why
from screening.records.responses import erase_drafts
from screening.records.tables import canonical


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was, or with a dry run would be, deleted: whole open forms, and drafts of submitted ones."""

    abandoned: tuple[str, ...]
    drafts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Old:
    """A form handed in so long ago that it is due."""

    id: str
    reference: str
    handed_in: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """What is, or would be, removed because it was kept long enough: forms handed in, oldest first,
    appointments whose person is overwritten, and what `forget` removes."""

    forms: tuple[Old, ...]
    appointments: tuple[str, ...]
    left: Forgotten

    @property
    def count(self) -> int:
        return len(self.forms) + len(self.appointments) + len(self.left.abandoned) + len(self.left.drafts)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of exactly this list, by which whoever says yes to it names it."""
        ids = [[form.id for form in self.forms], self.appointments, self.left.abandoned, self.left.drafts]
        return sha256(canonical(ids).encode("ascii")).hexdigest()


class OtherList(Exception):
    """What is due is not what was shown; nothing was removed."""


def would_purge(session: Session, years: int, unfinished: timedelta, now: datetime) -> Due:
    """The dry run of `purge`: says what it would remove, and removes nothing."""
    with reading(session):
        return _due(session, years, unfinished, now)


def purge(
    session: Session,
    actor: Actor,
    years: int,
    unfinished: timedelta,
    now: datetime,
    seen: str | None = None,
) -> Due:
    """Remove forms and appointments older than `years` and forms not saved for `unfinished`, at once.

    Each form counts by the day it was handed in, whatever came later. The trail stays. `seen` is the
    digest of the dry run that was agreed to: raises OtherList when another list is due by now.
    """
    with writing(session):
        due = _due(session, years, unfinished, now)
        if seen is not None and seen != due.digest:
            raise OtherList
        erasing.erase_forms(session, actor, [form.id for form in due.forms], Why.KEPT, now)
        erasing.erase_appointments(session, actor, due.appointments, Why.KEPT, now)
        _forget(session, actor, due.left, now)
    empty_log(session)
    return due


def would_forget(session: Session, older_than: timedelta, now: datetime) -> Forgotten:
    """The dry run of `forget`: says what it would delete, and deletes nothing."""
    with reading(session):
        return _untouched_since(session, now - older_than)


def forget(session: Session, actor: Actor, older_than: timedelta, now: datetime) -> Forgotten:
    """Delete forms not handed in and not saved for `older_than`, and equally old submitted drafts.

    A submission keeps its own copy of the answers and is not touched.
    """
    with writing(session):
        found = _untouched_since(session, now - older_than)
        _forget(session, actor, found, now)
    return found


def years_before(moment: datetime, years: int) -> datetime:
    """The same day and hour so many years earlier; 28 February where there is no 29th."""
    try:
        return moment.replace(year=moment.year - years)
    except ValueError:
        return moment.replace(year=moment.year - years, day=28)


def _forget(session: Session, actor: Actor, found: Forgotten, now: datetime) -> None:
    erase_drafts(session, found.abandoned)
    page = tables.saved_page
    session.execute(delete(page).where(page.c.response_id.in_(found.drafts)))
    for action, ids in (("response-forgotten", found.abandoned), ("draft-forgotten", found.drafts)):
        for response_id in ids:
            audit.append(session, actor, action, ("response", response_id), now)


def _due(session: Session, years: int, unfinished: timedelta, now: datetime) -> Due:
    form, booked, oldest = tables.submission, tables.appointment, years_before(now, years)
    forms = select(form.c.id, form.c.reference, form.c.submitted_at).where(form.c.submitted_at < oldest)
    past = select(booked.c.id).where(booked.c.at < oldest, booked.c.patient_name != ERASED)
    old = tuple(Old(*row) for row in session.execute(forms.order_by(form.c.submitted_at, form.c.id)))
    left, going = _untouched_since(session, now - unfinished), {item.reference for item in old}
    response = tables.response
    whole = select(response.c.id).where(response.c.reference.in_(going), response.c.id.in_(left.drafts))
    kept = set(left.drafts) - set(session.execute(whole).scalars())
    return Due(
        old,
        tuple(session.execute(past.order_by(booked.c.id)).scalars()),
        Forgotten(left.abandoned, tuple(sorted(kept))),
    )


def _untouched_since(session: Session, moment: datetime) -> Forgotten:
    response, page = tables.response, tables.saved_page
    old = response.c.last_saved_at < moment
    abandoned = select(response.c.id).where(old, response.c.reference.is_(None))
    drafts = select(response.c.id).where(old, response.c.reference.is_not(None))
    drafts = drafts.where(response.c.id.in_(select(page.c.response_id)))
    return Forgotten(
        tuple(session.execute(abandoned.order_by(response.c.id)).scalars()),
        tuple(session.execute(drafts.order_by(response.c.id)).scalars()),
    )
