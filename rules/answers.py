"""Which questions are asked, which answers count, which are missing. Missing is never no."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from rules.model import Answers, Clause, Edition, Kind, Question
from rules.when import Verdict, holds

UNSURE: Final = "unsure"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class _Absent:
    """The value of a question that is not asked, or is optional and blank: every clause is no."""


ABSENT: Final = _Absent()
_UNREAD: Final = _Absent()

Value = bool | str | float | frozenset[str] | tuple[str, ...] | date | _Absent | None


def day(text: object) -> date | None:
    """The date that "YYYY-MM-DD" names, or None when it is not a real date."""
    if not isinstance(text, str) or _DATE.fullmatch(text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def counted(edition: Edition, question: Question, raw: object) -> Value:
    """The answer as far as it counts: malformed values and unknown entries are None (missing)."""
    return _COUNTED[question.kind](edition, question, raw)


def _yes_no(edition: Edition, question: Question, raw: object) -> Value:
    return raw if isinstance(raw, str) and raw in ("yes", "no", UNSURE) else None


def _choice(edition: Edition, question: Question, raw: object) -> Value:
    return raw if isinstance(raw, str) and (raw == UNSURE or _has_option(question, raw)) else None


def _has_option(question: Question, value: str) -> bool:
    return any(option.id == value for option in question.options)


def _several(edition: Edition, question: Question, raw: object) -> Value:
    if not isinstance(raw, list):
        return None
    return frozenset(v for v in raw if isinstance(v, str) and _has_option(question, v)) or None


def _number(edition: Edition, question: Question, raw: object) -> Value:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    try:
        number = float(raw)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _date(edition: Edition, question: Question, raw: object) -> Value:
    return day(raw)


def _text(edition: Edition, question: Question, raw: object) -> Value:
    return raw if isinstance(raw, str) and raw.strip() else None


def _regions(edition: Edition, question: Question, raw: object) -> Value:
    """Known tokens in the order of the region table, left before right, each once."""
    if not isinstance(raw, list):
        return None
    order = edition.token_order
    marked = {v for v in raw if isinstance(v, str) and v in order}
    return tuple(sorted(marked, key=order.__getitem__)) or None


_COUNTED: Mapping[Kind, Callable[[Edition, Question, object], Value]] = {
    Kind.YES_NO: _yes_no,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _several,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.TEXT: _text,
    Kind.REGIONS: _regions,
}


class Reading:
    """One person's answers read through one edition on one day. It only remembers what it has
    worked out; the same edition, answers and day always read the same."""

    __slots__ = ("_asked", "_values", "answers", "compute", "edition", "today")

    def __init__(
        self,
        edition: Edition,
        answers: Answers,
        today: date,
        compute: Mapping[str, Callable[["Reading"], Value]],
    ) -> None:
        self.edition = edition
        self.answers = answers
        self.today = today
        self.compute = compute
        self._asked: dict[str, Verdict] = {}
        self._values: dict[str, Value] = {}

    def asked(self, question_id: str) -> Verdict:
        """Whether the question is asked. None (cannot tell) counts as asked."""
        if question_id not in self._asked:
            when = self.edition.questions[question_id].asked_when
            self._asked[question_id] = True if when is None else holds(when, self.verdict)
        return self._asked[question_id]

    def given(self, question_id: str) -> Value:
        """The answer that counts whether or not the question is asked; None when missing."""
        question = self.edition.questions[question_id]
        return counted(self.edition, question, self.answers.get(question_id))

    def value(self, name: str) -> Value:
        """What a question or fact comes to: ABSENT (every clause is no), None (unknown) or a value."""
        found = self._values.get(name, _UNREAD)
        if found is _UNREAD:
            found = self._fact(name) if name.startswith("fact.") else self._answer(name)
            self._values[name] = found
        return found

    def _answer(self, question_id: str) -> Value:
        if self.asked(question_id) is False:
            return ABSENT
        question = self.edition.questions[question_id]
        value = counted(self.edition, question, self.answers.get(question_id))
        if value is None:
            return None if question.required else ABSENT
        return None if value == UNSURE else value

    def _fact(self, name: str) -> Value:
        when = self.edition.facts[name].when
        return self.compute[name](self) if when is None else holds(when, self.verdict)

    def verdict(self, clause: Clause) -> Verdict:
        """How a clause stands: yes, no, or cannot tell."""
        value = self.value(clause.name)
        if value is None:
            return None
        if value is ABSENT:
            return False
        return _VERDICT[clause.op](self, clause, value)


def _equals(reading: Reading, clause: Clause, value: Value) -> Verdict:
    wanted = clause.values[0]
    if isinstance(value, frozenset):
        return _ticked(value, wanted)
    if isinstance(value, bool):
        return value is (wanted == "yes")
    return value == wanted


def _ticked(value: frozenset[str], wanted: str) -> Verdict:
    if wanted in value:
        return True
    return None if UNSURE in value else False


def _among(reading: Reading, clause: Clause, value: Value) -> Verdict:
    if isinstance(value, tuple):
        group = reading.edition.groups[clause.group]
        return any(token.partition(":")[0] in group for token in value)
    if isinstance(value, frozenset):
        if not value.isdisjoint(clause.values):
            return True
        return None if UNSURE in value else False
    return value in clause.values


def _below(reading: Reading, clause: Clause, value: Value) -> Verdict:
    return isinstance(value, float) and value < clause.number


def _at_least(reading: Reading, clause: Clause, value: Value) -> Verdict:
    return isinstance(value, float) and value >= clause.number


_VERDICT: Mapping[str, Callable[[Reading, Clause, Value], Verdict]] = {
    "=": _equals,
    "in": _among,
    "<": _below,
    ">=": _at_least,
}
