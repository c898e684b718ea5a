"""Draws the pictures of the README and of docs/papers.md anew: `make pictures`, with invented patients."""

import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Thread

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from rules.assess import assess
from rules.load import load, newest
from screening import create_app
from screening.demo import PATIENTS, answered
from screening.documents.blank import blank_html, blank_pdf
from screening.documents.charts import charts_of
from screening.documents.leaflet import leaflet_css, leaflet_html, leaflet_identifier
from screening.documents.paper import Paper, Voice, made_at
from screening.documents.render import pdf
from screening.documents.summary import summary_assets, summary_css, summary_html, summary_identifier
from screening.jinja import environment
from screening.serve import open_house
from screening.settings import Clinic
from screening.settings import load as load_settings
from screening.words import speaker

DOCS = Path(__file__).parent
TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
EDITION = load(newest())
SAY = speaker("en")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def main() -> None:
    """Every picture, each small enough for a page."""
    settings = load_settings({"SCREENING_CLINIC_NAME": "Elm Street Clinic"}, data=Path(tempfile.mkdtemp()))
    papers(settings.clinic)
    open_house(settings, NOW).close()
    server = make_server("127.0.0.1", 0, create_app(settings), threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        screens(browser, f"http://127.0.0.1:{server.server_port}")
        browser.close()
    server.shutdown()


# --- paper -------------------------------------------------------------------------------------


def papers(clinic: Clinic) -> None:
    """Page 1 of a simple, a hold and a long summary, of the blank form and of the leaflet."""
    for name, number in (("summary", 11), ("summary-simple", 4), ("summary-urgent", 19)):
        first_page(summary_of(number, clinic), name)
    html = blank_html(environment(), EDITION, clinic, SAY)
    first_page(blank_pdf(html, EDITION), "blank")
    paper = paper_of(4)
    leaflet = leaflet_html(environment(), paper, clinic, SAY, "en")
    css, identifier = leaflet_css(), leaflet_identifier(paper)
    first_page(pdf(leaflet, css=css, identifier=identifier, made_at=NOW, variant="pdf/ua-1"), "leaflet")


def paper_of(number: int) -> Paper:
    answers = answered(EDITION, number, PATIENTS[number - 1], TODAY)
    return Paper("K7F-3QX", NOW, EDITION, answers, assess(EDITION, answers, TODAY), TODAY)


def summary_of(number: int, clinic: Clinic) -> bytes:
    paper = paper_of(number)
    charts = charts_of(paper, Voice(SAY, "en", clinic))
    return pdf(
        summary_html(environment(), paper, clinic, SAY, "en", charts=charts),
        css=summary_css(),
        identifier=summary_identifier(paper),
        made_at=made_at(paper),
        assets=summary_assets(charts),
    )


def first_page(paper: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "paper.pdf"
        source.write_bytes(paper)
        subprocess.run(["pdftoppm", "-r", "80", "-l", "1", "-png", source, Path(folder) / "page"], check=True)
        keep(next(Path(folder).glob("page*.png")), name)


def keep(picture: Path, name: str) -> None:
    """The picture with few colours, which is a fraction of its size and looks the same."""
    with Image.open(picture) as opened:
        opened.convert("RGB").quantize(32).save(DOCS / f"{name}.png", optimize=True)


# --- screens -----------------------------------------------------------------------------------


def screens(browser: Browser, address: str) -> None:
    """A page of questions on a phone, and the body chart on a phone and on a desk."""
    phone = browser.new_page(base_url=address, viewport={"width": 360, "height": 740}, has_touch=True)
    phone.goto("/")
    phone.click("text=Start now")
    fill_first_page(phone)
    picture(phone, "form")
    taken = (
        (360, 1180, "chart-phone", "reg-upper-shoulder:left"),
        (1000, 1400, "chart-desktop", "reg-shin:right"),
    )
    for width, height, name, place in taken:
        phone.set_viewport_size({"width": width, "height": height})
        while not phone.url.split("#")[0].endswith("/form/5"):
            answer_no(phone)
        phone.click(f'[data-token="{place}"] >> visible=true')
        phone.evaluate("window.scrollTo(0, 0)")
        picture(phone, name)


def fill_first_page(page: Page) -> None:
    for box, value in (("filling_in", "self"), ("consent_data", "agree")):
        page.check(f"[name={box}][value={value}]", force=True)
    for box, text in (("full_name", "Asha Invented"), ("phone", "555 0100")):
        page.fill(f"[name={box}]", text)
    for part, text in (("day", "15"), ("month", "3"), ("year", "1988")):
        page.fill(f"[name=date_of_birth-{part}]", text)
    with page.expect_navigation():
        page.click("text=Save and continue")


def answer_no(page: Page) -> None:
    for value in ("no", "never"):
        for box in page.locator(f"main input[value={value}]").all():
            box.check(force=True)
    with page.expect_navigation():
        page.click("text=Save and continue")


def picture(page: Page, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        taken = Path(folder) / "screen.png"
        page.screenshot(path=str(taken))
        keep(taken, name)


if __name__ == "__main__":
    sys.exit(main())
