"""`screening print-day`: everything for one day as a PDF, with a progress bar."""

from datetime import date
from pathlib import Path

import click

from rules.answers import day as real_day
from screening import create_app
from screening.documents import render
from screening.records.audit import Actor
from screening.records.engine import NotDurable, WrongKey
from screening.records.keys import BadKey
from screening.settings import BadSetting, load
from screening.web import daily
from screening.web.parts import NoEmergencyNumber, parts

_TROUBLE = (BadKey, BadSetting, NoEmergencyNumber, NotDurable, WrongKey, OSError)


@click.command("print-day")
@click.option("--date", "on", metavar="YYYY-MM-DD", help="The visit date; today at the clinic if left out.")
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
def print_day(on: str | None, out: Path) -> None:
    """Write the cover list and every patient's papers of one day to OUT, for printing on both sides."""
    wanted = real_day(on) if on else None
    if on and wanted is None:
        raise click.ClickException(f"--date: expected a date as YYYY-MM-DD, not {on!r}.")
    try:
        app = create_app(load())
    except _TROUBLE as error:
        raise click.ClickException(str(error)) from error
    with app.app_context():
        _print(wanted or parts().today(), out)


def _print(day: date, out: Path) -> None:
    actor = Actor("system", "print-day")
    people = daily.coming(actor, day)
    failures = [0]
    with click.progressbar(length=len(people), label=f"Papers for {day}") as bar:

        def moved(done: int, failed: int) -> None:
            failures[0] = failed
            bar.update(done - bar.pos)

        pdf = daily.day_pdf(actor, day, people, moved)
    render.stop(parts().renderer())
    out.touch(mode=0o600)
    out.write_bytes(pdf)
    click.echo(f"{out}: {len(people)} patients, {len(pdf) // 1024} kB.")
    if failures[0]:
        raise click.ClickException(f"{failures[0]} patients' papers could not be made.")
