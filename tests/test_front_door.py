"""What a newcomer reads first is true: the README, the commands, the table of shares."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from screening.effort import MINUTES
from tests import shares

ROOT = Path(__file__).parents[1]


def report(name: str, seconds: float, *markers: str) -> pytest.TestReport:
    keywords = dict.fromkeys(markers, 1)
    return pytest.TestReport(name, ("", 0, ""), keywords, "passed", None, "call", duration=seconds)


def test_the_readme_promises_the_minutes_that_patients_are_told():
    said = re.findall(r"about (\d+) minutes", (ROOT / "README.md").read_text(encoding="utf-8"))

    assert [str(MINUTES)] == said


def test_no_page_and_no_paper_carries_a_number_of_minutes_of_its_own():
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html")}

    assert [] == [path.name for path, text in texts.items() if re.search(r"about \d+ minutes", text)]


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/running.md", "docs/editing-rules.md"])
def test_every_make_command_that_is_told_of_exists(name):
    told = set(re.findall(r"`?make ([a-z]+)`?", (ROOT / name).read_text(encoding="utf-8")))
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    assert set() == {word for word in told if f"`make {word}" in (ROOT / name).read_text()} - known


def test_every_share_is_a_marker_and_all_of_them_are_six_minutes():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]
    markers = {line.partition(":")[0] for line in declared["ini_options"]["markers"]}
    given = shares.given()

    assert 360 == sum(given.values())
    assert {"none", "reserve"} == set(given) - markers


def test_a_kind_of_test_that_takes_more_than_its_share_is_named():
    told = list(shares.lines([report("a", 900.0), report("b", 10.0, "walks", "slow")]))

    assert "none            450 of 190 seconds  MORE THAN ITS SHARE" in told
    assert "walks             5 of  40 seconds" in told


def test_a_slow_test_without_its_mark_is_named_with_what_it_set_up():
    quick, slow = report("quick", 1.9), [report("slow", 1.5), report("slow", 1.0)]

    assert [("slow", 2.5)] == shares.unmarked([quick, *slow, report("known", 9.0, "slow")])


def test_the_checks_before_a_commit_are_those_that_ci_runs_first():
    hooks = re.findall(r"entry: (.+)", (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    runs = (ROOT / "tests" / "every.sh").read_text(encoding="utf-8").replace("$bin", ".venv/bin")

    assert [".venv/bin/ruff check .", ".venv/bin/mypy"] == hooks[:2]
    assert [] == [entry for entry in hooks[:2] if entry not in runs]
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    subprocess.run(["sh", "-n", ROOT / "tests" / "every.sh"], check=True)
