"""The filled-in form for the paper file: every question asked, with its number and its answer in words.

It holds no flag and no conclusion, and nothing that is withheld from the desk. Numbers are those of the blank
form, so that an answer is found by the same number on both."""

from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import Environment

from rules.model import Page
from rules.spoken import Spoken, asked_in_words
from screening.documents.paper import Frame, Paper, Voice, contained, frame, identifier, reading_of, words_of
from screening.documents.styles import styles
from screening.settings import Clinic
from screening.words import Say


@dataclass(frozen=True, slots=True)
class Row:
    """A question and its answer. `style` is "given" or "open" (not sure, or no answer given)."""

    number: str
    question: str
    answer: str
    style: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of the form."""

    number: int
    title: str
    lead: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Intake:
    """Everything the filled-in form prints, in words."""

    frame: Frame
    clinic: str
    name: str
    came: tuple[str, ...]
    sheets: tuple[Sheet, ...]


def intake_html(env: Environment, paper: Paper, clinic: Clinic, say: Say, language: str) -> str:
    """The filled-in form as HTML for `intake_css(sheet)`; draw it as pdf/ua-1, made at `submitted_at`."""
    view = intake(paper, Voice(say, language, clinic))
    return env.get_template("paper/intake.html").render(view=view, say=say)


def intake_css(sheet: str = "A4") -> str:
    """The stylesheet, for "A4" or "Letter"."""
    return styles("intake.css", sheet)


def intake_identifier(paper: Paper) -> bytes:
    """What makes the PDF of the same record the same file."""
    return identifier(paper, "intake")


def intake(paper: Paper, voice: Voice) -> Intake:
    """Everything the form says. It is the same whatever was answered to a question withheld from the desk."""
    came = [voice.say("Sent {moment}", moment=voice.moment(paper.submitted_at))]
    if paper.entered_by:
        came.append(voice.say("Typed in by {name}", name=contained(paper.entered_by)))
    return Intake(
        frame=frame(paper, voice, voice.say("Filled-in form")),
        clinic=voice.clinic.name,
        name=words_of(paper, voice, "full_name"),
        came=tuple(came),
        sheets=tuple(
            Sheet(page.number, page.title, page.lead, rows)
            for page, answers in asked_in_words(reading_of(paper), voice.day)
            if (rows := tuple(_rows(page, answers)))
        ),
    )


def _rows(page: Page, answers: tuple[Spoken, ...]) -> Iterator[Row]:
    # Counted among all questions of the page, asked or not, so a gap reveals nothing.
    numbers = {question.id: f"{page.number}.{place}" for place, question in enumerate(page.questions, 1)}
    for spoken in answers:
        question = spoken.question
        # What staff ask later is no gap in a form that has not reached them yet.
        if not question.not_for_desk and (spoken.given or question.asked_by == "patient"):
            style = "given" if spoken.known else "open"
            yield Row(numbers[question.id], question.text, contained(spoken.words), style)
