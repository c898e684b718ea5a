"""`screening retention`: what was kept long enough, shown first and removed only when told so."""

from datetime import UTC, datetime, timedelta

import click

from screening.commands import settings_in_force
from screening.in_force import in_force
from screening.records import clinic_settings
from screening.records import retention as kept
from screening.records.audit import Actor
from screening.records.engine import NotDurable, WrongKey, open_engine, open_sessions
from screening.records.keys import BadKey, read_key
from screening.records.migrate import NewerSchema, migrate
from screening.records.retention import Due

_TROUBLE = (BadKey, WrongKey, NotDurable, NewerSchema, OSError)


@click.command()
@click.option("--do-it", is_flag=True, help="Remove it. Without this nothing is changed.")
def retention(do_it: bool) -> None:
    """List forms and appointments kept longer than record_years, and forms never handed in."""
    settings, now = settings_in_force(), datetime.now(UTC)
    if not settings.database_url and not (settings.data / "screening.db").exists():
        raise click.ClickException(f"There is no database in {settings.data} yet.")
    try:
        key = read_key(settings.keys)
        engine = open_engine(settings.database, key)
        migrate(engine)
    except _TROUBLE as error:
        raise click.ClickException(str(error)) from error
    with open_sessions(engine, key)() as session:
        # What the administrator set in the browser counts here too.
        settings = in_force(settings, clinic_settings.stored(session).values)
        ages = (settings.record_years, timedelta(days=settings.patient_days))
        if do_it:
            _tell(kept.purge(session, Actor("system", "retention"), *ages, now))
            click.echo("Removed. Backups made before now still hold it, until they are deleted.")
        else:
            _tell(kept.would_purge(session, *ages, now))
            click.echo("Nothing was changed. To remove this: screening retention --do-it")
    engine.dispose()


def _tell(due: Due) -> None:
    """Counts and references; no name and no answer."""
    click.echo(f"Forms handed in: {len(due.forms)}")
    for form in due.forms:
        click.echo(f"  {form.reference}, handed in {form.handed_in:%Y-%m-%d}")
    click.echo(f"Appointments, of which name, birthday, phone and e-mail go: {len(due.appointments)}")
    click.echo(f"Forms never handed in: {len(due.left.abandoned)}")
    click.echo(f"Drafts of forms handed in: {len(due.left.drafts)}")
