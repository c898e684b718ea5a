"""`screening rules`: check an edition, print it as sentences, sign it off."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from rules.answers import day
from rules.load import EDITIONS, Unsound, load, newest
from rules.model import Edition
from screening.commands import BadInput, settings_in_force
from screening.settings import Settings

_SHOWN = 8


@click.group()
def rules() -> None:
    """Check, print and sign off what is asked and flagged."""


@rules.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def check(folder: Path | None) -> None:
    """Say whether the edition in FOLDER (or the newest) holds together, or name every fault."""
    folder = newest() if folder is None else folder
    if not folder.is_dir():
        raise BadInput(f"{folder}: there is no such folder")
    try:
        edition = load(folder)
    except Unsound as error:
        for fault in error.faults:
            click.echo(fault)
        raise SystemExit(1) from error
    click.echo(f"{edition.name} holds together: {counts(edition)}.")


def counts(edition: Edition) -> str:
    """What the edition holds, in numbers."""
    held = {
        "pages": edition.pages,
        "questions": edition.questions,
        "rules": edition.rules,
        "facts": edition.facts,
        "places": edition.regions,
        "muscles": edition.muscles,
        "medicine groups": edition.medicines,
        "sources": edition.sources,
    }
    return ", ".join(f"{len(things)} {name}" for name, things in held.items())


@rules.command()
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="Where to write it."
)
def sheet(out: Path) -> None:
    """Write the rule sheet (HTML and PDF) that a clinician reads and signs."""
    # WeasyPrint takes a second to load, which the other commands need not wait for.
    from screening.documents.rulesheet import as_html, as_pdf
    from screening.jinja import environment
    from screening.words import say_date

    settings = settings_in_force()
    edition = _edition(settings)
    html = as_html(environment(), edition, _signed(settings, edition), lambda on: say_date(on, "en"))
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "rule-sheet.html").write_text(html, encoding="utf-8")
        click.echo(out / "rule-sheet.html")
        (out / "rule-sheet.pdf").write_bytes(as_pdf(edition, html))
        click.echo(out / "rule-sheet.pdf")
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}.") from error


@rules.command(name="sign-off")
@click.option("--name", required=True, help="The clinician who takes responsibility.")
@click.option("--registration", required=True, help="Their registration, such as a number in a register.")
@click.option("--date", "on", metavar="YYYY-MM-DD", help="The day of signing; today if not given.")
@click.option("--yes", "typed", metavar="DIGEST8", help="The first 8 characters of the identity, unasked.")
def sign_off(name: str, registration: str, on: str | None, typed: str | None) -> None:
    """Record that a clinician signed off the edition in use."""
    from screening.records import signoff
    from screening.records.audit import Actor
    from screening.serve import CannotStart, open_house

    settings, now = settings_in_force(), datetime.now(UTC)
    edition = _edition(settings)
    signed_on = _day_of_signing(on, now.astimezone(ZoneInfo(settings.clinic.timezone)).date())
    if not name.strip() or not registration.strip():
        raise click.ClickException("A sign-off needs a name and a registration.")
    click.echo(f"Edition {edition.name}: {counts(edition)}.")
    click.echo(f"Identity {edition.digest}")
    typed = typed or click.prompt(f"Type its first {_SHOWN} characters to sign")
    if typed != edition.digest[:_SHOWN]:
        raise click.ClickException("Not the first 8 characters of the identity: nothing was signed.")
    signed = signoff.SignOff(edition.digest, name.strip(), registration.strip(), signed_on, now, None)
    try:
        house = open_house(settings, now)
    except CannotStart as error:
        raise click.ClickException(str(error)) from error
    with house.sessions() as session:
        signoff.sign(session, Actor("system", "sign-off"), signed)
    house.close()
    who = f"{signed.name}, {signed.registration}"
    click.echo(f"Signed off: {edition.name} by {who}, on {signed_on.isoformat()}.")


@rules.command()
@click.option(
    "--edition", "wanted", metavar="NAME", help="An edition by its name; the one in use if not given."
)
@click.option("--most", type=click.IntRange(1), help="How many forms, the newest; 5,000 if not given.")
def replay(wanted: str | None, most: int | None) -> None:
    """Run an edition over forms handed in, and list whose result differs. A trial run, changes nothing."""
    from screening.commands.replaying import told

    for line in told(settings_in_force(), wanted, most, datetime.now(UTC)):
        click.echo(line)


def _edition(settings: Settings) -> Edition:
    folder = EDITIONS / settings.edition if settings.edition else newest()
    try:
        return load(folder)
    except Unsound as error:
        raise click.ClickException(
            f"The edition has {len(error.faults)} faults: `screening rules check` names them."
        ) from error


def _signed(settings: Settings, edition: Edition) -> str:
    """The sign-off that counts, in words; "" while there is none, or no database yet to hold one."""
    if not settings.database_url and not (settings.data / "screening.db").exists():
        return ""
    from screening.records import signoff
    from screening.serve import CannotStart, open_house

    try:
        house = open_house(settings, datetime.now(UTC))
    except CannotStart as error:
        raise click.ClickException(str(error)) from error
    with house.sessions() as session:
        found = signoff.latest(session, edition.digest)
    house.close()
    if found is None:
        return ""
    return f"signed off by {found.name}, {found.registration}, on {found.signed_on.isoformat()}"


def _day_of_signing(given: str | None, today: date) -> date:
    on = today if given is None else day(given)
    if on is None:
        raise click.ClickException("--date: expected a date as YYYY-MM-DD.")
    if on > today:
        raise click.ClickException("--date: nobody can have signed on a day to come.")
    return on
