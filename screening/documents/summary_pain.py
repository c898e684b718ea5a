"""Where it hurts and what lies beneath, the pain in numbers and words, and how muscular the story is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from rules.answers import Reading
from rules.assess import high_hazards
from rules.facts import marked, region_of
from rules.model import Edition, Muscle
from rules.spoken import places_in_words
from screening.documents.paper import Paper, Voice
from screening.documents.summary_flags import key_in_words, said
from screening.documents.summary_scores import Line, Score, duration, lines, scores

_PLACES_ON_FRONT, _PLACES_WITH_CAUTION = 5, 1
_SEVERITIES = ("high", "moderate", "low")


@dataclass(frozen=True, slots=True)
class Place:
    """A marked place, and the structures beneath it that a needle could harm, by severity."""

    name: str
    worst: str
    high: str
    moderate: str
    low: str
    muscles: str
    caution: str


@dataclass(frozen=True, slots=True)
class Danger:
    """A structure beneath the marked places: how severe at worst, where, what can happen, what to watch."""

    structure: str
    severity: str
    places: str
    harm: str
    signs: str
    known: str


@dataclass(frozen=True, slots=True)
class Pain:
    duration: str
    scores: tuple[Score, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Weight:
    weight: str
    text: str
    said: str
    known: str


@dataclass(frozen=True, slots=True)
class Muscular:
    """How much the story sounds like muscle: band in words, total, every weight; empty when suppressed."""

    band: str
    total: str
    weights: tuple[Weight, ...]
    caveat: str
    evidence: str


@dataclass(frozen=True, slots=True)
class MuscleRow:
    name: str
    count: str
    pattern: str
    hazard: str
    pleura: str
    known: str


@dataclass(frozen=True, slots=True)
class Clue:
    muscles: str
    muscle: str
    nerve: str
    known: str


@dataclass(frozen=True, slots=True)
class Muscles:
    """Muscles worth examining, those left out with the reason, and the sciatica-like set."""

    rows: tuple[MuscleRow, ...]
    left_out: str
    clues: tuple[Clue, ...]
    clue_note: str


# --- where -------------------------------------------------------------------------------------


def places(paper: Paper, reading: Reading) -> tuple[Place, ...]:
    """The marked places, the worst first, left and right of one place together."""
    worst = reading.value("main_region")
    first = worst if isinstance(worst, tuple) else ()
    tokens = marked(reading)
    ordered = [*(t for t in tokens if t in first), *(t for t in tokens if t not in first)]
    together: dict[tuple[str, bool], list[str]] = {}
    for token in ordered:
        together.setdefault((region_of(token), token in first), []).append(token)
    return tuple(_place(paper.edition, tuple(both), is_worst) for (_, is_worst), both in together.items())


def _place(edition: Edition, tokens: tuple[str, ...], worst: bool) -> Place:
    region = edition.regions[region_of(tokens[0])]
    beneath = {s: _structures(edition, region.hazards, s) for s in _SEVERITIES}
    return Place(
        name=places_in_words(edition, tokens)[0],
        worst=edition.questions["main_region"].text if worst else "",
        muscles=region.muscles,
        caution=region.caution,
        **beneath,
    )


def _structures(edition: Edition, hazards: Mapping[str, str], severity: str) -> str:
    return "; ".join(_brief(edition.hazards[h].structure) for h, s in hazards.items() if s == severity)


def _brief(text: str) -> str:
    """The text without what it adds in brackets."""
    return text.partition(" (")[0]


def front_places(found: tuple[Place, ...], voice: Voice, *, drawn: bool) -> tuple[tuple[Place, ...], str]:
    """The places that stand on page 1, and a sentence when there are more.

    Beside a drawn chart there is room for what to be careful of in a few places."""
    more = len(found) - _PLACES_ON_FRONT
    if not drawn or len(found) > _PLACES_WITH_CAUTION:
        found = tuple(replace(place, caution="") for place in found)
    if more <= 0:
        return found, ""
    heading = voice.say("Where it hurts")
    sentence = voice.say("More places: {n}, listed under “{heading}”.", n=more, heading=heading)
    return found[:_PLACES_ON_FRONT], sentence


def dangers(paper: Paper, reading: Reading) -> tuple[Danger, ...]:
    """The structures beneath the marked places, the most severe first."""
    edition = paper.edition
    under: dict[str, list[str]] = {}
    for token in marked(reading):
        for hazard in edition.regions[region_of(token)].hazards:
            under.setdefault(hazard, []).append(token)
    rows = [(_severity(edition, h, under[h]), h) for h in edition.hazards if h in under]
    rows.sort(key=lambda row: _SEVERITIES.index(row[0]))
    return tuple(_danger(paper, severity, hazard, under[hazard]) for severity, hazard in rows)


def _severity(edition: Edition, hazard: str, tokens: Iterable[str]) -> str:
    return min((edition.regions[region_of(t)].hazards[hazard] for t in tokens), key=_SEVERITIES.index)


def _danger(paper: Paper, severity: str, hazard_id: str, tokens: list[str]) -> Danger:
    edition = paper.edition
    hazard = edition.hazards[hazard_id]
    return Danger(
        structure=hazard.structure,
        severity=edition.words[severity],
        places="; ".join(places_in_words(edition, tuple(tokens))),
        harm=hazard.harm,
        signs=hazard.warning_signs,
        known=_keys(paper, hazard.sources),
    )


def _keys(paper: Paper, sources: Iterable[str]) -> str:
    return ", ".join(key_in_words(paper, key) for key in sources)


# --- the pain ----------------------------------------------------------------------------------


def pain(paper: Paper, reading: Reading, voice: Voice) -> Pain:
    """Duration with its class, the scores, and what the patient says about the pain."""
    return Pain(
        duration=duration(paper, reading, voice),
        scores=tuple(scores(paper, reading, voice)),
        lines=tuple(lines(paper, reading, voice)),
    )


# --- how muscular ------------------------------------------------------------------------------


def muscular(paper: Paper, voice: Voice) -> Muscular:
    """The band with every weight behind it, and the sentence that no tool for this exists."""
    edition, found = paper.edition, paper.assessment.myofascial
    by_id = {feature.id: feature for feature in edition.features}
    evidence = next(note for note in edition.notes["evidence"] if note.id == "myo-ev-no-tool")
    return Muscular(
        band=edition.words[found.band],
        total="" if found.total is None else voice.say("Total {n}", n=found.total),
        weights=tuple(
            Weight(
                f"{feature.weight:+d}".replace("-", "\N{MINUS SIGN}"),
                by_id[feature.id].text,
                said(paper, voice, feature.because),
                _keys(paper, by_id[feature.id].sources),
            )
            for feature in found.features
        ),
        caveat=edition.words["myo-caveat"],
        evidence=f"{evidence.text} ({_keys(paper, evidence.sources)})",
    )


# --- muscles to examine ------------------------------------------------------------------------


def muscles(paper: Paper, reading: Reading, voice: Voice) -> Muscles:
    """The muscles worth examining in the order of the assessment; a prompt, never a diagnosis."""
    edition, assessment = paper.edition, paper.assessment
    by_id = {muscle.id: muscle for muscle in edition.muscles}
    left = ", ".join(by_id[muscle].name for muscle in assessment.muscles_left_out)
    clues = _clues(paper, reading, by_id) if assessment.muscles or left else ()
    return Muscles(
        rows=tuple(_muscle(paper, voice, by_id[m.id], m.count, m.pleura) for m in assessment.muscles),
        left_out=voice.say("Left out, because a place they live in is on hold: {muscles}.", muscles=left)
        if left
        else "",
        clues=clues,
        clue_note=edition.sciatica.note if clues else "",
    )


def _muscle(paper: Paper, voice: Voice, muscle: Muscle, count: int, pleura: str | None) -> MuscleRow:
    edition = paper.edition
    hazards = high_hazards(edition, muscle)
    watch = edition.pleura[pleura] if pleura else None
    return MuscleRow(
        name=muscle.name,
        count=str(count),
        pattern=muscle.pattern,
        hazard="; ".join(_brief(edition.hazards[hazard].structure) for hazard in hazards),
        pleura="" if watch is None else f"{edition.words[watch.severity]}: {watch.why}",
        known=_keys(paper, muscle.sources),
    )


def _clues(paper: Paper, reading: Reading, by_id: Mapping[str, Muscle]) -> tuple[Clue, ...]:
    """The sciatica-like set, when a buttock place and a leg place are marked together."""
    regions, sciatica = {region_of(t) for t in marked(reading)}, paper.edition.sciatica
    if regions.isdisjoint(sciatica.buttock) or regions.isdisjoint(sciatica.leg):
        return ()
    return tuple(
        Clue(
            ", ".join(by_id[muscle].name for muscle in clue.muscles),
            clue.muscle_clue,
            clue.nerve_clue,
            _keys(paper, clue.sources),
        )
        for clue in sciatica.clues
    )
