"""How long the rules take: one case in this process beside its floors, and the command on many cases."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from rules.assess import assess
from rules.load import load, newest
from rules.model import Answers, Edition
from rules.result import as_result
from screening.demo import PATIENTS, answered

ROUNDS = 40
MANY = 4000
EXAMPLES = 8
TODAY = date(2026, 11, 23)


def examples(edition: Edition) -> list[dict[str, Any]]:
    """Eight invented patients, from nothing to report to an emergency."""
    chosen = PATIENTS[:: len(PATIENTS) // EXAMPLES][:EXAMPLES]
    return [answered(edition, number, patient, TODAY) for number, patient in enumerate(chosen, start=1)]


def milliseconds(act: Callable[[], object]) -> float:
    act()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def walk(edition: Edition) -> int:
    """Every clause of every rule looked at and nothing concluded: what no evaluator can go below."""
    return sum(1 for rule in edition.rules for line in rule.lines for _ in line.when.clauses)


def per_case(cases: list[dict[str, Any]], act: Callable[[Answers], object]) -> float:
    return statistics.median(milliseconds(lambda case=case: act(case)) for case in cases)


def throughput(cases: list[dict[str, Any]]) -> float:
    """Cases a second through `screening assess`, starting Python included."""
    lines = [json.dumps({"today": TODAY.isoformat(), "answers": case}) for case in cases]
    program = "from screening.commands import main; main()"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cases.jsonl"
        file.write_text("\n".join(lines * (MANY // len(lines))) + "\n", encoding="utf-8")
        asked = [sys.executable, "-c", program, "assess", str(file)]
        root = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
        began = time.perf_counter()
        told = subprocess.run(asked, capture_output=True, check=True, env=root)
        taken = time.perf_counter() - began
    assert told.stdout.count(b"\n") == MANY
    return MANY / taken


def measure() -> list[tuple[str, float, str, float | None]]:
    """Name, figure, unit and peer or floor (None where the row is itself one)."""
    edition = load(newest())
    cases = examples(edition)
    assessed = per_case(cases, lambda case: assess(edition, case, TODAY))
    with_result = per_case(cases, lambda case: json.dumps(as_result(assess(edition, case, TODAY))))
    json_only = per_case(cases, lambda case: json.loads(json.dumps(case)))
    walked = milliseconds(lambda: walk(edition))
    return [
        ("assess one case", assessed, "ms", walked),
        ("assess one case, result as JSON", with_result, "ms", json_only),
        ("  floor: walk every clause, conclude nothing", walked, "ms", None),
        ("  floor: the same case to JSON and back", json_only, "ms", None),
        (f"screening assess, {MANY} cases", throughput(cases), "cases/s", 500.0),
        ("  wanted: at least", 500.0, "cases/s", None),
    ]
