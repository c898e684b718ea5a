"""A referral letter: who writes to whom about which flags, with the answers behind them. Kept as printed."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from jinja2 import Environment

from rules.facts import marked
from rules.model import Flag, Level
from rules.spoken import in_words, places_in_words
from screening.documents.corrected import as_corrected, unfollowed
from screening.documents.paper import Frame, Paper, Voice, contained, frame, reading_of, words_of
from screening.documents.styles import styles
from screening.documents.summary_back import decided
from screening.documents.summary_corrections import with_news
from screening.documents.summary_day import on_the_day
from screening.documents.summary_flags import flag_rows
from screening.words import Say


@dataclass(frozen=True, slots=True)
class Concern:
    """A flag that a letter may tell of, and the record that it was concluded from. `beside` is empty, or
    says that the corrected answers do not lead to it."""

    flag: Flag
    paper: Paper
    private: bool
    beside: str

    @property
    def pressing(self) -> bool:
        """Whether a letter tells of it unless somebody says otherwise."""
        return self.flag.level.rank >= Level.HOLD.rank and not self.private and not self.beside


def concerns(paper: Paper, voice: Voice) -> tuple[Concern, ...]:
    """Every flag of the record once, as it stands now: the heaviest first, last those that the corrected
    answers do not lead to."""
    found: dict[str, tuple[Flag, Paper]] = {}
    for stand in _stands(paper):
        found |= {flag.id: (flag, stand) for flag in stand.assessment.flags}
    gone = unfollowed(paper, voice)
    every = (
        Concern(flag, stand, _private(stand, flag), gone.get(flag.id, "")) for flag, stand in found.values()
    )
    return tuple(sorted(every, key=lambda concern: (concern.beside, -concern.flag.level.rank)))


def _stands(paper: Paper) -> Iterator[Paper]:
    """The form, then what the arrival check and the corrections made new, the later of the two last."""
    yield paper
    made = paper.after.corrections
    later = bool(made and paper.day is not None and paper.day.at > made[-1].at)
    yield from (with_news(paper), on_the_day(paper)) if later else (on_the_day(paper), with_news(paper))


def _private(paper: Paper, flag: Flag) -> bool:
    asked = paper.edition.questions
    return paper.edition.rule[flag.id].private or any(asked[q].not_for_desk for q in flag.because)


# --- what is printed ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Written:
    """What the writer typed and chose, and who writes; `urgency` is in words, `flags` are ids."""

    addressee: str
    reason: str
    urgency: str
    text: str
    flags: tuple[str, ...]
    by: str
    registration: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """An answer behind a flag; `beside` is what the patient said where that was corrected."""

    question: str
    answer: str
    beside: str


@dataclass(frozen=True, slots=True)
class Concerned:
    """A flag as the letter tells it."""

    title: str
    weight: str
    where: str
    beside: str
    answers: tuple[Told, ...]
    known: str


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything that a letter prints, in words; it is kept, so that it can be printed again."""

    frame: Frame
    clinic: tuple[str, ...]
    day: str
    addressee: str
    name: str
    born: str
    reason: str
    urgency: str
    text: str
    flags: tuple[Concerned, ...]
    places: str
    decided: tuple[str, ...]
    sources: tuple[str, ...]
    by: str
    registration: str


def letter(paper: Paper, voice: Voice, written: Written) -> Letter:
    """The letter about a record as it stands now."""
    say, now = voice.say, as_corrected(paper)
    chosen = tuple(c for c in concerns(paper, voice) if c.flag.id in written.flags)
    keys = dict.fromkeys(key for c in chosen for key in paper.edition.rule[c.flag.id].sources)
    clinic = (voice.clinic.name, voice.clinic.address, voice.clinic.phone)
    return Letter(
        frame=frame(paper, voice, say("Referral letter")),
        clinic=tuple(line for line in clinic if line),
        day=voice.day(written.at.date()),
        addressee=contained(written.addressee),
        name=words_of(now, voice, "full_name"),
        born=words_of(now, voice, "date_of_birth"),
        reason=contained(written.reason),
        urgency=written.urgency,
        text=contained(written.text),
        flags=tuple(_concerned(paper, voice, concern) for concern in chosen),
        places="; ".join(places_in_words(paper.edition, marked(reading_of(now)))),
        decided=tuple(_decision(paper, voice)),
        sources=tuple(f"{key}: {paper.edition.sources[key].citation}" for key in keys),
        by=written.by,
        registration=written.registration,
    )


def _concerned(paper: Paper, voice: Voice, concern: Concern) -> Concerned:
    stand = concern.paper
    (row,) = flag_rows(replace(stand, assessment=replace(stand.assessment, flags=(concern.flag,))), voice)
    weight = (row.level, row.urgency, stand.edition.words[concern.flag.status])
    sources = stand.edition.rule[concern.flag.id].sources
    return Concerned(
        title=row.title,
        weight=" · ".join(word for word in weight if word),
        where=row.where,
        beside=concern.beside,
        answers=tuple(_told(paper, stand, voice, question) for question in concern.flag.because),
        known=", ".join(stand.edition.words.get(key, key) for key in sources),
    )


def _told(paper: Paper, stand: Paper, voice: Voice, question: str) -> Told:
    asked = stand.edition.questions[question]
    answer = contained(in_words(stand.edition, asked, stand.answers, voice.day).words)
    made = [one for one in paper.after.corrections if one.question == question]
    if not made:
        return Told(asked.text, answer, "")
    corrected = contained(in_words(stand.edition, asked, {question: made[-1].answer}, voice.day).words)
    said = words_of(paper, voice, question)
    words = voice.say(
        "The patient answered “{said}”; corrected to “{now}” by {name}, {when}",
        said=said,
        now=corrected,
        name=made[-1].by,
        when=voice.moment(made[-1].at),
    )
    return Told(asked.text, answer, words)


def _decision(paper: Paper, voice: Voice) -> Iterator[str]:
    """The latest decision with its details. The note was written for the clinic and stays there."""
    for made in decided(paper, voice)[-1:]:
        yield voice.say("{decision}, by {name}, {when}", decision=made.words, name=made.by, when=made.at)
        yield from made.details


# --- kept and drawn ----------------------------------------------------------------------------


def kept(printed: Letter) -> dict[str, Any]:
    """The letter as plain JSON values."""
    return asdict(printed)


def letter_of(values: Mapping[str, Any]) -> Letter:
    """The letter that `kept` wrote."""
    flags = (
        Concerned(**{**flag, "answers": tuple(Told(**told) for told in flag["answers"])})
        for flag in values["flags"]
    )
    several = {name: tuple(values[name]) for name in ("clinic", "decided", "sources")}
    return Letter(**{**values, **several, "frame": Frame(**values["frame"]), "flags": tuple(flags)})


def letter_html(env: Environment, printed: Letter, say: Say) -> str:
    """The letter as HTML for `letter_css(sheet)`; draw it as pdf/ua-1."""
    return env.get_template("paper/letter.html").render(view=printed, say=say)


def letter_css(sheet: str = "A4") -> str:
    """The stylesheet, for "A4" or "Letter"."""
    return styles("letter.css", sheet)


def letter_identifier(printed: Letter) -> bytes:
    """What makes the PDF of the same letter the same file."""
    spoken = json.dumps(kept(printed), sort_keys=True)
    return hashlib.sha256(spoken.encode("ascii")).digest()[:16]
