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
    forms = (url_for("practitioner.home"), say("Forms handed in"))
    people = (url_for("login.people.everyone"), say("Staff accounts"))
    papers = (url_for("printing.papers"), say("Print"))
    arrival = (url_for("arrival.today"), say("Arrival check"))
    typing = (url_for("type_in.ask"), say("Type in"))
    board = (url_for("board.show"), say("Today"))
    data = (url_for("person.ask"), say("Requests about data"))
    tablet = (url_for("kiosk_desk.show"), say("Tablet"))
    clinic = (url_for("clinic.show"), say("Clinic"))
    trail = (url_for("trail.ask"), say("Audit trail"))
    more = ((url_for("figures.show"), say("Figures")), (url_for("edition.state"), say("Edition")))
    if role is Role.ADMINISTRATOR:
        return (people, clinic, trail, papers, data, *more)
    desk = (board, arrival, typing, papers, tablet)
    treats = (forms, *desk, *more)
    return {Role.FRONT_DESK: desk, Role.CLINICIAN: (*treats, clinic, data)}.get(role, treats)
