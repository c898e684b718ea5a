"""What the tests of drawing share: one record's particulars, pages of answers, and reading a PDF back."""

import html
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

WHEN = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
STYLE = """
@page { size: A4; margin: 15mm }
table { table-layout: fixed; width: 100% }
th, td { text-align: left; overflow-wrap: anywhere }
"""
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
