"""Invitations: the desk makes a link, the patient proves a birthday with it and comes to their own form.

The token stands in one address only, which answers with nothing but the way on; it is in no page, no
title and no log, and the browser's session holds its hash.
"""

import base64
from datetime import timedelta
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer

from rules.answers import day
from screening.documents.render import CouldNotRender
from screening.documents.slips import Slip, qr_svg, slips_assets, slips_css, slips_html, slips_identifier
from screening.records import invitations, outbox
from screening.records.invitations import Invitation, NoBirthday
from screening.records.outbox import Kind, Message
from screening.records.responses import NotOpen
from screening.records.tokens import fingerprint
from screening.web.appointments import find
from screening.web.board import DESK
from screening.web.cookies import PATIENT, give
from screening.web.drawing import as_pdf, draw, templates
from screening.web.emails import link_to, sentences_to
from screening.web.opening import open_form
from screening.web.parts import new_token, parts
from screening.web.policy import ANYONE, open_to, patient_of_request, seen
from screening.web.posting import post_of
from screening.web.staff_words import actor, here, page, say_here, voice

pages = Blueprint("invite", __name__)

_HELD = "invitation"
_BOXES = ("year", "month", "day")


# --- the desk ---------------------------------------------------------------------------------


@pages.post("/staff/appointment/<uuid:appointment_id>/invite")
@open_to(*DESK)
def make(appointment_id: UUID) -> str | Answer:
    """Make a link and show it in this answer only; links made before stop working."""
    found, token = find(appointment_id), new_token()
    try:
        with parts().sessions() as db:
            until = invitations.invite(db, actor(), found.id, token, parts().now())
    except LookupError:
        abort(404)
    except NoBirthday:
        return redirect(url_for("appointments.show", appointment_id=found.id), 303)
    link = link_to(token)
    return page(
        "desk/appointment_link.html",
        form=FlaskForm(),
        id=found.id,
        name=found.booking.patient_name,
        link=link,
        token=token,
        code=base64.b64encode(qr_svg(link)).decode(),
        until=say_here(until),
        post=post_of(found),
        text=" ".join(sentences_to(found, link)),
        day=here(found.booking.at).date().isoformat(),
    )


@pages.post("/staff/appointment/<uuid:appointment_id>/email")
@open_to(*DESK)
def email(appointment_id: UUID) -> Answer:
    """Put the invitation in the outbox, from where the next round sends it; earlier links keep working."""
    found = find(appointment_id)
    if post_of(found).address:
        new = Message(Kind.INVITATION, found.id, found.booking.email)
        once = f"{new.kind}:{found.id}:{request.form.get('press', '')}"
        with parts().sessions() as db:
            outbox.queue(db, actor(), once, new, parts().now())
    return redirect(url_for("appointments.show", appointment_id=found.id), 303)


@pages.post("/staff/appointment/<uuid:appointment_id>/stop")
@open_to(*DESK)
def revoke(appointment_id: UUID) -> Answer:
    """No link of this appointment opens from now on, and none is sent that was waiting to be."""
    found = find(appointment_id)
    with parts().sessions() as db:
        invitations.revoke(db, actor(), found.id, parts().now())
        outbox.drop(db, actor(), found.id, parts().now())
    return redirect(url_for("appointments.show", appointment_id=found.id), 303)


@pages.post("/staff/appointment/<uuid:appointment_id>/slip.pdf")
@open_to(*DESK)
def slip(appointment_id: UUID) -> Answer | tuple[str, int]:
    """The slip with the link as a code, while the page that made the link is still open."""
    found, token, now = find(appointment_id), request.form.get("token", ""), parts().now()
    with parts().sessions() as db:
        held = invitations.find(db, fingerprint(token), now)
    if held is None or held.appointment_id != found.id:
        abort(404)
    spoken = voice()
    slips = [Slip(link_to(token), found.booking.patient_name, here(found.booking.at))]
    html = slips_html(templates(), slips, spoken.clinic, spoken.say, spoken.language)
    try:
        drawn = draw(html, slips_css(), slips_identifier(slips), now, assets=slips_assets(slips))
    except CouldNotRender:
        return page("desk/no_paper.html"), 503
    return as_pdf(drawn, "slip")


# --- the patient ------------------------------------------------------------------------------


@pages.get("/i/<token>")
@open_to(ANYONE)
def arrive(token: str) -> Answer:
    """Exchange the token for the browser's session and lead away from its address; nothing is used up."""
    session[_HELD] = fingerprint(token)
    return redirect(url_for("invite.show"), 303)


@pages.get("/invited")
@open_to(ANYONE)
def show() -> Answer | str | tuple[str, int]:
    """Ask for the birthday; a link that opens no more says calmly whom to call."""
    if _held() is not None:
        return _ask(None)
    # Whoever steps back out of the form they just opened is led on, not told that the link is over.
    if _HELD not in session and patient_of_request() is not None:
        return redirect(url_for("patient.resume"), 303)
    return _closed()


@pages.post("/invited")
@open_to(ANYONE)
def prove() -> Answer | str | tuple[str, int]:
    """With the right birthday the patient's form begins, or goes on where it was left."""
    held = _held()
    if held is None:
        return _closed()
    year, month, of_month = (request.form.get(f"birthday-{box}", "").strip() for box in _BOXES)
    born = day(f"{year:>04}-{month:>02}-{of_month:>02}")
    if born is None:
        # A date that does not exist is a slip of the finger, not a guess.
        return _ask(held.tries_left, (of_month, month, year), real=False), 422
    try:
        with parts().sessions() as db:
            right = invitations.check_birthday(db, held.id, born, parts().now())
    except LookupError:
        return _closed()
    if right:
        return _begin(held)
    if held.tries_left <= 1:
        return _closed()
    return _ask(held.tries_left - 1, (of_month, month, year)), 422


def _begin(held: Invitation) -> Answer | str:
    now, token = parts().now(), new_token()
    lasts = timedelta(days=parts().settings.patient_days)
    try:
        open_form(invitations.LINK, held.appointment_id, token, lasts)
    except NotOpen:
        return render_template("patient/invited_done.html", clinic=parts().settings.clinic)
    session.clear()
    session.permanent = True
    seen(now)
    answer = redirect(url_for("patient.resume"), 303)
    give(answer, PATIENT, token, lasts)
    return answer


def _held() -> Invitation | None:
    with parts().sessions() as db:
        return invitations.find(db, str(session.get(_HELD, "")), parts().now())


def _ask(left: int | None, typed: tuple[str, str, str] = ("", "", ""), *, real: bool = True) -> str:
    return render_template("patient/invited.html", form=FlaskForm(), left=left, typed=typed, real=real)


def _closed() -> tuple[str, int]:
    """The same page for a link unknown, too old, stopped or guessed at: it tells a guesser nothing."""
    return render_template("patient/invited_closed.html", clinic=parts().settings.clinic), 410
