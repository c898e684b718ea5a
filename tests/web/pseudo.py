"""Finds text on a page that went round the translations: in the pseudo language every sentence is in ⟦ ⟧.

assert unmarked(page, ("Asha Example", "K7F-3QX")) == []
"""

import re
from collections.abc import Iterable
from html.parser import HTMLParser

_SPOKEN = frozenset({"aria-label", "alt", "placeholder", "title"})
_SILENT = frozenset({"script", "style"})
# Dates are written by Babel, keys and numbers are the same in every language.
_ALWAYS = re.compile(r"\d{1,2} [^\W\d]+ \d{4}|\bS-[A-Z0-9-]+")


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in _SPOKEN and value]
        if tag in _SILENT:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside and data.strip():
            self.found.append(" ".join(data.split()))


def texts(html: str) -> list[str]:
    """Every text a reader or a screen reader meets, in order."""
    parser = _Texts()
    parser.feed(html)
    parser.close()
    return parser.found


def unmarked(html: str, allowed: Iterable[str] = ()) -> list[str]:
    """The texts with a letter outside ⟦ ⟧, once what may stand there (names, answers) is taken away."""
    longest_first = sorted(allowed, key=len, reverse=True)
    return [text for text in texts(html) if _left(text, longest_first)]


def _left(text: str, allowed: list[str]) -> bool:
    outside = _ALWAYS.sub("", _outside(text))
    for known in allowed:
        outside = outside.replace(known, "")
    return any(character.isalpha() for character in outside)


def _outside(text: str) -> str:
    """What is left of a text without its ⟦...⟧, which may hold one another. A drawing breaks a sentence into
    lines: what stands before a ⟧ that nothing here opened is the end of one."""
    kept, depth = [], 0
    for character in text:
        if character == "⟧" and depth == 0:
            kept.clear()
            continue
        depth += (character == "⟦") - (character == "⟧")
        if depth == 0 and character != "⟧":
            kept.append(character)
    return "".join(kept)
