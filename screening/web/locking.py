"""After a pause nothing is shown until the patient's birthday is given; five wrong ones end it."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer

from rules.answers import day
from screening.records import responses
from screening.records.unlock import count_wrong_birthday, forget_wrong_birthdays
from screening.web import asking as forms_of
from screening.web.cookies import PATIENT, leave_device
from screening.web.parts import parts
from screening.web.policy import A_PATIENT_AT_HOME, open_to, seen

pages = Blueprint("locking", __name__)

MOST_TRIES = 5
_BOXES = ("year", "month", "day")


@pages.get("/unlock")
@open_to(A_PATIENT_AT_HOME)
def unlock() -> Answer | str:
    """Ask for the birthday; a form that has none yet, or was sent, has nothing to unlock with."""
    if g.patient.state == "submitted":
        return _end()
    if day(forms_of.current().answers.get("date_of_birth")) is None:
        seen(parts().now())
        return redirect(url_for("patient.resume"), 303)
    return render_template("patient/unlock.html", form=FlaskForm(), left=None, typed=("", "", ""))


@pages.post("/unlock")
@open_to(A_PATIENT_AT_HOME)
def check_birthday() -> Answer | tuple[str, int]:
    """Let the patient go on, or count a wrong birthday."""
    if g.patient.state == "submitted":
        return _end()
    born = day(forms_of.current().answers.get("date_of_birth"))
    year, month, of_month = (request.form.get(f"birthday-{box}", "").strip() for box in _BOXES)
    typed = day(f"{year:>04}-{month:>02}-{of_month:>02}")
    if born is None or typed == born:
        with parts().sessions() as db:
            forget_wrong_birthdays(db, g.patient.id)
        seen(parts().now())
        return redirect(url_for("patient.resume"), 303)
    with parts().sessions() as db:
        tries = count_wrong_birthday(db, g.patient.id, parts().now())
    if tries >= MOST_TRIES:
        return _end()
    kept = (of_month, month, year)
    return (
        render_template("patient/unlock.html", form=FlaskForm(), left=MOST_TRIES - tries, typed=kept),
        422,
    )


def _end() -> Answer:
    """Close the form on this device. What was answered stays with the clinic."""
    with parts().sessions() as db:
        responses.end_session(db, request.cookies.get(PATIENT, ""), parts().now())
    return leave_device(url_for("locking.closed"), PATIENT)


@pages.get("/closed")
@open_to("anyone")
def closed() -> str:
    """The form is closed on this device: please call us."""
    clinic = parts().settings.clinic
    return render_template("patient/closed.html", phone=clinic.phone, clinic=clinic)
