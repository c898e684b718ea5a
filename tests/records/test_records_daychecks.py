"""The check at arrival: added beside a form, never over it."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from records_clinic import DIGEST, NOW, PERSON, assessed
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from rules.model import Level, Urgency
from screening.records import appointments, daychecks, reviews, submissions
from screening.records.audit import Actor, between
from screening.records.responses import Response, open_response
from screening.records.reviews import Decision, NotStaff
from screening.records.staff import Staff
from screening.records.submissions import Person, Submission

LATER = NOW + timedelta(hours=1)
DAY = {"day_checked_in": "yes", "day_fever": "no"}
FEVER = {"day_checked_in": "yes", "day_fever": "yes"}


@pytest.fixture
def actor(practitioner: Staff) -> Actor:
    return Actor("staff", practitioner.id)


@pytest.fixture
def handed_in(session: Session, form: Response) -> Submission:
    return submissions.submit(session, form.id, lambda: "K7F-3QX", {"a": "no"}, assessed(), PERSON, NOW)


def test_a_check_that_brings_nothing_new_asks_for_no_look(
    session: Session, actor: Actor, handed_in: Submission
) -> None:
    added = daychecks.add(session, actor, handed_in.id, DAY, assessed(), LATER)

    assert not added.needs_look
    assert daychecks.latest(session, handed_in.id) == added
    assert daychecks.looked_for(session) == frozenset()


def test_a_check_that_brings_a_hold_asks_for_a_look_until_a_later_check_does_not(
    session: Session, actor: Actor, handed_in: Submission
) -> None:
    daychecks.add(session, actor, handed_in.id, FEVER, assessed(Level.HOLD), LATER)
    assert daychecks.looked_for(session) == {handed_in.id}

    daychecks.add(session, actor, handed_in.id, DAY, assessed(), LATER + timedelta(minutes=5))
    assert daychecks.looked_for(session) == frozenset()


def test_a_decision_after_the_check_takes_it_off_the_list_and_one_before_does_not(
    session: Session, actor: Actor, handed_in: Submission
) -> None:
    reviews.decide(session, actor, handed_in.id, Decision.GO_AHEAD, "", NOW)
    daychecks.add(session, actor, handed_in.id, FEVER, assessed(Level.HOLD), LATER)
    assert daychecks.looked_for(session) == {handed_in.id}

    reviews.decide(session, actor, handed_in.id, Decision.POSTPONE, "Fever", LATER + timedelta(minutes=1))
    assert daychecks.looked_for(session) == frozenset()


def test_a_flag_that_was_known_and_became_urgent_asks_for_a_look(
    session: Session, actor: Actor, handed_in: Submission
) -> None:
    urgent = assessed(Level.DECIDE, Urgency.SAME_DAY)

    assert daychecks.add(session, actor, handed_in.id, FEVER, urgent, LATER).needs_look


def test_a_check_never_changes_the_form(session: Session, actor: Actor, handed_in: Submission) -> None:
    daychecks.add(session, actor, handed_in.id, FEVER, assessed(Level.HOLD), LATER)

    assert submissions.get(session, actor, handed_in.id, "review", LATER) == handed_in


def test_a_check_says_who_asked_and_when_and_leaves_a_line(
    session: Session, actor: Actor, handed_in: Submission
) -> None:
    added = daychecks.add(session, actor, handed_in.id, DAY, assessed(), LATER)
    line = between(session, NOW, LATER + timedelta(days=1))[-1]

    assert (added.staff_name, added.checked_at) == ("Practitioner", LATER)
    assert (line.action, line.actor, line.object_id) == ("day-checked", actor, handed_in.id)


def test_only_staff_check_and_only_a_form_that_is_there(
    session: Session, actor: Actor, handed_in: Submission
) -> None:
    with pytest.raises(NotStaff):
        daychecks.add(session, Actor("patient", actor.id), handed_in.id, DAY, assessed(), LATER)
    with pytest.raises(LookupError):
        daychecks.add(session, actor, "no-such-form", DAY, assessed(), LATER)


#: No hours at all: nobody is expected by an appointment.
NEVER = (NOW, NOW)


def test_whoever_has_an_appointment_today_is_listed_whatever_day_the_form_gives(
    session: Session, actor: Actor, handed_in: Submission
) -> None:
    booking = appointments.Booking(NOW, "Asha Example")
    booked = appointments.add(session, actor, "booking", booking, NOW)
    appointments.link(session, actor, booked.id, handed_in.response_id, NOW)
    today, hours = NOW.date() + timedelta(days=40), (NOW, NOW + timedelta(hours=1))

    def listed(when: tuple[datetime, datetime]) -> list[str]:
        return [someone.name for someone in daychecks.arriving(session, actor, today, when, LATER, LATER)]

    assert listed(hours) == ["Asha Example"]
    assert listed(NEVER) == []
    appointments.cancel(session, actor, booked.id, NOW)
    assert listed(hours) == []


def test_whoever_comes_today_or_gave_no_day_is_listed_and_nobody_else(
    session: Session, actor: Actor, handed_in: Submission
) -> None:
    day = PERSON.visit_date
    assert day is not None

    undated = open_response(session, DIGEST, "another", NOW)
    nobody = Person("Zoe Example", None, None)
    submissions.submit(session, undated.id, lambda: "K7F-3QY", {}, assessed(), nobody, NOW)

    def listed(on: date, since: datetime) -> list[str]:
        return [someone.name for someone in daychecks.arriving(session, actor, on, NEVER, since, LATER)]

    assert listed(day, NOW) == ["Asha Example", "Zoe Example"]
    assert listed(day + timedelta(days=1), NOW) == ["Zoe Example"]
    assert listed(day, LATER) == ["Asha Example"]


def test_the_list_says_who_was_checked(session: Session, actor: Actor, handed_in: Submission) -> None:
    assert PERSON.visit_date is not None
    before = daychecks.arriving(session, actor, PERSON.visit_date, NEVER, NOW, LATER)
    daychecks.add(session, actor, handed_in.id, FEVER, assessed(Level.HOLD), LATER)
    after = daychecks.arriving(session, actor, PERSON.visit_date, NEVER, NOW, LATER)

    assert before[0].checked_at is None
    assert after == (replace(before[0], checked_at=LATER, needs_look=True),)


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE day_check SET answers = '{}'",
        "DELETE FROM day_check",
        "INSERT OR REPLACE INTO day_check SELECT * FROM day_check",
    ],
)
def test_a_check_cannot_be_changed_by_sql(
    engine: Engine, session: Session, actor: Actor, handed_in: Submission, attack: str
) -> None:
    daychecks.add(session, actor, handed_in.id, DAY, assessed(), LATER)
    with pytest.raises(IntegrityError, match="never changed or removed"), engine.begin() as connection:
        connection.exec_driver_sql(attack)
