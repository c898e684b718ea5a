"""How long a two-page table takes to become a PDF: our warm child beside plain WeasyPrint and reportlab."""

import io
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.util import find_spec

from screening.documents.render import pdf, render, start, stop

ROUNDS = 15
STYLE = """
@page { size: A4; margin: 15mm;
        @bottom-right { content: "Page " counter(page) " of " counter(pages); font-size: 8pt } }
html { font-size: 8.5pt; line-height: 1.25 }
h1 { font-size: 15pt; margin: 0 0 3mm } h2 { font-size: 11pt; margin: 4mm 0 1mm }
table { table-layout: fixed; width: 100%; border-collapse: collapse }
th, td { text-align: left; vertical-align: top; padding: .7mm 1mm; border-bottom: .3pt solid #888;
         overflow-wrap: anywhere }
th:first-child { width: 46% } td:last-child, th:last-child { width: 36% }
"""
TITLE = "Summary for the practitioner"
HEADINGS = ("Question", "Answer", "For the practitioner")
SECTIONS = ("Medicines", "Conditions", "Today", "Earlier treatment")


def rows(section: str) -> Iterator[tuple[str, str, str]]:
    for number in range(1, 16):
        yield f"{section}, question {number}: in the last year?", f"Yes, {number} times", (
            "Precaution: ask first" if number % 3 else
            "Ask about bruising and bleeding, and read the advice for this region")


def page_of_html() -> str:
    head = "".join(f'<th scope="col">{heading}</th>' for heading in HEADINGS)
    tables = "".join(
        f"<h2>{section}</h2><table><thead><tr>{head}</tr></thead><tbody>" + "".join(
            f'<tr><th scope="row">{question}</th><td>{answer}</td><td>{note}</td></tr>'
            for question, answer, note in rows(section)) + "</tbody></table>"
        for section in SECTIONS)
    return f'<!doctype html><html lang="en-GB"><title>{TITLE}</title><h1>{TITLE}</h1>{tables}</html>'


def with_plain_weasyprint(html: str) -> bytes:
    from weasyprint import CSS, HTML

    return HTML(string=html).write_pdf(
        stylesheets=[CSS(string=STYLE + 'html { font-family: "Noto Sans" }')], pdf_variant="pdf/ua-1")


def with_reportlab() -> bytes:
    """The same words in the same columns, untagged: the floor in Python without HTML."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

    styles, out = getSampleStyleSheet(), io.BytesIO()
    styles["BodyText"].fontSize, styles["BodyText"].leading = 8.5, 10.5
    story = [Paragraph(TITLE, styles["Title"])]
    for section in SECTIONS:
        story += [Paragraph(section, styles["Heading2"]), Table(
            [[Paragraph(cell, styles["BodyText"]) for cell in row] for row in (HEADINGS, *rows(section))],
            colWidths=[170, 170, 170], repeatRows=1)]
    SimpleDocTemplate(out, pagesize=A4).build(story)
    return out.getvalue()


def median(act: Callable[[], object]) -> float:
    act()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def reportlab_or_nan() -> float:
    return median(with_reportlab) if find_spec("reportlab") else float("nan")


def measure() -> list[tuple[str, float, str]]:
    """Name, milliseconds and a note for each way; medians of 15 except the cold start, which happens once."""
    html = page_of_html()
    about = {"css": STYLE, "identifier": b"bench", "made_at": datetime(2026, 11, 23, 9, tzinfo=UTC)}
    tagged = {**about, "variant": "pdf/ua-1"}
    began = time.perf_counter()
    renderer = start()
    try:
        render(renderer, html, **about)
        cold = (time.perf_counter() - began) * 1000
        patients_copy = median(lambda: render(renderer, html, **tagged))
        summary = median(lambda: render(renderer, html, **about))
    finally:
        stop(renderer)
    return [
        ("pdf, cold start", cold, "new child, fonts, first document"),
        ("pdf, warm child, pdf/ua-1", patients_copy, "60 rows of 3 columns, two pages"),
        ("pdf, warm child, pdf/a-3a", summary, "the same"),
        ("pdf, this process, pdf/ua-1", median(lambda: pdf(html, **tagged)), "no limits"),
        ("plain WeasyPrint, pdf/ua-1", median(lambda: with_plain_weasyprint(html)), "peer: no child"),
        ("reportlab", reportlab_or_nan(), "floor: no HTML, no tags, no Noto"),
    ]
