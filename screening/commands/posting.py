"""`screening rounds`: what is due is sent once, now; `screening serve` does the same every ten seconds."""

import click

from screening import create_app
from screening.commands import settings_in_force
from screening.exchange.mail import InTheClear, Result
from screening.records.engine import CannotStore, NotDurable, WrongKey
from screening.records.keys import BadKey
from screening.rounds import go_round
from screening.web.parts import NoEmergencyNumber

_TROUBLE = (BadKey, CannotStore, InTheClear, NoEmergencyNumber, NotDurable, WrongKey, OSError)


@click.command()
def rounds() -> None:
    """Send the e-mails that are due, and exit. Safe beside a running server."""
    settings = settings_in_force()
    if not settings.smtp_host or not settings.mail_from:
        click.echo("No e-mail is sent: set smtp_host and mail_from in clinic.toml.")
        return
    try:
        done = go_round(create_app(settings))
    except _TROUBLE as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Sent: {done[Result.SENT]}. To be tried again: {done[Result.AGAIN]}.")
    lost = done[Result.NEVER] + done[Result.UNCERTAIN]
    if lost:
        raise click.ClickException(f"Not sent, or perhaps not: {lost}. The appointments' pages say which.")
