"""People who work at the clinic: how an account is made, listed and closed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.orm import Session

from screening.records import audit, tables
from screening.records.audit import Actor
from screening.records.engine import reading, writing
from screening.records.responses import rows_changed
from screening.records.tokens import fingerprint, id_from

CODE_LASTS = timedelta(hours=24)
# Without a second factor (OWASP, NIST SP 800-63B-4).
SHORTEST_PASSWORD = 15
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# Nobody has this password; it makes an unknown name take as long as a known one.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$GNNfBknJWvYGHfCuq43fIQ$5JvaceZRJL0TRcCFa+MWVdiT686Y74ANcWbL2W5JKao"


class Role(StrEnum):
    FRONT_DESK = "front_desk"
    PRACTITIONER = "practitioner"
    ADMINISTRATOR = "administrator"
    CLINICIAN = "clinician"


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff; `disabled_at` is None while they may sign in."""

    id: str
    name: str
    sign_in_name: str
    role: Role
    registration: str | None
    created_at: datetime
    disabled_at: datetime | None


class AlreadySetUp(Exception):
    """There are staff already: an administrator makes the next code."""


class CodeNotValid(Exception):
    """The code is unknown, used or too old."""


class NameTaken(Exception):
    """Somebody has this sign-in name already, perhaps in other capitals."""


class WeakPassword(Exception):
    """The password is shorter than SHORTEST_PASSWORD."""


class LastAdministrator(Exception):
    """Closing this account would leave nobody who can make another."""


def create_first_code(session: Session, code: str, now: datetime) -> None:
    """A one-time code for the first administrator, in place of any earlier one; raises AlreadySetUp
    once there are staff."""
    unused = tables.one_time_code.c.used_at.is_(None)
    with writing(session):
        if session.execute(select(tables.staff.c.id).limit(1)).first():
            raise AlreadySetUp
        session.execute(delete(tables.one_time_code).where(unused))
        _put_code(session, Actor("system", "first-code"), code, Role.ADMINISTRATOR, now)


def create_code(session: Session, actor: Actor, code: str, role: Role, now: datetime) -> None:
    """A one-time code with which one person makes one account; `code` is random, kept as its hash."""
    with writing(session):
        _put_code(session, actor, code, role, now)


def redeem_code(
    session: Session,
    code: str,
    name: str,
    sign_in_name: str,
    password: str,
    now: datetime,
    registration: str | None = None,
) -> Staff:
    """Make the account a code stands for. Of two who try at once, one gets it.

    Raises CodeNotValid, NameTaken or WeakPassword; the code stays good after the last two.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise WeakPassword
    hashed, table, staff = HASHER.hash(as_typed(password)), tables.one_time_code, tables.staff
    live = (table.c.code == fingerprint(code), table.c.used_at.is_(None), table.c.expires_at > now)
    folded, staff_id = fold(sign_in_name), id_from("staff", code)
    with writing(session):
        role = session.execute(select(table.c.role).where(*live)).scalar()
        if role is None or not rows_changed(session, update(table).where(*live).values(used_at=now)):
            raise CodeNotValid
        if session.execute(select(staff.c.id).where(staff.c.sign_in_name == folded)).first():
            raise NameTaken(sign_in_name)
        made = Staff(staff_id, name, folded, Role(role), registration, now, None)
        session.execute(
            insert(staff).values(
                id=staff_id,
                name=name,
                sign_in_name=folded,
                role=role,
                password_hash=hashed,
                registration=registration,
                created_at=now,
            )
        )
        audit.append(session, Actor("staff", staff_id), "account-made", ("staff", staff_id), now, role=role)
    return made


def verify_password(session: Session, sign_in_name: str, password: str) -> Staff | None:
    """The active member of staff with this name and password, or None, after the same work for all."""
    table = tables.staff
    with reading(session):
        row = session.execute(select(table).where(table.c.sign_in_name == fold(sign_in_name))).first()
    known = row is not None and row.disabled_at is None
    try:
        HASHER.verify(row.password_hash if row is not None and known else _NOBODY, as_typed(password))
    except VerifyMismatchError:
        return None
    return staff_from(row) if row is not None and known else None


def disable(session: Session, actor: Actor, staff_id: str, now: datetime) -> None:
    """Close an account and end its sessions; what the person did stays. Raises LastAdministrator."""
    staff, held = tables.staff, tables.staff_session
    active_administrators = select(staff.c.id).where(
        staff.c.role == Role.ADMINISTRATOR.value, staff.c.disabled_at.is_(None)
    )
    with writing(session):
        if session.execute(active_administrators).scalars().all() == [staff_id]:
            raise LastAdministrator
        active = (staff.c.id == staff_id, staff.c.disabled_at.is_(None))
        if not rows_changed(session, update(staff).where(*active).values(disabled_at=now)):
            return
        theirs = (held.c.staff_id == staff_id, held.c.ended_at.is_(None))
        session.execute(update(held).where(*theirs).values(ended_at=now))
        audit.append(session, actor, "account-closed", ("staff", staff_id), now)


def everyone(session: Session) -> tuple[Staff, ...]:
    """All staff, closed accounts too, in order of name."""
    with reading(session):
        rows = session.execute(select(tables.staff).order_by(func.lower(tables.staff.c.name)))
        return tuple(staff_from(row) for row in rows)


def fold(sign_in_name: str) -> str:
    """The one spelling under which a sign-in name is kept and looked for."""
    return normalize("NFKC", sign_in_name).strip().casefold()


def staff_from(row: Row[Any]) -> Staff:
    return Staff(
        row.id,
        row.name,
        row.sign_in_name,
        Role(row.role),
        row.registration,
        row.created_at,
        row.disabled_at,
    )


def as_typed(password: str) -> str:
    """One spelling for what two keyboards may send as different characters (NIST SP 800-63B-4)."""
    return normalize("NFKC", password)


def _put_code(session: Session, actor: Actor, code: str, role: Role, now: datetime) -> None:
    hashed = fingerprint(code)
    session.execute(
        insert(tables.one_time_code).values(
            code=hashed, role=role.value, created_at=now, expires_at=now + CODE_LASTS
        )
    )
    audit.append(session, actor, "code-made", ("code", hashed[:12]), now, role=role.value)
