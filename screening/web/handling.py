"""What a practitioner does with a record besides deciding: its flags one by one, and the signature."""

from uuid import UUID

from flask import Blueprint, abort, redirect, url_for
from werkzeug.wrappers import Response as Answer

from screening.records import handling, signatures
from screening.records.acting import AlreadySigned
from screening.records.handling import Action
from screening.records.staff import Role
from screening.web.handling_forms import Addend, Handle, SignRecord
from screening.web.parts import parts
from screening.web.policy import open_to
from screening.web.practitioner import open_record, show, signed_meanwhile
from screening.web.proof import wrong_password
from screening.web.staff_words import actor, say

pages = Blueprint("handling", __name__)

_UNPROCESSABLE, _CONFLICT, _TOO_MANY = 422, 409, 429
Shown = Answer | tuple[str, int] | tuple[str, int, dict[str, str]]


@pages.post("/staff/record/<uuid:submission_id>/flag/<flag_id>")
@open_to(Role.PRACTITIONER, Role.CLINICIAN)
def flag(submission_id: UUID, flag_id: str) -> Shown:
    """Add what was done about one flag; the flag and earlier entries stay."""
    found = open_record(submission_id, "handle")
    corrected = (correction.assessment for correction in found.afterwards.corrections)
    if flag_id not in {flag.id for known in (found.assessment, *corrected) for flag in known.flags}:
        abort(404)
    form = Handle(flag_id)
    if not form.validate():
        return show(found, form), _UNPROCESSABLE
    action, reason = Action(form.action.data), form.reason.data
    try:
        with parts().sessions() as db:
            handling.handle(db, actor(), found.id, flag_id, action, reason, parts().now())
    except AlreadySigned:
        return signed_meanwhile(submission_id)
    return _back(submission_id, flag_id)


@pages.post("/staff/record/<uuid:submission_id>/signature")
@open_to(Role.PRACTITIONER, Role.CLINICIAN)
def sign(submission_id: UUID) -> Shown:
    """Sign the record as it was shown, once the password proves who is there."""
    found = open_record(submission_id, "sign")
    form, now = SignRecord(), parts().now()
    if not form.validate():
        return show(found, form), _UNPROCESSABLE
    if wait := wrong_password(form.password):
        return show(found, form), _TOO_MANY, {"Retry-After": str(wait)}
    try:
        with parts().sessions() as db:
            signatures.sign(db, actor(), found.id, form.seen.data or "", now)
    except AlreadySigned:
        return signed_meanwhile(submission_id)
    except signatures.Changed:
        new = say("Something was added to this record while you read it. Read it again, then sign it.")
        return show(found, fault=(new, "#signature")), _CONFLICT
    except signatures.NothingDecided:
        return show(found, fault=(say("Record a decision first, then sign."), "#decisions")), _CONFLICT
    return _back(submission_id, "signature")


@pages.post("/staff/record/<uuid:submission_id>/addendum")
@open_to(Role.PRACTITIONER, Role.CLINICIAN)
def addendum(submission_id: UUID) -> Shown:
    """Add a dated addendum below the signature."""
    found = open_record(submission_id, "addendum")
    form = Addend()
    if not form.validate():
        return show(found, form), _UNPROCESSABLE
    try:
        with parts().sessions() as db:
            signatures.append(db, actor(), found.id, form.text.data, parts().now())
    except signatures.NotSigned:
        return show(
            found, fault=(say("This record is not signed: add to it directly."), "#decisions")
        ), _CONFLICT
    return _back(submission_id, "signature")


def _back(submission_id: UUID, anchor: str) -> Answer:
    return redirect(url_for("practitioner.record", submission_id=submission_id, _anchor=anchor), 303)
