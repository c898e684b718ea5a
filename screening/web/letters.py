"""Referral letters from a record: written, kept, and printed again word for word."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, g, redirect, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer
from wtforms import Field, RadioField, SelectChoice, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import ValidationError

from rules.model import Urgency
from screening.documents.corrected import as_corrected
from screening.documents.letter import (
    Concern,
    Written,
    concerns,
    kept,
    letter,
    letter_css,
    letter_html,
    letter_identifier,
    letter_of,
)
from screening.documents.paper import Paper
from screening.documents.render import CouldNotRender
from screening.records import letters
from screening.records.staff import Role
from screening.records.submissions import Submission
from screening.web.drawing import as_pdf, draw, templates
from screening.web.papers import paper_now
from screening.web.parts import parts
from screening.web.policy import open_to
from screening.web.practitioner import open_record
from screening.web.staff_forms import check, faults, typed
from screening.web.staff_words import actor, here, page, say, voice

pages = Blueprint("letters", __name__)

_LONGEST_ADDRESSEE, _LONGEST_TEXT = 1000, 3000
_ROUTINE = "routine"


class Write(FlaskForm):
    """To whom, why, how soon, about which flags, and in which words."""

    addressee = TextAreaField(filters=[typed])
    reason = StringField(filters=[typed])
    urgency = RadioField(validate_choice=False)
    flags = SelectMultipleField(choices=[])
    text = TextAreaField(filters=[typed])

    def __init__(self, paper: Paper, told: tuple[Concern, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        words = paper.edition.words
        soon = [SelectChoice(value=urgency.value, label=words[urgency]) for urgency in Urgency]
        self.urgency.choices = [*soon, SelectChoice(value=_ROUTINE, label=say("No particular hurry"))]
        self.flags.choices = [SelectChoice(value=c.flag.id, label=_named(paper, c)) for c in told]

    def validate_addressee(self, field: Field) -> None:
        check(field, say("Write whom the letter goes to"), _LONGEST_ADDRESSEE)

    def validate_reason(self, field: Field) -> None:
        check(field, say("Write the reason for the referral in one line"))

    def validate_urgency(self, field: Field) -> None:
        if field.data not in (*Urgency, _ROUTINE):
            raise ValidationError(say("Choose how soon the patient should be seen"))

    def validate_text(self, field: Field) -> None:
        check(field, say("Write the letter’s text"), _LONGEST_TEXT)


def _named(paper: Paper, concern: Concern) -> str:
    words, flag = paper.edition.words, concern.flag
    parts_of = [paper.edition.rule[flag.id].title, words[flag.level], words[flag.status], concern.beside]
    parts_of += [say("private: tick it only with the patient’s consent")] if concern.private else []
    return " · ".join(part for part in parts_of if part)


@pages.get("/staff/record/<uuid:submission_id>/letter")
@open_to(Role.PRACTITIONER, Role.CLINICIAN)
def write(submission_id: UUID) -> str:
    """A letter to write, with the pressing flags ticked and a neutral sentence to begin with."""
    found = open_record(submission_id, "letter")
    paper = paper_now(found)
    told = concerns(paper, voice())
    urgency = as_corrected(paper).assessment.urgency
    known = {
        "flags": [concern.flag.id for concern in told if concern.pressing],
        "urgency": _ROUTINE if urgency is None else urgency.value,
        "text": say(
            "This patient answered our health form before a visit for dry needling. "
            "I would be grateful for your assessment of what is listed below."
        ),
    }
    return _show(found, Write(paper, told, formdata=None, data=known))


@pages.post("/staff/record/<uuid:submission_id>/letter")
@open_to(Role.PRACTITIONER, Role.CLINICIAN)
def keep(submission_id: UUID) -> Answer | tuple[str, int]:
    """Keep the letter as it will be printed; the record lists it."""
    found, now = open_record(submission_id, "letter"), parts().now()
    paper = paper_now(found)
    form = Write(paper, concerns(paper, voice()))
    if not form.validate():
        return _show(found, form), 422
    soon = {choice.value: choice.label for choice in form.urgency.choices}
    flags = tuple(form.flags.data or ())
    written = Written(
        form.addressee.data,
        form.reason.data,
        soon[form.urgency.data],
        form.text.data,
        flags,
        g.staff.name,
        g.staff.registration or "",
        here(now),
    )
    body = {"addressee": written.addressee, "text": written.text, "flags": list(flags)}
    printed = kept(letter(paper, voice(), written))
    with parts().sessions() as db:
        letters.write(db, actor(), found.id, {**body, "printed": printed}, now)
    return redirect(url_for("practitioner.record", submission_id=submission_id, _anchor="letters"), 303)


@pages.get("/staff/record/<uuid:submission_id>/letter/<int:number>.pdf")
@open_to(Role.PRACTITIONER, Role.CLINICIAN)
def again(submission_id: UUID, number: int) -> Answer | tuple[str, int]:
    """A letter as it was written, ready to sign."""
    found = open_record(submission_id, "letter")
    made = next((one for one in found.afterwards.letters if one.id == number), None) or abort(404)
    printed: Any = made.body["printed"]
    shown = letter_of(printed)
    html = letter_html(templates(), shown, voice().say)
    try:
        drawn = draw(html, letter_css(), letter_identifier(shown), made.at)
    except CouldNotRender:
        back = url_for("practitioner.record", submission_id=submission_id)
        return page("practitioner/no_paper.html", reference=found.reference, back=back), 503
    return as_pdf(drawn, f"{found.reference}-letter-{number}")


def _show(found: Submission, form: Write) -> str:
    return page(
        "practitioner/letter.html",
        name=found.person.name or say("No name given"),
        reference=found.reference,
        form=form,
        errors=faults(form),
        back=url_for("practitioner.record", submission_id=found.id),
    )
