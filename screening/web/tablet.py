"""What holds in a browser that is the tablet at reception: how long it waits, and what it forgets."""

from dataclasses import dataclass
from datetime import timedelta

from flask import g, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from screening.records import interrupts, kiosks, responses
from screening.records.kiosks import Kiosk
from screening.web.cookies import KIOSK, PATIENT, leave_device
from screening.web.parts import parts

# An emergency page stays, so that whoever fetches help still finds it.
EMERGENCY = timedelta(minutes=10)
THANKS = timedelta(seconds=20)
# The page on the tablet clears itself first; the server only makes sure of it.
_GRACE = timedelta(seconds=15)
# The last quarter of the wait.
_ASKS_BEFORE = 4


@dataclass(frozen=True, slots=True)
class Clearing:
    """When this page clears itself, in seconds without a touch; it asks for the last `asks` of them (0: it
    does not ask). `begun`: a patient has a form open here."""

    after: int
    asks: int
    begun: bool


def of_request() -> Kiosk | None:
    """The tablet that this browser is, while it is in use."""
    with parts().sessions() as db:
        return kiosks.find(db, request.cookies.get(KIOSK, ""), parts().now())


def lasts() -> timedelta:
    """How long the server keeps a patient's session that nobody touches."""
    return timedelta(seconds=parts().settings.kiosk_idle_seconds) + _GRACE


def clearing(after: timedelta | None = None) -> Clearing | None:
    """What a page needs to clear itself; None in every other browser."""
    if g.get("kiosk") is None:
        return None
    pause, begun = parts().settings.kiosk_idle_seconds, g.patient is not None
    asks = pause // _ASKS_BEFORE if begun and after != THANKS else 0
    return Clearing(pause if after is None else int(after.total_seconds()), asks, begun)


def go_on() -> None:
    """The patient is there: their session lasts on, longer while they read what to do in an emergency."""
    with parts().sessions() as db:
        met = interrupts.interrupts_of(db, g.patient.id)
        reads = g.patient.state == "submitted" or any(one.acknowledged_at is None for one in met)
        keep = EMERGENCY + _GRACE if met and reads else lasts()
        responses.renew_session(db, request.cookies.get(PATIENT, ""), parts().now(), keep)


def wiped() -> Answer:
    """Back to the welcome with nothing of the last patient left in the browser."""
    with parts().sessions() as db:
        kiosks.wipe(db, request.cookies.get(PATIENT, ""), parts().now())
    return leave_device(url_for("kiosk.welcome"), PATIENT)


def over() -> Answer:
    """The tablet is no tablet any more: nothing of it stays, and staff sign in."""
    with parts().sessions() as db:
        responses.end_session(db, request.cookies.get(PATIENT, ""), parts().now())
    return leave_device(url_for("login.sign_in"), PATIENT, KIOSK)


def to_welcome() -> Answer:
    return redirect(url_for("kiosk.welcome"), 303)
