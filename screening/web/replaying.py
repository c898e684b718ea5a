"""The trial run: whose outcome another edition would change. Nothing that is stored changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, url_for
from werkzeug.wrappers import Response as Answer

from rules.load import Unsound
from rules.model import Edition, Flag, Status
from rules.replay import Conclusion
from screening.records import editions, replay
from screening.records.replay import MOST, Changed
from screening.records.staff import Role
from screening.trial import Choice, choices, opened
from screening.web.edition_forms import ChooseEdition
from screening.web.parts import parts
from screening.web.policy import open_to
from screening.web.staff_forms import faults
from screening.web.staff_words import actor, here, page, say, voice

pages = Blueprint("replaying", __name__)

_UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class Line:
    """One patient about whom the edition that was tried concludes something else, in words."""

    name: str
    address: str
    reference: str
    day: str
    before: str
    after: str
    new: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[str, ...]


@pages.get("/staff/edition/trial")
@open_to(Role.CLINICIAN)
def ask() -> str:
    """Choose the edition to try."""
    offered = _offered()
    return _ask(ChooseEdition(offered, parts().edition.digest))


@pages.post("/staff/edition/trial")
@open_to(Role.CLINICIAN)
def run() -> Answer | str | tuple[str, int]:
    """Run the chosen edition over the forms handed in, and list whose result differs."""
    offered = {choice.digest: choice for choice in _offered()}
    form = ChooseEdition(tuple(offered.values()), parts().edition.digest)
    if not form.validate():
        return _ask(form), _UNPROCESSABLE
    try:
        edition = opened(offered[form.edition.data], voice().language)
    except Unsound as error:
        sentence = say("This edition has faults and cannot be tried: {n}.", n=len(error.faults))
        form.edition.errors = (sentence,)
        return _ask(form), _UNPROCESSABLE
    with parts().sessions() as db:
        trial = replay.replay(db, actor(), edition, _day_of, parts().now(), MOST)
    return page(
        "clinician/trial.html",
        edition=edition,
        trial=trial,
        lines=[_line(edition, changed) for changed in trial.changed],
    )


def _ask(form: ChooseEdition) -> str:
    return page("clinician/trial_ask.html", form=form, most=MOST, errors=faults(form))


def _offered() -> tuple[Choice, ...]:
    with parts().sessions() as db:
        return choices(editions.every(db))


def _day_of(moment: datetime) -> date:
    return here(moment).date()


def _line(edition: Edition, changed: Changed) -> Line:
    differs = changed.difference
    then = parts().edition_of(changed.edition_digest, voice().language)
    return Line(
        name=changed.name,
        address=url_for("practitioner.record", submission_id=changed.submission_id),
        reference=changed.reference,
        day=voice().day(changed.day),
        before=_words(then, differs.before),
        after=_words(edition, differs.after),
        new=_titles(edition, differs.new),
        gone=_titles(then, differs.gone),
        changed=_titles(edition, differs.changed),
    )


def _words(edition: Edition, conclusion: Conclusion) -> str:
    """The outcome, and how soon somebody must act."""
    said = edition.words[conclusion.outcome]
    return said if conclusion.urgency is None else f"{said}. {edition.words[conclusion.urgency]}"


def _titles(edition: Edition, flags: Iterable[Flag]) -> tuple[str, ...]:
    """The flags by title and level; one that nobody can tell says so."""
    return tuple(
        f"{edition.rule[flag.id].title}: {edition.words[flag.level]}"
        + (f" ({edition.words[flag.status]})" if flag.status is Status.ASK else "")
        for flag in flags
    )
