"""Nobody can be told apart in the figures, not even by who knows the sum and how numbers are hidden."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

import pytest

from screening.records.small_counts import Count, Hidden, shown, shown_parts

FEW, WITHHELD = Hidden.FEW, Hidden.WITHHELD
Hides = Callable[[Sequence[int]], tuple[Count, ...]]


def tables(whole: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Every way to share `whole` forms among so many rows."""
    if parts == 1:
        yield (whole,)
        return
    for first in range(whole + 1):
        yield from ((first, *rest) for rest in tables(whole - first, parts - 1))


def told_apart(hides: Hides, parts: int, up_to: int) -> list[tuple[int, ...]]:
    """Tables that give a number from 1 to 4 away: of all with this sum that look the same, each has it."""
    found = []
    for whole in range(1, up_to):
        alike: dict[tuple[Count, ...], list[tuple[int, ...]]] = defaultdict(list)
        for table in tables(whole, parts):
            alike[hides(table)].append(table)
        for look, those in alike.items():
            for place, count in enumerate(look):
                numbers = {table[place] for table in those}
                if isinstance(count, Hidden) and len(numbers) == 1 and 0 < min(numbers) < 5:
                    found.append(those[0])
    return found


def plain(numbers: Sequence[int]) -> tuple[Count, ...]:
    """Hides what is small and nothing beside it, as a table without totals would."""
    return tuple(map(shown, numbers))


def test_a_number_from_1_to_4_is_never_shown():
    assert (0, FEW, FEW, FEW, FEW, 5) == tuple(map(shown, range(6)))


def test_a_table_without_small_numbers_is_shown_as_it_is():
    assert (0, 5, 12, 40) == shown_parts([0, 5, 12, 40])


def test_a_lone_small_number_takes_the_number_beside_it_along():
    assert (20, FEW, WITHHELD, 30) == shown_parts([20, 2, 12, 30])


def test_a_row_with_nobody_hides_nobody_so_the_next_one_is_kept_back():
    assert (WITHHELD, 0, FEW, 0) == shown_parts([12, 0, 2, 0])


def test_two_small_numbers_that_could_only_be_one_each_take_a_third_along():
    assert (FEW, WITHHELD, FEW) == shown_parts([1, 12, 1])


def test_a_clinic_with_hardly_any_forms_shows_no_parts_at_all():
    assert (WITHHELD, WITHHELD, WITHHELD) == shown_parts([1, 0, 0])
    assert (WITHHELD, WITHHELD) == shown_parts([1, 5])


@pytest.mark.parametrize(("parts", "up_to"), [(2, 40), (3, 30), (4, 22), (5, 22)])
def test_no_small_number_follows_from_the_sum_and_the_way_it_was_hidden(parts: int, up_to: int):
    assert [] == told_apart(shown_parts, parts, up_to)


def test_hiding_only_the_small_numbers_would_give_them_away():
    assert (12, 2, 30) in told_apart(plain, 3, 45)
