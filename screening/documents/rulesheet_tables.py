"""The tables of the rule sheet: levels, choices, questions, weights, hazards, places, medicines."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rules.model import Edition, Level, Note, Urgency
from rules.sentences import name_of, said

JUDGED = "S-JUDGE"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of any other table: a heading, its cells, and whether it rests on the clinic's judgement."""

    id: str
    cells: tuple[str, ...]
    sources: tuple[str, ...]
    judged: bool


def _row(row_id: str, cells: tuple[str, ...], sources: tuple[str, ...] = ()) -> Row:
    return Row(row_id, cells, sources, JUDGED in sources)


def ranks(edition: Edition, ranks: type[Level] | type[Urgency], last: str) -> Iterator[Row]:
    """Levels or urgencies, the heaviest first; `last` names what is to be done."""
    for rank in ranks:
        words = edition.words
        if f"{rank.value}.meaning" in words:
            yield _row(
                rank.value, (words[rank.value], words[f"{rank.value}.meaning"], words[f"{rank.value}.{last}"])
            )


def notes(notes: Iterable[Note]) -> Iterator[Row]:
    """Texts with an id: choices, gaps, disagreements, sign-off items."""
    for note in notes:
        yield _row(note.id, (note.text, note.detail, note.setting), note.sources)


def groups(edition: Edition) -> Iterator[Row]:
    """The groups of places that rules name."""
    for group, regions in edition.groups.items():
        labels = (region.label for region in edition.regions.values() if region.id in regions)
        yield _row(group, (name_of(group), "; ".join(labels)))


def asked(edition: Edition) -> Iterator[Row]:
    """Every question and when it is asked."""
    for page in edition.pages:
        for question in page.questions:
            when = question.asked_when
            asked = "Always" if when is None else f"When {said(edition, when).sentence}"
            optional = "" if question.required else " May be left blank."
            by = "" if question.asked_by == "patient" else f" By: {question.asked_by}."
            yield _row(question.id, (f"{page.number}", question.text, f"{asked}.{optional}{by}"))


def features(edition: Edition) -> Iterator[Row]:
    """What speaks for and against muscle, with its weight."""
    for feature in edition.features:
        weight = f"{feature.weight:+d}".replace("-", "−")
        when = f"When {said(edition, feature.when).sentence}."
        why = f"{feature.why}. " if feature.why else ""
        key = "Key item." if feature.key else ""
        yield _row(feature.id, (feature.text, weight, when, f"{why}{key}"), feature.sources)


def bands(edition: Edition) -> Iterator[Row]:
    """When which sentence about muscle is printed: the limits of rules/assess.py."""
    for band, when in (
        ("myo-band-suppressed", "The outcome is an urgent referral."),
        ("myo-band-insufficient", "Four or more key items cannot be told."),
        ("myo-band-many", "The total is 7 or more, and no other pattern is flagged."),
        ("myo-band-mixed", "The total is 3 or more."),
        ("myo-band-few", "Otherwise."),
    ):
        yield _row(band, (when, edition.words[band]), (JUDGED,))


def hazards(edition: Edition) -> Iterator[Row]:
    """What a needle could harm."""
    for hazard in edition.hazards.values():
        yield _row(hazard.id, (hazard.structure, hazard.harm, hazard.warning_signs), hazard.sources)


def places(edition: Edition) -> Iterator[Row]:
    """Every place on the body chart, with what lies beneath."""
    for region in edition.regions.values():
        hazards = "; ".join(
            f"{edition.words[severity]}: {edition.hazards[hazard].structure}"
            for hazard, severity in region.hazards.items()
        )
        name = f"{region.label} ({region.clinical})"
        yield _row(region.id, (name, hazards, region.caution), region.sources)


def pleura(edition: Edition) -> Iterator[Row]:
    """The muscles that lie over the lung."""
    for watch in edition.pleura.values():
        yield _row(watch.id, (watch.muscle, edition.words[watch.severity], watch.why), watch.sources)


def computed(edition: Edition) -> Iterator[Row]:
    """The facts that Python works out."""
    for fact in edition.facts.values():
        if fact.when is None:
            yield _row(fact.id, (name_of(fact.id), fact.note))


def medicines(edition: Edition) -> Iterator[Row]:
    """The names looked for in a list of medicines."""
    for group in edition.medicines.values():
        flags = "Raises a flag." if group.raises_flag else "Raises no flag by itself."
        yield _row(group.id, (group.name, ", ".join(group.names), flags), group.sources)
