"""The editions that a trial run may use: those installed with the software and those kept with records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rules.load import EDITIONS, Unsound, digest_of, files_of, load_files
from rules.model import Edition
from screening.records.editions import KeptEdition
from screening.words import translator


@dataclass(frozen=True, slots=True)
class Choice:
    """An edition to choose, by its digest; `files` are its texts by name."""

    name: str
    digest: str
    files: Mapping[str, str]


def choices(kept: Iterable[KeptEdition], folder: Path = EDITIONS) -> tuple[Choice, ...]:
    """Every edition, newest name first, each digest once; a folder that cannot be read is left out."""
    found = {edition.digest: Choice(edition.name, edition.digest, edition.text) for edition in kept}
    for path in folder.iterdir():
        if (path / "questionnaire.toml").exists() and (installed := _installed(path)) is not None:
            found[installed.digest] = installed
    return tuple(sorted(found.values(), key=lambda choice: (choice.name, choice.digest), reverse=True))


def _installed(path: Path) -> Choice | None:
    try:
        files = files_of(path)
    except Unsound:
        return None
    return Choice(path.name, digest_of(files), files)


def opened(choice: Choice, language: str) -> Edition:
    """The edition that was chosen, in a language. Raises Unsound."""
    return load_files(choice.files, translator(language), language)
