"""Answers in words, for every surface alike: check page, practitioner's page, paper."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from rules.answers import UNSURE, Reading, Value, counted
from rules.facts import region_of
from rules.model import Answers, Edition, Kind, Page, Question

SayDate = Callable[[date], str]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A question that was asked and its answer in words. `given` is False where there is none;
    `known` is False where the answer leaves it open (not sure, do not know, none given)."""

    question: Question
    words: str
    given: bool
    known: bool


def in_words(edition: Edition, question: Question, answers: Answers, say_date: SayDate) -> Spoken:
    """The answer to one question in words; missing and unknown are said, never left blank."""
    words = edition.answer_words
    if question.id not in answers:
        return Spoken(question, words["missing"], False, False)
    raw = answers[question.id]
    if raw is None:
        return Spoken(question, words["not_known"], True, False)
    value = counted(edition, question, raw)
    if value is None:
        return Spoken(question, words["missing"], False, False)
    known = value != UNSURE and not (isinstance(value, frozenset) and UNSURE in value)
    return Spoken(question, _WORDS[question.kind](edition, question, value, say_date), True, known)


def asked_in_words(reading: Reading, say_date: SayDate) -> tuple[tuple[Page, tuple[Spoken, ...]], ...]:
    """Every page with the questions asked on it and their answers in words; pages with none left out."""
    edition = reading.edition
    pages = (
        (
            page,
            tuple(
                in_words(edition, question, reading.answers, say_date)
                for question in page.questions
                if reading.asked(question.id) is not False
            ),
        )
        for page in edition.pages
    )
    return tuple((page, spoken) for page, spoken in pages if spoken)


def place_in_words(edition: Edition, token: str) -> str:
    """A marked place: "Calf, left", or its label alone in the midline."""
    side = token.partition(":")[2]
    label = edition.regions[region_of(token)].label
    return f"{label}, {edition.answer_words[side].lower()}" if side else label


def places_in_words(edition: Edition, tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The marked places in the order given, left and right of one place said together."""
    sides: dict[str, list[str]] = {}
    for token in tokens:
        sides.setdefault(region_of(token), []).append(token)
    words = edition.answer_words
    return tuple(
        f"{edition.regions[region].label}, {words['both'].lower()}"
        if len(both) == 2
        else place_in_words(edition, both[0])
        for region, both in sides.items()
    )


def _yes_no(edition: Edition, question: Question, value: Value, say_date: SayDate) -> str:
    return edition.answer_words[str(value)]


def _option(edition: Edition, question: Question, wanted: str) -> str:
    if wanted == "skip":
        return edition.answer_words["skip"]
    texts = {option.id: option.text for option in question.options}
    return texts.get(wanted, edition.answer_words[UNSURE])


def _choice(edition: Edition, question: Question, value: Value, say_date: SayDate) -> str:
    return _option(edition, question, str(value))


def _choices(edition: Edition, question: Question, value: Value, say_date: SayDate) -> str:
    ticked = value if isinstance(value, frozenset) else frozenset()
    return "; ".join(option.text for option in question.options if option.id in ticked)


def _number(edition: Edition, question: Question, value: Value, say_date: SayDate) -> str:
    return f"{value:g}" if isinstance(value, float) and abs(value) < 1e6 else str(value)


def _date(edition: Edition, question: Question, value: Value, say_date: SayDate) -> str:
    return say_date(value) if isinstance(value, date) else str(value)


def _text(edition: Edition, question: Question, value: Value, say_date: SayDate) -> str:
    return str(value)


def _regions(edition: Edition, question: Question, value: Value, say_date: SayDate) -> str:
    return "; ".join(places_in_words(edition, value)) if isinstance(value, tuple) else ""


_WORDS: Mapping[Kind, Callable[[Edition, Question, Value, SayDate], str]] = MappingProxyType(
    {
        Kind.YES_NO: _yes_no,
        Kind.CHOICE: _choice,
        Kind.CHOICES: _choices,
        Kind.NUMBER: _number,
        Kind.DATE: _date,
        Kind.TEXT: _text,
        Kind.REGIONS: _regions,
    }
)
