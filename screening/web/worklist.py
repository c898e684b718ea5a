"""The practitioner's list: who handed a form in, and whom an emergency answer stopped."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from rules.model import Edition
from screening.records.interrupts import Stopped
from screening.records.submissions import Listed
from screening.web.staff_forms import decision_words
from screening.web.staff_words import dialled, say, say_here, voice

CONTACT = ("full_name", "phone")


@dataclass(frozen=True, slots=True)
class Line:
    """A form handed in, in words. `style` is the outcome's id; `urgency` may be empty."""

    address: str
    style: str
    urgency: str
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


def lines(edition: Edition, listed: Iterable[Listed]) -> tuple[Line, ...]:
    """The forms in the order given."""
    return tuple(_line(edition, item) for item in listed)


def _line(edition: Edition, item: Listed) -> Line:
    words, born = edition.words, item.person.date_of_birth
    return Line(
        address=url_for("practitioner.record", submission_id=item.id),
        style=item.outcome.value,
        urgency="" if item.urgency is None else words[item.urgency],
        outcome=words[item.outcome],
        name=item.person.name or say("No name given"),
        born=say("Not given") if born is None else voice().day(born),
        reference=item.reference,
        handed_in=say_here(item.submitted_at),
        decision=say("Not decided yet") if item.decision is None else decision_words(item.decision),
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
