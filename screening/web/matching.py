"""Who is who: staff put a form or an appointment beside earlier ones, and say whether it is one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer

from screening.records import appointments, likely, matches
from screening.records.appointments import Appointment
from screening.records.likely import Asked, Person, Sight
from screening.records.matches import Earlier, NotEarlier
from screening.web.appointments import find
from screening.web.board import DESK, bounds
from screening.web.parts import parts
from screening.web.policy import open_to
from screening.web.staff_words import actor, here, page, say, say_here, voice

pages = Blueprint("matching", __name__)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing about both, in words, and in a word whether it is the same."""

    what: str
    this: str
    other: str
    compared: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """Somebody it might be: what is pressed to say so, and what the desk may know of them."""

    field: str
    value: str
    heading: str
    lines: tuple[Line, ...]
    facts: tuple[tuple[str, str], ...]


# --- been here before? -------------------------------------------------------------------------


@pages.get("/staff/appointment/<uuid:appointment_id>/who")
@open_to(*DESK)
def of_appointment(appointment_id: UUID) -> str:
    """Whether somebody who comes was here before: the likeliest first, side by side, none chosen."""
    found = find(appointment_id)
    with parts().sessions() as db:
        asked = likely.of_appointment(db, actor(), found.id, parts().now()) or abort(404)
        said = matches.said_of(db, "appointment", found.id)
        put = appointments.linked_by_desk(db, found.id)
    return page(
        "desk/match.html",
        form=FlaskForm(),
        title=say("Been here before?"),
        back=url_for("appointments.show", appointment_id=found.id),
        here=url_for("matching.of_appointment", appointment_id=found.id),
        about=_about(asked.sight, say_here(found.booking.at)),
        said=_said(said),
        off=url_for("matching.take_off", appointment_id=found.id) if put else "",
        bookings=(),
        people=_people(asked),
        closed=found.cancelled_at is not None,
    )


@pages.post("/staff/appointment/<uuid:appointment_id>/who")
@open_to(*DESK)
def say_of_appointment(appointment_id: UUID) -> Answer:
    """Say that an appointment is of the person of an earlier form."""
    try:
        with parts().sessions() as db:
            matches.appointment_is_of(db, actor(), str(appointment_id), _pressed("earlier"), parts().now())
    except LookupError:
        abort(404)
    return redirect(url_for("matching.of_appointment", appointment_id=appointment_id), 303)


@pages.post("/staff/appointment/<uuid:appointment_id>/take-off")
@open_to(*DESK)
def take_off(appointment_id: UUID) -> Answer:
    """Take a form off an appointment that staff had put to it."""
    found = find(appointment_id)
    with parts().sessions() as db:
        appointments.unlink(db, actor(), found.id, parts().now())
    return redirect(url_for("matching.of_appointment", appointment_id=found.id), 303)


# --- whose is this? ----------------------------------------------------------------------------


@pages.get("/staff/form/<uuid:submission_id>/who")
@open_to(*DESK)
def of_form(submission_id: UUID) -> str:
    """Whose a form is: the day's appointments without one, and who was here before."""
    this, day = str(submission_id), parts().today()
    with parts().sessions() as db:
        asked = likely.of_form(db, actor(), this, parts().now()) or abort(404)
        said = matches.said_of(db, "submission", this)
        booked = appointments.of_day(db, actor(), *bounds(day), parts().now())
        settled = matches.has_booking(db, this)
    free = () if settled else [item for item in booked if item.response_id is None]
    return page(
        "desk/match.html",
        form=FlaskForm(),
        title=say("Whose is this?"),
        back=url_for("board.show"),
        here=url_for("matching.of_form", submission_id=this),
        about=_about(asked.sight, ""),
        said=_said(said),
        off="",
        bookings=_bookings(asked.sight, free),
        people=_people(asked),
        closed=False,
    )


@pages.post("/staff/form/<uuid:submission_id>/who")
@open_to(*DESK)
def say_of_form(submission_id: UUID) -> Answer:
    """Say to which appointment a form belongs, or of whose earlier form it is."""
    this, now = str(submission_id), parts().now()
    try:
        with parts().sessions() as db:
            if "appointment" not in request.form:
                matches.form_is_of(db, actor(), this, _pressed("earlier"), now)
                return redirect(url_for("matching.of_form", submission_id=this), 303)
            found = appointments.get(db, _pressed("appointment")) or abort(404)
            appointments.link(db, actor(), found.id, matches.response_of(db, this), now, by_desk=True)
    except (LookupError, NotEarlier):
        abort(404)
    return redirect(url_for("matching.of_appointment", appointment_id=found.id), 303)


@pages.post("/staff/match/<int:match_id>/undo")
@open_to(*DESK)
def undo(match_id: int) -> Answer:
    """Take back what was said; what was said, and that it was taken back, stays on record."""
    with parts().sessions() as db:
        kind, thing = matches.about(db, match_id) or abort(404)
        matches.undo(db, actor(), match_id, parts().now())
    if kind == "appointment":
        return redirect(url_for("matching.of_appointment", appointment_id=thing), 303)
    return redirect(url_for("matching.of_form", submission_id=thing), 303)


def _pressed(field: str) -> str:
    return request.form.get(field, "")[:64]


# --- in words ----------------------------------------------------------------------------------


def _born(day: date | None) -> str:
    return "" if day is None else voice().day(day)


def _about(sight: Sight, when: str) -> tuple[tuple[str, str], ...]:
    facts = (
        (say("Name"), sight.name),
        (say("Date of birth"), _born(sight.date_of_birth)),
        (say("Phone"), sight.phone),
        (say("E-mail"), sight.email),
        (say("Appointment"), when),
    )
    return tuple((what, words) for what, words in facts if words)


def _said(said: Sequence[matches.Match]) -> list[tuple[str, str]]:
    """What staff said, in words, and where it is taken back."""
    return [
        (
            say(
                "{name} said on {when}: this is the person of form {reference}.",
                name=one.staff_name,
                when=say_here(one.at),
                reference=one.earlier.reference,
            ),
            url_for("matching.undo", match_id=one.id),
        )
        for one in said
    ]


def _lines(this: Sight, other: Sight) -> tuple[Line, ...]:
    born, name, phone = likely.agreeing(this, other)
    return (
        _line(say("Name"), this.name, other.name, alike=name),
        _line(say("Date of birth"), _born(this.date_of_birth), _born(other.date_of_birth), alike=born),
        _line(say("Phone"), this.phone, other.phone, alike=phone),
        _line(say("E-mail"), this.email, other.email, alike=False),
    )


def _line(what: str, this: str, other: str, *, alike: bool) -> Line:
    if not this or not other:
        return Line(what, this, other, say("Not known"), differs=False)
    if this.casefold() == other.casefold():
        return Line(what, this, other, say("The same"), differs=False)
    return Line(what, this, other, say("Alike, look closely") if alike else say("Different"), differs=True)


def _people(asked: Asked) -> list[Beside]:
    return [_beside(asked.sight, person) for person in asked.likely]


def _beside(this: Sight, person: Person) -> Beside:
    forms = "; ".join(map(_form, person.forms))
    visits = "; ".join(map(say_here, person.visits))
    facts = ((say("Forms handed in"), forms), (say("Appointments"), visits))
    heading = say("Form of {day}", day=voice().day(here(person.forms[0].submitted_at).date()))
    lines = _lines(this, person.sight)
    known = tuple((what, words) for what, words in facts if words)
    return Beside("earlier", person.forms[0].submission_id, heading, lines, known)


def _form(form: Earlier) -> str:
    return f"{form.reference}, {voice().day(here(form.submitted_at).date())}"


def _bookings(this: Sight, free: Sequence[Appointment]) -> list[Beside]:
    """The appointments of today without a form, likeliest first."""
    seen = [(item, _sight(item)) for item in free]
    seen.sort(key=lambda pair: likely.likeness(this, pair[1]), reverse=True)
    return [
        Beside("appointment", item.id, say_here(item.booking.at), _lines(this, sight), ())
        for item, sight in seen
        if any(likely.agreeing(this, sight))
    ]


def _sight(item: Appointment) -> Sight:
    booking = item.booking
    return Sight(booking.patient_name, booking.date_of_birth, booking.phone, booking.email)
