"""The audit trail: who did or saw what, in a chain that shows any row changed, moved or removed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest, digest
from typing import Any, Literal

from sqlalchemy import Row, insert, select
from sqlalchemy.orm import Session

from screening.records import tables
from screening.records.engine import reading, writing
from screening.records.keys import audit_key
from screening.records.tables import canonical, moment_text

Detail = Mapping[str, str | int]

# What a line may say beside who, what and which. Never an answer, a name, a flag or a decision:
# the trail is kept longer than the records, and is read by people who may not read those.
DETAIL = frozenset({"why", "page", "version", "count", "role", "edition", "name", "language"})
_WORD = re.compile(r"[A-Za-z0-9._:-]{1,80}")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a staff id, a response id for a patient, or the name of a command."""

    kind: Literal["patient", "staff", "system", "anonymous"]
    id: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the trail; `seq` counts from 1 without gaps."""

    seq: int
    at: datetime
    actor: Actor
    action: str
    object_kind: str
    object_id: str
    detail: Detail


@dataclass(frozen=True, slots=True)
class Head:
    """The newest line. Kept outside the database, it shows a trail cut short or an old copy."""

    seq: int
    mac: bytes


def append(
    session: Session,
    actor: Actor,
    action: str,
    thing: tuple[str, str],
    now: datetime,
    **detail: str | int,
) -> None:
    """Add a line inside the caller's transaction; `thing` is the kind and id of what was touched.

    Raises ValueError on a detail that is not a known key with a number or one plain word.
    """
    _check(detail)
    table = tables.audit
    last = session.execute(select(table.c.seq, table.c.mac).order_by(table.c.seq.desc()).limit(1)).first()
    seq, before = (last.seq + 1, last.mac) if last else (1, b"")
    fields = (seq, moment_text(now), actor.kind, actor.id, action, *thing, detail)
    session.execute(
        insert(table).values(
            seq=seq,
            at=now,
            actor_kind=actor.kind,
            actor_id=actor.id,
            action=action,
            object_kind=thing[0],
            object_id=thing[1],
            detail=detail,
            mac=_mac(session.info["audit_key"], before, fields),
        )
    )


def note(
    session: Session, actor: Actor, action: str, thing: tuple[str, str], now: datetime, **detail: str | int
) -> None:
    """Add one line for something that happened outside the database: a print, a sent message."""
    with writing(session):
        append(session, actor, action, thing, now, **detail)


def between(session: Session, start: datetime, end: datetime) -> tuple[Line, ...]:
    """Every line from `start` up to, not including, `end`, oldest first: who saw what, and when."""
    table = tables.audit
    wanted = select(table).where(table.c.at >= start, table.c.at < end).order_by(table.c.seq)
    with reading(session):
        return tuple(line_of(row) for row in session.execute(wanted))


def head(session: Session) -> Head | None:
    """The newest line's number and seal, to be kept somewhere else; None for an empty trail."""
    table = tables.audit
    with reading(session):
        row = session.execute(select(table.c.seq, table.c.mac).order_by(table.c.seq.desc()).limit(1)).first()
    return Head(row.seq, row.mac) if row else None


def verify_audit(session: Session, key_hex: str, kept: Head | None = None) -> int | None:
    """The number of the first line that is missing, moved or changed; None when the chain holds.

    Lines cut off the end are seen only with `kept`, a head noted earlier.
    """
    key, before, expected = audit_key(key_hex), b"", 1
    with reading(session):
        for row in session.execute(select(tables.audit).order_by(tables.audit.c.seq)):
            fields = (
                *(row.seq, moment_text(row.at), row.actor_kind, row.actor_id, row.action),
                *(row.object_kind, row.object_id, row.detail),
            )
            if row.seq != expected or not compare_digest(row.mac, _mac(key, before, fields)):
                return expected
            if kept and kept.seq == row.seq and kept.mac != row.mac:
                return expected
            before, expected = row.mac, expected + 1
    return expected if kept and kept.seq >= expected else None


def _check(detail: Detail) -> None:
    for key, value in detail.items():
        if key not in DETAIL or not (isinstance(value, int) or _WORD.fullmatch(value)):
            raise ValueError(f"the audit trail does not take {key}: a known key, a number or one word")


def _mac(key: bytes, before: bytes, fields: tuple[object, ...]) -> bytes:
    return digest(key, before + canonical(fields).encode("ascii"), sha256)


def line_of(row: Row[Any]) -> Line:
    """A row of the table as the line that it is."""
    actor = Actor(row.actor_kind, row.actor_id)
    return Line(row.seq, row.at, actor, row.action, row.object_kind, row.object_id, row.detail)
