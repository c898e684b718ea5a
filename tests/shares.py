"""What each kind of test took of the time that CONTRIBUTING.md gives it, told at the end of a run.

A report and not a test: a busy machine is slower, and what fails by the clock teaches people to repeat it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

TABLE = Path(__file__).parents[1] / "CONTRIBUTING.md"
PROCESSORS = 2  # on which the shares are reckoned
SLOW = 2.0  # seconds
REST = "none"


@dataclass(frozen=True, slots=True)
class Share:
    """What a kind of test took of its share, in seconds by the clock on two processors."""

    marker: str
    took: float
    given: int


def given() -> dict[str, int]:
    """The shares by their marker, in the order of the table. ValueError where the table cannot be read."""
    rows = re.findall(r"^\| `?(\w+)`? \|.*\| (\d+) \|$", TABLE.read_text(encoding="utf-8"), re.MULTILINE)
    found = {marker: int(seconds) for marker, seconds in rows}
    if REST not in found:
        raise ValueError("the table of shares is not in CONTRIBUTING.md any more")
    return found


def taken(reports: Iterable[pytest.TestReport]) -> list[Share]:
    """What each kind took; a test without a marker of a share counts with the rest."""
    shares, spent = given(), Counter[str]()
    for report in reports:
        marker = next((known for known in shares if known in report.keywords), REST)
        spent[marker] += report.duration / PROCESSORS
    return [Share(marker, spent[marker], seconds) for marker, seconds in shares.items() if marker in spent]


def unmarked(reports: Iterable[pytest.TestReport]) -> list[tuple[str, float]]:
    """The tests that took more than two seconds with what they set up and are not marked slow, longest
    first."""
    spent = Counter[str]()
    for report in reports:
        if "slow" not in report.keywords and "soak" not in report.keywords:
            spent[report.nodeid] += report.duration
    return [(name, seconds) for name, seconds in spent.most_common() if seconds > SLOW]


def lines(reports: Iterable[pytest.TestReport]) -> Iterator[str]:
    """The report, to print."""
    known = list(reports)
    for share in taken(known):
        over = "  MORE THAN ITS SHARE" if share.took > share.given else ""
        yield f"{share.marker:12} {share.took:6.0f} of {share.given:3} seconds{over}"
    for name, seconds in unmarked(known):
        yield f"not marked slow: {seconds:5.1f} s  {name}"
