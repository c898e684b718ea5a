"""The back of the summary: medicines, consent, the decision, disagreements, sources."""

from collections.abc import Iterator
from dataclasses import dataclass

from rules.answers import Reading
from rules.facts import marked, medicine_groups, pleura
from rules.model import Note, Source
from rules.spoken import places_in_words
from screening.documents.paper import Decision, Paper, Voice, words_of
from screening.documents.summary_flags import key_in_words

_FULL_AGE = 18
_CHEST_FIGURES = frozenset({"ae-tw-ptx", "ae-ptx-caveat"})
_CHILD_FIGURES = frozenset({"ae-child"})


@dataclass(frozen=True, slots=True)
class Medicines:
    """The list in the patient's words, and the groups it names; `groups` says so when it names none."""

    listed: str
    groups: tuple[str, ...]
    none: str


@dataclass(frozen=True, slots=True)
class Figure:
    event: str
    numbers: str
    setting: str
    known: str


@dataclass(frozen=True, slots=True)
class Consent:
    points: tuple[str, ...]
    figures: tuple[Figure, ...]
    plain: str


@dataclass(frozen=True, slots=True)
class Decided:
    words: str
    by: str
    at: str
    note: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    says: str
    here: str
    known: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    key: str
    citation: str
    read: str


def medicines(paper: Paper, voice: Voice) -> Medicines:
    """The medicines as written, and every group that their names match, also those that raise no flag."""
    listed = words_of(paper, voice, "medicines_list")
    groups = (paper.edition.medicines[group] for group in medicine_groups(paper.edition, listed))
    return Medicines(
        listed,
        tuple(f"{g.name} ({', '.join(key_in_words(paper, key) for key in g.sources)})" for g in groups),
        voice.say("No name in the list was recognised. That removes no flag: check each medicine."),
    )


def consent(paper: Paper, reading: Reading) -> Consent:
    """The points to cover, with the figures for the marked places and the patient's age."""
    edition = paper.edition
    age = reading.value("fact.age")
    adult = isinstance(age, float) and age >= _FULL_AGE
    left_out = _CHILD_FIGURES if adult else frozenset()
    if not pleura(edition, marked(reading)):
        left_out |= _CHEST_FIGURES
    return Consent(
        tuple(point.text for point in edition.notes["consent_points"]),
        tuple(_figure(paper, n) for n in edition.notes["adverse_events"] if n.id not in left_out),
        edition.notes["plain_risk"][0].text,
    )


def _figure(paper: Paper, note: Note) -> Figure:
    return Figure(note.text, note.detail, note.setting, _keys(paper, note))


def _keys(paper: Paper, note: Note) -> str:
    return ", ".join(key_in_words(paper, key) for key in note.sources)


def decided(paper: Paper, voice: Voice) -> tuple[Decided, ...]:
    """Every decision recorded, in the order it was made; the last one counts."""
    return tuple(
        Decided(d.words, d.by, voice.moment(d.at), d.note, tuple(_details(paper, d, voice)))
        for d in paper.decisions
    )


def _details(paper: Paper, decision: Decision, voice: Voice) -> Iterator[str]:
    if decision.until is not None:
        yield voice.say("Put off until {date}", date=voice.day(decision.until))
    if decision.not_to_needle:
        places = "; ".join(places_in_words(paper.edition, decision.not_to_needle))
        yield voice.say("Not to be needled: {places}", places=places)


def disagreements(paper: Paper, sources: frozenset[str]) -> tuple[Disagreement, ...]:
    """Where sources disagree, as far as one of them is cited on this paper."""
    return tuple(
        Disagreement(note.text, note.detail.replace("**", ""), _keys(paper, note))
        for note in paper.edition.notes["disagreements"]
        if not sources.isdisjoint(note.sources)
    )


def sources(paper: Paper, keys: frozenset[str]) -> tuple[SourceRow, ...]:
    """The sources with these keys, in the order of the edition, with how far each was read."""
    return tuple(_source(paper, s) for key, s in paper.edition.sources.items() if key in keys)


def _source(paper: Paper, source: Source) -> SourceRow:
    read = paper.edition.words[source.read]
    return SourceRow(source.key, source.citation, f"{read}: {source.extent}" if source.extent else read)
