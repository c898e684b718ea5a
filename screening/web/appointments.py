"""Appointments as the desk makes, changes and cancels them."""

from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from rules.answers import day as real_day
from screening.records import appointments, invitations
from screening.records.appointments import Appointment
from screening.web.appointment_form import Book
from screening.web.board import DESK
from screening.web.parts import parts
from screening.web.policy import open_to
from screening.web.posting import post_of
from screening.web.staff_forms import faults
from screening.web.staff_words import actor, here, page, say_here

pages = Blueprint("appointments", __name__)


@pages.get("/staff/appointment")
@open_to(*DESK)
def new() -> str:
    """An empty form, its day filled in."""
    day = real_day(request.args.get("day", "")) or parts().today()
    form = Book(day=f"{day.day}/{day.month}/{day.year}")
    return page("desk/appointment_new.html", form=form, errors=())


@pages.post("/staff/appointment")
@open_to(*DESK)
def add() -> Answer | tuple[str, int]:
    """Keep a new appointment, and show its day."""
    form = Book()
    if not form.validate():
        return page("desk/appointment_new.html", form=form, errors=faults(form)), 422
    with parts().sessions() as db:
        made = appointments.add(db, actor(), form.once.data, form.booking(), parts().now())
    return _to_day(made)


@pages.get("/staff/appointment/<uuid:appointment_id>")
@open_to(*DESK)
def show(appointment_id: UUID) -> str:
    """One appointment: to change, to invite for, to cancel."""
    found = find(appointment_id)
    return _show(found, Book(found.booking))


@pages.post("/staff/appointment/<uuid:appointment_id>")
@open_to(*DESK)
def change(appointment_id: UUID) -> Answer | tuple[str, int]:
    """Write an appointment anew."""
    found = find(appointment_id)
    form = Book(found.booking)
    if not form.validate():
        return _show(found, form), 422
    try:
        with parts().sessions() as db:
            appointments.change(db, actor(), found.id, form.booking(), parts().now())
    except LookupError:
        abort(404)
    return _to_day(find(appointment_id))


@pages.post("/staff/appointment/<uuid:appointment_id>/cancel")
@open_to(*DESK)
def cancel(appointment_id: UUID) -> Answer:
    """Take an appointment off its day. Its link opens no more."""
    found = find(appointment_id)
    try:
        with parts().sessions() as db:
            appointments.cancel(db, actor(), found.id, parts().now())
    except LookupError:
        abort(404)
    return _to_day(found)


def find(appointment_id: UUID) -> Appointment:
    """The appointment of an address, or a page that says there is none."""
    with parts().sessions() as db:
        found = appointments.get(db, str(appointment_id))
    return found if found is not None else abort(404)


def _to_day(found: Appointment) -> Answer:
    day = here(found.booking.at).date().isoformat()
    return redirect(url_for("board.show", day=day), 303)


def _show(found: Appointment, form: Book) -> str:
    with parts().sessions() as db:
        invited = invitations.current(db, found.id, parts().now())
    return page(
        "desk/appointment.html",
        id=found.id,
        name=found.booking.patient_name,
        at=say_here(found.booking.at),
        cancelled=found.cancelled_at is not None,
        has_form=found.response_id is not None,
        has_birthday=found.booking.date_of_birth is not None,
        until="" if invited is None else say_here(invited.expires_at),
        post=post_of(found),
        form=form,
        errors=faults(form),
    )
