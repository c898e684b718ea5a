"""What the body chart shows: its views, the shape of every region on them, and the lines around.

Working them out takes half a second, so bodychart_build.py does it when the project is built."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from screening.documents import bodychart_lines as lines

Box = tuple[float, float, float, float]
Side = Literal["left", "right", ""]

#: What bodychart_build.py wrote.
BUILT = Path(__file__).with_name("bodychart.json")


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


# --- what was built ---------------------------------------------------------------------------


@cache
def drawings() -> Mapping[str, Drawing]:
    """Every drawing by its name. FileNotFoundError where the project was not built (setup.sh)."""
    return {name: _drawing(kept) for name, kept in json.loads(BUILT.read_text(encoding="ascii")).items()}


def _drawing(kept: Mapping) -> Drawing:
    return Drawing(
        views=tuple(View(**view | {"box": tuple(view["box"])}) for view in kept["views"]),
        shapes=tuple(_shape(shape) for shape in kept["shapes"]),
        outline=kept["outline"],
        ink=tuple(tuple(_curve(*curve) for curve in line) for line in kept["ink"]),
        letter=tuple(kept["letter"]),
        left_is=kept["left_is"],
    )


def _shape(kept: Mapping) -> Shape:
    beside = kept["callout_xy"]
    return Shape(
        token=kept["token"],
        region=kept["region"],
        side=kept["side"],
        path_d=kept["path_d"],
        label_xy=tuple(kept["label_xy"]),
        callout_xy=None if beside is None else tuple(beside),
        bbox=tuple(kept["bbox"]),
        points=_points(kept["points"]),
    )


def _curve(a: Sequence, b: Sequence, c: Sequence, d: Sequence) -> lines.Curve:
    return tuple(a), tuple(b), tuple(c), tuple(d)


def _points(kept: Sequence) -> tuple[lines.Point, ...]:
    return tuple((x, y) for x, y in kept)
