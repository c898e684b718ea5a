"""Plots as they are drawn: bars, columns, and shades for the body chart. Templates print the numbers.

A hollow bar stands for a number that is not told: its length says nothing but that there is one.
Widths are meant for a 360 px phone, where nothing is shrunk; shades get darker evenly, so grey will do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

WIDTH = 328.0
_LETTER = 7.0  # CSS px that a letter takes at most, at the size of labels
_LINE, _BAR, _GAP = 17.0, 16.0, 13.0
_HOLLOW = 14.0
_RISE, _FOOT, _HEAD = 130.0, 22.0, 20.0
_MOST_NUMBERED = 14

# Nothing marked, a number not told, then from few to many.
SHADES = ("#ffffff", "#e3eded", "#bcd3d5", "#8bb1b4", "#4f858b", "#0b5c63")
_STEPS = len(SHADES) - 2


@dataclass(frozen=True, slots=True)
class Amount:
    """One thing to plot: its label, how much (None where that is not told), and how much in words."""

    label: str
    size: float | None
    words: str


@dataclass(frozen=True, slots=True)
class Text:
    x: float
    y: float
    words: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    hollow: bool


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture of `width` by `height` CSS px; its title says what the table beside it tells in full."""

    title: str
    width: float
    height: float
    bars: tuple[Bar, ...]
    texts: tuple[Text, ...]


def bars(title: str, amounts: Sequence[Amount], full: float | None = None) -> Plot:
    """One bar below each label, with its number behind it; `full` is what the whole width stands for."""
    top = full or max((amount.size or 0 for amount in amounts), default=0) or 1
    room = WIDTH - _LETTER * max((len(amount.words) for amount in amounts), default=0) - 6
    drawn: list[Bar] = []
    texts: list[Text] = []
    y = 0.0
    for amount in amounts:
        for line in wrap(amount.label, int(WIDTH // _LETTER)):
            texts.append(Text(0, y + 13, line))
            y += _LINE
        width = _HOLLOW if amount.size is None else round(room * amount.size / top, 1)
        drawn.append(Bar(0, y, width, _BAR, amount.size is None))
        texts.append(Text(width + 6, y + 13, amount.words))
        y += _BAR + _GAP
    return Plot(title, WIDTH, y, tuple(drawn), tuple(texts))


def columns(title: str, amounts: Sequence[Amount]) -> Plot:
    """A column for each amount; the first and last label stand below, numbers above where there is room."""
    top = max((amount.size or 0 for amount in amounts), default=0) or 1
    step = WIDTH / max(1, len(amounts))
    floor = _HEAD + _RISE
    drawn, texts = [], []
    for place, amount in enumerate(amounts):
        height = _HOLLOW if amount.size is None else round(_RISE * amount.size / top, 1)
        drawn.append(
            Bar(
                round(place * step + step * 0.1, 1),
                floor - height,
                round(step * 0.8, 1),
                height,
                amount.size is None,
            )
        )
        if amount.size is not None and (len(amounts) <= _MOST_NUMBERED or amount.size == top):
            texts.append(Text(round((place + 0.5) * step, 1), floor - height - 5, amount.words, "middle"))
    if amounts:
        texts.append(Text(0, floor + 16, amounts[0].label))
        texts.append(Text(WIDTH, floor + 16, amounts[-1].label, "end"))
    return Plot(title, WIDTH, floor + _FOOT, tuple(drawn), tuple(texts))


@dataclass(frozen=True, slots=True)
class Shade:
    """What one shade stands for: from `least` to `most`; both None for a number that is not told."""

    colour: str
    least: int | None
    most: int | None


def shades(counts: Mapping[str, int | None]) -> tuple[dict[str, str], tuple[Shade, ...]]:
    """The shade of each place that was marked, and what the shades in use mean, the lightest first."""
    told = [count for count in counts.values() if count]
    least, most = min(told, default=0), max(told, default=0)
    size = -(-(most - least + 1) // _STEPS)
    fills = {
        token: SHADES[1 if count is None else 2 + (count - least) // size]
        for token, count in counts.items()
        if count != 0
    }
    legend = [Shade(SHADES[1], None, None)] if None in counts.values() else []
    for step in range(_STEPS if told else 0):
        low = least + step * size
        if low <= most:
            legend.append(Shade(SHADES[2 + step], low, min(most, low + size - 1)))
    return fills, tuple(legend)
