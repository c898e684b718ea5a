"""Who works here: the administrator lets people in with one-time codes and closes accounts."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer

from screening.records import signin, staff
from screening.records.signin import Seen
from screening.records.staff import CODE_LASTS, LastAdministrator, Role, Staff
from screening.records.submissions import REFERENCE_ALPHABET
from screening.web.parts import parts
from screening.web.policy import lasting, open_to
from screening.web.staff_forms import CodeFor, faults
from screening.web.staff_words import actor, page, role_words, say, say_here

pages = Blueprint("people", __name__)

# 20 letters of 22 are 89 bits: nobody guesses one in the day that it lasts, and it can be read out.
_GROUPS, _LETTERS = 5, 4


@dataclass(frozen=True, slots=True)
class Row:
    """One account, in words; `close` is empty where it is closed already, `sign_out` where nobody is
    signed in."""

    name: str
    sign_in_name: str
    role: str
    registration: str
    state: str
    close: str
    sessions: str
    sign_out: str


@dataclass(frozen=True, slots=True)
class NewCode:
    """A code that is shown once: what it is, for whom, where it is typed in, until when."""

    code: str
    role: str
    address: str
    until: str


@pages.get("/staff/people")
@open_to(Role.ADMINISTRATOR)
def everyone() -> str:
    """All accounts, and the form that makes a code."""
    return _show(CodeFor())


@pages.post("/staff/people")
@open_to(Role.ADMINISTRATOR)
def make_code() -> str | tuple[str, int]:
    """Make a code and show it in this answer only: the server keeps no more than its fingerprint."""
    form = CodeFor()
    if not form.validate():
        return _show(form), 422
    role, now = Role(form.role.data), parts().now()
    code = "-".join("".join(map(secrets.choice, [REFERENCE_ALPHABET] * _LETTERS)) for _ in range(_GROUPS))
    with parts().sessions() as db:
        staff.create_code(db, actor(), code, role, now)
    address = parts().settings.base_url.rstrip("/") + url_for("login.first")
    made = NewCode(code, role_words(role), address, say_here(now + CODE_LASTS))
    return _show(CodeFor(formdata=None), made)


@pages.get("/staff/people/<uuid:staff_id>/close")
@open_to(Role.ADMINISTRATOR)
def ask_to_close(staff_id: UUID) -> str:
    """Ask once more before an account is closed."""
    return page("login/close.html", person=_find(staff_id), form=FlaskForm())


@pages.post("/staff/people/<uuid:staff_id>/close")
@open_to(Role.ADMINISTRATOR)
def close(staff_id: UUID) -> Answer | tuple[str, int]:
    """Close an account and sign the person out everywhere; what they did stays on record."""
    person = _find(staff_id)
    try:
        with parts().sessions() as db:
            staff.disable(db, actor(), person.id, parts().now())
    except LastAdministrator:
        last = say("This is the only administrator. Make another one first, or nobody could let people in.")
        return page("login/close.html", person=person, form=FlaskForm(), errors=[(last, "#close")]), 409
    return redirect(url_for("login.people.everyone"), 303)


@pages.post("/staff/people/<uuid:staff_id>/sign-out")
@open_to(Role.ADMINISTRATOR)
def sign_out_everywhere(staff_id: UUID) -> Answer:
    """End all sessions of a person at once, for a lost telephone or a computer left open."""
    person = _find(staff_id)
    with parts().sessions() as db:
        signin.sign_out_everywhere(db, actor(), person.id, parts().now())
    flash(say("{name} is signed out everywhere.", name=person.name))
    return redirect(url_for("login.people.everyone"), 303)


def _find(staff_id: UUID) -> Staff:
    with parts().sessions() as db:
        found = next((person for person in staff.everyone(db) if person.id == str(staff_id)), None)
    return found if found is not None else abort(404)


def _show(form: CodeFor, made: NewCode | None = None) -> str:
    with parts().sessions() as db:
        seen = signin.live_sessions(db, parts().now(), lasting())
        rows = tuple(_row(person, seen.get(person.id)) for person in staff.everyone(db))
    return page("login/people.html", rows=rows, form=form, made=made, errors=faults(form))


def _row(person: Staff, seen: Seen | None) -> Row:
    closed, live = person.disabled_at, seen is not None and seen.live
    return Row(
        person.name,
        person.sign_in_name,
        role_words(person.role),
        person.registration or say("Not given"),
        say("Open") if closed is None else say("Closed {when}", when=say_here(closed)),
        url_for("login.people.ask_to_close", staff_id=person.id) if closed is None else "",
        _sessions(seen),
        url_for("login.people.sign_out_everywhere", staff_id=person.id) if live else "",
    )


def _sessions(seen: Seen | None) -> str:
    if seen is None:
        return say("Never signed in")
    when = say_here(seen.last_seen_at)
    if not seen.live:
        return say("Not signed in. Last seen {when}", when=when)
    return say("Sessions: {n}. Last seen {when}", n=seen.live, when=when)
