"""What would change this: for every hold, the fewest answers that would lift it."""

from dataclasses import dataclass

from rules.answers import Reading
from rules.change import Change, Way, what_would_lift
from rules.model import Level
from rules.spoken import in_words
from screening.documents.paper import Paper, Voice


@dataclass(frozen=True, slots=True)
class Lifted:
    """A hold by its title, and the ways to lift it in words."""

    title: str
    ways: str


def lifted(paper: Paper, reading: Reading, voice: Voice) -> tuple[Lifted, ...]:
    """Every hold of the record in order; one that no three answers would lift says so."""
    held = [flag for flag in paper.assessment.flags if flag.level.rank >= Level.HOLD.rank]
    return tuple(
        Lifted(paper.edition.rule[flag.id].title, _ways(paper, voice, what_would_lift(reading, flag)))
        for flag in held
    )


def _ways(paper: Paper, voice: Voice, ways: tuple[Way, ...]) -> str:
    if not ways:
        return voice.say("More than three answers would have to be different, or none that can change.")
    alternatives = [voice.say(" and ").join(_said(paper, voice, change) for change in way) for way in ways]
    return voice.say("; or ").join(alternatives)


def _said(paper: Paper, voice: Voice, change: Change) -> str:
    question = paper.edition.questions[change.question]
    if change.answer is None:
        return voice.say("“{question}” had another answer", question=question.text)
    answer = list(change.answer) if isinstance(change.answer, tuple) else change.answer
    words = in_words(paper.edition, question, {question.id: answer}, voice.day).words
    return voice.say("“{question}” were “{answer}”", question=question.text, answer=words)
