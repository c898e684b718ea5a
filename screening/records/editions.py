"""Editions kept word for word, so that an old record never needs an old file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from rules.load import digest_of
from screening.records import audit, tables
from screening.records.engine import reading, writing


@dataclass(frozen=True, slots=True)
class KeptEdition:
    """The files of an edition, by name, as they were when the first form was filled in under it."""

    digest: str
    name: str
    text: Mapping[str, str]
    first_used_at: datetime


def keep(session: Session, name: str, digest: str, text: Mapping[str, str], now: datetime) -> None:
    """Store the files of an edition; does nothing when this digest is kept already.

    Raises ValueError when the digest is not that of the files: a record would point to other words.
    """
    if digest_of(text) != digest:
        raise ValueError(f"the files of {name} do not have the digest {digest}")
    table = tables.edition
    with writing(session):
        if session.execute(select(table.c.digest).where(table.c.digest == digest)).first():
            return
        session.execute(insert(table).values(digest=digest, name=name, text=dict(text), first_used_at=now))
        system = audit.Actor("system", "editions")
        audit.append(session, system, "edition-kept", ("edition", digest), now, name=name)


def get(session: Session, digest: str) -> KeptEdition | None:
    """The kept edition with this digest, or None."""
    table = tables.edition
    with reading(session):
        row = session.execute(select(table).where(table.c.digest == digest)).first()
    return KeptEdition(row.digest, row.name, row.text, row.first_used_at) if row else None


def every(session: Session) -> tuple[KeptEdition, ...]:
    """All kept editions, the one first used last in front."""
    table = tables.edition
    with reading(session):
        rows = session.execute(select(table).order_by(table.c.first_used_at.desc(), table.c.digest)).all()
    return tuple(KeptEdition(row.digest, row.name, row.text, row.first_used_at) for row in rows)
