"""The tablet at reception: started by staff, ended by its PIN, by any staff browser or by the clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from argon2.exceptions import VerifyMismatchError
from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from screening.records import audit, tables, tables_day
from screening.records.audit import Actor
from screening.records.engine import reading, writing
from screening.records.responses import rows_changed
from screening.records.signin import Refused, seconds_until, wait_after
from screening.records.staff import HASHER, as_typed
from screening.records.tokens import fingerprint

LASTS = timedelta(hours=12)
SHORTEST_PIN = 6
TABLET = Actor("anonymous", "kiosk")


@dataclass(frozen=True, slots=True)
class Kiosk:
    """A tablet that is in use; `id` is the hash of its token, and `started_by` the name of who started it."""

    id: str
    started_by: str
    started_at: datetime
    last_seen_at: datetime
    expires_at: datetime


class WeakPin(Exception):
    """The PIN is shorter than SHORTEST_PIN, has something else than digits, or is the first one guessed."""


def start(session: Session, actor: Actor, token: str, pin: str, now: datetime) -> None:
    """Make the browser that holds `token` (random, 256 bits) a tablet for LASTS; `pin` is for leaving.

    Raises WeakPin."""
    if is_weak(pin):
        raise WeakPin
    kiosk_id = fingerprint(token)
    with writing(session):
        session.execute(
            insert(tables_day.kiosk).values(
                token=kiosk_id,
                staff_id=actor.id,
                pin_hash=HASHER.hash(as_typed(pin)),
                wrong_pins=0,
                blocked_until=now,
                started_at=now,
                last_seen_at=now,
                expires_at=now + LASTS,
            )
        )
        audit.append(session, actor, "kiosk-started", thing(kiosk_id), now)


def is_weak(pin: str) -> bool:
    """Whether a PIN is too short, not all digits, one digit again and again, or digits in a row."""
    digits = as_typed(pin)
    if len(digits) < SHORTEST_PIN or not digits.isdecimal():
        return True
    steps = {int(after) - int(before) for before, after in pairwise(digits)}
    return steps in ({0}, {1}, {-1})


def find(session: Session, token: str, now: datetime) -> Kiosk | None:
    """The tablet in use under this token, which counts as seen now; None when it was ended or ran out."""
    table, kiosk_id = tables_day.kiosk, fingerprint(token)
    with writing(session):
        row = _row(session, kiosk_id, now)
        if row is not None:
            session.execute(update(table).where(table.c.token == kiosk_id).values(last_seen_at=now))
    return None if row is None else _kiosk(row)


def running(session: Session, now: datetime) -> tuple[Kiosk, ...]:
    """Every tablet in use, the one started last first."""
    table = tables_day.kiosk
    with reading(session):
        rows = session.execute(_in_use(now).order_by(table.c.started_at.desc(), table.c.token))
        return tuple(_kiosk(row) for row in rows)


def end(session: Session, actor: Actor, kiosk_id: str, now: datetime) -> None:
    """The tablet is an ordinary browser from now on; does nothing when it is one already."""
    table = tables_day.kiosk
    live = (table.c.token == kiosk_id, table.c.ended_at.is_(None), table.c.expires_at > now)
    with writing(session):
        if rows_changed(session, update(table).where(*live).values(ended_at=now)):
            audit.append(session, actor, "kiosk-ended", thing(kiosk_id), now)


def check_pin(session: Session, kiosk_id: str, pin: str, now: datetime) -> Refused | None:
    """None for the right PIN, or how long to wait. Raises LookupError when the tablet is not in use.

    Each wrong one doubles the wait, as at sign-in; a guess is counted before it is checked, so that
    guessing in parallel wins nothing.
    """
    this = update(tables_day.kiosk).where(tables_day.kiosk.c.token == kiosk_id)
    with writing(session):
        row = _row(session, kiosk_id, now)
        if row is None:
            raise LookupError("this tablet is not in use")
        if now < row.blocked_until:
            return Refused(seconds_until(row.blocked_until, now))
        wrong = row.wrong_pins + 1
        wait = wait_after(wrong)
        session.execute(this.values(wrong_pins=wrong, blocked_until=now + wait))
    try:
        HASHER.verify(row.pin_hash, as_typed(pin))
    except VerifyMismatchError:
        audit.note(session, TABLET, "kiosk-wrong-pin", thing(kiosk_id), now, count=wrong)
        return Refused(int(wait.total_seconds()))
    with writing(session):
        session.execute(this.values(wrong_pins=0, blocked_until=now))
    return None


def wipe(session: Session, patient_token: str, now: datetime) -> None:
    """End the session of a patient who left the tablet; a form left unfinished is noted, once."""
    held, form = tables.patient_session, tables.response
    open_still = (held.c.token == fingerprint(patient_token), held.c.ended_at.is_(None))
    left = select(form.c.id, form.c.reference).join(held, held.c.response_id == form.c.id)
    with writing(session):
        row = session.execute(left.where(*open_still)).first()
        if row is None:
            return
        session.execute(update(held).where(*open_still).values(ended_at=now))
        if row.reference is None:
            audit.append(session, TABLET, "kiosk-idle-wiped", ("response", row.id), now)


def thing(kiosk_id: str) -> tuple[str, str]:
    """How the audit trail names a tablet."""
    return ("kiosk", kiosk_id[:12])


def _in_use(now: datetime) -> Any:
    table, staff = tables_day.kiosk, tables.staff
    joined = select(table, staff.c.name).join(staff, staff.c.id == table.c.staff_id)
    return joined.where(table.c.ended_at.is_(None), table.c.expires_at > now)


def _row(session: Session, kiosk_id: str, now: datetime) -> Row[Any] | None:
    found: Row[Any] | None = session.execute(_in_use(now).where(tables_day.kiosk.c.token == kiosk_id)).first()
    return found


def _kiosk(row: Row[Any]) -> Kiosk:
    return Kiosk(row.token, row.name, row.started_at, row.last_seen_at, row.expires_at)
