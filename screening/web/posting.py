"""E-mail about an appointment, as the desk sees it: how far it is, and whether one can be sent now."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from screening.records import outbox, reminders
from screening.records.appointments import Appointment
from screening.records.outbox import Posted, Stage
from screening.web.emails import mail_server
from screening.web.parts import new_token, parts
from screening.web.staff_words import say, say_here


@dataclass(frozen=True, slots=True)
class Post:
    """What an appointment's page says of e-mail; `address` is empty while none can be sent now, and `press`
    makes a second press of the button send nothing more."""

    said: str
    address: str
    words: str
    press: str


def post_of(found: Appointment) -> Post:
    """How far the newest e-mail about an appointment is, and whether one can be sent now."""
    with parts().sessions() as db:
        posted = outbox.newest(db, [found.id], parts().now()).get(found.id)
        missing = reminders.form_is_missing(db, found.id)
    waits = posted is not None and posted.stage is Stage.WAITING
    can = mail_server() is not None and missing and found.booking.email and not waits
    return Post(
        said="" if posted is None else _said(posted),
        address=found.booking.email if can else "",
        words=say("Send by e-mail") if posted is None else say("Send by e-mail again"),
        press=new_token(),
    )


def said_of(appointment_ids: Collection[str]) -> Mapping[str, str]:
    """How far the newest e-mail about each appointment is, in words; nothing for one without."""
    with parts().sessions() as db:
        found = outbox.newest(db, appointment_ids, parts().now())
    return {appointment_id: _said(posted) for appointment_id, posted in found.items()}


def _said(posted: Posted) -> str:
    return {
        Stage.WAITING: say("E-mail waiting to be sent"),
        Stage.SENT: say("E-mail sent {moment}", moment=say_here(posted.at)),
        Stage.FAILED: say("E-mail failed: it was not sent"),
        Stage.UNCERTAIN: say("E-mail may not have been sent"),
        Stage.NOT_NEEDED: say("E-mail not sent: it was no longer needed"),
    }[posted.stage]
