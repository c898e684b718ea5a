"""How the clinic's screening goes, in counts and times. Nobody is named, and small counts are hidden."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median, quantiles
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row
from sqlalchemy.orm import Session

from rules.model import Level, Status, Urgency
from screening.records import audit, figures_queries
from screening.records.audit import Actor
from screening.records.engine import reading
from screening.records.small_counts import LEAST, Count, Hidden, shown, shown_parts

_WEEK = timedelta(days=7)
_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Quartiles:
    """A quarter, half and three quarters of the forms took at most so long."""

    lower: timedelta
    median: timedelta
    upper: timedelta


@dataclass(frozen=True, slots=True)
class FlagCount:
    """In how many forms a rule was raised, and in how many nobody could tell."""

    rule: str
    raised: Count
    ask: Count


@dataclass(frozen=True, slots=True)
class Waited:
    """How long forms of one urgency (None: of none) waited for their first decision.

    `within` is the percentage decided in time, of all whose time is up; both are FEW where that would
    rest on, or tell of, fewer than LEAST forms, and None where there is nothing to say."""

    urgency: Urgency | None
    median: timedelta | Hidden | None
    within: int | Hidden | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything about the forms handed in on `days`. `forms` is the whole of which weeks and outcomes
    are the parts; flags, places and pages add up to nothing."""

    forms: Count
    weeks: tuple[tuple[date, Count], ...]
    outcomes: tuple[tuple[Level, Count], ...]
    flags: tuple[FlagCount, ...]
    places: Mapping[str, Count]
    taken: Quartiles | None
    left: Mapping[str, Count]
    waited: tuple[Waited, ...]
    editions: tuple[str, ...]


def figures(
    session: Session,
    actor: Actor,
    days: int,
    zone: ZoneInfo,
    standards: Mapping[Urgency, timedelta],
    now: datetime,
) -> Figures:
    """The figures of the last `days` days at the clinic, today among them. One audit line, no name."""
    today = now.astimezone(zone).date()
    first = today - timedelta(days=days - 1)
    since = datetime(first.year, first.month, first.day, tzinfo=zone)
    # The line stands first: a long look must not keep patients from saving.
    audit.note(session, actor, "figures-opened", ("submission", f"last-{days}-days"), now)
    with reading(session):
        rows = session.execute(figures_queries.forms(since)).all()
        flags = session.execute(figures_queries.flags(session, since)).scalars()
        places = session.execute(figures_queries.places(session, since)).scalars()
        counted, marked = _flags(flags), _places(places)
        left = session.execute(figures_queries.left(since, now - figures_queries.STILL_OPEN)).scalars()
        pages = Counter(str(detail["page"]) for detail in left)
    outcomes = Counter(row.outcome for row in rows)
    levels = [level for level in Level if level is not Level.INFORMATION]
    counts = shown_parts([outcomes[level.value] for level in levels])
    return Figures(
        forms=shown(len(rows)),
        weeks=_weeks([row.submitted_at.astimezone(zone).date() for row in rows], first, today),
        outcomes=tuple(zip(levels, counts, strict=True)),
        flags=counted,
        places=marked,
        taken=_taken(rows),
        left={page: shown(number) for page, number in pages.items()},
        waited=tuple(_waited(rows, urgency, standards, now) for urgency in (*Urgency, None)),
        editions=tuple({row.edition_digest: None for row in rows}),
    )


def _weeks(days: Iterable[date], first: date, last: date) -> tuple[tuple[date, Count], ...]:
    """Each week by its Monday, those without a form too."""
    counted = Counter(_monday(day) for day in days)
    weeks = [_monday(first)]
    while weeks[-1] + _WEEK <= last:
        weeks.append(weeks[-1] + _WEEK)
    return tuple(zip(weeks, shown_parts([counted[week] for week in weeks]), strict=True))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _flags(forms: Iterable[Sequence[Mapping[str, Any]]]) -> tuple[FlagCount, ...]:
    found = Counter((flag["id"], flag["status"]) for flags in forms for flag in flags)
    rules = {rule: None for rule, _ in found}
    return tuple(
        FlagCount(rule, shown(found[rule, Status.RAISED.value]), shown(found[rule, Status.ASK.value]))
        for rule in rules
    )


def _places(forms: Iterable[object]) -> dict[str, Count]:
    """Places by how often they were marked, each once a form; an answer that is no list marks none."""
    found = Counter(str(token) for marked in forms if isinstance(marked, list) for token in {*marked})
    return {token: shown(number) for token, number in found.items()}


def _taken(rows: Sequence[Row[Any]]) -> Quartiles | None:
    """From opening to handing in, of forms that patients filled in themselves; None for too few."""
    times = [row.submitted_at - row.opened_at for row in rows if row.filled_by_staff is None]
    if len(times) < LEAST:
        return None
    lower, middle, upper = quantiles([time.total_seconds() for time in times], n=4, method="inclusive")
    return Quartiles(timedelta(seconds=lower), timedelta(seconds=middle), timedelta(seconds=upper))


def _waited(
    rows: Sequence[Row[Any]], urgency: Urgency | None, standards: Mapping[Urgency, timedelta], now: datetime
) -> Waited:
    these = [row for row in rows if row.urgency == urgency]
    times = [row.decided_at - row.submitted_at for row in these if row.decided_at is not None]
    return Waited(urgency, _median(times), _within(these, standards.get(urgency) if urgency else None, now))


def _median(times: Sequence[timedelta]) -> timedelta | Hidden | None:
    if not times:
        return None
    if len(times) < LEAST:
        return Hidden.FEW
    return timedelta(seconds=median(time.total_seconds() for time in times))


def _within(rows: Sequence[Row[Any]], standard: timedelta | None, now: datetime) -> int | Hidden | None:
    """A form that nobody decided counts as late once its time is up, and not at all before."""
    if standard is None:
        return None
    verdicts = [in_time for row in rows if (in_time := _in_time(row, standard, now)) is not None]
    if not verdicts:
        return None
    good = sum(verdicts)
    if any(0 < part < LEAST for part in (good, len(verdicts) - good)):
        return Hidden.FEW
    return round(_HUNDRED * good / len(verdicts))


def _in_time(row: Row[Any], standard: timedelta, now: datetime) -> bool | None:
    """None while there is still time."""
    if row.decided_at is not None:
        return bool(row.decided_at - row.submitted_at <= standard)
    return False if now - row.submitted_at > standard else None
