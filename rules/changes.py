"""What is different between two forms of one person: flags, answers, scores. By id, whatever the edition."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from rules.answers import ABSENT, Reading
from rules.model import Assessment, Flag, Question, Status


class Turn(StrEnum):
    """What became of a flag. DIFFERENT: heavier in one way and lighter in another."""

    NEW = "new"
    GONE = "gone"
    HEAVIER = "heavier"
    LIGHTER = "lighter"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class FlagChange:
    """A flag that is not as it was; `then` is None for a new one, `now` for one that is gone."""

    id: str
    turn: Turn
    then: Flag | None
    now: Flag | None


def flag_changes(then: Assessment, now: Assessment) -> tuple[FlagChange, ...]:
    """Every flag that is new or weighs otherwise, in the order of `now`, and after them those gone."""
    before = {flag.id: flag for flag in then.flags}
    after = {flag.id: flag for flag in now.flags}
    here = (_turned(before.get(flag.id), flag) for flag in now.flags)
    gone = (FlagChange(flag.id, Turn.GONE, flag, None) for flag in then.flags if flag.id not in after)
    return (*(change for change in here if change is not None), *gone)


def _turned(then: Flag | None, now: Flag) -> FlagChange | None:
    if then is None:
        return FlagChange(now.id, Turn.NEW, None, now)
    pairs = list(zip(_weight(then), _weight(now), strict=True))
    grew, shrank = any(was < is_ for was, is_ in pairs), any(was > is_ for was, is_ in pairs)
    turn = _TURN.get((grew, shrank))
    return None if turn is None else FlagChange(now.id, turn, then, now)


_TURN: Mapping[tuple[bool, bool], Turn] = MappingProxyType(
    {(True, False): Turn.HEAVIER, (False, True): Turn.LIGHTER, (True, True): Turn.DIFFERENT}
)


def _weight(flag: Flag) -> tuple[int, int, int]:
    urgency = 0 if flag.urgency is None else flag.urgency.rank
    return flag.level.rank, urgency, int(flag.status is Status.RAISED)


# --- answers -----------------------------------------------------------------------------------


class Put(StrEnum):
    """How a question stood on a form. UNKNOWN_TO_IT: that edition did not have the question."""

    ASKED = "asked"
    NOT_ASKED = "not-asked"
    UNKNOWN_TO_IT = "unknown-to-it"


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """A question whose answer is not as it was, or that was put on only one of the two forms."""

    question: str
    then: Put
    now: Put


def answer_changes(then: Reading, now: Reading) -> tuple[AnswerChange, ...]:
    """The patient's questions that were answered differently, or put only once, in the order of `now`, then
    those that only `then` had. What is signed or scored is left out, and when the visit is."""
    ids = dict.fromkeys((*now.edition.questions, *then.edition.questions))
    found = (
        AnswerChange(name, _put(then, name), _put(now, name)) for name in ids if _compared(then, now, name)
    )
    return tuple(change for change in found if _differs(change, then, now))


def _compared(then: Reading, now: Reading, name: str) -> bool:
    question = _question(now, name) or then.edition.questions[name]
    return question.asked_by == "patient" and not question.signs and name not in _LEFT_OUT


def _differs(change: AnswerChange, then: Reading, now: Reading) -> bool:
    if change.then is Put.ASKED and change.now is Put.ASKED:
        return then.given(change.question) != now.given(change.question)
    return Put.ASKED in (change.then, change.now)


def _put(reading: Reading, name: str) -> Put:
    if _question(reading, name) is None:
        return Put.UNKNOWN_TO_IT
    return Put.NOT_ASKED if reading.asked(name) is False else Put.ASKED


def _question(reading: Reading, name: str) -> Question | None:
    return reading.edition.questions.get(name)


# --- scores ------------------------------------------------------------------------------------

_ACTIVITIES = ("psfs_1_score", "psfs_2_score", "psfs_3_score")
# A score of several questions is their mean, as its authors count it.
SCORES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "now": ("nprs_now",),
        "worst": ("nprs_worst",),
        "best": ("nprs_best",),
        "peg": ("peg_pain", "peg_enjoyment", "peg_activity"),
        "psfs": _ACTIVITIES,
    }
)
_LEFT_OUT = frozenset({"visit_date", *(question for items in SCORES.values() for question in items)})


def scores(reading: Reading) -> Mapping[str, float | None]:
    """Every score of a form, 0 to 10; None where one of the answers it takes is missing or was not asked."""
    return {name: _mean(reading, questions) for name, questions in SCORES.items()}


def _mean(reading: Reading, questions: Iterable[str]) -> float | None:
    asked = [name for name in questions if name in reading.edition.questions]
    values = [value for name in asked if (value := reading.value(name)) is not ABSENT]
    known = [value for value in values if isinstance(value, float)]
    return sum(known) / len(known) if known and len(known) == len(values) else None
