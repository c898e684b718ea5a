"""The emergency page: it stops the form at once, says whom to call, and lets the patient go on."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer

from rules.model import Assessment, Edition
from rules.spoken import Spoken
from screening.records import interrupts
from screening.settings import fill
from screening.web import asking as forms_of
from screening.web.asking import Asking, answers_in_words
from screening.web.journey import home_pages
from screening.web.parts import parts
from screening.web.patient import onwards
from screening.web.policy import A_PATIENT, open_to
from screening.web.tablet import EMERGENCY, clearing

pages = Blueprint("urgent", __name__)


@pages.get("/urgent")
@open_to(A_PATIENT)
def show() -> Answer | str:
    """What to do now, with the number to call; the form goes on only from here."""
    asking = forms_of.current()
    flags = forms_of.unread_interrupts(asking)
    if not flags:
        return onwards(asking)
    assessment = asking.assessment()
    return render_template(
        "patient/urgent.html",
        form=FlaskForm(),
        texts=_emergency_texts(asking.edition, assessment, flags),
        number=parts().settings.clinic.emergency_number,
        answers=_answers_behind(asking, assessment, flags),
        change=_page_of(asking, assessment, flags),
        tablet=clearing(EMERGENCY),
    )


def _emergency_texts(edition: Edition, assessment: Assessment, flags: tuple[str, ...]) -> list[str]:
    """The message for these flags and what some of them add, filled for the clinic."""
    ces = any(edition.rule[flag].message == "msg-emergency-ces" for flag in flags)
    adds = {edition.rule[flag].adds for flag in flags} - {""}
    clinic = parts().settings.clinic
    if not clinic.crisis_line:
        adds.discard("msg-add-crisis")
    wanted = ["msg-emergency-ces" if ces else "msg-emergency", *sorted(adds)]
    return [fill(edition.messages[message], clinic) for message in wanted]


def _causes(edition: Edition, assessment: Assessment, flags: tuple[str, ...]) -> set[str]:
    return {
        question
        for flag in assessment.flags
        if flag.id in flags and not edition.rule[flag.id].private
        for question in flag.because
    }


def _answers_behind(asking: Asking, assessment: Assessment, flags: tuple[str, ...]) -> list[Spoken]:
    """The answers to show a doctor, in words; private ones are not put on a screen others may see."""
    causes = _causes(asking.edition, assessment, flags)
    return [said for _, page in answers_in_words(asking) for said in page if said.question.id in causes]


def _page_of(asking: Asking, assessment: Assessment, flags: tuple[str, ...]) -> int:
    """The page on which an answer given by mistake can be changed; the last one saved if none is known."""
    causes = _causes(asking.edition, assessment, flags)
    found = [p.number for p in home_pages(asking.edition) if causes & {q.id for q in p.questions}]
    saved = [p.number for p in home_pages(asking.edition) if p.id in asking.versions]
    return max(found or saved)


@pages.post("/urgent")
@open_to(A_PATIENT)
def go_on() -> Answer:
    """The patient has read the emergency page, and goes on or changes an answer."""
    asking = forms_of.current()
    change = request.form.get("change", "")
    if asking.response.state == "open":
        with parts().sessions() as db:
            interrupts.acknowledge_interrupt(db, asking.response.id, parts().now())
    if change.isdecimal() and asking.page(int(change[:3])) is not None:
        return redirect(url_for("patient.page", number=int(change[:3])), 303)
    return redirect(url_for("patient.resume"), 303)
