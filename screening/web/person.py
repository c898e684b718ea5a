"""Requests about data: find what is kept about one person, hand all of it out, or erase it for good.

Nothing of the person stands in an address: what was found and ticked travels in forms. The administrator
finds and erases without seeing an answer; only the supervising clinician hands answers out."""

from uuid import UUID

from flask import Blueprint, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from screening.documents.render import CouldNotRender
from screening.records import erasing, finding
from screening.records.erasing import Chosen, Extent, Gone, Why
from screening.records.finding import Found
from screening.records.staff import Role
from screening.web.parts import parts
from screening.web.person_export import zip_of
from screening.web.person_forms import WORD, Erase, Find
from screening.web.person_view import KINDS, count_rows, extent_rows, groups_of, stone_words
from screening.web.policy import open_to
from screening.web.proof import wrong_password
from screening.web.staff_forms import faults
from screening.web.staff_words import actor, page, say

pages = Blueprint("person", __name__)

_UNPROCESSABLE, _CONFLICT, _TOO_MANY, _UNAVAILABLE = 422, 409, 429, 503
Shown = str | Answer | tuple[str, int] | tuple[str, int, dict[str, str]]


@pages.get("/staff/person")
@open_to(Role.ADMINISTRATOR, Role.CLINICIAN)
def ask() -> str:
    """Ask whom it is about."""
    return _show(Find(formdata=None))


@pages.post("/staff/person")
@open_to(Role.ADMINISTRATOR, Role.CLINICIAN)
def find() -> Shown:
    """List what may belong to the person; nothing is ticked, because only staff can say what does."""
    form = Find()
    if not form.validate():
        return _show(form), _UNPROCESSABLE
    return _show(form, _search(form))


@pages.post("/staff/person/export")
@open_to(Role.CLINICIAN)
def export() -> Shown:
    """Everything that was ticked, as one ZIP file. The server keeps no copy."""
    chosen = _chosen()
    if not chosen.count:
        return _nothing_ticked()
    try:
        made = zip_of(chosen)
    except Gone:
        return _gone()
    except CouldNotRender:
        return page("person/no_export.html"), _UNAVAILABLE
    answer = Answer(made, mimetype="application/zip")
    answer.headers.set("Content-Disposition", "attachment", filename="personal-data.zip")
    return answer


@pages.post("/staff/person/erasure")
@open_to(Role.ADMINISTRATOR, Role.CLINICIAN)
def ask_to_erase() -> Shown:
    """Show what would go, and ask for a reason, a word and the password. Nothing is erased yet."""
    chosen = _chosen()
    if not chosen.count:
        return _nothing_ticked()
    try:
        extent = _extent(chosen)
    except Gone:
        return _gone()
    return _show_erasure(chosen, extent, Erase(extent.references, formdata=None))


@pages.post("/staff/person/erase")
@open_to(Role.ADMINISTRATOR, Role.CLINICIAN)
def erase() -> Shown:
    """Erase it, once the word and the password say that it is meant."""
    chosen, now = _chosen(), parts().now()
    try:
        extent = _extent(chosen) if chosen.count else abort(400)
        form = Erase(extent.references)
        if not form.validate():
            return _show_erasure(chosen, extent, form), _UNPROCESSABLE
        if wait := wrong_password(form.password):
            return _show_erasure(chosen, extent, form), _TOO_MANY, {"Retry-After": str(wait)}
        with parts().sessions() as db:
            erasing.erase(db, actor(), chosen, Why(form.why.data), now)
    except Gone:
        return _gone()
    forms, unfinished, booked = len(chosen.forms), len(chosen.unfinished), len(chosen.appointments)
    done = url_for("person.erased", forms=forms, unfinished=unfinished, appointments=booked)
    return redirect(done, 303)


@pages.get("/staff/person/erased")
@open_to(Role.ADMINISTRATOR, Role.CLINICIAN)
def erased() -> str:
    """How much was erased; the counts stand in the address."""
    return page("person/erased.html", rows=count_rows(*(request.args.get(k, 0, type=int) for k in KINDS)))


def _extent(chosen: Chosen) -> Extent:
    with parts().sessions() as db:
        return erasing.would_erase(db, chosen)


def _show(form: Find, found: Found | None = None, fault: str = "") -> str:
    groups = () if found is None else groups_of(found, ticked=_ticked())
    return page(
        "person/find.html",
        form=form,
        searched=found is not None,
        groups=groups,
        stones=() if found is None else tuple(map(stone_words, found.erased)),
        may_export=g.staff.role is Role.CLINICIAN,
        retention_at=url_for("retention.show") if g.staff.role is Role.ADMINISTRATOR else "",
        errors=[(fault, f"#{groups[0].name}" if groups else "#reference")] if fault else faults(form),
        fault=fault,
    )


def _search(form: Find) -> Found:
    with parts().sessions() as db:
        return finding.find(db, actor(), form.wanted(), parts().now())


def _nothing_ticked() -> Shown:
    """The list again, found by the words that came with it."""
    form = Find()
    if not form.validate():
        return _show(form), _UNPROCESSABLE
    return _show(form, _search(form), say("Tick what belongs to this person")), _UNPROCESSABLE


def _gone() -> tuple[str, int]:
    return page("person/gone.html"), _CONFLICT


def _show_erasure(chosen: Chosen, extent: Extent, form: Erase) -> str:
    return page(
        "person/erase.html",
        form=form,
        carried=[(kind, one) for kind in KINDS for one in getattr(chosen, kind)],
        rows=extent_rows(extent),
        word=WORD,
        errors=faults(form),
    )


def _ticked() -> frozenset[str]:
    return frozenset(one for kind in KINDS for one in request.form.getlist(kind))


def _chosen() -> Chosen:
    """What was ticked. What is no id of ours is no choice."""
    return Chosen(*(tuple(filter(_is_id, dict.fromkeys(request.form.getlist(kind)))) for kind in KINDS))


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
