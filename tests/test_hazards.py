"""The hazard log names the tests that guard each hazard; a name that leads nowhere fails here."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r"`(test_[a-z0-9_]+)`")


def test_every_test_that_the_hazard_log_names_exists() -> None:
    log = (ROOT / "docs" / "hazards.md").read_text(encoding="utf-8")
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    missing = sorted(name for name in set(NAMED.findall(log)) if f"def {name}(" not in tests)

    assert [] == missing


def test_every_hazard_is_guarded_by_a_test() -> None:
    log = (ROOT / "docs" / "hazards.md").read_text(encoding="utf-8")
    rows = [line for line in log.splitlines() if re.match(r"\| H\d+ ", line)]

    assert len(rows) >= 28
    assert [] == [row for row in rows if not NAMED.search(row)]
