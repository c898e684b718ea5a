"""The clinic's logo on the papers that patients and practitioners hold in their hands."""

import base64
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pdfua
import pytest
from flask import Flask
from PIL import Image
from pypdf import PdfReader

from screening.documents.logo import as_logo
from screening.records import clinic_settings
from screening.records.audit import Actor
from screening.records.staff import Role
from screening.web.parts import Parts

from .staff_clinic import at_work, handed_in, hired, record_of


def logo() -> bytes:
    out = BytesIO()
    Image.new("RGB", (600, 160), (11, 92, 99)).save(out, "PNG")
    return as_logo(out.getvalue())


def has_a_logo(parts: Parts) -> None:
    person = hired(parts, Role.ADMINISTRATOR)
    with parts.sessions() as db:
        text = base64.b64encode(logo()).decode()
        clinic_settings.change(db, Actor("staff", person.id), "logo", {"logo": text}, parts.now())
    parts.refresh()


def pictures(data: bytes) -> int:
    return len(PdfReader(BytesIO(data)).pages[0].images)


@pytest.mark.slow
def test_the_summary_and_the_leaflet_carry_the_logo_and_stay_as_long(app: Flask, parts: Parts) -> None:
    submission = handed_in(parts)
    browser = at_work(app, parts, Role.PRACTITIONER)
    papers = [f"{record_of(submission)}/summary.pdf", "/staff/print/leaflet.pdf"]
    before = [PdfReader(BytesIO(browser.get(address).data)) for address in papers]
    assert [0, 0] == [len(paper.pages[0].images) for paper in before]

    has_a_logo(parts)
    after = [browser.get(address).data for address in papers]

    assert [1, 1] == [pictures(paper) for paper in after]
    assert [len(paper.pages) for paper in before] == [len(PdfReader(BytesIO(paper)).pages) for paper in after]


@pytest.mark.slow
def test_the_blank_form_carries_the_logo_and_says_so_to_a_screen_reader(
    app: Flask, parts: Parts, tmp_path: Path
) -> None:
    has_a_logo(parts)
    # Two pages of it carry the same head, and take a fraction of the time.
    parts.edition = replace(parts.edition, pages=parts.edition.pages[:2])
    browser = at_work(app, parts, Role.FRONT_DESK)

    drawn = browser.get("/staff/print/blank-a4.pdf").data

    assert 1 == pictures(drawn)
    (tmp_path / "blank.pdf").write_bytes(drawn)
    assert [] == [finding.message for finding in pdfua.validate(str(tmp_path / "blank.pdf")).findings]
