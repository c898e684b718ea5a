"""The check at arrival: the desk asks what may have changed since the form, and hears no reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import Blueprint, abort, redirect, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer

from rules.assess import assess, read
from rules.model import Edition, Question
from screening.records import corrections, daychecks, submissions
from screening.records.daychecks import Arriving
from screening.records.staff import Role
from screening.records.submissions import Submission
from screening.web.board import bounds
from screening.web.forms import Making, as_shown, page_form
from screening.web.parts import parts
from screening.web.policy import open_to
from screening.web.staff_words import actor, page, say, say_here, voice

pages = Blueprint("arrival", __name__)

_AT_ARRIVAL = (Role.FRONT_DESK, Role.PRACTITIONER, Role.CLINICIAN)
_STARTED = {"day_checked_in": "yes"}
# Somebody who gave no visit date and has not come by then is found by the practitioner's list.
_UNDATED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody who may come today, and how far their check is. `look` is said in words or empty."""

    address: str
    name: str
    reference: str
    state: str
    look: str


@pages.get("/staff/arrival")
@open_to(*_AT_ARRIVAL)
def today() -> str:
    """Everyone who comes today or gave no day: names and references only."""
    now, today = parts().now(), parts().today()
    with parts().sessions() as db:
        coming = daychecks.arriving(db, actor(), today, bounds(today), now - _UNDATED, now)
    return page("desk/arrival.html", lines=tuple(_lines(coming)), day=voice().day(parts().today()))


def _lines(coming: Iterable[Arriving]) -> Iterable[Line]:
    for someone in coming:
        at = someone.checked_at
        yield Line(
            address=url_for("arrival.check", submission_id=someone.submission_id),
            name=someone.name or say("No name given"),
            reference=someone.reference,
            state=say("Not checked yet") if at is None else say("Checked, {moment}", moment=say_here(at)),
            look=_look(someone.needs_look),
        )


def _look(needed: bool) -> str:
    return say("Practitioner: please look before the visit") if needed else ""


@pages.get("/staff/arrival/<uuid:submission_id>")
@open_to(*_AT_ARRIVAL)
def check(submission_id: UUID) -> str:
    """The questions of the arrival check, all blank: today's answers are asked anew."""
    found, edition = _open(submission_id)
    questions = _questions(found, edition)
    return _show(found, edition, questions, page_form(_making(edition), questions, posted=False))


@pages.post("/staff/arrival/<uuid:submission_id>")
@open_to(*_AT_ARRIVAL)
def save(submission_id: UUID) -> Answer | tuple[str, int]:
    """Assess the form's answers, as corrected, and today's together, and keep that beside the form."""
    found, edition = _open(submission_id)
    questions = _questions(found, edition)
    form = page_form(_making(edition), questions, posted=True)
    if not form.validate():
        return _show(found, edition, questions, form), 422
    given = _STARTED | {question.id: form[question.id].answer for question in questions}
    with parts().sessions() as db:
        beside = corrections.corrected(db, found.id)
        assessment = assess(edition, {**found.answers, **beside, **given}, parts().today())
        daychecks.add(db, actor(), found.id, given, assessment, parts().now())
    return redirect(url_for("arrival.done", submission_id=submission_id), 303)


@pages.get("/staff/arrival/<uuid:submission_id>/done")
@open_to(*_AT_ARRIVAL)
def done(submission_id: UUID) -> str:
    """Recorded, and whether the practitioner should look first; never why."""
    found, _ = _open(submission_id)
    with parts().sessions() as db:
        latest = daychecks.latest(db, found.id) or abort(404)
    return page(
        "desk/arrival_done.html",
        name=found.person.name or say("No name given"),
        reference=found.reference,
        look=_look(latest.needs_look),
    )


def _open(submission_id: UUID) -> tuple[Submission, Edition]:
    with parts().sessions() as db:
        found = submissions.get(db, actor(), str(submission_id), "arrival", parts().now()) or abort(404)
    return found, parts().edition_of(found.edition_digest, voice().language)


def _questions(found: Submission, edition: Edition) -> tuple[Question, ...]:
    """What the desk asks this person: the questions of the edition's pages for the desk."""
    reading = read(edition, {**found.answers, **_STARTED}, parts().today())
    at_desk = (question for one in edition.pages if one.at_desk for question in one.questions)
    return tuple(q for q in at_desk if q.id not in _STARTED and reading.asked(q.id) is not False)


def _making(edition: Edition) -> Making:
    return Making(edition, {}, parts().today(), voice().say)


def _show(found: Submission, edition: Edition, questions: tuple[Question, ...], form: FlaskForm) -> str:
    return page(
        "desk/arrival_check.html",
        name=found.person.name or say("No name given"),
        reference=found.reference,
        entries=[as_shown(_making(edition), question, form[question.id]) for question in questions],
        form=form,
        errors=[(str(form[q.id].errors[0]), f"#{q.id}") for q in questions if form[q.id].errors],
    )
