"""Edition + answers + today -> Assessment. Meaning: triggers of the edition; no clock, no chance."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType

from rules.answers import Reading
from rules.facts import (
    COMPUTED,
    HIGH,
    answered_though_not_asked,
    bleed_zone,
    marked,
    over,
    pleura,
    region_of,
)
from rules.model import (
    Answers,
    Assessment,
    Clause,
    Condition,
    Edition,
    Feature,
    Flag,
    Information,
    Level,
    Line,
    Muscle,
    MuscleToExamine,
    Myofascial,
    Rule,
    Status,
    Urgency,
)
from rules.when import Verdict, holds

_MUSCLES_PRINTED = 6
_KEY_ITEMS_MISSING = 4
_MANY = 7
_MIXED = 3
_HOLDS_IF_ASKED = (Urgency.EMERGENCY, Urgency.SAME_DAY)


def read(edition: Edition, answers: Answers, today: date) -> Reading:
    """The answers as the rules see them; ask it which questions are asked and what facts come to."""
    return Reading(edition, answers, today, COMPUTED)


def assess(edition: Edition, answers: Answers, today: date) -> Assessment:
    """What the rules conclude from the answers as they count on `today`. Never raises."""
    return conclude(read(edition, answers, today))


def conclude(reading: Reading) -> Assessment:
    """The assessment of answers already read."""
    flags: list[Flag] = []
    information: list[Information] = []
    interrupts: list[str] = []
    look = reading.verdict
    for rule in reading.edition.rules:
        verdicts = [holds(line.when, look) for line in rule.lines]
        if True in verdicts and rule.level is Level.INFORMATION:
            information.append(_information(reading, rule, verdicts))
        elif True in verdicts:
            flags.append(_raised(reading, rule, verdicts))
            if _interrupts(rule, verdicts):
                interrupts.append(rule.id)
        elif None in verdicts and not rule.never_ask and rule.level is not Level.INFORMATION:
            flags.append(_ask(reading, rule, verdicts))
    flags.sort(key=_heaviest_first)
    outcome = max((flag.level for flag in flags), key=lambda level: level.rank, default=Level.NONE)
    raised = [flag for flag in flags if flag.status is Status.RAISED]
    examine, left_out = _muscles(reading, flags, outcome)
    return Assessment(
        outcome=outcome,
        urgency=_most_urgent(flag.urgency for flag in raised),
        message=_message(reading.edition, raised, outcome),
        flags=tuple(flags),
        information=tuple(information),
        myofascial=_myofascial(reading, raised, outcome),
        muscles=examine,
        muscles_left_out=left_out,
        interrupts=tuple(interrupts),
    )


def _information(reading: Reading, rule: Rule, verdicts: list[Verdict]) -> Information:
    return Information(rule.id, _regions(reading, rule), _because(reading, rule.lines, verdicts, True))


def _raised(reading: Reading, rule: Rule, verdicts: list[Verdict]) -> Flag:
    """Once something is found, doubt about how urgent it is counts upward."""
    possible = (line.urgency for line, v in zip(rule.lines, verdicts, strict=True) if v is not False)
    return Flag(
        id=rule.id,
        status=Status.RAISED,
        level=rule.level,
        urgency=_most_urgent(possible),
        scope=rule.scope,
        regions=_regions(reading, rule),
        because=_because(reading, rule.lines, verdicts, True),
    )


def _ask(reading: Reading, rule: Rule, verdicts: list[Verdict]) -> Flag:
    return Flag(
        id=rule.id,
        status=Status.ASK,
        level=level_if_asked(rule, verdicts),
        urgency=_urgency_if_asked(rule, verdicts),
        scope=rule.scope,
        regions=_regions(reading, rule),
        because=_because(reading, rule.lines, verdicts, None),
    )


def _urgency_if_asked(rule: Rule, verdicts: list[Verdict]) -> Urgency | None:
    return _most_urgent(line.urgency for line, v in zip(rule.lines, verdicts, strict=True) if v is None)


def level_if_asked(rule: Rule, verdicts: list[Verdict]) -> Level:
    """How much a rule weighs while nobody can tell whether it is met."""
    serious = rule.level is Level.URGENT and _urgency_if_asked(rule, verdicts) in _HOLDS_IF_ASKED
    return Level.HOLD if serious or rule.level is Level.HOLD or rule.hold_if_unsure else Level.DECIDE


def _interrupts(rule: Rule, verdicts: list[Verdict]) -> bool:
    lines = zip(rule.lines, verdicts, strict=True)
    return any(v is True and line.urgency is Urgency.EMERGENCY for line, v in lines)


def _most_urgent(urgencies: Iterable[Urgency | None]) -> Urgency | None:
    return max((u for u in urgencies if u is not None), key=lambda u: u.rank, default=None)


def _heaviest_first(flag: Flag) -> tuple[int, int, int]:
    return (
        -flag.level.rank,
        0 if flag.status is Status.RAISED else 1,
        -flag.urgency.rank if flag.urgency is not None else 0,
    )


# --- why ---------------------------------------------------------------------------------------


def _because(
    reading: Reading, lines: tuple[Line, ...], verdicts: list[Verdict], wanted: Verdict
) -> tuple[str, ...]:
    """The questions in the clauses that came out as `wanted`, through facts, in the order asked."""
    found: set[str] = set()
    for line, verdict in zip(lines, verdicts, strict=True):
        if verdict is wanted:
            found |= _behind(reading, line.when, wanted)
    return in_order(reading.edition, found)


def in_order(edition: Edition, questions: set[str]) -> tuple[str, ...]:
    """The questions in the order the form asks them."""
    if len(questions) < 2:
        return tuple(questions)
    return tuple(question for question in edition.questions if question in questions)


def _behind(reading: Reading, condition: Condition, wanted: Verdict) -> set[str]:
    found: set[str] = set()
    for clause in condition.clauses:
        if reading.verdict(clause) is wanted:
            found |= _questions(reading, clause, wanted)
    return found


def _questions(reading: Reading, clause: Clause, wanted: Verdict) -> set[str]:
    if not clause.is_fact:
        return {clause.name}
    fact = reading.edition.facts[clause.name]
    if fact.when is not None:
        return _behind(reading, fact.when, wanted)
    if fact.id == "fact.answered_though_not_asked":
        return set(answered_though_not_asked(reading))
    return {question for question in fact.reads if reading.asked(question) is not False}


# --- where -------------------------------------------------------------------------------------


def _regions(reading: Reading, rule: Rule) -> tuple[str, ...]:
    """The marked regions that the rule applies to; empty unless its scope is region."""
    if not rule.regions:
        return ()
    tokens = marked(reading)
    if rule.regions in _WHERE:
        return tuple(_WHERE[rule.regions](reading, tokens))
    if rule.regions in reading.edition.groups:
        group = reading.edition.groups[rule.regions]
        return tuple(token for token in tokens if region_of(token) in group)
    return tuple(over(reading.edition, tokens, rule.regions, HIGH))


def _limb(reading: Reading, tokens: tuple[str, ...]) -> list[str]:
    """Tokens in the quarter of each limb named; all of them while a limb is not known."""
    limbs = reading.value("lymphoedema_limb")
    if not isinstance(limbs, frozenset) or "unsure" in limbs:
        return list(tokens)
    quarters = reading.edition.quarters
    return [
        token
        for token in tokens
        if any(
            token.partition(":")[2] == side and region_of(token) in quarters[limb]
            for side, _, limb in (named.partition("_") for named in limbs)
        )
    ]


_WHERE: Mapping[str, Callable[[Reading, tuple[str, ...]], Iterable[str]]] = MappingProxyType(
    {
        "marked": lambda reading, tokens: tokens,
        "pleura": lambda reading, tokens: pleura(reading.edition, tokens),
        "bleed_zone": lambda reading, tokens: bleed_zone(reading.edition, tokens),
        "limb": _limb,
    }
)


# --- what the patient is told ------------------------------------------------------------------

_TOLD = {Urgency.EMERGENCY: "msg-emergency", Urgency.SAME_DAY: "msg-same-day", Urgency.SOON: "msg-soon"}
_CES = "msg-emergency-ces"
_TELLS_NOTHING = ("none", "msg-received")


def _message(edition: Edition, raised: list[Flag], outcome: Level) -> str:
    """The id of the message for the most urgent raised flag that has one to tell."""
    told = [(f.urgency, edition.rule[f.id].message) for f in raised if f.urgency is not None]
    telling = [(urgency, message) for urgency, message in told if message not in _TELLS_NOTHING]
    most = _most_urgent(urgency for urgency, _ in telling)
    if most is None:
        return "msg-review" if outcome.rank >= Level.HOLD.rank else "msg-received"
    return _CES if (Urgency.EMERGENCY, _CES) in telling else _TOLD[most]


# --- how much it sounds like muscle ------------------------------------------------------------


def _myofascial(reading: Reading, raised: list[Flag], outcome: Level) -> Myofascial:
    if outcome is Level.URGENT:
        return Myofascial("myo-band-suppressed", None, ())
    features, missing = [], 0
    for feature in reading.edition.features:
        verdict = holds(feature.when, reading.verdict)
        missing += feature.key and verdict is None
        if verdict is True:
            because = in_order(reading.edition, _behind(reading, feature.when, True))
            features.append(Feature(feature.id, feature.weight, because))
    total = sum(feature.weight for feature in features)
    return Myofascial(_band(total, missing, raised), total, tuple(features))


def _band(total: int, missing: int, raised: list[Flag]) -> str:
    if missing >= _KEY_ITEMS_MISSING:
        return "myo-band-insufficient"
    if total >= _MANY and not any(flag.id.startswith("alt-") for flag in raised):
        return "myo-band-many"
    return "myo-band-mixed" if total >= _MIXED else "myo-band-few"


# --- muscles worth examining -------------------------------------------------------------------


def _muscles(
    reading: Reading, flags: list[Flag], outcome: Level
) -> tuple[tuple[MuscleToExamine, ...], tuple[str, ...]]:
    regions = set(map(region_of, marked(reading)))
    if outcome is Level.URGENT or not regions:
        return (), ()
    edition = reading.edition
    counted = [(len(regions & {*m.lives_in, *m.refers_to}), m) for m in edition.muscles]
    ranked = sorted(
        ((count, muscle) for count, muscle in counted if count),
        key=lambda pair: (-pair[0], len(high_hazards(edition, pair[1]))),
    )
    held = set(_held_regions(flags))
    left_out = tuple(m.id for _, m in ranked if not held.isdisjoint(m.lives_in))
    examine = [MuscleToExamine(m.id, n, m.pleura) for n, m in ranked if held.isdisjoint(m.lives_in)]
    return tuple(examine[:_MUSCLES_PRINTED]), left_out


def high_hazards(edition: Edition, muscle: Muscle) -> tuple[str, ...]:
    """The different hazards of high severity where the muscle lives, in the order of the table."""
    found = {h for r in muscle.lives_in for h, s in edition.regions[r].hazards.items() if s == "high"}
    return tuple(hazard for hazard in edition.hazards if hazard in found)


def _held_regions(flags: list[Flag]) -> Iterator[str]:
    for flag in flags:
        if flag.scope == "region" and flag.level is Level.HOLD:
            yield from map(region_of, flag.regions)
