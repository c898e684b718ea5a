"""When something goes wrong: a page that says what happened, what is kept, and what to do."""

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as Answer

from screening.records.engine import CannotStore
from screening.web.cookies import KIOSK
from screening.web.tablet import to_welcome

_KNOWN = (400, 403, 404, 405, 413)


def handle(app: Flask) -> None:
    """Answer every failure with a page of our own; none repeats what was sent."""

    @app.errorhandler(HTTPException)
    def failed(error: HTTPException) -> Answer | tuple[str, int]:
        code = error.code or 500
        return _page(code if code in _KNOWN else 500), code

    @app.errorhandler(CSRFError)
    def expired(error: CSRFError) -> Answer | tuple[str, int]:
        if KIOSK in request.cookies:
            # Sent again from before the tablet was cleared.
            return to_welcome()
        return _page("expired"), 400

    @app.errorhandler(CannotStore)
    def not_stored(error: CannotStore) -> tuple[str, int, dict[str, str]]:
        app.logger.error("cannot store: the database is locked, full or read-only")
        return _page("not-stored"), 503, {"Retry-After": "10"}

    @app.errorhandler(Exception)
    def broken(error: Exception) -> tuple[str, int]:
        # The kind of error and the route, never the message: it could repeat an answer.
        app.logger.error("failed: %s at %s", type(error).__name__, request.endpoint)
        return _page(500), 500


def _page(what: int | str) -> str:
    return render_template("problem.html", what=str(what))
