"""The pain in numbers and words: how long, how strong, what it keeps the patient from."""

from collections.abc import Iterable
from dataclasses import dataclass

from rules.answers import Reading
from screening.documents.paper import Paper, Voice, words_of
from screening.documents.summary_flags import shorten

_ACUTE_WEEKS, _SUBACUTE_WEEKS = 6, 12
_LONGEST_ACTIVITY, _LONGEST_LINE = 60, 130
_PEG = ("peg_pain", "peg_enjoyment", "peg_activity")


@dataclass(frozen=True, slots=True)
class Score:
    """A score by its short name. `style` is "given", or "open" when there is none."""

    label: str
    value: str
    style: str = "given"


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    words: str


def lines(paper: Paper, reading: Reading, voice: Voice) -> Iterable[Line]:
    """What the patient says about the pain, each under a short label."""
    say = voice.say
    for label, question in (
        (say("Words"), "pain_words"),
        (say("Began"), "onset"),
        (say("Pattern"), "pain_pattern"),
        (say("Worse with"), "pain_worse_with"),
        (say("Better with"), "pain_eased_by"),
        (say("Tried"), "previous_treatments"),
    ):
        yield Line(label, shorten(paper, voice, question, words_of(paper, voice, question), _LONGEST_LINE))
    for n in _activities(reading):
        activity = words_of(paper, voice, f"psfs_{n}_activity")
        short = shorten(paper, voice, f"psfs_{n}_activity", activity, _LONGEST_ACTIVITY)
        score = words_of(paper, voice, f"psfs_{n}_score")
        yield Line(say("Hard thing {n} (0 cannot, 10 can)", n=n), f"{short}: {score}")


def duration(paper: Paper, reading: Reading, voice: Voice) -> str:
    """How long it has hurt, with its class; or that no answer was given."""
    weeks = reading.value("fact.duration_weeks")
    if not isinstance(weeks, float):
        return voice.say("How long: {answer}", answer=paper.edition.answer_words["missing"])
    length = f"{words_of(paper, voice, 'duration_number')} {words_of(paper, voice, 'duration_unit').lower()}"
    name = "acute" if weeks < _ACUTE_WEEKS else "subacute" if weeks <= _SUBACUTE_WEEKS else "chronic"
    return voice.say("{length}: {kind}", length=length, kind=paper.edition.words[f"dur-{name}"])


def scores(paper: Paper, reading: Reading, voice: Voice) -> Iterable[Score]:
    """Pain now, best and worst, PEG when asked, PSFS when anything is named: 0 to 10 each."""
    say = voice.say
    labels = {"nprs_now": say("now"), "nprs_best": say("best"), "nprs_worst": say("worst")}
    for question, label in labels.items():
        known = isinstance(reading.value(question), float)
        yield Score(label, words_of(paper, voice, question), "given" if known else "open")
    if reading.asked("peg_pain") is not False:
        yield _mean(paper, reading, say("PEG"), _PEG)
    if activities := _activities(reading):
        yield _mean(paper, reading, say("PSFS"), tuple(f"psfs_{n}_score" for n in activities))


def _activities(reading: Reading) -> tuple[int, ...]:
    return tuple(n for n in (1, 2, 3) if reading.asked(f"psfs_{n}_activity") is True)


def _mean(paper: Paper, reading: Reading, label: str, questions: tuple[str, ...]) -> Score:
    """The mean to one decimal; one missing item leaves it unsaid."""
    values = [value for q in questions if isinstance(value := reading.value(q), float)]
    if len(values) < len(questions):
        return Score(label, paper.edition.answer_words["missing"], "open")
    return Score(label, f"{sum(values) / len(values):.1f}")
