"""Alerts: raised with what causes them, seen by name, taken on once, gone with their form."""

from datetime import timedelta

import pytest
from records_clinic import DIGEST, NOW, PERSON, assessed
from sqlalchemy import text
from sqlalchemy.orm import Session

from rules.model import Level, Urgency
from screening.records import (
    alerts,
    audit,
    daychecks,
    interrupts,
    raising,
    responses,
    retention,
    reviews,
    submissions,
)
from screening.records.acting import NotStaff
from screening.records.alerts import Alert, Seen
from screening.records.audit import Actor
from screening.records.engine import CannotStore
from screening.records.raising import Kind
from screening.records.responses import Response, open_response
from screening.records.reviews import Decision
from screening.records.staff import Staff
from screening.records.submissions import Submission

LATER = NOW + timedelta(minutes=20)
CONTACT = ("full_name", "phone")
ANSWERS = {"full_name": "Asha Example", "phone": "555 0142", "secret": "yes"}


@pytest.fixture
def actor(practitioner: Staff) -> Actor:
    return Actor("staff", practitioner.id)


def sent(
    session: Session, form: Response, level: Level = Level.URGENT, urgency: Urgency | None = Urgency.SAME_DAY
) -> Submission:
    assessment = assessed(level, urgency)
    return submissions.submit(session, form.id, lambda: "K7F-3QX", ANSWERS, assessment, PERSON, NOW)


def open_now(session: Session, actor: Actor, now=NOW) -> tuple[Alert, ...]:
    return alerts.open_alerts(session, actor, CONTACT, now)


def waiting(session: Session) -> int:
    return alerts.waiting(session, NOW - timedelta(minutes=15)).forms


# --- raised ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "urgency", "expected"),
    [
        (Level.URGENT, Urgency.EMERGENCY, Urgency.EMERGENCY),
        (Level.URGENT, Urgency.SAME_DAY, Urgency.SAME_DAY),
        (Level.DECIDE, Urgency.EMERGENCY, Urgency.EMERGENCY),
        (Level.HOLD, Urgency.SAME_DAY, Urgency.SAME_DAY),
        (Level.URGENT, Urgency.SOON, Urgency.SAME_DAY),
        (Level.URGENT, None, Urgency.SAME_DAY),
    ],
)
def test_an_urgent_form_waits_for_somebody_from_the_moment_it_is_handed_in(
    session: Session, actor: Actor, form: Response, level: Level, urgency: Urgency | None, expected: Urgency
) -> None:
    submission = sent(session, form, level, urgency)

    [alert] = open_now(session, actor)
    assert (Kind.FORM, expected, NOW) == (alert.kind, alert.urgency, alert.raised_at)
    assert (submission.id, "K7F-3QX") == (alert.submission_id, alert.reference)
    assert {"full_name": "Asha Example", "phone": "555 0142"} == alert.contact


@pytest.mark.parametrize(
    ("level", "urgency"),
    [(Level.NONE, None), (Level.DECIDE, None), (Level.HOLD, None), (Level.HOLD, Urgency.SOON)],
)
def test_what_is_not_urgent_raises_nothing(
    session: Session, form: Response, level: Level, urgency: Urgency | None
) -> None:
    sent(session, form, level, urgency)

    assert 0 == waiting(session)


def test_a_form_handed_in_twice_waits_once(session: Session, form: Response) -> None:
    sent(session, form)
    sent(session, form)

    assert 1 == len(alerts.to_announce(session))


def test_a_form_is_not_kept_when_nobody_can_be_told_of_it(session: Session, form: Response) -> None:
    with session.begin():
        session.execute(text("DROP TABLE alert_seen"))
        session.execute(text("DROP TABLE message"))
        session.execute(text("DROP TABLE alert"))

    with pytest.raises(CannotStore):
        sent(session, form)
    with session.begin():
        kept = session.execute(text("SELECT count(*) FROM submission")).scalar()
    assert 0 == kept


def test_somebody_whom_the_emergency_page_stopped_waits_with_the_answers_so_far(
    session: Session, actor: Actor, form: Response
) -> None:
    responses.save_page(session, form.id, "start", ANSWERS, 0, {}, NOW)
    interrupts.record_interrupt(session, form.id, ["rf-cardiac"], NOW)
    interrupts.record_interrupt(session, form.id, ["rf-cardiac"], LATER)

    [alert] = open_now(session, actor)
    assert (Kind.STOPPED, Urgency.EMERGENCY, NOW) == (alert.kind, alert.urgency, alert.raised_at)
    assert (None, None) == (alert.submission_id, alert.reference)
    assert {"full_name": "Asha Example", "phone": "555 0142"} == alert.contact


def test_a_check_at_arrival_that_needs_a_look_waits_and_one_that_does_not_is_silent(
    session: Session, actor: Actor, form: Response
) -> None:
    submission = sent(session, form, Level.DECIDE, None)
    daychecks.add(session, actor, submission.id, {}, assessed(), NOW)
    assert 0 == waiting(session)

    daychecks.add(session, actor, submission.id, {}, assessed(Level.HOLD), NOW)
    [alert] = open_now(session, actor)
    assert Kind.DAY_CHECK is alert.kind


def test_a_form_that_waits_for_two_reasons_is_counted_once(session: Session, form: Response) -> None:
    interrupts.record_interrupt(session, form.id, ["rf-cardiac"], NOW)
    sent(session, form)

    assert 1 == waiting(session)
    assert 2 == len(alerts.to_announce(session))


def test_an_alert_that_waits_becomes_more_urgent_and_never_less(
    session: Session, actor: Actor, form: Response
) -> None:
    submission = sent(session, form, Level.DECIDE, None)
    found = []
    for urgency in (Urgency.SAME_DAY, Urgency.EMERGENCY, Urgency.SAME_DAY):
        daychecks.add(session, actor, submission.id, {}, assessed(Level.HOLD, urgency), NOW)
        found += [alert.urgency for alert in open_now(session, actor)]

    assert [Urgency.SAME_DAY, Urgency.EMERGENCY, Urgency.EMERGENCY] == found


def test_something_new_after_a_form_was_taken_on_waits_again(
    session: Session, actor: Actor, form: Response
) -> None:
    interrupts.record_interrupt(session, form.id, ["rf-cardiac"], NOW)
    alerts.acknowledge(session, actor, form.id, NOW)
    interrupts.record_interrupt(session, form.id, ["rf-cardiac"], LATER)
    assert 0 == waiting(session)

    interrupts.record_interrupt(session, form.id, ["rf-ces"], LATER)
    assert 1 == waiting(session)


# --- seen and taken on ---------------------------------------------------------------------------


def test_it_is_noted_once_a_person_who_saw_an_alert_and_when(
    session: Session, actor: Actor, administrator: Staff, form: Response
) -> None:
    sent(session, form)
    other = Actor("staff", administrator.id)
    alerts.note_seen(session, actor, form.id, NOW)
    alerts.note_seen(session, actor, form.id, LATER)
    alerts.note_seen(session, other, None, LATER)

    [alert] = open_now(session, actor, LATER)
    assert (Seen("Practitioner", NOW), Seen("Administrator", LATER)) == alert.seen
    lines = audit.between(session, NOW - timedelta(days=1), NOW + timedelta(days=1))
    assert 2 == len([line for line in lines if line.action == "alert-seen"])


def test_opening_one_record_is_no_look_at_another(session: Session, actor: Actor, form: Response) -> None:
    sent(session, form)
    other = open_response(session, DIGEST, "other", NOW)
    interrupts.record_interrupt(session, other.id, ["rf-cardiac"], NOW)
    alerts.note_seen(session, actor, other.id, NOW)

    later = alerts.open_alerts(session, actor, CONTACT, LATER)
    assert {other.id: NOW, form.id: LATER} == {alert.response_id: alert.seen[0].at for alert in later}


def test_seeing_a_form_is_not_taking_it_on(session: Session, actor: Actor, form: Response) -> None:
    sent(session, form)
    open_now(session, actor)

    assert 1 == waiting(session)


def test_a_form_that_somebody_takes_on_waits_no_more_and_only_the_first_takes_it(
    session: Session, actor: Actor, administrator: Staff, form: Response
) -> None:
    submission = sent(session, form)
    taken = alerts.acknowledge(session, actor, form.id, NOW)

    assert taken is not None
    assert submission.id == taken.submission_id
    assert 0 == waiting(session)
    assert alerts.acknowledge(session, Actor("staff", administrator.id), form.id, NOW) is None
    with session.begin():
        held = session.execute(text("SELECT acknowledged_by FROM alert")).scalar()
    assert actor.id == held


def test_only_staff_take_a_form_on(session: Session, form: Response) -> None:
    sent(session, form)

    with pytest.raises(NotStaff):
        alerts.acknowledge(session, Actor("patient", form.id), form.id, NOW)
    assert 1 == waiting(session)


def test_a_decision_takes_on_every_alert_of_its_form_and_of_no_other(
    session: Session, actor: Actor, form: Response
) -> None:
    interrupts.record_interrupt(session, form.id, ["rf-cardiac"], NOW)
    other = open_response(session, DIGEST, "other", NOW)
    interrupts.record_interrupt(session, other.id, ["rf-cardiac"], NOW)
    reviews.decide(session, actor, sent(session, form).id, Decision.REFER, "", LATER)

    assert [other.id] == [alert.response_id for alert in open_now(session, actor)]


# --- left too long -------------------------------------------------------------------------------


def test_what_nobody_took_on_in_time_is_late_and_escalated_once(session: Session, form: Response) -> None:
    sent(session, form)
    minutes = timedelta(minutes=15)
    early = NOW + timedelta(minutes=14)
    assert 0 == alerts.waiting(session, early - minutes).late
    alerts.escalate(session, early - minutes, early)
    assert () == alerts.to_announce(session, escalated=True)

    for now in (LATER, LATER + minutes):
        assert 1 == alerts.waiting(session, now - minutes).late
        alerts.escalate(session, now - minutes, now)
    assert 1 == len(alerts.to_announce(session, escalated=True))
    lines = audit.between(session, NOW - timedelta(days=1), NOW + timedelta(days=1))
    assert 1 == len([line for line in lines if line.action == "alert-escalated"])


def test_what_was_taken_on_is_not_escalated(session: Session, actor: Actor, form: Response) -> None:
    sent(session, form)
    alerts.acknowledge(session, actor, form.id, NOW)
    alerts.escalate(session, NOW, LATER)

    assert () == alerts.to_announce(session, escalated=True)
    assert 0 == alerts.waiting(session, NOW).late


# --- gone ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["withdrawn", "forgotten"])
def test_a_form_that_is_taken_back_or_forgotten_takes_its_alerts_with_it(
    session: Session, actor: Actor, form: Response, way: str
) -> None:
    interrupts.record_interrupt(session, form.id, ["rf-cardiac"], NOW)
    open_now(session, actor)
    if way == "withdrawn":
        responses.withdraw(session, form.id, NOW)
    else:
        retention.forget(session, Actor("system", "test"), timedelta(days=7), NOW + timedelta(days=8))

    assert 0 == waiting(session)
    with session.begin():
        assert 0 == session.execute(text("SELECT count(*) FROM alert_seen")).scalar()


def test_the_board_and_the_alerts_mean_the_same_by_call_first() -> None:
    assert raising.call_first(Level.URGENT, None)
    assert raising.call_first(Level.NONE, Urgency.SAME_DAY)
    assert not raising.call_first(Level.HOLD, Urgency.SOON)
