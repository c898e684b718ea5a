"""A copy that is encrypted, whole and proven before it is called a backup."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, func, select

from screening.records import audit, tables
from screening.records.audit import Actor, Head
from screening.records.engine import faults, open_copy, open_sessions
from screening.records.keys import flush_folder


class BadBackup(Exception):
    """The copy is damaged, cut short or tampered with; it was not put in place."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A copy that was read from end to end: how many submissions it has, and its newest audit line."""

    path: Path
    submissions: int
    head: Head | None


def backup(engine: Engine, key_hex: str, target: Path, now: datetime) -> Checked:
    """Copy the database, as it is at one moment, to `target` under the same key, and check the copy.

    Patients can go on saving meanwhile. Raises FileExistsError rather than replace anything,
    BadBackup when the copy does not read back.
    """
    with _put_in_place(target) as part:
        with closing(engine.raw_connection()) as connection:
            connection.cursor().execute("VACUUM INTO ?", (str(part),))
        checked = check(part, key_hex)
    count = checked.submissions
    with open_sessions(engine, key_hex)() as session:
        audit.note(session, Actor("system", "backup"), "backup-made", ("backup", "copy"), now, count=count)
    return Checked(target, count, checked.head)


def restore(path: Path, key_hex: str, target: Path) -> Checked:
    """Put a checked copy of the backup at `target`, where no database may be yet.

    Raises BadBackup, WrongKey, or FileExistsError: whoever restores moves the old file away first.
    """
    with _put_in_place(target) as part:
        shutil.copyfile(path, part)
        checked = check(part, key_hex)
    return Checked(target, checked.submissions, checked.head)


def check(path: Path, key_hex: str) -> Checked:
    """Read every page, index and audit line of a copy; raises BadBackup or WrongKey."""
    engine = open_copy(path, key_hex)
    found = faults(engine)
    if found:
        raise BadBackup(f"{path.name}: {found[0]}")
    with open_sessions(engine, key_hex)() as session:
        bad = audit.verify_audit(session, key_hex)
        if bad is not None:
            raise BadBackup(f"{path.name}: the audit trail breaks at line {bad}")
        head = audit.head(session)
        submissions = session.execute(select(func.count()).select_from(tables.submission)).scalar_one()
    return Checked(path, submissions, head)


@contextmanager
def _put_in_place(target: Path) -> Iterator[Path]:
    """A private file beside `target` that takes its name only when all went well."""
    for name in (target, Path(f"{target}-wal")):
        if name.exists():
            raise FileExistsError(name)
    part = target.with_name(target.name + ".part")
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        os.link(part, target)
    finally:
        part.unlink()
    flush_folder(target.parent)
