"""Long prints: how far one has come, and the finished PDF, kept for an hour for whoever asked for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from screening.records import audit, tables
from screening.records.audit import Actor
from screening.records.engine import reading, writing
from screening.records.tokens import id_from

KEPT = timedelta(hours=1)
# A worker that was ended in the middle leaves its job behind; nothing moves it on.
STALLED = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A print on its way: `done` of `total` patients, `failed` of them without a paper."""

    id: str
    created_at: datetime
    total: int
    done: int
    failed: int
    state: Literal["drawing", "ready", "stalled"]


def begin(session: Session, actor: Actor, token: str, total: int, now: datetime) -> str:
    """Note that a print was begun; its id. Prints older than an hour are forgotten."""
    table, job_id = tables.print_job, id_from("print", token)
    values = {"id": job_id, "staff_id": actor.id, "created_at": now, "moved_at": now, "total": total}
    with writing(session):
        session.execute(delete(table).where(table.c.created_at < now - KEPT))
        session.execute(insert(table).values(**values, done=0, failed=0))
        audit.append(session, actor, "print-begun", ("print", job_id), now, count=total)
    return job_id


def move(session: Session, job_id: str, done: int, failed: int, now: datetime) -> None:
    """Note how far a print has come."""
    table = tables.print_job
    with writing(session):
        moved = update(table).where(table.c.id == job_id)
        session.execute(moved.values(done=done, failed=failed, moved_at=now))


def stop(session: Session, job_id: str, now: datetime) -> None:
    """Note that nothing will come of a print, so that nobody waits for it."""
    table = tables.print_job
    with writing(session):
        stopped = update(table).where(table.c.id == job_id)
        session.execute(stopped.values(moved_at=now - KEPT))


def finish(session: Session, job_id: str, pdf: bytes, now: datetime) -> None:
    """Keep the finished PDF."""
    table = tables.print_job
    with writing(session):
        session.execute(update(table).where(table.c.id == job_id).values(pdf=pdf, moved_at=now))


def job(session: Session, actor: Actor, job_id: str, now: datetime) -> PrintJob | None:
    """A print of this member of staff, without its PDF; None when it is not theirs or forgotten."""
    table = tables.print_job
    columns = (table.c.created_at, table.c.moved_at, table.c.total, table.c.done, table.c.failed)
    wanted = select(*columns, table.c.pdf.is_not(None).label("ready")).where(*_theirs(actor, job_id, now))
    with reading(session):
        row = session.execute(wanted).first()
    if row is None:
        return None
    state: Literal["drawing", "ready", "stalled"] = "ready" if row.ready else "drawing"
    if state == "drawing" and now - row.moved_at > STALLED:
        state = "stalled"
    return PrintJob(job_id, row.created_at, row.total, row.done, row.failed, state)


def pdf_of(session: Session, actor: Actor, job_id: str, now: datetime) -> bytes | None:
    """The finished PDF, for whoever asked for it; every fetch is audited."""
    table = tables.print_job
    with writing(session):
        pdf = session.execute(select(table.c.pdf).where(*_theirs(actor, job_id, now))).scalar()
        if pdf is not None:
            audit.append(session, actor, "print-fetched", ("print", job_id), now)
    return pdf


def _theirs(actor: Actor, job_id: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    table = tables.print_job
    return (table.c.id == job_id, table.c.staff_id == actor.id, table.c.created_at >= now - KEPT)
