"""The audit trail: any line changed, moved, removed or cut off is found, and the first one is named."""

from datetime import timedelta

import pytest
from records_clinic import NOW
from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.orm import Session

from screening.records import audit, tables
from screening.records.audit import Actor, verify_audit

NOBODY = Actor("system", "test")


@pytest.fixture
def trail(session: Session, engine: Engine) -> int:
    """The number of lines in a trail whose guards an intruder with the key has taken away."""
    for number in range(8):
        audit.note(session, NOBODY, "printed", ("submission", f"s{number}"), NOW, why="review")
    with engine.begin() as connection:
        for act in ("update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER audit_refuses_{act}")
    head = audit.head(session)
    assert head is not None
    return head.seq


def test_an_untouched_trail_holds(session: Session, trail: int, key: str) -> None:
    assert verify_audit(session, key) is None


@pytest.mark.parametrize(
    "change",
    [
        "actor_id = 'somebody else'",
        "actor_kind = 'patient'",
        "action = 'listed'",
        "object_id = 's9'",
        "object_kind = 'response'",
        'detail = \'{"why":"print"}\'',
        "at = '2026-11-23T09:00:00.000001Z'",
        "mac = zeroblob(32)",
        "seq = 1000",
    ],
)
def test_a_changed_line_is_named(engine: Engine, session: Session, trail: int, key: str, change: str) -> None:
    attack(engine, f"UPDATE audit SET {change} WHERE seq = {trail - 3}")  # noqa: S608  # the attack itself
    assert verify_audit(session, key) == trail - 3


def test_one_flipped_bit_in_a_seal_is_found(engine: Engine, session: Session, trail: int, key: str) -> None:
    with engine.begin() as connection:
        mac = connection.exec_driver_sql("SELECT mac FROM audit WHERE seq = 3").scalar_one()
        flipped = bytes([mac[0] ^ 1]) + mac[1:]
        connection.exec_driver_sql("UPDATE audit SET mac = ? WHERE seq = 3", (flipped,))
    assert verify_audit(session, key) == 3


@pytest.mark.parametrize("gone", [1, 4])
def test_a_removed_line_is_named(engine: Engine, session: Session, trail: int, key: str, gone: int) -> None:
    attack(engine, f"DELETE FROM audit WHERE seq = {gone}")  # noqa: S608  # the attack itself
    assert verify_audit(session, key) == gone


def test_lines_that_changed_places_are_found(engine: Engine, session: Session, trail: int, key: str) -> None:
    attack(
        engine,
        "UPDATE audit SET seq = -1 WHERE seq = 3",
        "UPDATE audit SET seq = 3 WHERE seq = 4",
        "UPDATE audit SET seq = 4 WHERE seq = -1",
    )
    assert verify_audit(session, key) == 3


def test_lines_cut_off_the_end_are_found_by_a_head_kept_elsewhere(
    engine: Engine, session: Session, trail: int, key: str
) -> None:
    kept = audit.head(session)
    attack(engine, f"DELETE FROM audit WHERE seq > {trail - 2}")  # noqa: S608  # the attack itself
    assert verify_audit(session, key) is None
    assert verify_audit(session, key, kept) == trail - 1


def test_a_trail_that_took_another_turn_is_found_by_a_head_kept_elsewhere(
    engine: Engine, session: Session, trail: int, key: str
) -> None:
    kept = audit.head(session)
    attack(engine, f"DELETE FROM audit WHERE seq = {trail}")  # noqa: S608  # the attack itself
    audit.note(session, NOBODY, "listed", ("submission", "list"), NOW)
    assert verify_audit(session, key) is None
    assert verify_audit(session, key, kept) == trail


def test_a_line_taken_from_another_copy_of_the_database_is_found(
    engine: Engine, session: Session, trail: int, key: str
) -> None:
    with engine.begin() as connection:
        own = connection.execute(select(tables.audit).where(tables.audit.c.seq == trail)).one()
    attack(engine, f"DELETE FROM audit WHERE seq >= {trail - 1}")  # noqa: S608  # the attack itself
    for _ in range(2):
        audit.note(session, NOBODY, "listed", ("submission", "list"), NOW)
    with engine.begin() as connection:
        connection.execute(delete(tables.audit).where(tables.audit.c.seq == trail))
        connection.execute(insert(tables.audit).values(own._asdict()))
    assert verify_audit(session, key) == trail


def test_a_trail_written_under_another_key_is_found(session: Session, trail: int) -> None:
    assert verify_audit(session, "0123456789abcdef" * 4) == 1


@pytest.mark.parametrize(
    "detail", [{"fever": "yes"}, {"why": "has a fever"}, {"why": ""}, {"name": "Asha E"}]
)
def test_the_trail_takes_nothing_clinical(session: Session, detail: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="does not take"):
        audit.note(session, NOBODY, "printed", ("submission", "s1"), NOW, **detail)


def test_the_trail_tells_who_saw_what_between_two_moments(session: Session) -> None:
    for minute in range(4):
        audit.note(
            session, NOBODY, "printed", ("submission", f"s{minute}"), NOW + timedelta(hours=1, minutes=minute)
        )
    found = audit.between(session, NOW + timedelta(hours=1, minutes=1), NOW + timedelta(hours=1, minutes=3))
    assert [line.object_id for line in found] == ["s1", "s2"]


def attack(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
