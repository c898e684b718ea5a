"""A trial run of another edition over forms already handed in. Nothing that is stored changes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from rules.assess import assess
from rules.model import Edition, Flag, Level, Status, Urgency
from rules.replay import Conclusion, Difference, concluded, difference
from screening.records import audit, tables
from screening.records.audit import Actor
from screening.records.engine import reading, writing

MOST = 5000


@dataclass(frozen=True, slots=True)
class Changed:
    """A patient about whom the other edition would conclude something else."""

    submission_id: str
    reference: str
    name: str
    day: date
    edition_digest: str
    difference: Difference


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it. `looked_at` forms were run, the newest; `left_out` older ones were not."""

    looked_at: int
    left_out: int
    changed: tuple[Changed, ...]


def replay(
    session: Session,
    actor: Actor,
    edition: Edition,
    day_of: Callable[[datetime], date],
    now: datetime,
    most: int = MOST,
) -> Trial:
    """Run `edition` over the answers of the newest `most` forms, each on the day it was handed in.

    `day_of` says which day a moment is at the clinic. Compared with the assessment stored at the time;
    answers are those the patient sent. One audit line says how many records were opened, and why.
    """
    table = tables.submission
    columns = (table.c.id, table.c.reference, table.c.patient_name, table.c.edition_digest)
    told = (table.c.submitted_at, table.c.answers, table.c.assessment)
    wanted: Select[Any] = select(*columns, *told)
    wanted = wanted.order_by(table.c.submitted_at.desc(), table.c.id).limit(most)
    with writing(session):
        stored = session.execute(select(func.count()).select_from(table)).scalar_one()
        thing = ("edition", edition.digest)
        audit.append(session, actor, "edition-replayed", thing, now, count=min(stored, most), why="trial-run")
    # The line stands before the first record is read, and patients go on saving while the rules run.
    with reading(session):
        rows = session.execute(wanted).all()
    found = (_changed(edition, row, day_of(row.submitted_at)) for row in rows)
    changed = tuple(one for one in found if one is not None)
    return Trial(len(rows), max(0, stored - len(rows)), changed)


def _changed(edition: Edition, row: Row[Any], day: date) -> Changed | None:
    differs = difference(_stored(row.assessment), concluded(assess(edition, row.answers, day)))
    if differs is None:
        return None
    return Changed(row.id, row.reference, row.patient_name, day, row.edition_digest, differs)


def _stored(kept: dict[str, Any]) -> Conclusion:
    """What was concluded at the time. Only what is compared is read: a whole assessment takes far longer."""
    return Conclusion(Level(kept["outcome"]), _urgency(kept["urgency"]), tuple(map(_flag, kept["flags"])))


def _flag(kept: dict[str, Any]) -> Flag:
    return Flag(
        kept["id"],
        Status(kept["status"]),
        Level(kept["level"]),
        _urgency(kept["urgency"]),
        kept["scope"],
        tuple(kept["regions"]),
        tuple(kept["because"]),
    )


def _urgency(kept: str | None) -> Urgency | None:
    return None if kept is None else Urgency(kept)
