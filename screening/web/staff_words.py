"""How staff pages speak: the clinic's language, its dates and hours, and where each role may go."""

from collections.abc import Sequence
from datetime import datetime

from flask import g, render_template, url_for

from screening.documents.paper import Voice
from screening.records.audit import Actor
from screening.records.staff import Role
from screening.web.parts import parts
from screening.words import speaker


def voice() -> Voice:
    """The clinic's own language; sentences are read from their file once a request."""
    if "voice" not in g:
        clinic = parts().settings.clinic
        g.voice = Voice(speaker(clinic.language), clinic.language, clinic)
    spoken: Voice = g.voice
    return spoken


def say(text: str, **values: object) -> str:
    """A sentence of the interface in the clinic's language."""
    return voice().say(text, **values)


def here(moment: datetime) -> datetime:
    """The moment on the clinic's clock."""
    return moment.astimezone(parts().zone())


def say_here(moment: datetime) -> str:
    """The moment in words, on the clinic's clock."""
    return voice().moment(here(moment))


def dialled(phone: str) -> str:
    """What a telephone dials: digits and a plus; empty when there are none."""
    return "".join(character for character in phone if character in "+0123456789")


def actor() -> Actor:
    """The signed-in member of staff, as the audit trail names them."""
    return Actor("staff", g.staff.id)


def role_words(role: Role) -> str:
    return {
        Role.FRONT_DESK: say("Front desk"),
        Role.PRACTITIONER: say("Practitioner"),
        Role.ADMINISTRATOR: say("Administrator"),
        Role.CLINICIAN: say("Supervising clinician"),
    }[role]


def page(template: str, **values: object) -> str:
    """A page for somebody signed in, with the places their role may go to in its head."""
    return render_template(template, links=_links(g.staff.role), **values)


def _links(role: Role) -> Sequence[tuple[str, str]]:
    """The places that a role goes to every day, and the page that leads to the others."""
    people = (url_for("login.people.everyone"), say("Staff accounts"))
    clinic = (url_for("clinic.show"), say("Clinic"))
    trail = (url_for("trail.ask"), say("Audit trail"))
    data = (url_for("person.ask"), say("Requests about data"))
    more = (url_for("more.show"), say("More"))
    if role is Role.ADMINISTRATOR:
        return (people, clinic, trail, data, more)
    forms = (url_for("practitioner.home"), say("Forms handed in"))
    desk = (
        (url_for("board.show"), say("Today")),
        (url_for("arrival.today"), say("Arrival check")),
        (url_for("type_in.ask"), say("Type in")),
        (url_for("printing.papers"), say("Print")),
    )
    tablet = (url_for("kiosk_desk.show"), say("Tablet"))
    return (*desk, tablet) if role is Role.FRONT_DESK else (forms, *desk, more)


def more_places(role: Role) -> Sequence[tuple[str, str, str]]:
    """The places of a role that are not in the head of each page: address, words, what is done there."""
    figures = (
        url_for("figures.show"),
        say("Figures"),
        say("How many forms, how long they take, which flags and places. Nobody is named."),
    )
    edition = (
        url_for("edition.state"),
        say("Edition"),
        say("The questions and rules in use, who signed them off, and a look at every page of the form."),
    )
    if role is Role.ADMINISTRATOR:
        blank = say("Blank forms, slips with the form's address, after-care leaflets.")
        return (figures, edition, (url_for("printing.papers"), say("Print"), blank))
    tablet = (
        url_for("kiosk_desk.show"),
        say("Tablet"),
        say("Hand a tablet to patients at reception, or end one that is in use."),
    )
    if role is not Role.CLINICIAN:
        return (tablet, figures, edition)
    clinic = (url_for("clinic.show"), say("Clinic"), say("The clinic's settings, and the audit trail."))
    data = (
        url_for("person.ask"),
        say("Requests about data"),
        say("Find what is kept of a person, hand it out, or erase it."),
    )
    return (tablet, figures, edition, clinic, data)
