"""Names as two people write them: compared without capitals, accents and signs."""

import unicodedata

_APOSTROPHES = "'’ʼ`"


def plain(text: str) -> str:
    """Without capitals and accents, so that "renée" is found by "renee"."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in parts if not unicodedata.combining(character)).strip()


def name_words(name: str) -> list[str]:
    """The words of a name, plain and without signs, in their order."""
    bare = (character for character in plain(name) if character not in _APOSTROPHES)
    return "".join(" " if unicodedata.category(c)[0] in "PSZC" else c for c in bare).split()
