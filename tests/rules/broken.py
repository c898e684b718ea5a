"""Editions broken on purpose: the newest one with a few words of its files changed."""

import re
from collections.abc import Mapping, Sequence

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


def faults_of_rules(broken: Sequence[Mapping[str, str]]) -> list[list[str]]:
    """What each of these rules is told, in one edition that holds them all: it is read in the time of one."""
    rules = [a_rule(**{"id": f'"pre-new-{number}"', **changes}) for number, changes in enumerate(broken)]
    found = faults((RULES, "[[feature]]", "".join(rules) + "[[feature]]"))
    told = [[] for _ in broken]
    for fault in found:
        number = re.search(r"rule pre-new-(\d+):", fault)
        assert number is not None, fault
        told[int(number[1])].append(fault.replace(number[0], "rule pre-new:"))
    return told


def when(condition: str) -> str:
    return f'[{{ when = "{condition}" }}]'
