"""Erasing a person's forms and appointments: all of it, for good, or nothing at all."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from full_record import CANARY, Patient, arrives, dump, reached_from, tables_with
from records_clinic import NOW
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker
from sqlcipher3 import dbapi2

from screening.records import appointments, audit, backup, erasing, printing, responses
from screening.records import engine as engines
from screening.records.audit import Actor
from screening.records.erasing import Chosen, Gone, Why
from screening.records.staff import Staff

LATER = NOW + timedelta(days=1)


@pytest.fixture
def actor(practitioner: Staff) -> Actor:
    return Actor("staff", practitioner.id)


@pytest.fixture
def patient(session: Session, actor: Actor) -> Patient:
    return arrives(session, actor)


@pytest.fixture
def everything(patient: Patient) -> Chosen:
    return Chosen((patient.form.id,), (patient.unfinished_id,), (patient.appointment_id,))


def actions(session: Session) -> list[str]:
    return [line.action for line in audit.between(session, LATER, LATER + timedelta(seconds=1))]


# --- everything goes ---------------------------------------------------------------------------


def test_every_table_that_refers_to_a_form_or_an_appointment_is_emptied_of_the_person(
    engine: Engine, session: Session, actor: Actor, everything: Chosen
) -> None:
    reached = reached_from(engine, "response", "appointment")
    before = dump(engine)
    assert [] == sorted(name for name in reached if not before[name]), (
        "the invented patient fills every table"
    )
    assert reached <= tables_with(engine, CANARY) | {"alert", "alert_seen", "decision_detail"} | {
        *("invitation", "match", "patient_session", "response", "returning_form", "signature")
    }

    erasing.erase(session, actor, everything, Why.ASKED, LATER)

    after = dump(engine)
    assert [] == sorted(name for name in reached - {"appointment"} if after[name])
    assert set() == tables_with(engine, CANARY)


def test_only_a_tombstone_names_a_form_without_a_foreign_key(engine: Engine) -> None:
    with engine.connect() as connection:
        loose = {
            f"{name}.{column['name']}"
            for name in dump(engine)
            for column in connection.exec_driver_sql(f'PRAGMA table_info("{name}")').mappings()
            if column["name"] in ("response_id", "submission_id", "earlier_submission_id", "appointment_id")
            and column["name"]
            not in {
                key["from"]
                for key in connection.exec_driver_sql(f'PRAGMA foreign_key_list("{name}")').mappings()
            }
        }

    assert {"tombstone.submission_id"} == loose


def test_the_tombstone_keeps_the_reference_who_why_and_when_and_nothing_else(
    session: Session, engine: Engine, actor: Actor, patient: Patient, everything: Chosen
) -> None:
    erasing.erase(session, actor, everything, Why.MISTAKE, LATER)

    (row,) = dump(engine)["tombstone"]
    at = "2026-11-24T09:00:00.000000Z"
    assert (patient.form.id, "K7F-3Q1", actor.id, "entered-by-mistake", at) == row
    stone = erasing.tombstone_of(session, patient.form.id)
    assert erasing.Tombstone(patient.form.id, "K7F-3Q1", Why.MISTAKE, LATER) == stone


def test_a_tombstone_is_never_changed_or_removed(
    session: Session, engine: Engine, actor: Actor, everything: Chosen
) -> None:
    erasing.erase(session, actor, everything, Why.ASKED, LATER)

    for act in ("UPDATE tombstone SET why = ''", "DELETE FROM tombstone"):
        with pytest.raises(IntegrityError, match="never changed"), engine.begin() as connection:
            connection.exec_driver_sql(act)


def test_the_trail_stays_whole_and_says_what_was_erased(
    session: Session, key: str, actor: Actor, everything: Chosen
) -> None:
    before = audit.head(session)
    erasing.erase(session, actor, everything, Why.ASKED, LATER)

    assert audit.verify_audit(session, key, before) is None
    assert ["form-erased", "form-erased", "appointment-erased"] == actions(session)


def test_an_appointment_that_was_not_ticked_keeps_its_person_and_loses_its_form(
    session: Session, actor: Actor, patient: Patient
) -> None:
    erasing.erase(session, actor, Chosen(forms=(patient.form.id,)), Why.ASKED, LATER)

    kept = appointments.get(session, patient.appointment_id)
    assert kept is not None
    assert (f"Asha {CANARY}", None) == (kept.booking.patient_name, kept.response_id)


def test_an_appointment_that_was_ticked_stays_in_the_books_without_its_person(
    session: Session, engine: Engine, actor: Actor, patient: Patient
) -> None:
    chosen = Chosen(appointments=(patient.appointment_id,))
    erasing.erase(session, actor, chosen, Why.ASKED, LATER)

    kept = appointments.get(session, patient.appointment_id)
    assert kept is not None
    assert (appointments.Booking(NOW, "erased", practitioner="Dana"), patient.form.response_id) == (
        kept.booking,
        kept.response_id,
    )
    assert ([], []) == (dump(engine)["invitation"], dump(engine)["match"])


def test_nobody_else_loses_anything(
    session: Session, engine: Engine, actor: Actor, everything: Chosen
) -> None:
    arrives(session, actor, "somebody", 2)
    rows = {
        name: repr(found).count("somebody") for name, found in dump(engine).items() if name != "print_job"
    }

    erasing.erase(session, actor, everything, Why.ASKED, LATER)

    assert rows == {
        name: repr(found).count("somebody") for name, found in dump(engine).items() if name != "print_job"
    }
    assert 1 == len(dump(engine)["signature"])


def test_papers_of_a_day_that_still_wait_are_dropped_because_the_form_may_be_in_them(
    session: Session, engine: Engine, actor: Actor, patient: Patient
) -> None:
    job = printing.begin(session, actor, "drawing", 2, NOW)
    erasing.erase(session, actor, Chosen(forms=(patient.form.id,)), Why.ASKED, LATER)
    printing.finish(session, job, CANARY.encode(), LATER)

    assert [] == dump(engine)["print_job"]


def test_a_form_whose_earlier_form_is_erased_stays_and_offers_nothing_of_it(
    session: Session, engine: Engine, actor: Actor, patient: Patient
) -> None:
    erasing.erase(session, actor, Chosen(forms=(patient.form.id,)), Why.ASKED, LATER)

    assert [] == dump(engine)["returning_form"]
    assert {"about-you": 1} == responses.answers_of(session, patient.unfinished_id).versions


# --- or nothing --------------------------------------------------------------------------------


def test_the_dry_run_counts_what_would_go_and_changes_nothing(
    session: Session, engine: Engine, patient: Patient, everything: Chosen
) -> None:
    before = dump(engine)
    extent = erasing.would_erase(session, everything)

    named = (extent.references, extent.signed, extent.unfinished, extent.appointments)
    assert (("K7F-3Q1",), 1, 1, 1) == named
    reached = reached_from(engine, "response", "appointment") - {"response", "submission", "appointment"}
    assert sum(len(before[name]) for name in reached) == extent.beside
    assert before == dump(engine)


@pytest.mark.parametrize("table", ["response", "saved_page", "signature", "message"])
def test_a_crash_in_the_middle_of_erasing_leaves_everything(
    session: Session, engine: Engine, actor: Actor, everything: Chosen, table: str
) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(
            f"CREATE TRIGGER crash BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, 'crash'); END"
        )
    before = dump(engine)
    with pytest.raises(IntegrityError, match="crash"):
        erasing.erase(session, actor, everything, Why.ASKED, LATER)

    assert before == dump(engine)


def test_of_two_who_erase_the_same_at_once_one_does_and_the_other_is_told(
    sessions: sessionmaker[Session], session: Session, engine: Engine, actor: Actor, everything: Chosen
) -> None:
    told, both = [], Barrier(2)

    def erase() -> None:
        with sessions() as mine:
            both.wait()
            try:
                erasing.erase(mine, actor, everything, Why.ASKED, LATER)
                told.append("erased")
            except Gone:
                told.append("gone")

    threads = [Thread(target=erase) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ["erased", "gone"] == sorted(told)
    assert 1 == len(dump(engine)["tombstone"])


def test_a_form_ticked_as_half_way_and_handed_in_meanwhile_is_not_erased(
    session: Session, engine: Engine, actor: Actor, patient: Patient
) -> None:
    before = dump(engine)
    with pytest.raises(Gone):
        erasing.erase(session, actor, Chosen(unfinished=(patient.form.response_id,)), Why.ASKED, LATER)

    assert before == dump(engine)


def test_nothing_goes_from_a_record_that_has_no_tombstone(engine: Engine, patient: Patient) -> None:
    for table in ("submission", "signature", "correction", "letter", "day_check"):
        with pytest.raises(IntegrityError, match="never changed"), engine.begin() as connection:
            connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608  # our own tables


def test_a_form_withdrawn_or_forgotten_takes_all_that_hangs_on_it(
    session: Session, engine: Engine, patient: Patient
) -> None:
    responses.withdraw(session, patient.unfinished_id, LATER)

    assert ([], []) == (dump(engine)["carried"], dump(engine)["returning_form"])


# --- nothing is left in the file ---------------------------------------------------------------


@pytest.fixture
def plain(engine: Engine, patient: Patient, tmp_path: Path) -> Path:
    """The same database decrypted, so that a search sees what the pages really hold."""
    target = tmp_path / "plain.db"
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute("ATTACH DATABASE ? AS plain KEY ''", (str(target),))
        cursor.execute("SELECT sqlcipher_export('plain')")
        cursor.execute("DETACH DATABASE plain")
    return target


def in_the_open(path: Path, key: str, secure_delete: str) -> tuple[Engine, sessionmaker[Session]]:
    def connect() -> dbapi2.Connection:
        connection = dbapi2.connect(path, check_same_thread=False, isolation_level=None)
        for name, (wanted, _) in {**engines.SETTINGS, "secure_delete": (secure_delete, 0)}.items():
            connection.execute(f"PRAGMA {name} = {wanted}")
        return connection

    made = create_engine("sqlite://", module=dbapi2, creator=connect)
    event.listen(made, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE"))
    return made, engines.open_sessions(made, key)


def on_disk(path: Path) -> bytes:
    """The bytes of the file and of its log."""
    log = path.with_name(f"{path.name}-wal")
    return path.read_bytes() + (log.read_bytes() if log.exists() else b"")


def test_no_page_of_the_file_or_its_log_holds_an_answer_once_it_is_erased(
    plain: Path, key: str, actor: Actor, everything: Chosen
) -> None:
    engine, sessions = in_the_open(plain, key, "ON")
    with sessions() as session:
        audit.note(session, actor, "noted", ("test", "log"), NOW)
        assert CANARY.encode() in on_disk(plain)
        erasing.erase(session, actor, everything, Why.ASKED, LATER)

    assert CANARY.encode() not in on_disk(plain)
    engine.dispose()


def test_the_search_would_see_an_answer_that_was_only_let_go(
    plain: Path, key: str, actor: Actor, everything: Chosen
) -> None:
    engine, sessions = in_the_open(plain, key, "OFF")
    with sessions() as session:
        erasing.erase(session, actor, everything, Why.ASKED, LATER)

    assert set() == tables_with(engine, CANARY)
    assert CANARY.encode() in on_disk(plain)
    engine.dispose()


def test_a_backup_made_before_still_holds_what_was_erased_and_one_made_after_does_not(
    session: Session, engine: Engine, key: str, actor: Actor, everything: Chosen, tmp_path: Path
) -> None:
    backup.backup(engine, key, tmp_path / "before.db", NOW)
    erasing.erase(session, actor, everything, Why.ASKED, LATER)
    backup.backup(engine, key, tmp_path / "after.db", LATER)

    held = [
        bool(tables_with(engines.open_copy(tmp_path / f"{name}.db", key), CANARY))
        for name in ("before", "after")
    ]
    assert [True, False] == held
