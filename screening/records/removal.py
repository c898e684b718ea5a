"""Everything that belongs to a form or an appointment, found by following the foreign keys.

The keys of the schema say what belongs to what, so that a table added later is never forgotten."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Table, delete, or_, select
from sqlalchemy.orm import Session

from screening.records import tables_after

# This module knows of every table, because the last of the three that define them imports the others.
_METADATA = tables_after.signature.metadata
# A condition names its ids once for each way that leads to a table, and a statement takes only so many.
_AT_ONCE = 500


def belonging(root: Table, ids: Sequence[str]) -> dict[Table, ColumnElement[bool]]:
    """Which rows of which tables belong to these rows of `root`, themselves first, parents before children.

    A row that only loses its link when the other goes (SET NULL) does not belong to it.
    """
    theirs: dict[Table, ColumnElement[bool]] = {root: root.c.id.in_(ids)}
    for table in _METADATA.sorted_tables:
        ways = [
            key.parent.in_(select(key.column).where(theirs[key.column.table]))
            for key in sorted(table.foreign_keys, key=lambda key: key.parent.name)
            if key.column.table in theirs and key.ondelete != "SET NULL"
        ]
        if ways:
            theirs[table] = or_(*ways)
    return theirs


def remove(session: Session, root: Table, ids: Sequence[str]) -> None:
    """Delete these rows of `root` and all that belongs to them, inside the caller's transaction."""
    for some in _in_batches(ids):
        theirs = belonging(root, some)
        for table in reversed(theirs):
            session.execute(delete(table).where(theirs[table]))


def remove_beside(session: Session, root: Table, ids: Sequence[str]) -> None:
    """Delete what belongs to these rows of `root`, and leave the rows themselves."""
    for some in _in_batches(ids):
        theirs = belonging(root, some)
        for table in [table for table in reversed(theirs) if table is not root]:
            session.execute(delete(table).where(theirs[table]))


def _in_batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
