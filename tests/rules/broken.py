"""Editions broken on purpose: the newest one with a few words of its files changed."""

import pytest

from rules.load import Unsound, files_of, load_files, newest

FILES = files_of(newest())
RULES, ASKED, PLACES = "rules.toml", "questionnaire.toml", "regions.toml"


def with_changes(*changes: tuple[str, str, str]) -> dict[str, str]:
    """The newest edition's files with (file, old, new): the first `old` in the file becomes `new`."""
    files = dict(FILES)
    for file, old, new in changes:
        assert old in files[file], old
        files[file] = files[file].replace(old, new, 1)
    return files


def faults(*changes: tuple[str, str, str]) -> list[str]:
    with pytest.raises(Unsound) as refused:
        load_files(with_changes(*changes))
    return list(refused.value.faults)


def a_rule(**changes: str) -> str:
    """A rule at the end of rules.toml, sound but for what is changed."""
    lines = {
        "id": '"pre-new"',
        "section": '"Precautions"',
        "title": '"A new rule"',
        "level": '"practitioner-decision"',
        "scope": '"person"',
        "lines": '[{ when = "rf_lump = yes" }]',
        "advice": '"Ask."',
        "sources": '["S-JUDGE"]',
    } | changes
    return "[[rule]]\n" + "\n".join(f"{key} = {value}" for key, value in lines.items() if value) + "\n\n"


def faults_of_a_rule(**changes: str) -> list[str]:
    return faults((RULES, "[[feature]]", a_rule(**changes) + "[[feature]]"))


def when(condition: str) -> str:
    return f'[{{ when = "{condition}" }}]'
