"""The screening application: asks the questions, keeps the answers, shows staff the flags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screening.settings import Settings, load

if TYPE_CHECKING:
    from flask import Flask


def create_app(settings: Settings | None = None) -> Flask:
    """The application on the clinic's data. Raises when it cannot keep what it is told."""
    # Imported here so that the commands that need no web start in a fraction of the time.
    from screening.web.start import application

    return application(settings or load())
