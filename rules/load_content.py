"""The parts of an edition that describe rather than decide: places, muscles, medicines, texts, sources."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.entry import Entry
from rules.model import (
    Hazard,
    MedicineGroup,
    Muscle,
    MyofascialFeature,
    Note,
    PleuraWatch,
    Region,
    SciaticaClue,
    SciaticaLike,
    Source,
)

if TYPE_CHECKING:
    from rules.load import Reader

NOTES = (
    "scope", "evidence", "conditions", "instruments", "durations", "adverse_events", "education",
    "aftercare", "consent_points", "desk_rules", "disagreements", "gaps", "sign_off", "choices",
)  # fmt: skip


def _called(entry: Entry) -> str:
    return entry.where.rpartition(" ")[2]


def read_regions(entry: Entry) -> Region:
    return Region(
        id=_called(entry),
        views=entry.texts("views", may_be_empty=False),
        sides=entry.one_of("sides", ("LR", "M")),  # type: ignore[arg-type]  # one_of gives one of these
        label=entry.words("label", 60, None),
        clinical=entry.words("clinical", 60, None),
        body_part=entry.words("body_part", 40, None),
        muscles=entry.words("muscles", 200, None),
        structures=entry.words("structures", 240, None),
        hazards=MappingProxyType(dict(entry.mapping("hazards"))),
        caution=entry.words("caution", 300, None),
        next_to=entry.texts("next_to"),
        sources=entry.texts("sources", may_be_empty=False),
    )


def read_hazards(entry: Entry) -> Hazard:
    return Hazard(
        id=_called(entry),
        structure=entry.words("structure", 120, None),
        harm=entry.words("harm", 140, None),
        warning_signs=entry.words("warning_signs", 140, None),
        sources=entry.texts("sources", may_be_empty=False),
    )


def read_muscles(entry: Entry) -> Muscle:
    return Muscle(
        id=_called(entry),
        name=entry.words("name", 80, None),
        lives_in=entry.texts("lives_in", may_be_empty=False),
        refers_to=entry.texts("refers_to", may_be_empty=False),
        pattern=entry.words("pattern", 120, None),
        mimics=entry.words("mimics", 80, None),
        pleura=entry.text("pleura", "") or None,
        sources=entry.texts("sources", may_be_empty=False),
    )


def read_pleura(entry: Entry) -> PleuraWatch:
    return PleuraWatch(
        id=_called(entry),
        muscle=entry.words("muscle", 80, None),
        why=entry.words("why", 80, None),
        severity=entry.one_of("severity", ("high", "moderate", "low")),
        sources=entry.texts("sources", may_be_empty=False),
    )


def read_medicines(entry: Entry) -> MedicineGroup:
    return MedicineGroup(
        id=_called(entry),
        name=entry.words("name", 80, None),
        names=entry.texts("names", may_be_empty=False),
        raises_flag=entry.yes("raises_flag"),
        sources=entry.texts("sources", may_be_empty=False),
    )


def read_features(entry: Entry) -> MyofascialFeature:
    return MyofascialFeature(
        id=_called(entry),
        text=entry.words("text", 70, None),
        weight=entry.whole("weight"),
        when=entry.when(),
        key=entry.yes("key"),
        why=entry.words("why", 120),
        sources=entry.texts("sources", may_be_empty=False),
    )


def read_sources(entry: Entry) -> Source:
    return Source(
        key=_called(entry),
        citation=entry.words("citation", 240, None),
        read=entry.one_of("read", ("read", "known, not opened", "judgement")),  # type: ignore[arg-type]  # one_of gives one of these
        extent=entry.words("extent", 240),
        addresses=entry.texts("addresses"),
    )


def _note(entry: Entry) -> Note:
    return Note(
        id=_called(entry),
        text=entry.words("text", 700, None),
        detail=entry.words("detail", 400),
        setting=entry.words("setting", 240),
        sources=entry.texts("sources"),
    )


def read_notes(reader: "Reader") -> Mapping[str, tuple[Note, ...]]:
    """Every list of texts of advice.toml by its name, and the plain wording of the risks."""
    found = {name: tuple(reader.by_id("advice", name, _note).values()) for name in NOTES}
    plain = reader.table("advice", "plain_risk")
    found["plain_risk"] = (Note("plain-risk", plain.words("text", 700, None), sources=("S-JUDGE",)),)
    return MappingProxyType(found)


def _clue(entry: Entry) -> SciaticaClue:
    return SciaticaClue(
        id=_called(entry),
        muscles=entry.texts("muscles", may_be_empty=False),
        muscle_clue=entry.words("muscle_clue", 140, None),
        nerve_clue=entry.words("nerve_clue", 140, None),
        sources=entry.texts("sources", may_be_empty=False),
    )


def read_sciatica(reader: "Reader") -> SciaticaLike:
    entry = reader.table("muscles", "sciatica_like")
    return SciaticaLike(
        buttock=frozenset(entry.texts("buttock", may_be_empty=False)),
        leg=frozenset(entry.texts("leg", may_be_empty=False)),
        note=entry.words("note", 140, None),
        clues=tuple(reader.by_id("muscles", "sciatica", _clue).values()),
    )
