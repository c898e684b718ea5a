"""What an administrator set in the browser. Every change is a new row; the newest of a name counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from screening.records import audit, tables
from screening.records.acting import active_name
from screening.records.audit import Actor
from screening.records.engine import reading, writing
from screening.records.tables_day import setting


@dataclass(frozen=True, slots=True)
class Stored:
    """The newest value of every name, None where it was emptied; `newest` grows with each change."""

    newest: int
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one setting; `value` is None where it was emptied."""

    name: str
    value: object
    staff_name: str
    at: datetime


def newest(session: Session) -> int:
    """The number of the newest change, 0 before the first: enough to tell whether anything is new."""
    with reading(session):
        return int(session.execute(select(func.coalesce(func.max(setting.c.id), 0))).scalar_one())


def stored(session: Session) -> Stored:
    """Everything that is set in the browser, in one consistent look."""
    last = select(func.max(setting.c.id)).group_by(setting.c.name)
    wanted = select(setting).where(setting.c.id.in_(last))
    with reading(session):
        rows = session.execute(wanted).all()
    return Stored(max((row.id for row in rows), default=0), {row.name: row.value for row in rows})


def change(session: Session, actor: Actor, group: str, values: Mapping[str, object], now: datetime) -> int:
    """Store the values that differ from what is stored; how many did. Raises NotStaff.

    The trail is told the group and the count, never a value.
    """
    with writing(session):
        active_name(session, actor)
        last = select(func.max(setting.c.id)).where(setting.c.name.in_(values)).group_by(setting.c.name)
        kept = {row.name: row.value for row in session.execute(select(setting).where(setting.c.id.in_(last)))}
        new = {name: value for name, value in values.items() if kept.get(name) != value}
        for name, value in new.items():
            session.execute(insert(setting).values(name=name, value=value, staff_id=actor.id, at=now))
        if new:
            audit.append(session, actor, "settings-changed", ("settings", group), now, count=len(new))
    return len(new)


def changes(session: Session, most: int) -> tuple[Change, ...]:
    """The newest changes, newest first, each with who made it."""
    staff = tables.staff
    joined = setting.join(staff, staff.c.id == setting.c.staff_id)
    columns = (setting.c.name, setting.c.value, staff.c.name.label("staff_name"), setting.c.at)
    wanted = select(*columns).select_from(joined).order_by(setting.c.id.desc()).limit(most)
    with reading(session):
        return tuple(
            Change(row.name, row.value, row.staff_name, row.at) for row in session.execute(wanted)
        )
