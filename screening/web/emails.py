"""E-mails, written at the moment they are sent: no name, no word of health, one address of our own."""

from dataclasses import dataclass

from flask import current_app

from rules.model import Urgency
from screening.exchange.mail import Letter, Security, Server
from screening.records import alerts, appointments, invitations, reminders
from screening.records.alerts import SYSTEM, Notice
from screening.records.appointments import Appointment
from screening.records.outbox import Claimed, Kind
from screening.web.parts import new_token, parts
from screening.web.staff_words import say, say_here


@dataclass(frozen=True, slots=True)
class Written:
    """A letter, and the token of the link that was made for it; empty when it holds none."""

    letter: Letter
    token: str = ""


def mail_server() -> Server | None:
    """Where e-mail is handed over; None while the clinic sends none. Raises mail.InTheClear."""
    settings = parts().settings
    if not settings.smtp_host or not settings.mail_from:
        return None
    return Server(
        settings.smtp_host,
        settings.smtp_port,
        Security(settings.smtp_security),
        settings.smtp_user,
        settings.smtp_password,
        settings.mail_from,
        settings.clinic.name,
    )


def write(claimed: Claimed) -> Written | None:
    """The letter that a message stands for; None when it is no longer needed."""
    if claimed.message.kind in (Kind.ALERT, Kind.ESCALATION):
        return _write_alert(claimed)
    return _write_invitation(claimed)


def sentences_to(found: Appointment, link: str) -> list[str]:
    """What an invitation says; it may be read by others, so it says nothing of health. The link stands last,
    where every telephone makes it something to press."""
    clinic = parts().settings.clinic
    sentences = [
        say("{clinic}: your appointment is on {when}.", clinic=clinic.name, when=say_here(found.booking.at)),
        say("Please fill in your form before you come. It asks for your date of birth first."),
        say("Questions, or no internet? Call {phone}.", phone=clinic.phone) if clinic.phone else "",
        link,
    ]
    return [sentence for sentence in sentences if sentence]


def link_to(token: str) -> str:
    """The address that opens an invitation."""
    return _address("invite.arrive", token=token)


def _write_invitation(claimed: Claimed) -> Written | None:
    wanted, now, token = claimed.message, parts().now(), new_token()
    with parts().sessions() as db:
        found = appointments.get(db, wanted.about)
        missing = reminders.form_is_missing(db, wanted.about)
        if found is None or not missing or found.booking.at <= now or found.booking.email != wanted.recipient:
            return None
        invitations.invite(db, SYSTEM, found.id, token, now, end_earlier=False)
    text = "\n\n".join(sentences_to(found, link_to(token)))
    return Written(Letter(claimed.id, wanted.recipient, _subject(wanted.kind), text, now), token)


def _subject(kind: Kind) -> str:
    name = parts().settings.clinic.name
    if kind is Kind.REMINDER:
        return say("{clinic}: a reminder to fill in your form", clinic=name)
    return say("{clinic}: your form before you come", clinic=name)


def _write_alert(claimed: Claimed) -> Written | None:
    wanted, now, name = claimed.message, parts().now(), parts().settings.clinic.name
    with parts().sessions() as db:
        notice = alerts.notice(db, wanted.about)
    if notice is None:
        return None
    told = _told(notice)
    late = say("Nobody has taken it on yet.") if wanted.kind is Kind.ESCALATION else ""
    reference = say("Reference: {reference}", reference=notice.reference) if notice.reference else ""
    lines = (name, told, late, reference, say("Sign in:"), _address("login.sign_in"))
    subject = say("{clinic}: {told}", clinic=name, told=f"{late} {told}".strip())
    return Written(Letter(claimed.id, wanted.recipient, subject, "\n\n".join(filter(None, lines)), now))


def _told(notice: Notice) -> str:
    if notice.urgency is Urgency.EMERGENCY:
        return say("A form needs a practitioner now.")
    return say("A form needs a practitioner today.")


def _address(endpoint: str, **values: str) -> str:
    """An address of this clinic's own; unlike url_for it needs no request."""
    path = current_app.url_map.bind("localhost").build(endpoint, values)
    return parts().settings.base_url.rstrip("/") + path
