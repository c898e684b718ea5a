"""Today's board: who comes when and how far they are. Completeness and traffic, never an answer or a flag."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer

from rules.answers import day as real_day
from screening.exchange import appointments as exchange
from screening.exchange.appointments import read_date
from screening.records import appointments, traffic
from screening.records.appointments import Appointment
from screening.records.staff import Role
from screening.records.traffic import State
from screening.web.parts import parts
from screening.web.policy import open_to
from screening.web.posting import said_of
from screening.web.staff_words import actor, here, page, say, say_here, voice

pages = Blueprint("board", __name__)

DESK = (Role.FRONT_DESK, Role.PRACTITIONER, Role.CLINICIAN)
_LOOKS_AGAIN = 30  # seconds
# The board stops looking before it alone could keep an empty desk signed in for hours.
_MOST_LOOKS = 28


@dataclass(frozen=True, slots=True)
class Line:
    """One appointment in words; `colour` only repeats what `state` says, `posted` how far e-mail is."""

    id: str
    day: str
    time: str
    name: str
    born: str
    practitioner: str
    state: str
    colour: str
    posted: str
    not_invited: bool
    cancelled: bool


@dataclass(frozen=True, slots=True)
class WalkIn:
    """A form that belongs to no appointment, in words."""

    id: str
    name: str
    handed_in: str
    state: str
    colour: str


@pages.get("/staff/board")
@open_to(*DESK)
def show() -> str:
    """One day's appointments by time; the page looks again by itself every half minute, unless paused."""
    day = real_day(request.args.get("day", "")) or parts().today()
    start, end = bounds(day)
    now = parts().now()
    with parts().sessions() as db:
        booked = appointments.of_day(db, actor(), start, end, now)
        loose = traffic.walk_ins(db, actor(), day, start, end, now)
    return page(
        "desk/board.html",
        form=FlaskForm(),
        day=voice().day(day),
        is_today=day == parts().today(),
        lines=_lines(booked),
        walk_ins=[WalkIn(w.submission_id, w.name, say_here(w.submitted_at), *_state(w.state)) for w in loose],
        counts=_counts(booked),
        before=_at(day - timedelta(days=1)),
        after=_at(day + timedelta(days=1)),
        again=_again(day),
        here=_at(day),
        pause=_at(day, pause=1),
        new=url_for("appointments.new", day=day.isoformat()),
        export=url_for("board.export", day=day.isoformat()),
        updated=_clock(now),
    )


@pages.post("/staff/board/search")
@open_to(*DESK)
def search() -> str:
    """Appointments of any day by name, birthday, phone or reference; the words stay out of the address."""
    wanted = " ".join(request.form.get("wanted", "").split())[:200]
    found: tuple[Appointment, ...] = ()
    if wanted:
        with parts().sessions() as db:
            found = appointments.search(db, actor(), wanted, read_date(wanted), parts().now())
    return page("desk/board_search.html", form=FlaskForm(), wanted=wanted, lines=_lines(found))


@pages.get("/staff/board/appointments.csv")
@open_to(*DESK)
def export() -> Answer:
    """One day's appointments as a list that a spreadsheet, or this software, reads."""
    day = real_day(request.args.get("day", "")) or parts().today()
    with parts().sessions() as db:
        booked = appointments.of_day(db, actor(), *bounds(day), parts().now())
    answer = Answer(exchange.write(map(_row, booked)), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"appointments-{day}.csv")
    return answer


def bounds(day: date) -> tuple[datetime, datetime]:
    """The moments at which a day begins and ends at the clinic."""
    zone = parts().zone()
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)


def _row(item: Appointment) -> exchange.Row:
    booking, at = item.booking, here(item.booking.at)
    who = (booking.patient_name, booking.date_of_birth, booking.phone, booking.email, booking.practitioner)
    return exchange.Row(0, item.id, at.date(), at.time(), *who)


def _at(day: date, **more: Any) -> str:
    return url_for("board.show", day=day.isoformat(), **more)


def _again(day: date) -> str:
    """What the page loads next by itself, and when; empty when it is paused or has looked enough."""
    looks = request.args.get("looks", "0")
    done = int(looks) if looks.isdecimal() and len(looks) < 4 else 0
    if "pause" in request.args or done >= _MOST_LOOKS:
        return ""
    # Without its day the board of today moves on at midnight.
    target = url_for("board.show", looks=done + 1) if day == parts().today() else _at(day, looks=done + 1)
    return f"{_LOOKS_AGAIN}; url={target}"


def _lines(booked: Sequence[Appointment]) -> list[Line]:
    with parts().sessions() as db:
        states = traffic.states(db, booked, parts().now())
    posted = said_of([item.id for item in booked])
    return [_line(item, state, posted.get(item.id, "")) for item, state in zip(booked, states, strict=True)]


def _line(item: Appointment, state: State, posted: str) -> Line:
    booking, cancelled = item.booking, item.cancelled_at is not None
    words, colour = (say("Cancelled"), "grey") if cancelled else _state(state)
    return Line(
        id=item.id,
        day=voice().day(here(booking.at).date()),
        time=_clock(booking.at),
        name=booking.patient_name,
        born="" if booking.date_of_birth is None else voice().day(booking.date_of_birth),
        practitioner=booking.practitioner,
        state=words,
        colour=colour,
        posted=posted,
        not_invited=state is State.NOT_INVITED and not cancelled,
        cancelled=cancelled,
    )


def _counts(booked: Sequence[Appointment]) -> str:
    return say("Appointments: {n}", n=len(booked))


def _clock(moment: datetime) -> str:
    return f"{here(moment):%H:%M}"


def _state(state: State) -> tuple[str, str]:
    """The state in words, and the colour that repeats it."""
    return {
        State.NOT_INVITED: (say("Not invited"), "white"),
        State.INVITED: (say("Invited"), "grey"),
        State.STARTED: (say("Started"), "yellow"),
        State.PART_DONE: (say("Part done"), "yellow"),
        State.DONE: (say("Done"), "aqua-green"),
        State.CALL_FIRST: (say("Practitioner: call first"), "red"),
        State.DAY_CHECKED: (say("On-the-day check done"), "aqua-green"),
        State.REVIEWED: (say("Reviewed"), "aqua-green"),
    }[state]
