"""What the front desk prints: blank forms, slips, leaflets, filled-in forms, a whole day."""

from datetime import date
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, abort, current_app, g, redirect, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer

from rules.answers import day as real_day
from rules.assess import assess
from screening.documents.blank import Sheet, blank_css, blank_html, blank_made_at
from screening.documents.intake import intake_css, intake_html, intake_identifier
from screening.documents.logo import logo_assets
from screening.documents.paper import Paper, made_at
from screening.documents.render import CouldNotRender
from screening.documents.slips import Slip, slips_assets, slips_css, slips_html, slips_identifier
from screening.records import printing, signoff, submissions
from screening.records.staff import Role
from screening.web import daily
from screening.web.drawing import as_pdf, draw, draw_once, templates
from screening.web.papers import paper_of
from screening.web.parts import new_token, parts
from screening.web.policy import open_to
from screening.web.staff_words import actor, here, page, say, voice

pages = Blueprint("printing", __name__)

_CLINICAL = (Role.PRACTITIONER, Role.CLINICIAN)
_SLIPS_ON_A_SHEET = 4


class Form(NamedTuple):
    """One way to print the blank form."""

    paper: Sheet
    large: bool
    fillable: bool


BLANKS = {
    "a4": Form("A4", large=False, fillable=False),
    "a4-large": Form("A4", large=True, fillable=False),
    "a4-on-screen": Form("A4", large=False, fillable=True),
    "letter": Form("Letter", large=False, fillable=False),
    "letter-large": Form("Letter", large=True, fillable=False),
    "letter-on-screen": Form("Letter", large=False, fillable=True),
}


def _may_print_answers() -> bool:
    """Practitioners may; the front desk only where the clinic's settings say so."""
    return g.staff.role in _CLINICAL or (
        g.staff.role is Role.FRONT_DESK and parts().settings.desk_prints_answers
    )


@pages.get("/staff/print")
@open_to(*Role)
def papers() -> str:
    """Everything that can be printed, for this role."""
    return _papers()


def _papers(fault: str = "") -> str:
    may, now = _may_print_answers(), parts().now()
    listed: tuple[submissions.Listed, ...] = ()
    if may:
        with parts().sessions() as db:
            listed = submissions.listing(db, actor(), now)
    return page(
        "desk/papers.html",
        form=FlaskForm(),
        sizes=_sizes(),
        may_print_answers=may,
        people=sorted(((p.person.name, p.reference, p.id) for p in listed), key=lambda p: p[0].casefold()),
        today=parts().today(),
        errors=[(fault, "#day-day")] if fault else (),
        fault=fault,
    )


def _sizes() -> list[tuple[str, str]]:
    words = {
        "a4": say("A4"),
        "a4-large": say("A4, large print"),
        "a4-on-screen": say("A4, to fill in on a screen"),
        "letter": say("US Letter"),
        "letter-large": say("US Letter, large print"),
        "letter-on-screen": say("US Letter, to fill in on a screen"),
    }
    return [(name, words[name]) for name in BLANKS]


@pages.get("/staff/print/blank-<name>.pdf")
@open_to(*Role)
def blank(name: str) -> Answer | tuple[str, int]:
    """The blank form on one kind of paper."""
    form = BLANKS.get(name) or abort(404)
    edition, spoken = parts().edition, voice()
    html = blank_html(templates(), edition, spoken.clinic, spoken.say, paper=form.paper, large=form.large)
    css = blank_css(form.paper, form.large)
    logo = spoken.clinic.logo
    identifier = sha256(f"{html}{css}{form.fillable}".encode() + logo).digest()[:16]
    assets = logo_assets(spoken.clinic)
    try:
        drawn = draw_once(html, css, identifier, blank_made_at(edition), assets, forms=form.fillable)
    except CouldNotRender:
        return _no_paper()
    return as_pdf(drawn, f"form-{name}")


@pages.get("/staff/print/slips.pdf")
@open_to(*Role)
def slips() -> Answer | tuple[str, int]:
    """A sheet of slips with the address of the form, to hand out or lay on the desk."""
    spoken, sheet = voice(), [Slip(parts().settings.base_url)] * _SLIPS_ON_A_SHEET
    html = slips_html(templates(), sheet, spoken.clinic, spoken.say, spoken.language)
    try:
        drawn = draw(
            html,
            slips_css(),
            slips_identifier(sheet),
            blank_made_at(parts().edition),
            assets=slips_assets(sheet),
        )
    except CouldNotRender:
        return _no_paper()
    return as_pdf(drawn, "slips")


@pages.get("/staff/print/leaflet.pdf")
@open_to(*Role)
def leaflet() -> Answer | tuple[str, int]:
    """The after-care leaflet for nobody in particular."""
    edition, today = parts().edition, parts().today()
    nobody = Paper("", here(parts().now()), edition, {}, assess(edition, {}, today), today)
    try:
        return as_pdf(daily.leaflet_of(nobody, named=False), "after-care")
    except CouldNotRender:
        return _no_paper()


def _open(submission_id: UUID) -> Paper:
    if not _may_print_answers():
        abort(403)
    with parts().sessions() as db:
        found = submissions.get(db, actor(), str(submission_id), "print", parts().now()) or abort(404)
        signed = signoff.latest(db, found.edition_digest)
    return paper_of(found, parts().edition_of(found.edition_digest, voice().language), signed)


@pages.get("/staff/record/<uuid:submission_id>/leaflet.pdf")
@open_to(*_CLINICAL, Role.FRONT_DESK)
def leaflet_for(submission_id: UUID) -> Answer | tuple[str, int]:
    """The after-care leaflet with the warning signs for the places this patient marked."""
    paper = _open(submission_id)
    try:
        return as_pdf(daily.leaflet_of(paper), f"{paper.reference}-after-care")
    except CouldNotRender:
        return _no_paper()


@pages.get("/staff/record/<uuid:submission_id>/answers.pdf")
@open_to(*_CLINICAL, Role.FRONT_DESK)
def answers(submission_id: UUID) -> Answer | tuple[str, int]:
    """The filled-in form for the paper file: answers, no flags, sensitive ones withheld."""
    paper, spoken = _open(submission_id), voice()
    html = intake_html(templates(), paper, spoken.clinic, spoken.say, spoken.language)
    try:
        drawn = draw(html, intake_css(), intake_identifier(paper), made_at(paper))
    except CouldNotRender:
        return _no_paper()
    return as_pdf(drawn, f"{paper.reference}-answers")


# --- a day -------------------------------------------------------------------------------------


@pages.post("/staff/print/day")
@open_to(*_CLINICAL, Role.FRONT_DESK)
def print_day() -> Answer | tuple[str, int]:
    """Start drawing everything for one day; its page shows how far it has come."""
    if not _may_print_answers():
        abort(403)
    wanted = _day_typed()
    if wanted is None:
        return _papers(say("Type a real date, such as 27 3 2027")), 422
    job = daily.begin(current_app._get_current_object(), actor(), new_token(), wanted)  # type: ignore[attr-defined]  # the application itself, for the thread
    return redirect(url_for("printing.progress", job_id=job), 303)


def _day_typed() -> date | None:
    day, month, year = (request.form.get(f"day-{box}", "").strip() for box in ("day", "month", "year"))
    return real_day(f"{year:>04}-{month:>02}-{day:>02}")


@pages.get("/staff/print/day/<uuid:job_id>")
@open_to(*_CLINICAL, Role.FRONT_DESK)
def progress(job_id: UUID) -> str:
    """How far a day's papers have come; the page looks again by itself."""
    with parts().sessions() as db:
        job = printing.job(db, actor(), str(job_id), parts().now()) or abort(404)
    return page("desk/progress.html", job=job, again=job.state == "drawing", ready=job.state == "ready")


@pages.get("/staff/print/day/<uuid:job_id>/papers.pdf")
@open_to(*_CLINICAL, Role.FRONT_DESK)
def day_papers(job_id: UUID) -> Answer:
    """The day's papers as one PDF."""
    with parts().sessions() as db:
        pdf = printing.pdf_of(db, actor(), str(job_id), parts().now()) or abort(404)
    return as_pdf(pdf, "papers-of-the-day")


def _no_paper() -> tuple[str, int]:
    return page("desk/no_paper.html"), 503
