"""What Python computes and names, where a clause cannot say it. Definitions: rules.toml, [[computed]]."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import MappingProxyType

from rules.answers import ABSENT, Reading, Value
from rules.model import Edition

WEEKS: Mapping[str, float] = MappingProxyType({"days": 1 / 7, "weeks": 1.0, "months": 52 / 12, "years": 52.0})
NERVE_WORDS = frozenset({"d-burning", "d-cold", "d-electric", "d-tingling", "d-pins", "d-numb", "d-itch"})
HIGH = frozenset({"high"})
HIGH_OR_MODERATE = frozenset({"high", "moderate"})
BLEED_ZONE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "haz-pleura": HIGH,
        "haz-cord": HIGH,
        "haz-noncompressible": HIGH_OR_MODERATE,
        "haz-kidney": HIGH_OR_MODERATE,
        "haz-compartment": HIGH_OR_MODERATE,
    }
)
MEDICINES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "fact.med_anticoagulant": ("med-vka", "med-doac", "med-heparin"),
        "fact.med_vka": ("med-vka",),
        "fact.med_antiplatelet": ("med-antiplatelet",),
        "fact.med_immunosuppressant": ("med-immunosuppressant",),
        "fact.med_steroid": ("med-steroid",),
        "fact.med_any": (),  # any group at all
    }
)
_WEEKS_OF_A_YEAR_OF_LIFE = 52.2


def full_years(born: date, today: date) -> int:
    """Full years of age on `today`; a 29 February birthday counts on 1 March in other years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def marked(reading: Reading) -> tuple[str, ...]:
    """The region tokens marked, in the order of the region table; empty when none."""
    value = reading.value("pain_regions")
    return value if isinstance(value, tuple) else ()


def region_of(token: str) -> str:
    return token.partition(":")[0]


def over(edition: Edition, tokens: Iterable[str], hazard: str, severities: frozenset[str]) -> list[str]:
    """The marked tokens whose region lists the hazard with one of the severities."""
    return [t for t in tokens if edition.regions[region_of(t)].hazards.get(hazard) in severities]


def bleed_zone(edition: Edition, tokens: Iterable[str]) -> list[str]:
    """The marked tokens where a bleed is hard to press on, or matters most."""
    return [t for t in tokens if any(over(edition, [t], h, s) for h, s in BLEED_ZONE.items())]


def medicine_groups(edition: Edition, text: str, among: Iterable[str] = ()) -> tuple[str, ...]:
    """The groups (`among` these, or of all) that a free text names: lower case, white space folded,
    whole words only."""
    folded = " ".join(text.lower().split())
    groups = [edition.medicines[group] for group in among or edition.medicines]
    return tuple(group.id for group in groups if any(_names(name, folded) for name in group.names))


def _names(name: str, folded: str) -> bool:
    if name not in folded:
        return False
    return re.search(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", folded) is not None


def connected(edition: Edition, regions: frozenset[str]) -> bool:
    """Whether the regions form one group in the adjacency list."""
    reached = {min(regions)}
    edge = set(reached)
    while edge:
        edge = {n for r in edge for n in edition.regions[r].next_to if n in regions} - reached
        reached |= edge
    return reached == regions


def _age(reading: Reading) -> Value:
    born = reading.value("date_of_birth")
    if not isinstance(born, date) or born > reading.today:
        return None
    return float(full_years(born, reading.today))


def _duration_weeks(reading: Reading) -> Value:
    number, unit = reading.value("duration_number"), reading.value("duration_unit")
    if not isinstance(number, float) or not isinstance(unit, str):
        return None
    return number * WEEKS[unit]


def _surgery_days(reading: Reading) -> Value:
    operated = reading.value("surgery_sore_date")
    if operated is ABSENT:
        return ABSENT
    if not isinstance(operated, date) or operated > reading.today:
        return None
    return float((reading.today - operated).days)


def _days_to_visit(reading: Reading) -> Value:
    visit = reading.value("visit_date")
    return float((visit - reading.today).days) if isinstance(visit, date) else ABSENT


def _bmi(reading: Reading) -> Value:
    height, weight = reading.value("height_cm"), reading.value("weight_kg")
    if not isinstance(height, float) or not isinstance(weight, float):
        return ABSENT
    square = height * height  # a product may round to 0 or infinity, where a power would raise
    return ABSENT if square == 0 or weight == 0 else weight * 10_000 / square


def _inr_above_target(reading: Reading) -> Value:
    value, top = reading.value("inr_value"), reading.value("inr_target_top")
    return isinstance(value, float) and isinstance(top, float) and value > top


def _hba1c_high(reading: Reading) -> Value:
    value = reading.value("hba1c")
    return isinstance(value, float) and (9 <= value < 20 or value >= 75)


def _distinct(reading: Reading) -> frozenset[str]:
    return frozenset(map(region_of, marked(reading)))


def _region_count(reading: Reading) -> Value:
    return float(len(_distinct(reading))) or None


def _body_areas(reading: Reading) -> Value:
    if not (tokens := marked(reading)):
        return None
    areas = reading.edition.areas
    found = set()
    for token in tokens:
        region, _, side = token.partition(":")
        found |= {f"{side} {half}" for half in ("upper", "lower") if region in areas[half]}
        found |= {"spine"} if region in areas["spine"] else set()
    return float(len(found))


def _both_chest_sides(reading: Reading) -> Value:
    if not (tokens := marked(reading)):
        return None
    sides = {t.partition(":")[2] for t in over(reading.edition, tokens, "haz-pleura", HIGH_OR_MODERATE)}
    return {"left", "right"} <= sides


def _nerve_words(reading: Reading) -> Value:
    words = reading.value("pain_words")
    return float(len(words & NERVE_WORDS)) if isinstance(words, frozenset) else None


def _began_before_40(reading: Reading) -> Value:
    age, weeks = reading.value("fact.age"), reading.value("fact.duration_weeks")
    if not isinstance(age, float) or not isinstance(weeks, float):
        return None
    return age - weeks / 52 < 40


def _regional(reading: Reading) -> Value:
    if not (regions := _distinct(reading)):
        return None
    return len(regions) <= 4 and connected(reading.edition, regions)


def _pattern_match(reading: Reading) -> Value:
    if not (regions := _distinct(reading)):
        return None
    needed = 1 if len(regions) == 1 else 2
    return any(len(regions.intersection(m.refers_to)) >= needed for m in reading.edition.muscles)


def _medicine(*groups: str) -> Callable[[Reading], Value]:
    def matches(reading: Reading) -> Value:
        text = reading.value("medicines_list")
        return isinstance(text, str) and bool(medicine_groups(reading.edition, text, groups))

    return matches


def _surgery_date_wrong(reading: Reading) -> Value:
    operated, born = reading.value("surgery_sore_date"), reading.value("date_of_birth")
    if not isinstance(operated, date):
        return False
    return operated > reading.today or (isinstance(born, date) and operated < born)


def _pain_longer_than_life(reading: Reading) -> Value:
    age, weeks = reading.value("fact.age"), reading.value("fact.duration_weeks")
    if not isinstance(age, float) or not isinstance(weeks, float):
        return False
    return weeks > (age + 1) * _WEEKS_OF_A_YEAR_OF_LIFE


def _medicine_denied(reading: Reading) -> Value:
    denied = ("takes_medicines", "pre_anticoagulant", "pre_antiplatelet")
    if any(reading.value(question) != "no" for question in denied):
        return False
    text = reading.given("medicines_list")
    return isinstance(text, str) and bool(medicine_groups(reading.edition, text))


def answered_though_not_asked(reading: Reading) -> tuple[str, ...]:
    """The questions that carry an answer that says something although they are not asked."""
    says_nothing = (None, "no", "none", frozenset({"none"}))
    return tuple(
        question
        for question in reading.edition.questions
        if question in reading.answers
        and reading.asked(question) is False
        and reading.given(question) not in says_nothing
    )


def _parent_of_adult(reading: Reading) -> Value:
    age = reading.value("fact.age")
    if not isinstance(age, float) or age < 18:
        return False
    return "parent" in (reading.value("filling_in"), reading.value("paper_by"))


def _hazard(hazard: str) -> Callable[[Reading], Value]:
    return lambda reading: bool(over(reading.edition, marked(reading), hazard, HIGH))


def _any_marked(find: Callable[[Edition, tuple[str, ...]], list[str]]) -> Callable[[Reading], Value]:
    def found(reading: Reading) -> Value:
        tokens = marked(reading)
        return bool(find(reading.edition, tokens)) if tokens else None

    return found


def pleura(edition: Edition, tokens: Iterable[str]) -> list[str]:
    """The marked tokens with the lung beneath at high or moderate severity."""
    return over(edition, tokens, "haz-pleura", HIGH_OR_MODERATE)


_HAZARDS = (
    "pleura", "cord", "brainstem", "heart", "kidney", "abdomen", "uterus", "vessel", "nerve", "eye",
    "airway-thyroid", "salivary", "breast", "pelvic", "joint", "scapular-foramen", "noncompressible",
    "compartment",
)  # fmt: skip

COMPUTED: Mapping[str, Callable[[Reading], Value]] = MappingProxyType(
    {
        "fact.age": _age,
        "fact.duration_weeks": _duration_weeks,
        "fact.surgery_days": _surgery_days,
        "fact.days_to_visit": _days_to_visit,
        "fact.bmi": _bmi,
        "fact.inr_above_target": _inr_above_target,
        "fact.hba1c_high": _hba1c_high,
        "fact.region_count": _region_count,
        "fact.body_areas": _body_areas,
        "fact.pleura": _any_marked(pleura),
        "fact.bleed_zone": _any_marked(bleed_zone),
        "fact.both_chest_sides": _both_chest_sides,
        "fact.nerve_words": _nerve_words,
        "fact.began_before_40": _began_before_40,
        "fact.regional": _regional,
        "fact.pattern_match": _pattern_match,
        **{name: _medicine(*groups) for name, groups in MEDICINES.items()},
        "fact.surgery_date_wrong": _surgery_date_wrong,
        "fact.pain_longer_than_life": _pain_longer_than_life,
        "fact.medicine_denied": _medicine_denied,
        "fact.answered_though_not_asked": lambda reading: bool(answered_though_not_asked(reading)),
        "fact.no_region": lambda reading: not marked(reading),
        "fact.parent_of_adult": _parent_of_adult,
        **{f"fact.haz_{h.replace('-', '_')}": _hazard(f"haz-{h}") for h in _HAZARDS},
    }
)
