"""`screening doctor`: what is right and what is wrong, line by line."""

import sys
from datetime import UTC, datetime

import click

from screening.commands import settings_in_force
from screening.doctor import examine


@click.command()
def doctor() -> None:
    """Check this installation. Exit code 1 if anything is wrong."""
    settings = settings_in_force()
    wrong = 0
    for finding in examine(settings, datetime.now(UTC)):
        click.echo(f"{finding.state:6} {finding.sentence}")
        wrong += finding.state == "wrong"
    if wrong:
        click.echo(f"{wrong} wrong")
    sys.exit(1 if wrong else 0)
