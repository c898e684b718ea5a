"""Curves of the body chart: strokes through named knots, walks over them, mirror and flattening."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, hypot, pi, sin

Point = tuple[float, float]
Curve = tuple[Point, Point, Point, Point]
Line = tuple[Curve, ...]

PACE = 0.6  # between 0.5 and 1 a spline neither loops at close knots nor bulges at wide ones


@dataclass(frozen=True, slots=True)
class Stroke:
    """A smooth line: the name of each knot ("" where none) and one cubic curve per pair of knots."""

    names: tuple[str, ...]
    curves: Line


def read_strokes(texts: Iterable[str], knots: dict[str, Point]) -> tuple[Stroke, ...]:
    """Read strokes written as `name@x,y`, `name`, `x,y`, each with `!` after it for a corner.

    Adds every named knot to `knots`. Raises ValueError for a name used before it is placed.
    """
    return tuple(_stroke(text.split(), knots) for text in texts)


def _stroke(words: Sequence[str], knots: dict[str, Point]) -> Stroke:
    names, points, corners = [], [], []
    for word in words:
        name, at, place = word.rstrip("!").partition("@")
        if not at and "," in name:
            name, place = "", name
        if place:
            x, y = place.split(",")
            points.append((float(x), float(y)))
            if name:
                knots[name] = points[-1]
        elif name in knots:
            points.append(knots[name])
        else:
            raise ValueError(f"knot {name!r} is used before it is placed")
        names.append(name)
        corners.append(word.endswith("!"))
    return Stroke(tuple(names), tuple(_smooth(points, corners)))


def _smooth(points: Sequence[Point], corners: Sequence[bool]) -> Iterator[Curve]:
    """One curve per pair of points; bends evenly, save at corners."""
    stops = [0, *(i for i in range(1, len(points) - 1) if corners[i]), len(points) - 1]
    for i, j in pairwise(stops):
        run = points[i : j + 1]
        pace = [hypot(b[0] - a[0], b[1] - a[1]) ** PACE for a, b in pairwise(run)]
        # A line that crosses the midline without a corner meets its mirror image there: level.
        level = run[0][0] == 0 and not corners[i], run[-1][0] == 0 and not corners[j]
        across = _slopes([x for x, _ in run], pace, (False, False))
        down = _slopes([y for _, y in run], pace, level)
        for k, (a, b) in enumerate(pairwise(run)):
            third = pace[k] / 3
            yield (
                a,
                (a[0] + across[k] * third, a[1] + down[k] * third),
                (b[0] - across[k + 1] * third, b[1] - down[k + 1] * third),
                b,
            )


def _slopes(values: Sequence[float], pace: Sequence[float], level: tuple[bool, bool]) -> list[float]:
    """The slope at each value of the cubic spline through them, `level` or free at either end."""
    rise = [3 * (b - a) / h for a, b, h in zip(values, values[1:], pace, strict=False)]
    rows = [(0.0, 1.0, 0.0, 0.0) if level[0] else (0.0, 2.0, 1.0, rise[0])]
    for (g, h), (r, s) in zip(pairwise(pace), pairwise(rise), strict=True):
        rows.append((h, 2 * (g + h), g, h * r + g * s))
    rows.append((0.0, 1.0, 0.0, 0.0) if level[1] else (1.0, 2.0, 0.0, rise[-1]))
    over, right = [0.0], [0.0]
    for low, mid, up, want in rows:
        pivot = mid - low * over[-1]
        over.append(up / pivot)
        right.append((want - low * right[-1]) / pivot)
    slopes = [0.0]
    for o, r in zip(reversed(over[1:]), reversed(right[1:]), strict=True):
        slopes.append(r - o * slopes[-1])
    return slopes[:0:-1]


def walk(text: str, strokes: Iterable[Stroke]) -> Line:
    """The curves met on the way over the named knots, each leg along the stroke with fewest knots.

    Raises ValueError when no stroke holds both ends of a leg, or two are equally short.
    """
    found: list[Curve] = []
    for start, end in pairwise(text.split()):
        legs = sorted((leg for s in strokes for leg in _legs(s, start, end)), key=len)
        if not legs or (len(legs) > 1 and len(legs[0]) == len(legs[1])):
            raise ValueError(f"{len(legs)} strokes lead from {start!r} to {end!r}")
        found.extend(legs[0])
    return tuple(found)


def _legs(stroke: Stroke, start: str, end: str) -> Iterator[Line]:
    for i, name in enumerate(stroke.names):
        for j, other in enumerate(stroke.names):
            if (name, other) == (start, end):
                yield stroke.curves[i:j] if i < j else backwards(stroke.curves[j:i])


def backwards(curves: Sequence[Curve]) -> Line:
    return tuple((d, c, b, a) for a, b, c, d in reversed(curves))


def mirror(curves: Sequence[Curve]) -> Line:
    """The same curves on the other side of the midline, walked the other way round."""
    return tuple((_across(a), _across(b), _across(c), _across(d)) for a, b, c, d in backwards(curves))


def _across(point: Point) -> Point:
    return -point[0], point[1]


def flatten(curves: Sequence[Curve], steps: int = 8) -> tuple[Point, ...]:
    """Points along the curves, `steps` to each, ending with the last point."""
    points = [_along(curve, i / steps) for curve in curves for i in range(steps)]
    return (*points, curves[-1][3])


def _along(curve: Curve, t: float) -> Point:
    s = 1 - t
    weights = (s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t)
    x, y = (sum(w * p[k] for w, p in zip(weights, curve, strict=True)) for k in (0, 1))
    return x, y


def path(curves: Sequence[Curve]) -> str:
    """SVG path data of a closed line."""
    parts = ("C" + " ".join(_at(point) for point in (b, c, d)) for _, b, c, d in curves)
    return f"M{_at(curves[0][0])}{''.join(parts)}Z"


def _at(point: Point) -> str:
    """A point to a hundredth, without idle noughts."""
    return f"{round(point[0], 2) + 0.0:g} {round(point[1], 2) + 0.0:g}"


def inked(curves: Sequence[Curve], width: float) -> str:
    """SVG path data of a pen stroke along the curves: `width` in the middle, fine at both ends."""
    line = flatten(curves, 5)
    left, right = [], []
    for i, (x, y) in enumerate(line):
        (px, py), (qx, qy) = line[max(i - 1, 0)], line[min(i + 1, len(line) - 1)]
        length = hypot(qx - px, qy - py) or 1.0
        half = width / 2 * max(sin(pi * i / (len(line) - 1)), 0.0) ** 0.6
        nx, ny = (qy - py) / length * half, (px - qx) / length * half
        left.append(_at((x + nx, y + ny)))
        right.append(_at((x - nx, y - ny)))
    return "M" + "L".join(left + right[::-1]) + "Z"


def extent(points: Iterable[Point]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def hatching(border: Sequence[Point], gap: float, lean: int) -> str:
    """Path data of parallel lines at 45 degrees inside the border; `lean` 1 is /, -1 is \\.

    `gap` is the distance between lines. Lines of neighbouring borders meet.
    """
    turned = [(x - lean * y, y + lean * x) for x, y in border]  # level now, and √2 too large
    parts = []
    for level, spans in _spans(turned, gap * 2**0.5):
        for a, b in spans:
            ends = (((u + lean * level) / 2, (level - lean * u) / 2) for u in (a, b))
            parts.append("M" + "L".join(map(_at, ends)))
    return "".join(parts)


def dots(border: Sequence[Point], gap: float) -> str:
    """Path data of a staggered grid of dots inside the border, to be stroked with round ends."""
    parts: list[str] = []
    for level, spans in _spans(border, gap * 0.75):
        shift = gap / 2 * (round(level / (gap * 0.75)) % 2)
        for a, b in spans:
            first, last = ceil((a + gap / 4 - shift) / gap), floor((b - gap / 4 - shift) / gap)
            parts.extend(f"M{_at((i * gap + shift, level))}h.01" for i in range(first, last + 1))
    return "".join(parts)


def _spans(border: Sequence[Point], gap: float) -> Iterator[tuple[float, list[Point]]]:
    """At every multiple of `gap` in y: the stretches of x that lie inside the border."""
    sides = list(zip(border, [*border[1:], border[0]], strict=True))
    _, top, _, bottom = extent(border)
    for k in range(ceil(top / gap), floor(bottom / gap) + 1):
        y = k * gap
        crossings = sorted(
            ax + (bx - ax) * (y - ay) / (by - ay) for (ax, ay), (bx, by) in sides if (ay > y) != (by > y)
        )
        yield y, list(zip(crossings[::2], crossings[1::2], strict=True))
