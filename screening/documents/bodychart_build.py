"""Works the shapes of the body chart out from its drawings and keeps them for bodychart_shapes.py.

Run when the project is built, with nothing but the standard library."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from screening.documents import bodychart_lines as lines
from screening.documents.bodychart_shapes import BUILT, Drawing, Shape, Side, View

# Which side a drawing draws, and which its mirror image shows.
_SIDES: Mapping[str, tuple[Side, Side]] = {"left": ("left", "right"), "right": ("right", "left")}


def write() -> None:
    """Keep every drawing in BUILT, as JSON; numbers come back exactly as they were."""
    kept = {name: asdict(drawing) for name, drawing in worked_out().items()}
    BUILT.write_text(json.dumps(kept, separators=(",", ":")) + "\n", encoding="ascii")


def worked_out() -> Mapping[str, Drawing]:
    """Every drawing by its name, from bodychart.toml. ValueError where its lines do not meet."""
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
