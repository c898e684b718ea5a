"""The tablet at reception as staff see it: start one here, see those in use, end one from afar."""

from dataclasses import dataclass

from flask import Blueprint, redirect, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer
from wtforms import Field, StringField
from wtforms.validators import ValidationError

from screening.records import kiosks, responses, signin
from screening.records.kiosks import Kiosk
from screening.web.board import DESK
from screening.web.cookies import KIOSK, PATIENT, STAFF, give, leave_device
from screening.web.parts import new_token, parts
from screening.web.policy import open_to
from screening.web.staff_forms import faults, typed
from screening.web.staff_words import actor, page, say, say_here

pages = Blueprint("kiosk_desk", __name__)


class StartTablet(FlaskForm):
    """The PIN twice: with a slip of the finger nobody could leave. Plain fields, since a browser offers to
    remember a password, and would then fill it in for patients."""

    pin = StringField(filters=[typed])
    again = StringField(filters=[typed])

    def validate_pin(self, field: Field) -> None:
        if kiosks.is_weak(field.data):
            raise ValidationError(
                say("Choose at least {n} digits, not in a row and not all the same", n=kiosks.SHORTEST_PIN)
            )

    def validate_again(self, field: Field) -> None:
        if field.data != self.pin.data:
            raise ValidationError(say("Type the same PIN twice"))


@dataclass(frozen=True, slots=True)
class Row:
    """One tablet in use, in words."""

    id: str
    started_by: str
    started: str
    seen: str
    until: str


@pages.get("/staff/kiosk")
@open_to(*DESK)
def show() -> str:
    """How to hand a tablet out, and the tablets in use."""
    return _show(StartTablet())


@pages.post("/staff/kiosk")
@open_to(*DESK)
def start() -> Answer | tuple[str, int]:
    """This browser becomes the tablet: whoever was signed in or had a form open here no longer has."""
    form = StartTablet()
    if not form.validate():
        return _show(form), 422
    token, now = new_token(), parts().now()
    with parts().sessions() as db:
        kiosks.start(db, actor(), token, form.pin.data, now)
        signin.sign_out(db, request.cookies.get(STAFF, ""), now)
        responses.end_session(db, request.cookies.get(PATIENT, ""), now)
    answer = leave_device(url_for("kiosk.welcome"), STAFF, PATIENT)
    give(answer, KIOSK, token, kiosks.LASTS)
    return answer


@pages.post("/staff/kiosk/<kiosk_id>/end")
@open_to(*DESK)
def end(kiosk_id: str) -> Answer:
    """End a tablet from another browser: whatever is open on it closes with its next touch."""
    with parts().sessions() as db:
        kiosks.end(db, actor(), kiosk_id, parts().now())
    return redirect(url_for("kiosk_desk.show"), 303)


def _show(form: StartTablet) -> str:
    with parts().sessions() as db:
        rows = [_row(kiosk) for kiosk in kiosks.running(db, parts().now())]
    hours = int(kiosks.LASTS.total_seconds()) // 3600
    return page("desk/kiosk.html", form=form, errors=faults(form), rows=rows, hours=hours)


def _row(kiosk: Kiosk) -> Row:
    return Row(
        kiosk.id,
        kiosk.started_by,
        say_here(kiosk.started_at),
        say_here(kiosk.last_seen_at),
        say_here(kiosk.expires_at),
    )
