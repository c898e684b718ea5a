"""What would change this: the smallest sets of answers that, were they different, would lift a hold.

It says what to clarify first. It never says that an answer is wrong."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import combinations, islice, product
from types import MappingProxyType

from rules.answers import Reading
from rules.assess import level_if_asked, read
from rules.facts import marked
from rules.model import Flag, Kind, Level, Question, Rule
from rules.when import holds

_MOST_CHANGES = 3
_MOST_WAYS = 4
_MOST_TRIES = 400
_BORN = "date_of_birth"


@dataclass(frozen=True, slots=True)
class Change:
    """Another answer to one question. `answer` is None where only "a different one" can be said."""

    question: str
    answer: str | tuple[str, ...] | None


Way = tuple[Change, ...]


def what_would_lift(reading: Reading, flag: Flag) -> tuple[Way, ...]:
    """Ways to bring the flag below a hold, all of the smallest size that works; empty when the flag
    is no hold, or when no three answers would do (an age cannot change)."""
    rule = reading.edition.rule[flag.id]
    if flag.level.rank < Level.HOLD.rank:
        return ()
    offers = {
        question.id: tuple(_OFFERS[question.kind](reading, flag, question))
        for question in map(reading.edition.questions.__getitem__, flag.because)
        if question.id != _BORN
    }
    tries = 0
    for size in range(1, min(_MOST_CHANGES, len(offers)) + 1):
        found: dict[Way, None] = {}
        for questions in combinations(offers, size):
            room = max(0, _MOST_TRIES - tries)
            for chosen in islice(product(*(offers[q] for q in questions)), room):
                tries += 1
                if _lifts(reading, rule, dict(zip(questions, (new for _, new in chosen), strict=True))):
                    found[tuple(change for change, _ in chosen)] = None
        if found:
            return tuple(sorted(found, key=partial(_harder_to_ask, reading)))[:_MOST_WAYS]
    return ()


def _harder_to_ask(reading: Reading, way: Way) -> int:
    """Plain yes or no questions first: they are the quickest to clear up."""
    return sum(reading.edition.questions[change.question].kind is not Kind.YES_NO for change in way)


def _lifts(reading: Reading, rule: Rule, changes: Mapping[str, object]) -> bool:
    changed = read(reading.edition, {**reading.answers, **changes}, reading.today)
    verdicts = [holds(line.when, changed.verdict) for line in rule.lines]
    if True in verdicts:
        return rule.level.rank < Level.HOLD.rank
    open_still = None in verdicts and not rule.never_ask
    return not open_still or level_if_asked(rule, verdicts).rank < Level.HOLD.rank


# --- what else could be answered ---------------------------------------------------------------

Offer = tuple[Change, object]


def _yes_no(reading: Reading, flag: Flag, question: Question) -> Iterator[Offer]:
    for value in ("yes", "no"):
        if value != reading.answers.get(question.id):
            yield Change(question.id, value), value


def _choice(reading: Reading, flag: Flag, question: Question) -> Iterator[Offer]:
    for option in question.options:
        if option.id not in ("unsure", "skip", reading.answers.get(question.id)):
            yield Change(question.id, option.id), option.id


def _choices(reading: Reading, flag: Flag, question: Question) -> Iterator[Offer]:
    """Without one of the ticks; and, where it can be said, with none."""
    given = reading.given(question.id)
    ticked = [o.id for o in question.options if isinstance(given, frozenset) and o.id in given]
    for gone in ticked if len(ticked) > 1 else ():
        left = [option for option in ticked if option != gone]
        yield Change(question.id, tuple(left)), left
    if any(option.id == "none" for option in question.options):
        yield Change(question.id, ("none",)), ["none"]


def _number(reading: Reading, flag: Flag, question: Question) -> Iterator[Offer]:
    """Numbers across the range stand for "a different one"."""
    least = 0.0 if question.least is None else question.least
    most = least + 520 if question.most is None else question.most
    for step in range(9):
        yield Change(question.id, None), least + (most - least) * step / 8


def _date(reading: Reading, flag: Flag, question: Question) -> Iterator[Offer]:
    """Days before and after stand for "a different one"."""
    for days in (-400, -60, -30, 0, 3):
        yield Change(question.id, None), (reading.today + timedelta(days=days)).isoformat()


def _text(reading: Reading, flag: Flag, question: Question) -> Iterator[Offer]:
    yield Change(question.id, None), ""


def _regions(reading: Reading, flag: Flag, question: Question) -> Iterator[Offer]:
    """Without the places that the flag concerns; with some place, where none is marked."""
    tokens = marked(reading)
    left = [token for token in tokens if token not in flag.regions]
    if left and len(left) < len(tokens):
        yield Change(question.id, tuple(left)), left
    yield Change(question.id, None), ["reg-hand:left"]


_OFFERS: Mapping[Kind, Callable[[Reading, Flag, Question], Iterator[Offer]]] = MappingProxyType(
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
