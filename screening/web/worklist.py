"""The practitioner's list: the urgent, today's, the rest, and whom an emergency answer stopped."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from flask import url_for

from rules.model import Edition, Urgency
from screening.records.interrupts import Stopped
from screening.records.raising import call_first
from screening.records.submissions import Listed
from screening.web.parts import parts
from screening.web.staff_forms import decision_words
from screening.web.staff_words import dialled, here, say, say_here, voice
from screening.web.standard import due, left

CONTACT = ("full_name", "phone")
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Line:
    """A form handed in, in words. `style` is the outcome's id; `urgency`, what is `left` of the time for it,
    and the `time` of today's appointment may be empty. `left_style` only repeats that it is overdue."""

    address: str
    style: str
    urgency: str
    left: str
    left_style: str
    time: str
    outcome: str
    name: str
    born: str
    reference: str
    handed_in: str
    decision: str


@dataclass(frozen=True, slots=True)
class Halted:
    """Somebody whom an emergency answer stopped and who has not handed the form in."""

    name: str
    phone: str
    dial: str
    shown: str
    read: str
    reasons: tuple[str, ...]
    private: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the list under its caption; `timed` when its lines have a time today."""

    id: str
    caption: str
    lines: tuple[Line, ...]
    timed: bool = False


def queue(
    edition: Edition, listed: Iterable[Listed], times: Mapping[str, datetime], dealing: Mapping[str, str]
) -> tuple[Part, ...]:
    """What nobody decided on: urgent or overdue, then who comes today by time (`times`), then the rest.

    `dealing` names who took a form on.
    """
    now, today = parts().now(), parts().today()
    urgent: list[Listed] = []
    coming: list[Listed] = []
    others: list[Listed] = []
    for item in listed:
        by = _due(item)
        if call_first(item.outcome, item.urgency) or (by is not None and by < now):
            urgent.append(item)
        elif item.id in times or item.person.visit_date == today:
            coming.append(item)
        else:
            others.append(item)
    # Sorting keeps the order of equals: most urgent, then heaviest, then newest.
    urgent.sort(key=lambda item: (-(item.urgency.rank if item.urgency else 0), _due(item) or now))
    coming.sort(key=lambda item: (item.id not in times, times.get(item.id, now)))
    return (
        Part("urgent", say("Not decided yet: urgent"), lines(edition, urgent, dealing=dealing)),
        Part("today", say("Not decided yet: coming today"), lines(edition, coming, times, dealing), True),
        Part("others", say("Not decided yet: everybody else"), lines(edition, others, dealing=dealing)),
    )


def lines(
    edition: Edition,
    listed: Iterable[Listed],
    times: Mapping[str, datetime] = _NOTHING,
    dealing: Mapping[str, str] = _NOTHING,
) -> tuple[Line, ...]:
    """The forms in the order given; `times` are those of today's appointments."""
    return tuple(_line(edition, item, times.get(item.id), dealing.get(item.id)) for item in listed)


def _decided(item: Listed, dealing: str | None) -> str:
    if item.decision is not None:
        return decision_words(item.decision)
    if dealing is not None:
        return say("Not decided yet. {name} is dealing with it", name=dealing)
    return say("Not decided yet")


def _due(item: Listed) -> datetime | None:
    """By when somebody deals with a form; None when the standard says nothing about it."""
    if item.decision is not None:
        return None
    urgency = item.urgency
    if urgency is None and call_first(item.outcome, urgency):
        urgency = Urgency.SAME_DAY
    return None if urgency is None else due(urgency, item.submitted_at)


def _line(edition: Edition, item: Listed, at: datetime | None, dealing: str | None) -> Line:
    words, born = edition.words, item.person.date_of_birth
    by, now = _due(item), parts().now()
    return Line(
        address=url_for("practitioner.record", submission_id=item.id),
        style=item.outcome.value,
        urgency="" if item.urgency is None else words[item.urgency],
        left="" if by is None else left(by, now),
        left_style="late" if by is not None and by < now else "",
        time="" if at is None else f"{here(at):%H:%M}",
        outcome=words[item.outcome],
        name=item.person.name or say("No name given"),
        born=say("Not given") if born is None else voice().day(born),
        reference=item.reference,
        handed_in=say_here(item.submitted_at),
        decision=_decided(item, dealing),
    )


def halted(edition: Edition, stopped: Iterable[Stopped]) -> tuple[Halted, ...]:
    """One entry a person, newest first, with every answer that stopped them."""
    by_person: dict[str, list[Stopped]] = {}
    for item in stopped:
        by_person.setdefault(item.response_id, []).append(item)
    return tuple(_halted(edition, items) for items in by_person.values())


def _halted(edition: Edition, items: list[Stopped]) -> Halted:
    newest = items[0]
    ids = dict.fromkeys(flag for item in items for flag in item.flag_ids)
    # A flag of an edition that is no longer in use is still named by its id rather than dropped.
    rules = [edition.rule.get(flag) for flag in ids]
    titles = (flag if rule is None else rule.title for flag, rule in zip(ids, rules, strict=True))
    phone = str(newest.contact.get("phone") or "")
    everything_read = all(item.acknowledged for item in items)
    return Halted(
        name=str(newest.contact.get("full_name") or "") or say("No name given"),
        phone=phone or say("No phone number given"),
        dial=dialled(phone),
        shown=say_here(newest.shown_at),
        read=say("They pressed that they read the emergency page.")
        if everything_read
        else say("They have not pressed that they read the emergency page."),
        reasons=tuple(titles),
        private=say("Private: speak alone") if any(rule and rule.private for rule in rules) else "",
    )
