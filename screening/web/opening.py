"""The form of an appointment, opened for its patient: a new one, or the one that was begun."""

from datetime import timedelta

from screening.records import appointments, invitations, responses
from screening.records.audit import Actor
from screening.records.responses import NotOpen
from screening.web.parts import parts


def open_form(actor: Actor, appointment_id: str, token: str, lasts: timedelta) -> None:
    """Let `token` open the form of an appointment. Raises NotOpen once the form was handed in."""
    now, edition = parts().now(), parts().edition
    with parts().sessions() as db:
        booked = appointments.get(db, appointment_id)
        if booked is None or booked.response_id is None:
            form = responses.open_response(
                db, edition.digest, token, now, language=edition.language, idle=lasts
            )
            if appointments.link(db, actor, appointment_id, form.id, now):
                return
            # Another tab was quicker: its form is the one.
            responses.withdraw(db, form.id, now)
            booked = appointments.get(db, appointment_id)
        if booked is None or booked.response_id is None:
            raise NotOpen(appointment_id)
        invitations.come_back(db, booked.response_id, token, lasts, now)
