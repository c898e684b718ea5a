"""The patient's own copy: what they answered, what to watch for, whom to call. No flag, level or score."""

from dataclasses import dataclass

from jinja2 import Environment

from rules.model import Question
from screening.documents.paper import (
    AnswerPage,
    Frame,
    Paper,
    Voice,
    answer_pages,
    frame,
    identifier,
    reading_of,
    words_of,
)
from screening.documents.styles import styles
from screening.settings import Clinic
from screening.words import Say


@dataclass(frozen=True, slots=True)
class Copy:
    """Everything the copy prints, in words."""

    frame: Frame
    clinic: Clinic
    name: str
    sent: str
    decides: str
    every: str
    day: str
    care: tuple[str, ...]
    answers: tuple[AnswerPage, ...]


def copy_html(env: Environment, paper: Paper, clinic: Clinic, say: Say, language: str) -> str:
    """The copy as HTML for `copy_css(sheet)`; draw it as pdf/ua-1."""
    view = copy(paper, Voice(say, language, clinic))
    return env.get_template("paper/copy.html").render(view=view, say=say)


def copy_css(sheet: str = "A4") -> str:
    """The stylesheet, for "A4" or "Letter"."""
    return styles("copy.css", sheet)


def copy_identifier(paper: Paper) -> bytes:
    """What makes the PDF of the same record the same file."""
    return identifier(paper, "copy")


def copy(paper: Paper, voice: Voice) -> Copy:
    """Everything the copy says. Nothing in it depends on an answer that is withheld from the desk."""
    messages = paper.edition.messages
    return Copy(
        frame=frame(paper, voice, voice.say("Your copy")),
        clinic=voice.clinic,
        name=words_of(paper, voice, "full_name"),
        sent=voice.say("Sent {moment}", moment=voice.moment(paper.submitted_at)),
        decides=messages["msg-received"],
        every=voice.filled(messages["msg-every"]),
        day=voice.filled(messages["msg-day-change"]),
        care=tuple(voice.filled(note.text) for note in paper.edition.notes["aftercare"]),
        answers=answer_pages(reading_of(paper), voice, _shown),
    )


def _shown(question: Question) -> bool:
    return not question.not_for_desk and question.asked_by == "patient"
