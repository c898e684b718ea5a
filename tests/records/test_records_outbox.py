"""The outbox: each message once, whoever asks, whatever dies, however long the mail server is away."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from records_clinic import NOW, assessed
from sqlalchemy.orm import Session

from rules.model import Urgency
from screening.records import alerts, appointments, audit, outbox, submissions
from screening.records.appointments import Booking
from screening.records.audit import Actor
from screening.records.engine import open_engine, open_sessions
from screening.records.outbox import LOST_AFTER, MOST_TRIES, Fault, Kind, Message, Stage
from screening.records.responses import Response
from screening.records.submissions import Person

DESK = Actor("system", "desk")
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def appointment_id(session: Session) -> str:
    booking = Booking(TOMORROW, "Asha Example", None, "", "asha@example.org")
    return appointments.add(session, DESK, "one", booking, NOW).id


@pytest.fixture
def invitation(appointment_id: str) -> Message:
    return Message(Kind.INVITATION, appointment_id, "asha@example.org")


def stage(session: Session, message: Message, now=NOW) -> Stage:
    return outbox.newest(session, [message.about], now)[message.about].stage


def test_what_is_queued_twice_is_one_message(session: Session, invitation: Message) -> None:
    assert outbox.queue(session, DESK, "once", invitation, NOW)
    assert not outbox.queue(session, DESK, "once", invitation, NOW)

    claimed = outbox.claim(session, NOW)
    assert claimed is not None
    assert claimed.message == invitation
    assert outbox.claim(session, NOW) is None


def test_a_message_that_was_sent_is_never_claimed_again(session: Session, invitation: Message) -> None:
    outbox.queue(session, DESK, "once", invitation, NOW)
    claimed = outbox.claim(session, NOW)
    assert claimed is not None
    outbox.mark_sent(session, claimed, NOW)

    assert outbox.claim(session, NOW + timedelta(days=30)) is None
    assert Stage.SENT is stage(session, invitation)


def test_a_process_that_dies_with_a_message_in_hand_leaves_it_uncertain_and_unsent(
    session: Session, invitation: Message
) -> None:
    outbox.queue(session, DESK, "once", invitation, NOW)
    assert outbox.claim(session, NOW) is not None

    assert Stage.WAITING is stage(session, invitation)
    assert Stage.UNCERTAIN is stage(session, invitation, NOW + LOST_AFTER)
    assert outbox.claim(session, NOW + timedelta(days=30)) is None


def test_what_was_certainly_not_sent_is_tried_again_after_a_wait_that_doubles(
    session: Session, invitation: Message
) -> None:
    outbox.queue(session, DESK, "once", invitation, NOW)
    now = NOW
    for seconds in (30, 60, 120, 240):
        claimed = outbox.claim(session, now)
        assert claimed is not None
        outbox.put_back(session, claimed, Fault.UNREACHABLE, now)
        now += timedelta(seconds=seconds)
        assert outbox.claim(session, now - timedelta(seconds=1)) is None

    assert Stage.WAITING is stage(session, invitation)


def test_after_many_tries_a_message_is_given_up_and_the_desk_sees_that_it_failed(
    session: Session, invitation: Message
) -> None:
    outbox.queue(session, DESK, "once", invitation, NOW)
    now = NOW
    for _ in range(MOST_TRIES):
        claimed = outbox.claim(session, now)
        assert claimed is not None
        outbox.put_back(session, claimed, Fault.UNREACHABLE, now)
        now += timedelta(hours=1)

    assert outbox.claim(session, now + timedelta(days=30)) is None
    assert Stage.FAILED is stage(session, invitation)


def test_a_refusal_for_good_is_not_tried_again(session: Session, invitation: Message) -> None:
    outbox.queue(session, DESK, "once", invitation, NOW)
    claimed = outbox.claim(session, NOW)
    assert claimed is not None
    outbox.give_up(session, claimed, Fault.REFUSED, NOW)

    assert outbox.claim(session, NOW + timedelta(days=30)) is None
    assert Stage.FAILED is stage(session, invitation)


def test_pressing_send_again_after_an_uncertain_end_is_a_message_of_its_own(
    session: Session, invitation: Message
) -> None:
    outbox.queue(session, DESK, "first press", invitation, NOW)
    lost = outbox.claim(session, NOW)
    assert lost is not None
    outbox.give_up(session, lost, Fault.UNCERTAIN, NOW)
    assert Stage.UNCERTAIN is stage(session, invitation)

    later = NOW + timedelta(minutes=1)
    outbox.queue(session, DESK, "second press", invitation, later)
    again = outbox.claim(session, later)
    assert again is not None
    assert again.id != lost.id
    assert Stage.WAITING is stage(session, invitation, later)


def test_a_link_that_is_stopped_takes_the_e_mail_that_waits_with_it(
    session: Session, invitation: Message
) -> None:
    outbox.queue(session, DESK, "once", invitation, NOW)
    outbox.drop(session, DESK, invitation.about, NOW)

    assert outbox.claim(session, NOW) is None
    assert Stage.NOT_NEEDED is stage(session, invitation)


def test_an_alert_is_sent_before_an_invitation_that_has_waited_longer(
    session: Session, invitation: Message, form: Response
) -> None:
    outbox.queue(session, DESK, "once", invitation, NOW)
    person = Person("Asha Example", None, None)
    urgent = assessed(urgency=Urgency.EMERGENCY)
    submissions.submit(session, form.id, lambda: "K7F-3QX", {}, urgent, person, NOW)
    [notice] = alerts.to_announce(session)
    later = NOW + timedelta(minutes=5)
    outbox.queue(session, DESK, "alert", Message(Kind.ALERT, notice.alert_id, "on@call.example"), later)

    claimed = outbox.claim(session, later)
    assert claimed is not None
    assert claimed.message.kind is Kind.ALERT


def test_a_kind_that_is_not_asked_for_waits(session: Session, invitation: Message) -> None:
    outbox.queue(session, DESK, "once", invitation, NOW)

    assert outbox.claim(session, NOW, [Kind.ALERT]) is None
    assert outbox.claim(session, NOW, [Kind.INVITATION]) is not None


def test_processes_that_look_at_the_same_moment_never_hold_the_same_message(
    path: Path, key: str, session: Session, appointment_id: str
) -> None:
    for number in range(40):
        outbox.queue(session, DESK, str(number), Message(Kind.INVITATION, appointment_id, "a@b.example"), NOW)

    def work(_: int) -> list[str]:
        engine = open_engine(f"sqlite:///{path}", key)
        held: list[str] = []
        with open_sessions(engine, key)() as db:
            while (claimed := outbox.claim(db, NOW)) is not None:
                held.append(claimed.id)
        engine.dispose()
        return held

    with ThreadPoolExecutor(4) as processes:
        found = [one for held in processes.map(work, range(4)) for one in held]
    assert (40, 40) == (len(found), len(set(found)))


def test_a_message_holds_no_text_and_no_link(session: Session, invitation: Message) -> None:
    outbox.queue(session, DESK, "once", invitation, NOW)

    columns = {column.key for column in outbox.message.columns}
    assert not {"text", "body", "subject", "token", "link"} & columns


def test_each_step_of_a_message_is_in_the_trail(session: Session, invitation: Message) -> None:
    outbox.queue(session, DESK, "once", invitation, NOW)
    claimed = outbox.claim(session, NOW)
    assert claimed is not None
    outbox.put_back(session, claimed, Fault.UNREACHABLE, NOW)
    claimed = outbox.claim(session, NOW + timedelta(minutes=1))
    assert claimed is not None
    outbox.mark_sent(session, claimed, NOW)

    lines = audit.between(session, NOW - timedelta(days=1), NOW + timedelta(days=1))
    steps = [line.action for line in lines if line.object_kind == "message"]
    expected = ["queued", "claimed", "put-back", "claimed", "sent"]
    assert [f"message-{step}" for step in expected] == steps
