"""Scores over the visits as small line charts in one ink, so that they read the same printed in grey."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from zlib import crc32

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

Value = float | None
Range = tuple[Value, Value]

_WIDTH, _HEIGHT = 240, 130
_LEFT, _RIGHT, _TOP, _BOTTOM = 24, 230, 26, 108
_MOST = 10


def score_svg(title: str, told: str, values: Sequence[Value], ranges: Sequence[Range] = ()) -> str:
    """An inline SVG of one score, 0 to 10, oldest visit first; templates print it as it is.

    A visit without a value has a question mark, and no line passes it. `ranges` are the least and the most
    at each visit; `told` is all of it in words.
    """
    places = [_across(number, len(values)) for number in range(len(values))]
    parts = {
        "ids": f"sc{crc32(repr((title, told)).encode()):08x}",
        "width": _WIDTH,
        "height": _HEIGHT,
        "left": _LEFT,
        "right": _RIGHT,
        "title": title,
        "told": told,
        "ticks": [(_up(number), number) for number in (0, 5, _MOST)],
        "visits": [(x, number) for number, x in enumerate(places, 1)],
        "unknown": [(x + 9, _BOTTOM - 4) for x, value in zip(places, values, strict=True) if value is None],
        "dots": [(x, _up(value)) for x, value in zip(places, values, strict=True) if value is not None],
        "lines": list(_lines(places, values)),
        "ranges": list(_ranges(places, ranges)),
    }
    return _template().module.picture(parts)  # type: ignore[attr-defined]  # a macro is found by its name


def _lines(places: Sequence[float], values: Sequence[Value]) -> Iterator[tuple[tuple[float, float], ...]]:
    """From each visit to the next, where both values are known."""
    known = [None if value is None else (x, _up(value)) for x, value in zip(places, values, strict=True)]
    for start, end in pairwise(known):
        if start is not None and end is not None:
            yield start, end


def _ranges(places: Sequence[float], ranges: Sequence[Range]) -> Iterator[tuple[float, float, float]]:
    for x, (least, most) in zip(places, ranges, strict=False):
        if least is not None and most is not None:
            yield x, _up(least), _up(most)


def _across(number: int, visits: int) -> float:
    return round(_LEFT + (_RIGHT - _LEFT) * (number + 0.5) / visits, 1)


def _up(value: float) -> float:
    return round(_BOTTOM - (_BOTTOM - _TOP) * value / _MOST, 1)


@cache
def _template() -> Template:
    here = FileSystemLoader(Path(__file__).parent)
    tidy = Environment(autoescape=True, loader=here, undefined=StrictUndefined, trim_blocks=True)
    return tidy.get_template("scorechart.svg.jinja")
