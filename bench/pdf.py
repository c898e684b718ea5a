"""How long one summary takes to become a PDF: our warm child beside other ways to print the same content."""

import base64
import io
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from xml.etree.ElementTree import Element

from bench.batch import CLINIC, ENVIRONMENT, SAY, drawn, paper
from rules.load import load, newest
from screening.documents.charts import charts_of
from screening.documents.paper import Paper, Voice
from screening.documents.render import start, stop
from screening.documents.summary import summary_assets, summary_css, summary_html

ROUNDS = 9
PATIENT = 4
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
HEADLESS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--no-pdf-header-footer",
)  # fmt: skip
Row = tuple[str, float, str, float | None]


def median(act: Callable[[], bytes], rounds: int = ROUNDS) -> float:
    """Milliseconds, the first time not counted."""
    assert act().startswith(b"%PDF")
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def cold(printed: Paper, html: str, charts: tuple[str, ...]) -> float:
    """Milliseconds from nothing to the first summary: the child starts and loads its fonts."""
    began = time.perf_counter()
    renderer = start()
    try:
        drawn(renderer, printed, html, charts)
        return (time.perf_counter() - began) * 1000
    finally:
        stop(renderer)


# --- other ways ----------------------------------------------------------------------------------


def complete(html: str, charts: tuple[str, ...]) -> str:
    """The same page with its styles and charts inside, for programs that know nothing of ours."""
    for name, chart in summary_assets(charts).items():
        html = html.replace(name, f"data:image/svg+xml;base64,{base64.b64encode(chart).decode()}")
    return html.replace("</title>", f"</title><style>{summary_css()}</style>")


def with_plain_weasyprint(html: str) -> bytes:
    # Nothing here may import draw.py: what it changes in WeasyPrint would make the peer faster.
    from weasyprint import HTML

    return HTML(string=html).write_pdf(pdf_variant="pdf/a-3a")


def with_reportlab(html: str) -> bytes:
    """The same words, headings and tables, without charts, tags, running head or Noto."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table
    from tinyhtml5 import parse

    styles, out = getSampleStyleSheet(), io.BytesIO()
    styles["BodyText"].fontSize, styles["BodyText"].leading = 8.5, 10.5

    def story() -> Iterator[object]:
        for block in blocks(parse(html, namespace_html_elements=False)):
            if block.tag == "table":
                body = styles["BodyText"]
                rows = [[Paragraph(words(cell), body) for cell in row] for row in block.iter("tr")]
                yield Table(rows, colWidths=[500 / len(rows[0])] * len(rows[0]))
            else:
                yield Paragraph(words(block), styles["Heading2" if block.tag[0] == "h" else "BodyText"])

    SimpleDocTemplate(out, pagesize=A4).build(list(story()))
    return out.getvalue()


def blocks(element: Element) -> Iterator[Element]:
    for child in element:
        if child.tag in ("h1", "h2", "h3", "p", "table"):
            yield child
        elif child.tag != "head":
            yield from blocks(child)


def words(element: Element) -> str:
    text = re.sub(r"\s+", " ", "".join(element.itertext()))
    return text.replace("&", "&amp;").replace("<", "&lt;")


def with_chromium(browser: str, html: str) -> bytes:
    """The same page printed by a browser, its start included: nothing keeps one warm here."""
    with tempfile.TemporaryDirectory() as folder:
        page, printed = Path(folder) / "page.html", Path(folder) / "page.pdf"
        page.write_text(html, encoding="utf-8")
        command = [browser, *HEADLESS, f"--user-data-dir={folder}/profile", f"--print-to-pdf={printed}"]
        subprocess.run([*command, page.as_uri()], check=True, capture_output=True, timeout=60)
        return printed.read_bytes()


def peers(page: str, warm: float) -> Iterator[Row]:
    if browser := next(filter(None, map(shutil.which, BROWSERS)), None):
        printed = median(lambda: with_chromium(browser, page), 3)
        yield "  Chromium, headless, started for it", printed, "ms", warm
    else:
        print("  Chromium: none on this machine")
    yield "  plain WeasyPrint, same HTML", median(lambda: with_plain_weasyprint(page)), "ms", warm
    if find_spec("reportlab"):
        yield "  ReportLab, same words, no tags or charts", median(lambda: with_reportlab(page)), "ms", warm
    else:
        print("  ReportLab: not installed")


def measure() -> Iterator[Row]:
    """Name, figure, unit and what it is compared with: our warm child on the same summary."""
    printed = paper(load(newest()), PATIENT)
    charts = charts_of(printed, Voice(SAY, "en", CLINIC))
    html = summary_html(ENVIRONMENT, printed, CLINIC, SAY, "en", charts=charts)
    renderer = start()
    try:
        warm = median(lambda: drawn(renderer, printed, html, charts))
    finally:
        stop(renderer)
    yield "one summary, warm child", warm, "ms", None
    yield "one summary, from nothing", cold(printed, html, charts), "ms", warm
    yield from peers(complete(html, charts), warm)
