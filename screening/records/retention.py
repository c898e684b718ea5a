"""Answers nobody needs any more: forms left half-way, and the drafts of forms handed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from screening.records import audit, tables
from screening.records.audit import Actor
from screening.records.engine import reading, writing
from screening.records.responses import erase_drafts


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was, or with a dry run would be, deleted: whole open forms, and drafts of submitted ones."""

    abandoned: tuple[str, ...]
    drafts: tuple[str, ...]


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
        erase_drafts(session, found.abandoned)
        page = tables.saved_page
        session.execute(delete(page).where(page.c.response_id.in_(found.drafts)))
        for action, ids in (("response-forgotten", found.abandoned), ("draft-forgotten", found.drafts)):
            for response_id in ids:
                audit.append(session, actor, action, ("response", response_id), now)
    return found


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
