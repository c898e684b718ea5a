"""The figures in words: for each a plot and the rows of the table beside it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from rules.model import Edition, Level, Rule, Urgency
from rules.spoken import place_in_words
from screening.documents.bodychart import shapes, svg
from screening.documents.plots import Amount, Plot, Shade, bars, columns, shades
from screening.records.figures import Figures, FlagCount, Waited
from screening.records.small_counts import LEAST, Count, Hidden
from screening.web.parts import parts
from screening.web.staff_words import say, voice

_MOST_BARS = 12
_WIDTH = 150.0
_WHOLE = 100.0
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


@dataclass(frozen=True, slots=True)
class Part:
    """One figure. `groups` are a heading ("" for none) and rows of texts under the texts of `head`;
    `body` and `shades` are the body chart and what its shades mean."""

    anchor: str
    title: str
    note: str
    head: tuple[str, ...]
    groups: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]
    plot: Plot | None = None
    body: tuple[str, ...] = ()
    shades: tuple[tuple[str, str], ...] = ()


def parts_of(found: Figures, standards: Mapping[Urgency, timedelta]) -> list[Part]:
    """Every figure, in the order of the page."""
    editions = [parts().edition_of(digest, voice().language) for digest in found.editions]
    editions.append(parts().edition)
    return [
        _weeks(found),
        _outcomes(found, parts().edition),
        _flags(found.flags, editions),
        _places(found.places, parts().edition),
        _waited(found.waited, standards, parts().edition),
        _taken(found),
        _left(found.left, editions),
    ]


def count_words(count: Count) -> str:
    """A count, or why it is not told."""
    if count is Hidden.FEW:
        return say("fewer than {n}", n=LEAST)
    return say("kept back") if count is Hidden.WITHHELD else str(count)


def lasting(time: timedelta) -> str:
    """A length of time in the unit that fits it."""
    seconds = time.total_seconds()
    if seconds < 2 * _HOUR:
        return say("{n} minutes", n=round(seconds / _MINUTE))
    if seconds < 2 * _DAY:
        return say("{n} hours", n=round(seconds / _HOUR))
    return say("{n} days", n=round(seconds / _DAY))


def _amount(label: str, count: Count) -> Amount:
    return Amount(label, None if isinstance(count, Hidden) else float(count), count_words(count))


def _most_first(counts: Iterable[tuple[str, Count]]) -> list[tuple[str, Count]]:
    """The most first; those that are not told come behind, by name, so that their order tells nothing."""
    return sorted(counts, key=lambda pair: (-(0.5 if isinstance(pair[1], Hidden) else pair[1]), pair[0]))


def _weeks(found: Figures) -> Part:
    amounts = [_amount(voice().day(monday), count) for monday, count in found.weeks]
    return Part(
        "weeks",
        say("Forms handed in each week"),
        say("Weeks begin on Monday. The first and the last may be incomplete."),
        (say("Week from"), say("Forms")),
        (("", _rows(amounts)),),
        columns(say("Forms handed in each week"), amounts),
    )


def _outcomes(found: Figures, edition: Edition) -> Part:
    amounts = [_amount(edition.words[level], count) for level, count in found.outcomes]
    title = say("Outcomes of the form")
    note = say("What the form came to. The practitioner's decisions are not counted here.")
    return Part(
        "outcomes", title, note, (say("Outcome"), say("Forms")), (("", _rows(amounts)),), bars(title, amounts)
    )


def _flags(flags: Sequence[FlagCount], editions: Sequence[Edition]) -> Part:
    rules: dict[str, Rule] = {}
    for edition in editions:
        rules |= edition.rule
    by_id = {flag.rule: flag for flag in flags}
    ordered = _most_first((flag.rule, flag.raised) for flag in flags)
    plotted = [_amount(rules[rule].title, count) for rule, count in ordered if count][:_MOST_BARS]
    groups = []
    for level in Level:
        these = [by_id[rule] for rule, _ in ordered if rules[rule].level is level]
        rows = tuple((rules[f.rule].title, count_words(f.raised), count_words(f.ask)) for f in these)
        if rows:
            groups.append((editions[-1].words[level], rows))
    title = say("Flags by kind")
    return Part(
        "flags",
        title,
        say(
            "In how many forms each was raised, and in how many nobody could tell. One form may hold several."
        ),
        (say("Flag"), say("Raised"), say("To ask")),
        tuple(groups),
        bars(say("Flags raised most often"), plotted),
    )


def _places(places: Mapping[str, Count], edition: Edition) -> Part:
    known = {token: count for token, count in places.items() if token in edition.token_order}
    fills, legend = shades({t: None if isinstance(c, Hidden) else c for t, c in known.items()})
    names = {
        "front": say("Where it hurts, front"),
        "back": say("Where it hurts, back"),
        "soles": say("Where it hurts, soles of the feet"),
    }
    sides = {"left": say("L"), "right": say("R")}
    shown = [view for view in names if view != "soles" or any(s.token in known for s in shapes(view))]
    ordered = _most_first((place_in_words(edition, token), count) for token, count in known.items())
    return Part(
        "places",
        say("Where it hurts"),
        say("In how many forms each place was marked. One form may mark several. R is the patient's right."),
        (say("Place"), say("Forms")),
        (("", tuple((name, count_words(count)) for name, count in ordered)),),
        body=tuple(svg(v, title=names[v], labels=sides, fills=fills, width=_WIDTH) for v in shown),
        shades=tuple((shade.colour, _shade_words(shade)) for shade in legend),
    )


def _shade_words(shade: Shade) -> str:
    if shade.least is None:
        return count_words(Hidden.FEW)
    if shade.least == shade.most:
        return str(shade.least)
    return say("{least} to {most}", least=shade.least, most=shade.most)


def _waited(waited: Sequence[Waited], standards: Mapping[Urgency, timedelta], edition: Edition) -> Part:
    def name(one: Waited) -> str:
        return say("No urgency") if one.urgency is None else edition.words[one.urgency]

    def standard(one: Waited) -> str:
        return say("none") if one.urgency is None else lasting(standards[one.urgency])

    rows = tuple((name(w), standard(w), _time_words(w.median), _share_words(w.within)) for w in waited)
    told = [w for w in waited if w.within is not None]
    amounts = [
        Amount(name(w), None if isinstance(w.within, Hidden) else w.within, _share_words(w.within))
        for w in told
    ]
    title = say("From handing in to the first decision")
    return Part(
        "waited",
        title,
        say("A form that nobody decided counts as late once its time is up."),
        (say("How soon to act"), say("Standard"), say("Half were decided within"), say("In time")),
        (("", rows),),
        bars(say("Decided in time, in percent"), amounts, _WHOLE),
    )


def _time_words(time: timedelta | Hidden | None) -> str:
    if time is None:
        return say("none yet")
    return say("too few to say") if isinstance(time, Hidden) else lasting(time)


def _share_words(share: int | Hidden | None) -> str:
    if share is None:
        return "–"
    return say("too few to say") if isinstance(share, Hidden) else f"{share} %"


def _taken(found: Figures) -> Part:
    title = say("Time to fill in the form")
    taken = found.taken
    times = (
        (
            (say("A quarter within"), taken.lower),
            (say("Half within"), taken.median),
            (say("Three quarters within"), taken.upper),
        )
        if taken
        else ()
    )
    amounts = [Amount(label, time.total_seconds(), lasting(time)) for label, time in times]
    return Part(
        "taken",
        title,
        say("From opening to handing in, pauses too, of forms that patients filled in themselves."),
        (say("Of all forms"), say("Time")),
        (("", _rows(amounts)),),
        bars(title, amounts),
    )


def _left(left: Mapping[str, Count], editions: Sequence[Edition]) -> Part:
    titles = {page.id: f"{page.number}. {page.title}" for edition in editions for page in edition.pages}
    ordered = [(page, left[page]) for page in titles if page in left]
    amounts = [_amount(titles[page], count) for page, count in ordered]
    title = say("Where people stop")
    return Part(
        "left",
        title,
        say("The last page saved of forms that were not handed in and not touched for a day."),
        (say("Last page saved"), say("Forms")),
        (("", _rows(amounts)),),
        bars(title, amounts),
    )


def _rows(amounts: Iterable[Amount]) -> tuple[tuple[str, ...], ...]:
    return tuple((amount.label, amount.words) for amount in amounts)
