"""Cases as JSON: one to a line, or one written over many lines. Says what is wrong, never an answer."""

import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.answers import day
from rules.model import Answers

_KEYS = ("edition", "today", "answers")
_STRING = re.compile(rb'"(?:[^"\\\n]++|\\.)*+"')
_MOST_DIGITS = 4000
_LONGEST_KEY = 40


@dataclass(frozen=True, slots=True)
class Case:
    """One person's answers and the day they count for; `edition` None means the newest."""

    line: int
    edition: str | None
    today: date
    answers: Answers


@dataclass(frozen=True, slots=True)
class BadCase:
    """What was wrong with the case that begins on `line`, or with that very line of it."""

    line: int
    faults: tuple[str, ...]

    def __str__(self) -> str:
        return f"line {self.line}: {'; '.join(self.faults)}"


class _Twice(ValueError):
    """A key is given twice in one object, so nobody can tell which value counts."""


class _NoNumber(ValueError):
    """NaN or Infinity, which JSON does not have."""


def read_cases(lines: Iterable[bytes], editions: Collection[str]) -> Iterator[Case | BadCase]:
    """Every case in order, each as soon as its last line is read; blank lines are skipped."""
    for line, text in _texts(lines):
        try:
            found = _parsed(text)
        except UnicodeDecodeError as error:
            yield BadCase(line + text.count(b"\n", 0, error.start), ("expected text in UTF-8",))
        except json.JSONDecodeError as error:
            yield _not_json(line, error)
        except RecursionError:
            yield BadCase(line, ("expected a JSON object with fewer brackets inside one another",))
        except (_Twice, _NoNumber) as error:
            yield BadCase(line, (str(error),))
        else:
            yield _case(line, found, editions)


def _texts(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Each JSON text with the number of its first line. A case that was cut short takes no other with it."""
    held: list[bytes] = []
    began = open_braces = 0
    for number, line in enumerate(lines, start=1):
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if held and _begins_a_case(line):
            yield began, b"".join(held)
            held = []
        if not held:
            if not line.strip():
                continue
            began, open_braces = number, 0
        held.append(line)
        bare = _STRING.sub(b"", line)
        open_braces += bare.count(b"{") - bare.count(b"}")
        cut_in_a_string = len(held) == 1 and b'"' in bare
        if open_braces <= 0 or cut_in_a_string:
            yield began, b"".join(held)
            held = []
    if held:
        yield began, b"".join(held)


def _not_json(line: int, error: json.JSONDecodeError) -> BadCase:
    if error.pos >= len(error.doc.rstrip()):
        return BadCase(line, ("expected a JSON object that also ends",))
    where = line + error.lineno - 1
    return BadCase(where, (f"expected a JSON object ({error.msg}, column {error.colno})",))


def _begins_a_case(line: bytes) -> bool:
    return line.startswith(b"{") and (b'"today"' in line or b'"answers"' in line)


def _parsed(text: bytes) -> Any:
    return json.loads(
        text.decode("utf-8"),
        object_pairs_hook=_once,
        parse_int=_whole,
        parse_constant=_no_number,
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    seen: set[str] = set()
    twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]  # add gives None: go on
    raise _Twice(f"{_shown(twice)}: expected once, given twice")


def _whole(digits: str) -> int | float:
    """A number too long to be an answer counts as infinite, which the rules take as missing."""
    return int(digits) if len(digits) <= _MOST_DIGITS else float("inf")


def _no_number(name: str) -> float:
    raise _NoNumber(f"expected a JSON object ({name} is not a number in JSON)")


def _case(line: int, found: object, editions: Collection[str]) -> Case | BadCase:
    if not isinstance(found, dict):
        return BadCase(line, ("expected a JSON object with today and answers",))
    today, answers, edition = day(found.get("today")), found.get("answers"), found.get("edition")
    faults = [f"{_shown(key)}: not a key of a case, expected edition, today, answers" for key in found
              if key not in _KEYS]  # fmt: skip
    if "edition" in found and (not isinstance(edition, str) or edition not in editions):
        faults.append(f"edition: expected one that is installed ({', '.join(sorted(editions))})")
    if today is None:
        faults.append("today: expected a date as YYYY-MM-DD")
    if not isinstance(answers, dict):
        faults.append("answers: expected an object with an answer for each question id")
    if faults or today is None or not isinstance(answers, dict):
        return BadCase(line, tuple(faults))
    return Case(line, edition, today, answers)


def _shown(key: str) -> str:
    """A key as it can be printed on one line, cut short."""
    return key[:_LONGEST_KEY].encode("unicode_escape").decode("ascii") or "an empty key"
