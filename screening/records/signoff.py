"""A named clinician's sign-off of one edition. Until there is one, the edition is a draft."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.orm import Session

from screening.records import audit, tables
from screening.records.audit import Actor
from screening.records.engine import reading, writing


@dataclass(frozen=True, slots=True)
class SignOff:
    """Who took responsibility for an edition: `signed_on` as they wrote it, `at` when it was stored."""

    edition_digest: str
    name: str
    registration: str
    signed_on: date
    at: datetime
    staff_id: str | None


def sign(session: Session, actor: Actor, signed: SignOff) -> None:
    """Store a sign-off. Nothing is overwritten: another one is another row, and the latest counts."""
    with writing(session):
        session.execute(
            insert(tables.sign_off).values(
                edition_digest=signed.edition_digest,
                name=signed.name,
                registration=signed.registration,
                signed_on=signed.signed_on,
                at=signed.at,
                staff_id=signed.staff_id,
            )
        )
        audit.append(session, actor, "edition-signed-off", ("edition", signed.edition_digest), signed.at)


def latest(session: Session, edition_digest: str) -> SignOff | None:
    """The sign-off that counts for this very digest; None while the edition is a draft."""
    table = tables.sign_off
    wanted = select(table).where(table.c.edition_digest == edition_digest).order_by(table.c.id.desc())
    with reading(session):
        row = session.execute(wanted.limit(1)).first()
    if row is None:
        return None
    return _sign_off(row)


def every(session: Session) -> tuple[SignOff, ...]:
    """All sign-offs of all editions, newest first."""
    with reading(session):
        rows = session.execute(select(tables.sign_off).order_by(tables.sign_off.c.id.desc())).all()
    return tuple(_sign_off(row) for row in rows)


def _sign_off(row: Row[Any]) -> SignOff:
    return SignOff(row.edition_digest, row.name, row.registration, row.signed_on, row.at, row.staff_id)
