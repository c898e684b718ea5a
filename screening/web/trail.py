"""The audit trail for those who answer for it: search, save, check. Never an answer, a flag, a decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, abort, g, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer

from screening.exchange import trail as exchange
from screening.records import staff, trail
from screening.records.keys import read_key
from screening.records.staff import Role
from screening.records.trail import Checked, Named
from screening.web.parts import parts
from screening.web.policy import open_to
from screening.web.staff_forms import faults
from screening.web.staff_words import actor, here, page, say, say_here
from screening.web.trail_form import Hidden, Search
from screening.web.trail_words import CLINICAL, CLINICAL_KINDS, sentence, who

pages = Blueprint("trail", __name__)

_READERS = (Role.ADMINISTRATOR, Role.CLINICIAN)
_A_PAGE = 100
MOST_SAVED = 50_000
_MOST_OPENINGS = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One line in words, with the action as it is kept beside."""

    number: int
    when: str
    words: str
    action: str


@pages.get("/staff/trail")
@open_to(*_READERS)
def ask() -> str:
    """The newest lines, and the form that narrows them."""
    form = _form()
    return _show(form, _find(form, _A_PAGE + 1))


@pages.post("/staff/trail")
@open_to(*_READERS)
def search() -> str | Answer | tuple[str, int]:
    """The lines that fit, a hundred to a page, or all as a file; the words stay out of the address."""
    form = _form()
    if not form.validate():
        return _show(form, ()), 422
    if request.form.get("do") == "save":
        return _save(form)
    return _show(form, _find(form, _A_PAGE + 1))


@pages.post("/staff/trail/check")
@open_to(*_READERS)
def check() -> str:
    """Go through the whole chain and say whether it holds."""
    with parts().sessions() as db:
        checked = trail.check(db, actor(), read_key(parts().settings.keys), parts().now())
    form = _form(formdata=None)
    return _show(form, _find(form, _A_PAGE + 1), checked)


@pages.get("/staff/record/<uuid:submission_id>/opened")
@open_to(Role.PRACTITIONER, Role.CLINICIAN)
def opened(submission_id: UUID) -> str:
    """Who opened a record, when, and what for."""
    with parts().sessions() as db:
        found = trail.openings(db, actor(), str(submission_id), _MOST_OPENINGS, parts().now())
    if found is None:
        abort(404)
    return page("admin/opened.html", rows=[_row(named) for named in found], submission_id=submission_id)


def _form(**given: None) -> Search:
    with parts().sessions() as db:
        people = staff.everyone(db)
    beginnings, hidden_kinds = _hidden()
    return Search(people, (*beginnings, *hidden_kinds), **given)


def _sees_all() -> bool:
    return g.staff.role is not Role.ADMINISTRATOR


def _hidden() -> Hidden:
    """The lines that an administrator may not see: they would tell something of a patient's health."""
    return ((), ()) if _sees_all() else (CLINICAL, CLINICAL_KINDS)


def _find(form: Search, most: int, *, saved: bool = False) -> tuple[Named, ...]:
    with parts().sessions() as db:
        things = trail.things_of(db, form.record.data) if form.record.data else None
        return trail.search(db, actor(), form.wanted(things, _hidden()), most, parts().now(), saved=saved)


def _save(form: Search) -> Answer | tuple[str, int]:
    form.before.data = ""
    found = _find(form, MOST_SAVED + 1, saved=True)
    if len(found) > MOST_SAVED:
        form.last_day.errors = (
            say("These are more than {most} lines. Choose fewer days to save them", most=MOST_SAVED),
        )
        return _show(form, ()), 422
    answer = Answer(exchange.write(map(_kept, found)), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"audit-trail-{parts().today()}.csv")
    return answer


def _kept(named: Named) -> exchange.Row:
    line = named.line
    return exchange.Row(
        line.seq,
        line.at,
        here(line.at),
        who(named),
        line.actor.kind,
        sentence(named, clinical=_sees_all()),
        line.action,
        line.object_kind,
        named.reference,
    )


def _row(named: Named) -> Row:
    line = named.line
    return Row(line.seq, say_here(line.at), sentence(named, clinical=_sees_all()), line.action)


def _show(form: Search, found: Sequence[Named], checked: Checked | None = None) -> str:
    rows = [_row(named) for named in found[:_A_PAGE]]
    return page(
        "admin/trail.html",
        form=form,
        check_form=FlaskForm(),
        rows=rows,
        older=rows[-1].number if len(found) > _A_PAGE else 0,
        sees_all=_sees_all(),
        told="" if checked is None else _verdict(checked),
        errors=faults(form),
    )


def _verdict(checked: Checked) -> str:
    if checked.breaks_at is None:
        return say("The trail holds: {n} lines, none changed, moved or missing among them.", n=checked.lines)
    return say(
        "The trail breaks at line {n}. Keep a copy of the database as it is, and tell the clinician.",
        n=checked.breaks_at,
    )
