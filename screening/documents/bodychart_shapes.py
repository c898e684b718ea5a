"""What the body chart shows: its views, the shape of every region on them, and the lines around."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from screening.documents import bodychart_lines as lines

Box = tuple[float, float, float, float]
Side = Literal["left", "right", ""]

# Which side a drawing draws, and which its mirror image shows.
_SIDES: Mapping[str, tuple[Side, Side]] = {"left": ("left", "right"), "right": ("right", "left")}


@dataclass(frozen=True, slots=True)
class View:
    """A picture: a whole drawing, or an enlarged part of one. `box` is left, top, width, height."""

    id: str
    drawing: str
    box: Box

    @property
    def is_part(self) -> bool:
        return self.id != self.drawing


@dataclass(frozen=True, slots=True)
class Shape:
    """One region on one drawing. `points` is its border as a polygon, `bbox` left, top, right, bottom.

    A region too small to hold a number has `callout_xy`, a place for it beside the body.
    """

    token: str
    region: str
    side: Side
    path_d: str
    label_xy: lines.Point
    callout_xy: lines.Point | None
    bbox: Box
    points: tuple[lines.Point, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """One figure: its views, its shapes, its silhouette and its landmarks, all in its own units."""

    views: tuple[View, ...]
    shapes: tuple[Shape, ...]
    outline: str
    ink: tuple[lines.Line, ...]
    letter: lines.Point
    left_is: Literal[1, -1]


def views() -> tuple[View, ...]:
    """Every view, each drawing followed by its enlarged parts."""
    return tuple(view for drawing in drawings().values() for view in drawing.views)


def view(view_id: str) -> View:
    """Raises KeyError for an unknown view."""
    return {v.id: v for v in views()}[view_id]


def tokens() -> frozenset[str]:
    """Every token that some view shows."""
    return frozenset(s.token for drawing in drawings().values() for s in drawing.shapes)


def shapes(view_id: str) -> tuple[Shape, ...]:
    """The shapes that lie in the view, wholly or in part."""
    shown = view(view_id)
    x, y, w, h = shown.box
    return tuple(
        s
        for s in drawings()[shown.drawing].shapes
        if s.bbox[0] < x + w and s.bbox[2] > x and s.bbox[1] < y + h and s.bbox[3] > y
    )


def outline(view_id: str) -> str:
    """Path data of the silhouette."""
    return drawings()[view(view_id).drawing].outline


@cache
def landmarks(view_id: str, weight: float = 1.1) -> tuple[str, ...]:
    """Path data, to be filled, of the light anatomical strokes, `weight` units at their widest."""
    return tuple(lines.inked(ink, weight) for ink in drawings()[view(view_id).drawing].ink)


# --- reading the drawings --------------------------------------------------------------------


@cache
def drawings() -> Mapping[str, Drawing]:
    text = Path(__file__).with_name("bodychart.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    shared = data.pop("shared")
    return {name: _drawing(name, part, shared) for name, part in data.items()}


def _drawing(name: str, part: Mapping, shared: Mapping[str, str]) -> Drawing:
    knots: dict[str, lines.Point] = {}
    contour = part.get("outline") or f"{shared['outer']} {part['foot']} {shared['inner']}"
    across = () if "outline" in part else (shared["arm"], shared["wrist"])
    strokes = lines.read_strokes((contour, *across, *part["strokes"].values()), knots)
    half = strokes[0].curves
    marks = [s.curves for s in lines.read_strokes(part["marks"].values(), knots)]
    marks += [lines.walk(text, strokes) for text in part["ink"]]
    found = [
        shape
        for region, text in part["regions"].items()
        for shape in _both(region, lines.walk(text, strokes), part)
    ]
    return Drawing(
        views=tuple(View(key, name, tuple(box)) for key, box in part["views"].items()),
        shapes=tuple(found),
        outline=_contour(half),
        ink=tuple(ink for curves in marks for ink in _pair(curves)),
        letter=tuple(part["letter"]),
        left_is=1 if part["drawn"] == "left" else -1,
    )


def _contour(half: lines.Line) -> str:
    whole = lines.mirror(half)
    if half[0][0] == half[-1][3]:
        return lines.path(half) + lines.path(whole)
    return lines.path(half + whole)


def _pair(curves: lines.Line) -> tuple[lines.Line, ...]:
    alone = all(x == 0 for curve in curves for x, _ in curve)
    return (curves,) if alone else (curves, lines.mirror(curves))


def _both(region: str, curves: lines.Line, part: Mapping) -> list[Shape]:
    """The drawn shape and its mirror image; a walk that ends elsewhere is half of a midline shape."""
    twin = lines.mirror(curves)
    x, y = part["at"][region]
    a, b = part["callouts"].get(region, (0, 0))
    if curves[0][0] != curves[-1][3]:
        return [_shape(region, "", curves + twin, (x, y), (a, b))]
    here, there = _SIDES[part["drawn"]]
    return [_shape(region, here, curves, (x, y), (a, b)), _shape(region, there, twin, (-x, y), (-a, b))]


def _shape(region: str, side: Side, curves: lines.Line, at: lines.Point, beside: lines.Point) -> Shape:
    points = lines.flatten(curves)[:-1]
    return Shape(
        token=f"{region}:{side}" if side else region,
        region=region,
        side=side,
        path_d=lines.path(curves),
        label_xy=at,
        callout_xy=beside if beside[1] else None,
        bbox=lines.extent(points),
        points=points,
    )
