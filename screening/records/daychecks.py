"""The check at arrival: asked at the desk, assessed with the form's answers, added beside the form.

The submission stays as it was handed in. A second check is a new row; the latest counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, exists, func, insert, or_, select
from sqlalchemy.orm import Session

from rules.model import Assessment
from rules.since import calls_for_a_look, new_since
from screening.records import audit, tables
from screening.records.assessments import frozen, thawed
from screening.records.audit import Actor
from screening.records.corrections import latest_assessment
from screening.records.engine import reading, writing
from screening.records.raising import Kind, raise_alert, urgency_of
from screening.records.reviews import NotStaff


@dataclass(frozen=True, slots=True)
class DayCheck:
    """`answers` are those of the check alone; `assessment` is of the form's answers, as corrected by then,
    and these together.

    `needs_look`: something new holds or is urgent, compared with what was known before the check."""

    submission_id: str
    staff_name: str
    answers: Mapping[str, object]
    assessment: Assessment
    needs_look: bool
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class Arriving:
    """Somebody who may come today; `checked_at` and `needs_look` are of their latest check, if any."""

    submission_id: str
    reference: str
    name: str
    checked_at: datetime | None
    needs_look: bool


def add(
    session: Session,
    actor: Actor,
    submission_id: str,
    answers: Mapping[str, object],
    assessment: Assessment,
    now: datetime,
) -> DayCheck:
    """Add a check. Raises NotStaff for anybody but active staff, LookupError for an unknown submission."""
    staff, submission = tables.staff, tables.submission
    active = select(staff.c.name).where(staff.c.id == actor.id, staff.c.disabled_at.is_(None))
    handed_in = select(submission.c.response_id, submission.c.assessment)
    with writing(session):
        name = session.execute(active).scalar() if actor.kind == "staff" else None
        if name is None:
            raise NotStaff(actor.id)
        kept = session.execute(handed_in.where(submission.c.id == submission_id)).first()
        if kept is None:
            raise LookupError(submission_id)
        before = latest_assessment(session, submission_id) or thawed(kept.assessment)
        look = calls_for_a_look(new_since(before, assessment))
        session.execute(
            insert(tables.day_check).values(
                submission_id=submission_id,
                staff_id=actor.id,
                answers=dict(answers),
                assessment=frozen(assessment),
                needs_look=int(look),
                checked_at=now,
            )
        )
        audit.append(session, actor, "day-checked", ("submission", submission_id), now)
        if look:
            raise_alert(session, Kind.DAY_CHECK, kept.response_id, urgency_of(assessment), now)
    return DayCheck(submission_id, name, dict(answers), assessment, look, now)


def latest(session: Session, submission_id: str) -> DayCheck | None:
    """The check that counts, or None. Read it after submissions.get, which is audited."""
    check, staff = tables.day_check, tables.staff
    joined = check.join(staff, staff.c.id == check.c.staff_id)
    wanted = select(check, staff.c.name.label("staff_name")).select_from(joined)
    newest = wanted.where(check.c.submission_id == submission_id).order_by(check.c.id.desc()).limit(1)
    with reading(session):
        row = session.execute(newest).first()
    return None if row is None else _check(row)


def looked_for(session: Session) -> frozenset[str]:
    """The submissions whose latest check brought something that holds or is urgent, undecided since."""
    check, review = tables.day_check, tables.review
    newest = select(func.max(check.c.id)).group_by(check.c.submission_id)
    same = review.c.submission_id == check.c.submission_id
    decided = exists().where(same, review.c.decided_at >= check.c.checked_at)
    wanted = select(check.c.submission_id).where(check.c.id.in_(newest), check.c.needs_look == 1, ~decided)
    with reading(session):
        return frozenset(session.execute(wanted).scalars())


def arriving(
    session: Session,
    actor: Actor,
    day: date,
    hours: tuple[datetime, datetime],
    since: datetime,
    now: datetime,
) -> tuple[Arriving, ...]:
    """Who comes on `day`: by the form's own visit date, or by an appointment in the `hours` from which
    to which that day lasts; and who gave no day and handed in after `since`. By name."""
    form, check, booked = tables.submission, tables.day_check, tables.appointment
    expected = select(booked.c.response_id).where(
        booked.c.at >= hours[0],
        booked.c.at < hours[1],
        booked.c.cancelled_at.is_(None),
        booked.c.response_id.is_not(None),
    )
    newest = select(func.max(check.c.id)).group_by(check.c.submission_id)
    joined = form.outerjoin(check, (check.c.submission_id == form.c.id) & check.c.id.in_(newest))
    columns = (form.c.id, form.c.reference, form.c.patient_name, check.c.checked_at, check.c.needs_look)
    undated = form.c.visit_date.is_(None) & (form.c.submitted_at >= since)
    wanted = select(*columns).select_from(joined)
    comes = or_(form.c.visit_date == day, form.c.response_id.in_(expected), undated)
    with writing(session):
        rows = session.execute(wanted.where(comes).order_by(form.c.patient_name, form.c.id)).all()
        audit.append(session, actor, "listed", ("submission", "arrival"), now, count=len(rows))
    return tuple(
        Arriving(row.id, row.reference, row.patient_name, row.checked_at, row.needs_look == 1) for row in rows
    )


def _check(row: Row[Any]) -> DayCheck:
    return DayCheck(
        row.submission_id,
        row.staff_name,
        row.answers,
        thawed(row.assessment),
        row.needs_look == 1,
        row.checked_at,
    )
