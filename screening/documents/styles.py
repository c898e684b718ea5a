"""The stylesheets of paper: what all share, what each adds, and the size of the sheet."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

# The margins survive a cheap printer on either sheet.
SHEETS: Mapping[str, str] = MappingProxyType({"A4": "A4", "Letter": "letter"})
_FOLDER = Path(__file__).parent.parent.parent / "templates" / "paper"


@cache
def styles(name: str, sheet: str) -> str:
    """The stylesheet `name` after the shared one, for "A4" or "Letter"."""
    shared = (_FOLDER / "parts" / "paper.css").read_text(encoding="utf-8")
    own = (_FOLDER / name).read_text(encoding="utf-8")
    return f"{shared}\n{own}\n@page {{ size: {SHEETS[sheet]} }}\n"
