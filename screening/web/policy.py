"""Who may open a route. A route that does not say stops the start; the rest is refused by default."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from screening.records.responses import find_by_token
from screening.records.signin import find_session
from screening.records.staff import Role
from screening.web.cookies import PATIENT, STAFF
from screening.web.parts import parts

ANYONE = "anyone"
A_PATIENT = "patient"
_View = TypeVar("_View", bound=Callable[..., object])


class RouteWithoutPolicy(Exception):
    """Every route says who may open it: add @open_to(...) to the view."""


def open_to(*who: str | Role) -> Callable[[_View], _View]:
    """Say who may open a view: ANYONE, A_PATIENT, or staff roles."""

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
        g.patient = g.staff = None
        if request.endpoint is None:
            return None
        who = policy_of(app, request.endpoint)
        if ANYONE in who:
            return None
        if A_PATIENT in who:
            return _patient()
        return _staff({role for role in who if isinstance(role, Role)})

    return before


def _patient() -> Answer | None:
    token = request.cookies.get(PATIENT, "")
    with parts().sessions() as session:
        g.patient = find_by_token(session, token, parts().now()) if token else None
    return None if g.patient is not None else redirect(url_for("patient.start"), 303)


def _staff(roles: set[Role]) -> Answer | None:
    token = request.cookies.get(STAFF, "")
    with parts().sessions() as session:
        held = find_session(session, token, parts().now()) if token else None
    if held is None:
        return redirect(url_for("login.sign_in"), 303)
    g.staff = held.staff
    if held.staff.role not in roles:
        abort(403)
    return None
