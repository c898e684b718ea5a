"""What a drawn paper says, page by page, as somebody reads it from top to bottom."""

import subprocess


def pages(paper: bytes, *options: str) -> list[str]:
    """The text of every page of a PDF, white space folded. `options` go to pdftotext."""
    asked = ["pdftotext", *options, "-raw", "-", "-"]
    text = subprocess.run(asked, input=paper, capture_output=True, check=True).stdout.decode()
    # Every page ends with a form feed, the last one too.
    return [" ".join(page.split()) for page in text.split("\f")[:-1]]


def words(paper: bytes) -> str:
    """The text of all pages, white space folded."""
    return " ".join(pages(paper))
