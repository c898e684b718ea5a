"""What one assessment says that an earlier one of the same person did not."""

from collections.abc import Iterable

from rules.model import Assessment, Flag, Level, Status


def new_since(before: Assessment, after: Assessment) -> tuple[Flag, ...]:
    """The flags of `after`, in its order, that are new, heavier, more urgent, or no longer a question."""
    known = {flag.id: flag for flag in before.flags}
    return tuple(flag for flag in after.flags if flag.id not in known or _grew(known[flag.id], flag))


def _grew(before: Flag, after: Flag) -> bool:
    return any(now > then for then, now in zip(_weight(before), _weight(after), strict=True))


def _weight(flag: Flag) -> tuple[int, int, int]:
    urgency = 0 if flag.urgency is None else flag.urgency.rank
    return flag.level.rank, urgency, int(flag.status is Status.RAISED)


def calls_for_a_look(flags: Iterable[Flag]) -> bool:
    """Whether any of the flags holds, or is urgent in any degree."""
    return any(flag.level.rank >= Level.HOLD.rank or flag.urgency is not None for flag in flags)
