"""A record with the answers that were corrected after it was handed in. The form itself stays as it was."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from rules.spoken import in_words
from screening.documents.paper import Paper, Voice, carried_in_words, contained


def as_corrected(paper: Paper, until: datetime | None = None) -> Paper:
    """The record as the latest correction left it, or the latest up to `until`; without one, the form."""
    made = [one for one in paper.after.corrections if until is None or one.at <= until]
    return replace(paper, answers=made[-1].answers, assessment=made[-1].assessment) if made else paper


def unfollowed(paper: Paper, voice: Voice) -> Mapping[str, str]:
    """The flags of the form that its corrected answers no longer lead to, each with the words for that."""
    found = {flag.id for flag in as_corrected(paper).assessment.flags}
    gone = (flag.id for flag in paper.assessment.flags if flag.id not in found)
    return dict.fromkeys(gone, voice.say("does not follow from the corrected answers"))


def answer_said(paper: Paper, voice: Voice, question: str, answer: object) -> str:
    """An answer to a question in words, contained."""
    asked = paper.edition.questions[question]
    return contained(in_words(paper.edition, asked, {question: answer}, voice.day).words)


def beside_answers(paper: Paper, voice: Voice) -> Mapping[str, tuple[str, ...]]:
    """What stands beside the patient's answer to a question: every correction, the latest first."""
    said: dict[str, tuple[str, ...]] = {}
    for one in paper.after.corrections:
        words = voice.say(
            "Corrected to “{answer}” by {name}, {when}, because: {reason}",
            answer=answer_said(paper, voice, one.question, one.answer),
            name=one.by,
            when=voice.moment(one.at),
            reason=contained(one.reason),
        )
        said[one.question] = (words, *said.get(one.question, ()))
    return said


def marked_answers(paper: Paper, voice: Voice) -> Mapping[str, str]:
    """For paper, in short: that an answer was only confirmed, and what counts now that it was corrected."""
    latest = {one.question: one.answer for one in paper.after.corrections}
    corrected = {
        question: voice.say("corrected to “{answer}”", answer=answer_said(paper, voice, question, answer))
        for question, answer in latest.items()
    }
    carried = carried_in_words(paper, voice)
    return {
        question: "; ".join(said[question] for said in (carried, corrected) if question in said)
        for question in {**carried, **corrected}
    }
