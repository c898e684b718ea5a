"""The tablet at reception: who are you, your form, and nothing left for the next one."""

from dataclasses import dataclass

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer

from rules.answers import day
from screening.records import appointments, audit, kiosks, recognise, responses
from screening.records.appointments import Appointment
from screening.records.recognise import TooManyMisses
from screening.records.responses import NotOpen
from screening.records.signin import Refused
from screening.web import tablet
from screening.web.board import bounds
from screening.web.cookies import PATIENT, give
from screening.web.login import wait_words
from screening.web.opening import open_form
from screening.web.parts import new_token, parts
from screening.web.policy import A_KIOSK, open_to
from screening.web.staff_forms import typed
from screening.web.staff_words import here as on_our_clock
from screening.web.staff_words import say

pages = Blueprint("kiosk", __name__)

_MET = "met"
_BOXES = ("day", "month", "year")


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed on the welcome page, and what is wrong with it."""

    name: str = ""
    born: tuple[str, ...] = ("", "", "")
    name_fault: str = ""
    born_fault: str = ""


# --- who are you -------------------------------------------------------------------------------


@pages.get("/kiosk")
@open_to(A_KIOSK)
def welcome() -> Answer | str:
    """The welcome; a form that is open here goes on, a tablet that guessed too often waits for the desk."""
    if g.patient is not None:
        return redirect(url_for("patient.resume"), 303)
    with parts().sessions() as db:
        waits = recognise.has_to_wait(db, g.kiosk.id, parts().now())
    return _ask_pin("kiosk/waits.html") if waits else _welcome(Typed())


@pages.post("/kiosk")
@open_to(A_KIOSK)
def meet() -> Answer | tuple[str, int]:
    """Find the one appointment of today that this person has, or lead to the desk without saying why."""
    if g.patient is not None:
        return tablet.to_welcome()
    name = typed(request.form.get("name"))
    boxes = tuple(request.form.get(f"birthday-{box}", "").strip() for box in _BOXES)
    of_month, month, year = boxes
    # A year of two digits would be a real day of long ago, and a miss.
    born = day(f"{year}-{month:>02}-{of_month:>02}") if len(year) == 4 else None
    if not name or born is None:
        wrong_name = "" if name else say("Type your name")
        wrong_day = "" if born else say("Type your date of birth, such as 27 3 1985")
        return _welcome(Typed(name, boxes, wrong_name, wrong_day)), 422
    # From here on nothing of what was typed can be sent again from this browser's history.
    session.clear()
    try:
        with parts().sessions() as db:
            today = bounds(parts().today())
            found = recognise.recognise(db, g.kiosk.id, name, born, today, parts().now())
    except TooManyMisses:
        return tablet.to_welcome()
    if found is None:
        return redirect(url_for("kiosk.desk"), 303)
    session[_MET] = found
    return redirect(url_for("kiosk.you"), 303)


@pages.get("/kiosk/you")
@open_to(A_KIOSK)
def you() -> Answer | str:
    """Is it really you?"""
    booked = _met()
    if booked is None:
        return tablet.to_welcome()
    return render_template(
        "kiosk/you.html",
        form=FlaskForm(),
        name=recognise.first_name(booked.booking.patient_name),
        time=f"{on_our_clock(booked.booking.at):%H:%M}",
        practitioner=booked.booking.practitioner,
    )


@pages.post("/kiosk/yes")
@open_to(A_KIOSK)
def begin() -> Answer:
    """Their form begins, or goes on where they left it."""
    booked = _met()
    if booked is None:
        return tablet.to_welcome()
    token, now = new_token(), parts().now()
    try:
        open_form(kiosks.TABLET, booked.id, token, tablet.lasts())
    except NotOpen:
        return redirect(url_for("kiosk.desk"), 303)
    with parts().sessions() as db:
        thing = ("appointment", booked.id)
        audit.note(db, kiosks.TABLET, "kiosk-patient-begun", thing, now)
    session.clear()
    answer = redirect(url_for("patient.resume"), 303)
    give(answer, PATIENT, token, None)
    return answer


@pages.post("/kiosk/no")
@open_to(A_KIOSK)
def not_me() -> Answer:
    """Somebody else: the desk finds out who."""
    session.clear()
    return redirect(url_for("kiosk.desk"), 303)


@pages.get("/kiosk/desk")
@open_to(A_KIOSK)
def desk() -> str:
    """Please ask at the desk: the same page whatever the reason."""
    return render_template("kiosk/desk.html", tablet=tablet.clearing(tablet.THANKS))


# --- nothing is left ---------------------------------------------------------------------------


@pages.get("/kiosk/idle")
@open_to(A_KIOSK)
def idle() -> Answer:
    """Nobody touched the tablet for a while."""
    return tablet.wiped()


@pages.post("/kiosk/stop")
@open_to(A_KIOSK)
def stop() -> Answer:
    """The patient gives the tablet back."""
    with parts().sessions() as db:
        responses.end_session(db, request.cookies.get(PATIENT, ""), parts().now())
    return tablet.wiped()


@pages.post("/kiosk/here")
@open_to(A_KIOSK)
def still_here() -> Answer | tuple[str, int]:
    """Somebody is typing on a long page; what is not the form of the one who is here is cleared."""
    if g.patient is None:
        return tablet.wiped()
    tablet.go_on()
    return "", 204


# --- the PIN -----------------------------------------------------------------------------------


@pages.get("/kiosk/leave")
@open_to(A_KIOSK)
def ask_to_leave() -> str:
    """Ask for the PIN."""
    return _ask_pin("kiosk/leave.html")


@pages.post("/kiosk/leave")
@open_to(A_KIOSK)
def leave() -> Answer | tuple[str, int]:
    """With the right PIN this is an ordinary browser again, with nothing left in it."""
    if (fault := _pin_fault()) is not None:
        return _ask_pin("kiosk/leave.html", fault), 422
    with parts().sessions() as db:
        kiosks.end(db, kiosks.TABLET, g.kiosk.id, parts().now())
    return tablet.over()


@pages.post("/kiosk/go-on")
@open_to(A_KIOSK)
def go_on() -> Answer | tuple[str, int]:
    """The desk looked at the tablet that guessed too often, and lets it go on."""
    if (fault := _pin_fault()) is not None:
        return _ask_pin("kiosk/waits.html", fault), 422
    with parts().sessions() as db:
        recognise.forgive(db, g.kiosk.id)
    return tablet.to_welcome()


def _pin_fault() -> str | None:
    """What is wrong with the PIN that was typed; None when it is right."""
    pin = typed(request.form.get("pin"))
    if not pin:
        return say("Type the PIN")
    with parts().sessions() as db:
        refused = kiosks.check_pin(db, g.kiosk.id, pin, parts().now())
    return None if refused is None else _wait_fault(refused)


def _wait_fault(refused: Refused) -> str:
    return say("That is not the PIN. Try again in {wait}.", wait=wait_words(refused))


def _ask_pin(template: str, fault: str | None = None) -> str:
    return render_template(template, form=FlaskForm(), errors=[(fault, "#pin")] if fault else (), fault=fault)


def _welcome(said: Typed) -> str:
    faults = [(said.name_fault, "#name"), (said.born_fault, "#birthday")]
    errors = [(fault, address) for fault, address in faults if fault]
    number = parts().settings.clinic.emergency_number
    return render_template("kiosk/welcome.html", form=FlaskForm(), typed=said, errors=errors, number=number)


def _met() -> Appointment | None:
    """The appointment of the person who just said who they are, while it still stands."""
    with parts().sessions() as db:
        found = appointments.get(db, str(session.get(_MET, "")))
    return None if found is None or found.cancelled_at is not None else found
