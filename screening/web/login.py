"""Staff come in and go out: sign in, sign out, make an account with a one-time code."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as Answer

from screening.records import signin, staff
from screening.records.signin import Refused
from screening.records.staff import CodeNotValid, NameTaken
from screening.web import people
from screening.web.cookies import STAFF, give, leave_device
from screening.web.parts import new_token, parts
from screening.web.policy import ANYONE, lasting, open_to
from screening.web.staff_forms import First, SignIn, faults
from screening.web.staff_words import say

pages = Blueprint("login", __name__)
pages.register_blueprint(people.pages)

_UNPROCESSABLE, _TOO_MANY = 422, 429
_MINUTE = 60


@pages.get("/staff/sign-in")
@open_to(ANYONE)
def sign_in() -> str:
    """Ask for name and password."""
    return render_template("login/sign_in.html", form=SignIn())


@pages.post("/staff/sign-in")
@open_to(ANYONE)
def let_in() -> Answer | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Start a new session for the right name and password, or say how long to wait."""
    form = SignIn()
    if not form.validate():
        return render_template("login/sign_in.html", form=form, errors=faults(form)), _UNPROCESSABLE
    token, now = new_token(), parts().now()
    with parts().sessions() as db:
        held = signin.sign_in(db, form.sign_in_name.data, form.password.data, token, now, lasting())
        if not isinstance(held, Refused):
            signin.sign_out(db, request.cookies.get(STAFF, ""), now)
    if isinstance(held, Refused):
        # One sentence for a wrong name, a wrong password, a closed account and a guess too soon.
        wrong = say("That name and password do not go together. Try again in {wait}.", wait=wait_words(held))
        told = render_template("login/sign_in.html", form=form, errors=[(wrong, "#sign_in_name")])
        return told, _TOO_MANY, {"Retry-After": str(held.wait_seconds)}
    session.clear()
    answer = redirect(url_for("practitioner.home"), 303)
    give(answer, STAFF, token, None)
    return answer


def wait_words(refused: Refused) -> str:
    """How long to wait before the next guess, in words."""
    seconds = refused.wait_seconds
    if seconds <= 1:
        return say("1 second")
    if seconds <= _MINUTE:
        return say("{n} seconds", n=seconds)
    return say("{n} minutes", n=-(-seconds // _MINUTE))


@pages.post("/staff/sign-out")
@open_to(ANYONE)
def sign_out() -> Answer:
    """End the session here and on the server, also one that has run out."""
    with parts().sessions() as db:
        signin.sign_out(db, request.cookies.get(STAFF, ""), parts().now())
    return leave_device(url_for("login.sign_in"), STAFF)


@pages.get("/staff/first")
@open_to(ANYONE)
def first() -> str:
    """Ask for the one-time code, and for what the new account needs."""
    return _first(First())


@pages.post("/staff/first")
@open_to(ANYONE)
def make_account() -> Answer | tuple[str, int]:
    """Make the account that the code stands for."""
    form = First()
    if not form.validate() or not _made(form):
        return _first(form), _UNPROCESSABLE
    flash(say("Your account is ready. Sign in with your new name and password."))
    return redirect(url_for("login.sign_in"), 303)


def _made(form: First) -> bool:
    """Whether the account was made; if not, the form carries the reason."""
    try:
        with parts().sessions() as db:
            staff.redeem_code(
                db,
                form.code.data,
                form.full_name.data,
                form.sign_in_name.data,
                form.password.data,
                parts().now(),
                form.registration.data or None,
            )
    except CodeNotValid:
        form.code.errors = (
            say("This code does not work: it may be mistyped, used or older than a day. Ask for a new one"),
        )
    except NameTaken:
        form.sign_in_name.errors = (say("Somebody here signs in with this name. Choose another"),)
    return not form.errors


def _first(form: First) -> str:
    return render_template("login/first.html", form=form, errors=faults(form), least=staff.SHORTEST_PASSWORD)
