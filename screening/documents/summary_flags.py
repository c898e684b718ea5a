"""Flags as a practitioner reads them: what was said, what is known, what to check, and what to ask."""

from collections.abc import Iterable
from dataclasses import dataclass

from rules.facts import medicine_groups
from rules.model import Flag, Kind, Level, Status, Urgency
from rules.spoken import in_words, places_in_words
from screening.documents.corrected import marked_answers, unfollowed
from screening.documents.paper import Paper, Voice, contained

_PLACES_SAID = 3
_LONGEST_SAID = 160
_SAID_IN_BAND = 3


@dataclass(frozen=True, slots=True)
class FlagRow:
    """One flag. `style` is the level's id, `status` "raised" or "ask"; `beside` says what the corrected
    answers make of it, or nothing; the last three are its sentence."""

    title: str
    style: str
    status: str
    level: str
    urgency: str
    asked: str
    where: str
    private: str
    beside: str
    said: str
    known: str
    check: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to put to the patient, and how it was answered."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Split:
    """What fits on page 1, and what continues in order on page 2."""

    here: tuple[FlagRow, ...]
    later: tuple[FlagRow, ...]


def flag_rows(paper: Paper, voice: Voice) -> tuple[FlagRow, ...]:
    """Every flag, in the order of the assessment: heaviest first."""
    return tuple(_flag_row(paper, voice, flag) for flag in paper.assessment.flags)


def information_rows(paper: Paper, voice: Voice) -> tuple[FlagRow, ...]:
    """What is printed without being a flag, in the same three parts."""
    rules = paper.edition.rule
    return tuple(
        _flag_row(
            paper,
            voice,
            Flag(i.id, Status.RAISED, Level.INFORMATION, None, rules[i.id].scope, i.regions, i.because),
        )
        for i in paper.assessment.information
    )


def _flag_row(paper: Paper, voice: Voice, flag: Flag) -> FlagRow:
    edition = paper.edition
    rule, words = edition.rule[flag.id], edition.words
    asked = flag.status is Status.ASK
    return FlagRow(
        title=rule.title,
        style=flag.level.value,
        status=flag.status.value,
        level=words[flag.level],
        urgency="" if flag.urgency is None else words[flag.urgency],
        asked=words["ask"] if asked else "",
        where=_where(paper, flag),
        private=voice.say("private: speak alone") if rule.private else "",
        beside=unfollowed(paper, voice).get(flag.id, ""),
        said=said(paper, voice, flag.because, flag.regions),
        known=_known(paper, rule.evidence, rule.sources),
        check=rule.advice,
    )


def _where(paper: Paper, flag: Flag) -> str:
    words = paper.edition.words
    if flag.scope == "region" and flag.regions:
        return f"{words['region']}: {'; '.join(places_in_words(paper.edition, flag.regions))}"
    return words[flag.scope]


def _known(paper: Paper, evidence: str, sources: Iterable[str]) -> str:
    keys = ", ".join(key_in_words(paper, key) for key in sources)
    return f"{evidence} ({keys})" if evidence else keys


def key_in_words(paper: Paper, key: str) -> str:
    """A source key as it is printed; the clinic's own judgement is always said in words."""
    return paper.edition.words.get(key, key)


def said(paper: Paper, voice: Voice, questions: Iterable[str], regions: tuple[str, ...] = ()) -> str:
    """What the patient answered to these questions, each beside its question."""
    asked = paper.edition.questions
    return "; ".join(f"“{asked[q].text}” {_answer(paper, voice, q, regions)}" for q in questions)


def _answer(paper: Paper, voice: Voice, name: str, regions: tuple[str, ...]) -> str:
    edition, question = paper.edition, paper.edition.questions[name]
    spoken = in_words(edition, question, paper.answers, voice.day)
    if not spoken.given:
        return spoken.words
    if question.kind is Kind.REGIONS:
        return _places(paper, voice, spoken.words, regions)
    if len(spoken.words) <= _LONGEST_SAID:
        return contained(spoken.words)
    return _shortened(paper, voice, name, spoken.words)


def _places(paper: Paper, voice: Voice, everything: str, regions: tuple[str, ...]) -> str:
    places = places_in_words(paper.edition, regions) if regions else tuple(everything.split("; "))
    if len(places) <= _PLACES_SAID:
        return "; ".join(places)
    heading = voice.say("Where it hurts")
    return voice.say("{n} places, listed under “{heading}”", n=len(places), heading=heading)


def _shortened(paper: Paper, voice: Voice, name: str, words: str) -> str:
    """The start of a long answer, saying so, with the medicines that were recognised in all of it."""
    edition = paper.edition
    groups = medicine_groups(edition, words) if name == "medicines_list" else ()
    found = ", ".join(edition.medicines[group].name for group in groups)
    start = shorten(paper, voice, name, words)
    return voice.say("{start} Recognised: {groups}.", start=start, groups=found) if found else start


def shorten(paper: Paper, voice: Voice, name: str, words: str, longest: int = _LONGEST_SAID) -> str:
    """The answer whole when short; else its start, and where the whole of it is printed."""
    if len(words) <= longest:
        return contained(words)
    page = next(p.title for p in paper.edition.pages if p.id == paper.edition.questions[name].page)
    start = contained(words[:longest])
    return voice.say("{start}… (in full under “{heading}”)", start=start, heading=page)


# --- what to ask -------------------------------------------------------------------------------


def asks(paper: Paper, voice: Voice) -> tuple[Ask, ...]:
    """The questions that flags wait for, each once, those behind the heaviest flag first."""
    waiting = dict.fromkeys(
        question for flag in paper.assessment.flags if flag.status is Status.ASK for question in flag.because
    )
    beside, asked = marked_answers(paper, voice), paper.edition.questions
    said = {q: _answer(paper, voice, q, ()) for q in waiting}
    said |= {q: f"{said[q]} ({beside[q]})" for q in said.keys() & beside.keys()}
    return tuple(Ask(asked[q].text, said[q]) for q in waiting)


# --- the outcome -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    """The band at the top. `style` is the level's id; `said` are the emergency answers, word for word."""

    style: str
    level: str
    meaning: str
    duty: str
    urgency: str
    urgency_meaning: str
    standard: str
    told: str
    said: tuple[str, ...]
    more_said: str
    counts: str


def outcome(paper: Paper, voice: Voice) -> Outcome:
    """What the form concludes, how soon someone must act, and what the patient was told."""
    assessment, words = paper.assessment, paper.edition.words
    level, urgency = assessment.outcome, assessment.urgency
    emergency = _emergency_answers(paper, voice)
    more = len(emergency) - _SAID_IN_BAND
    return Outcome(
        style=level.value,
        level=words[level],
        meaning=words[f"{level}.meaning"],
        duty=words[f"{level}.duty"],
        urgency="" if urgency is None else words[urgency],
        urgency_meaning="" if urgency is None else words[f"{urgency}.meaning"],
        standard="" if urgency is None else words[f"{urgency}.standard"],
        told=_told(paper, voice),
        said=emergency[:_SAID_IN_BAND],
        more_said=voice.say("More emergency answers: {n}, told with the flags.", n=more) if more > 0 else "",
        counts=_counts(paper, voice),
    )


def _told(paper: Paper, voice: Voice) -> str:
    edition, assessment = paper.edition, paper.assessment
    raised = (edition.rule[flag.id] for flag in assessment.flags if flag.status is Status.RAISED)
    ids = dict.fromkeys([assessment.message, *(rule.adds for rule in raised if rule.adds)])
    text = " ".join(voice.filled(edition.messages[message]) for message in ids)
    return voice.say("The patient was told: “{message}”", message=text)


def _emergency_answers(paper: Paper, voice: Voice) -> tuple[str, ...]:
    """The answers behind every raised emergency, each once, in the order of the flags."""
    questions = dict.fromkeys(
        question
        for flag in paper.assessment.flags
        if flag.status is Status.RAISED and flag.urgency is Urgency.EMERGENCY
        for question in flag.because
    )
    return tuple(_told_privately(paper, voice, question) for question in questions)


def _told_privately(paper: Paper, voice: Voice, question: str) -> str:
    answer = said(paper, voice, [question])
    if not paper.edition.questions[question].not_for_desk:
        return answer
    return f"{answer} ({voice.say('private: speak alone')})"


def _counts(paper: Paper, voice: Voice) -> str:
    """How many flags of each level, and how many nobody can tell yet."""
    say, words, flags = voice.say, paper.edition.words, paper.assessment.flags
    parts = [
        say("{n} {level}", n=n, level=words[level])
        for level in (Level.URGENT, Level.HOLD, Level.DECIDE)
        if (n := sum(flag.level is level for flag in flags))
    ]
    if waiting := sum(flag.status is Status.ASK for flag in flags):
        parts.append(say("of these {n} to ask about", n=waiting))
    return "; ".join(parts)


# --- what fits ---------------------------------------------------------------------------------

_LINE_MM, _ROW_MM, _MORE_MM, _LETTERS = 3.82, 6.0, 10.0, 102


def fitting(rows: tuple[FlagRow, ...], millimetres: float) -> Split:
    """As many flags as fit in so much height, in order, and at least the first; the rest come later."""
    heights = [height_of(row) for row in rows]
    if sum(heights) <= millimetres:
        return Split(rows, ())
    here, left = 1, millimetres - _MORE_MM - heights[0]
    while here < len(rows) and left >= heights[here]:
        left -= heights[here]
        here += 1
    return Split(rows[:here], rows[here:])


def height_of(row: FlagRow) -> float:
    """About how tall a flag is printed, in millimetres."""
    sentence = len(row.said) + len(row.known) + len(row.check) + 30
    head = len(row.title) * 1.2 + len(row.where) + len(row.private) + len(row.beside)
    lines = -(-sentence // _LETTERS) + head // _LETTERS
    return max(_ROW_MM + _LINE_MM * lines, 12.5)
