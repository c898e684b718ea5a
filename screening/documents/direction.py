"""Which way a language is written."""

_FROM_THE_RIGHT = ("ar", "fa", "he", "ur")


def direction(language: str) -> str:
    """The word "rtl" or "ltr", as the attribute `dir` of a page wants it."""
    return "rtl" if language.partition("-")[0] in _FROM_THE_RIGHT else "ltr"
