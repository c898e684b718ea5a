"""Accounts and signing in: codes work once, guesses cost more each time, sessions end."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from argon2 import Type
from records_clinic import NOW, PASSWORD
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from screening.records import signin, staff
from screening.records.audit import Actor, between
from screening.records.engine import open_engine, open_sessions
from screening.records.migrate import migrate
from screening.records.signin import Refused, StaffSession, find_session, sign_in, sign_out
from screening.records.staff import CodeNotValid, Role, Staff, redeem_code
from screening.records.tables import metadata
from tests.conftest import REAL_HASHER

ADMIN = Actor("system", "test")


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def signed_in(session: Session) -> StaffSession:
    made = sign_in(session, "practitioner", PASSWORD, "t1", NOW)
    assert isinstance(made, StaffSession)
    return made


def test_the_first_code_makes_an_administrator_and_then_no_other_can_be_made(
    tmp_path: object, key: str
) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/new.db", key)
    migrate(engine)
    with open_sessions(engine, key)() as session:
        staff.create_first_code(session, "first", NOW)
        assert redeem_code(session, "first", "Ada", "ada", PASSWORD, NOW).role is Role.ADMINISTRATOR
        with pytest.raises(staff.AlreadySetUp):
            staff.create_first_code(session, "second", NOW)
    engine.dispose()


def test_a_new_first_code_ends_the_one_that_an_earlier_start_printed(tmp_path: object, key: str) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/new.db", key)
    migrate(engine)
    with open_sessions(engine, key)() as session:
        staff.create_first_code(session, "monday", NOW)
        staff.create_first_code(session, "tuesday", NOW)
        with pytest.raises(CodeNotValid):
            redeem_code(session, "monday", "Ada", "ada", PASSWORD, NOW)
        assert redeem_code(session, "tuesday", "Ada", "ada", PASSWORD, NOW).name == "Ada"
    engine.dispose()


def test_a_code_makes_one_account_even_for_two_at_once(
    sessions: sessionmaker[Session], session: Session
) -> None:
    staff.create_code(session, ADMIN, "code", Role.FRONT_DESK, NOW)

    def redeem(number: int) -> bool:
        with sessions() as own:
            try:
                redeem_code(own, "code", f"Person {number}", f"person{number}", PASSWORD, NOW)
            except CodeNotValid:
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(redeem, range(4))) == [False, False, False, True]
    assert len(staff.everyone(session)) == 3


@pytest.mark.parametrize(("code", "seconds"), [("guess", 0), ("code", 24 * 3600)])
def test_an_unknown_or_old_code_makes_nothing(session: Session, code: str, seconds: int) -> None:
    staff.create_code(session, ADMIN, "code", Role.FRONT_DESK, NOW)
    with pytest.raises(CodeNotValid):
        redeem_code(session, code, "Ben", "ben", PASSWORD, at(seconds))


def test_a_code_stays_good_after_a_name_that_is_taken_or_a_short_password(session: Session) -> None:
    staff.create_code(session, ADMIN, "code", Role.FRONT_DESK, NOW)
    with pytest.raises(staff.NameTaken):
        redeem_code(session, "code", "Ben", " PRACTITIONER ", PASSWORD, NOW)
    with pytest.raises(staff.WeakPassword):
        redeem_code(session, "code", "Ben", "ben", "x" * 14, NOW)
    assert redeem_code(session, "code", "Ben", "Ben", PASSWORD, NOW).sign_in_name == "ben"


def test_a_practitioner_signs_in_with_any_capitals(session: Session, practitioner: Staff) -> None:
    found = sign_in(session, "Practitioner ", PASSWORD, "t1", NOW)
    assert isinstance(found, StaffSession)
    assert found.staff == practitioner


def test_a_password_typed_on_another_keyboard_still_opens(session: Session) -> None:
    staff.create_code(session, ADMIN, "code", Role.FRONT_DESK, NOW)
    redeem_code(session, "code", "Zoe", "zo\u00eb", "caf\u00e9 on the corner", NOW)
    assert isinstance(sign_in(session, "zoe\u0308", "cafe\u0301 on the corner", "t", NOW), StaffSession)


@pytest.mark.parametrize(("name", "password"), [("practitioner", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(
    session: Session, name: str, password: str
) -> None:
    assert sign_in(session, name, password, "t1", NOW) == Refused(1)
    assert find_session(session, "t1", NOW) is None


def test_each_wrong_guess_doubles_the_wait_up_to_15_minutes(session: Session) -> None:
    moment, waits = 0, []
    for _ in range(12):
        refused = sign_in(session, "practitioner", "wrong", "t", at(moment))
        assert isinstance(refused, Refused)
        waits.append(refused.wait_seconds)
        moment += refused.wait_seconds
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]


def test_even_the_right_password_waits_its_turn(session: Session) -> None:
    for second in (0, 1):
        sign_in(session, "practitioner", "wrong", "t", at(second))
    assert sign_in(session, "practitioner", PASSWORD, "t", at(1.5)) == Refused(2)
    assert signin.waiting(session, "Practitioner", at(1.5)) == 2
    assert isinstance(sign_in(session, "practitioner", PASSWORD, "t", at(3)), StaffSession)
    assert signin.waiting(session, "practitioner", at(3)) == 0


def test_guessing_in_parallel_wins_nothing(sessions: sessionmaker[Session], session: Session) -> None:
    def guess(number: int) -> object:
        with sessions() as own:
            return sign_in(own, "practitioner", f"guess {number}", "t", NOW)

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(guess, range(8))) == {Refused(1)}
    refused = [line for line in between(session, NOW, at(1)) if line.action == "sign-in-refused"]
    assert len(refused) == 1


def test_one_name_guessed_at_does_not_make_others_wait(session: Session) -> None:
    sign_in(session, "practitioner", "wrong", "t", NOW)
    assert isinstance(sign_in(session, "administrator", PASSWORD, "t", NOW), StaffSession)


def test_failures_of_yesterday_are_forgotten(session: Session) -> None:
    for second in (0, 1, 3):
        sign_in(session, "practitioner", "wrong", "t", at(second))
    assert sign_in(session, "practitioner", "wrong", "t", at(25 * 3600)) == Refused(1)


def test_a_session_ends_after_15_idle_minutes(session: Session, signed_in: StaffSession) -> None:
    assert find_session(session, "t1", at(14 * 60)) is not None
    assert find_session(session, "t1", at(28 * 60)) is not None
    assert find_session(session, "t1", at(43 * 60)) is None


def test_a_busy_session_ends_after_8_hours(session: Session, signed_in: StaffSession) -> None:
    live = [find_session(session, "t1", at(minute * 60)) is not None for minute in range(0, 490, 10)]
    assert live == [True] * 48 + [False]


def test_signing_out_ends_the_session_on_the_server(session: Session, signed_in: StaffSession) -> None:
    sign_out(session, "t1", NOW)
    sign_out(session, "t1", NOW)
    assert find_session(session, "t1", NOW) is None


def test_a_closed_account_is_out_at_once_and_stays_out(
    session: Session, signed_in: StaffSession, administrator: Staff
) -> None:
    staff.disable(session, Actor("staff", administrator.id), signed_in.staff.id, NOW)
    assert find_session(session, "t1", NOW) is None
    assert sign_in(session, "practitioner", PASSWORD, "t2", NOW) == Refused(1)
    assert [person.disabled_at for person in staff.everyone(session)] == [None, NOW]


def test_the_last_administrator_cannot_be_closed(session: Session, administrator: Staff) -> None:
    with pytest.raises(staff.LastAdministrator):
        staff.disable(session, Actor("staff", administrator.id), administrator.id, NOW)


def test_passwords_are_hashed_as_owasp_asks_and_an_unknown_name_takes_as_long_as_a_known_one() -> None:
    real = REAL_HASHER

    assert (Type.ID, 2, 19456) == (real.type, real.time_cost, real.memory_cost)
    assert not real.check_needs_rehash(staff._NOBODY)


def test_no_password_code_or_token_is_kept_readable(
    engine: Engine, session: Session, signed_in: StaffSession
) -> None:
    staff.create_code(session, ADMIN, "a secret code", Role.FRONT_DESK, NOW)
    with engine.connect() as connection:
        everything = "\n".join(
            repr(tuple(row)) for table in metadata.sorted_tables for row in connection.execute(select(table))
        )
    assert "$argon2id$v=19$" in everything
    assert [secret for secret in (PASSWORD, "a secret code", "'t1'") if secret in everything] == []
