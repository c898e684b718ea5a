"""The clinic's logo: sent in by the administrator, shown to everybody in the head of the pages."""

import base64
from hashlib import sha256

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer

from screening.documents.logo import LARGEST, NotALogo, Reason, as_logo
from screening.in_force import LOGO
from screening.records import clinic_settings
from screening.records.staff import Role
from screening.web.parts import parts
from screening.web.policy import A_KIOSK, ANYONE, open_to
from screening.web.staff_words import actor, page, say

pages = Blueprint("logo", __name__)

_A_DAY = 86_400  # seconds


@pages.get("/clinic-logo")
@open_to(ANYONE, A_KIOSK)
def picture() -> Answer:
    """The logo; its address names its digest, so that a browser may keep it."""
    logo = parts().settings.clinic.logo or abort(404)
    answer = Answer(logo, mimetype="image/png")
    answer.headers["Cache-Control"] = f"public, max-age={_A_DAY}"
    answer.set_etag(_digest(logo))
    return answer.make_conditional(request.environ)


@pages.get("/staff/clinic-logo")
@open_to(Role.ADMINISTRATOR)
def ask() -> str:
    """Ask for the picture."""
    return _ask("")


@pages.post("/staff/clinic-logo")
@open_to(Role.ADMINISTRATOR)
def save() -> Answer | tuple[str, int]:
    """Keep the picture, drawn anew; what is none is refused with the reason."""
    chosen = request.files.get("logo")
    data = chosen.read(LARGEST + 1) if chosen is not None else b""
    if not data:
        return _ask(say("Choose a picture")), 422
    try:
        logo = as_logo(data)
    except NotALogo as error:
        return _ask(_reason(error.reason)), 422
    return _keep(base64.b64encode(logo).decode(), say("Saved. It counts from now on."))


@pages.post("/staff/clinic-logo/remove")
@open_to(Role.ADMINISTRATOR)
def remove() -> Answer:
    """Show no logo any more."""
    return _keep(None, say("The logo is gone from pages and paper."))


def address() -> str:
    """Where the logo is, a new address for every new picture; empty while there is none."""
    logo = parts().settings.clinic.logo
    return url_for("logo.picture", v=_digest(logo)[:12]) if logo else ""


def _keep(text: str | None, told: str) -> Answer:
    with parts().sessions() as db:
        clinic_settings.change(db, actor(), LOGO, {LOGO: text}, parts().now())
    flash(told)
    return redirect(url_for("clinic.show"), 303)


def _ask(fault: str) -> str:
    errors = [(fault, "#logo")] if fault else ()
    return page("admin/logo.html", form=FlaskForm(), fault=fault, errors=errors, most=LARGEST // 1000)


def _reason(reason: Reason) -> str:
    return {
        Reason.TOO_LARGE: say("This file is larger than {most} kB. Save it smaller", most=LARGEST // 1000),
        Reason.NO_PICTURE: say("This file is no PNG or JPEG picture, or it is broken"),
        Reason.TOO_MANY_PIXELS: say("This picture has too many points. Save it at 600 by 200 or less"),
    }[reason]


def _digest(logo: bytes) -> str:
    return sha256(logo).hexdigest()
