"""The practitioner's summary: one record in, the HTML of one paper out. It decides nothing."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace

from jinja2 import Environment

from rules.answers import Reading
from screening.documents import (
    summary_after,
    summary_back,
    summary_change,
    summary_changes,
    summary_corrections,
    summary_day,
    summary_flags,
    summary_pain,
)
from screening.documents.charts import legend
from screening.documents.corrected import marked_answers
from screening.documents.logo import logo_name
from screening.documents.paper import (
    AnswerPage,
    Frame,
    Paper,
    Voice,
    answer_pages,
    frame,
    identifier,
    reading_of,
    words_of,
)
from screening.documents.styles import styles
from screening.documents.summary_scores import Line
from screening.settings import Clinic
from screening.words import Say

_ASKS_ON_FRONT = 5
_LONGEST_WISH = 260
_TITLES_NAMED = 8


@dataclass(frozen=True, slots=True)
class Who:
    """The person and the form. `facts` are label and value, in the order printed."""

    name: str
    born: str
    clinic: str
    facts: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Front:
    """What page 1 holds; a `more_` sentence says what continues behind it."""

    flags: tuple[summary_flags.FlagRow, ...]
    more_flags: str
    places: tuple[summary_pain.Place, ...]
    more_places: str
    asks: tuple[summary_flags.Ask, ...]
    more_asks: str
    wish: str


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything the template prints, in words."""

    frame: Frame
    who: Who
    outcome: summary_flags.Outcome
    corrections: summary_corrections.AfterCorrections | None
    arrival: summary_day.Arrival | None
    changes: summary_changes.Changes | None
    front: Front
    later_flags: tuple[summary_flags.FlagRow, ...]
    later_asks: tuple[summary_flags.Ask, ...]
    information: tuple[summary_flags.FlagRow, ...]
    charts: tuple[str, ...]
    chart_words: str
    legend: tuple[str, ...]
    lifted: tuple[summary_change.Lifted, ...]
    pain: summary_pain.Pain
    places: tuple[summary_pain.Place, ...]
    dangers: tuple[summary_pain.Danger, ...]
    muscular: summary_pain.Muscular
    muscles: summary_pain.Muscles
    medicines: summary_back.Medicines
    answers: tuple[AnswerPage, ...]
    consent: summary_back.Consent
    decided: tuple[summary_back.Decided, ...]
    after: summary_after.AfterWords


def summary_html(
    env: Environment,
    paper: Paper,
    clinic: Clinic,
    say: Say,
    language: str,
    *,
    charts: tuple[str, ...] = (),
    sheet: str = "A4",
) -> str:
    """The summary as HTML for `summary_css(sheet)`. Give the renderer `summary_assets(charts)`, and
    `score_assets(paper, voice)` of somebody who was here before."""
    voice = Voice(say, language, clinic)
    view = summary(paper, voice, charts=len(charts), sheet=sheet)
    spoken = _keys(paper, view)
    disagreements = summary_back.disagreements(paper, spoken)
    printed = spoken | _keys(paper, disagreements)
    return env.get_template("paper/summary.html").render(
        view=view,
        disagreements=disagreements,
        sources=summary_back.sources(paper, printed),
        say=say,
        logo=logo_name(clinic),
    )


def summary_css(sheet: str = "A4") -> str:
    """The stylesheet, for "A4" or "Letter"."""
    return styles("summary.css", sheet)


def summary_identifier(paper: Paper) -> bytes:
    """What makes the PDF of the same record the same file."""
    return identifier(paper, "summary")


def summary_assets(charts: tuple[str, ...]) -> Mapping[str, bytes]:
    """The drawn charts (SVG) under the names by which the HTML asks for them."""
    return {chart_name(place): chart.encode() for place, chart in enumerate(charts)}


def chart_name(place: int) -> str:
    return f"asset:chart-{place}.svg"


def summary(paper: Paper, voice: Voice, *, charts: int = 0, sheet: str = "A4") -> Summary:
    """Everything the summary says, as frozen values in words."""
    reading = reading_of(paper)
    found, asked = summary_pain.places(paper, reading), summary_flags.asks(paper, voice)
    outcome, muscular = summary_flags.outcome(paper, voice), summary_pain.muscular(paper, voice)
    arrival, beside = summary_day.arrival(paper, voice), summary_corrections.after_corrections(paper, voice)
    loud = tuple(added.loud for added in (beside, arrival) if added is not None and added.loud)
    outcome = replace(outcome, said=(*loud, *outcome.said))
    front = _front(paper, voice, found, asked, drawn=charts > 0)
    pains = summary_pain.pain(paper, reading, voice)
    split = summary_flags.fitting(
        summary_flags.flag_rows(paper, voice), _room(sheet, outcome, front, pains, muscular, charts)
    )
    return Summary(
        frame=frame(paper, voice, voice.say("Practitioner's summary")),
        who=_who(paper, reading, voice),
        outcome=outcome,
        corrections=beside,
        arrival=arrival,
        changes=summary_changes.changes(paper, voice),
        front=_with_flags(front, split, voice),
        later_flags=split.later,
        later_asks=asked[_ASKS_ON_FRONT:],
        information=summary_flags.information_rows(paper, voice),
        charts=tuple(chart_name(place) for place in range(charts)),
        chart_words="; ".join(place.name for place in found),
        legend=legend(voice) if charts else (),
        lifted=summary_change.lifted(paper, reading, voice),
        pain=pains,
        places=found,
        dangers=summary_pain.dangers(paper, reading),
        muscular=muscular,
        muscles=summary_pain.muscles(paper, reading, voice),
        medicines=summary_back.medicines(paper, voice),
        answers=_answers(paper, reading, voice),
        consent=summary_back.consent(paper, reading),
        decided=summary_back.decided(paper, voice),
        after=summary_after.after_words(paper, voice),
    )


def _answers(paper: Paper, reading: Reading, voice: Voice) -> tuple[AnswerPage, ...]:
    beside = marked_answers(paper, voice)
    return answer_pages(reading, voice, lambda question: True, together=True, beside=beside)


def _front(
    paper: Paper,
    voice: Voice,
    found: tuple[summary_pain.Place, ...],
    asked: tuple[summary_flags.Ask, ...],
    *,
    drawn: bool,
) -> Front:
    here, more_places = summary_pain.front_places(found, voice, drawn=drawn)
    say, more = voice.say, len(asked) - _ASKS_ON_FRONT
    return Front(
        flags=(),
        more_flags="",
        places=here,
        more_places=more_places,
        asks=asked[:_ASKS_ON_FRONT],
        more_asks=say("More questions to ask: {n}. They continue on page 2.", n=more) if more > 0 else "",
        wish=summary_flags.shorten(paper, voice, "goals", words_of(paper, voice, "goals"), _LONGEST_WISH),
    )


def _with_flags(front: Front, split: summary_flags.Split, voice: Voice) -> Front:
    next_ones = "; ".join(row.title for row in split.later[:_TITLES_NAMED])
    more = voice.say(
        "More flags: {n}. They continue in this order on page 2, first: {titles}.",
        n=len(split.later),
        titles=next_ones,
    )
    return replace(front, flags=split.here, more_flags=more if split.later else "")


def _who(paper: Paper, reading: Reading, voice: Voice) -> Who:
    say, age = voice.say, reading.value("fact.age")
    born = words_of(paper, voice, "date_of_birth")
    by = words_of(paper, voice, "filling_in")
    helper = words_of(paper, voice, "helper_name") if reading.asked("helper_name") is True else ""
    facts = [
        (say("Reference"), paper.reference),
        (say("Sent"), voice.moment(paper.submitted_at)),
        (say("Visit"), words_of(paper, voice, "visit_date")),
        (say("Phone"), words_of(paper, voice, "phone")),
        (say("Emergency contact"), words_of(paper, voice, "emergency_contact")),
        (say("Filled in by"), f"{by}: {helper}" if helper else by),
    ]
    if paper.entered_by:
        facts.append((say("Typed in by"), paper.entered_by))
    return Who(
        name=words_of(paper, voice, "full_name"),
        born=say("Born {date}, {n} years", date=born, n=int(age))
        if isinstance(age, float)
        else say("Born {date}", date=born),
        clinic=voice.clinic.name,
        facts=tuple(Line(label, value) for label, value in facts),
    )


# --- what fits on page 1 -----------------------------------------------------------------------

_BODY_MM: Mapping[str, float] = {"A4": 262.0, "Letter": 244.0}
_LETTERS, _LINE_MM, _CHART_MM = 100, 4.1, 42.0


def _room(
    sheet: str,
    outcome: summary_flags.Outcome,
    front: Front,
    pains: summary_pain.Pain,
    story: summary_pain.Muscular,
    charts: int,
) -> float:
    """About how many millimetres page 1 leaves for flags once everything else has its place."""
    marks = "x" * 24
    beneath = sum(_lines(p.name, p.high, p.moderate, p.caution, marks) for p in front.places)
    scores, said = (s.value for s in pains.scores), (f"{p.label} {p.words}" for p in pains.lines)
    glance = [
        beneath + bool(front.more_places),
        1.5 + _lines(*scores) + _lines(*said),
        sum(_lines(a.question, a.answer) for a in front.asks) + 1 + bool(front.more_asks),
        2 + _lines(*(f"{w.weight} {w.text}" for w in story.weights)),
        _lines(front.wish),
    ]
    drawn = max(0.0, _CHART_MM - _LINE_MM * beneath) if charts else 0.0
    band = 26 + _LINE_MM * (_lines(outcome.told) + 1.5 * sum(_lines(said, marks) for said in outcome.said))
    rows = sum(_LINE_MM * max(lines, 2) + 2.2 for lines in glance)
    return _BODY_MM[sheet] - 26 - band - rows - drawn - 15


def _lines(*texts: str) -> int:
    """About how many lines the texts take together; capitals and far scripts are wide."""
    together = "; ".join(texts)
    wide = sum(letter.isupper() or letter > "\u0900" for letter in together)
    return -(-(len(together) + wide) // _LETTERS)


# --- what is cited -----------------------------------------------------------------------------


def _keys(paper: Paper, value: object) -> frozenset[str]:
    """The source keys that are printed anywhere in a value."""
    words = {word for text in _texts(value) for word in re.split(r"[^\w-]+", text)}
    return frozenset(words & paper.edition.sources.keys())


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))
