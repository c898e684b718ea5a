"""The body chart: every place is there, in the right spot, on the right side, big enough to press."""

import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from math import hypot
from xml.etree import ElementTree

import pytest
from PIL import Image
from weasyprint import HTML

from rules.load import load, newest
from screening.documents import bodychart
from screening.documents.bodychart import PHONE, Shape, shapes, svg, tokens, view, views
from screening.documents.bodychart_lines import Point, read_strokes, walk

EDITION = load(newest())
DRAWINGS = ("front", "back", "soles")
CALLED = {"front": "front", "back": "back", "soles": "sole"}  # in the edition
MAIN = [shape for drawing in DRAWINGS for shape in shapes(drawing)]
SVG = "{http://www.w3.org/2000/svg}"

# Neighbours in the edition that lie apart here, and neighbours here that the edition does not name.
APART = {
    ("reg-forearm-front", "reg-upper-arm-front"),  # the two halves of the elbow lie between
    ("reg-hip-front", "reg-thigh-outer"),  # they meet in one point, at the outside of the hip
    ("reg-between-shoulder-blades", "reg-shoulder-blade-upper"),  # meet in one point
    ("reg-buttock-deep", "reg-sacroiliac"),  # the upper buttock reaches in between
    ("reg-buttock-upper", "reg-low-back-spine"),  # the dimple lies between
    ("reg-neck-back", "reg-shoulder-blade-top-inner"),  # meet in one point
}
TOUCHING = {
    ("reg-breastbone", "reg-neck-front"),
    ("reg-eye-area", "reg-face-jaw"),
    ("reg-knee-front", "reg-leg-outer"),
    ("reg-shoulder-front", "reg-upper-shoulder"),
    ("reg-armpit-back", "reg-ribs-side"),
}


# --- measuring ---------------------------------------------------------------------------------


def rows(border: Sequence[Point], step: float) -> Iterator[tuple[int, int]]:
    """Cells of a grid whose middle lies inside the border; a middle on a shared border falls to one side."""
    sides = list(zip(border, [*border[1:], border[0]], strict=True))
    low, high = (round(f(y for _, y in border) / step) for f in (min, max))
    for j in range(low - 1, high + 2):
        y = (j + 0.5) * step
        crossings = sorted(
            ax + (bx - ax) * (y - ay) / (by - ay) for (ax, ay), (bx, by) in sides if (ay > y) != (by > y)
        )
        for a, b in zip(crossings[::2], crossings[1::2], strict=True):
            first, last = round(a / step), round(b / step)
            yield from ((i, j) for i in range(first, last))


def clearance(place: Point, border: Sequence[Point]) -> float:
    """Distance from a place to the nearest point of a border."""

    def to_side(a: Point, b: Point) -> float:
        dx, dy = b[0] - a[0], b[1] - a[1]
        t = ((place[0] - a[0]) * dx + (place[1] - a[1]) * dy) / ((dx * dx + dy * dy) or 1)
        t = min(max(t, 0), 1)
        return hypot(place[0] - a[0] - t * dx, place[1] - a[1] - t * dy)

    return min(to_side(a, b) for a, b in zip(border, [*border[1:], border[0]], strict=True))


def inside(place: Point, border: Sequence[Point]) -> bool:
    x, y = place
    sides = zip(border, [*border[1:], border[0]], strict=True)
    return (
        sum(
            (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax for (ax, ay), (bx, by) in sides
        )
        % 2
        == 1
    )


def silhouette(drawing: str) -> list[list[Point]]:
    """The closed lines of the outline, followed through its cubic curves."""
    closed = []
    for part in bodychart.outline(drawing).removesuffix("Z").split("Z"):
        numbers = [float(n) for n in re.findall(r"-?[\d.]+", part)]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        line = []
        for k in range(0, len(points) - 1, 3):
            a, b, c, d = points[k : k + 4]
            for t in (i / 8 for i in range(8)):
                s = 1 - t
                x, y = (
                    s**3 * a[n] + 3 * s * s * t * b[n] + 3 * s * t * t * c[n] + t**3 * d[n] for n in (0, 1)
                )
                line.append((x, y))
        closed.append(line)
    return closed


def apart(some: Sequence[Point], others: Sequence[Point]) -> float:
    """The greatest distance between points in the same order."""
    return max(hypot(ax - bx, ay - by) for (ax, ay), (bx, by) in zip(some, others, strict=True))


def middle(shape: Shape) -> float:
    return sum(x for x, _ in shape.points) / len(shape.points)


def corners(shape: Shape) -> set[Point]:
    return {(round(x, 3) + 0.0, round(y, 3)) for x, y in shape.points}


def pairs_that_touch(drawing: str) -> set[tuple[str, str]]:
    here = [(shape.region, corners(shape)) for shape in shapes(drawing)]
    return {
        tuple(sorted((one, other)))
        for (one, its), (other, others) in combinations(here, 2)
        if one != other and len(its & others) > 2
    }


def neighbours_drawn(drawing: str) -> set[tuple[str, str]]:
    shown = {shape.region for shape in shapes(drawing)}
    return {
        tuple(sorted((region.id, other)))
        for region in EDITION.regions.values()
        for other in region.next_to
        if {region.id, other} <= shown
    }


# --- every place is there ------------------------------------------------------------------------


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_a_patient_finds_every_place_of_the_edition_once_on_its_drawing(drawing):
    asked = [t for r in EDITION.regions.values() if CALLED[drawing] in r.views for t in r.tokens]

    assert Counter(asked) == Counter(shape.token for shape in shapes(drawing))


def test_a_patient_can_mark_every_place_of_the_edition_somewhere():
    assert {t for r in EDITION.regions.values() for t in r.tokens} == tokens()


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_a_patient_who_presses_the_body_anywhere_presses_exactly_one_place(drawing):
    claims = Counter(cell for shape in shapes(drawing) for cell in rows(shape.points, 0.75))
    body = {cell for line in silhouette(drawing) for cell in rows(line, 0.75)}

    twice = [cell for cell, times in claims.items() if times > 1]

    assert len(body) > 10_000
    assert len(twice) < len(body) * 0.0002
    assert len(body ^ set(claims)) < len(body) * 0.001


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_places_that_are_neighbours_in_the_edition_touch_on_the_drawing(drawing):
    assert neighbours_drawn(drawing) - pairs_that_touch(drawing) <= APART


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_places_that_touch_on_the_drawing_are_neighbours_in_the_edition(drawing):
    assert pairs_that_touch(drawing) - neighbours_drawn(drawing) <= TOUCHING


# --- left is left --------------------------------------------------------------------------------


@pytest.mark.parametrize(("drawing", "towards"), [("front", 1), ("back", -1), ("soles", 1)])
def test_a_patients_left_lies_right_for_the_reader_in_front_and_left_behind(drawing, towards):
    wrong = [
        shape.token
        for shape in shapes(drawing)
        if shape.side and (middle(shape) * towards > 0) != (shape.side == "left")
    ]

    assert [] == wrong


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_the_two_sides_of_the_body_mirror_each_other(drawing):
    found = {shape.token: shape for shape in shapes(drawing)}

    for shape in found.values():
        twin = found[shape.token.replace(":left", ":right")] if shape.side == "left" else shape
        if shape.side != "right":
            first, *others = twin.points
            mirrored = [(-x, y) for x, y in (first, *reversed(others))]
            assert apart(shape.points, mirrored) < 1e-6, shape.token


def test_the_body_has_the_same_outline_from_in_front_and_from_behind_down_to_the_ankles():
    front, back = ([p for p in silhouette(drawing)[0] if p[1] < 660] for drawing in ("front", "back"))

    assert apart(front, back) < 0.3


@pytest.mark.parametrize(("drawing", "readers_left"), [("front", "R"), ("back", "L"), ("soles", "R")])
def test_letters_beside_the_figure_name_the_patients_own_side(drawing, readers_left):
    letters = {
        text.text: float(text.get("x"))
        for text in ElementTree.fromstring(svg(drawing, title="Chart")).iter(f"{SVG}text")  # noqa: S314  # ours
    }

    assert {"L", "R"} == set(letters)
    assert readers_left == min(letters, key=letters.get)


def test_an_enlarged_part_of_one_arm_names_that_side_alone():
    arm = ElementTree.fromstring(svg("front-arm-right", title="Arm"))  # noqa: S314  # ours

    assert ["R"] == [text.text for text in arm.iter(f"{SVG}text")]


# --- big enough ----------------------------------------------------------------------------------


def ways_to_reach(shape: Shape) -> Iterator[float]:
    """Magnification in CSS px per unit on a phone, for each view of the drawing that shows all of a shape."""
    left, top, right, bottom = shape.bbox
    for shown in views():
        x, y, w, h = shown.box
        of_this = any(s is shape for s in shapes(shown.drawing))
        if of_this and x <= left and y <= top and right <= x + w and bottom <= y + h:
            yield PHONE / w


@pytest.mark.parametrize("shape", MAIN, ids=lambda shape: shape.token)
def test_a_patient_with_a_thick_thumb_can_hit_the_place_on_a_phone(shape):
    left, top, right, bottom = shape.bbox
    largest = max(ways_to_reach(shape))

    assert inside(shape.label_xy, shape.points)
    assert min(right - left, bottom - top) * largest >= 24
    assert 2 * clearance(shape.label_xy, shape.points) * largest >= 20


def test_a_whole_figure_fits_a_phone():
    assert [] == [v.id for v in views() if v.box[3] / v.box[2] * PHONE > 770]


def test_a_number_beside_the_body_lies_off_the_body_and_on_the_page():
    for drawing in DRAWINGS:
        x, y, w, h = view(drawing).box
        outline = silhouette(drawing)
        for place in (shape.callout_xy for shape in shapes(drawing) if shape.callout_xy):
            assert not any(inside(place, line) for line in outline)
            assert x + 10 < place[0] < x + w - 10
            assert y + 10 < place[1] < y + h - 10


# --- what a picture says -------------------------------------------------------------------------


def numbers_on(picture: str) -> list[str]:
    return [text for text in re.findall(r"<text[^>]*>([^<]*)</text>", picture) if text.isdigit()]


def test_a_practitioner_reads_the_worst_pain_as_number_one_on_every_view_it_shows_on():
    pain = ("reg-upper-shoulder:left", "reg-calf:right")

    assert ["1"] == numbers_on(svg("front", title="Front", pain=pain))
    assert ["2", "1"] == numbers_on(svg("back", title="Back", pain=pain))
    assert [] == numbers_on(svg("soles", title="Soles", pain=pain))


def test_a_place_outside_an_enlarged_part_has_no_number_there():
    assert [] == numbers_on(svg("front-head", title="Head", pain=["reg-shin:left"]))


def test_pain_and_both_kinds_of_caution_are_drawn_in_three_ways():
    place = "reg-thigh-front:left"
    drawn = {
        re.search(r'fill="none">\s*<path d="[^"]*"[^>]*/>\s*<path d="([^"]*)"', picture)[1]
        for picture in (
            svg("front", title="Front", pain=[place]),
            svg("front", title="Front", caution={place: "care"}),
            svg("front", title="Front", caution={place: "hold"}),
        )
    }

    assert 3 == len(drawn)


def test_a_kind_of_caution_that_nobody_drew_is_refused():
    with pytest.raises(KeyError):
        svg("front", title="Front", caution={"reg-shin:left": "unheard-of"})


def test_words_from_people_stay_words():
    nasty = '"><script>alert(1)</script>'
    picture = svg(
        "front",
        title=nasty,
        desc=nasty,
        labels={"reg-shin:left": nasty, "left": nasty},
        interactive=True,
    )

    ElementTree.fromstring(picture)  # noqa: S314  # ours
    assert "<script" not in picture


def test_a_picture_asks_for_nothing_from_elsewhere():
    picture = svg("back", title="Back", pain=["reg-calf:left"], interactive=True)

    assert [] == re.findall(r"(?:href|src|@import|url\((?!#))", picture)
    assert {"http://www.w3.org/2000/svg"} == set(re.findall(r"https?://[^\"]*", picture))


def test_pictures_on_one_page_do_not_share_ids():
    page = [
        svg("front", title="Front"),
        svg("back", title="Back"),
        svg("front", title="Front", pain=["reg-shin:left"]),
        svg("front", title="Front", key="again"),
    ]
    ids = Counter(i for picture in page for i in re.findall(r' id="([^"]*)"', picture))

    assert [] == [i for i, times in ids.items() if times > 1]


def test_the_same_picture_is_drawn_the_same_twice():
    drawn = [
        svg("back", title="Back", pain=["reg-calf:left"], caution={"reg-flank:left": "care"}) for _ in "ab"
    ]

    assert drawn[0] == drawn[1]


def test_a_picture_to_look_at_is_one_image_with_a_name_and_a_description():
    root = ElementTree.fromstring(svg("front", title="Body, front", desc="Pain: left shin"))  # noqa: S314  # ours

    names = {e.get("id"): e.text for e in (root.find(f"{SVG}title"), root.find(f"{SVG}desc"))}
    assert "img" == root.get("role")
    assert ["Body, front", "Pain: left shin"] == [names[i] for i in root.get("aria-labelledby").split()]


def test_a_picture_to_press_hides_no_place_behind_an_image_role():
    root = ElementTree.fromstring(  # noqa: S314  # ours
        svg("front", title="Body", labels={"reg-shin:left": "Shin, left"}, interactive=True)
    )
    pressed = {e.get("data-token"): e for e in root.iter() if e.get("data-token")}

    assert "img" not in {e.get("role") for e in root.iter()}
    assert {shape.token for shape in shapes("front")} == set(pressed)
    assert "Shin, left" == pressed["reg-shin:left"].findtext(f"{SVG}title")
    assert "region reg-shin" == pressed["reg-shin:left"].get("class")


# --- on paper ------------------------------------------------------------------------------------


def printed(picture: str, box: tuple[float, ...], folder) -> Image.Image:
    """The picture printed one unit to one CSS px, at two dots to the px."""
    page = f"@page {{ size: {box[2]}px {box[3]}px; margin: 0 }} body {{ margin: 0 }} svg {{ display: block }}"
    HTML(string=f"<!doctype html><style>{page}</style>{picture}").write_pdf(folder / "chart.pdf")
    subprocess.run(
        ["pdftoppm", "-r", "192", "-png", "-singlefile", folder / "chart.pdf", folder / "chart"], check=True
    )
    return Image.open(folder / "chart.png").convert("RGB")


@pytest.mark.parametrize(
    ("drawing", "token"),
    [
        ("front", "reg-thigh-front:left"),
        ("front", "reg-hand:right"),
        ("back", "reg-calf:left"),
        ("back", "reg-hand:right"),
        ("soles", "reg-sole:left"),
    ],
)
def test_a_practitioner_sees_the_hatching_on_paper_in_the_marked_place_and_nowhere_else(
    drawing, token, tmp_path
):
    box = view(drawing).box
    place = next(shape for shape in shapes(drawing) if shape.token == token)
    page = printed(svg(drawing, title="Chart", pain=[token], width=box[2]), box, tmp_path)

    red = [
        (n % page.width, n // page.width)
        for n, (r, g, _) in enumerate(page.get_flattened_data())
        if r - g > 60
    ]
    units = [((x + 0.5) / 2 + box[0], (y + 0.5) / 2 + box[1]) for x, y in red]
    astray = [p for p in units if not inside(p, place.points) and clearance(p, place.points) > 1.5]
    cells = sum(1 for _ in rows(place.points, 0.5))

    assert [] == astray
    assert 0.15 < len(red) / cells < 0.7


# --- reading a drawing ---------------------------------------------------------------------------


def test_a_stroke_that_leans_on_a_knot_nobody_placed_is_refused():
    with pytest.raises(ValueError, match="elbow"):
        read_strokes(["hand@1,2 elbow"], {})


def test_a_walk_between_knots_that_no_stroke_joins_is_refused():
    strokes = read_strokes(["a@0,0 b@1,1", "c@2,2 d@3,3"], {})

    with pytest.raises(ValueError, match="'b' to 'c'"):
        walk("a b c", strokes)


def test_a_walk_takes_the_stroke_with_fewest_knots_between():
    strokes = read_strokes(["a@0,0 5,5 5,9 b@1,1", "a b"], {})

    assert 1 == len(walk("a b", strokes))
    assert [(0, 0), (1, 1)] == [end for curve in walk("a b", strokes) for end in (curve[0], curve[3])]


def test_a_line_that_crosses_the_midline_is_level_there():
    ((start, handle, *_), *_) = read_strokes(["0,10 4,6 6,0"], {})[0].curves

    assert start[1] == pytest.approx(handle[1])


def test_a_stroke_goes_through_its_knots():
    knots: dict[str, Point] = {}
    curves = read_strokes(["a@0,0 b@10,4! c@12,20 d@3,30"], knots)[0].curves

    assert list(knots.values()) == [curves[0][0], *(curve[3] for curve in curves)]
    assert all(one[3] == other[0] for one, other in pairwise(curves))
