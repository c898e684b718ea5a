"""Form fields, one for each way of answering. Each keeps what was typed, and gives `answer` to store.

An answer of None says "I do not know"; "" says that an optional question was left blank."""

import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import Field, RadioField, SelectMultipleField
from wtforms.validators import ValidationError

from rules.model import Question
from screening.words import Say

NOT_KNOWN = "not-known"
_ALONE = ("none", "unsure")


def _call(say: Say, sentence: str, question: Question, **values: object) -> ValidationError:
    return ValidationError(say(sentence, question=question.text, **values))


class OneAnswer(RadioField):
    """Radios, or a lone box to tick."""

    def __init__(self, question: Question, say: Say, **kwargs: Any) -> None:
        super().__init__(validate_choice=False, **kwargs)
        self.question, self.say = question, say

    @property
    def answer(self) -> str | None:
        if self.data == NOT_KNOWN:
            return None
        return self.data or ""

    def pre_validate(self, form: object) -> None:
        if self.data and self.data not in {choice.value for choice in self.choices}:
            raise _call(self.say, "Choose one of the answers to “{question}”", self.question)
        if not self.data and self.question.required:
            raise _call(self.say, "Choose an answer to “{question}”", self.question)


class ScaleAnswer(OneAnswer):
    """A whole number chosen from a row of boxes."""

    def process_data(self, value: object) -> None:
        self.data = NOT_KNOWN if value is None else str(value)

    @property
    def answer(self) -> Any:
        chosen = super().answer
        return int(chosen) if chosen else chosen


class OnePlace(OneAnswer):
    """One of the places marked before, stored as a list of one."""

    def process_data(self, value: object) -> None:
        self.data = str(value[0]) if isinstance(value, list) and value else ""

    @property
    def answer(self) -> Any:
        chosen = super().answer
        return [chosen] if chosen else chosen


class SeveralAnswers(SelectMultipleField):
    """Boxes to tick; "none" and "not sure" stand alone."""

    def __init__(self, question: Question, say: Say, **kwargs: Any) -> None:
        super().__init__(validate_choice=False, **kwargs)
        self.question, self.say = question, say

    @property
    def answer(self) -> list[str] | str:
        ticked = set(self.data or ())
        return [choice.value for choice in self.choices if choice.value in ticked] or ""

    def pre_validate(self, form: object) -> None:
        ticked = set(self.data or ())
        if ticked - {choice.value for choice in self.choices}:
            raise _call(self.say, "Choose one of the answers to “{question}”", self.question)
        if not ticked and self.question.required:
            raise _call(self.say, "Tick at least one answer to “{question}”", self.question)
        alone = [o.text for o in self.question.options if o.id in _ALONE and o.id in ticked]
        if alone and len(ticked) > 1:
            sentence = "Tick “{alone}” on its own, or the answers that fit, in “{question}”"
            raise _call(self.say, sentence, self.question, alone=alone[0])


class NumberAnswer(Field):
    """A number typed in, or "I do not know"."""

    def __init__(self, question: Question, say: Say, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.question, self.say = question, say

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        self.typed, self.unknown = _shown_number(data), data is None
        if formdata is not None:
            self.typed = formdata.get(self.name, "").strip()
            self.unknown = bool(formdata.get(f"{self.name}-unknown"))
        self.answer: float | int | str | None = None if self.unknown else ""

    def pre_validate(self, form: object) -> None:
        question = self.question
        if self.unknown and self.typed:
            sentence = "Type a number or tick “I do not know”, not both, in “{question}”"
            raise _call(self.say, sentence, question)
        if not self.typed:
            if question.required and not self.unknown:
                sentence = "Type a number, or tick “I do not know”, in “{question}”"
                raise _call(self.say, sentence, question)
            return
        self.answer = self._number()

    def _number(self) -> float | int:
        question = self.question
        try:
            number = float(self.typed.replace(",", "."))
        except ValueError:
            number = float("nan")
        if number != number or abs(number) > 1e9:
            raise _call(self.say, "Type a number such as 6 in “{question}”", question)
        if question.whole and number != int(number):
            raise _call(self.say, "Type a whole number such as 6 in “{question}”", question)
        if question.least is not None and number < question.least:
            limit = f"{question.least:g}"
            raise _call(self.say, "“{question}” must be {least} or more", question, least=limit)
        if question.most is not None and number > question.most:
            limit = f"{question.most:g}"
            raise _call(self.say, "“{question}” must be {most} or less", question, most=limit)
        return int(number) if number == int(number) else number


def _shown_number(data: object) -> str:
    return f"{data:g}" if isinstance(data, int | float) else ""


class DateAnswer(Field):
    """A day in three boxes, or "I do not know"."""

    def __init__(self, question: Question, say: Say, today: date, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.question, self.say, self.today = question, say, today

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        self.typed: Sequence[str] = ("", "", "")
        self.unknown = data is None
        if isinstance(data, str) and data:
            year, month, day = data.split("-")
            self.typed = (str(int(day)), str(int(month)), year)
        if formdata is not None:
            boxes = ("day", "month", "year")
            self.typed = tuple(formdata.get(f"{self.name}-{box}", "").strip() for box in boxes)
            self.unknown = bool(formdata.get(f"{self.name}-unknown"))
        self.answer: str | None = None if self.unknown else ""

    def pre_validate(self, form: object) -> None:
        question = self.question
        if self.unknown and any(self.typed):
            sentence = "Type a date or tick “I do not know”, not both, in “{question}”"
            raise _call(self.say, sentence, question)
        if not any(self.typed):
            if question.required and not self.unknown:
                sentence = "Type the day, month and year of “{question}”, or tick “I do not know”"
                raise _call(self.say, sentence, question)
            return
        self.answer = self._date().isoformat()

    def _date(self) -> date:
        day, month, year = self.typed
        try:
            found = date(int(year), int(month), int(day))
        except (ValueError, OverflowError):
            found = None
        if found is None or len(year) != 4:
            sentence = "“{question}” must be a real date, such as 27 3 1985"
            raise _call(self.say, sentence, self.question)
        if self.question.past and found > self.today:
            raise _call(self.say, "“{question}” must be today or in the past", self.question)
        return found


class TextAnswer(Field):
    """A text, kept exactly as typed but for blanks around it and the way line ends are written."""

    def __init__(self, question: Question, say: Say, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.question, self.say = question, say

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        self.typed = data if isinstance(data, str) else ""
        if formdata is not None:
            self.typed = formdata.get(self.name, "").replace("\r\n", "\n").replace("\r", "\n").strip()

    @property
    def answer(self) -> str:
        return self.typed

    def pre_validate(self, form: object) -> None:
        question = self.question
        if not self.typed:
            if question.required:
                raise _call(self.say, "Fill in “{question}”", question)
            return
        if len(self.typed) > question.longest:
            sentence = "“{question}” can hold {most} characters. You typed {typed}. Please shorten it"
            values = {"most": f"{question.longest:,}", "typed": f"{len(self.typed):,}"}
            raise _call(self.say, sentence, question, **values)
        if any(_cannot_be_kept(character) for character in self.typed):
            sentence = "“{question}” contains a character that cannot be kept. Please type it again"
            raise _call(self.say, sentence, question)


def _cannot_be_kept(character: str) -> bool:
    """Control characters, and code points that are no characters: no keyboard types them."""
    if character in "\n\t":
        return False
    return unicodedata.category(character) in ("Cc", "Cs") or ord(character) & 0xFFFE == 0xFFFE
