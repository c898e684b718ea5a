"""Who may open a route. A route that does not say stops the start; the rest is refused by default."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from flask import Flask, abort, g, redirect, request, session, url_for
from werkzeug.wrappers import Response as Answer

from screening.records.responses import Response, find_by_token
from screening.records.signin import Lasting, find_session
from screening.records.staff import Role
from screening.web import tablet
from screening.web.cookies import KIOSK, PATIENT, STAFF
from screening.web.parts import parts

ANYONE = "anyone"
A_PATIENT = "patient"
# A patient in any browser but the tablet at reception.
A_PATIENT_AT_HOME = "patient at home"
A_KIOSK = "tablet"
_View = TypeVar("_View", bound=Callable[..., object])


class RouteWithoutPolicy(Exception):
    """Every route says who may open it: add @open_to(...) to the view."""


def open_to(*who: str | Role) -> Callable[[_View], _View]:
    """Say who may open a view: ANYONE, A_PATIENT, A_PATIENT_AT_HOME, A_KIOSK, or staff roles.

    While a browser is the tablet at reception, nothing opens but what names A_KIOSK or A_PATIENT."""

    def mark(view: _View) -> _View:
        view.open_to = who  # type: ignore[attr-defined]  # the mark is read back by check and guard
        return view

    return mark


def policy_of(app: Flask, endpoint: str) -> tuple[str | Role, ...]:
    if endpoint == "static":
        return (ANYONE,)
    marked: tuple[str | Role, ...] = getattr(app.view_functions[endpoint], "open_to", ())
    return marked


def check_every_route(app: Flask) -> None:
    """Raise RouteWithoutPolicy unless every route of the application says who may open it."""
    silent = sorted({r.endpoint for r in app.url_map.iter_rules() if not policy_of(app, r.endpoint)})
    if silent:
        raise RouteWithoutPolicy(", ".join(silent))


def guard(app: Flask) -> Callable[[], Answer | None]:
    """Before each request: let in whom the policy names, send the others to where they may enter."""

    def before() -> Answer | None:
        g.patient = g.staff = g.kiosk = None
        if request.endpoint == "static":
            return None
        who = policy_of(app, request.endpoint) if request.endpoint else (ANYONE, A_KIOSK)
        if KIOSK in request.cookies:
            return _tablet(who)
        if ANYONE in who:
            return None
        if A_PATIENT in who or A_PATIENT_AT_HOME in who:
            return _patient()
        return _staff({role for role in who if isinstance(role, Role)})

    return before


def patient_of_request() -> Response | None:
    """The form that this browser has open, or None."""
    token = request.cookies.get(PATIENT, "")
    if not token:
        return None
    with parts().sessions() as db:
        return find_by_token(db, token, parts().now())


def seen(now: datetime) -> None:
    """Note that the patient is here, so that a long pause can be told."""
    session["seen"] = now.timestamp()
    session.pop("locked", None)


def lasting() -> Lasting:
    """How long staff stay signed in here."""
    settings = parts().settings
    return Lasting(timedelta(minutes=settings.staff_idle_minutes), timedelta(hours=settings.staff_hours))


def _patient() -> Answer | None:
    g.patient = patient_of_request()
    if g.patient is None:
        return redirect(url_for("patient.start"), 303)
    now = parts().now()
    pause = now.timestamp() - session.get("seen", 0.0)
    if session.get("locked") or pause > parts().settings.patient_idle_minutes * 60:
        session["locked"] = True
        # A page that was being typed during the pause is kept; nothing is shown before the birthday.
        passes = request.endpoint in ("patient.save", "locking.unlock", "locking.check_birthday")
        return None if passes else redirect(url_for("locking.unlock"), 303)
    seen(now)
    return None


def _tablet(who: tuple[str | Role, ...]) -> Answer | None:
    """A patient's own form while they touch it, and the tablet's own pages; all else is its welcome."""
    g.kiosk = tablet.of_request()
    if g.kiosk is None:
        return tablet.over()
    g.patient = patient_of_request()
    if A_KIOSK in who:
        return None
    if A_PATIENT not in who:
        return tablet.to_welcome()
    if g.patient is None:
        return tablet.wiped()
    tablet.go_on()
    return None


def _staff(roles: set[Role]) -> Answer | None:
    token = request.cookies.get(STAFF, "")
    with parts().sessions() as db:
        held = find_session(db, token, parts().now(), lasting()) if token else None
    if held is None:
        return redirect(url_for("login.sign_in"), 303)
    g.staff = held.staff
    if held.staff.role not in roles:
        abort(403)
    return None
