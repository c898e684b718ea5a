"""The file on the disk: encrypted, private, durable, and opened only with its key."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from records_clinic import NOW
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from screening.records import audit, backup
from screening.records.engine import (
    SETTINGS,
    CannotStore,
    WrongKey,
    durability,
    faults,
    open_copy,
    open_engine,
    open_sessions,
)
from screening.records.keys import BadKey, create_key, read_key
from screening.records.migrate import NewerSchema, migrate
from screening.records.responses import Response, answers_of, save_page
from screening.records.tables import metadata

CANARY = "CANARY-7f3a9c51d2"
OTHER_KEY = "0123456789abcdef" * 4


def test_a_thief_without_the_key_cannot_open_the_database(path: Path, engine: Engine) -> None:
    with pytest.raises(WrongKey):
        open_engine(f"sqlite:///{path}", OTHER_KEY)


def test_a_plain_file_is_not_taken_for_a_database(tmp_path: Path, key: str) -> None:
    (tmp_path / "notes.db").write_text("SQLite format 3\0 and nothing else" * 200)
    with pytest.raises(WrongKey):
        open_engine(f"sqlite:///{tmp_path / 'notes.db'}", key)


def test_a_database_in_memory_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="must be a file"):
        open_engine("sqlite://", key)


def test_every_durability_setting_is_in_effect(engine: Engine) -> None:
    found = durability(engine)
    assert {name: found[name] for name in SETTINGS} == {name: value for name, (_, value) in SETTINGS.items()}
    assert found["cipher_hmac_algorithm"] == "HMAC_SHA512"


def test_the_database_and_its_log_are_private(engine: Engine, session: Session, form: Response) -> None:
    folder = Path(engine.raw_connection().cursor().execute("PRAGMA database_list").fetchone()[2]).parent
    made = open_engine(f"sqlite:///{folder / 'new.db'}", OTHER_KEY)
    migrate(made)
    files = sorted(folder.glob("new.db*"))
    assert [file.name for file in files] == ["new.db", "new.db-shm", "new.db-wal"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    made.dispose()


def test_what_a_patient_writes_is_nowhere_in_plain_text(
    path: Path, engine: Engine, session: Session, form: Response, key: str
) -> None:
    save_page(session, form.id, "about-you", {"full_name": CANARY}, 0, {}, NOW)
    backup.backup(engine, key, path.with_name("copy.db"), NOW)
    files = [file for file in path.parent.iterdir() if file.is_file()]
    assert {"screening.db", "screening.db-wal", "copy.db"} <= {file.name for file in files}
    # The search itself is proven on a file that does hold it.
    plain = path.with_name("plain.txt")
    plain.write_text(CANARY)
    assert _holding([*files, plain], CANARY) == [plain]


def test_every_table_checks_its_types(engine: Engine) -> None:
    with engine.connect() as connection:
        listed = connection.exec_driver_sql("PRAGMA table_list").all()
    loose = {row.name for row in listed if row.name in metadata.tables and not row.strict}
    assert loose == set()


def test_the_migrations_make_exactly_the_tables_the_code_uses(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    assert migrate(engine) == migrate(engine)


def test_a_database_from_a_newer_version_is_refused_and_left_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerSchema, match="9999"):
        migrate(engine)


def test_a_migration_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    made = open_engine(f"sqlite:///{tmp_path / 'new.db'}", OTHER_KEY)
    with made.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE review (in_the_way INTEGER) STRICT")
    with pytest.raises(Exception, match="already exists"):
        migrate(made)
    with made.connect() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master").scalars().all()
    assert names == ["review"]
    made.dispose()


def test_two_workers_that_start_together_migrate_once(tmp_path: Path) -> None:
    def start(_: int) -> str:
        made = open_engine(f"sqlite:///{tmp_path / 'new.db'}", OTHER_KEY)
        revision = migrate(made)
        made.dispose()
        return revision

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(start, range(2)))) == 1


def test_a_locked_database_says_so_and_takes_the_page_later(
    session: Session, form: Response, engine: Engine
) -> None:
    with engine.connect() as other:
        _set(session, "busy_timeout = 1")
        with other.begin(), pytest.raises(CannotStore, match="locked"):
            save_page(session, form.id, "pain", {"pain_now": 3}, 0, {}, NOW)
    assert save_page(session, form.id, "pain", {"pain_now": 3}, 0, {}, NOW).version == 1


def test_a_full_disk_says_so_and_takes_the_page_once_there_is_room(session: Session, form: Response) -> None:
    large = {"medicines_list": "x" * 1_000_000}
    _set(session, "max_page_count = 60")
    with pytest.raises(CannotStore, match="full"):
        save_page(session, form.id, "medicines", large, 0, {}, NOW)
    assert answers_of(session, form.id).versions == {}
    _set(session, "max_page_count = 100000")
    assert save_page(session, form.id, "medicines", large, 0, {}, NOW).version == 1


@pytest.mark.slow
def test_an_acknowledged_page_survives_a_killed_writer(path: Path, engine: Engine, key: str) -> None:
    with open_sessions(engine, key)() as session:
        for cycle in range(5):
            form, acknowledged = _write_until_killed(path, key, cycle)
            assert acknowledged >= 1 + cycle * 7
            assert answers_of(session, form).versions["pain"] >= acknowledged
        assert audit.verify_audit(session, key) is None
    assert faults(engine) == ()


def test_a_damaged_page_is_noticed(path: Path, engine: Engine, key: str) -> None:
    engine.dispose()
    damaged = bytearray(path.read_bytes())
    damaged[5 * 4096 + 100] ^= 1
    path.write_bytes(damaged)
    assert faults(open_copy(path, key)) != ()


def test_a_backup_holds_everything_and_can_be_put_back(
    path: Path, engine: Engine, session: Session, form: Response, key: str
) -> None:
    save_page(session, form.id, "pain", {"pain_now": 3}, 0, {}, NOW)
    head = audit.head(session)
    made = backup.backup(engine, key, path.with_name("copy.db"), NOW)
    back = backup.restore(made.path, key, path.with_name("back.db"))
    assert made.head == back.head == head
    restored = open_engine(f"sqlite:///{back.path}", key)
    with open_sessions(restored, key)() as other:
        assert answers_of(other, form.id).answers == {"pain_now": 3}
    restored.dispose()


def test_a_backup_is_private_and_leaves_nothing_beside_it(path: Path, engine: Engine, key: str) -> None:
    folder = path.parent / "backups"
    folder.mkdir()
    backup.backup(engine, key, folder / "copy.db", NOW)
    assert [file.name for file in folder.iterdir()] == ["copy.db"]
    assert stat.S_IMODE((folder / "copy.db").stat().st_mode) == 0o600


def test_a_backup_never_replaces_a_file(path: Path, engine: Engine, key: str) -> None:
    with pytest.raises(FileExistsError):
        backup.backup(engine, key, path, NOW)
    with pytest.raises(FileExistsError):
        backup.restore(path, key, path)


def test_a_damaged_backup_is_not_put_in_place(path: Path, engine: Engine, key: str) -> None:
    copy = backup.backup(engine, key, path.with_name("copy.db"), NOW).path
    damaged = bytearray(copy.read_bytes())
    damaged[-2000] ^= 1
    copy.write_bytes(damaged)
    with pytest.raises(backup.BadBackup):
        backup.restore(copy, key, path.with_name("back.db"))
    assert not path.with_name("back.db").exists()


def test_a_backup_is_not_opened_by_another_key(path: Path, engine: Engine, key: str) -> None:
    copy = backup.backup(engine, key, path.with_name("copy.db"), NOW).path
    with pytest.raises(WrongKey):
        backup.restore(copy, OTHER_KEY, path.with_name("back.db"))


def test_a_key_file_is_private_and_never_written_over(tmp_path: Path) -> None:
    kept = tmp_path / "keys" / "database.key"
    create_key(kept, OTHER_KEY)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    with pytest.raises(FileExistsError):
        create_key(kept, "fedcba9876543210" * 4)
    assert read_key(kept) == OTHER_KEY


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    kept = tmp_path / "keys" / "database.key"
    create_key(kept, OTHER_KEY)
    kept.chmod(0o640)
    with pytest.raises(BadKey, match="0600"):
        read_key(kept)


@pytest.mark.parametrize(
    "bad", ["", "0" * 64, "ab", OTHER_KEY.upper(), OTHER_KEY + "\n", OTHER_KEY[:-1] + "'"]
)
def test_a_weak_or_malformed_key_is_refused(tmp_path: Path, bad: str) -> None:
    with pytest.raises(BadKey):
        create_key(tmp_path / "keys" / "database.key", bad)
    with pytest.raises(BadKey):
        open_engine(f"sqlite:///{tmp_path / 'new.db'}", bad)


def test_an_error_message_never_carries_an_answer(engine: Engine, session: Session) -> None:
    with pytest.raises(Exception, match="FOREIGN KEY") as error:
        save_orphan(session)
    assert CANARY not in str(error.value)


def save_orphan(session: Session) -> None:
    with session.begin():
        session.execute(
            metadata.tables["saved_page"].insert(),
            {"response_id": CANARY, "page_id": CANARY, "version": 1, "answers": {CANARY: 1}, "saved_at": NOW},
        )


def _set(session: Session, pragma: str) -> None:
    """Change the connection that the session will be given next: the only one in the pool."""
    with session.begin():
        session.connection().exec_driver_sql(f"PRAGMA {pragma}")


def _holding(files: Sequence[Path], words: str) -> list[Path]:
    return [file for file in files if words.encode() in file.read_bytes()]


def _write_until_killed(path: Path, key: str, cycle: int) -> tuple[str, int]:
    """Start a writer, kill it -9 after some acknowledgements; its form and the last one it announced."""
    writer = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("keep_writing.py")), str(path), f"token-{cycle}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        text=True,
    )
    assert writer.stdin is not None
    assert writer.stdout is not None
    writer.stdin.write(key + "\n")
    writer.stdin.flush()
    form = writer.stdout.readline().strip()
    seen = [writer.stdout.readline() for _ in range(1 + cycle * 7)]
    os.kill(writer.pid, signal.SIGKILL)
    rest, _ = writer.communicate()
    complete = [line for line in [*seen, *rest.splitlines(keepends=True)] if line.endswith("\n")]
    return form, int(complete[-1])
