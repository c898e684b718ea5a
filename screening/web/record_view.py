"""One record as the practitioner's page shows it. What paper says too is taken from the paper's own verbs."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from rules.answers import Reading
from rules.facts import full_years
from rules.model import Flag, Information, Level, Status
from rules.spoken import Spoken, asked_in_words, in_words, places_in_words
from screening.documents.charts import charts_of, legend
from screening.documents.corrected import unfollowed
from screening.documents.paper import Paper, Voice, carried_in_words, reading_of, words_of
from screening.documents.summary_back import Decided, Medicines, decided, medicines, sources
from screening.documents.summary_change import Lifted, lifted
from screening.documents.summary_day import Arrival, arrival, on_the_day
from screening.documents.summary_flags import Outcome, outcome
from screening.documents.summary_pain import (
    Danger,
    Muscles,
    Muscular,
    Place,
    dangers,
    muscles,
    muscular,
    pain,
    places,
)
from screening.web.staff_words import dialled, say, say_here

_PAIN_PAGES = ("story", "scores")


@dataclass(frozen=True, slots=True)
class Cited:
    """A source as a card lists it, with how far it was read."""

    key: str
    citation: str
    read: str


@dataclass(frozen=True, slots=True)
class Why:
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to put to the patient, by its id, how it was answered so far, and what waits for it."""

    id: str
    question: str
    answer: str
    decides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A flag or an item of information. `style` is the level's id, `beside` what the corrected answers make
    of it; empty texts are not shown."""

    anchor: str
    style: str
    title: str
    asked: bool
    status: str
    level: str
    urgency: str
    private: str
    priority: str
    scope: str
    beside: str
    places: tuple[str, ...]
    whys: tuple[Why, ...]
    advice: str
    evidence: str
    judged: str
    sources: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """A question by its id, and its answer in words; `style` is "given" or "open" (not sure, none given).

    `scale` says what the ends of a row of boxes mean; `carried`, when an answer that was only confirmed
    was given."""

    id: str
    question: str
    answer: str
    style: str
    scale: str
    private: str
    carried: str = ""


@dataclass(frozen=True, slots=True)
class AnswerPage:
    title: str
    lead: str
    rows: tuple[Answered, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """Who this is about; `facts` are label and value."""

    name: str
    born: str
    reference: str
    phone: str
    dial: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Record:
    """Everything the page shows, in words."""

    head: Head
    outcome: Outcome
    arrival: Arrival | None
    arrival_flags: tuple[Card, ...]
    flags: tuple[Card, ...]
    asks: tuple[Ask, ...]
    information: tuple[Card, ...]
    muscular: Muscular
    muscles: Muscles
    charts: tuple[str, ...]
    legend: tuple[str, ...]
    places: tuple[Place, ...]
    dangers: tuple[Danger, ...]
    lifted: tuple[Lifted, ...]
    duration: str
    pain: tuple[Answered, ...]
    medicines: Medicines
    answers: tuple[AnswerPage, ...]
    decided: tuple[Decided, ...]


def record_of(paper: Paper, voice: Voice, today: date) -> Record:
    """The record in words. `paper.decisions` are oldest first; the page shows the newest first."""
    reading = reading_of(paper)
    assessment, then = paper.assessment, on_the_day(paper)
    return Record(
        head=_head(paper, reading, voice, today),
        outcome=outcome(paper, voice),
        arrival=arrival(paper, voice),
        arrival_flags=tuple(flag_card(then, voice, flag, "arrival-") for flag in then.assessment.flags),
        flags=tuple(flag_card(paper, voice, flag) for flag in assessment.flags),
        asks=_asks(paper, voice),
        information=tuple(_information_card(paper, voice, item) for item in assessment.information),
        muscular=muscular(paper, voice),
        muscles=muscles(paper, reading, voice),
        charts=charts_of(paper, voice),
        legend=legend(voice),
        places=places(paper, reading),
        dangers=dangers(paper, reading),
        lifted=lifted(paper, reading, voice),
        duration=pain(paper, reading, voice).duration,
        pain=_pain(reading, voice),
        medicines=medicines(paper, voice),
        answers=_answers(paper, reading, voice),
        decided=decided(paper, voice)[::-1],
    )


# --- who ---------------------------------------------------------------------------------------


def _head(paper: Paper, reading: Reading, voice: Voice, today: date) -> Head:
    born = reading.value("date_of_birth")
    date_words = words_of(paper, voice, "date_of_birth")
    known = isinstance(born, date) and born <= today
    aged = say("{date}, {n} years old", date=date_words, n=full_years(born, today)) if known else date_words  # type: ignore[arg-type]  # known means a date
    asked = ("visit_date", "emergency_contact", "filling_in", "helper_name")
    facts = [(say("Handed in"), say_here(paper.submitted_at))]
    facts += [(say("Typed in by"), paper.entered_by)] if paper.entered_by else []
    facts += [
        (paper.edition.questions[question].text, words_of(paper, voice, question))
        for question in asked
        if question in paper.edition.questions and reading.asked(question) is not False
    ]
    name, phone = words_of(paper, voice, "full_name"), words_of(paper, voice, "phone")
    return Head(name, aged, paper.reference, phone, dialled(phone), tuple(facts))


# --- cards -------------------------------------------------------------------------------------


def flag_card(paper: Paper, voice: Voice, flag: Flag, where: str = "") -> Card:
    """A flag as a card, anchored under its id after `where`."""
    edition = paper.edition
    rule, words = edition.rule[flag.id], edition.words
    return Card(
        anchor=where + flag.id,
        style=flag.level.value,
        title=rule.title,
        asked=flag.status is Status.ASK,
        status=words[flag.status],
        level=words[flag.level],
        urgency="" if flag.urgency is None else words[flag.urgency],
        private=_private() if rule.private else "",
        priority=say("High priority") if rule.high_priority else "",
        scope=words[flag.scope],
        beside=unfollowed(paper, voice).get(flag.id, ""),
        places=places_in_words(edition, flag.regions),
        whys=_whys(paper, voice, flag.because),
        advice=rule.advice,
        evidence=rule.evidence,
        judged=_judged(paper, rule.sources),
        sources=_cited(paper, rule.sources),
    )


def _information_card(paper: Paper, voice: Voice, item: Information) -> Card:
    """An item of information in the same shape: it is printed, and is no flag, so it has no status."""
    scope = paper.edition.rule[item.id].scope
    flag = Flag(item.id, Status.RAISED, Level.INFORMATION, None, scope, item.regions, item.because)
    return replace(flag_card(paper, voice, flag), status="")


def _whys(paper: Paper, voice: Voice, questions: Iterable[str]) -> tuple[Why, ...]:
    edition = paper.edition
    asked = (edition.questions[question] for question in questions)
    return tuple(Why(q.text, in_words(edition, q, paper.answers, voice.day).words) for q in asked)


def _asks(paper: Paper, voice: Voice) -> tuple[Ask, ...]:
    """The questions that flags wait for, each once, those behind the heaviest flag first."""
    waiting: dict[str, list[str]] = {}
    for flag in paper.assessment.flags:
        for question in flag.because if flag.status is Status.ASK else ():
            waiting.setdefault(question, []).append(paper.edition.rule[flag.id].title)
    whys = zip(waiting.items(), _whys(paper, voice, waiting), strict=True)
    return tuple(Ask(name, why.question, why.answer, tuple(titles)) for (name, titles), why in whys)


def _judged(paper: Paper, keys: Iterable[str]) -> str:
    """Said openly on the card when it rests on nothing but, or partly on, the clinic's own judgement."""
    found = (paper.edition.sources[key] for key in keys)
    return next((f"{s.key}: {paper.edition.words[s.read]}" for s in found if s.read == "judgement"), "")


def _cited(paper: Paper, keys: Iterable[str]) -> tuple[Cited, ...]:
    rows = {row.key: row for row in sources(paper, frozenset(keys))}
    return tuple(Cited(key, rows[key].citation, rows[key].read) for key in keys)


# --- every answer ------------------------------------------------------------------------------


def _answers(paper: Paper, reading: Reading, voice: Voice) -> tuple[AnswerPage, ...]:
    """Every question that was asked with its answer, page by page; none is left blank or left out."""
    carried = carried_in_words(paper, voice)
    return tuple(
        AnswerPage(page.title, page.lead, tuple(_answered(s, carried.get(s.question.id, "")) for s in spoken))
        for page, spoken in asked_in_words(reading, voice.day)
    )


def _pain(reading: Reading, voice: Voice) -> tuple[Answered, ...]:
    """What was said about the pain itself: its story and its scores; how long is said beside it."""
    length = reading.edition.facts["fact.duration_weeks"].reads
    pages = (spoken for page, spoken in asked_in_words(reading, voice.day) if page.id in _PAIN_PAGES)
    return tuple(_answered(s) for spoken in pages for s in spoken if s.question.id not in length)


def _answered(spoken: Spoken, carried: str = "") -> Answered:
    question = spoken.question
    private = _private() if question.not_for_desk else ""
    style = "given" if spoken.known else "open"
    scale = say("0 {low}, 10 {high}", low=question.ends[0], high=question.ends[1]) if question.ends else ""
    return Answered(question.id, question.text, spoken.words, style, scale, private, carried)


def _private() -> str:
    return say("Private: speak alone")
