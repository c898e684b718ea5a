"""What was kept long enough: the administrator sees what is due, and then removes exactly that."""

from datetime import timedelta

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from screening.records import retention
from screening.records.retention import Due, OtherList
from screening.records.staff import Role
from screening.web.parts import parts
from screening.web.person_forms import WORD, Yes
from screening.web.person_view import Rows, overwritten
from screening.web.policy import open_to
from screening.web.proof import wrong_password
from screening.web.staff_forms import faults
from screening.web.staff_words import actor, page, say, say_here

pages = Blueprint("retention", __name__)

_UNPROCESSABLE, _CONFLICT, _TOO_MANY = 422, 409, 429


@pages.get("/staff/retention")
@open_to(Role.ADMINISTRATOR)
def show() -> str:
    """What is due, with references and counts. Nothing is removed by looking."""
    return _show(_due())


@pages.post("/staff/retention")
@open_to(Role.ADMINISTRATOR)
def purge() -> str | Answer | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Remove what the page showed, once the word and the password say that it is meant."""
    form = Yes()
    if not form.validate():
        return _show(_due(), form), _UNPROCESSABLE
    if wait := wrong_password(form.password):
        return _show(_due(), form), _TOO_MANY, {"Retry-After": str(wait)}
    try:
        with parts().sessions() as db:
            did = retention.purge(db, actor(), *_ages(), parts().now(), form.seen.data or "")
    except OtherList:
        new = say("What is due has changed since this page was opened. Read it again; nothing was removed.")
        return _show(_due(), fault=new), _CONFLICT
    return redirect(url_for("retention.done", count=did.count), 303)


@pages.get("/staff/retention/done")
@open_to(Role.ADMINISTRATOR)
def done() -> str:
    """How much was removed; the count stands in the address."""
    return page("person/purged.html", count=request.args.get("count", 0, type=int))


def _ages() -> tuple[int, timedelta]:
    """The clinic's settings: years for forms handed in, and how long the others are kept."""
    settings = parts().settings
    return settings.record_years, timedelta(days=settings.patient_days)


def _due() -> Due:
    with parts().sessions() as db:
        return retention.would_purge(db, *_ages(), parts().now())


def _show(due: Due, typed: Yes | None = None, fault: str = "") -> str:
    form = typed or Yes(formdata=None, data={"seen": due.digest})
    return page(
        "person/retention.html",
        form=form,
        word=WORD,
        count=due.count,
        rows=_rows(due),
        forms=[(form.reference, say_here(form.handed_in)) for form in due.forms],
        years=parts().settings.record_years,
        days=parts().settings.patient_days,
        errors=[(fault, "#due")] if fault else faults(form),
    )


def _rows(due: Due) -> Rows:
    drafts = say("{n} of forms that were handed in. The forms themselves stay.", n=len(due.left.drafts))
    return (
        (say("Forms handed in"), str(len(due.forms)), "", ""),
        (say("Appointments"), overwritten(len(due.appointments)), "", ""),
        (say("Forms not handed in"), str(len(due.left.abandoned)), "", ""),
        (say("Drafts"), drafts, "", ""),
    )
