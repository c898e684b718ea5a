"""The body chart beside the list of places: figures to press, and what they showed when last saved."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from operator import attrgetter

from screening.documents.bodychart import Shape, View, shapes, svg, views
from screening.documents.bodychart_shapes import drawings
from screening.words import Say

Point = tuple[float, float]

# Every view, as a button calls it. A figure has the name of its whole view.
_NAMES: Mapping[str, str] = {
    "front": "Front",
    "front-head": "Head",
    "front-chest": "Chest",
    "front-hips": "Hips",
    "front-arm-right": "Right hand",
    "front-arm-left": "Left hand",
    "back": "Back",
    "back-head": "Head",
    "back-shoulders": "Shoulders",
    "back-hips": "Hips",
    "soles": "Soles",
}


@dataclass(frozen=True, slots=True)
class Look:
    """A whole figure or an enlarged part of it. `sides` says whose side the left and right edge are."""

    name: str
    box: str
    sides: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place that was ticked when the page was made; its number stands at `beside`, led to from `at`."""

    number: int
    path: str
    at: Point
    beside: Point


@dataclass(frozen=True, slots=True)
class Figure:
    """One drawing: its picture, what can be shown of it, whole first, and the marks it was made with.

    `pen` is how many of its units a mark takes where the front takes one."""

    id: str
    name: str
    picture: str
    box: str
    pen: float
    looks: tuple[Look, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything the template draws. `marked` are the names of the ticked places, in their numbers' order."""

    figures: tuple[Figure, ...]
    marked: tuple[str, ...]


def body_chart(places: Mapping[str, str], ticked: Collection[str], say: Say) -> Chart:
    """The chart of `places`, which names every token in the order of the list."""
    marked = [token for token in places if token in ticked]
    labels = {**places, "left": say("L"), "right": say("R")}
    wholes = [view for view in views() if not view.is_part]
    return Chart(
        figures=tuple(_figure(whole, labels, marked, say) for whole in wholes),
        marked=tuple(places[token] for token in marked),
    )


def _figure(whole: View, labels: Mapping[str, str], marked: list[str], say: Say) -> Figure:
    name = say(_NAMES[whole.id])
    picture = svg(whole.id, title=name, labels=labels, interactive=True)
    numbers = {token: number for number, token in enumerate(marked, 1)}
    here = [shape for shape in shapes(whole.id) if shape.token in numbers]
    return Figure(
        id=whole.id,
        name=name,
        picture=picture,
        box=_box(whole),
        pen=round(whole.box[2] / drawings()["front"].views[0].box[2], 2),
        looks=tuple(_look(view, say) for view in views() if view.drawing == whole.drawing),
        marks=tuple(sorted((_mark(shape, numbers[shape.token]) for shape in here), key=attrgetter("number"))),
    )


def _look(view: View, say: Say) -> Look:
    left, right = say("Your left (L)"), say("Your right (R)")
    ours, theirs = (right, left) if drawings()[view.drawing].left_is > 0 else (left, right)
    start, _, width, _ = view.box
    # A part that lies beside the midline shows one side of the body only.
    sides = (ours if start < 0 else "", theirs if start + width > 0 else "")
    name = say(_NAMES[view.id]) if view.is_part else say("Whole")
    return Look(name, _box(view), sides)


def _mark(shape: Shape, number: int) -> Mark:
    return Mark(number, shape.path_d, shape.label_xy, shape.callout_xy or shape.label_xy)


def _box(view: View) -> str:
    return " ".join(str(number) for number in view.box)
