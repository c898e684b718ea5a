"""Who somebody might be: proposed by birthday, name and telephone, ranked, and never chosen.

Nothing is read here but what the desk may see; of a form's answers, the telephone number alone.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, Row, Text, cast, func, select, type_coerce
from sqlalchemy.orm import Session

from screening.records import audit, tables
from screening.records.audit import Actor
from screening.records.engine import writing
from screening.records.matches import Earlier, forms_of
from screening.records.names import name_words

_MOST = 10
_FEWEST_DIGITS = 6
_WORDS_IN_COMMON = 2


@dataclass(frozen=True, slots=True)
class Sight:
    """What the desk may see of a person; whatever is not known is empty, an unknown birthday is None."""

    name: str
    date_of_birth: date | None
    phone: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with forms in this clinic: as the newest of them says, with all that staff tied to it."""

    sight: Sight
    forms: tuple[Earlier, ...]
    visits: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked about, who it might be, likeliest first, and who staff said it is."""

    sight: Sight
    likely: tuple[Person, ...]
    known: tuple[Earlier, ...]


def agreeing(one: Sight, other: Sight) -> tuple[bool, bool, bool]:
    """Whether the birthdays are the same, the names alike, the telephones the same. Unknown agrees with
    nothing."""
    born = one.date_of_birth is not None and one.date_of_birth == other.date_of_birth
    mine, theirs = _words(one.name), _words(other.name)
    shorter = min(len(mine), len(theirs))
    alike = shorter > 0 and len(mine & theirs) >= min(_WORDS_IN_COMMON, shorter)
    digits = _digits(one.phone)
    return born, alike, len(digits) >= _FEWEST_DIGITS and digits == _digits(other.phone)


def likeness(one: Sight, other: Sight) -> tuple[int, bool, bool, bool]:
    """What to rank by: how much agrees, and then the birthday before the name before the telephone."""
    found = agreeing(one, other)
    return sum(found), *found


def of_appointment(session: Session, actor: Actor, appointment_id: str, now: datetime) -> Asked | None:
    """Who might have this appointment; None when there is none."""
    booked = tables.appointment
    with writing(session):
        row = session.execute(select(booked).where(booked.c.id == appointment_id)).first()
        if row is None:
            return None
        sight = Sight(row.patient_name, row.date_of_birth, row.phone, row.email)
        known = forms_of(session, frozenset(), frozenset({appointment_id}))
        found = _likely(session, sight, known, now)
        audit.append(session, actor, "listed", ("appointment", appointment_id), now, count=len(found))
    return Asked(sight, found, known)


def of_form(session: Session, actor: Actor, submission_id: str, now: datetime) -> Asked | None:
    """Who might have handed this form in, by the forms before it; None when there is no such form."""
    sent = tables.submission
    with writing(session):
        row = session.execute(_forms(session).where(sent.c.id == submission_id)).first()
        if row is None:
            return None
        known = forms_of(session, frozenset({submission_id}), frozenset())
        found = _likely(session, _sight(row), known, row.submitted_at)
        audit.append(session, actor, "listed", ("submission", submission_id), now, count=len(found))
    others = tuple(form for form in known if form.submission_id != submission_id)
    return Asked(_sight(row), found, others)


def _likely(
    session: Session, sight: Sight, known: tuple[Earlier, ...], before: datetime
) -> tuple[Person, ...]:
    """The ten likeliest people with a form handed in before, besides whom it is known to be."""
    told = {form.submission_id for form in known}
    rows = session.execute(_forms(session).where(tables.submission.c.submitted_at < before)).all()
    alike = [row for row in rows if row.id not in told and any(agreeing(sight, _sight(row)))]
    alike.sort(key=lambda row: (likeness(sight, _sight(row)), row.submitted_at), reverse=True)
    people: list[Person] = []
    for row in alike:
        if row.id not in told and len(people) < _MOST:
            forms = tuple(
                form
                for form in forms_of(session, frozenset({row.id}), frozenset())
                if form.submitted_at < before
            )
            told |= {form.submission_id for form in forms}
            people.append(_person(session, _sight(row), forms))
    return tuple(people)


def _person(session: Session, sight: Sight, forms: tuple[Earlier, ...]) -> Person:
    booked, sent = tables.appointment, tables.submission
    joined = select(booked.c.at, booked.c.email).join(sent, sent.c.response_id == booked.c.response_id)
    theirs = joined.where(sent.c.id.in_([form.submission_id for form in forms]))
    rows = session.execute(theirs.order_by(booked.c.at.desc())).all()
    email = next((row.email for row in rows if row.email), "")
    return Person(
        Sight(sight.name, sight.date_of_birth, sight.phone, email), forms, tuple(row.at for row in rows)
    )


def _forms(session: Session) -> Any:
    sent = tables.submission
    columns = (sent.c.id, sent.c.patient_name, sent.c.date_of_birth, sent.c.submitted_at)
    return select(*columns, _phone(session).label("phone"))


def _phone(session: Session) -> ColumnElement[str]:
    """The telephone number, taken out of the answers by the database."""
    answers = type_coerce(tables.submission.c.answers, Text)
    if session.get_bind().dialect.name == "sqlite":
        return func.json_extract(answers, "$.phone", type_=Text)
    return cast(answers, JSON)["phone"].as_string()


def _sight(row: Row[Any]) -> Sight:
    return Sight(row.patient_name, row.date_of_birth, str(row.phone or ""))


def _words(name: str) -> frozenset[str]:
    """The words of a name in any order."""
    return frozenset(name_words(name))


def _digits(phone: str) -> str:
    return "".join(filter(str.isdigit, phone))
