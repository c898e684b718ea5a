"""Does a condition hold: yes (True), no (False), or cannot tell (None). The grammar is flat and
positive on purpose: `clause`, or all(...), any(...), at_least(n, ...) of clauses."""

import re
from collections.abc import Callable

from rules.model import Clause, Condition

Verdict = bool | None

_NAME = r"(?P<name>(?:fact\.)?[a-z][a-z0-9_]*)"
_EQUALS = re.compile(rf"{_NAME} = (?P<value>[a-z0-9_-]+)")
_IN_LIST = re.compile(rf"{_NAME} in \((?P<values>[a-z0-9_, -]+)\)")
_IN_GROUP = re.compile(r"pain_regions in (?P<group>grp-[a-z-]+)")
_NUMBER = re.compile(rf"{_NAME} (?P<op><|>=) (?P<number>\d+(?:\.\d+)?)")
_WRAPPED = re.compile(r"(?P<how>all|any|at_least)\((?P<inside>.*)\)")


def parse(text: str) -> Condition:
    """The condition that `text` spells. Raises ValueError saying what is wrong with it."""
    wrapped = _WRAPPED.fullmatch(text)
    if wrapped is None:
        return Condition("all", (_clause(text),), text)
    parts = _split(wrapped["inside"])
    if wrapped["how"] != "at_least":
        return Condition("all" if wrapped["how"] == "all" else "any", tuple(map(_clause, parts)), text)
    if not parts[0].isdigit() or not 1 <= int(parts[0]) < len(parts):
        raise ValueError(f"at_least needs a number from 1 to its count of clauses: {text!r}")
    return Condition("at_least", tuple(map(_clause, parts[1:])), text, n=int(parts[0]))


def _split(inside: str) -> list[str]:
    """Cut at commas that are not inside the brackets of an `in (a, b)`."""
    return [part.strip() for part in re.split(r",(?![^(]*\))", inside)]


def _clause(text: str) -> Clause:
    if match := _EQUALS.fullmatch(text):
        return Clause(match["name"], "=", (match["value"],))
    if match := _IN_GROUP.fullmatch(text):
        return Clause("pain_regions", "in", group=match["group"])
    if match := _IN_LIST.fullmatch(text):
        return Clause(match["name"], "in", tuple(v.strip() for v in match["values"].split(",")))
    if match := _NUMBER.fullmatch(text):
        return Clause(match["name"], "<" if match["op"] == "<" else ">=", number=float(match["number"]))
    raise ValueError(f"not a clause: {text!r}")


def holds(condition: Condition, look: Callable[[Clause], Verdict]) -> Verdict:
    """Whether the condition holds when `look` says how each clause stands."""
    if len(condition.clauses) == 1:  # most conditions; whichever of the three it is, it asks the same
        return look(condition.clauses[0])
    if condition.how == "all":
        return _all(condition, look)
    if condition.how == "any":
        return _any(condition, look)
    verdicts = [look(clause) for clause in condition.clauses]
    yes = verdicts.count(True)
    if yes >= condition.n:
        return True
    return None if yes + verdicts.count(None) >= condition.n else False


def _all(condition: Condition, look: Callable[[Clause], Verdict]) -> Verdict:
    verdict: Verdict = True
    for clause in condition.clauses:
        found = look(clause)
        if found is False:
            return False
        if found is None:
            verdict = None
    return verdict


def _any(condition: Condition, look: Callable[[Clause], Verdict]) -> Verdict:
    verdict: Verdict = False
    for clause in condition.clauses:
        found = look(clause)
        if found is True:
            return True
        if found is None:
            verdict = None
    return verdict
