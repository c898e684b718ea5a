"""Putting the application together."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, g, request, url_for
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from screening import jinja
from screening.effort import MINUTES
from screening.records.keys import read_key
from screening.settings import Settings, fill
from screening.web import (
    alerting,
    appointments,
    arrival,
    board,
    clinic,
    correcting,
    edition,
    failures,
    figures,
    handling,
    importing,
    invite,
    kiosk,
    kiosk_desk,
    letters,
    locking,
    login,
    logo,
    matching,
    more,
    patient,
    person,
    practitioner,
    preview,
    printing,
    replaying,
    retention,
    sending,
    trail,
    type_in,
    urgent,
)
from screening.web.headers import add_headers
from screening.web.parts import Parts, open_parts
from screening.web.policy import check_every_route, guard
from screening.web.tablet import clearing
from screening.words import speaker

# 1 MiB, not the 64 KiB of the design note: a text far beyond its field's limit must come back with
# its message and what was typed (docs/decisions/0002-large-bodies.md).
LARGEST_BODY = 1024 * 1024
MOST_FIELDS = 500
_BUILT = Path(__file__).parent.parent / "static" / "dist"
_YEAR = timedelta(days=365)
_ROOMS = (patient, sending, urgent, locking, login, practitioner, printing, arrival, board, handling)
_BESIDE = (correcting, letters)
_DESK = (appointments, importing, invite, type_in, alerting, kiosk, kiosk_desk, matching)
_HOUSE = (clinic, logo, trail, person, retention, more)
_CLINICIAN = (edition, preview, replaying, figures)
csrf = CSRFProtect()


def application(settings: Settings, parts: Parts | None = None) -> Flask:
    """The application, every route checked for its policy."""
    app = Flask("screening", static_folder=str(_BUILT), static_url_path="/assets", template_folder=None)
    app.jinja_options = {**jinja.OPTIONS, "autoescape": True}
    app.jinja_loader = jinja.environment().loader
    app.extensions["screening"] = parts or open_parts(settings)
    app.config.update(_config(settings))
    if settings.proxy_hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxy_hops, x_proto=settings.proxy_hops)  # type: ignore[method-assign]  # as Flask's guide has it
    csrf.init_app(app)
    app.before_request(_follow_settings(app))
    app.before_request(guard(app))
    add_headers(app, secure=settings.secure)
    for room in (*_ROOMS, *_BESIDE, *_DESK, *_HOUSE, *_CLINICIAN):
        app.register_blueprint(room.pages)
    # This view checks the token itself, so that a stale one costs the patient nothing that was typed.
    csrf.exempt(patient.save)
    failures.handle(app)
    _say_everywhere(app)
    check_every_route(app)
    return app


def _config(settings: Settings) -> Mapping[str, Any]:
    # Derived, so that a clinic has one secret to keep; a leaked cookie key opens no database.
    secret = sha256(b"screening cookie signing" + read_key(settings.keys).encode()).hexdigest()
    trusted = [host.strip() for host in settings.trusted_hosts.split(",") if host.strip()]
    return {
        "SECRET_KEY": secret,
        "MAX_CONTENT_LENGTH": LARGEST_BODY,
        "MAX_FORM_MEMORY_SIZE": LARGEST_BODY,
        "MAX_FORM_PARTS": MOST_FIELDS,
        "TRUSTED_HOSTS": trusted or None,
        "SESSION_COOKIE_NAME": "screening_form",
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SEND_FILE_MAX_AGE_DEFAULT": _YEAR,
        # A form left open for hours must still be accepted; the token is bound to the browser session.
        "WTF_CSRF_TIME_LIMIT": None,
        # Our own pages send no referrer (headers.py), so over TLS asking for one would refuse every form.
        "WTF_CSRF_SSL_STRICT": False,
    }


def _follow_settings(app: Flask) -> Callable[[], None]:
    """Before each request: what was set in the browser counts from now on, in this process too."""

    def follow() -> None:
        if request.endpoint != "static":
            parts: Parts = app.extensions["screening"]
            parts.refresh()
            app.permanent_session_lifetime = timedelta(days=parts.settings.patient_days)

    return follow


def _say_everywhere(app: Flask) -> None:
    """Give templates the reader's language, the clinic, and the addresses of the built files."""
    manifest = json.loads((_BUILT / "manifest.json").read_text(encoding="utf-8"))

    def asset(name: str) -> str:
        return url_for("static", filename=manifest[name])

    @app.context_processor
    def words() -> dict[str, Any]:
        response, parts = g.get("patient"), app.extensions["screening"]
        language = response.language if response is not None else parts.settings.clinic.language
        here = parts.settings.clinic
        return {
            "say": speaker(language),
            "lang": language,
            "dir": "ltr",
            "minutes": MINUTES,
            "clinic_name": here.name,
            "clinic_logo": logo.address(),
            "asset": asset,
            "errors": (),
            "draft": not parts.signed_off(),
            "staff": g.get("staff"),
            "tablet": clearing(),
            "every": fill(parts.edition.messages["msg-every"], here),
        }
