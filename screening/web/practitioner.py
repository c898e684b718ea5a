"""The practitioner's pages: the list, one record, the decision, the summary as PDF."""

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, abort, g, redirect, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer

from rules.facts import marked
from rules.spoken import places_in_words
from screening.documents.corrected import as_corrected
from screening.documents.paper import Paper, reading_of
from screening.documents.render import CouldNotRender
from screening.records import alerts, appointments, daychecks, erasing, interrupts, reviews, submissions
from screening.records.acting import AlreadySigned
from screening.records.reviews import Decision
from screening.records.staff import Role
from screening.records.submissions import Submission
from screening.web.after_view import after_page
from screening.web.beside_view import beside_page
from screening.web.board import bounds
from screening.web.daily import summary_of
from screening.web.drawing import as_pdf
from screening.web.papers import paper_now, whole_paper
from screening.web.parts import parts
from screening.web.person_view import stone_words
from screening.web.policy import open_to
from screening.web.record_view import record_of
from screening.web.staff_forms import Decide, faults
from screening.web.staff_words import actor, page, say, voice
from screening.web.worklist import CONTACT, Part, halted, lines, queue

pages = Blueprint("practitioner", __name__)

# What is decided leaves the list after this; a link shows it again.
_RECENT = timedelta(days=30)
_GONE = 410


@pages.get("/staff")
@open_to(*Role)
def home() -> str | Answer:
    """The first page after sign-in: what this role works with."""
    if g.staff.role is Role.ADMINISTRATOR:
        return redirect(url_for("login.people.everyone"), 303)
    if g.staff.role is Role.FRONT_DESK:
        return redirect(url_for("board.show"), 303)
    return _worklist()


def _worklist() -> str:
    now, older = parts().now(), "older" in request.args
    with parts().sessions() as db:
        stopped = interrupts.open_interrupts(db, actor(), CONTACT, now)
        listed = submissions.listing(db, actor(), now, None if older else now - _RECENT)
        looks = daychecks.looked_for(db)
        times = appointments.times_of(db, *bounds(parts().today()))
        dealing = alerts.dealing(db)
        alerts.note_seen(db, actor(), None, now)
        # Somebody decided on long ago may stand at the desk today.
        anyone = submissions.listing(db, actor(), now) if looks else ()
    edition = parts().edition
    waiting = queue(edition, (item for item in listed if item.decision is None), times, dealing)
    arrived = lines(edition, (item for item in anyone if item.id in looks))
    decided = lines(edition, (item for item in listed if item.decision is not None))
    return page(
        "practitioner/list.html",
        stopped=halted(edition, stopped),
        arrived=Part("arrived", say("Arrival check: new hold. Look before the visit"), arrived),
        waiting=[part for part in waiting if part.lines],
        decided=Part("decided", say("Decided"), decided),
        older=older,
        days=_RECENT.days,
    )


@pages.get("/staff/record/<uuid:submission_id>")
@open_to(Role.PRACTITIONER, Role.CLINICIAN)
def record(submission_id: UUID) -> str:
    """One record, with the form that adds a decision; opening it notes who saw its alerts."""
    found = open_record(submission_id, "review")
    with parts().sessions() as db:
        alerts.note_seen(db, actor(), found.response_id, parts().now())
    return show(found)


@pages.post("/staff/record/<uuid:submission_id>/decision")
@open_to(Role.PRACTITIONER, Role.CLINICIAN)
def decide(submission_id: UUID) -> Answer | tuple[str, int]:
    """Add a decision; earlier ones stay."""
    found = open_record(submission_id, "decide")
    form = _deciding(found, paper_now(found))
    if not form.validate():
        return show(found, form), 422
    chosen, now = Decision(form.decision.data), parts().now()
    try:
        with parts().sessions() as db:
            reviews.decide(db, actor(), found.id, chosen, form.note.data, now, form.detail())
    except AlreadySigned:
        return signed_meanwhile(submission_id)
    return redirect(url_for("practitioner.record", submission_id=submission_id, _anchor="decisions"), 303)


@pages.get("/staff/record/<uuid:submission_id>/summary.pdf")
@open_to(Role.PRACTITIONER, Role.CLINICIAN)
def summary_pdf(submission_id: UUID) -> Answer | tuple[str, int]:
    """The summary, to look at or print; when it cannot be drawn, a page that says so."""
    found = open_record(submission_id, "print")
    try:
        drawn = summary_of(whole_paper(actor(), found))
    except CouldNotRender:
        back = url_for("practitioner.record", submission_id=submission_id)
        return page("practitioner/no_paper.html", reference=found.reference, back=back), 503
    return as_pdf(drawn, found.reference)


def open_record(submission_id: UUID, why: str) -> Submission:
    """The record, its opening audited; a page that says there is none, or that it was erased, otherwise."""
    with parts().sessions() as db:
        found = submissions.get(db, actor(), str(submission_id), why, parts().now())
        stone = erasing.tombstone_of(db, str(submission_id)) if found is None else None
    if stone is not None:
        abort(Answer(page("person/stone.html", words=stone_words(stone)), _GONE, mimetype="text/html"))
    return found if found is not None else abort(404)


def _deciding(found: Submission, paper: Paper, **sent: None) -> Decide:
    """The form as it was sent or, with `formdata=None`, a fresh one. It holds the places that the latest
    decision keeps from the needle: only a box that somebody unticks lets one go. Corrected answers add
    places, and can make a written reason necessary; they take neither away."""
    held, corrected = paper.decisions[-1].not_to_needle if paper.decisions else (), as_corrected(paper)
    places = tuple(dict.fromkeys((*marked(reading_of(paper)), *marked(reading_of(corrected)))))
    outcomes = (found.assessment.outcome, corrected.assessment.outcome)
    words = dict(zip(places, places_in_words(paper.edition, places), strict=True))
    known = {"not_to_needle": list(held)}
    return Decide(max(outcomes, key=lambda level: level.rank), words, parts().today(), data=known, **sent)


def signed_meanwhile(submission_id: UUID) -> tuple[str, int]:
    """The record again, signed by now, for somebody who wanted to add to it."""
    signed = say("This record is signed by now, so nothing was added to it. Write an addendum instead.")
    return show(open_record(submission_id, "review"), fault=(signed, "#signature")), 409


def show(found: Submission, typed: FlaskForm | None = None, fault: tuple[str, str] | None = None) -> str:
    """The record's page; `typed` is the form that comes back, `fault` what else went wrong and where."""
    paper = whole_paper(actor(), found)
    return page(
        "practitioner/record.html",
        record=record_of(paper, voice(), parts().today()),
        form=typed if isinstance(typed, Decide) else _deciding(found, paper, formdata=None),
        after=after_page(found, paper, voice(), typed),
        beside=beside_page(found, paper, voice()),
        errors=faults(typed) if typed else [fault] if fault else [],
        record_id=found.id,
        decide_at=url_for("practitioner.decide", submission_id=found.id),
        summary_at=url_for("practitioner.summary_pdf", submission_id=found.id),
    )
