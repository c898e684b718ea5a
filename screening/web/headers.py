"""What every answer carries: nothing is stored, nothing else is loaded, nobody frames us."""

from flask import Flask, g, request
from werkzeug.wrappers import Response as Answer

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# The tablet tells the server that somebody is still typing.
_ON_TABLET = f"{_POLICY}; connect-src 'self'"

# What holds nothing of anybody and may be kept by a browser: built files and the logo.
_KEPT = frozenset({"static", "logo.picture"})


def add_headers(app: Flask, *, secure: bool) -> None:
    """Set the headers on every answer of the application."""

    @app.after_request
    def after(answer: Answer) -> Answer:
        answer.headers["Content-Security-Policy"] = _ON_TABLET if g.get("kiosk") else _POLICY
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["X-Frame-Options"] = "DENY"
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        answer.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if request.endpoint not in _KEPT:
            answer.headers["Cache-Control"] = "no-store"
        if secure:
            answer.headers["Strict-Transport-Security"] = "max-age=31536000"
        return answer
