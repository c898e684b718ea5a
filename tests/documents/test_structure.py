"""Whoever hears a paper instead of seeing it gets all of it, and no paper can do anything but be read."""

import io
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

import pdfua
import pikepdf
import pytest
from drawing import once
from papers import (
    CLINIC,
    ENVIRONMENT,
    REFERENCE,
    SENT,
    answered,
    copy_pdf,
    edition,
    html_of,
    paper,
    rule_sheet,
)

from rules.assess import assess
from screening.documents.after import After, Correction
from screening.documents.batch import day_batch
from screening.documents.blank import blank_html, blank_pdf
from screening.documents.charts import charts_of
from screening.documents.daylist import Coming, daylist_css, daylist_html, daylist_identifier
from screening.documents.intake import intake_css, intake_html, intake_identifier
from screening.documents.leaflet import leaflet_css, leaflet_html, leaflet_identifier
from screening.documents.letter import Written, letter, letter_css, letter_html, letter_identifier
from screening.documents.paper import Paper, Voice, made_at
from screening.documents.render import pdf
from screening.documents.slips import Slip, slips_assets, slips_css, slips_html, slips_identifier
from screening.documents.summary import summary_assets, summary_css, summary_identifier
from screening.documents.summary_changes import score_assets
from screening.words import speaker

SAY = speaker("en")
DAY = date(2026, 11, 24)
SHORT = replace(edition(), pages=edition().pages[:2])
# Flags of every level, asks, medicines and a score nobody gave; what is left open would be asked at length.
TELLING = answered(
    "no",
    pre_anticoagulant="yes",
    takes_medicines="yes",
    medicines_list="warfarin, ibuprofen",
    rf_lump="unsure",
    abs_local_infection="unsure",
    nprs_now=None,
)
PAPERS = (
    "summary",
    "letter",
    "copy",
    "intake",
    "leaflet",
    "blank",
    "blank to fill in",
    "slips",
    "day list",
    "rule sheet",
    "day",
)
# What a paper does not promise, and why the checker's finding on it is right and still accepted.
ACCEPTED: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        (
            "summary",
            "UA-28-004",
        ): "it is PDF/A-3a, for the record; WeasyPrint writes the marks of one standard",
        ("day", "UA-28-004"): "it is for the printer; the papers in it carry the marks",
    }
)
DOES = {
    "/JavaScript", "/JS", "/Launch", "/URI", "/OpenAction", "/AA", "/SubmitForm", "/GoToR", "/RichMedia",
    "/EmbeddedFile", "/EmbeddedFiles",
}
# Rules of the checker that crash, each with why; what they look for is tested here instead.
CRASHES: Mapping[str, str] = MappingProxyType(
    {
        "UA-14-001": "asks a list whether it is a number, which pikepdf 10 refuses; see the test of headings",
    }
)


def summary_with_chart(printed: Paper) -> bytes:
    charts = charts_of(printed, Voice(SAY, "en", CLINIC))
    return pdf(
        html_of(printed, charts=charts),
        css=summary_css(),
        identifier=summary_identifier(printed),
        made_at=made_at(printed),
        assets={**summary_assets(charts), **score_assets(printed, Voice(SAY, "en", CLINIC))},
        attachment=("record.json", b'{"resourceType": "Bundle"}'),
    )


def tagged(html: str, css: str, identifier: bytes, assets: Mapping[str, bytes] | None = None) -> bytes:
    return pdf(html, css=css, identifier=identifier, made_at=SENT, variant="pdf/ua-1", assets=assets)


def day_list() -> bytes:
    coming = [Coming("09:00", "Invented Person", date(1986, 3, 15), REFERENCE, ("Summary",))]
    html = daylist_html(ENVIRONMENT, DAY, coming, CLINIC, SAY, "en")
    return tagged(html, daylist_css(), daylist_identifier(DAY, coming))


def blank_form(*, fillable: bool) -> bytes:
    html = blank_html(ENVIRONMENT, SHORT, CLINIC, SAY)
    name = "short-to-fill-in" if fillable else "short-to-print"
    return once(name, lambda: blank_pdf(html, SHORT, fillable=fillable))


def with_everything(printed: Paper) -> Paper:
    """The record of somebody who was here before, with a correction that raises something."""
    counting = {**printed.answers, "rf_cardiac": "yes"}
    found = assess(edition(), counting, printed.today)
    made = Correction("rf_cardiac", "yes", "Asked.", counting, found, "Dana Example", SENT)
    before = replace(printed, reference="THEN-1", submitted_at=SENT - timedelta(days=60))
    return replace(printed, after=After(corrections=(made,)), earlier=(before,))


def referral(printed: Paper) -> bytes:
    written = Written("Dr Rao\nPune", "Chest pain", "Soon", "Please see.", ("rf-cardiac",), "D", "PT-1", SENT)
    shown = letter(printed, Voice(SAY, "en", CLINIC), written)
    return tagged(letter_html(ENVIRONMENT, shown, SAY), letter_css(), letter_identifier(shown))


def every_paper() -> Iterator[tuple[str, bytes]]:
    printed = paper(TELLING)
    yield "summary", summary_with_chart(with_everything(printed))
    yield "letter", referral(with_everything(printed))
    yield "copy", copy_pdf(printed)
    yield (
        "intake",
        tagged(
            intake_html(ENVIRONMENT, printed, CLINIC, SAY, "en"), intake_css(), intake_identifier(printed)
        ),
    )
    yield (
        "leaflet",
        tagged(
            leaflet_html(ENVIRONMENT, printed, CLINIC, SAY, "en"), leaflet_css(), leaflet_identifier(printed)
        ),
    )
    yield "blank", blank_form(fillable=False)
    yield "blank to fill in", blank_form(fillable=True)
    at = datetime(2026, 11, 24, 14, 30)  # noqa: DTZ001 - printed as the clinic's clock shows it
    slips = [Slip("https://forms.clinic.example/f/k7f3qx9d", "Invented Person", at)]
    yield (
        "slips",
        tagged(
            slips_html(ENVIRONMENT, slips, CLINIC, SAY, "en"),
            slips_css(),
            slips_identifier(slips),
            slips_assets(slips),
        ),
    )
    yield "day list", day_list()
    yield "rule sheet", rule_sheet()


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every kind of paper, drawn once."""
    folder = tmp_path_factory.mktemp("papers")
    written = dict(every_paper())
    joined = io.BytesIO()
    day_batch(written["day list"], iter([written["summary"], written["leaflet"]]), joined, lambda *_: None)
    written["day"] = joined.getvalue()
    for name, content in written.items():
        (folder / name).write_bytes(content)
    return {name: folder / name for name in written}


@pytest.fixture(params=PAPERS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def file(kind: str, files: dict[str, Path]) -> Path:
    return files[kind]


def tool(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def elements(found: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every element of the structure, in the order it is read out."""
    waiting = [found.Root.StructTreeRoot]
    while waiting:
        here = waiting.pop()
        if "/S" in here:
            yield here
        kids = here.get("/K", pikepdf.Array())
        kids = list(kids.as_list()) if isinstance(kids, pikepdf.Array) else [kids]
        waiting += [kid for kid in reversed(kids) if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]


def has_words(element: pikepdf.Object) -> bool:
    """Whether anything on a page belongs to the element or to what is in it."""
    kids = element.get("/K", pikepdf.Array())
    kids = list(kids.as_list()) if isinstance(kids, pikepdf.Array) else [kids]
    return any(not isinstance(kid, pikepdf.Dictionary) or "/MCID" in kid or has_words(kid) for kid in kids)


def names_in(found: pikepdf.Pdf) -> set[str]:
    """Every key of every dictionary in the file, and every kind of action."""
    told: set[str] = set()
    for thing in found.objects:
        waiting = [thing]
        while waiting:
            here = waiting.pop()
            if isinstance(here, pikepdf.Stream):
                here = here.stream_dict
            if isinstance(here, pikepdf.Dictionary):
                told |= {*here.keys(), str(here.get("/S", "")), str(here.get("/Type", ""))}
                waiting += [
                    value
                    for value in here.as_dict().values()
                    if isinstance(value, pikepdf.Object) and not value.is_indirect
                ]
            elif isinstance(here, pikepdf.Array):
                waiting += [
                    value
                    for value in here.as_list()
                    if isinstance(value, pikepdf.Object) and not value.is_indirect
                ]
    return told


@pytest.mark.slow
def test_every_kind_of_paper_is_looked_at(files: dict[str, Path]) -> None:
    assert set(PAPERS) == set(files)


def test_a_second_reader_finds_the_file_sound(file: Path) -> None:
    assert "No syntax or stream encoding errors found" in tool("qpdf", "--check", file)


def test_a_paper_has_tags_a_title_and_a_language(file: Path) -> None:
    told = tool("pdfinfo", file)
    assert re.search(r"^Tagged: +yes$", told, re.MULTILINE)
    assert re.search(r"^Title: +\S", told, re.MULTILINE)
    with pikepdf.open(file) as found:
        assert "en" == str(found.Root.Lang).partition("-")[0]


def test_every_letter_prints_the_same_anywhere(file: Path) -> None:
    fonts = [line.split() for line in tool("pdffonts", file).splitlines()[2:]]
    assert fonts
    assert [] == [font for font in fonts if font[-5:-4] != ["yes"]]


def test_a_paper_only_lets_itself_be_read(file: Path, kind: str) -> None:
    with pikepdf.open(file) as found:
        does = names_in(found) & {
            "/JavaScript",
            "/JS",
            "/Launch",
            "/URI",
            "/OpenAction",
            "/AA",
            "/SubmitForm",
            "/GoToR",
            "/RichMedia",
            "/EmbeddedFile",
            "/EmbeddedFiles",
        }
    # The record goes with the summary as a file, and with no other paper.
    assert does == ({"/EmbeddedFiles", "/EmbeddedFile"} if kind == "summary" else set())


def test_a_checker_of_pdf_ua_tried_every_rule_and_found_nothing_new(file: Path, kind: str) -> None:
    report = pdfua.validate(str(file))
    assert [rule.id for rule in pdfua.default_registry()] == [outcome.rule_id for outcome in report.outcomes]
    assert CRASHES.keys() == {outcome.rule_id for outcome in report.outcomes if outcome.skipped}
    found = {finding.rule_id for finding in report.findings}
    assert found == {rule for of, rule in ACCEPTED if of == kind}, [f.message for f in report.findings]


def test_headings_go_down_one_step_at_a_time(file: Path) -> None:
    with pikepdf.open(file) as found:
        levels = [int(str(e.S)[2]) for e in elements(found) if re.fullmatch(r"/H\d", str(e.S))]
    assert 1 == levels[0]
    assert [] == [step for step in pairwise(levels) if step[1] > step[0] + 1]


def test_no_heading_is_empty(file: Path) -> None:
    with pikepdf.open(file) as found:
        headings = [e for e in elements(found) if re.fullmatch(r"/H\d", str(e.S))]
        assert [] == [str(heading.S) for heading in headings if not has_words(heading)]


def test_every_picture_is_told_in_words(file: Path, kind: str) -> None:
    with pikepdf.open(file) as found:
        told = [str(e.get("/Alt", "")).strip() for e in elements(found) if e.S == "/Figure"]
    assert "" not in told
    assert bool(told) == (kind in ("summary", "day", "slips"))
