"""Figures for the clinic: each as a plot with a table beside it. Counts only; small ones are hidden."""

from datetime import timedelta

from flask import Blueprint, request, url_for

from rules.model import Urgency
from screening.records import figures
from screening.records.small_counts import LEAST
from screening.records.staff import Role
from screening.web.figures_words import count_words, parts_of
from screening.web.parts import parts
from screening.web.policy import open_to
from screening.web.staff_words import actor, page, say, say_here

pages = Blueprint("figures", __name__)

PERIODS = (30, 90, 365)


@pages.get("/staff/figures")
@open_to(Role.ADMINISTRATOR, Role.PRACTITIONER, Role.CLINICIAN)
def show() -> str:
    """The figures of the last 30, 90 or 365 days; 90 where nothing else is asked for."""
    asked = request.args.get("days", "")
    days = next((period for period in PERIODS if str(period) == asked), 90)
    now = parts().now()
    with parts().sessions() as db:
        found = figures.figures(db, actor(), days, parts().zone(), standards(), now)
    return page(
        "figures/figures.html",
        forms=count_words(found.forms),
        parts=parts_of(found, standards()),
        least=LEAST,
        made=say_here(now),
        chosen=say("Last {n} days", n=days),
        periods=[
            (url_for("figures.show", days=period), say("Last {n} days", n=period), period == days)
            for period in PERIODS
        ],
    )


def standards() -> dict[Urgency, timedelta]:
    """Within what time a form of each urgency is to be dealt with, as the clinic set it."""
    settings = parts().settings
    return {
        Urgency.EMERGENCY: timedelta(minutes=settings.emergency_minutes),
        Urgency.SAME_DAY: timedelta(hours=settings.same_day_hours),
        Urgency.SOON: timedelta(days=settings.soon_days),
    }
