"""The patient's journey: start, every page in order, the emergency page, check, send, done."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

from flask import Blueprint, abort, g, redirect, render_template, request, session, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer

from rules.model import Page, Question
from screening.records import responses
from screening.records.responses import StalePage
from screening.settings import fill
from screening.web import asking as forms_of
from screening.web import returning
from screening.web.asking import Asking
from screening.web.cookies import PATIENT, give, leave_device
from screening.web.forms import as_shown, page_form
from screening.web.journey import (
    first_unfinished,
    home_pages,
    page_after,
    page_before,
    shown,
    unanswered,
)
from screening.web.parts import new_token, parts
from screening.web.policy import A_KIOSK, A_PATIENT, ANYONE, open_to, patient_of_request, seen
from screening.web.returning import Told
from screening.words import say_date

pages = Blueprint("patient", __name__)

CONSENT = "consent_data"
MOST_FIELDS = 500
_VERSION = "version"


@pages.get("/")
@open_to(ANYONE)
def start() -> str:
    """What this is, how long it takes, and when to call instead."""
    response = patient_of_request()
    clinic = parts().settings.clinic
    return render_template(
        "patient/start.html",
        form=FlaskForm(),
        going_on=response is not None and response.state == "open",
        done=response is not None and response.state == "submitted",
        clinic=clinic,
        pages_in_all=len(home_pages(parts().edition)),
    )


@pages.post("/start")
@open_to(ANYONE)
def begin() -> Answer:
    """Start a new form; an unfinished one in this browser is erased, as the page said."""
    before, edition = patient_of_request(), parts().edition
    token, now = new_token(), parts().now()
    settings = parts().settings
    lasts = timedelta(days=settings.patient_days)
    with parts().sessions() as db:
        if before is not None and before.state == "open":
            responses.withdraw(db, before.id, now)
        responses.open_response(db, edition.digest, token, now, language=edition.language, idle=lasts)
    session.clear()
    session.permanent = True
    seen(now)
    answer = redirect(url_for("patient.page", number=1), 303)
    give(answer, PATIENT, token, lasts)
    return answer


@pages.get("/form")
@open_to(A_PATIENT)
def resume() -> Answer:
    """Go on where the form was left."""
    return onwards(forms_of.current())


@pages.get("/form/<int:number>")
@open_to(A_PATIENT)
def page(number: int) -> Answer | str:
    """One page of the form; one that is too far ahead leads to the first that is not answered."""
    asking = forms_of.current()
    if (elsewhere := _must_be_elsewhere(asking)) is not None:
        return elsewhere
    wanted = asking.page(number)
    if wanted is None:
        abort(404)
    unfinished = first_unfinished(asking.reading)
    questions = shown(asking.reading, wanted)
    if not questions or (unfinished is not None and unfinished.number < number):
        return onwards(asking)
    told = returning.told_of(asking, wanted)
    if told is not None:
        questions = told.anew
    form = page_form(asking.making, questions, posted=False)
    return _show(asking, wanted, questions, form, told=told)


@pages.post("/form/<int:number>")
@open_to(A_PATIENT)
def save(number: int) -> Answer | tuple[str, int]:
    """Keep a page on the server, then lead to what comes next: the same page, the next, or the emergency."""
    asking = forms_of.current()
    if asking.response.state == "submitted":
        return redirect(url_for("sending.done"), 303)
    wanted = asking.page(number)
    if wanted is None:
        abort(404)
    if len(request.form) > MOST_FIELDS:
        abort(400)
    told, pressed = returning.pressed_on(asking, wanted)
    questions = returning.posted(asking, wanted, told, pressed)
    form = page_form(asking.making, questions, posted=True)
    if g.kiosk and not form.csrf_token.validate(form):
        # Sent before the tablet was cleared, by the person before: what they typed is not shown again.
        return redirect(url_for("patient.page", number=number), 303)
    if told is not None and pressed == returning.CHANGED and not session.get("locked"):
        return _show_to_change(asking, wanted, told, form), 200
    form.validate()
    typed = {q.id: form[q.id].answer for q in questions if not form[q.id].errors}
    confirmed = told if pressed == returning.SAME else None
    given = typed if confirmed is None else typed | dict(confirmed.answers)
    faults = _faults(asking, questions, form, given)
    if told is not None and session.get("locked") and (faults or pressed == returning.CHANGED):
        return _keep_unseen(asking, wanted, typed)
    if faults or form.csrf_token.errors:
        changing = pressed == returning.SHOWN
        return _show(asking, wanted, questions, form, faults=faults, told=confirmed, changing=changing), 422
    if given.get(CONSENT) == "disagree":
        return _stop(asking)
    first = None if confirmed is None else confirmed.first
    try:
        kept = forms_of.keep(asking, wanted, given, _base_version(), first or {})
    except StalePage as stale:
        return _show(asking, wanted, questions, form, stale=stale, told=confirmed), 409
    return _after(kept, wanted)


def _show_to_change(asking: Asking, wanted: Page, told: Told, form: FlaskForm) -> str:
    """The page with the earlier answers to change, and with what was typed already; nothing is saved."""
    earlier = returning.to_change(asking, told)
    return _show(asking, wanted, told.questions, form, earlier=earlier, changing=True)


def _keep_unseen(asking: Asking, wanted: Page, typed: Mapping[str, object]) -> Answer:
    """After a pause no earlier answer is shown before the birthday: keep what was typed, and ask for it."""
    with suppress(StalePage):
        forms_of.stop_if_urgent(forms_of.keep(asking, wanted, typed, _base_version()))
    return redirect(url_for("locking.unlock"), 303)


def _base_version() -> int:
    version = request.form.get(_VERSION, "")
    return int(version) if version.isdecimal() and len(version) < 10 else 0


def _faults(
    asking: Asking, questions: tuple[Question, ...], form: FlaskForm, given: dict[str, object]
) -> list[tuple[str, str]]:
    """What is wrong, in the order of the page. A detail whose gate was just closed may be left open."""
    wrong = [question for question in questions if form[question.id].errors]
    still_asked = forms_of.asked_with(asking, given)
    return [
        (str(form[question.id].errors[0]), f"#{_first_input(question)}")
        for question in wrong
        if still_asked(question.id)
    ]


def _first_input(question: Question) -> str:
    """The id of the box an error leads to: the first of the three, for a date."""
    return f"{question.id}-day" if question.kind == "date" else question.id


def _stop(asking: Asking) -> Answer:
    """Consent was refused: keep nothing."""
    with parts().sessions() as db:
        responses.withdraw(db, asking.response.id, parts().now())
    return leave_device(url_for("patient.stopped"), PATIENT)


@pages.get("/stopped")
@open_to(ANYONE, A_KIOSK)
def stopped() -> str:
    """Nothing was kept, and whom to call instead."""
    clinic = parts().settings.clinic
    return render_template(
        "patient/stopped.html",
        text=fill(parts().edition.messages["msg-disagree"], clinic),
        phone=clinic.phone,
    )


def _after(asking: Asking, just_saved: Page) -> Answer:
    if forms_of.stop_if_urgent(asking):
        return redirect(url_for("urgent.show"), 303)
    if unanswered(asking.reading, just_saved):
        return redirect(url_for("patient.page", number=just_saved.number, _anchor="more"), 303)
    if asking.response.reached_check:
        return onwards(asking)
    following = page_after(asking.reading, just_saved)
    if following is None:
        return onwards(asking)
    return redirect(url_for("patient.page", number=following.number), 303)


def onwards(asking: Asking) -> Answer:
    """To the emergency page, the first page left to answer, the check, or the end."""
    if asking.response.state == "submitted":
        return redirect(url_for("sending.done"), 303)
    if forms_of.unread_interrupts(asking):
        return redirect(url_for("urgent.show"), 303)
    unfinished = first_unfinished(asking.reading)
    if unfinished is None:
        return redirect(url_for("sending.check"), 303)
    return redirect(url_for("patient.page", number=unfinished.number), 303)


def _must_be_elsewhere(asking: Asking) -> Answer | None:
    if asking.response.state == "submitted" or forms_of.unread_interrupts(asking):
        return onwards(asking)
    return None


def _show(
    asking: Asking,
    wanted: Page,
    questions: tuple[Question, ...],
    form: FlaskForm,
    faults: list[tuple[str, str]] | None = None,
    stale: StalePage | None = None,
    told: Told | None = None,
    earlier: FlaskForm | None = None,
    changing: bool = False,
) -> str:
    """The page with what is saved or was typed, its faults on top and beside the questions.

    `told` is what may be confirmed on it; `earlier` fills in what was told and is being changed."""
    before = page_before(asking.reading, wanted)
    version = asking.versions.get(wanted.id, 0) if stale is None else stale.version
    new = [q for q in unanswered(asking.reading, wanted) if q in questions] if version else []
    fields = {q.id: form[q.id] if q.id in form or earlier is None else earlier[q.id] for q in questions}
    entries = [as_shown(asking.making, q, fields[q.id], q in new) for q in questions]
    return render_template(
        "patient/page.html",
        page=wanted,
        pages_in_all=len(home_pages(asking.edition)),
        entries=entries,
        new=[(question.text, f"#{_first_input(question)}") for question in new],
        csrf_token_value=form.csrf_token.current_token,
        version=version,
        errors=faults or (),
        expired=bool(form.csrf_token.errors),
        stale=stale is not None,
        told=None if told is None else returning.rows(asking, told),
        told_on="" if told is None else say_date(told.on, asking.response.language),
        changing=changing,
        back=_back_to(before),
    )


def _back_to(before: Page | None) -> str:
    """The page before; before the first comes the start, which a tablet does not have."""
    if before is not None:
        return url_for("patient.page", number=before.number)
    return "" if g.kiosk else url_for("patient.start")
