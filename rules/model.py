"""The nouns: what an edition holds, and what the rules conclude. Every value is frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal


class Kind(StrEnum):
    """How a question is answered; the one switch that every surface keys its table on."""

    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"
    REGIONS = "regions"


class Level(StrEnum):
    """How much a flag weighs, heaviest first; INFORMATION is printed and is not a flag."""

    URGENT = "urgent-referral"
    HOLD = "do-not-needle-until-reviewed"
    DECIDE = "practitioner-decision"
    NONE = "no-flags-raised"
    INFORMATION = "information"

    @property
    def rank(self) -> int:
        return _LEVEL_RANK[self]


class Urgency(StrEnum):
    """How soon someone must act, most urgent first."""

    EMERGENCY = "emergency-now"
    SAME_DAY = "same-day"
    SOON = "soon"

    @property
    def rank(self) -> int:
        return _URGENCY_RANK[self]


class Status(StrEnum):
    """RAISED: the answers say so. ASK: nobody can tell from the answers yet."""

    RAISED = "raised"
    ASK = "ask"


_LEVEL_RANK = {Level.URGENT: 4, Level.HOLD: 3, Level.DECIDE: 2, Level.NONE: 1, Level.INFORMATION: 0}
_URGENCY_RANK = {Urgency.EMERGENCY: 3, Urgency.SAME_DAY: 2, Urgency.SOON: 1}

Answer = str | float | int | list[str] | None
Answers = Mapping[str, object]


# --- conditions ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison: `name = value`, `name in (a, b)`, `name in grp-x`, `name < n`, `name >= n`."""

    name: str
    op: Literal["=", "in", "<", ">="]
    values: tuple[str, ...] = ()
    number: float = 0.0
    group: str = ""

    @property
    def is_fact(self) -> bool:
        return self.name.startswith("fact.")


@dataclass(frozen=True, slots=True)
class Condition:
    """`all`, `any` or `at_least(n)` over clauses; a lone clause is an `all` of one."""

    how: Literal["all", "any", "at_least"]
    clauses: tuple[Clause, ...]
    text: str
    n: int = 0


# --- what is asked ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is asked. `asked_when` None means always; texts may be empty.

    `clear` is the harmless answer of a yes or no question. `ends` says what the first and
    last of a row of boxes mean. `past`: a date that cannot lie ahead.
    `signs`: asked last, once all answers have been checked. `not_for_desk`: never on a desk screen
    or on paper that a patient carries."""

    id: str
    page: str
    kind: Kind
    text: str
    hint: str = ""
    options: tuple[Option, ...] = ()
    required: bool = True
    asked_when: Condition | None = None
    asked_by: Literal["patient", "desk", "staff"] = "patient"
    help: str = ""
    why: str = ""
    gate: str = ""
    feeds: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    whole: bool = False
    ends: tuple[str, ...] = ()
    longest: int = 0
    clear: str = "no"
    not_for_desk: bool = False
    past: bool = False
    signs: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the form, numbered from 1 on screen and on paper alike."""

    id: str
    number: int
    title: str
    lead: str
    about: str
    at_desk: bool
    questions: tuple[Question, ...]


# --- what is concluded from ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fact:
    """A named intermediate idea: a condition, or (when None) something facts.py computes."""

    id: str
    when: Condition | None
    gives: Literal["yes_no", "number"] = "yes_no"
    reads: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One way a rule is met, with how urgent it is when met that way."""

    when: Condition
    urgency: Urgency | None


@dataclass(frozen=True, slots=True)
class Rule:
    """When a flag is raised, how much it weighs, and what the practitioner is told."""

    id: str
    section: str
    title: str
    level: Level
    scope: Literal["person", "region", "modality"]
    regions: str
    lines: tuple[Line, ...]
    advice: str
    sources: tuple[str, ...]
    message: str = ""
    adds: str = ""
    evidence: str = ""
    private: bool = False
    hold_if_unsure: bool = False
    never_ask: bool = False
    high_priority: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Hazard:
    """A structure that a needle could harm, and the signs to watch for afterwards."""

    id: str
    structure: str
    harm: str
    warning_signs: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """A place on the body chart. `sides` is "LR" (asked left, right or both) or "M" (midline)."""

    id: str
    views: tuple[str, ...]
    sides: Literal["LR", "M"]
    label: str
    clinical: str
    body_part: str
    muscles: str
    structures: str
    hazards: Mapping[str, str]
    caution: str
    sources: tuple[str, ...]
    next_to: tuple[str, ...] = ()

    @property
    def tokens(self) -> tuple[str, ...]:
        """How this place is written in an answer: with a side, unless it lies in the midline."""
        return (self.id,) if self.sides == "M" else (f"{self.id}:left", f"{self.id}:right")


@dataclass(frozen=True, slots=True)
class Muscle:
    """A muscle worth examining: where it lives and where its pain is said to be felt."""

    id: str
    name: str
    lives_in: tuple[str, ...]
    refers_to: tuple[str, ...]
    pattern: str
    mimics: str
    pleura: str | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PleuraWatch:
    id: str
    muscle: str
    why: str
    severity: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MedicineGroup:
    id: str
    name: str
    names: tuple[str, ...]
    raises_flag: bool
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MyofascialFeature:
    id: str
    text: str
    weight: int
    when: Condition
    key: bool
    why: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Something cited. `read` says how far it was read: "read", "known, not opened" or "judgement"."""

    key: str
    citation: str
    read: Literal["read", "known, not opened", "judgement"]
    extent: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A text with an id and sources: evidence, figure, after-care line, choice, gap, sign-off item."""

    id: str
    text: str
    detail: str = ""
    setting: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SciaticaClue:
    """For one muscle: what speaks for muscle, and what speaks for a nerve root."""

    id: str
    muscles: tuple[str, ...]
    muscle_clue: str
    nerve_clue: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SciaticaLike:
    """Printed when a buttock place and a leg place are marked together."""

    buttock: frozenset[str]
    leg: frozenset[str]
    note: str
    clues: tuple[SciaticaClue, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """Everything a clinic asks and concludes, in one version. `digest` is its identity."""

    name: str
    title: str
    language: str
    digest: str
    checked: str
    pages: tuple[Page, ...]
    groups: Mapping[str, frozenset[str]]
    areas: Mapping[str, frozenset[str]]
    quarters: Mapping[str, frozenset[str]]
    facts: Mapping[str, Fact]
    rules: tuple[Rule, ...]
    regions: Mapping[str, Region]
    hazards: Mapping[str, Hazard]
    muscles: tuple[Muscle, ...]
    pleura: Mapping[str, PleuraWatch]
    medicines: Mapping[str, MedicineGroup]
    features: tuple[MyofascialFeature, ...]
    sources: Mapping[str, Source]
    words: Mapping[str, str]
    messages: Mapping[str, str]
    answer_words: Mapping[str, str]
    notes: Mapping[str, tuple[Note, ...]]
    sciatica: SciaticaLike
    not_asked: tuple[str, ...]
    questions: Mapping[str, Question] = field(repr=False)
    rule: Mapping[str, Rule] = field(repr=False)
    token_order: Mapping[str, int] = field(repr=False)


# --- what is concluded -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Flag:
    """A rule that was met, or that nobody can tell yet, with the questions that caused it."""

    id: str
    status: Status
    level: Level
    urgency: Urgency | None
    scope: str
    regions: tuple[str, ...]
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Information:
    id: str
    regions: tuple[str, ...]
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Feature:
    id: str
    weight: int
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Myofascial:
    """How much the story sounds like muscle trigger-point pain: a count of features, no chance."""

    band: str
    total: int | None
    features: tuple[Feature, ...]


@dataclass(frozen=True, slots=True)
class MuscleToExamine:
    id: str
    count: int
    pleura: str | None


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the rules conclude from one person's answers. `interrupts` are the flags with an
    emergency line that is a plain yes: the form stops at once for these."""

    outcome: Level
    urgency: Urgency | None
    message: str
    flags: tuple[Flag, ...]
    information: tuple[Information, ...]
    myofascial: Myofascial
    muscles: tuple[MuscleToExamine, ...]
    muscles_left_out: tuple[str, ...]
    interrupts: tuple[str, ...]
