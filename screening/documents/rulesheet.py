"""The rule sheet: everything an edition flags and why, in words, for the clinician who signs it off."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import groupby

from jinja2 import Environment

from rules.model import Condition, Edition, Fact, Level, Rule, Source, Urgency
from rules.sentences import Said, levels_if_unsure, name_of, named_facts, said, where_words
from screening.documents import rulesheet_tables as tables
from screening.documents.render import pdf
from screening.documents.rulesheet_tables import JUDGED, Row

SayDate = Callable[[date], str]
_TEMPLATE = "paper/rulesheet.html"


@dataclass(frozen=True, slots=True)
class Named:
    """A fact that sentences name, and when it holds."""

    anchor: str
    name: str
    said: Said
    note: str


@dataclass(frozen=True, slots=True)
class Raised:
    """One way a rule is met, and how soon someone must act then ("" where the rule has no urgency)."""

    said: Said
    urgency: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A source as printed: `judged` is the clinic's own judgement, which needs sign-off."""

    key: str
    citation: str
    read: str
    judged: bool
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule as printed. `judged` marks that some of it rests on the clinic's own judgement."""

    id: str
    title: str
    kind: str
    level: str
    raised: tuple[Raised, ...]
    facts: tuple[Named, ...]
    unsure: str
    where: str
    advice: str
    remarks: tuple[str, ...]
    sources: tuple[Cited, ...]
    judged: bool


@dataclass(frozen=True, slots=True)
class Section:
    anchor: str
    title: str
    rules: tuple[RuleRow, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole sheet in the order printed. `signed` is the sign-off that counts, or ""."""

    edition: Edition
    checked: str
    signed: str
    counts: tuple[tuple[str, int], ...]
    levels: tuple[Row, ...]
    urgencies: tuple[Row, ...]
    sections: tuple[Section, ...]
    facts: tuple[Named, ...]
    computed: tuple[Row, ...]
    groups: tuple[Row, ...]
    asked: tuple[Row, ...]
    choices: tuple[Row, ...]
    gaps: tuple[Row, ...]
    disagreements: tuple[Row, ...]
    features: tuple[Row, ...]
    bands: tuple[Row, ...]
    hazards: tuple[Row, ...]
    regions: tuple[Row, ...]
    pleura: tuple[Row, ...]
    medicines: tuple[Row, ...]
    sources: tuple[Cited, ...]
    sign_off: tuple[Row, ...]


def as_html(environment: Environment, edition: Edition, signed: str, say_date: SayDate) -> str:
    """The rule sheet as one HTML page that needs nothing beside it."""
    return environment.get_template(_TEMPLATE).render(sheet=sheet(edition, signed, say_date))


def as_pdf(edition: Edition, html: str) -> bytes:
    """The page as PDF; the same edition and sign-off give the same bytes."""
    checked = datetime.combine(date.fromisoformat(edition.checked), time(), UTC)
    identifier = f"rule sheet {edition.digest}".encode()
    return pdf(html, css="", identifier=identifier, made_at=checked, variant="pdf/ua-1")


def sheet(edition: Edition, signed: str, say_date: SayDate) -> Sheet:
    """What the rule sheet of an edition says."""
    note = edition.notes
    return Sheet(
        edition=edition,
        checked=say_date(date.fromisoformat(edition.checked)),
        signed=signed,
        counts=_counts(edition),
        levels=tuple(tables.ranks(edition, Level, "duty")),
        urgencies=tuple(tables.ranks(edition, Urgency, "standard")),
        sections=tuple(_sections(edition)),
        facts=tuple(_named(edition, named_facts(edition, _conditions(edition)))),
        computed=tuple(tables.computed(edition)),
        groups=tuple(tables.groups(edition)),
        asked=tuple(tables.asked(edition)),
        choices=tuple(tables.notes(note["choices"])),
        gaps=tuple(tables.notes(note["gaps"])),
        disagreements=tuple(tables.notes(note["disagreements"])),
        features=tuple(tables.features(edition)),
        bands=tuple(tables.bands(edition)),
        hazards=tuple(tables.hazards(edition)),
        regions=tuple(tables.places(edition)),
        pleura=tuple(tables.pleura(edition)),
        medicines=tuple(tables.medicines(edition)),
        sources=tuple(_cited(edition, source) for source in edition.sources.values()),
        sign_off=tuple(tables.notes(note["sign_off"])),
    )


def _counts(edition: Edition) -> tuple[tuple[str, int], ...]:
    levels = Counter(rule.level for rule in edition.rules)
    judged = sum(JUDGED in rule.sources for rule in edition.rules)
    return (
        ("questions", len(edition.questions)),
        ("rules", len(edition.rules)),
        *((f"rules at level “{edition.words[level]}”", levels[level]) for level in Level if levels[level]),
        ("rules that rest in part on the clinic's own judgement", judged),
        ("facts", len(edition.facts)),
        ("places on the body chart", len(edition.regions)),
        ("choices made where the sources leave room", len(edition.notes["choices"])),
        ("sources", len(edition.sources)),
    )


# --- rules -------------------------------------------------------------------------------------


def _sections(edition: Edition) -> Iterator[Section]:
    for title, rules in groupby(edition.rules, key=lambda rule: rule.section):
        yield Section(f"section-{name_of(title)}".replace(" ", "-").lower(), title,
                      tuple(_rule(edition, rule) for rule in rules))  # fmt: skip


def _rule(edition: Edition, rule: Rule) -> RuleRow:
    words = edition.words
    return RuleRow(
        id=rule.id,
        title=rule.title,
        kind=rule.level.value,
        level=words[rule.level],
        raised=tuple(
            Raised(said(edition, line.when), words[line.urgency] if line.urgency else "")
            for line in rule.lines
        ),
        facts=tuple(_named(edition, named_facts(edition, [line.when for line in rule.lines]))),
        unsure=_unsure(edition, rule),
        where=where_words(edition, rule),
        advice=rule.advice,
        remarks=tuple(_remarks(rule)),
        sources=tuple(_cited(edition, edition.sources[key]) for key in rule.sources),
        judged=JUDGED in rule.sources,
    )


def _unsure(edition: Edition, rule: Rule) -> str:
    levels = [edition.words[level] for level in levels_if_unsure(rule)]
    if not levels:
        return "Nothing is flagged."
    return f"Flagged as “{edition.words['ask']}”, level: " + ", or (where there is time) ".join(levels) + "."


def _remarks(rule: Rule) -> Iterator[str]:
    if rule.evidence:
        yield f"Evidence: {rule.evidence}"
    if rule.private:
        yield "Private: never shown to the front desk, nor on a print that the patient carries."
    if rule.high_priority:
        yield "Printed as high priority."
    if rule.note:
        yield rule.note


def _named(edition: Edition, facts: Iterable[Fact]) -> Iterator[Named]:
    for fact in facts:
        if fact.when is not None:
            anchor = fact.id.replace("fact.", "fact-")
            yield Named(anchor, name_of(fact.id), said(edition, fact.when), fact.note)


def _conditions(edition: Edition) -> Iterator[Condition]:
    yield from (line.when for rule in edition.rules for line in rule.lines)
    yield from (feature.when for feature in edition.features)
    yield from (q.asked_when for q in edition.questions.values() if q.asked_when is not None)


def _cited(edition: Edition, source: Source) -> Cited:
    read = edition.words[source.read]
    return Cited(
        source.key,
        source.citation,
        f"{read}: {source.extent}" if source.extent else read,
        source.read == "judgement",
        source.addresses,
    )
