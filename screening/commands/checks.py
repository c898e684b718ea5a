"""`screening doctor`: what is right and what is wrong, line by line."""

import sys
from datetime import UTC, datetime

import click

from screening.doctor import examine
from screening.settings import BadSetting, load


@click.command()
def doctor() -> None:
    """Check this installation. Exit code 1 if anything is wrong."""
    try:
        settings = load()
    except BadSetting as error:
        raise click.ClickException(str(error)) from error
    wrong = 0
    for finding in examine(settings, datetime.now(UTC)):
        click.echo(f"{finding.state:6} {finding.sentence}")
        wrong += finding.state == "wrong"
    if wrong:
        click.echo(f"{wrong} wrong")
    sys.exit(1 if wrong else 0)
