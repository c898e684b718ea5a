"""Opening the database so that what was acknowledged stays and nobody else can read it."""

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, NullPool, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session, sessionmaker
from sqlcipher3 import dbapi2

from screening.records.keys import audit_key, check_key, flush_folder

# What the other rooms call the two, so that only this room knows the library behind them.
Database = Engine
Sessions = sessionmaker[Session]

# What each setting must read back as. WAL with FULL loses nothing at a power cut (measured: see
# docs/hazards.md); recursive triggers make REPLACE meet the triggers that refuse a DELETE.
SETTINGS: Mapping[str, tuple[str, str | int]] = {
    "busy_timeout": ("5000", 5000),
    "journal_mode": ("WAL", "wal"),
    "synchronous": ("FULL", 2),
    "foreign_keys": ("ON", 1),
    "recursive_triggers": ("ON", 1),
    "trusted_schema": ("OFF", 0),
    "secure_delete": ("ON", 1),
    "cell_size_check": ("ON", 1),
    "temp_store": ("MEMORY", 2),
}

_DAMAGE = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


class WrongKey(Exception):
    """The key does not open this file, or the file is no screening database."""


class NotDurable(Exception):
    """The database would not take a setting that keeps acknowledged answers safe."""


class Damaged(Exception):
    """The file holds pages that do not prove true: stop taking answers, and restore a backup."""


class CannotStore(Exception):
    """Nothing was stored: locked for too long, disk full or read-only. Trying again is harmless."""


def open_engine(url: str, key_hex: str) -> Engine:
    """An engine on the encrypted SQLite file (or the other database) that `url` names.

    Opens it once at once: raises BadKey, WrongKey, Damaged or NotDurable now rather than at a patient.
    Call it in each process after the fork: SQLite must not carry a connection over one.
    """
    check_key(key_hex)
    place = make_url(url)
    if place.get_backend_name() != "sqlite":
        engine = create_engine(place, hide_parameters=True)
        event.listen(engine, "begin", _begin_shared)
        return engine
    if not place.database or place.database == ":memory:":
        raise ValueError("the database must be a file: sqlite:////folder/screening.db")
    path = Path(place.database)
    _create_private(path)
    engine = create_engine(
        "sqlite://",
        module=dbapi2,
        creator=lambda: _connect(path, key_hex, SETTINGS),
        poolclass=QueuePool,
        hide_parameters=True,
    )
    event.listen(engine, "begin", _begin)
    engine.connect().close()
    return engine


def open_copy(path: Path, key_hex: str) -> Engine:
    """A read-only engine on a backup, which it leaves exactly as it is."""
    check_key(key_hex)
    return create_engine(
        "sqlite://",
        module=dbapi2,
        creator=lambda: _connect(path, key_hex, {"query_only": ("ON", 1)}),
        poolclass=NullPool,
        hide_parameters=True,
    )


def open_sessions(engine: Engine, key_hex: str) -> sessionmaker[Session]:
    """What makes a session for the verbs of this room; it carries the key of the audit chain."""
    return sessionmaker(engine, info={"audit_key": audit_key(key_hex)}, autoflush=False)


def durability(engine: Engine) -> dict[str, str | int]:
    """The settings in effect on a connection, read back from the database itself."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            server = ("synchronous_commit", "fsync", "full_page_writes")
            return {n: connection.exec_driver_sql(f"SHOW {n}").scalar_one() for n in server}
        names = (*SETTINGS, "cipher_version", "cipher_hmac_algorithm")
        found = {n: connection.exec_driver_sql(f"PRAGMA {n}").scalar_one() for n in names}
    return found | {"sqlite_version": dbapi2.sqlite_version}


def faults(engine: Engine) -> tuple[str, ...]:
    """Every damaged page or broken index found by reading the whole file; empty when there is none."""
    try:
        with _told_plainly(), engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA cipher_integrity_check").scalars().all()
            whole = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
            links = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    except Damaged as error:
        return (str(error),)
    found = [*pages, *(line for line in whole if line != "ok")]
    return tuple(map(str, found)) + tuple(f"{row[0]} row {row[1]} has lost its parent" for row in links)


def empty_log(session: Session) -> None:
    """Write all that is in the log into the file and empty the log, which still holds what was deleted.

    When somebody reads for longer than five seconds the log is emptied by a later write.
    """
    engine = session.get_bind()
    if isinstance(engine, Engine) and engine.dialect.name == "sqlite":
        with closing(engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def writing(session: Session) -> Iterator[None]:
    """One transaction that holds the write lock from its first moment; any error undoes it all."""
    with _told_plainly(), session.begin():
        yield


@contextmanager
def reading(session: Session) -> Iterator[None]:
    """One consistent look, which never waits for a writer and never makes one wait."""
    with _told_plainly(), session.begin():
        session.connection(execution_options={"begins": "DEFERRED"})
        yield


@contextmanager
def _told_plainly() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise CannotStore(str(error.orig)) from error
    except DatabaseError as error:
        if getattr(error.orig, "sqlite_errorname", "") not in _DAMAGE:
            raise
        raise Damaged(str(error.orig)) from error


def _begin(connection: Connection) -> None:
    # A deferred transaction that turns into a writer can fail half way; an immediate one waits first.
    how = connection.get_execution_options().get("begins", "IMMEDIATE")
    connection.exec_driver_sql(f"BEGIN {how}")


def _begin_shared(connection: Connection) -> None:
    # One writer at a time, as in SQLite: the audit trail is one chain, so it has one end to write at.
    if connection.get_execution_options().get("begins", "IMMEDIATE") == "IMMEDIATE":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(6820)")


def _create_private(path: Path) -> None:
    """Make the file before SQLite does, which would let the group read it; its WAL inherits 0600."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return
    flush_folder(path.parent)


def _connect(path: Path, key_hex: str, settings: Mapping[str, tuple[str, str | int]]) -> dbapi2.Connection:
    connection = dbapi2.connect(path, check_same_thread=False, isolation_level=None)
    try:
        with closing(connection.cursor()) as cursor:
            cursor.execute(f"PRAGMA key = \"x'{key_hex}'\"")
            _prove_key(cursor, path)
            for name, (wanted, read_back) in settings.items():
                cursor.execute(f"PRAGMA {name} = {wanted}")
                found = cursor.execute(f"PRAGMA {name}").fetchone()[0]
                if found != read_back:
                    raise NotDurable(f"{name} is {found}, and it must be {read_back}")
    except BaseException:
        connection.close()
        raise
    return connection


def _prove_key(cursor: dbapi2.Cursor, path: Path) -> None:
    """Read the first page: only then does the cipher look at the key at all."""
    if not cursor.execute("PRAGMA cipher_version").fetchone():
        raise NotDurable("this SQLite driver does not encrypt")
    # Another process may be recovering the log of a killed one: wait for it as for any writer.
    cursor.execute("PRAGMA busy_timeout = 5000")
    try:
        cursor.execute("SELECT count(*) FROM sqlite_master")
    except dbapi2.DatabaseError as error:
        name = getattr(error, "sqlite_errorname", "")
        if name == "SQLITE_CORRUPT":
            raise Damaged(f"{path.name}: {error}") from None
        if name != "SQLITE_NOTADB":
            raise
        raise WrongKey(f"the key does not open {path.name}, or it is no screening database") from None
