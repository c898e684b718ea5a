"""The questions of one page as rows of the paper form: numbered, indented, each with its boxes."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rules.model import Edition, Kind, Option, Page, Question, Region
from screening.documents.blank_urgent import Ticked, added
from screening.documents.blank_when import Desk, asked_if
from screening.settings import Clinic, fill

_YES_NO = ("yes", "no", "unsure")
_LARGEST_SCALE = 10
_LONG = 1000  # characters; more than fit on a line
_DATE = MappingProxyType({"day": 2, "month": 2, "year": 4})


@dataclass(frozen=True, slots=True)
class Box:
    """A box to tick or write in. `name` is the field's, `value` what a tick means, `spoken` its
    accessible name; `urgent` marks one that cannot wait; `length` is the most letters, 0 for any."""

    kind: str
    name: str
    value: str
    label: str
    spoken: str
    urgent: bool = False
    length: int = 0

    @property
    def alone(self) -> str:
        """The accessible name of this box, told apart from the others of its question."""
        return f"{self.spoken}: {self.label}" if self.kind == "radio" else self.spoken


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the list beside the body chart: a box for each side, or one in the middle."""

    label: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One question. `look` names the macro that prints it; `head` stands above several questions that
    are asked alike, `lead` before a single one."""

    number: str
    id: str
    text: str
    head: str
    lead: str
    notes: tuple[str, ...]
    staff: bool
    depth: int
    look: str
    boxes: tuple[Box, ...]
    ends: tuple[str, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Making:
    """What making rows takes."""

    desk: Desk
    clinic: Clinic
    urgent: frozenset[Ticked]

    @property
    def edition(self) -> Edition:
        return self.desk.edition

    def spoken(self, question: Question) -> str:
        return f"{self.desk.numbers[question.id]} {question.text}"


def rows(making: Making, page: Page) -> Iterator[Row]:
    """Every question of the page, in order."""
    asked = [asked_if(making.desk, question.asked_when) for question in page.questions]
    depths = _depths(page, asked)
    open_heads: list[tuple[int, str]] = []
    above = ""
    for at, question in enumerate(page.questions):
        here = (depths[at], asked[at])
        open_heads = [head for head in open_heads if head[0] < depths[at] or head == here]
        said = "" if here in open_heads else asked_if(making.desk, question.asked_when, above)
        heads = bool(said) and _is_shared(at, asked, depths)
        if heads:
            open_heads.append(here)
        yield _row(making, question, depths[at], said if heads else "", "" if heads else said)
        above = making.desk.numbers[question.id]


def _depths(page: Page, asked: list[str]) -> list[int]:
    """How far each question is indented: one step further than the deepest it is asked for here."""
    depths: dict[str, int] = {}
    for question, when in zip(page.questions, asked, strict=True):
        gates = question.asked_when.clauses if question.asked_when else ()
        depths[question.id] = 1 + max((depths.get(gate.name, 0) for gate in gates), default=0) if when else 0
    return list(depths.values())


def _is_shared(at: int, asked: list[str], depths: list[int]) -> bool:
    """Whether the next question that is not indented further is asked for the same."""
    later = (n for n in range(at + 1, len(asked)) if depths[n] <= depths[at])
    return any(asked[n] == asked[at] for n in itertools.islice(later, 1))


def _row(making: Making, question: Question, depth: int, head: str, lead: str) -> Row:
    look, boxes = MADE[question.kind](making, question)
    return Row(
        number=making.desk.numbers[question.id],
        id=question.id,
        text=question.text,
        head=head,
        lead=lead,
        notes=tuple(_notes(making, question, boxes)),
        staff=question.asked_by == "staff",
        depth=depth,
        look=look,
        boxes=boxes,
        ends=question.ends if look == "scale" else (),
        parts=tuple(_parts(making, question)) if look == "chart" else (),
    )


def _notes(making: Making, question: Question, boxes: tuple[Box, ...]) -> Iterator[str]:
    """What helps to answer: the hint, what happens on a refusal, that it may be left out."""
    options = {option.id for option in question.options}
    if question.hint:
        yield question.hint
    if "disagree" in options:
        yield question.help
    if "skip" in options and not question.hint:
        yield making.desk.say("You can leave this out.")
    if any(box.urgent for box in boxes) and (extra := added(making.edition, question.id)):
        yield fill(extra, making.clinic)


# --- boxes -------------------------------------------------------------------------------------

Made = tuple[str, tuple[Box, ...]]


def _radio(making: Making, question: Question, value: str, label: str) -> Box:
    urgent = (question.id, value) in making.urgent
    return Box("radio", question.id, value, label, making.spoken(question), urgent)


def _tick(making: Making, question: Question, option: Option) -> Box:
    spoken = f"{making.spoken(question)} {option.text}"
    urgent = (question.id, option.id) in making.urgent
    return Box("checkbox", f"{question.id}:{option.id}", option.id, option.text, spoken, urgent)


def _yes_no(making: Making, question: Question) -> Made:
    words = making.edition.answer_words
    return "yes_no", tuple(_radio(making, question, value, words[value]) for value in _YES_NO)


def _choice(making: Making, question: Question) -> Made:
    return "boxes", tuple(_radio(making, question, option.id, option.text) for option in question.options)


def _choices(making: Making, question: Question) -> Made:
    return "boxes", tuple(_tick(making, question, option) for option in question.options)


def _number(making: Making, question: Question) -> Made:
    if question.whole and question.least == 0 and question.most == _LARGEST_SCALE:
        steps = map(str, range(_LARGEST_SCALE + 1))
        return "scale", tuple(_radio(making, question, step, step) for step in steps)
    return "number", (Box("text", question.id, "", "", making.spoken(question)),)


def _date(making: Making, question: Question) -> Made:
    say, spoken = making.desk.say, making.spoken(question)
    return "date", tuple(
        Box("text", f"{question.id}:{part}", "", say(part), f"{spoken}, {say(part)}", length=digits)
        for part, digits in _DATE.items()
    )


def _text(making: Making, question: Question) -> Made:
    box = Box("text", question.id, "", "", making.spoken(question), length=question.longest)
    return "area" if question.longest >= _LONG else "line", (box,)


def _regions(making: Making, question: Question) -> Made:
    """The first is the body chart with its list; one that asks about the marked places is written."""
    if question.asked_when is None:
        return "chart", ()
    return "line", (Box("text", question.id, "", "", making.spoken(question)),)


MADE: Mapping[Kind, Callable[[Making, Question], Made]] = MappingProxyType(
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


def _parts(making: Making, question: Question) -> Iterator[Part]:
    regions = making.edition.regions.values()
    for part in dict.fromkeys(region.body_part for region in regions):
        places = (_place(making, question, region) for region in regions if region.body_part == part)
        yield Part(part, tuple(places))


def _place(making: Making, question: Question, region: Region) -> Place:
    words = making.edition.answer_words
    boxes = []
    for token in region.tokens:
        side = token.partition(":")[2] or "middle"
        spoken = f"{making.spoken(question)} {region.label}, {words[side]}"
        boxes.append(Box("checkbox", f"{question.id}:{token}", token, "", spoken))
    return Place(region.label, tuple(boxes))
