"""What another edition would conclude differently from the same answers on the same day."""

from dataclasses import dataclass

from rules.model import Assessment, Flag, Level, Urgency


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The part of an assessment that somebody acts on."""

    outcome: Level
    urgency: Urgency | None
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Before and after, and the flags that are new, gone, or there both times but not alike.

    `changed` holds the flag as it would be now."""

    before: Conclusion
    after: Conclusion
    new: tuple[Flag, ...]
    gone: tuple[Flag, ...]
    changed: tuple[Flag, ...]


def concluded(assessment: Assessment) -> Conclusion:
    return Conclusion(assessment.outcome, assessment.urgency, assessment.flags)


def difference(before: Conclusion, after: Conclusion) -> Difference | None:
    """What is not the same, each list in the order of its conclusion; None when nothing differs.

    Flags are alike that have the same status, level, urgency and places; what caused them may differ."""
    then = {flag.id: flag for flag in before.flags}
    now = {flag.id: flag for flag in after.flags}
    new = tuple(flag for flag in after.flags if flag.id not in then)
    gone = tuple(flag for flag in before.flags if flag.id not in now)
    both = (flag for flag in after.flags if flag.id in then)
    changed = tuple(flag for flag in both if _weighs(then[flag.id]) != _weighs(flag))
    same = (before.outcome, before.urgency) == (after.outcome, after.urgency)
    if same and not (new or gone or changed):
        return None
    return Difference(before, after, new, gone, changed)


def _weighs(flag: Flag) -> tuple[object, ...]:
    return flag.status, flag.level, flag.urgency, frozenset(flag.regions)
