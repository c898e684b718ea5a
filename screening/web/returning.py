"""The patient who comes back: what they told us before, shown page by page to be confirmed or changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from flask import request
from flask_wtf import FlaskForm

from rules.answers import Reading
from rules.assess import read
from rules.carry import offered
from rules.model import Page, Question
from rules.spoken import in_words
from screening.records import returns
from screening.web.asking import Asking
from screening.web.forms import page_form
from screening.web.journey import shown
from screening.web.parts import parts
from screening.web.staff_words import here
from screening.words import say_date

# What the patient pressed, or, for SHOWN, the page that came of it.
BUTTON, SAME, CHANGED, SHOWN = "earlier", "same", "changed", "shown"


@dataclass(frozen=True, slots=True)
class Told:
    """What one page may confirm: `answers` as they were, `first` when each was given, `on` when they were
    last told. `questions` is the whole page as it is with them."""

    on: date
    answers: Mapping[str, object]
    first: Mapping[str, date]
    questions: tuple[Question, ...]

    @property
    def anew(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if question.id not in self.answers)


@dataclass(frozen=True, slots=True)
class Row:
    """One earlier answer in words; `first` says when it was given, if that was before the last form."""

    question: str
    answer: str
    first: str


def told_of(asking: Asking, page: Page) -> Told | None:
    """What an earlier form of this patient says to this page; None when it says nothing that may count."""
    with parts().sessions() as db:
        before = returns.told_before(db, asking.response.id)
    if before is None:
        return None
    on = here(before.submitted_at).date()
    edition = parts().edition_of(before.edition_digest, asking.response.language)
    earlier, days = read(edition, before.answers, on), parts().settings.carry_over_days
    found = offered(asking.edition, earlier, before.first_given, asking.answers, asking.reading.today, days)
    here_too = {question.id: found[question.id] for question in page.questions if question.id in found}
    reading = _with(asking, here_too)
    questions = shown(reading, page)
    answers = {q.id: here_too[q.id] for q in questions if q.id in here_too}
    if not answers:
        return None
    return Told(on, answers, {name: before.first_given.get(name, on) for name in answers}, questions)


def _with(asking: Asking, answers: Mapping[str, object]) -> Reading:
    return read(asking.edition, {**asking.answers, **answers}, asking.reading.today)


def pressed_on(asking: Asking, page: Page) -> tuple[Told | None, str]:
    """What the page that was posted offered, and what was pressed on it; (None, "") on any other page."""
    pressed = request.form.get(BUTTON, "")
    return (told_of(asking, page) if pressed else None), pressed


def posted(asking: Asking, page: Page, told: Told | None, pressed: str) -> tuple[Question, ...]:
    """The questions that stood on the page that was posted."""
    if told is not None:
        return told.questions if pressed == SHOWN else told.anew
    questions = shown(asking.reading, page)
    if pressed != SAME:
        return questions
    # The second of two presses: what the first one confirmed is saved, and stood on no line of its own.
    return tuple(q for q in questions if q.id not in asking.answers or _is_posted(q))


def _is_posted(question: Question) -> bool:
    return any(name == question.id or name.startswith(f"{question.id}-") for name in request.form)


def rows(asking: Asking, told: Told) -> tuple[Row, ...]:
    """The earlier answers in words; private ones are not put on a screen others may see."""
    return tuple(_row(asking, told, q) for q in told.questions if q.id in told.answers)


def _row(asking: Asking, told: Told, question: Question) -> Row:
    def say_day(day: date) -> str:
        return say_date(day, asking.response.language)

    first = told.first[question.id]
    hidden = asking.say("Your answer is saved and not shown here")
    words = in_words(asking.edition, question, told.answers, say_day).words
    return Row(
        question.text,
        hidden if question.not_for_desk else words,
        "" if first == told.on else asking.say("First told on {day}", day=say_day(first)),
    )


def carried_words(asking: Asking) -> Mapping[str, str]:
    """What the check of all answers adds to those that were carried over."""
    with parts().sessions() as db:
        carried = returns.carried_in(db, asking.response.id)
    language = asking.response.language
    days = {name: say_date(day, language) for name, day in carried.items()}
    words = "carried over from {day}, confirmed today"
    return {name: f" ({asking.say(words, day=day)})" for name, day in days.items()}


def to_change(asking: Asking, told: Told) -> FlaskForm:
    """The questions of the page with the earlier answers filled in, nothing of them saved."""
    answers = {**asking.answers, **told.answers}
    return page_form(replace(asking.making, answers=answers), told.questions, posted=False)
