"""Every page of the form as a patient sees it, to look at: nothing can be typed, sent or kept."""

from dataclasses import dataclass

from flask import Blueprint, abort, url_for

from rules.model import Edition, Page, Question
from rules.sentences import said
from screening.web.edition import READERS
from screening.web.forms import Making, Shown, as_shown, page_form
from screening.web.journey import chart_of
from screening.web.parts import parts
from screening.web.policy import open_to
from screening.web.staff_words import page, say, voice

pages = Blueprint("preview", __name__)

_MARKED_AS_AN_EXAMPLE = 2


@dataclass(frozen=True, slots=True)
class Previewed:
    """A question as it is shown, and in small type what decides about it and what it decides about.

    The body chart is not `locked`: its buttons turn it round, and what is pressed there goes nowhere."""

    shown: Shown
    locked: bool
    id: str
    asked: str
    by: str
    feeds: str


@pages.get("/staff/edition/pages")
@open_to(*READERS)
def contents() -> str:
    """Every page of the form with its questions."""
    edition = parts().edition
    return page("clinician/preview_contents.html", edition=edition, pages=edition.pages)


@pages.get("/staff/edition/pages/<int:number>")
@open_to(*READERS)
def one(number: int) -> str:
    """One page with all its questions, also those that wait for another answer."""
    edition = parts().edition
    found = {wanted.number: wanted for wanted in edition.pages}
    wanted = found.get(number) or abort(404)
    return page(
        "clinician/preview.html",
        shown=wanted,
        pages_in_all=len(edition.pages),
        entries=_entries(edition, wanted),
        before=url_for("preview.one", number=number - 1) if number - 1 in found else "",
        after=url_for("preview.one", number=number + 1) if number + 1 in found else "",
    )


def _entries(edition: Edition, shown: Page) -> list[Previewed]:
    # Some questions choose among the places marked before: without a mark they would be empty.
    marked = list(edition.token_order)[:_MARKED_AS_AN_EXAMPLE]
    making = Making(edition, {chart_of(edition).id: marked}, parts().today(), voice().say)
    form = page_form(making, shown.questions, posted=True)
    return [_previewed(edition, q, as_shown(making, q, form[q.id])) for q in shown.questions]


def _previewed(edition: Edition, question: Question, shown: Shown) -> Previewed:
    when = question.asked_when
    by = {"patient": "", "desk": say("Asked at the desk."), "staff": say("Asked of staff only.")}
    return Previewed(
        shown,
        shown.macro != "region_list",
        question.id,
        "" if when is None else said(edition, when).sentence,
        by[question.asked_by],
        ", ".join(question.feeds),
    )
