"""Typing in what a patient wrote on paper or says on the telephone: by keyboard, blanks kept blank."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer
from wtforms import RadioField, SelectChoice

from rules.assess import read
from rules.model import Kind, Page, Question
from rules.sound import questions_behind
from screening.documents.blank import numbers
from screening.records import responses, transcripts
from screening.records.responses import StalePage
from screening.records.staff import Role
from screening.web import asking as forms_of
from screening.web.asking import Asking
from screening.web.forms import Shown, as_shown, page_form
from screening.web.journey import chart_of, home_pages
from screening.web.parts import new_token, parts
from screening.web.patient import CONSENT
from screening.web.policy import open_to
from screening.web.sending import hand_in
from screening.web.staff_forms import faults
from screening.web.staff_words import actor, page, say

pages = Blueprint("type_in", __name__)

_MAY_TYPE = (Role.FRONT_DESK, Role.PRACTITIONER, Role.CLINICIAN)
_BY_STAFF = {"filling_in": "staff"}


class Begin(FlaskForm):
    source = RadioField(default="paper", validate_choice=True)

    def __init__(self) -> None:
        super().__init__()
        self.source.choices = [
            SelectChoice(value="paper", label=say("A form filled in on paper")),
            SelectChoice(value="phone", label=say("An interview on the telephone")),
        ]


@dataclass(frozen=True, slots=True)
class Entry:
    """A question as the page shows it; `inner` when the paper indents it under another."""

    shown: Shown
    inner: bool
    saved: bool


@pages.get("/staff/type-in")
@open_to(*_MAY_TYPE)
def ask() -> str:
    """What is typed in, and the button that starts."""
    return page("desk/type_in.html", form=Begin())


@pages.post("/staff/type-in")
@open_to(*_MAY_TYPE)
def begin() -> Answer | tuple[str, int]:
    """Open a form in the name of whoever types; no browser gets a token for it."""
    form = Begin()
    if not form.validate():
        return page("desk/type_in.html", form=form, errors=faults(form)), 422
    edition, who, now = parts().edition, actor(), parts().now()
    first = home_pages(edition)[0].id
    with parts().sessions() as db:
        opened = responses.open_response(
            db,
            edition.digest,
            new_token(),
            now,
            language=edition.language,
            filled_by_staff=who.id,
            source=form.source.data,
        )
        responses.save_page(db, opened.id, first, _BY_STAFF, 0, {}, now)
    return redirect(url_for("type_in.show", response_id=opened.id, number=1), 303)


@pages.get("/staff/type-in/<uuid:response_id>/<int:number>")
@open_to(*_MAY_TYPE)
def show(response_id: UUID, number: int) -> str:
    """One page of the paper, every question on it at once."""
    asking = _open(response_id)
    wanted = asking.page(number) or abort(404)
    return _page(asking, wanted, _form(asking, wanted, posted=False))


@pages.post("/staff/type-in/<uuid:response_id>/<int:number>")
@open_to(*_MAY_TYPE)
def save(response_id: UUID, number: int) -> Answer | tuple[str, int]:
    """Keep what was typed; blanks stay unanswered. Then the page asked for, or the emergency page."""
    asking = _open(response_id)
    wanted = asking.page(number) or abort(404)
    form = _form(asking, wanted, posted=True)
    if not form.validate():
        return _page(asking, wanted, form, faults(form)), 422
    given = _given(asking, wanted, form)
    if given.get(CONSENT) == "disagree":
        with parts().sessions() as db:
            responses.withdraw(db, asking.response.id, parts().now())
        return redirect(url_for("type_in.refused"), 303)
    try:
        with parts().sessions() as db:
            version = asking.versions.get(wanted.id, 0)
            responses.save_page(db, asking.response.id, wanted.id, given, version, {}, parts().now())
    except StalePage:
        return _page(asking, wanted, form), 409
    return _onwards(asking, forms_of.asking_of(asking.response), wanted)


def _onwards(before: Asking, after: Asking, just_saved: Page) -> Answer:
    """To the next page; to the same one when what was typed brought a question onto it."""
    known = {question.id for question in _questions(before, just_saved)}
    new = [question.id for question in _questions(after, just_saved) if question.id not in known]
    following = just_saved.number if new else _following(just_saved)
    if forms_of.stop_if_urgent(after):
        called = url_for("type_in.call_first", response_id=after.response.id, then=following)
        return redirect(called, 303)
    return redirect(_at(after, following, *new[:1]), 303)


def _following(just_saved: Page) -> int:
    typed = request.form.get("then", "").strip()
    return int(typed) if typed.isdecimal() and len(typed) < 4 else just_saved.number + 1


def _at(asking: Asking, number: int, question: str | None = None) -> str:
    if asking.page(number) is None:
        return url_for("type_in.end", response_id=asking.response.id)
    return url_for("type_in.show", response_id=asking.response.id, number=number, _anchor=question)


@pages.get("/staff/type-in/<uuid:response_id>/call-first")
@open_to(*_MAY_TYPE)
def call_first(response_id: UUID) -> str:
    """An emergency answer was typed: staff are told to call the practitioner, and not why."""
    asking = _open(response_id)
    then = request.args.get("then", "")
    following = int(then) if then.isdecimal() and len(then) < 4 else 1
    return page("desk/type_in_call.html", name=_name(asking), onwards=_at(asking, following))


@pages.get("/staff/type-in/refused")
@open_to(*_MAY_TYPE)
def refused() -> str:
    """The paper says that answers may not be kept: nothing was."""
    return page("desk/type_in_refused.html")


@pages.get("/staff/type-in/<uuid:response_id>/end")
@open_to(*_MAY_TYPE)
def end(response_id: UUID) -> str:
    """What is still blank, by its number on paper, and the button that hands the form in."""
    asking = _open(response_id)
    number = numbers(asking.edition)
    blank = [
        (one.number, [number[q.id] for q in _questions(asking, one) if _is_open(asking, q)])
        for one in home_pages(asking.edition)
    ]
    return page(
        "desk/type_in_end.html",
        form=FlaskForm(),
        name=_name(asking),
        blank=[(at, _at(asking, at), ", ".join(found)) for at, found in blank if found],
    )


def _is_open(asking: Asking, question: Question) -> bool:
    asked = asking.reading.asked(question.id) is not False
    return asked and question.required and question.id not in asking.answers


@pages.post("/staff/type-in/<uuid:response_id>/end")
@open_to(*_MAY_TYPE)
def finish(response_id: UUID) -> str:
    """Hand the form in, once; the record names who typed it in."""
    asking = _open(response_id, ended=True)
    sent = hand_in(asking)
    urgent = bool(sent.assessment.interrupts)
    return page("desk/type_in_done.html", name=_name(asking), reference=sent.reference, urgent=urgent)


def _open(response_id: UUID, *, ended: bool = False) -> Asking:
    """The form that whoever asks types in. 404 when it is not theirs or, unless `ended`, in already."""
    with parts().sessions() as db:
        found = transcripts.find(db, actor(), str(response_id), parts().now()) or abort(404)
    if found.state == "submitted" and not ended:
        abort(404)
    return forms_of.asking_of(found)


def _name(asking: Asking) -> str:
    return str(asking.answers.get("full_name") or "") or say("No name given")


# --- the page ----------------------------------------------------------------------------------


def _questions(asking: Asking, wanted: Page) -> tuple[Question, ...]:
    """The questions of the page as the paper has them: none required, details too."""
    reading = read(asking.edition, _BY_STAFF, asking.reading.today)
    marked = asking.answers.get(chart_of(asking.edition).id)
    return tuple(
        question
        for question in wanted.questions
        if question.id not in _BY_STAFF and reading.asked(question.id) is not False
        if question.kind is not Kind.REGIONS or question.asked_when is None or marked
    )


def _form(asking: Asking, wanted: Page, *, posted: bool) -> Any:
    lenient = tuple(replace(question, required=False) for question in _questions(asking, wanted))
    # What is private was read from the paper once; a screen at the desk does not show it again.
    shown = {name: given for name, given in asking.answers.items() if not _private(asking, name)}
    return page_form(replace(asking.making, answers=shown, copied=True), lenient, posted=posted)


def _private(asking: Asking, name: str) -> bool:
    return asking.edition.questions[name].not_for_desk


def _given(asking: Asking, wanted: Page, form: Any) -> dict[str, object]:
    """The answers that were typed; a blank is no answer, except that a private one saved before stays."""
    typed = {question.id: form[question.id].answer for question in _questions(asking, wanted)}
    given = {name: answer for name, answer in typed.items() if answer not in ("", None)}
    kept = {name: asking.answers[name] for name in typed if name in asking.answers and _private(asking, name)}
    return kept | given | (_BY_STAFF if wanted.number == 1 else {})


def _page(asking: Asking, wanted: Page, form: Any, wrong: list[tuple[str, str]] | None = None) -> str:
    making, number = replace(asking.making, copied=True), numbers(asking.edition)
    here = {question.id for question in wanted.questions}
    entries = []
    for question in _questions(asking, wanted):
        asked = replace(question, text=f"{number[question.id]} {question.text}", required=False)
        behind = questions_behind(asking.edition, question.asked_when) if question.asked_when else set()
        inner = bool(behind & here - set(_BY_STAFF))
        saved = _private(asking, question.id) and question.id in asking.answers
        entries.append(Entry(as_shown(making, asked, form[question.id]), inner, saved))
    return page(
        "desk/type_in_page.html",
        wanted=wanted,
        entries=entries,
        form=form,
        errors=wrong or (),
        name=_name(asking),
        numbered=[(one.number, _at(asking, one.number)) for one in home_pages(asking.edition)],
        then=wanted.number + 1,
        end=url_for("type_in.end", response_id=asking.response.id),
    )
