"""Putting another answer beside a patient's: the question as the form has it, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer
from wtforms import BooleanField, Field, TextAreaField

from rules.answers import UNSURE
from rules.assess import assess
from rules.model import Answers, Assessment, Kind, Question
from screening.documents.corrected import as_corrected, beside_answers
from screening.documents.paper import Paper, words_of
from screening.records import corrections
from screening.records.acting import AlreadySigned
from screening.records.staff import Role
from screening.records.submissions import Submission
from screening.web.beside_view import correctable
from screening.web.forms import Making, as_shown, page_form
from screening.web.papers import paper_now
from screening.web.parts import parts
from screening.web.policy import open_to
from screening.web.practitioner import open_record, signed_meanwhile
from screening.web.staff_forms import LONGEST_NOTE, check, faults, typed
from screening.web.staff_words import actor, page, say, voice

pages = Blueprint("correcting", __name__)

_UNPROCESSABLE = 422
Shown = str | Answer | tuple[str, int]


class Correct(FlaskForm):
    """Why, and, for a question that has no such answer itself, that nobody knows."""

    unknown = BooleanField()
    reason = TextAreaField(filters=[typed])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(prefix="correction", **kwargs)

    def validate_reason(self, field: Field) -> None:
        check(field, say("Write down how you know, such as: asked at the visit"), LONGEST_NOTE)


@dataclass(frozen=True, slots=True)
class Work:
    """One question of an open record; `counting` are the answers as they count now."""

    found: Submission
    paper: Paper
    question: Question
    counting: Answers

    @property
    def making(self) -> Making:
        return Making(self.paper.edition, self.counting, parts().today(), voice().say)

    @property
    def may_be_unknown(self) -> bool:
        """Whether the page must offer "nobody knows", because the question's own field does not."""
        return self.question.required and not _SAYS_SO[self.question.kind](self.question)


def _has_unsure(question: Question) -> bool:
    return any(option.id == UNSURE for option in question.options)


_SAYS_SO: Mapping[Kind, Any] = {
    Kind.YES_NO: lambda question: True,
    Kind.CHOICE: _has_unsure,
    Kind.CHOICES: _has_unsure,
    Kind.NUMBER: lambda question: True,
    Kind.DATE: lambda question: True,
    Kind.TEXT: lambda question: False,
    Kind.REGIONS: lambda question: False,
}


@pages.get("/staff/record/<uuid:submission_id>/correct/<question_id>")
@open_to(Role.PRACTITIONER, Role.CLINICIAN)
def ask(submission_id: UUID, question_id: str) -> Shown:
    """The question with the patient's own answer in words, and with what counts now filled in."""
    found = open_record(submission_id, "correct")
    if found.afterwards.signature is not None:
        return signed_meanwhile(submission_id)
    work = _work(found, question_id)
    return _show(work, page_form(work.making, (work.question,), posted=False), Correct(formdata=None))


@pages.post("/staff/record/<uuid:submission_id>/correct/<question_id>")
@open_to(Role.PRACTITIONER, Role.CLINICIAN)
def correct(submission_id: UUID, question_id: str) -> Shown:
    """Put the answer beside the patient's, with what the rules make of all that counts then."""
    found = open_record(submission_id, "correct")
    if found.afterwards.signature is not None:
        return signed_meanwhile(submission_id)
    work = _work(found, question_id)
    form, why = page_form(work.making, (work.question,), posted=True), Correct()
    sound = why.validate()
    unknown = work.may_be_unknown and why.unknown.data
    if not (unknown or _changes(work, form)) or not sound:
        return _show(work, form, why), _UNPROCESSABLE
    answer = None if unknown else form[question_id].answer
    try:
        with parts().sessions() as db:
            corrections.correct(
                db, actor(), found.id, question_id, answer, why.reason.data, _rules(work), parts().now()
            )
    except AlreadySigned:
        return signed_meanwhile(submission_id)
    return redirect(url_for("practitioner.record", submission_id=submission_id, _anchor="corrections"), 303)


def _work(found: Submission, question_id: str) -> Work:
    paper = paper_now(found)
    if question_id not in correctable(paper):
        abort(404)
    return Work(found, paper, paper.edition.questions[question_id], as_corrected(paper).answers)


def _changes(work: Work, form: FlaskForm) -> bool:
    """Whether the field holds an answer, and another one than counts now; if not, it says so."""
    if not form.validate():
        return False
    field, name = form[work.question.id], work.question.id
    if field.answer == work.counting.get(name, ""):
        field.errors = (say("This is the answer that counts already. Change it, or go back"),)
        return False
    return True


def _rules(work: Work) -> Any:
    """What the rules make of answers, on the day of the form."""

    def conclude(answers: Answers) -> Assessment:
        return assess(work.paper.edition, answers, work.paper.today)

    return conclude


def _show(work: Work, form: FlaskForm, why: Correct) -> str:
    question = work.question
    return page(
        "practitioner/correct.html",
        name=work.found.person.name or say("No name given"),
        reference=work.found.reference,
        question=question.text,
        said=words_of(work.paper, voice(), question.id),
        beside=beside_answers(work.paper, voice()).get(question.id, ()),
        entry=as_shown(work.making, question, form[question.id]),
        form=form,
        why=why,
        may_be_unknown=work.may_be_unknown,
        errors=faults(form) + faults(why),
        back=url_for("practitioner.record", submission_id=work.found.id, _anchor="answers"),
    )
