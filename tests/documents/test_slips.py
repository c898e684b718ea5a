"""A slip with a code takes a patient to the form, with a telephone or without. It says nothing of health."""

import html
import io
import re
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from papers import CLINIC, ENVIRONMENT, SENT, unmarked
from PIL import Image

from screening.documents.render import pdf
from screening.documents.slips import Slip, qr_svg, slips_assets, slips_css, slips_html, slips_identifier
from screening.words import PSEUDO, speaker
from tests.reading import pages

URL = "https://forms.clinic.example/f/k7f3qx9d"
AT = datetime(2026, 11, 24, 14, 30)  # noqa: DTZ001 - printed as the clinic's clock shows it
SLIP = Slip(URL, "Invented Person", AT)
LONGEST = Slip("https://forms.clinic.example/" + "x" * 31, "Wide " * 40, AT)


def markup_of(slips: Sequence[Slip], language: str = "en", clinic: object = CLINIC) -> str:
    return slips_html(ENVIRONMENT, slips, clinic, speaker(language), language)  # type: ignore[arg-type]  # a Clinic


def said_on(slips: Sequence[Slip], language: str = "en", clinic: object = CLINIC) -> str:
    body = re.sub(r"<[^>]*>", " ", markup_of(slips, language, clinic).partition("<body>")[2])
    return " ".join(html.unescape(body).split())


def drawn(slips: Sequence[Slip], sheet: str = "A4", language: str = "en") -> bytes:
    return pdf(
        markup_of(slips, language),
        css=slips_css(sheet),
        identifier=slips_identifier(slips),
        made_at=SENT,
        variant="pdf/ua-1",
        assets=slips_assets(slips),
    )


def codes_on(written: bytes, folder: Path, dots: int = 150) -> list[str]:
    """What a telephone reads off the first printed sheet, from top to bottom."""
    (folder / "slips.pdf").write_bytes(written)
    picture = folder / "sheet"
    print_it = ["pdftoppm", "-r", str(dots), "-gray", "-png", "-singlefile"]
    subprocess.run([*print_it, folder / "slips.pdf", picture], check=True)
    found = zxingcpp.read_barcodes(Image.open(picture.with_suffix(".png")))
    return [code.text for code in sorted(found, key=lambda code: code.position.top_left.y)]


def test_the_printed_code_opens_the_form(tmp_path: Path) -> None:
    assert [URL] == codes_on(drawn([SLIP]), tmp_path)


def test_each_slip_on_a_sheet_has_its_own_code_in_its_own_place(tmp_path: Path) -> None:
    urls = [f"{URL}-{n}" for n in range(4)]

    assert urls == codes_on(drawn([Slip(url) for url in urls]), tmp_path)


def test_the_longest_address_that_fits_is_still_read_from_a_cheap_print(tmp_path: Path) -> None:
    url = "https://forms.clinic.example/" + "x" * 258

    assert [url] == codes_on(drawn([Slip(url)]), tmp_path, dots=120)


@pytest.mark.parametrize("length", [288, 5000])
def test_an_address_too_long_for_a_slip_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="too long for a slip"):
        qr_svg("x" * length)


def test_a_slip_says_whose_it_is_when_they_come_and_where_the_form_is() -> None:
    said = said_on([SLIP])

    wanted = ["Invented Clinic", "Invented Person", "24 November 2026, 14:30", "about 10 minutes"]
    assert [] == [words for words in [*wanted, "forms.clinic.example/f/k7f3qx9d"] if words not in said]


def test_a_slip_without_name_and_time_shows_neither() -> None:
    said = said_on([Slip(URL)])

    assert "Your visit" not in said
    assert "None" not in said


def test_somebody_without_a_telephone_is_told_whom_to_call() -> None:
    assert "No phone or computer? Call 555 0199, or ask us for paper." in said_on([SLIP])


def test_a_clinic_without_a_number_offers_paper() -> None:
    assert "No phone or computer? Ask us for paper." in said_on([SLIP], clinic=replace(CLINIC, phone=""))


def test_a_slip_is_no_way_to_get_help_in_an_emergency_and_says_so() -> None:
    assert "This form is not for emergencies. In an emergency call 112." in said_on([SLIP])


def test_an_address_nobody_would_type_is_left_to_the_code() -> None:
    said = said_on([Slip("https://forms.clinic.example/" + "x" * 100)])

    assert "xxxx" not in said
    assert "type this address" not in said


def test_four_slips_fill_a_sheet_and_the_fifth_begins_another() -> None:
    for sheet in ("A4", "Letter"):
        assert [1, 2] == [len(pages(drawn([SLIP] * n, sheet))) for n in (4, 5)]


@pytest.mark.parametrize("sheet", ["A4", "Letter"])
def test_everything_on_the_fullest_slip_stays_above_the_cut(tmp_path: Path, sheet: str) -> None:
    (tmp_path / "slips.pdf").write_bytes(drawn([LONGEST] * 4, sheet, PSEUDO))
    boxes = subprocess.run(
        ["pdftotext", "-bbox", tmp_path / "slips.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    found = re.findall(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">([^<]*)<', boxes)
    ends = [float(bottom) for _, bottom, word in found if word.startswith("112")]
    height = {"A4": 68, "Letter": 63.5}[sheet] * 72 / 25.4

    assert 4 == len(ends)
    assert [True] * 4 == [end <= 11 * 72 / 25.4 + height * n for n, end in enumerate(ends, 1)]


@pytest.mark.parametrize(
    "name", ["<b>Ann</b>", "x" * 5000, "\u202eevil", "👩\u200d⚕ مريم", "{{ 7 * 7 }} {n}"]
)
def test_a_hostile_name_stays_a_name_on_its_slip(name: str) -> None:
    slips = [Slip(URL, name, AT), SLIP, SLIP, SLIP]

    assert 1 == len(pages(drawn(slips)))
    assert html.escape(name.replace("\u202e", "")[:10]) in markup_of(slips)


def test_every_sentence_goes_through_the_translator() -> None:
    said = said_on([replace(SLIP, name="☺")], PSEUDO).replace("forms.clinic.example/f/k7f3qx9d", "")
    pictured = re.findall(r'alt="([^"]*)"', markup_of([SLIP], PSEUDO))
    outside = unmarked(f"{said} {pictured}").replace(CLINIC.name, "")

    assert [] == re.findall(r"[A-Za-z]{2,}", outside)


def test_a_sheet_is_tagged_says_its_title_and_language_and_tells_what_the_code_is() -> None:
    with pikepdf.open(io.BytesIO(drawn([SLIP]))) as found:
        assert bool(found.Root.MarkInfo.Marked)
        assert ("en", "Appointment slips") == (str(found.Root.Lang), str(found.docinfo["/Title"]))
        tags = [tag for tag in found.objects if isinstance(tag, pikepdf.Dictionary)]
        assert ["Code that opens the form"] == [str(tag.Alt) for tag in tags if "/Alt" in tag]


def test_the_same_slips_give_the_same_file() -> None:
    assert drawn([SLIP]) == drawn([SLIP])
    assert slips_identifier([SLIP]) != slips_identifier([Slip(URL)])
