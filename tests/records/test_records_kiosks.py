"""The tablet at reception: who it recognises, how it is left, and what it leaves in the trail."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from records_clinic import DIGEST, NOW, PERSON, assessed
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from screening.records import appointments, kiosks, recognise, responses, submissions
from screening.records.appointments import Appointment, Booking
from screening.records.audit import Actor, between
from screening.records.kiosks import WeakPin
from screening.records.recognise import TooManyMisses, first_name, is_same_person
from screening.records.responses import Response
from screening.records.signin import Refused
from screening.records.staff import Staff
from screening.records.tokens import fingerprint

TOKEN, PIN = "a-random-token-of-256-bits", "402718"
KIOSK = fingerprint(TOKEN)
BORN = date(1988, 3, 15)
TODAY = (NOW - timedelta(hours=9), NOW + timedelta(hours=15))


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def desk(practitioner: Staff) -> Actor:
    return Actor("staff", practitioner.id)


@pytest.fixture
def started(session: Session, desk: Actor) -> None:
    kiosks.start(session, desk, TOKEN, PIN, NOW)


def book(
    session: Session, desk: Actor, name: str, born: date | None = BORN, moment: datetime = NOW
) -> Appointment:
    return appointments.add(session, desk, f"{name}{moment}", Booking(moment, name, born), NOW)


def knows(session: Session, name: str, born: date = BORN) -> str | None:
    return recognise.recognise(session, KIOSK, name, born, TODAY, NOW)


def trail(session: Session, action: str) -> list[object]:
    lines = between(session, NOW, at(100_000))
    return [line.detail.get("count") for line in lines if line.action == action]


# --- started and left --------------------------------------------------------------------------


def test_a_tablet_is_in_use_for_twelve_hours_and_no_longer(session: Session, started: None) -> None:
    just = NOW + timedelta(hours=12)

    assert kiosks.find(session, TOKEN, just - timedelta(seconds=1)) is not None
    assert kiosks.find(session, TOKEN, just) is None
    assert () == kiosks.running(session, just)


def test_the_list_of_tablets_says_who_started_each_and_when_it_was_last_seen(
    session: Session, started: None, practitioner: Staff
) -> None:
    kiosks.find(session, TOKEN, at(60))
    (found,) = kiosks.running(session, at(90))

    assert (found.started_by, found.started_at, found.last_seen_at) == (practitioner.name, NOW, at(60))


def test_a_tablet_ended_by_staff_is_one_no_more_and_ending_it_again_says_nothing(
    session: Session, started: None, desk: Actor
) -> None:
    for _ in range(2):
        kiosks.end(session, desk, KIOSK, NOW)

    assert kiosks.find(session, TOKEN, NOW) is None
    assert [None] == trail(session, "kiosk-ended")
    with pytest.raises(LookupError):
        kiosks.check_pin(session, KIOSK, PIN, NOW)


@pytest.mark.parametrize("pin", ["", "40271", "40271a", "111111", "123456", "987654", "४०२७"])
def test_a_pin_that_is_short_or_guessed_first_is_not_taken(session: Session, desk: Actor, pin: str) -> None:
    with pytest.raises(WeakPin):
        kiosks.start(session, desk, TOKEN, pin, NOW)
    assert () == kiosks.running(session, NOW)


def test_neither_the_token_nor_the_pin_is_kept_readable(
    session: Session, engine: Engine, started: None
) -> None:
    with engine.connect() as connection:
        kept = repr(connection.exec_driver_sql("SELECT * FROM kiosk").all())

    assert "$argon2id$v=19$" in kept
    assert TOKEN not in kept
    assert PIN not in kept


def test_each_wrong_pin_doubles_the_wait_and_the_right_one_waits_its_turn(
    session: Session, started: None
) -> None:
    moment, waits = 0, []
    for _ in range(12):
        refused = kiosks.check_pin(session, KIOSK, "000001", at(moment))
        assert isinstance(refused, Refused)
        waits.append(refused.wait_seconds)
        assert Refused(refused.wait_seconds) == kiosks.check_pin(session, KIOSK, PIN, at(moment))
        moment += refused.wait_seconds

    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    assert list(range(1, 13)) == trail(session, "kiosk-wrong-pin")
    assert kiosks.check_pin(session, KIOSK, PIN, at(moment)) is None
    assert Refused(1) == kiosks.check_pin(session, KIOSK, "000001", at(moment))


def test_guessing_the_pin_in_parallel_wins_nothing(
    sessions: sessionmaker[Session], session: Session, started: None
) -> None:
    def guess(number: int) -> object:
        with sessions() as own:
            return kiosks.check_pin(own, KIOSK, f"00000{number}", NOW)

    with ThreadPoolExecutor(4) as pool:
        assert {Refused(1)} == set(pool.map(guess, range(8)))
    assert [1] == trail(session, "kiosk-wrong-pin")


def test_a_form_left_on_the_tablet_is_closed_and_noted_once(session: Session, form: Response) -> None:
    for _ in range(2):
        kiosks.wipe(session, "token", at(120))

    assert responses.find_by_token(session, "token", at(120)) is None
    assert [None] == trail(session, "kiosk-idle-wiped")


def test_a_form_that_was_sent_is_closed_and_nobody_counts_it_as_left(
    session: Session, form: Response
) -> None:
    submissions.submit(session, form.id, lambda: "K7F-3QX", {}, assessed(), PERSON, NOW)
    kiosks.wipe(session, "token", NOW)

    assert responses.find_by_token(session, "token", NOW) is None
    assert [] == trail(session, "kiosk-idle-wiped")


# --- who it is ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "booked"),
    [
        ("asha example", "Asha Example"),
        ("  EXAMPLE   Asha ", "Asha Example"),
        ("Example", "Asha Example"),
        ("A. Example", "Asha Example"),
        ("Asha Example", "Example, Asha"),
        ("Renee Muller", "Renée Müller"),
        ("Anne Smith-Jones", "Anne Smith Jones"),
        ("Sean O Brien", "Seán O’Brien"),
        ("Jan van der Berg", "van der Berg, Jan"),
        ("आशा शर्मा", "आशा शर्मा"),
    ],
)
def test_a_person_is_known_however_they_write_their_name(typed: str, booked: str) -> None:
    assert is_same_person(typed, booked)


@pytest.mark.parametrize(
    ("typed", "booked"),
    [
        ("Asha", "Asha Example"),
        ("Asha Exampl", "Asha Example"),
        ("Asha Examples", "Asha Example"),
        ("", "Asha Example"),
        ("-", "Asha Example"),
        ("", ""),
        ("Asha", "-"),
    ],
)
def test_another_family_name_or_none_is_nobody(typed: str, booked: str) -> None:
    assert not is_same_person(typed, booked)


@pytest.mark.parametrize(
    ("booked", "called"), [("Asha Example", "Asha"), ("Example, Asha", "Asha"), ("Asha", "Asha"), ("", "")]
)
def test_a_patient_is_called_by_their_first_name(booked: str, called: str) -> None:
    assert called == first_name(booked)


def test_the_right_name_and_birthday_find_the_appointment_of_today(
    session: Session, started: None, desk: Actor
) -> None:
    booked = book(session, desk, "Asha Example")
    book(session, desk, "Bo Other")

    assert booked.id == knows(session, "asha example")
    assert [] == trail(session, "kiosk-no-match")


def test_whatever_is_wrong_gets_the_same_answer(session: Session, started: None, desk: Actor) -> None:
    book(session, desk, "Asha Example")
    book(session, desk, "No Birthday", None)
    book(session, desk, "Tomorrow Only", BORN, NOW + timedelta(days=1))
    appointments.cancel(session, desk, book(session, desk, "Cancelled Person").id, NOW)
    for moment in (NOW, at(3600)):
        book(session, desk, "Comes Twice", BORN, moment)

    assert knows(session, "Asha Example", date(1988, 3, 16)) is None
    for name in ("Somebody Else", "No Birthday", "Tomorrow Only", "Cancelled Person", "Comes Twice"):
        assert knows(session, name) is None, name
    assert [1, 2, 3, 4, 5, 6] == trail(session, "kiosk-no-match")


def test_a_form_that_was_handed_in_is_not_opened_again(session: Session, started: None, desk: Actor) -> None:
    booked = book(session, desk, "Asha Example")
    form = responses.open_response(session, DIGEST, "at home", NOW)
    appointments.link(session, desk, booked.id, form.id, NOW)

    assert booked.id == knows(session, "Asha Example")
    submissions.submit(session, form.id, lambda: "K7F-3QX", {}, assessed(), PERSON, NOW)
    assert knows(session, "Asha Example") is None


def test_twins_are_told_apart_by_their_first_names(session: Session, started: None, desk: Actor) -> None:
    asha, bela = (book(session, desk, f"{name} Example") for name in ("Asha", "Bela"))

    assert asha.id == knows(session, "Example Asha")
    assert bela.id == knows(session, "Bela Example")
    assert knows(session, "Example") is None


def test_after_ten_misses_in_ten_minutes_only_the_desk_lets_go_on(
    session: Session, started: None, desk: Actor
) -> None:
    booked = book(session, desk, "Asha Example")
    for _ in range(10):
        assert knows(session, "Somebody Else") is None
    with pytest.raises(TooManyMisses):
        knows(session, "Asha Example")
    assert recognise.has_to_wait(session, KIOSK, at(3600))

    recognise.forgive(session, KIOSK)
    assert not recognise.has_to_wait(session, KIOSK, NOW)
    assert booked.id == knows(session, "Asha Example")
    assert 10 == len(trail(session, "kiosk-no-match"))


def test_misses_over_a_quiet_day_never_close_the_tablet(session: Session, started: None) -> None:
    for number in range(30):
        moment = at(number * 70)
        assert recognise.recognise(session, KIOSK, "Somebody Else", BORN, TODAY, moment) is None

    assert max(trail(session, "kiosk-no-match")) == 9
