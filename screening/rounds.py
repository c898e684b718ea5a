"""The rounds: what is due is queued and sent. Any number of processes may go round at the same time."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, time, timedelta
from threading import Event, Thread

from flask import Flask

from screening.exchange import mail
from screening.exchange.mail import Result, Server
from screening.records import alerts, invitations, outbox, reminders
from screening.records.alerts import SYSTEM
from screening.records.outbox import Claimed, Fault, Kind, Message
from screening.web import emails
from screening.web.board import bounds
from screening.web.emails import Written
from screening.web.parts import parts
from screening.web.staff_words import here

EVERY = 10.0  # seconds
_GRACE = 20.0  # seconds: longer than a mail server is given for one step
_MORNING, _EVENING = time(9), time(20)
_FAULTS = {Result.AGAIN: Fault.UNREACHABLE, Result.NEVER: Fault.REFUSED, Result.UNCERTAIN: Fault.UNCERTAIN}


def go_round(app: Flask, stopping: Callable[[], bool] = lambda: False) -> Counter[Result]:
    """Queue what has to be told, send what is due; how each message that was tried came out.

    Going round twice, or in two processes at once, queues and sends nothing twice. Without a mail server
    nothing happens.
    """
    done: Counter[Result] = Counter()
    with app.app_context():
        parts().refresh()
        server = emails.mail_server()
        if server is None:
            return done
        _queue_alerts()
        _queue_reminders()
        while not stopping() and (claimed := _claim()) is not None:
            result = _send(server, claimed)
            if result is not None:
                done[result] += 1
            if result is Result.AGAIN:
                # The others would meet the same; they wait for the next round with no try spent.
                break
    return done


def start(app: Flask, every: float = EVERY) -> Callable[[], None]:
    """Go round in a thread of this process until the answer, a function, is called. No error ends it."""
    stop = Event()

    def run() -> None:
        while not stop.wait(every):
            try:
                go_round(app, stop.is_set)
            except Exception as error:
                # The kind of error only: a message of a mail server may repeat an address.
                app.logger.error("a round failed: %s", type(error).__name__)

    def end() -> None:
        stop.set()
        thread.join(_GRACE)

    thread = Thread(target=run, name="rounds", daemon=True)
    thread.start()
    return end


def _queue_alerts() -> None:
    settings, now = parts().settings, parts().now()
    later = settings.escalation_email or settings.on_call_email
    with parts().sessions() as db:
        alerts.escalate(db, now - timedelta(minutes=settings.escalate_minutes), now)
        first, late = alerts.to_announce(db), alerts.to_announce(db, escalated=True)
        for kind, recipient, notices in (
            (Kind.ALERT, settings.on_call_email, first),
            (Kind.ESCALATION, later, late),
        ):
            for notice in notices if recipient else ():
                new = Message(kind, notice.alert_id, recipient)
                outbox.queue(db, SYSTEM, f"{kind}:{notice.alert_id}", new, now)


def _queue_reminders() -> None:
    """Remind each person once an appointment, from nine in the morning of the day that is set."""
    now, ahead = parts().now(), parts().settings.remind_days
    if ahead < 1 or _night(now):
        return
    for days in range(ahead + 1):
        day = parts().today() + timedelta(days=days)
        due = datetime.combine(day - timedelta(days=ahead), _MORNING, parts().zone())
        with parts().sessions() as db:
            for item in reminders.to_remind(db, *bounds(day), due, now):
                once = f"{Kind.REMINDER}:{item.appointment_id}:{day}:{item.email}"
                new = Message(Kind.REMINDER, item.appointment_id, item.email)
                outbox.queue(db, SYSTEM, once, new, now)


def _night(moment: datetime) -> bool:
    return not _MORNING <= here(moment).time() < _EVENING


def _claim() -> Claimed | None:
    now = parts().now()
    kinds = [kind for kind in Kind if kind is not Kind.REMINDER or not _night(now)]
    with parts().sessions() as db:
        return outbox.claim(db, now, kinds)


def _send(server: Server, claimed: Claimed) -> Result | None:
    """Write and send one message, and settle it; None when it was no longer needed."""
    try:
        written = emails.write(claimed)
    except Exception:
        # Nothing was sent yet, so it may be tried again.
        with parts().sessions() as db:
            outbox.put_back(db, claimed, Fault.BROKEN, parts().now())
        raise
    if written is None:
        with parts().sessions() as db:
            outbox.give_up(db, claimed, Fault.NOT_NEEDED, parts().now())
        return None
    result = mail.send(server, written.letter)
    _settle(claimed, written, result)
    return result


def _settle(claimed: Claimed, written: Written, result: Result) -> None:
    now = parts().now()
    with parts().sessions() as db:
        if result is Result.SENT:
            outbox.mark_sent(db, claimed, now)
            return
        settle = outbox.put_back if result is Result.AGAIN else outbox.give_up
        settle(db, claimed, _FAULTS[result], now)
        if written.token and result is not Result.UNCERTAIN:
            invitations.never_sent(db, SYSTEM, written.token, now)
