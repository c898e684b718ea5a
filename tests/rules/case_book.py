"""The cases that clinicians write, tests/cases/*.toml, and how their patients fill in the form.

A case names a patient of base.toml and what is different about this one: `change` (question = answer)
and `forget` (questions left without an answer). The patient answers every other question that the form
asks in the usual, harmless way. An answer in `change` is given even when the form does not ask for it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from rules.answers import Reading
from rules.assess import assess, read
from rules.load import load, newest
from rules.model import Assessment, Edition, Kind, Status

_LISTS = ("forget", "raises", "asks", "informs", "asked", "not_asked", "malformed")
CASES = Path(__file__).parent.parent / "cases"
NO_URGENCY = "none"


@dataclass(frozen=True)
class Case:
    """A patient in one sentence, and what the rules must, and must not, conclude."""

    title: str
    patient: str
    today: str = ""
    change: Mapping[str, Any] = field(default_factory=dict)
    forget: tuple[str, ...] = ()
    raises: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    informs: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    urgency_of: Mapping[str, str] = field(default_factory=dict)
    regions: Mapping[str, list[str]] = field(default_factory=dict)
    because: Mapping[str, list[str]] = field(default_factory=dict)
    interrupts: list[str] | None = None
    asked: tuple[str, ...] = ()
    not_asked: tuple[str, ...] = ()
    malformed: tuple[str, ...] = ()
    outcome: str = ""
    urgency: str = ""
    message: str = ""
    band: str = ""
    total: int | None = None
    features: list[str] | None = None
    muscles: list[str] | None = None
    left_out: list[str] | None = None
    file: str = ""

    @property
    def name(self) -> str:
        return f"{self.file}: {self.title}"


@cache
def edition() -> Edition:
    return load(newest())


@cache
def _base() -> dict[str, Any]:
    return tomllib.loads((CASES / "base.toml").read_text(encoding="utf-8"))


@cache
def patients() -> Mapping[str, dict[str, Any]]:
    """What is particular about each patient that cases start from, by name."""
    return {patient["name"]: patient["answers"] for patient in _base()["patient"]}


@cache
def cases() -> tuple[Case, ...]:
    """Every case of every file but the whole examples, in order."""
    paths = [path for path in sorted(CASES.glob("*.toml")) if path.stem not in ("base", "examples")]
    return tuple(
        _case(path.stem, table)
        for path in paths
        for table in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    )


def _case(file: str, table: dict[str, Any]) -> Case:
    lists = {key: tuple(table.pop(key, ())) for key in _LISTS}
    return Case(file=file, absent=tuple(table.pop("not", ())), **lists, **table)


@cache
def examples() -> tuple[dict[str, Any], ...]:
    """The eight worked examples: whole forms with everything expected of them."""
    return tuple(tomllib.loads((CASES / "examples.toml").read_text(encoding="utf-8"))["example"])


def day_of(case: Case) -> date:
    return date.fromisoformat(case.today or _base()["today"])


def answers_of(case: Case) -> dict[str, object]:
    """The whole form as this patient fills it in, question by question, in the order asked."""
    given: dict[str, object] = {}
    for question in edition().questions.values():
        if question.id in case.forget:
            continue
        if question.id in case.change:
            given[question.id] = case.change[question.id]
        elif read(edition(), given, day_of(case)).asked(question.id) is not False:
            answer = _usual(case.patient, question.id, given)
            if answer is not None:
                given[question.id] = answer
    return given


def _usual(patient: str, question_id: str, given: Mapping[str, object]) -> object:
    """What this patient says when a case says nothing; None leaves an optional question blank."""
    if question_id in patients()[patient]:
        return patients()[patient][question_id]
    if question_id == "main_region":
        marked = given.get("pain_regions")
        return marked[:1] if isinstance(marked, list) else None
    if question_id in _base()["usual"]:
        return _base()["usual"][question_id]
    question = edition().questions[question_id]
    if question.kind is Kind.YES_NO:
        return question.clear if question.required else None
    return ["none"] if question.kind is Kind.CHOICES else None


def wrong(case: Case, assessed: Assessment) -> list[str]:
    """Everything in which the assessment differs from what the case expects."""
    flags = {flag.id: flag for flag in assessed.flags}
    raised = {flag.id for flag in assessed.flags if flag.status is Status.RAISED}
    asked = set(flags) - raised
    informed = {entry.id for entry in assessed.information}
    found = [f"{name} is not raised" for name in case.raises if name not in raised]
    found += [f"{name} is not an ask" for name in case.asks if name not in asked]
    found += [f"{name} is not printed" for name in case.informs if name not in informed]
    found += [f"{name} is there" for name in case.absent if name in flags or name in informed]
    for name, urgency in case.urgency_of.items():
        actual = flags[name].urgency if name in flags else "absent"
        if (actual or NO_URGENCY) != urgency:
            found.append(f"{name} is {actual}, not {urgency}")
    told = {**flags, **{entry.id: entry for entry in assessed.information}}
    for what, expected in (("regions", case.regions), ("because", case.because)):
        for name, values in expected.items():
            actual = list(getattr(told[name], what)) if name in told else None
            if actual != values:
                found.append(f"{what} of {name}: {actual}, not {values}")
    return found + _wrong_as_a_whole(case, assessed)


def about(case: Case, rule_id: str) -> Case:
    """What the case expects of one rule alone."""
    only = (rule_id,)
    return Case(
        file=case.file,
        title=case.title,
        patient=case.patient,
        today=case.today,
        raises=only if rule_id in case.raises else (),
        asks=only if rule_id in case.asks else (),
        informs=only if rule_id in case.informs else (),
        absent=only if rule_id in case.absent else (),
        urgency_of={name: text for name, text in case.urgency_of.items() if name == rule_id},
        regions={name: places for name, places in case.regions.items() if name == rule_id},
        because={name: why for name, why in case.because.items() if name == rule_id},
        interrupts=None if case.interrupts is None else [n for n in case.interrupts if n == rule_id],
    )


def wrongly_asked(case: Case, reading: Reading) -> list[str]:
    """Every question that the form should ask this patient and does not, or asks and should not."""
    found = [f"{name} is not asked" for name in case.asked if reading.asked(name) is False]
    return found + [f"{name} is asked" for name in case.not_asked if reading.asked(name) is not False]


def _wrong_as_a_whole(case: Case, assessed: Assessment) -> list[str]:
    pairs: list[tuple[str, object, object]] = [
        ("outcome", case.outcome or None, assessed.outcome),
        ("urgency", case.urgency or None, assessed.urgency or NO_URGENCY),
        ("message", case.message or None, assessed.message),
        ("band", case.band or None, assessed.myofascial.band),
        ("total", case.total, assessed.myofascial.total),
        ("features", case.features, [feature.id for feature in assessed.myofascial.features]),
        ("muscles", case.muscles, [muscle.id for muscle in assessed.muscles]),
        ("muscles left out", case.left_out, list(assessed.muscles_left_out)),
        ("interrupts", case.interrupts, list(assessed.interrupts)),
    ]
    return [
        f"{what}: {actual}, not {expected}"
        for what, expected, actual in pairs
        if expected is not None and expected != actual
    ]


@cache
def filled_in() -> Mapping[str, dict[str, object]]:
    """The answers of every case, by its name."""
    return {case.name: answers_of(case) for case in cases()}


def assessed(case: Case, under: Edition | None = None) -> Assessment:
    """What the rules conclude for the case, under this edition or another."""
    return assess(under or edition(), filled_in()[case.name], day_of(case))
