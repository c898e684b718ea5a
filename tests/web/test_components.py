"""Our macros against the maintained port of NHS.UK frontend: same data, same elements, classes and aria."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import (
    ChainableUndefined,
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
)

from tests.conftest import COMPILED

TEMPLATES = Path(__file__).parents[2] / "templates"
VOID = {"input", "br", "hr", "meta", "link", "img"}
COMPARED = {
    "for",
    "id",
    "name",
    "type",
    "value",
    "href",
    "role",
    "checked",
    "selected",
    "scope",
    "rows",
    "inputmode",
}
COMPARED |= {"autocomplete", "draggable", "data-behaviour"}

# What we add on purpose: these classes, with the whole element when it carries nothing else of NHS.UK's.
OUR_CLASSES = "app-"
OUR_ELEMENTS = {
    "app-more",  # help and why, closed, after the hint
    "app-unknown",  # "I do not know" beside a number, a date or a scale
    "app-scroll",  # lets a wide table scroll by itself
}


# --- trees ------------------------------------------------------------------------------------


class Tree(HTMLParser):
    """Collects (element, attributes, children) nested lists; text is stripped and its spaces joined."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[list] = [["root", {}, []]]

    def handle_starttag(self, tag, attrs):
        node = [tag, dict(attrs), []]
        self.open[-1][2].append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag, f"</{tag}> closes something else"

    def handle_data(self, data):
        if data.strip():
            self.open[-1][2].append(" ".join(data.split()))


def tree(html: str) -> list:
    parser = Tree()
    parser.feed(html)
    parser.close()
    assert [node[0] for node in parser.open] == ["root"], "an element is left open"
    return [plain for child in parser.open[0][2] for plain in normalised(child)]


def normalised(node: list | str) -> Iterator[tuple | str]:
    """The node without our additions: dropped, or for a plain wrapper replaced by what it wraps."""
    if isinstance(node, str):
        yield node
        return
    tag, attributes, children = node
    classes = (attributes.get("class") or "").split()
    inside = [plain for child in children for plain in normalised(child)]
    if "app-scroll" in classes:
        yield from inside
    elif not OUR_ELEMENTS & set(classes):
        kept = {k: v for k, v in attributes.items() if k in COMPARED or k.startswith("aria-")}
        if kept.get("value") == "":  # an empty box, whether it says so or not
            del kept["value"]
        kept["class"] = sorted(name for name in classes if not name.startswith(OUR_CLASSES))
        yield (tag, kept, inside)


# --- both sides -------------------------------------------------------------------------------


def say(sentence: str, **words: object) -> str:
    return sentence.format(**words)


OURS = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
OURS.globals["say"] = say
PORT = Environment(
    loader=PackageLoader("nhsuk_frontend_jinja"),
    autoescape=True,
    undefined=ChainableUndefined,
    bytecode_cache=FileSystemBytecodeCache(str(COMPILED)),
)


def ours(macro: str, **arguments: object) -> str:
    return str(getattr(OURS.get_template("components.html").module, macro)(**arguments))


def theirs(folder: str, macro: str, **parameters: object) -> str:
    module = PORT.get_template(f"nhsuk/components/{folder}/macro.jinja").module
    return str(getattr(module, macro)(parameters))


def legend(text: str, heading: bool = False) -> dict:
    return {"legend": {"text": text, "size": "l" if heading else "s", "isPageHeading": heading}}


def label(text: str, heading: bool = False) -> dict:
    return {"text": text, "size": "l" if heading else "s", "isPageHeading": heading}


HINT_AND_ERROR = {"hint": "In the last week", "error": "Choose one"}
THEIR_HINT_AND_ERROR = {"hint": {"text": "In the last week"}, "errorMessage": {"text": "Choose one"}}
YES_NO = [("yes", "Yes", True), ("no", "No", False)]
THEIR_YES_NO = [{"value": "yes", "text": "Yes", "checked": True}, {"value": "no", "text": "No"}]
PARTS = [("day", "Day", "31", 2), ("month", "Month", "", 2), ("year", "Year", "1980", 4)]
THEIR_PARTS = [
    {
        "id": "f" if part == "day" else f"f-{part}",
        "name": f"q-{part}",
        "label": text,
        "value": value,
        "width": wide,
    }
    for part, text, value, wide in PARTS
]
DATE_IDS = {
    "hint": {"text": "In the last week", "id": "f-hint"},
    "errorMessage": {"text": "Choose one", "id": "f-error"},
}

CASES = {
    "radios": (
        ours("radios", name="q", id="f", legend="Is it numb?", options=YES_NO, inline=True, **HINT_AND_ERROR),
        theirs(
            "radios",
            "radios",
            name="q",
            idPrefix="f",
            fieldset=legend("Is it numb?"),
            items=THEIR_YES_NO,
            inline=True,
            **THEIR_HINT_AND_ERROR,
        ),
    ),
    "radios as the page's heading": (
        ours(
            "radios",
            name="q",
            id="f",
            legend="Is it numb?",
            options=YES_NO,
            page_heading=True,
            help="a",
            why="b",
        ),
        theirs(
            "radios",
            "radios",
            name="q",
            idPrefix="f",
            fieldset=legend("Is it numb?", True),
            items=THEIR_YES_NO,
        ),
    ),
    "checkboxes": (
        ours(
            "checkboxes", name="q", id="f", legend="Which?", options=YES_NO, alone=("no",), **HINT_AND_ERROR
        ),
        theirs(
            "checkboxes",
            "checkboxes",
            name="q",
            idPrefix="f",
            fieldset=legend("Which?"),
            items=[THEIR_YES_NO[0], {**THEIR_YES_NO[1], "exclusive": True}],
            **THEIR_HINT_AND_ERROR,
        ),
    ),
    "date": (
        ours(
            "date_input",
            name="q",
            id="f",
            legend="Born",
            day="31",
            year="1980",
            unknown=True,
            **HINT_AND_ERROR,
        ),
        theirs(
            "date-input", "dateInput", id="f-date", fieldset=legend("Born"), items=THEIR_PARTS, **DATE_IDS
        ),
    ),
    "number": (
        ours(
            "number_input",
            name="q",
            id="f",
            label="Weight",
            value=0,
            suffix="kg",
            unknown=False,
            **HINT_AND_ERROR,
        ),
        theirs(
            "input",
            "input",
            id="f",
            name="q",
            label=label("Weight"),
            value="0",
            width=4,
            inputmode="numeric",
            suffix="kg",
            **THEIR_HINT_AND_ERROR,
        ),
    ),
    "text": (
        ours(
            "text_input", name="q", id="f", label="Phone", type="tel", autocomplete="tel", page_heading=True
        ),
        theirs(
            "input", "input", id="f", name="q", label=label("Phone", True), type="tel", autocomplete="tel"
        ),
    ),
    "textarea": (
        ours("textarea", name="q", id="f", label="More", value="<b>", **HINT_AND_ERROR),
        theirs(
            "textarea",
            "textarea",
            id="f",
            name="q",
            label=label("More"),
            value="<b>",
            rows=4,
            **THEIR_HINT_AND_ERROR,
        ),
    ),
    "select": (
        ours("select", name="q", id="f", label="Who", options=YES_NO, **HINT_AND_ERROR),
        theirs(
            "select",
            "select",
            id="f",
            name="q",
            label=label("Who"),
            items=[{"value": "yes", "text": "Yes", "selected": True}, {"value": "no", "text": "No"}],
            **THEIR_HINT_AND_ERROR,
        ),
    ),
    "error summary": (
        ours("error_summary", faults=[("Say yes or no", "#f")]),
        theirs(
            "error-summary",
            "errorSummary",
            titleText="There is a problem",
            errorList=[{"text": "Say yes or no", "href": "#f"}],
        ),
    ),
    "details": (
        ours("details", summary="Why do we ask?", text="Nerves."),
        theirs("details", "details", summaryText="Why do we ask?", text="Nerves."),
    ),
    "button": (
        ours("button", text="Save", variant="secondary", name="later", value="1"),
        theirs("button", "button", text="Save", variant="secondary", name="later", value="1"),
    ),
    "button that is a link": (
        ours("button", text="Start", href="/start"),
        theirs("button", "button", text="Start", href="/start"),
    ),
    "back link": (ours("back_link", href="/1"), theirs("back-link", "backLink", text="Back", href="/1")),
    "summary list": (
        ours("summary_list", rows=[("Name", "A", "/1", "name"), ("Visit", "-", "", "")]),
        theirs(
            "summary-list",
            "summaryList",
            rows=[
                {
                    "key": {"text": "Name"},
                    "value": {"text": "A"},
                    "actions": {"items": [{"text": "Change", "href": "/1", "visuallyHiddenText": "name"}]},
                },
                {"key": {"text": "Visit"}, "value": {"text": "-"}},
            ],
        ),
    ),
    "warning": (
        ours("warning", heading="Before you go on", text="Tell us."),
        theirs(
            "warning-callout", "warningCallout", heading="Before you go on", headingLevel=2, text="Tell us."
        ),
    ),
    "inset": (ours("inset", text="Later."), theirs("inset-text", "insetText", text="Later.")),
    "panel": (
        ours("panel", heading="Sent", text="Thank you."),
        theirs("panel", "panel", titleText="Sent", text="Thank you."),
    ),
    "tag": (ours("tag", text="Draft", colour="grey"), theirs("tag", "tag", text="Draft", colour="grey")),
    "table": (
        ours("table", caption="Today", head=["Time"], rows=[["09:00"]]),
        theirs("tables", "table", caption="Today", head=[{"text": "Time"}], rows=[[{"text": "09:00"}]]),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_component_has_the_markup_that_was_tested_with_patients(case):
    mine, port = CASES[case]

    assert tree(port) == tree(mine)


# --- what the port cannot know ----------------------------------------------------------------

SCALE = ours(
    "scale",
    name="q",
    id="f",
    legend="How bad?",
    options=[(str(n), str(n), n == 4) for n in range(11)],
    low="No pain",
    high="Worst pain",
    unknown=("unknown", "I do not know", False),
    **HINT_AND_ERROR,
)
REGIONS = ours(
    "region_list",
    name="q",
    id="f",
    legend="Where?",
    error="Tick a place",
    groups=[
        (
            "Neck",
            [
                ("Back of neck", [("n:left", "Left", True), ("n:right", "Right", False)]),
                ("Throat", [("throat", "Middle", False)]),
            ],
        )
    ],
)


def elements(html: str, tag: str) -> list[dict]:
    found = []

    class Collect(HTMLParser):
        def handle_starttag(self, name, attrs):
            if name == tag:
                found.append(dict(attrs))

    Collect().feed(html)
    return found


def test_a_patient_can_choose_each_of_eleven_numbers_or_not_know_but_only_one():
    boxes = elements(SCALE, "input")

    assert [*map(str, range(11)), "unknown"] == [box["value"] for box in boxes]
    assert {("q", "radio")} == {(box["name"], box["type"]) for box in boxes}
    assert ["4"] == [box["value"] for box in boxes if "checked" in box]


def test_a_patient_who_listens_hears_what_nought_and_ten_mean():
    assert '0<span class="nhsuk-u-visually-hidden"> = No pain</span>' in SCALE
    assert '10<span class="nhsuk-u-visually-hidden"> = Worst pain</span>' in SCALE


def test_a_patient_who_listens_hears_the_place_with_each_side():
    assert 2 == REGIONS.count('<span class="nhsuk-u-visually-hidden">Back of neck: </span>')
    assert ["n:left", "n:right", "throat"] == [box["value"] for box in elements(REGIONS, "input")]


@pytest.mark.parametrize("html", [SCALE, REGIONS, *(mine for mine, _ in CASES.values())])
def test_every_label_names_one_box_and_no_id_comes_twice(html):
    ids = [
        a["id"]
        for tag in ("input", "select", "textarea", "div", "span", "p")
        for a in elements(html, tag)
        if "id" in a
    ]

    assert len(ids) == len(set(ids))
    assert {a["for"] for a in elements(html, "label")} <= set(ids)


@pytest.mark.parametrize(
    "macro", ["radios", "checkboxes", "date_input", "number_input", "text_input", "textarea"]
)
def test_a_faulty_question_is_where_the_error_summary_points(macro):
    words = {"options": YES_NO} if macro in {"radios", "checkboxes"} else {}
    words |= {"legend" if macro in {"radios", "checkboxes", "date_input"} else "label": "Which?"}
    html = ours(macro, name="q", id="f", error="Answer this", **words)

    assert 1 == sum(a.get("id") == "f" for tag in ("input", "textarea") for a in elements(html, tag))


def test_what_a_patient_typed_is_never_markup():
    html = ours("text_input", name="q", id="f", label="Name", value='"><script>alert(1)</script>', hint="<i>")

    assert "<script>" not in html
    assert "<i>" not in html


def test_help_and_reason_are_closed_and_inside_the_question():
    html = ours("radios", name="q", id="f", legend="Numb?", options=YES_NO, help="It tingles.", why="Nerves.")
    fieldset = html[html.index("<fieldset") : html.index("</fieldset>")]

    assert 2 == fieldset.count("<details")
    assert [{"class": "nhsuk-details"}] * 2 == elements(fieldset, "details")
