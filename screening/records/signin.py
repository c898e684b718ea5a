"""Signing in and staying in: sessions kept on the server, and guesses that cost more each time."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.orm import Session

from screening.records import audit, tables
from screening.records.audit import Actor
from screening.records.engine import reading, writing
from screening.records.responses import rows_changed
from screening.records.staff import Staff, fold, staff_from, verify_password
from screening.records.tokens import fingerprint

LONGEST_WAIT = timedelta(seconds=900)
_FORGET_FAILURES = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long staff stay signed in: through a pause of `idle` at most, and `whole` in any case."""

    idle: timedelta = timedelta(minutes=15)
    whole: timedelta = timedelta(hours=8)


USUAL = Lasting()


@dataclass(frozen=True, slots=True)
class StaffSession:
    """A signed-in member of staff, until `expires_at` at the latest."""

    staff: Staff
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """How many sessions of somebody are live, and when any of theirs was last used."""

    live: int
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """Not signed in: unknown name, wrong password and closed account are told apart by nobody."""

    wait_seconds: int


def sign_in(
    session: Session, sign_in_name: str, password: str, token: str, now: datetime, lasting: Lasting = USUAL
) -> StaffSession | Refused:
    """A new session under `token` (random, 256 bits, kept as its hash), or how long to wait.

    Each wrong guess doubles the wait for that name: 1, 2, 4 ... 900 seconds. A guess is counted
    before it is checked, in a transaction of its own, so that guessing in parallel wins nothing.
    """
    staff = _proved(session, sign_in_name, password, now)
    if isinstance(staff, Refused):
        return staff
    made = StaffSession(staff, now, now, now + lasting.whole)
    with writing(session):
        _forget_guesses(session, sign_in_name)
        session.execute(
            insert(tables.staff_session).values(
                token=fingerprint(token),
                staff_id=staff.id,
                created_at=now,
                last_seen_at=now,
                expires_at=made.expires_at,
            )
        )
        audit.append(session, Actor("staff", staff.id), "signed-in", ("staff", staff.id), now)
    return made


def confirm(session: Session, sign_in_name: str, password: str, now: datetime) -> Staff | Refused:
    """Who this is, asked again before something is signed. Guesses count as those at the door do."""
    staff = _proved(session, sign_in_name, password, now)
    if not isinstance(staff, Refused):
        with writing(session):
            _forget_guesses(session, sign_in_name)
            audit.append(session, Actor("staff", staff.id), "password-confirmed", ("staff", staff.id), now)
    return staff


def find_session(
    session: Session, token: str, now: datetime, lasting: Lasting = USUAL
) -> StaffSession | None:
    """The live session under this token, which counts as seen now; None when it is not live.

    Not live: unknown, signed out, idle or old for too long, or of a closed account.
    """
    held = tables.staff_session
    this = held.c.token == fingerprint(token)
    with writing(session):
        row = session.execute(select(held).where(this, held.c.ended_at.is_(None))).first()
        if row is None or _over(row, now, lasting):
            return None
        owner = session.execute(select(tables.staff).where(tables.staff.c.id == row.staff_id)).one()
        if owner.disabled_at is not None:
            return None
        session.execute(update(held).where(this).values(last_seen_at=now))
    return StaffSession(staff_from(owner), row.created_at, now, row.expires_at)


def live_sessions(session: Session, now: datetime, lasting: Lasting = USUAL) -> Mapping[str, Seen]:
    """How often each member of staff is signed in now, and when they were last seen, by their id."""
    held = tables.staff_session
    seen = select(held.c.staff_id, func.max(held.c.last_seen_at).label("at")).group_by(held.c.staff_id)
    recent = select(held).where(held.c.ended_at.is_(None), held.c.last_seen_at > now - lasting.idle)
    with reading(session):
        live = Counter(row.staff_id for row in session.execute(recent) if not _over(row, now, lasting))
        return {row.staff_id: Seen(live[row.staff_id], row.at) for row in session.execute(seen)}


def sign_out_everywhere(session: Session, actor: Actor, staff_id: str, now: datetime) -> None:
    """End every session of one member of staff, on whatever device; their account stays open."""
    held = tables.staff_session
    theirs = (held.c.staff_id == staff_id, held.c.ended_at.is_(None))
    with writing(session):
        if rows_changed(session, update(held).where(*theirs).values(ended_at=now)):
            audit.append(session, actor, "signed-out-everywhere", ("staff", staff_id), now)


def sign_out(session: Session, token: str, now: datetime) -> None:
    """End the session under this token; does nothing when it is over already."""
    held = tables.staff_session
    live = (held.c.token == fingerprint(token), held.c.ended_at.is_(None))
    with writing(session):
        owner = session.execute(select(held.c.staff_id).where(*live)).scalar()
        if owner is not None:
            session.execute(update(held).where(*live).values(ended_at=now))
            audit.append(session, Actor("staff", owner), "signed-out", ("staff", owner), now)


def waiting(session: Session, sign_in_name: str, now: datetime) -> int:
    """Whole seconds until this name may be tried again; 0 when it may be tried now."""
    table = tables.attempt
    wanted = select(table.c.blocked_until).where(table.c.account == fingerprint(fold(sign_in_name)))
    with reading(session):
        until = session.execute(wanted).scalar()
    return 0 if until is None else seconds_until(until, now)


def _over(row: Row[Any], now: datetime, lasting: Lasting) -> bool:
    # The shorter of two limits counts: a clinic that lowers one means those already signed in, too.
    ends = min(row.expires_at, row.created_at + lasting.whole)
    return bool(now >= ends or now - row.last_seen_at >= lasting.idle)


def _proved(session: Session, sign_in_name: str, password: str, now: datetime) -> Staff | Refused:
    account = fingerprint(fold(sign_in_name))
    wait, allowed = _count_guess(session, account, now)
    if not allowed:
        return Refused(wait)
    staff = verify_password(session, sign_in_name, password)
    if staff is None:
        thing = ("account", account[:12])
        audit.note(session, Actor("anonymous", "sign-in"), "sign-in-refused", thing, now)
        return Refused(wait)
    return staff


def _forget_guesses(session: Session, sign_in_name: str) -> None:
    account = fingerprint(fold(sign_in_name))
    session.execute(delete(tables.attempt).where(tables.attempt.c.account == account))


def _count_guess(session: Session, account: str, now: datetime) -> tuple[int, bool]:
    """Count one guess; the seconds to wait, and whether this guess may be checked."""
    table = tables.attempt
    with writing(session):
        session.execute(delete(table).where(table.c.last_at < now - _FORGET_FAILURES))
        row = session.execute(select(table).where(table.c.account == account).with_for_update()).first()
        if row is not None and now < row.blocked_until:
            return seconds_until(row.blocked_until, now), False
        failures = 1 if row is None else row.failures + 1
        wait = wait_after(failures)
        values = {"failures": failures, "last_at": now, "blocked_until": now + wait}
        if row is None:
            session.execute(insert(table).values(account=account, **values))
        else:
            session.execute(update(table).where(table.c.account == account).values(**values))
    return int(wait.total_seconds()), True


def wait_after(failures: int) -> timedelta:
    """How long the next guess has to wait: 1, 2, 4 ... 900 seconds."""
    return min(timedelta(seconds=2 ** min(failures - 1, 10)), LONGEST_WAIT)


def seconds_until(until: datetime, now: datetime) -> int:
    """Whole seconds left to wait, rounded up; 0 when the wait is over."""
    return max(0, -int((now - until) // timedelta(seconds=1)))
