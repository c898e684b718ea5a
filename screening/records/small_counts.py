"""Counts as they may be shown: nobody is to be recognised by being one of a few."""

from collections.abc import Sequence
from enum import StrEnum

# Fewer than five people behind a number can be recognised by who knows the clinic.
LEAST = 5


class Hidden(StrEnum):
    """FEW: from 1 to 4. WITHHELD: kept back, so that a few beside it cannot be worked out."""

    FEW = "few"
    WITHHELD = "withheld"


Count = int | Hidden


def shown(number: int) -> Count:
    """The number, unless there are from 1 to 4; for counts that add up to nothing that is known."""
    return Hidden.FEW if 0 < number < LEAST else number


def shown_parts(numbers: Sequence[int]) -> tuple[Count, ...]:
    """The parts of a whole whose sum may be known, so that no hidden part follows from it.

    A few hidden parts with a known sum can still tell one another: as many of the parts beside them are
    withheld, in order, as it takes; all of them where that is not enough.
    """
    found = [shown(number) for number in numbers]
    if Hidden.FEW not in found:
        return tuple(found)
    first = found.index(Hidden.FEW)
    after = [*range(first + 1, len(found)), *range(first)]
    beside = [place for place in after if isinstance(found[place], int) and found[place]]
    # By place, never by size: a choice by size tells the size.
    for place in (None, *beside):
        if place is not None:
            found[place] = Hidden.WITHHELD
        if _tells_nothing(found, numbers):
            return tuple(found)
    return (Hidden.WITHHELD,) * len(found)


def _tells_nothing(found: Sequence[Count], numbers: Sequence[int]) -> bool:
    """Whether each FEW may still be any number from 1 to 4, for somebody who knows the sum."""
    most = LEAST - 1
    if sum(numbers) == most * len(numbers):
        # With this sum every part may be at its most: whether it is must not be told apart.
        return False
    hidden = sum(number for number, count in zip(numbers, found, strict=True) if isinstance(count, Hidden))
    few, withheld = found.count(Hidden.FEW), found.count(Hidden.WITHHELD)
    if withheld:
        return hidden >= most + (few - 1) + LEAST * withheld
    return most + (few - 1) <= hidden <= 1 + most * (few - 1)
