"""The tables of what is added to a record after it was handed in. Like tables.py, which was full."""

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from screening.records.tables import Day, Json, Moment, metadata, review
from screening.records.tables_day import correction


def _record(key: bool = False) -> Column[str]:
    return Column(
        "submission_id", Text, ForeignKey("submission.id"), nullable=False, primary_key=key, index=not key
    )


def _staff() -> Column[str]:
    return Column("staff_id", Text, ForeignKey("staff.id"), nullable=False)


flag_handling = Table(
    "flag_handling",
    metadata,
    Column("id", Integer, primary_key=True),
    _record(),
    Column("flag_id", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("reason", Text, nullable=False),
    _staff(),
    Column("at", Moment, nullable=False),
    sqlite_strict=True,
)

decision_detail = Table(
    "decision_detail",
    metadata,
    Column("id", Integer, primary_key=True),
    _record(),
    _staff(),
    Column("review_id", Integer, ForeignKey("review.id"), nullable=False, unique=True),
    Column("postpone_until", Day),
    Column("not_to_needle", Json, nullable=False),
    sqlite_strict=True,
)

signature = Table(
    "signature",
    metadata,
    _record(key=True),
    _staff(),
    Column("at", Moment, nullable=False),
    Column("digest", Text, nullable=False),
    sqlite_strict=True,
)

addendum = Table(
    "addendum",
    metadata,
    Column("id", Integer, primary_key=True),
    _record(),
    _staff(),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_strict=True,
)

# What a signature stands for, besides the submission itself.
SIGNED = (review, flag_handling, decision_detail, correction)
