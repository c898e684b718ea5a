"""Coming back to a form after a pause: how often the birthday was guessed wrong."""

from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from screening.records import audit, tables
from screening.records.engine import writing
from screening.records.responses import must_be_open
from screening.records.tokens import fingerprint


def count_wrong_birthday(session: Session, response_id: str, now: datetime) -> int:
    """Note one more wrong birthday for this form; how many there have been."""
    table, account = tables.attempt, fingerprint(f"birthday:{response_id}")
    with writing(session):
        actor = must_be_open(session, response_id)
        row = session.execute(select(table).where(table.c.account == account)).first()
        failures = 1 if row is None else row.failures + 1
        values = {"failures": failures, "last_at": now, "blocked_until": now}
        if row is None:
            session.execute(insert(table).values(account=account, **values))
        else:
            session.execute(update(table).where(table.c.account == account).values(**values))
        audit.append(session, actor, "birthday-wrong", ("response", response_id), now, count=failures)
    return failures


def forget_wrong_birthdays(session: Session, response_id: str) -> None:
    """The right birthday was given: start counting anew."""
    with writing(session):
        wanted = tables.attempt.c.account == fingerprint(f"birthday:{response_id}")
        session.execute(delete(tables.attempt).where(wanted))
