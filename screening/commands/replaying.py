"""`screening rules replay`: whose result another edition would change. Nothing that is stored changes."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from rules.load import Unsound
from rules.model import Edition, Flag
from rules.replay import Conclusion
from screening.records import editions, replay
from screening.records.audit import Actor
from screening.records.editions import KeptEdition
from screening.records.replay import Changed, Trial
from screening.serve import CannotStart, open_house
from screening.settings import Settings
from screening.trial import Choice, choices, opened


def told(settings: Settings, wanted: str | None, most: int | None, now: datetime) -> Iterator[str]:
    """The trial run as lines to print. Raises ClickException where it cannot be done."""
    zone = ZoneInfo(settings.clinic.timezone)
    try:
        house = open_house(settings, now)
    except CannotStart as error:
        raise click.ClickException(str(error)) from error
    try:
        with house.sessions() as session:
            kept = editions.every(session)
        edition = _opened(_chosen(choices(kept), wanted or house.edition.digest), settings.clinic.language)
        with house.sessions() as session:
            actor = Actor("system", "rules-replay")
            day_of, many = (lambda at: at.astimezone(zone).date()), most or replay.MOST
            trial = replay.replay(session, actor, edition, day_of, now, many)
    finally:
        house.close()
    yield from _lines(edition, trial, kept, settings.clinic.language)


def _chosen(offered: tuple[Choice, ...], wanted: str) -> Choice:
    """The edition of that name, or whose identity begins so."""
    found = [choice for choice in offered if wanted == choice.name or choice.digest.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"{choice.name} ({choice.digest[:8]})" for choice in found or offered)
    said = "several are called so, name one by its identity" if found else "there is no such edition"
    raise click.ClickException(f"--edition {wanted}: {said}: {names}.")


def _opened(choice: Choice, language: str) -> Edition:
    try:
        return opened(choice, language)
    except Unsound as error:
        raise click.ClickException(f"{choice.name} has {len(error.faults)} faults.") from error


def _lines(edition: Edition, trial: Trial, kept: tuple[KeptEdition, ...], language: str) -> Iterator[str]:
    yield f"A trial run, changes nothing: edition {edition.name} ({edition.digest[:8]})."
    yield f"Forms run: {trial.looked_at}. Would change: {len(trial.changed)}."
    if trial.left_out:
        yield f"Not run: {trial.left_out} older forms (--most)."
    texts = {one.digest: one for one in kept}
    then = {
        digest: _opened(Choice(texts[digest].name, digest, texts[digest].text), language)
        for digest in {changed.edition_digest for changed in trial.changed}
    }
    for changed in trial.changed:
        yield from _about(edition, then[changed.edition_digest], changed)


def _about(edition: Edition, then: Edition, changed: Changed) -> Iterator[str]:
    differs = changed.difference
    yield ""
    yield f"{changed.name}, {changed.reference}, {changed.day.isoformat()}"
    yield f"  {_words(then, differs.before)} -> {_words(edition, differs.after)}"
    for sign, source, flags in (("+", edition, differs.new), ("-", then, differs.gone)):
        yield from (f"  {sign} {_flag(source, flag)}" for flag in flags)
    yield from (f"  ~ {_flag(edition, flag)}" for flag in differs.changed)


def _words(edition: Edition, conclusion: Conclusion) -> str:
    said = edition.words[conclusion.outcome]
    return said if conclusion.urgency is None else f"{said}, {edition.words[conclusion.urgency].lower()}"


def _flag(edition: Edition, flag: Flag) -> str:
    return (
        f"{edition.rule[flag.id].title} ({edition.words[flag.level]}, {edition.words[flag.status].lower()})"
    )
