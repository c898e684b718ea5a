"""Who stands at the tablet: a name and a birthday, compared with the day's appointments.

Whatever does not lead to exactly one form to fill in gets the same answer, which tells a guesser nothing."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.orm import Session

from screening.records import audit, tables
from screening.records.engine import reading, writing
from screening.records.kiosks import TABLET, thing
from screening.records.names import name_words
from screening.records.tokens import fingerprint

MOST_MISSES = 10
WITHIN = timedelta(minutes=10)


class TooManyMisses(Exception):
    """This tablet guessed wrong too often: the desk has to look at it first."""


def recognise(
    session: Session, kiosk_id: str, name: str, born: date, day: tuple[datetime, datetime], now: datetime
) -> str | None:
    """The id of the one appointment from `day[0]` up to, not including, `day[1]` of this person.

    None, counted as a miss, when there is none, several, or its form was handed in. Raises TooManyMisses
    once MOST_MISSES fell within WITHIN.
    """
    with writing(session):
        if _misses(session, kiosk_id, now) >= MOST_MISSES:
            raise TooManyMisses
        found = _of_person(session, name, born, day)
        if len(found) == 1 and found[0].reference is None:
            return str(found[0].id)
        count = _count_miss(session, kiosk_id, now)
        audit.append(session, TABLET, "kiosk-no-match", thing(kiosk_id), now, count=count)
    return None


def has_to_wait(session: Session, kiosk_id: str, now: datetime) -> bool:
    """Whether the desk has to look at this tablet before anybody else may try."""
    with reading(session):
        return _misses(session, kiosk_id, now) >= MOST_MISSES


def forgive(session: Session, kiosk_id: str) -> None:
    """The desk looked: start counting anew."""
    table = tables.attempt
    with writing(session):
        session.execute(delete(table).where(table.c.account == _account(kiosk_id)))


def is_same_person(typed: str, booked: str) -> bool:
    """Whether a name typed at the tablet may be the one in the booking.

    Capitals, accents, hyphens and the order of words make no difference; the family name has to be there."""
    words, family = name_words(typed), name_words(family_name(booked))
    if not words or not family:
        return False
    return family[-1] in words or "".join(words) == "".join(name_words(booked))


def family_name(booked: str) -> str:
    """What stands before the comma, as lists write it, or else the last word."""
    before, comma, _ = booked.partition(",")
    return before if comma else (booked.split() or [""])[-1]


def first_name(booked: str) -> str:
    """What a person is called by: the first word after the comma, or the first word."""
    before, _, after = booked.partition(",")
    return next(iter(after.split() or before.split()), "")


def _of_person(session: Session, name: str, born: date, day: tuple[datetime, datetime]) -> list[Any]:
    """The day's standing appointments of this person. Of two who share a family name and a birthday, such
    as twins, the one whose other names were typed as well."""
    booked, form = tables.appointment, tables.response
    joined = booked.outerjoin(form, form.c.id == booked.c.response_id)
    standing = (booked.c.at >= day[0], booked.c.at < day[1], booked.c.cancelled_at.is_(None))
    wanted = select(booked.c.id, booked.c.patient_name, form.c.reference).select_from(joined)
    rows = session.execute(wanted.where(*standing, booked.c.date_of_birth == born))
    found = [row for row in rows if is_same_person(name, row.patient_name)]
    if len(found) > 1:
        typed = set(name_words(name))
        found = [row for row in found if set(name_words(row.patient_name)) <= typed] or found
    return found


def _misses(session: Session, kiosk_id: str, now: datetime) -> int:
    """The misses that count: a full number stays, fewer are forgotten when their time is over."""
    row = _row(session, kiosk_id)
    if row is None or (row.failures < MOST_MISSES and now >= row.blocked_until):
        return 0
    return int(row.failures)


def _count_miss(session: Session, kiosk_id: str, now: datetime) -> int:
    """Note one more; the column `blocked_until` says when those before are forgotten."""
    table, row = tables.attempt, _row(session, kiosk_id)
    count = _misses(session, kiosk_id, now) + 1
    if row is None:
        values = {"failures": count, "last_at": now, "blocked_until": now + WITHIN}
        session.execute(insert(table).values(account=_account(kiosk_id), **values))
        return count
    until = now + WITHIN if count == 1 else row.blocked_until
    this = update(table).where(table.c.account == _account(kiosk_id))
    session.execute(this.values(failures=count, last_at=now, blocked_until=until))
    return count


def _row(session: Session, kiosk_id: str) -> Row[Any] | None:
    table = tables.attempt
    return session.execute(select(table).where(table.c.account == _account(kiosk_id))).first()


def _account(kiosk_id: str) -> str:
    return fingerprint(f"kiosk:{kiosk_id}")
