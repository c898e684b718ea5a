"""What every paper about one person has in common: the record, its identity, its answers in words."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import MappingProxyType

from rules.answers import Reading
from rules.assess import read
from rules.model import Answers, Assessment, Edition, Kind, Question
from rules.spoken import Spoken, asked_in_words, in_words
from screening.documents.after import NOTHING_ADDED, After
from screening.settings import Clinic, fill
from screening.words import Say, say_date, say_moment

_LONGEST_RUNNING_NAME = 60
NOTHING_BESIDE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SignOff:
    """Who signed the edition's rules off, and when."""

    name: str
    registration: str
    on: date


@dataclass(frozen=True, slots=True)
class Decision:
    """What a practitioner decided: the decision in words, by whom, when (clinic's time), and why; the
    day a visit is put off to, None when it is not, and the places (region:side) not to be needled."""

    words: str
    by: str
    at: datetime
    note: str = ""
    until: date | None = None
    not_to_needle: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DayCheck:
    """The check at arrival: its own answers, what the rules made of all answers then, by whom, when
    (clinic's time)."""

    answers: Answers
    assessment: Assessment
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Paper:
    """One submission as it is printed. `submitted_at` is aware and in the clinic's time zone; `today` is
    the day the answers count for; `entered_by` names the member of staff who typed a paper form in;
    `carried` has the answers that were confirmed instead of given anew, and when each was given;
    `earlier` are the forms of the same person before this one, newest first."""

    reference: str
    submitted_at: datetime
    edition: Edition
    answers: Answers
    assessment: Assessment
    today: date
    signed_off: SignOff | None = None
    decisions: tuple[Decision, ...] = ()
    entered_by: str = ""
    after: After = NOTHING_ADDED
    day: DayCheck | None = None
    carried: Mapping[str, date] = field(default_factory=dict)
    earlier: tuple["Paper", ...] = ()


@dataclass(frozen=True, slots=True)
class Voice:
    """How this paper speaks: sentences of the interface, dates, and the clinic's own numbers."""

    say: Say
    language: str
    clinic: Clinic

    def day(self, day: date) -> str:
        return say_date(day, self.language)

    def moment(self, moment: datetime) -> str:
        return say_moment(moment, self.language)

    def filled(self, text: str) -> str:
        return fill(text, self.clinic)


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands on every page, and what a reader of the file is told about it."""

    language: str
    direction: str
    title: str
    name: str
    born: str
    reference: str
    edition: str
    mark: str
    page: tuple[str, str, str]
    total_first: bool


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A question and its answer in words. `style` is "given" or "open" (not sure, or none given);
    `beside` is what has to be known of the answer, such as that it was corrected or carried over."""

    question: str
    answer: str
    style: str
    private: bool
    beside: str = ""


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """The answers of one page of the form. `no` lists the questions answered with a plain no, when they
    are told together instead of each on a row."""

    title: str
    lead: str
    rows: tuple[AnswerRow, ...]
    no: tuple[str, ...]


def identifier(paper: Paper, kind: str) -> bytes:
    """16 bytes that are the same for the same record and different for any other, or another kind."""
    spoken = [kind, paper.reference, paper.edition.digest, paper.edition.language]
    spoken += [paper.submitted_at.isoformat(), paper.today.isoformat(), repr(paper.signed_off)]
    spoken += [repr(decision) for decision in paper.decisions] + [repr(paper.after)]
    spoken += [repr(paper.day)] if paper.day else []
    spoken += [identifier(before, kind).hex() for before in paper.earlier]
    return hashlib.sha256("\n".join(spoken).encode("utf-8", "backslashreplace")).digest()[:16]


def made_at(paper: Paper) -> datetime:
    """The moment the paper speaks of: the last decision or check, or when the answers were sent.

    In UTC, because the child that draws may not open the files that describe a clinic's time zone."""
    later = [decision.at for decision in paper.decisions] + list(paper.after.moments)
    later += [paper.day.at] if paper.day else []
    return max([paper.submitted_at, *later]).astimezone(UTC)


def reading_of(paper: Paper) -> Reading:
    return read(paper.edition, paper.answers, paper.today)


def words_of(paper: Paper, voice: Voice, question: str) -> str:
    """The answer to one question in words, contained."""
    asked = paper.edition.questions[question]
    return contained(in_words(paper.edition, asked, paper.answers, voice.day).words)


# Marks that set the direction of writing until an end that may never come.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def contained(text: str) -> str:
    """The text without the marks that turn the direction of what follows.

    They print as nothing, and some hundreds of them nested within a line crash Pango: no paper at all."""
    return _TURNS.sub("", text).replace("\u2028", "\n").replace("\u2029", "\n")


def frame(paper: Paper, voice: Voice, kind: str) -> Frame:
    """The running head and foot. A very long name is shortened here and printed whole on page 1."""
    say, edition = voice.say, paper.edition
    name = " ".join(words_of(paper, voice, "full_name").split())
    short = f"{name[:_LONGEST_RUNNING_NAME]}…" if len(name) > _LONGEST_RUNNING_NAME else name
    page, total_first = _page_words(say)
    return Frame(
        language=voice.language,
        direction="rtl" if voice.language.partition("-")[0] in ("ar", "fa", "he", "ur") else "ltr",
        title=say("{kind}: {name}, {reference}", kind=kind, name=short, reference=paper.reference),
        name=short,
        born=say("Born {date}", date=words_of(paper, voice, "date_of_birth")),
        reference=say("Reference {reference}", reference=paper.reference),
        edition=say("Edition {name}, {digest}", name=edition.name, digest=edition.digest[:12]),
        mark=_mark(paper, voice),
        page=page,
        total_first=total_first,
    )


def _page_words(say: Say) -> tuple[tuple[str, str, str], bool]:
    """What stands before, between and after the two numbers, and whether the total comes first."""
    spoken = say("Page {n} of {m}", n="\0", m="\1")
    first, second = sorted("\0\1", key=spoken.index)
    before, _, rest = spoken.partition(first)
    between, _, after = rest.partition(second)
    return (before, between, after), first == "\1"


def _mark(paper: Paper, voice: Voice) -> str:
    signed = paper.signed_off
    if signed is None:
        return paper.edition.words["draft"]
    return voice.say(
        "rules signed off by {name}, {registration}, {date}",
        name=signed.name,
        registration=signed.registration,
        date=voice.day(signed.on),
    )


def carried_in_words(paper: Paper, voice: Voice) -> Mapping[str, str]:
    """For each answer that was carried over, when it was given and when it was confirmed."""
    return {
        question: voice.say(
            "carried over from {given}, confirmed on {confirmed}",
            given=voice.day(given),
            confirmed=voice.day(paper.today),
        )
        for question, given in paper.carried.items()
    }


def answer_pages(
    reading: Reading,
    voice: Voice,
    keep: Callable[[Question], bool],
    *,
    together: bool = False,
    beside: Mapping[str, str] = NOTHING_BESIDE,
) -> tuple[AnswerPage, ...]:
    """Every page with the questions asked on it that `keep` lets through; pages with none left out.

    With `together`, a plain no where no is the expected answer does not take a row of its own. `beside`
    is what stands behind the answers to some questions, which keep their rows."""
    pages = []
    for page, answers in asked_in_words(reading, voice.day):
        kept = [spoken for spoken in answers if keep(spoken.question) and _concerns(spoken)]
        plain = [spoken for spoken in kept if spoken.question.id not in beside]
        no = [spoken for spoken in plain if together and _plain_no(reading, spoken.question)]
        rows = tuple(_row(spoken, beside) for spoken in kept if spoken not in no)
        if kept:
            pages.append(AnswerPage(page.title, page.lead, rows, tuple(s.question.text for s in no)))
    return tuple(pages)


def _plain_no(reading: Reading, question: Question) -> bool:
    expected = question.kind is Kind.YES_NO and question.clear == "no" and not question.not_for_desk
    return expected and reading.given(question.id) == "no"


def _concerns(spoken: Spoken) -> bool:
    """A question that staff may answer and did not is no gap in what the patient said."""
    question = spoken.question
    return spoken.given or question.required or question.asked_by == "patient"


def _row(spoken: Spoken, beside: Mapping[str, str]) -> AnswerRow:
    question, style = spoken.question, "given" if spoken.known else "open"
    said = beside.get(question.id, "")
    return AnswerRow(question.text, contained(spoken.words), style, question.not_for_desk, said)
