"""The practitioner's summary of a case that is in no database."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from rules.assess import assess
from rules.model import Edition
from screening.commands import settings_in_force
from screening.commands.cases import Case
from screening.documents.charts import charts_of
from screening.documents.paper import Paper, Voice, made_at
from screening.documents.render import pdf
from screening.documents.summary import summary_assets, summary_css, summary_html, summary_identifier
from screening.jinja import environment
from screening.words import speaker

_LANGUAGE = "en"


def summary_of(case: Case, edition: Edition) -> bytes:
    """The summary as PDF, dated the day the answers count for; the same case gives the same bytes."""
    clinic, say = settings_in_force().clinic, speaker(_LANGUAGE)
    paper = Paper(
        reference=say("not stored"),
        submitted_at=datetime.combine(case.today, time(), ZoneInfo(clinic.timezone)),
        edition=edition,
        answers=case.answers,
        assessment=assess(edition, case.answers, case.today),
        today=case.today,
    )
    charts = charts_of(paper, Voice(say, _LANGUAGE, clinic))
    return pdf(
        summary_html(environment(), paper, clinic, say, _LANGUAGE, charts=charts),
        css=summary_css(),
        identifier=summary_identifier(paper),
        made_at=made_at(paper),
        assets=summary_assets(charts),
    )
