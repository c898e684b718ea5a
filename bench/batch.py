"""How long a day's papers take: a summary in a batch beside one alone, and joining beside pypdf.

`python -m bench.batch 100` draws one day of that many invented patients and prints what it took as JSON.
"""

import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from pypdf import PdfWriter

from rules.assess import assess
from rules.load import load, newest
from rules.model import Edition
from screening.demo import PATIENTS, answered
from screening.documents.batch import day_batch
from screening.documents.charts import charts_of
from screening.documents.daylist import Coming, daylist_css, daylist_html, daylist_identifier
from screening.documents.paper import Paper, Voice
from screening.documents.render import Renderer, render, start, stop
from screening.documents.summary import summary_assets, summary_css, summary_html, summary_identifier
from screening.jinja import environment
from screening.settings import Clinic
from screening.words import speaker

TODAY = date(2026, 11, 23)
SENT = datetime(2026, 11, 23, 9, tzinfo=UTC)
CLINIC = Clinic(name="Invented Clinic", phone="555 0199", emergency_number="112", advice_line="your doctor")
ENVIRONMENT, SAY = environment(), speaker("en")
IN_A_DAY, IN_A_LARGE_DAY = 50, 500


def paper(edition: Edition, number: int) -> Paper:
    """One of the invented patients of the demonstration, in turn."""
    answers = answered(edition, number, PATIENTS[number % len(PATIENTS)], TODAY)
    return Paper(f"B{number:03}", SENT, edition, answers, assess(edition, answers, TODAY), TODAY)


def summary(renderer: Renderer, printed: Paper) -> bytes:
    charts = charts_of(printed, Voice(SAY, "en", CLINIC))
    return drawn(
        renderer, printed, summary_html(ENVIRONMENT, printed, CLINIC, SAY, "en", charts=charts), charts
    )


def drawn(renderer: Renderer, printed: Paper, html: str, charts: tuple[str, ...]) -> bytes:
    """The page of a summary as the warm child draws it."""
    return render(
        renderer,
        html,
        css=summary_css(),
        identifier=summary_identifier(printed),
        made_at=printed.submitted_at,
        assets=summary_assets(charts),
    )


def cover(renderer: Renderer, many: int) -> bytes:
    coming = [Coming("09:00", f"Demo Patient {n}", TODAY, f"B{n:03}", ("Summary",)) for n in range(many)]
    html = daylist_html(ENVIRONMENT, TODAY, coming, CLINIC, SAY, "en")
    identifier = daylist_identifier(TODAY, coming)
    return render(renderer, html, css=daylist_css(), identifier=identifier, made_at=SENT, variant="pdf/ua-1")


def day(many: int) -> dict[str, float]:
    """Draw and join one day: milliseconds for each paper, and megabytes at most, of us and of the child."""
    edition, renderer = load(newest()), start()
    alone: list[float] = []
    told: list[tuple[int, int]] = []

    def papers() -> Iterator[bytes]:
        for number in range(1, many + 1):
            began = time.perf_counter()
            one = summary(renderer, paper(edition, number))
            alone.append(time.perf_counter() - began)
            yield one

    try:
        first = cover(renderer, many)
        with tempfile.TemporaryFile() as out:
            began = time.perf_counter()
            day_batch(first, papers(), out, lambda papers_in, pages_in: told.append((papers_in, pages_in)))
            took, size = time.perf_counter() - began, out.tell()
        child = renderer.idle.get()
        renderer.idle.put(child)
        peaks = peak_mb("self"), peak_mb(str(child.process.pid))
    finally:
        stop(renderer)
    return {
        "papers": told[-1][0],
        "pages": told[-1][1],
        "file_mb": size / 2**20,
        "alone_ms": statistics.mean(alone) * 1000,
        "in_batch_ms": took / many * 1000,
        "peak_mb": peaks[0],
        "child_peak_mb": peaks[1],
    }


def peak_mb(process: str) -> float:
    """The most memory a process has held; getrusage would also count the process that started it."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def joining() -> tuple[float, float]:
    """Milliseconds for each of 50 summaries to be joined: by us with tags, and by pypdf without."""
    edition, renderer = load(newest()), start()
    few = [summary(renderer, paper(edition, number)) for number in range(5)]
    stop(renderer)
    papers = few * (IN_A_DAY // len(few))

    def with_pypdf() -> None:
        day = PdfWriter()
        for one in papers:
            day.append(io.BytesIO(one))
        day.write(io.BytesIO())

    ours = seconds(lambda: day_batch(few[0], iter(papers), io.BytesIO(), lambda papers_in, pages_in: None))
    return ours / IN_A_DAY * 1000, seconds(with_pypdf) / IN_A_DAY * 1000


def measure() -> Iterator[tuple[str, float, str, float | None]]:
    """Name, figure, unit and peer; the peer of a summary in a batch is the drawing of each alone."""
    for many in (IN_A_DAY, IN_A_LARGE_DAY) if os.environ.get("BENCH_LARGE") == "1" else (IN_A_DAY,):
        # In a process of its own, so that its peak is its own.
        asked = [sys.executable, "-m", "bench.batch", str(many)]
        took = json.loads(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)
        yield f"each summary in a batch of {many}", took["in_batch_ms"], "ms", took["alone_ms"]
        yield "  peak of the process", took["peak_mb"], "MB", None
        yield "  peak of the drawing child", took["child_peak_mb"], "MB", None
    ours, pypdf = joining()
    yield "joining a summary, beside pypdf without tags", ours, "ms", pypdf


if __name__ == "__main__":
    print(json.dumps(day(int(sys.argv[1]))))
