"""Cookies carry a random token and nothing else; what it opens is kept on the server."""

from datetime import timedelta

from flask import redirect, session
from werkzeug.wrappers import Response as Answer

from screening.web.parts import parts

PATIENT = "screening_patient"
STAFF = "screening_staff"
KIOSK = "screening_kiosk"


def give(answer: Answer, name: str, token: str, lasts: timedelta | None) -> None:
    """Set a token; `lasts` None ends with the browser session."""
    answer.set_cookie(
        name,
        token,
        max_age=lasts,
        httponly=True,
        secure=parts().settings.secure,
        samesite="Lax" if name == PATIENT else "Strict",
        path="/",
    )


def take_back(answer: Answer, name: str) -> None:
    answer.delete_cookie(name, path="/", httponly=True, secure=parts().settings.secure)


def leave_device(to: str, *names: str) -> Answer:
    """Lead away to an address with nothing left in the browser: no token, no session, no stored page."""
    session.clear()
    answer = redirect(to, 303)
    for name in names:
        take_back(answer, name)
    # Not "cookies": that would sign the browser out of everything else under the clinic's domain.
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer
