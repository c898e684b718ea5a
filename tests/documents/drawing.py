"""What the tests of drawing share: one record's particulars, pages of answers, and reading a PDF back."""

import html
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from fcntl import LOCK_EX, flock
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from screening.documents.render import pdf

WHEN = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
STYLE = """
@page { size: A4; margin: 15mm }
table { table-layout: fixed; width: 100% }
th, td { text-align: left; overflow-wrap: anywhere }
"""
_A_DAY = 86_400  # seconds
_RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid4().hex
ABOUT = {"css": STYLE, "identifier": b"patient 1", "made_at": WHEN}


def paper(body: str, head: str = "") -> str:
    return ('<!doctype html><html lang="en-GB"><head><title>Summary</title>'
            f"{head}</head><body>{body}</body></html>")


def answers(*said: str) -> str:
    """A document as our templates make it: escaped answers in a table."""
    rows = "".join(f'<tr><th scope="row">Answer</th><td>{html.escape(text)}</td></tr>' for text in said)
    return paper(f"<h1>Summary</h1><table>{rows}</table>")


def words(summary: bytes, tmp_path: Path) -> str:
    file = tmp_path / "paper.pdf"
    file.write_bytes(summary)
    text = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True).stdout
    return re.sub("[\u202a-\u202e\u2066-\u2069\f]", "", text)


def once(name: str, draw: Callable[[], bytes]) -> bytes:
    """A paper that takes seconds, drawn by one of the processes that run the tests, for all of them."""
    kept = Path(tempfile.gettempdir()) / f"papers-of-{_RUN}" / name
    if not kept.parent.exists():
        for old in kept.parent.parent.glob("papers-of-*"):
            if time.time() - old.stat().st_mtime > _A_DAY:
                shutil.rmtree(old, ignore_errors=True)
    kept.parent.mkdir(mode=0o700, exist_ok=True)
    with kept.with_suffix(".lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not kept.exists():
            kept.write_bytes(draw())
        return kept.read_bytes()


def kept(html: str, **particulars: object) -> bytes:
    """What `pdf` draws of this, drawn once in a run for whoever asks for the very same.

    A test of drawing twice, or of what one drawing takes, calls `pdf` itself.
    """
    asked = repr((html, sorted(particulars.items())))
    return once(sha256(asked.encode()).hexdigest(), lambda: pdf(html, **particulars))  # type: ignore[arg-type]  # as `pdf` takes them
