"""The practitioner's summary of a case that is in no database."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import click

from rules.assess import assess, read
from rules.facts import marked
from rules.model import Edition
from screening.commands.cases import Case
from screening.documents.bodychart import svg
from screening.documents.paper import Paper, made_at
from screening.documents.render import pdf
from screening.documents.summary import summary_assets, summary_css, summary_html, summary_identifier
from screening.jinja import environment
from screening.settings import BadSetting, Settings, load
from screening.words import speaker

_LANGUAGE = "en"


def summary_of(case: Case, edition: Edition) -> bytes:
    """The summary as PDF, dated the day the answers count for; the same case gives the same bytes."""
    clinic, say = _settings().clinic, speaker(_LANGUAGE)
    paper = Paper(
        reference=say("not stored"),
        submitted_at=datetime.combine(case.today, time(), ZoneInfo(clinic.timezone)),
        edition=edition,
        answers=case.answers,
        assessment=assess(edition, case.answers, case.today),
        today=case.today,
    )
    charts = _charts(case, edition)
    return pdf(
        summary_html(environment(), paper, clinic, say, _LANGUAGE, charts=charts),
        css=summary_css(),
        identifier=summary_identifier(paper),
        made_at=made_at(paper),
        assets=summary_assets(charts),
    )


def _charts(case: Case, edition: Edition) -> tuple[str, ...]:
    """Front and back with the marked places, the worst first; none when nothing is marked."""
    reading = read(edition, case.answers, case.today)
    worst = reading.value("main_region")
    pain = sorted(marked(reading), key=lambda token: token not in worst if isinstance(worst, tuple) else 0)
    return tuple(
        svg(view, title=view.capitalize(), pain=pain, width=170) for view in ("front", "back") if pain
    )


def _settings() -> Settings:
    try:
        return load()
    except BadSetting as error:
        raise click.ClickException(str(error)) from error
