"""What a practitioner put beside an answer. The patient's own words stay; the latest correction counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from rules.model import Answers, Assessment
from screening.records import audit, tables, tables_day
from screening.records.acting import adding
from screening.records.assessments import frozen, thawed
from screening.records.audit import Actor
from screening.records.engine import reading, writing


@dataclass(frozen=True, slots=True)
class Correction:
    """`answer` is None where nobody knows. `answers` are all that counted once it was made, and
    `assessment` is what the rules made of them."""

    question_id: str
    answer: object
    reason: str
    answers: Answers
    assessment: Assessment
    staff_name: str
    at: datetime


class NoReason(Exception):
    """An answer is corrected only with a reason in words."""


def correct(
    session: Session,
    actor: Actor,
    submission_id: str,
    question_id: str,
    answer: object,
    reason: str,
    assess: Callable[[Answers], Assessment],
    now: datetime,
) -> None:
    """Put another answer beside the patient's, with what `assess` makes of all that counts now.

    Raises NoReason, NotStaff, AlreadySigned, or LookupError when there is no such record.
    """
    if not reason.strip():
        raise NoReason(question_id)
    with writing(session):
        adding(session, actor, submission_id)
        counting = {**_counting(session, submission_id, now), question_id: answer}
        session.execute(
            insert(tables_day.correction).values(
                submission_id=submission_id,
                question_id=question_id,
                answer=answer,
                reason=reason,
                assessment=frozen(assess(counting)),
                staff_id=actor.id,
                at=now,
            )
        )
        audit.append(session, actor, "answer-corrected", ("submission", submission_id), now)


def corrections(session: Session, submission_id: str) -> tuple[Correction, ...]:
    """Every correction of a record, oldest first, inside the caller's transaction."""
    table, staff = tables_day.correction, tables.staff
    joined = table.join(staff, staff.c.id == table.c.staff_id)
    wanted = select(table, staff.c.name).select_from(joined).where(table.c.submission_id == submission_id)
    made, so_far = [], dict[str, object]()
    for row in session.execute(wanted.order_by(table.c.id)):
        so_far[row.question_id] = row.answer
        counting = {**_handed_in(session, submission_id, row.at), **so_far}
        assessment = thawed(row.assessment)
        made.append(
            Correction(row.question_id, row.answer, row.reason, counting, assessment, row.name, row.at)
        )
    return tuple(made)


def corrected(session: Session, submission_id: str) -> Mapping[str, object]:
    """The corrected answers alone, as they count now. Read it after submissions.get, which is audited."""
    with reading(session):
        return _corrected(session, submission_id)


def latest_assessment(session: Session, submission_id: str) -> Assessment | None:
    """What the latest correction led to, inside the caller's transaction; None when nothing was corrected."""
    table = tables_day.correction
    newest = select(table.c.assessment).where(table.c.submission_id == submission_id)
    kept = session.execute(newest.order_by(table.c.id.desc()).limit(1)).scalar()
    return None if kept is None else thawed(kept)


def _counting(session: Session, submission_id: str, now: datetime) -> dict[str, object]:
    """The answers that count: the form's, over them the latest arrival check's, over all the corrected."""
    return {**_handed_in(session, submission_id, now), **_corrected(session, submission_id)}


def _handed_in(session: Session, submission_id: str, now: datetime) -> dict[str, object]:
    form, check = tables.submission, tables.day_check
    said = select(form.c.answers).where(form.c.id == submission_id)
    today = select(check.c.answers).where(check.c.submission_id == submission_id, check.c.checked_at <= now)
    asked = session.execute(today.order_by(check.c.id.desc()).limit(1)).scalar()
    return {**session.execute(said).scalar_one(), **(asked or {})}


def _corrected(session: Session, submission_id: str) -> dict[str, object]:
    table = tables_day.correction
    wanted = select(table.c.question_id, table.c.answer).where(table.c.submission_id == submission_id)
    return {row.question_id: row.answer for row in session.execute(wanted.order_by(table.c.id))}
