"""A day is printed in one go: a cover list, then each patient's papers, each on a sheet of its own."""

import html
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pikepdf
import pytest
from drawing import ABOUT, paper
from papers import CLINIC, ENVIRONMENT, PLAIN, SENT, copy_pdf, unmarked
from papers import paper as paper_of

from screening.documents.batch import day_batch
from screening.documents.daylist import Coming, daylist_css, daylist_html, daylist_identifier
from screening.documents.render import pdf
from screening.words import PSEUDO, speaker
from tests.reading import pages

DAY = date(2026, 11, 24)
FIRST = Coming("09:00", "Invented Person", date(1986, 3, 15), "DN-7K3F-92QX", ("Summary", "After-care"))
LAST = Coming("17:40", "Other Person", None, "", ("Blank form",))


def markup_of(coming: list[Coming], language: str = "en") -> str:
    return daylist_html(ENVIRONMENT, DAY, coming, CLINIC, speaker(language), language)


def said_on(coming: list[Coming], language: str = "en") -> str:
    body = re.sub(r"<[^>]*>", " ", markup_of(coming, language).partition("<body")[2].partition(">")[2])
    return " ".join(html.unescape(body).split())


def cover_of(coming: list[Coming], sheet: str = "A4") -> bytes:
    return pdf(
        markup_of(coming),
        css=daylist_css(sheet),
        identifier=daylist_identifier(DAY, coming),
        made_at=SENT,
        variant="pdf/ua-1",
    )


@cache
def cover() -> bytes:
    return cover_of([FIRST, LAST])


@cache
def a_paper(words: str, long: int = 1) -> bytes:
    """A paper of `long` pages with a heading and a table on each."""
    page = "<h1>{0} {1}</h1><table><tr><th scope='row'>Question<td>{0} says {1}</table>"
    body = "<p style='break-after: page'></p>".join(page.format(words, n) for n in range(1, long + 1))
    return pdf(paper(body), variant="pdf/ua-1", **ABOUT)


def batch(*papers: bytes) -> bytes:
    out = io.BytesIO()
    day_batch(cover(), iter(papers), out, lambda papers_in, pages_in: None)
    return out.getvalue()


# --- the order of sheets --------------------------------------------------------------------------


def test_papers_follow_the_cover_in_the_order_of_the_day() -> None:
    text = " ".join(pages(batch(a_paper("Ann"), a_paper("Ben"), a_paper("Cem"))))

    assert text.index("Papers for") < text.index("Ann 1") < text.index("Ben 1") < text.index("Cem 1")


def test_each_paper_begins_on_a_right_hand_page() -> None:
    text = pages(batch(a_paper("Ann", 3), a_paper("Ben", 2), a_paper("Cem")))

    assert [2, 6, 8] == [
        next(n for n, page in enumerate(text) if f"{who} 1" in page) for who in ("Ann", "Ben", "Cem")
    ]


def test_the_back_of_an_odd_paper_stays_empty_and_an_even_paper_gets_no_extra_page() -> None:
    text = pages(batch(a_paper("Ann", 3), a_paper("Ben", 2)))

    assert (8, ["", ""]) == (len(text), [text[1], text[5]])


def test_an_empty_page_is_as_large_as_the_sheet_before_it() -> None:
    letter = {**ABOUT, "css": "@page { size: letter }"}
    with pikepdf.open(io.BytesIO(batch(pdf(paper("x"), **letter), a_paper("Ben")))) as day:
        assert [float(side) for side in day.pages[2].mediabox] == [
            float(side) for side in day.pages[3].mediabox
        ]


def test_a_day_without_patients_is_the_cover() -> None:
    assert 1 == len(pages(batch()))


def test_the_printer_is_asked_for_both_sides() -> None:
    with pikepdf.open(io.BytesIO(batch(a_paper("Ann")))) as day:
        assert "/DuplexFlipLongEdge" == day.Root.ViewerPreferences.Duplex


# --- joining --------------------------------------------------------------------------------------


def test_one_paper_is_asked_for_at_a_time_and_progress_is_told() -> None:
    told: list[object] = []

    def papers() -> Iterator[bytes]:
        for who in ("Ann", "Ben"):
            told.append(who)
            yield a_paper(who, 2)

    day_batch(cover(), papers(), io.BytesIO(), lambda papers_in, pages_in: told.append((papers_in, pages_in)))

    assert [(0, 1), "Ann", (1, 4), "Ben", (2, 6)] == told


def test_a_paper_that_is_no_pdf_is_named_and_nothing_is_written() -> None:
    out = io.BytesIO()
    with pytest.raises(ValueError, match="paper 2 cannot be read"):
        day_batch(cover(), iter([a_paper("Ann"), b"no PDF"]), out, lambda papers_in, pages_in: None)

    assert b"" == out.getvalue()


def test_the_same_day_gives_the_same_file() -> None:
    assert batch(a_paper("Ann"), a_paper("Ben")) == batch(a_paper("Ann"), a_paper("Ben"))


@pytest.mark.slow
def test_qpdf_finds_nothing_wrong(tmp_path: Path) -> None:
    (tmp_path / "day.pdf").write_bytes(batch(a_paper("Ann", 3), copy_pdf(paper_of(PLAIN))))

    assert 0 == subprocess.run(["qpdf", "--check", tmp_path / "day.pdf"], capture_output=True).returncode


def test_each_paper_has_a_bookmark_with_its_title() -> None:
    with (
        pikepdf.open(io.BytesIO(batch(a_paper("Ann"), copy_pdf(paper_of(PLAIN))))) as day,
        day.open_outline() as outline,
    ):
        titles = [item.title for item in outline.root]
    assert ["Papers for 24 November 2026", "Summary", "Your copy: Invented Person, DN-7K3F-92QX"] == titles


# --- tags -----------------------------------------------------------------------------------------


def tags(tag: pikepdf.Object) -> Iterator[pikepdf.Object]:
    yield tag
    kids = tag.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from tags(kid)


def structure(written: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(written)) as found:
        document = found.Root.StructTreeRoot.K
        document = document[0] if isinstance(document, pikepdf.Array) else document
        return [str(tag.S) for tag in tags(document)][1:]


def test_the_day_has_every_tag_of_every_paper_in_order() -> None:
    ann, ben = a_paper("Ann", 2), copy_pdf(paper_of(PLAIN))

    expected = [tag for part in (cover(), ann, ben) for tag in ["/Part", *structure(part)]]
    assert expected == structure(batch(ann, ben))


def test_a_screen_reader_finds_the_tag_of_every_piece_of_text_on_its_own_page() -> None:
    with pikepdf.open(io.BytesIO(batch(a_paper("Ann", 3), a_paper("Ben", 2)))) as day:
        numbers = pikepdf.NumberTree(day.Root.StructTreeRoot.ParentTree)
        astray = []
        for place, page in enumerate(day.pages):
            marks = [
                int(operands[1].MCID)
                for operands, operator in pikepdf.parse_content_stream(page)
                if str(operator) == "BDC" and "/MCID" in operands[1]
            ]
            owners = numbers[int(page.obj.StructParents)] if marks else []
            astray += [(place, mark) for mark in marks if owners[mark].Pg.objgen != page.obj.objgen]
    assert [] == astray


def test_a_table_cell_still_finds_its_header_and_no_other_papers() -> None:
    with pikepdf.open(io.BytesIO(batch(a_paper("Ann"), a_paper("Ben"), a_paper("Cem")))) as day:
        every = list(tags(day.Root.StructTreeRoot.K))
        ids = [str(tag.ID) for tag in every if "/ID" in tag]
        wanted = [str(name) for tag in every if "/A" in tag and "/Headers" in tag.A for name in tag.A.Headers]
    assert len(ids) == len(set(ids))
    assert set(wanted) <= set(ids)
    assert 3 <= len(wanted)


def test_each_paper_keeps_its_own_language() -> None:
    french = pdf('<!doctype html><html lang="fr"><title>Feuille</title><h1>Bonjour</h1></html>', **ABOUT)
    with pikepdf.open(io.BytesIO(batch(a_paper("Ann"), french))) as day:
        assert ["en", "en-GB", "fr"] == [str(part.Lang) for part in day.Root.StructTreeRoot.K.K]
        assert "en" == str(day.Root.Lang)


# --- the cover ------------------------------------------------------------------------------------


def test_the_cover_lists_who_comes_when_and_with_which_papers() -> None:
    said = said_on([FIRST, LAST])

    assert "Papers for 24 November 2026 Patients: 2" in said
    assert "09:00 Invented Person 15 March 1986 DN-7K3F-92QX Summary After-care" in said
    assert "17:40 Other Person — — Blank form" in said


def test_every_patient_and_every_paper_has_a_box_to_tick() -> None:
    assert 2 + 3 == markup_of([FIRST, LAST]).count('<span class="box')


def test_the_cover_says_that_it_names_patients() -> None:
    assert "Keep it out of sight, and shred it after the day." in said_on([])


def test_a_hostile_name_stays_a_name_on_the_cover() -> None:
    # A form takes 200 letters of a name.
    names = ["<b>Ann</b>", "x" * 1000, "\u202eevil", "👩\u200d⚕ مريم", "{{ 7 * 7 }} {n}"]
    hostile = [Coming("09:00", name, None, f"DN-{number}", ("Summary",)) for number, name in enumerate(names)]
    markup, read = markup_of(hostile), " ".join(pages(cover_of([*hostile, LAST])))

    assert [] == [name for name in names if html.escape(name.replace("\u202e", "")[:10]) not in markup]
    assert [] == [one.reference for one in [*hostile, LAST] if one.reference not in read]
    assert "17:40" in read


@pytest.mark.soak
def test_a_name_of_five_thousand_letters_leaves_the_next_one_on_the_cover() -> None:
    assert "17:40" in " ".join(pages(cover_of([replace(FIRST, name="x" * 5000), LAST])))


def test_a_long_day_repeats_its_head_and_counts_its_pages() -> None:
    text = pages(cover_of([FIRST] * 45))

    assert 2 <= len(text)
    assert [True] * len(text) == [f"{n} / {len(text)}" in page for n, page in enumerate(text, 1)]
    assert [True] * len(text) == ["Date of birth" in page for page in text]


def test_every_sentence_of_the_cover_goes_through_the_translator() -> None:
    said = said_on([Coming("09:00", "☺", None, "☺", ("☺",))], PSEUDO)

    assert [] == re.findall(r"[A-Za-z]{2,}", unmarked(said).replace(CLINIC.name, ""))


def test_the_cover_is_tagged_and_says_its_title_and_language() -> None:
    with pikepdf.open(io.BytesIO(cover())) as found:
        assert bool(found.Root.MarkInfo.Marked)
        assert ("en", "Papers for 24 November 2026") == (str(found.Root.Lang), str(found.docinfo["/Title"]))


# --- a full day -----------------------------------------------------------------------------------


@pytest.mark.soak
def test_a_day_of_100_patients_stays_under_500_megabytes() -> None:
    """In a process of its own, so that what it took at most is what this day took."""
    asked = subprocess.run(
        [sys.executable, "-m", "bench.batch", "100"],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    took = json.loads(asked.stdout)

    assert 100 == took["papers"]
    assert took["peak_mb"] < 500
    assert took["child_peak_mb"] < 500
