"""A form handed in: its answers and its assessment, kept as they were and never changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, null, or_, select, update
from sqlalchemy.orm import Session

from rules.model import Assessment, Level, Urgency
from screening.records import audit, tables
from screening.records.afterwards import Afterwards, afterwards_of
from screening.records.assessments import frozen, thawed
from screening.records.audit import Actor
from screening.records.engine import writing
from screening.records.raising import Kind, call_first, raise_alert, urgency_of
from screening.records.responses import NotOpen, filler
from screening.records.returns import carried_of
from screening.records.reviews import Decision, Review, newest_first, review_from
from screening.records.tokens import id_from

# No vowels, so no words; none of 0 1 2 5 8 B I L O S U Z, which are misread or misheard at a desk.
REFERENCE_ALPHABET = "34679CDFGHJKMNPQRTVWXY"


@dataclass(frozen=True, slots=True)
class Person:
    """What a list needs to name a patient; unknown dates are None."""

    name: str
    date_of_birth: date | None
    visit_date: date | None


@dataclass(frozen=True, slots=True)
class Submission:
    """One form as it was handed in, with every review of it, newest first, and what else was added.

    `carried` has the answers that were confirmed instead of given anew, and when each was given."""

    id: str
    response_id: str
    reference: str
    edition_digest: str
    submitted_at: datetime
    answers: Mapping[str, object]
    assessment: Assessment
    person: Person
    reviews: tuple[Review, ...]
    afterwards: Afterwards
    carried: Mapping[str, date]


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the practitioner's list. `decision` is None while nobody has decided."""

    id: str
    reference: str
    submitted_at: datetime
    person: Person
    outcome: Level
    urgency: Urgency | None
    decision: Decision | None


def new_reference(choose: Callable[[str], str]) -> str:
    """A short code to read out, like K7F-3QX; `choose` picks one character, such as secrets.choice."""
    drawn = "".join(choose(REFERENCE_ALPHABET) for _ in range(6))
    return f"{drawn[:3]}-{drawn[3:]}"


def submit(
    session: Session,
    response_id: str,
    make_reference: Callable[[], str],
    answers: Mapping[str, object],
    assessment: Assessment,
    person: Person,
    now: datetime,
) -> Submission:
    """Hand a form in, once: a second call, or a racing one, gives back the first submission.

    An urgent one raises its alert in the same transaction: none is kept that nobody is told of.
    The edition must be kept already (editions.keep). Raises NotOpen for an unknown or withdrawn form.
    """
    response, table = tables.response, tables.submission
    with writing(session):
        row = session.execute(select(response).where(response.c.id == response_id).with_for_update()).first()
        if row is None:
            raise NotOpen(response_id)
        by_response = select(table).where(table.c.response_id == response_id)
        if row.reference is None:
            reference = _free_reference(session, make_reference)
            values = _values(response_id, reference, row.edition_digest, answers, assessment, person, now)
            session.execute(insert(table).values(values))
            done = update(response).where(response.c.id == response_id)
            session.execute(done.values(reference=reference, last_saved_at=now))
            actor, thing = filler(response_id, row.filled_by_staff), ("submission", values["id"])
            audit.append(session, actor, "submitted", thing, now)
            if call_first(assessment.outcome, assessment.urgency):
                raise_alert(session, Kind.FORM, response_id, urgency_of(assessment), now)
        return _submission(session, session.execute(by_response).one())


def listing(
    session: Session, actor: Actor, now: datetime, since: datetime | None = None
) -> tuple[Listed, ...]:
    """Submissions with their latest decision: most urgent first, then heaviest, then newest.

    `since` leaves out what was handed in before it and is decided; what nobody decided always shows.
    """
    table, review = tables.submission, tables.review
    latest = select(review.c.submission_id, func.max(review.c.id).label("id"))
    newest = latest.group_by(review.c.submission_id).subquery()
    joined = table.outerjoin(newest, newest.c.submission_id == table.c.id)
    joined = joined.outerjoin(review, review.c.id == newest.c.id)
    # The answers stay where they are: a list of a thousand comes more than twice as fast without them.
    shown = [column for column in table.c if column.key not in ("answers", "assessment")]
    wanted = select(*[*shown, review.c.decision]).select_from(joined)
    if since is not None:
        wanted = wanted.where(or_(table.c.submitted_at >= since, review.c.decision.is_(None)))
    order = (table.c.urgency_rank.desc(), table.c.outcome_rank.desc(), table.c.submitted_at.desc())
    with writing(session):
        rows = session.execute(wanted.order_by(*order, table.c.id)).all()
        audit.append(session, actor, "listed", ("submission", "list"), now, count=len(rows))
    return tuple(_listed(row) for row in rows)


def get(session: Session, actor: Actor, submission_id: str, why: str, now: datetime) -> Submission | None:
    """Open one submission; `why` is one word such as "review" or "print". Every opening is audited."""
    wanted = select(tables.submission).where(tables.submission.c.id == submission_id)
    return _open(session, actor, wanted, why, now)


def find_by_response(session: Session, response_id: str, why: str, now: datetime) -> Submission | None:
    """The patient's own submission, for their own copy; None until it is handed in. Audited too."""
    wanted = select(tables.submission).where(tables.submission.c.response_id == response_id)
    return _open(session, Actor("patient", response_id), wanted, why, now)


def _open(session: Session, actor: Actor, wanted: Select[Any], why: str, now: datetime) -> Submission | None:
    with writing(session):
        row = session.execute(wanted).first()
        if row is None:
            return None
        audit.append(session, actor, "submission-opened", ("submission", row.id), now, why=why)
        return _submission(session, row)


def _free_reference(session: Session, make_reference: Callable[[], str]) -> str:
    """Draw until one is free: 22 ** 6 codes make a second draw rare, and a tenth a broken source."""
    taken = tables.submission.c.reference
    for _ in range(10):
        reference = make_reference()
        if not session.execute(select(taken).where(taken == reference)).first():
            return reference
    raise RuntimeError("ten references in a row were taken: the source of randomness is broken")


def _values(
    response_id: str,
    reference: str,
    edition_digest: str,
    answers: Mapping[str, object],
    assessment: Assessment,
    person: Person,
    now: datetime,
) -> dict[str, Any]:
    urgency = assessment.urgency
    return {
        "id": id_from("submission", response_id),
        "response_id": response_id,
        "reference": reference,
        "edition_digest": edition_digest,
        "submitted_at": now,
        "answers": dict(answers),
        "assessment": frozen(assessment),
        "patient_name": person.name,
        "date_of_birth": person.date_of_birth,
        "visit_date": person.visit_date,
        "outcome": assessment.outcome.value,
        "outcome_rank": assessment.outcome.rank,
        "urgency": None if urgency is None else urgency.value,
        "urgency_rank": 0 if urgency is None else urgency.rank,
    }


def _submission(session: Session, row: Row[Any]) -> Submission:
    return Submission(
        row.id,
        row.response_id,
        row.reference,
        row.edition_digest,
        row.submitted_at,
        row.answers,
        thawed(row.assessment),
        Person(row.patient_name, row.date_of_birth, row.visit_date),
        tuple(review_from(found) for found in session.execute(newest_first(row.id))),
        afterwards_of(session, row.id),
        carried_of(session, row.response_id),
    )


def _listed(row: Row[Any]) -> Listed:
    return Listed(
        row.id,
        row.reference,
        row.submitted_at,
        Person(row.patient_name, row.date_of_birth, row.visit_date),
        Level(row.outcome),
        None if row.urgency is None else Urgency(row.urgency),
        None if row.decision is None else Decision(row.decision),
    )


def of_visit_day(session: Session, actor: Actor, day: date, now: datetime) -> tuple[Listed, ...]:
    """The submissions of everyone who comes on `day`, by name; whoever gave no visit date is not here."""
    table = tables.submission
    wanted = select(table, null().label("decision")).where(table.c.visit_date == day)
    with writing(session):
        rows = session.execute(wanted.order_by(table.c.patient_name, table.c.id)).all()
        audit.append(session, actor, "listed", ("submission", "day"), now, count=len(rows))
    return tuple(_listed(row) for row in rows)
