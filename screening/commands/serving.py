"""`screening serve`: the clinic's forms, or a demonstration with invented patients."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from screening import demo as invented
from screening.serve import CannotStart, first_code, open_house, run
from screening.settings import BadSetting, Settings, load

DEMO_FOLDER = Path("demo-instance")
_HOW_TO_LISTEN = ("SCREENING_HOST", "SCREENING_PORT", "SCREENING_WORKERS", "SCREENING_THREADS")


@click.command()
@click.option("--demo", is_flag=True, help="Invented patients in demo-instance, made anew each time.")
@click.option("--host", help="The address to listen on.")
@click.option("--port", type=int, help="The port to listen on.")
def serve(demo: bool, host: str | None, port: int | None) -> None:
    """Serve the form to patients and the flags to staff."""
    now = datetime.now(UTC)
    try:
        settings = _settings(demo, host, port)
        if demo:
            invented.make_folder(settings.data)
        house = open_house(settings, now)
        if demo:
            lines = invented.fill_house(house, settings, now)
        else:
            lines = _first_steps(settings, first_code(house, now))
        # Connections made before the fork must not be used after it.
        house.close()
    except (BadSetting, CannotStart, invented.NotADemo) as error:
        raise click.ClickException(str(error)) from error
    for line in (f"The form:       {settings.base_url}/", *lines, "Stop with Ctrl-C."):
        click.echo(line)
    run(settings)


def _settings(demo: bool, host: str | None, port: int | None) -> Settings:
    if not demo:
        return _reached(load(host=host, port=port))
    # Nothing of a real clinic's may be used: not its database, its key or its address; only how to listen.
    how = {name: os.environ[name] for name in _HOW_TO_LISTEN if name in os.environ}
    return _reached(load(how, data=DEMO_FOLDER, host=host, port=port, demo=True))


def _reached(settings: Settings) -> Settings:
    """With the address patients open at the port in use, while that address is this machine's."""
    usual = Settings()
    if settings.base_url == usual.base_url and settings.port != usual.port:
        return replace(settings, base_url=f"http://127.0.0.1:{settings.port}")
    return settings


def _first_steps(settings: Settings, code: str | None) -> list[str]:
    lines = [f"Staff sign in:  {settings.base_url}/staff/sign-in"]
    if code is not None:
        lines += [
            f"Nobody can sign in yet. Open {settings.base_url}/staff/first and give this code, which works",
            f"once and for a day: {code}",
        ]
    return lines
