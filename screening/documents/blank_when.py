"""When a question on paper is to be answered, in words a patient can follow with a pen in hand.

Paper cannot hide a question, so its words may be wider than the condition and never narrower: what
cannot be said shortly is left out, and then more people answer, never fewer. "Not sure" counts as on
screen: it opens what yes opens.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rules.answers import UNSURE
from rules.facts import pleura, region_of
from rules.model import Clause, Condition, Edition, Kind
from screening.words import Say

# How a number that Python computes is compared: below, and at least.
_NUMBERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "fact.age": ("you are under {n}", "you are {n} or over"),
        "fact.duration_weeks": ("it has hurt for under {n} weeks", "it has hurt for {n} weeks or more"),
        "fact.region_count": ("you marked fewer than {n} places", "you marked {n} or more places"),
    }
)
# Facts that would take several clauses to spell out, and have one everyday name.
_NAMED: Mapping[str, str] = MappingProxyType(
    {"fact.takes_vka": "you take, or may take, warfarin, Acitrom or another with INR blood tests"}
)
_FEW = 2
_SHORT = 4  # places, in a list that something else narrows already


@dataclass(frozen=True, slots=True)
class Desk:
    """What saying a condition takes: the edition, the number of each question, and the language."""

    edition: Edition
    numbers: Mapping[str, str]
    say: Say


def asked_if(desk: Desk, condition: Condition | None, above: str = "") -> str:
    """"If yes or not sure:", "If you are 50 or over:" and the like; "" where everyone is to answer.

    `above` is the number of the question right above, which needs no naming."""
    if condition is None:
        return ""
    what = _ifs(desk, condition, above)
    return desk.say("If {what}:", what=what) if what else ""


def listed(say: Say, parts: Iterable[str], last: str = "{some} or {last}") -> str:
    """a, b or c."""
    some = list(dict.fromkeys(parts))
    return say(last, some=", ".join(some[:-1]), last=some[-1]) if len(some) > 1 else "".join(some)


def _ifs(desk: Desk, condition: Condition, above: str) -> str:
    if condition.how == "at_least":
        return _at_least(desk, condition)
    if ages := _between_ages(desk, condition):
        return ages
    clauses = sorted(condition.clauses, key=lambda clause: _turn(desk, clause))
    if len(clauses) == 1:
        return _clause(desk, clauses[0], above)
    if condition.how == "all":
        short = [clause for clause in clauses if len(_names(desk, _wanted(desk, clause))) <= _SHORT]
        said = [_clause(desk, clause, "") for clause in short]
        return _joined(desk.say, "{some}, and {last}", [text for text in said if text])
    return _any_of(desk, clauses)


def _any_of(desk: Desk, clauses: list[Clause]) -> str:
    """Several yeses, and several places, are said together."""
    yes = [desk.numbers[clause.name] for clause in clauses if _is_yes(desk, clause)]
    places = [found for clause in clauses if (found := _wanted(desk, clause))]
    others = [clause for clause in clauses if not _is_yes(desk, clause) and not _wanted(desk, clause)]
    said = [_clause(desk, clause, "") for clause in others]
    if not all(said):
        return ""
    if yes:
        answers = _words(desk, ("yes", UNSURE))
        said.insert(0, desk.say("{number} is {answers}", number=listed(desk.say, yes), answers=answers))
    if places:
        said.append(_places(desk, frozenset().union(*places)))
    return _joined(desk.say, "{some}, or {last}", said)


def _turn(desk: Desk, clause: Clause) -> tuple[bool, bool, int]:
    """Facts first, then answers in the order asked, then places, because they are a list themselves."""
    order = list(desk.numbers)
    place = order.index(clause.name) if clause.name in desk.numbers else 0
    return bool(_wanted(desk, clause)), not clause.is_fact, place


def _joined(say: Say, how: str, parts: list[str]) -> str:
    if len(parts) < _FEW:
        return "".join(parts)
    return say(how, some=", ".join(parts[:-1]), last=parts[-1])


def _at_least(desk: Desk, condition: Condition) -> str:
    if not all(_is_yes(desk, clause) for clause in condition.clauses):
        return ""
    numbers = (desk.numbers[clause.name] for clause in condition.clauses)
    several = listed(desk.say, numbers, "{some} and {last}")
    return desk.say("{n} or more of {numbers} are yes or not sure", n=condition.n, numbers=several)


def _between_ages(desk: Desk, condition: Condition) -> str:
    ops = {clause.op: clause.number for clause in condition.clauses if clause.name == "fact.age"}
    if condition.how != "all" or len(condition.clauses) != _FEW or set(ops) != {"<", ">="}:
        return ""
    return desk.say("you are {first} to {last}", first=f"{ops['>=']:g}", last=f"{ops['<'] - 1:g}")


def _is_yes(desk: Desk, clause: Clause) -> bool:
    question = desk.edition.questions.get(clause.name)
    return question is not None and question.kind is Kind.YES_NO and clause.values == ("yes",)


def _clause(desk: Desk, clause: Clause, above: str) -> str:
    if clause.is_fact:
        return _fact(desk, clause, above)
    return _CLAUSE[desk.edition.questions[clause.name].kind](desk, clause, above)


def _fact(desk: Desk, clause: Clause, above: str) -> str:
    fact = desk.edition.facts[clause.name]
    if fact.id in _NAMED:
        return desk.say(_NAMED[fact.id])
    if fact.id in _NUMBERS:
        below, least = _NUMBERS[fact.id]
        return desk.say(below if clause.op == "<" else least, n=f"{clause.number:g}")
    if wanted := _wanted(desk, clause):
        return _places(desk, wanted)
    if fact.when is not None and (len(fact.when.clauses) == 1 or fact.when.how == "at_least"):
        return _ifs(desk, fact.when, above)
    return ""


# --- answers -----------------------------------------------------------------------------------


def _yes_no(desk: Desk, clause: Clause, above: str) -> str:
    answers = _words(desk, (*clause.values, UNSURE))
    number = desk.numbers[clause.name]
    return answers if number == above else desk.say("{number} is {answers}", number=number, answers=answers)


def _words(desk: Desk, values: Iterable[str]) -> str:
    return listed(desk.say, (desk.edition.answer_words[value].lower() for value in values))


def _options(desk: Desk, clause: Clause, above: str) -> str:
    """Not sure, where it is offered, opens what the options open."""
    options = desk.edition.questions[clause.name].options
    texts = (f"“{option.text}”" for option in options if option.id in (*clause.values, UNSURE))
    ticked, number = listed(desk.say, texts), desk.numbers[clause.name]
    if number == above:
        return desk.say("you ticked {ticked}", ticked=ticked)
    return desk.say("you ticked {ticked} in {number}", ticked=ticked, number=number)


def _nothing(desk: Desk, clause: Clause, above: str) -> str:
    return ""


def _wanted(desk: Desk, clause: Clause) -> frozenset[str]:
    """The places one of which is to be marked; none for a clause about anything else."""
    if clause.group:
        return desk.edition.groups[clause.group]
    if clause.name == "fact.pleura":
        return frozenset(map(region_of, pleura(desk.edition, desk.edition.token_order)))
    fact = desk.edition.facts.get(clause.name)
    if fact is None or fact.when is None or len(fact.when.clauses) > 1:
        return frozenset()
    return _wanted(desk, fact.when.clauses[0])


def _places(desk: Desk, wanted: frozenset[str]) -> str:
    return desk.say("you marked any of: {places}", places="; ".join(_names(desk, wanted)))


def _names(desk: Desk, wanted: frozenset[str]) -> list[str]:
    """The places as the list beside the body chart names them; two or more in a part of the body
    become the part."""
    names, regions = [], [desk.edition.regions[region] for region in desk.edition.regions if region in wanted]
    for part in dict.fromkeys(region.body_part for region in desk.edition.regions.values()):
        labels = [region.label for region in regions if region.body_part == part]
        names += labels if len(labels) < _FEW else [part]
    return names


_CLAUSE: Mapping[Kind, Callable[[Desk, Clause, str], str]] = MappingProxyType(
    {
        Kind.YES_NO: _yes_no,
        Kind.CHOICE: _options,
        Kind.CHOICES: _options,
        Kind.NUMBER: _nothing,
        Kind.DATE: _nothing,
        Kind.TEXT: _nothing,
        Kind.REGIONS: lambda desk, clause, above: _places(desk, _wanted(desk, clause)),
    }
)
