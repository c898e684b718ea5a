"""The form as a PDF: fit to print, and to fill in on a screen with a keyboard or a screen reader."""

import html
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pikepdf
import pytest
from drawing import ABOUT, once, paper
from papers import CLINIC, ENVIRONMENT, edition, unmarked

from rules.model import Edition, Kind
from screening.documents.blank import Sheet, blank, blank_html, blank_pdf
from screening.documents.render import pdf
from screening.settings import fill
from screening.words import speaker
from tests.reading import pages

EDITION = edition()
#: What can be filled in on top of every sheet.
HEAD = ["full_name", "date_of_birth:day", "date_of_birth:month", "date_of_birth:year"]
FOUR_MM = 4 / 25.4 * 72
EVERY = fill(EDITION.messages["msg-every"], CLINIC)
DAY_CHANGE = fill(EDITION.messages["msg-day-change"], CLINIC)


def with_pages(**kept: int) -> Edition:
    """The edition with so many questions of each of these pages, and with two of the body's places.

    Only the first two pages say when a question is asked: later ones name questions that are left out.
    """
    every = {page.id: page for page in EDITION.pages}
    cut = {name: every[name].questions[:many] for name, many in kept.items()}
    bare = {
        name: questions if name in (EDITION.pages[0].id, EDITION.pages[1].id)
        else tuple(replace(question, asked_when=None) for question in questions)
        for name, questions in cut.items()
    }  # fmt: skip
    return replace(
        EDITION,
        pages=tuple(replace(every[name], questions=questions) for name, questions in bare.items()),
        regions={region: EDITION.regions[region] for region in PLACES},
    )


#: On both sides of the body, and in the middle of it.
PLACES = ("reg-upper-shoulder", "reg-low-back-spine")
ONE = with_pages(start=9)
#: Every kind of page and of question, on a fifth of the paper: the whole form takes 16 seconds.
SOME = with_pages(start=9, urgent_head_chest=15, where=1, story=5, scores=3, finish=7, on_the_day=3)
SCORES = with_pages(start=9, scores=13)


def drawn(book: Edition, sheet: Sheet = "A4", *, large: bool = False, fillable: bool = False) -> bytes:
    markup = blank_html(ENVIRONMENT, book, CLINIC, speaker("en"), paper=sheet, large=large)
    return blank_pdf(markup, book, paper=sheet, large=large, fillable=fillable)


@cache
def to_fill_in() -> bytes:
    return once("to-fill-in", lambda: drawn(SOME, fillable=True))


@cache
def to_print() -> bytes:
    return once("to-print", lambda: drawn(ONE))


@cache
def in_large_print() -> bytes:
    return once("in-large-print", lambda: drawn(SCORES, large=True))


def asked(book: Edition) -> list[tuple[str, str]]:
    """The name of every place to fill in, and how it is said aloud, in the order of the markup."""
    markup = blank_html(ENVIRONMENT, book, CLINIC, speaker("en"))
    tags = re.findall(r"<(?:input|textarea) [^>]*>", markup)
    told = (dict(re.findall(r'([\w-]+)="([^"]*)"', tag)) for tag in tags)
    return [(tag["name"], html.unescape(tag["title"])) for tag in told]


WHOLE, PRINTED = asked(EDITION), asked(SOME)


def looks(book: Edition) -> set[object]:
    """What kinds of rows and of pages a form has."""
    sections = blank(book, CLINIC, speaker("en")).sections
    kinds = {row.look for section in sections for row in section.rows}
    return kinds | {(part.at_desk, part.warns, part.signs) for part in sections}


def opened(form: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(form))


@cache
def texts(form: bytes) -> list[str]:
    """The words of each page."""
    return [" ".join(unmarked(page).split()) for page in pages(form)]


def sizes_on(page: pikepdf.Page) -> Iterator[float]:
    """The height in points of each piece of text: its font's, stretched by the matrices it is drawn under."""
    stretched, outer, font, line = 1.0, [], 0.0, 1.0
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "q":
                outer.append((stretched, font))
            case "Q":
                stretched, font = outer.pop()
            case "cm":
                stretched *= abs(float(operands[3]))
            case "Tf":
                font = float(operands[1])
            case "Tm":
                line = abs(float(operands[3]))
            case "Tj" | "TJ":
                yield font * line * stretched


def widgets(found: pikepdf.Pdf) -> Iterator[tuple[int, str, pikepdf.Object]]:
    """Every place to fill in: its page, its field's name, itself; in the order of the file."""
    for number, page in enumerate(found.pages):
        for widget in page.get("/Annots", ()):
            yield number, str(widget.get("/T") or widget.Parent.T), widget


# --- to print ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_what_to_do_in_an_emergency_stands_at_the_foot_of_every_sheet() -> None:
    assert [] == [number for number, text in enumerate(texts(to_fill_in()), 1) if EVERY not in text]


def test_what_to_tell_us_on_the_day_is_said_once() -> None:
    assert 1 == " ".join(texts(to_fill_in())).count(DAY_CHANGE)


def test_every_sheet_says_which_it_is_and_of_which_unsigned_edition() -> None:
    found = texts(to_fill_in())

    for number, text in enumerate(found, 1):
        assert f"Sheet {number} of {len(found)}" in text
        assert EDITION.words["draft"] in text
        assert EDITION.digest[:12] in text


def test_every_sheet_has_room_for_the_patients_name_and_date_of_birth() -> None:
    # Sheets come apart.
    assert all("Full name" in text and "Date of birth" in text for text in texts(to_fill_in()))


def test_the_patient_signs_on_the_sheet_before_the_desks_own() -> None:
    found = texts(to_fill_in())

    assert [len(found)] == [number for number, text in enumerate(found, 1) if "For the desk" in text]
    assert [len(found) - 1] == [number for number, text in enumerate(found, 1) if "signature" in text]


def test_the_form_looked_at_here_has_every_kind_of_row_and_page_on_several_sheets() -> None:
    assert looks(SOME) == looks(EDITION)
    assert 3 <= len(texts(to_fill_in()))


@pytest.mark.soak
def test_the_form_takes_ten_sides_for_the_patient_and_one_for_the_desk() -> None:
    form = drawn(EDITION, fillable=True)
    found = texts(form)
    with opened(form) as read:
        fields = [(str(field.T), str(field.TU)) for field in read.Root.AcroForm.Fields]

    assert (set(WHOLE), len(set(WHOLE))) == (set(fields), len(fields))
    assert 11 == len(found)
    assert "For the desk" in found[-1]
    assert "signature" in found[-2]
    assert [] == [number for number, text in enumerate(found, 1) if EVERY not in text]
    assert [] == [number for number, text in enumerate(found, 1) if f"Sheet {number} of 11" not in text]


@pytest.mark.parametrize(("sheet", "size"), [("A4", (595, 842)), ("Letter", (612, 792))])
def test_the_form_fits_the_clinics_paper(sheet: Sheet, size: tuple[int, int]) -> None:
    with opened(drawn(ONE, sheet)) as form:
        sizes = {tuple(round(float(x)) for x in page.MediaBox) for page in form.pages}

    assert {(0, 0, *size)} == sizes


def test_nothing_in_large_print_is_smaller_than_16_points() -> None:
    with opened(in_large_print()) as form:
        sizes = [size for page in form.pages for size in sizes_on(page)]

    assert 15.99 <= min(sizes)
    assert max(sizes) > 20


def test_large_print_asks_the_same() -> None:
    found = " ".join(texts(in_large_print()))

    assert all(" ".join(q.text.split()) in found for page in SCORES.pages for q in page.questions)


def test_the_form_is_tagged_and_says_its_title_and_language() -> None:
    with opened(to_print()) as found:
        assert bool(found.Root.MarkInfo.Marked)
        assert "en" == str(found.Root.Lang)
        assert "Invented Clinic: Health form to fill in on paper (A4)" == str(found.docinfo["/Title"])
        assert "1" == found.open_metadata()["pdfuaid:part"]


def test_the_printed_form_has_boxes_and_no_fields() -> None:
    with opened(to_print()) as found:
        assert "/AcroForm" not in found.Root


def test_the_same_edition_gives_the_same_form() -> None:
    assert to_print() == drawn(ONE)


# --- to fill in on a screen --------------------------------------------------------------------


@pytest.mark.parametrize("question", EDITION.questions.values(), ids=lambda question: question.id)
def test_every_question_has_a_field_of_its_name_that_a_screen_reader_can_say(question) -> None:
    spoken = [aloud for name, aloud in WHOLE if name.partition(":")[0] == question.id]

    assert spoken
    assert all(question.text in aloud for aloud in spoken)


def test_a_screen_reader_says_of_each_field_what_the_markup_calls_it() -> None:
    with opened(to_fill_in()) as found:
        fields = {(str(field.T), str(field.TU)) for field in found.Root.AcroForm.Fields}

    assert set(PRINTED) == fields


def test_no_two_fields_share_a_name() -> None:
    # A name that two questions had would be said in two ways.
    assert len({name for name, _ in WHOLE}) == len(set(WHOLE))
    with opened(to_fill_in()) as found:
        names = [str(field.T) for field in found.Root.AcroForm.Fields]

    assert len(set(names)) == len(names)


def test_the_tab_key_walks_through_the_questions_in_order() -> None:
    with opened(to_fill_in()) as found:
        assert {"/S"} == {str(page.Tabs) for page in found.pages}
        walked = [name for _, name in spoken_order(found)]
    # What stands on top of a sheet comes last, so that it is in nobody's way.
    top = HEAD * len(texts(to_fill_in()))

    assert [name for name, _ in PRINTED][len(HEAD) :] + top == walked


def test_the_form_asks_in_the_order_of_the_questions() -> None:
    place = {question: n for n, question in enumerate(EDITION.questions)}
    body = [name.partition(":")[0] for name, _ in WHOLE[len(HEAD) :]]
    order = [place[name] for name in body if name in place]

    assert sorted(place.values()) == sorted(set(order))
    assert [] == [(a, b) for a, b in pairwise(order) if b < a]


def spoken_order(found: pikepdf.Pdf) -> list[tuple[int, str]]:
    """Page and field of every place to fill in, in the order of the structure that readers follow."""
    pages = {page.obj.objgen: number for number, page in enumerate(found.pages)}
    walked: list[tuple[int, str]] = []

    def walk(element: pikepdf.Object) -> None:
        children = element.get("/K", [])
        for child in children if isinstance(children, pikepdf.Array) else [children]:
            if not isinstance(child, pikepdf.Dictionary):
                continue
            if str(child.get("/Type")) == "/OBJR":
                widget = child.Obj
                walked.append((pages[child.Pg.objgen], str(widget.get("/T") or widget.Parent.T)))
            else:
                walk(child)

    walk(found.Root.StructTreeRoot)
    return walked


def test_every_place_to_fill_in_has_its_place_in_the_structure() -> None:
    with opened(to_fill_in()) as found:
        assert sorted((n, name) for n, name, _ in widgets(found)) == sorted(spoken_order(found))


def test_the_name_is_typed_once_and_stands_on_every_sheet() -> None:
    with opened(to_fill_in()) as found:
        places = [number for number, name, _ in widgets(found) if name == "full_name"]

        assert [0, *range(len(found.pages))] == sorted(places)


def test_the_answers_to_one_question_are_told_apart_by_their_words() -> None:
    with opened(to_fill_in()) as found:
        said = [str(widget.Contents) for _, name, widget in widgets(found) if name == "rf_stroke"]

    question = f"2.1 {EDITION.questions['rf_stroke'].text}"
    assert [f"{question}: {answer}" for answer in ("Yes", "No", "Not sure")] == said


def test_a_screen_can_fill_in_only_one_of_yes_no_and_not_sure() -> None:
    with opened(to_fill_in()) as found:
        groups = [f for f in found.Root.AcroForm.Fields if str(f.T) in of_kind(Kind.YES_NO)]

        printed = {question.id for page in SOME.pages for question in page.questions}
        assert 10 < len(printed & set(of_kind(Kind.YES_NO))) == len(groups)
        assert {("yes", "no", "unsure")} == {tuple(str(value) for value in group.Opt) for group in groups}


def of_kind(kind: Kind) -> list[str]:
    return [question.id for question in EDITION.questions.values() if question.kind is kind]


def test_a_box_to_tick_is_at_least_4_millimetres_wide() -> None:
    with opened(to_fill_in()) as found:
        boxes = [widget.Rect for _, _, widget in widgets(found) if str(widget.get("/FT")) == "/Btn"]
        sides = [abs(float(b[2] - b[0])) for b in boxes] + [abs(float(b[3] - b[1])) for b in boxes]

    assert min(sides) >= FOUR_MM


def test_an_input_is_a_field_only_where_fields_are_asked_for() -> None:
    page = paper('<input type="checkbox" name="here" title="Here?"><input name="why" title="Why?">')
    with opened(pdf(page, **ABOUT)) as printed, opened(pdf(page, **ABOUT, forms=True)) as typed:
        assert "/AcroForm" not in printed.Root
        assert ["here", "why"] == [str(field.T) for field in typed.Root.AcroForm.Fields]
