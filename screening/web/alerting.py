"""What waits for a practitioner: a banner for everyone signed in, and a page for those who can take it on."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import Blueprint, g, redirect, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer

from screening.records import alerts
from screening.records.alerts import Alert, Waiting
from screening.records.raising import Kind
from screening.records.staff import Role
from screening.web.parts import parts
from screening.web.policy import open_to
from screening.web.staff_words import actor, dialled, page, say, say_here
from screening.web.standard import due, left, span
from screening.web.worklist import CONTACT

pages = Blueprint("alerting", __name__)

_CLINICAL = (Role.PRACTITIONER, Role.CLINICIAN)
_CONFLICT = 409


@dataclass(frozen=True, slots=True)
class Banner:
    """What waits, in words for one role; `address` leads to the page of alerts, or is empty."""

    words: str
    late: str
    address: str


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason to look, in words that hold no answer. `style` only repeats that it is overdue."""

    urgency: str
    kind: str
    since: str
    left: str
    style: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One form that waits. `record` is empty until it is handed in."""

    response_id: str
    name: str
    phone: str
    dial: str
    reference: str
    record: str
    causes: tuple[Cause, ...]
    seen: tuple[str, ...]


@pages.app_context_processor
def _on_every_page() -> dict[str, Any]:
    return {"banner": banner}


def banner() -> Banner | None:
    """What somebody signed in is told on every page; None while nothing waits. One look at the database."""
    now, minutes = parts().now(), parts().settings.escalate_minutes
    with parts().sessions() as db:
        found = alerts.waiting(db, now - timedelta(minutes=minutes))
    if found.since is None:
        return None
    late = say("Not yet taken on after {minutes} minutes: {n}.", minutes=minutes, n=found.late)
    waited = span(now - found.since)
    mine = g.staff.role in _CLINICAL
    return Banner(
        words=_words(g.staff.role, found, waited),
        late=late if found.late else "",
        address=url_for("alerting.show") if mine else "",
    )


def _words(role: Role, found: Waiting, waited: str) -> str:
    if role is Role.FRONT_DESK:
        return say("A patient needs a practitioner now: please call one. Waiting: {n}.", n=found.forms)
    if role is Role.ADMINISTRATOR:
        return say("Waiting for a practitioner: {n}.", n=found.forms)
    return say("Urgent forms waiting: {n}. The longest has waited {span}.", n=found.forms, span=waited)


@pages.get("/staff/alerts")
@open_to(*_CLINICAL)
def show() -> str:
    """Everything nobody has taken on, the most urgent first; opening it notes who saw it."""
    return _show()


@pages.post("/staff/alerts/<uuid:response_id>")
@open_to(*_CLINICAL)
def take_on(response_id: UUID) -> Answer | tuple[str, int]:
    """Take a form on, and go to what there is to read about it."""
    with parts().sessions() as db:
        taken = alerts.acknowledge(db, actor(), str(response_id), parts().now())
    if taken is None:
        return _show(say("Somebody took this on before you, or the patient took the form back.")), _CONFLICT
    return redirect(_record(taken.submission_id) or url_for("practitioner.home", _anchor="stopped"), 303)


def _show(told: str = "") -> str:
    return page("practitioner/alerts.html", entries=_entries(), form=FlaskForm(), told=told)


def _entries() -> list[Entry]:
    with parts().sessions() as db:
        found = alerts.open_alerts(db, actor(), CONTACT, parts().now())
    # Most urgent first: a form stands where its most urgent alert does.
    order = {item.response_id: place for place, item in reversed(list(enumerate(found)))}
    together = sorted(found, key=lambda item: order[item.response_id])
    return [_entry(list(items)) for _, items in groupby(together, key=lambda item: item.response_id)]


def _entry(items: list[Alert]) -> Entry:
    form = items[0]
    phone = str(form.contact.get("phone") or "")
    seen = sorted({(seen.at, seen.staff_name) for item in items for seen in item.seen})
    first = {name: at for at, name in reversed(seen)}
    return Entry(
        response_id=form.response_id,
        name=str(form.contact.get("full_name") or "") or say("No name given"),
        phone=phone or say("No phone number given"),
        dial=dialled(phone),
        reference=form.reference or say("Not handed in"),
        record=_record(form.submission_id),
        causes=tuple(map(_cause, items)),
        seen=tuple(f"{name}, {say_here(at)}" for name, at in sorted(first.items(), key=lambda s: s[1])),
    )


def _record(submission_id: str | None) -> str:
    return "" if submission_id is None else url_for("practitioner.record", submission_id=submission_id)


def _cause(item: Alert) -> Cause:
    now, by = parts().now(), due(item.urgency, item.raised_at)
    return Cause(
        urgency=parts().edition.words[item.urgency],
        kind=_kind(item.kind),
        since=say("Since {moment}", moment=say_here(item.raised_at)),
        left=left(by, now),
        style="late" if now > by else "",
    )


def _kind(kind: Kind) -> str:
    return {
        Kind.FORM: say("Form handed in"),
        Kind.STOPPED: say("Stopped by the emergency page"),
        Kind.DAY_CHECK: say("Something new in the check at arrival"),
    }[kind]
