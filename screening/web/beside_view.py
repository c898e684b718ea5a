"""What stands beside the patient's own words on a record's page: corrections, last time, letters."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from flask import url_for

from screening.documents.corrected import as_corrected, beside_answers
from screening.documents.paper import Paper, Voice, reading_of
from screening.documents.summary_changes import Changes, changes, score_charts
from screening.documents.summary_corrections import AfterCorrections, after_corrections, with_news
from screening.records.submissions import Submission
from screening.web.patient import CONSENT
from screening.web.record_view import Card, flag_card
from screening.web.staff_words import say, say_here


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside one answer, the latest first, and where to correct it; empty where nobody may."""

    corrected: tuple[str, ...]
    correct_at: str


@dataclass(frozen=True, slots=True)
class Posted:
    """A letter that was written, and where to print it again."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class BesidePage:
    """All of it. A card of `flags` is anchored under its flag's id where the form has no such flag."""

    corrections: AfterCorrections | None
    flags: tuple[Card, ...]
    answers: Mapping[str, Beside]
    changes: Changes | None
    charts: tuple[str, ...]
    letters: tuple[Posted, ...]
    letter_at: str


def beside_page(found: Submission, paper: Paper, voice: Voice) -> BesidePage:
    """What was put beside the form, in words."""
    return BesidePage(
        corrections=after_corrections(paper, voice),
        flags=tuple(_cards(paper, voice)) if paper.after.corrections else (),
        answers=_answers(found, paper, voice),
        changes=changes(paper, voice),
        charts=score_charts(paper, voice),
        letters=tuple(_letters(found)),
        letter_at=url_for("letters.write", submission_id=found.id),
    )


def correctable(paper: Paper) -> frozenset[str]:
    """The questions whose answers may be corrected: the patient's own that count now, while the record is
    open. What is signed or agreed to is nobody else's to correct."""
    if paper.after.signature is not None:
        return frozenset()
    reading = reading_of(as_corrected(paper))
    return frozenset(
        name
        for name, question in paper.edition.questions.items()
        if question.asked_by == "patient" and not question.signs and name != CONSENT
        if reading.asked(name) is not False
    )


def _cards(paper: Paper, voice: Voice) -> Iterator[Card]:
    news, known = with_news(paper), {flag.id for flag in paper.assessment.flags}
    for flag in news.assessment.flags:
        card = flag_card(news, voice, flag)
        yield replace(card, anchor=f"corrected-{flag.id}") if flag.id in known else card


def _answers(found: Submission, paper: Paper, voice: Voice) -> Mapping[str, Beside]:
    may, said = correctable(paper), beside_answers(paper, voice)
    return {
        name: Beside(
            said.get(name, ()),
            url_for("correcting.ask", submission_id=found.id, question_id=name) if name in may else "",
        )
        for name in paper.edition.questions
    }


def _letters(found: Submission) -> Iterator[Posted]:
    for letter in reversed(found.afterwards.letters):
        yield Posted(
            say("Letter by {name}, {when}", name=letter.staff_name, when=say_here(letter.at)),
            url_for("letters.again", submission_id=found.id, number=letter.id),
        )
