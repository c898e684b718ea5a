"""The check of all answers, the signature, and what comes after."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer

from rules.answers import day
from rules.model import Assessment, Edition, Page, Question, Status, Urgency
from rules.spoken import Spoken
from screening.documents.copy import copy_css, copy_html, copy_identifier
from screening.documents.paper import made_at
from screening.documents.render import CouldNotRender
from screening.records import responses, submissions
from screening.records.responses import StalePage
from screening.records.submissions import Person, Submission
from screening.settings import fill
from screening.web import asking as forms_of
from screening.web.asking import Asking, answers_in_words
from screening.web.cookies import PATIENT, leave_device
from screening.web.drawing import as_pdf, draw, templates
from screening.web.forms import as_shown, page_form
from screening.web.journey import first_unfinished, home_pages, signed
from screening.web.papers import paper_of
from screening.web.parts import parts
from screening.web.patient import onwards
from screening.web.policy import A_PATIENT, A_PATIENT_AT_HOME, open_to
from screening.web.returning import carried_words
from screening.web.tablet import EMERGENCY, THANKS, clearing

pages = Blueprint("sending", __name__)


# --- check and send ----------------------------------------------------------------------------


@pages.get("/check")
@open_to(A_PATIENT)
def check() -> Answer | str:
    """All answers, each with a link to change it, and the place to sign."""
    asking = forms_of.current()
    if not _is_complete(asking):
        return onwards(asking)
    with parts().sessions() as db:
        responses.mark_check_reached(db, asking.response.id, parts().now())
    return _show_check(asking, _signing_form(asking, posted=False))


def _is_complete(asking: Asking) -> bool:
    return (
        asking.response.state == "open"
        and not forms_of.unread_interrupts(asking)
        and first_unfinished(asking.reading) is None
    )


def _signing_page(edition: Edition) -> Page:
    return next(page for page in home_pages(edition) if signed(page))


def _signing_form(asking: Asking, *, posted: bool) -> FlaskForm:
    return page_form(asking.making, signed(_signing_page(asking.edition)), posted=posted)


def _rows(
    asking: Asking, said: tuple[Spoken, ...], number: int, carried: Mapping[str, str]
) -> list[tuple[str, str, str, str]]:
    hidden = asking.say("Your answer is saved and not shown here")
    address = url_for("patient.page", number=number)
    return [
        (
            spoken.question.text,
            (hidden if spoken.question.not_for_desk and spoken.given else spoken.words)
            + carried.get(spoken.question.id, ""),
            f"{address}#{spoken.question.id}",
            spoken.question.text,
        )
        for spoken in said
        if not spoken.question.signs
    ]


def _show_check(asking: Asking, form: FlaskForm, faults: list[tuple[str, str]] | None = None) -> str:
    at_home = [(page, said) for page, said in answers_in_words(asking) if not page.at_desk]
    questions = signed(_signing_page(asking.edition))
    carried = carried_words(asking)
    return render_template(
        "patient/check.html",
        sections=[(page, _rows(asking, said, page.number, carried)) for page, said in at_home],
        entries=[as_shown(asking.making, q, form[q.id]) for q in questions],
        unsure=_unsure(asking.edition, asking.assessment(), asking.answers),
        unsure_text=_filled(asking.edition, "msg-unsure-emergency"),
        errors=faults or (),
        csrf_token_value=form.csrf_token.current_token,
    )


def _unsure(edition: Edition, assessment: Assessment, answers: Any) -> list[Question]:
    """The emergency questions that were answered "not sure", unless private."""
    causes = {
        question
        for flag in assessment.flags
        if flag.status is Status.ASK and flag.urgency is Urgency.EMERGENCY
        if not edition.rule[flag.id].private
        for question in flag.because
    }
    return [q for q in edition.questions.values() if q.id in causes and answers.get(q.id) == "unsure"]


def _filled(edition: Edition, message: str) -> str:
    return fill(edition.messages[message], parts().settings.clinic)


@pages.post("/check")
@open_to(A_PATIENT)
def send() -> Answer | tuple[str, int]:
    """Sign and send, once; a second click finds it sent."""
    asking = forms_of.current()
    if not _is_complete(asking):
        return onwards(asking)
    form = _signing_form(asking, posted=True)
    form.validate()
    page = _signing_page(asking.edition)
    questions = signed(page)
    faults = [(str(form[q.id].errors[0]), f"#{q.id}") for q in questions if form[q.id].errors]
    if faults:
        return _show_check(asking, form, faults), 422
    given = {q.id: form[q.id].answer for q in questions}
    try:
        kept = forms_of.keep(asking, page, given, asking.versions.get(page.id, 0))
    except StalePage:
        return redirect(url_for("sending.check"), 303)
    if forms_of.stop_if_urgent(kept):
        return redirect(url_for("urgent.show"), 303)
    hand_in(kept)
    return redirect(url_for("sending.done"), 303)


def hand_in(asking: Asking) -> Submission:
    """Store what was answered with its assessment, once."""
    answers = asking.answers
    person = Person(
        str(answers.get("full_name", "")),
        day(answers.get("date_of_birth")),
        day(answers.get("visit_date")),
    )
    with parts().sessions() as db:
        return submissions.submit(
            db,
            asking.response.id,
            lambda: submissions.new_reference(secrets.choice),
            dict(answers),
            asking.assessment(),
            person,
            parts().now(),
        )


# --- afterwards --------------------------------------------------------------------------------


@pages.get("/done")
@open_to(A_PATIENT)
def done() -> Answer | str:
    """The reference, what happens next, what to tell the clinic on the day."""
    asking = forms_of.current()
    sent = _sent(asking, "done")
    if sent is None:
        return onwards(asking)
    adds = _adds(asking.edition, sent.assessment)
    unsure = _unsure(asking.edition, sent.assessment, sent.answers)
    return render_template(
        "patient/done.html",
        form=FlaskForm(),
        reference=sent.reference,
        text=_filled(asking.edition, sent.assessment.message),
        adds=adds,
        day_change=_filled(asking.edition, "msg-day-change"),
        unsure=unsure,
        unsure_text=_filled(asking.edition, "msg-unsure-emergency"),
        urgent=sent.assessment.message in _URGENT,
        same_day=sent.assessment.message == "msg-same-day",
        number=parts().settings.clinic.emergency_number,
        phone=parts().settings.clinic.phone,
        tablet=clearing(_stays(sent.assessment.message, bool(adds or unsure))),
    )


_URGENT = ("msg-emergency", "msg-emergency-ces")


def _stays(message: str, more: bool) -> timedelta | None:
    """How long the last page stays on a tablet: what has to be read now is not taken away in a moment."""
    if message in _URGENT:
        return EMERGENCY
    return None if more or message == "msg-same-day" else THANKS


def _adds(edition: Edition, assessment: Assessment) -> list[str]:
    """What some flags add to the message: tell them of the needling; the crisis line. It names no flag."""
    raised = {flag.id for flag in assessment.flags if flag.status is Status.RAISED}
    adds = {edition.rule[flag].adds for flag in raised} - {""}
    if not parts().settings.clinic.crisis_line:
        adds.discard("msg-add-crisis")
    return [_filled(edition, message) for message in sorted(adds)]


def _sent(asking: Asking, why: str) -> Submission | None:
    if asking.response.state == "open":
        return None
    with parts().sessions() as db:
        return submissions.find_by_response(db, asking.response.id, why, parts().now())


@pages.get("/my-answers.pdf")
@open_to(A_PATIENT_AT_HOME)
def copy() -> Answer | tuple[str, int]:
    """The patient's own copy: their answers, after-care and warning signs; no flags."""
    asking = forms_of.current()
    sent = _sent(asking, "copy")
    if sent is None:
        abort(404)
    clinic = parts().settings.clinic
    paper = paper_of(sent, asking.edition, None)
    html = copy_html(templates(), paper, clinic, asking.say, asking.response.language)
    try:
        drawn = draw(html, copy_css(), copy_identifier(paper), made_at(paper))
    except CouldNotRender:
        return render_template("patient/no_paper.html"), 503
    return as_pdf(drawn, sent.reference)


@pages.post("/leave")
@open_to(A_PATIENT)
def leave() -> Answer:
    """End on this device: nothing can be opened from here any more."""
    with parts().sessions() as db:
        responses.end_session(db, request.cookies.get(PATIENT, ""), parts().now())
    return leave_device(url_for("patient.start"), PATIENT)
