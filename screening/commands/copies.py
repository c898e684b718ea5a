"""`screening backup` and `screening restore`: a checked copy out, a checked copy in."""

from datetime import UTC, datetime
from pathlib import Path

import click

from screening.records import backup as copies
from screening.records.engine import NotDurable, WrongKey, open_engine
from screening.records.keys import BadKey, read_key
from screening.settings import BadSetting, Settings, load

_TROUBLE = (BadKey, WrongKey, NotDurable, copies.BadBackup, OSError, BadSetting)


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
def backup(target: Path) -> None:
    """Copy the database to TARGET, encrypted under the same key, and read the copy back."""
    try:
        settings = _file_settings()
        if not _database(settings).exists():
            raise click.ClickException(f"There is no database in {settings.data} yet.")
        key = read_key(settings.keys)
        made = copies.backup(open_engine(settings.database, key), key, target, datetime.now(UTC))
    except _TROUBLE as error:
        raise click.ClickException(_plain(error)) from error
    click.echo(f"{target}: {made.submissions} submissions, read back and found whole.")
    click.echo(f"The key is not in it: keep {settings.keys} somewhere else.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """Put the backup FILE in place of the database, which must have been moved away first."""
    try:
        settings = _file_settings()
        target = _database(settings)
        found = copies.restore(file, read_key(settings.keys), target)
    except _TROUBLE as error:
        raise click.ClickException(_plain(error)) from error
    click.echo(f"{target}: {found.submissions} submissions, read back and found whole.")


def _file_settings() -> Settings:
    settings = load()
    if settings.database_url:
        raise click.ClickException("The database is a server: use its own backup (docs/running.md).")
    return settings


def _database(settings: Settings) -> Path:
    return settings.data / "screening.db"


def _plain(error: Exception) -> str:
    if isinstance(error, FileExistsError):
        return f"{error.filename or error} exists already: move it away first."
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}."
    return f"{str(error)[:1].upper()}{str(error)[1:]}."
