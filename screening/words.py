"""say(): a sentence of the interface in the reader's language. The form's own belong to the edition."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po
from babel.units import format_unit

Say = Callable[..., str]

LANGUAGES = Path(__file__).parent / "languages"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_ACCENTED = str.maketrans("aeioucnsyAEIOUCNSY", "áéíóúçñšýÁÉÍÓÚÇÑŠÝ")
PSEUDO = "en-XA"
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def installed() -> tuple[str, ...]:
    """The languages in which pages can be shown: English, and those with a file of sentences."""
    return ("en", *sorted(path.stem for path in LANGUAGES.glob("*.po")))


def catalogue(language: str) -> Mapping[str, str]:
    """English sentence -> sentence in `language`; empty for English itself."""
    path = LANGUAGES / f"{language}.po"
    if not path.exists():
        return MappingProxyType({})
    with path.open("rb") as file:
        return MappingProxyType({str(m.id): str(m.string) for m in read_po(file) if m.id and m.string})


def translator(language: str) -> Callable[[str], str]:
    """English sentence -> sentence in `language`, or the English one where there is none.

    The pseudo language marks every sentence, so that a test can see one that came from elsewhere."""
    if language == PSEUDO:
        return pseudo
    sentences = catalogue(language)
    return lambda text: sentences.get(text, text)


def pseudo(text: str) -> str:
    """The sentence, accented and in brackets, its {placeholders} untouched."""
    parts = _PLACEHOLDER.split(text)
    accented = [f"{{{p}}}" if i % 2 else p.translate(_ACCENTED) for i, p in enumerate(parts)]
    return "⟦" + "".join(accented) + "⟧"


def speaker(language: str) -> Say:
    """`say` for one language: say("Page {n} of {m}", n=3, m=17)."""
    translate = translator(language)

    def say(text: str, **values: object) -> str:
        return _PLACEHOLDER.sub(lambda found: str(values[found[1]]), translate(text))

    return say


def _locale(language: str) -> str:
    return "en_GB" if language in ("en", PSEUDO) else language.replace("-", "_")


def say_date(day: date, language: str) -> str:
    """22 November 2026, in the reader's language."""
    return format_date(day, "d MMMM y", locale=_locale(language))


def say_moment(moment: datetime, language: str) -> str:
    """22 November 2026, 09:05, in the reader's language; the caller chose the time zone."""
    return format_datetime(moment, "d MMMM y, HH:mm", locale=_locale(language))


def say_span(span: timedelta, language: str) -> str:
    """12 minutes, 3 hours or 5 days, in the reader's language; rounded down, from two of a unit on."""
    for unit, length in (("day", _DAY), ("hour", _HOUR)):
        if span >= 2 * length:
            return format_unit(span // length, f"duration-{unit}", locale=_locale(language))
    return format_unit(span // _MINUTE, "duration-minute", locale=_locale(language))
