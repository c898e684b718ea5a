"""A day's papers: the cover list, then each patient's, drawn in the background for the browser."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from io import BytesIO
from threading import Thread

from flask import Flask

from screening.documents.batch import day_batch
from screening.documents.charts import charts_of
from screening.documents.daylist import Coming, daylist_css, daylist_html, daylist_identifier
from screening.documents.leaflet import leaflet_css, leaflet_html, leaflet_identifier
from screening.documents.logo import logo_assets
from screening.documents.paper import Paper, made_at
from screening.documents.render import CouldNotRender
from screening.documents.summary import summary_assets, summary_css, summary_html, summary_identifier
from screening.documents.summary_changes import score_assets
from screening.records import printing, submissions
from screening.records.audit import Actor
from screening.records.submissions import Listed
from screening.web.drawing import draw, templates
from screening.web.papers import whole_paper
from screening.web.parts import Parts, parts
from screening.web.staff_words import voice

Moved = Callable[[int, int], None]

#: The name of the thread that draws a day.
THREAD = "papers of a day"


def coming(actor: Actor, day: date) -> tuple[Listed, ...]:
    """Whose form names this day as the visit, by name."""
    with parts().sessions() as db:
        return submissions.of_visit_day(db, actor, day, parts().now())


def day_pdf(actor: Actor, day: date, people: tuple[Listed, ...], moved: Moved) -> bytes:
    """The cover and everyone's papers. `moved` hears how many are in, and how many could not be drawn."""
    out = BytesIO()
    failed: list[str] = []
    papers = _papers(actor, people, failed, moved)
    day_batch(_cover(day, people), papers, out, lambda number, pages: None)
    return out.getvalue()


def _cover(day: date, people: tuple[Listed, ...]) -> bytes:
    spoken = voice()
    named = (spoken.say("Summary"), spoken.say("After-care leaflet"))
    rows = [Coming("", p.person.name, p.person.date_of_birth, p.reference, named) for p in people]
    html = daylist_html(templates(), day, rows, spoken.clinic, spoken.say, spoken.language)
    printed = datetime.combine(day, time(), parts().now().tzinfo)
    return draw(html, daylist_css(), daylist_identifier(day, rows), printed)


def _papers(actor: Actor, people: tuple[Listed, ...], failed: list[str], moved: Moved) -> Iterator[bytes]:
    """Each patient's papers, one at a time; one that cannot be drawn is left out and counted."""
    for number, listed in enumerate(people, 1):
        with parts().sessions() as db:
            found = submissions.get(db, actor, listed.id, "print", parts().now())
        if found is not None:
            paper = whole_paper(actor, found)
            try:
                yield summary_of(paper)
                yield leaflet_of(paper)
            except CouldNotRender:
                failed.append(listed.id)
        moved(number, len(failed))


def summary_of(paper: Paper) -> bytes:
    """The practitioner's summary. Raises CouldNotRender."""
    spoken = voice()
    charts = charts_of(paper, spoken)
    html = summary_html(templates(), paper, spoken.clinic, spoken.say, spoken.language, charts=charts)
    drawn = {**summary_assets(charts), **score_assets(paper, spoken), **logo_assets(spoken.clinic)}
    return draw(html, summary_css(), summary_identifier(paper), made_at(paper), "pdf/a-3a", drawn)


def leaflet_of(paper: Paper, *, named: bool = True) -> bytes:
    """The after-care leaflet for the places that were marked. Raises CouldNotRender."""
    spoken = voice()
    html = leaflet_html(templates(), paper, spoken.clinic, spoken.say, spoken.language, named=named)
    name, logo = leaflet_identifier(paper, named=named), logo_assets(spoken.clinic)
    return draw(html, leaflet_css(), name, made_at(paper), assets=logo)


def begin(app: Flask, actor: Actor, token: str, day: date) -> str:
    """Start drawing a day in the background; the id under which its progress can be asked."""
    people = coming(actor, day)
    mine: Parts = app.extensions["screening"]
    with mine.sessions() as db:
        job_id = printing.begin(db, actor, token, len(people), mine.now())
    work = (app, actor, job_id, day, people)
    Thread(target=_draw_in_background, args=work, name=THREAD, daemon=True).start()
    return job_id


def _draw_in_background(app: Flask, actor: Actor, job_id: str, day: date, people: tuple[Listed, ...]) -> None:
    mine: Parts = app.extensions["screening"]

    def moved(done: int, failed: int) -> None:
        with mine.sessions() as db:
            printing.move(db, job_id, done, failed, mine.now())

    with app.app_context():
        try:
            pdf = day_pdf(actor, day, people, moved)
        except Exception as error:
            # Nobody waits for this thread; its page is told that nothing will come.
            app.logger.error("a day's papers were not drawn: %s", type(error).__name__)
            with mine.sessions() as db:
                printing.stop(db, job_id, mine.now())
            return
        with mine.sessions() as db:
            printing.finish(db, job_id, pdf, mine.now())
