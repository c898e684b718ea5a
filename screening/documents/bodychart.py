"""The body chart: front, back and soles of one neutral adult, for the screen, the summary and paper.

The front and the soles face the reader, so the patient's right is on the reader's left; on the
back it is on the reader's right. Marks lean or are dotted, so that they can be told apart in grey.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from zlib import crc32

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from screening.documents.bodychart_lines import Point, dots, hatching
from screening.documents.bodychart_shapes import (
    Shape,
    View,
    drawings,
    landmarks,
    outline,
    shapes,
    tokens,
    view,
    views,
)

__all__ = ["CAUTIONS", "Shape", "View", "landmarks", "outline", "shapes", "svg", "tokens", "view", "views"]

PHONE = 328  # CSS px: a 360 px phone without its margins; line widths are meant for this size
PEN = 0.65  # 0: the pen shrinks with the picture, 1: it keeps its width on the page

CAUTIONS = ("care", "hold")
_NOTHING: Mapping[str, str] = MappingProxyType({})

_INK = {
    "line": "#25323a",
    "landmark": "#5d6a73",
    "border": "#82919c",
    "pain": "#9b1c1c",
    "caution": "#1f4a7a",
}

# Colour, width of the pen, its ends, and what it draws. Pain and hold lean opposite ways: they
# cross where they meet. Line by line, because pattern fills show seams in some PDF readers.
_MARKS: Mapping[str, tuple[str, float, str, Callable[[Sequence[Point], float], str]]] = {
    "pain": (_INK["pain"], 1.5, "butt", lambda border, pen: hatching(border, 5 * pen, 1)),
    "hold": (_INK["caution"], 1.5, "butt", lambda border, pen: hatching(border, 5 * pen, -1)),
    "care": (_INK["caution"], 2.2, "round", lambda border, pen: dots(border, 4.4 * pen)),
}


@dataclass(frozen=True, slots=True)
class _Mark:
    kind: str
    colour: str
    width: float
    ends: str
    border: str
    filling: str


def svg(
    view_id: str,
    *,
    title: str,
    desc: str = "",
    pain: Sequence[str] = (),
    caution: Mapping[str, str] = _NOTHING,
    labels: Mapping[str, str] = _NOTHING,
    fills: Mapping[str, str] = _NOTHING,
    interactive: bool = False,
    width: float | None = None,
    key: str = "",
) -> str:
    """An inline SVG of the view, complete in itself, every text escaped; templates print it as it is.

    `pain` lists tokens worst first: hatched and numbered from 1. `caution` gives tokens one of CAUTIONS.
    Tokens outside the view are left out, and keep their numbers elsewhere. `labels` names shapes by token,
    and the letters beside the figure by "left" and "right"; `fills` colours shapes. `width` in CSS px fixes
    the size; without it the picture fills its container. `interactive` gives each shape `data-token` and
    its name, and the picture `data-hatch`: the id of a pattern to fill a pressed shape with. `key` tells
    two pictures on one page apart. Raises KeyError for an unknown view or kind of caution.
    """
    shown, here = view(view_id), shapes(view_id)
    pen = round((shown.box[2] / (width or PHONE)) ** PEN, 3)
    ids = _ids(view_id, title, desc, pain, sorted(caution.items()), *fills.items(), interactive, width, key)
    return _picture(
        view=shown,
        ids=ids,
        pen=pen,
        title=title,
        desc=desc,
        attributes=_named(ids, desc) | _pressed(ids, interactive) | _sized(shown, width),
        hatch=(7 * pen,) if interactive else (),
        **_shapes(here, labels, fills, interactive),
        marks=[*_marks(here, caution, pen), *_marks(here, dict.fromkeys(pain, "pain"), pen)],
        landmarks=landmarks(view_id, 1.2 * pen),
        outline=outline(view_id),
        letters=_letters(shown, labels, pen),
        **_numbered(shown, here, pain),
    )


def _picture(**parts: object) -> str:
    """What the template draws from the parts: markup already, so templates print it as it is."""
    return _template().module.picture(parts | {"ink": _INK})  # type: ignore[attr-defined]  # a macro is found by its name


@cache
def _template() -> Template:
    here = FileSystemLoader(Path(__file__).parent)
    tidy = Environment(autoescape=True, loader=here, undefined=StrictUndefined, trim_blocks=True)
    return tidy.get_template("bodychart.svg.jinja")


def _ids(*told: object) -> str:
    """A beginning for ids that differs between different pictures and is the same for the same."""
    return f"bc{crc32(repr(told).encode()):08x}"


def _named(ids: str, desc: str) -> dict[str, str]:
    return {"aria-labelledby": f"{ids}-title {ids}-desc" if desc else f"{ids}-title"}


def _pressed(ids: str, interactive: bool) -> dict[str, str]:
    """An image hides what is inside it from a screen reader, so a picture to press is a group."""
    return {"role": "group", "data-hatch": f"{ids}-pain"} if interactive else {"role": "img"}


def _sized(shown: View, width: float | None) -> dict[str, str]:
    return {"width": f"{width:.1f}", "height": f"{width * shown.box[3] / shown.box[2]:.1f}"} if width else {}


def _shapes(
    here: Sequence[Shape], labels: Mapping[str, str], fills: Mapping[str, str], interactive: bool
) -> Mapping[str, object]:
    """Each shape by itself where it can be pressed or has a colour; else all of them as one line, which
    draws far faster."""
    if interactive:
        return {"regions": [_region(shape, labels) for shape in here], "together": ""}
    filled = [(shape, {"fill": fills[shape.token]}, ()) for shape in here if shape.token in fills]
    plain = "".join(shape.path_d for shape in here if shape.token not in fills)
    return {"regions": filled, "together": plain}


def _region(shape: Shape, labels: Mapping[str, str]) -> tuple[Shape, Mapping[str, str], tuple[str, ...]]:
    hooks = {"class": f"region {shape.region}", "data-token": shape.token}
    return shape, hooks, (labels[shape.token],) if shape.token in labels else ()


def _marks(here: Sequence[Shape], kinds: Mapping[str, str], pen: float) -> list[_Mark]:
    marks = []
    for shape in (s for s in here if s.token in kinds):
        kind = kinds[shape.token]
        colour, width, ends, fill = _MARKS[kind]
        marks.append(_Mark(kind, colour, width, ends, shape.path_d, fill(shape.points, pen)))
    return marks


def _numbered(shown: View, here: Sequence[Shape], pain: Sequence[str]) -> Mapping[str, list]:
    """Where each number goes, the worst last so that nothing lies over it, and the leaders to them."""
    left, top, width, height = shown.box
    numbers, leaders = [], []
    for shape in sorted((s for s in here if s.token in pain), key=lambda s: -pain.index(s.token)):
        place = x, y = shape.label_xy
        if not (left < x < left + width and top < y < top + height):
            continue
        if shape.callout_xy and not shown.is_part:
            place = shape.callout_xy
            leaders.append((shape.label_xy, place))
        numbers.append((place, pain.index(shape.token) + 1))
    return {"numbers": numbers, "leaders": leaders}


def _letters(shown: View, labels: Mapping[str, str], pen: float) -> list[tuple[Point, str]]:
    """R and L from the person's own side, beside the figure or in the corners of an enlarged part."""
    drawing = drawings()[shown.drawing]
    left, top, width, _ = shown.box
    x, y = drawing.letter
    places = [-x, x]
    if shown.is_part:
        # Outermost last: a part that shows one side only keeps its letter clear of the body.
        places = sorted((left + 13 * pen, left + width - 13 * pen), key=abs)
        y = top + 13 * pen
    sides = {"left" if place * drawing.left_is > 0 else "right": place for place in places}
    return [((place, y), labels.get(side, side[0].upper())) for side, place in sides.items()]
