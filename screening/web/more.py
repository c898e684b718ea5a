"""Where else somebody may go: the places that are not needed every day."""

from flask import Blueprint, g

from screening.records.staff import Role
from screening.web.policy import open_to
from screening.web.staff_words import more_places, page

pages = Blueprint("more", __name__)


@pages.get("/staff/more")
@open_to(Role.PRACTITIONER, Role.ADMINISTRATOR, Role.CLINICIAN)
def show() -> str:
    """Each place with a line that says what is done there."""
    return page("login/more.html", places=more_places(g.staff.role))
