"""What the corrected answers lead to, in words, for page and paper. No flag of the form is removed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from rules.assess import read
from rules.changes import FlagChange, Turn, flag_changes
from rules.model import Assessment, Flag
from rules.since import calls_for_a_look
from rules.spoken import in_words
from screening.documents.corrected import answer_said, as_corrected
from screening.documents.paper import Paper, Voice, contained, words_of
from screening.documents.summary_flags import FlagRow, flag_rows

_MORE = (Turn.NEW, Turn.HEAVIER, Turn.DIFFERENT)


@dataclass(frozen=True, slots=True)
class Corrected:
    """One correction: the question, what the patient answered, what was put beside it, by whom and why."""

    question: str
    said: str
    now: str
    made: str
    reason: str


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that is asked only because of a correction, by its id, and how it stands."""

    id: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """A flag, by its id, that an earlier correction raised and the latest one does not."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class AfterCorrections:
    """`loud` is the sentence for the top of the record, empty unless something new holds or is urgent;
    `gone` and `lighter` name flags of the form, which stay."""

    loud: str
    outcome: str
    news: str
    made: tuple[Corrected, ...]
    flags: tuple[FlagRow, ...]
    gone: tuple[str, ...]
    lighter: tuple[str, ...]
    dropped: tuple[Dropped, ...]
    opened: tuple[OpenQuestion, ...]


def after_corrections(paper: Paper, voice: Voice) -> AfterCorrections | None:
    """All of it in words; None when nothing was corrected."""
    if not paper.after.corrections:
        return None
    say, now = voice.say, with_news(paper)
    new, changes = now.assessment.flags, _changes(paper)
    titles = "; ".join(paper.edition.rule[flag.id].title for flag in new)
    return AfterCorrections(
        loud=say("New after corrections: {titles}", titles=titles) if calls_for_a_look(new) else "",
        outcome=say(
            "The form as it was handed in: {form}. With the corrected answers: {corrected}.",
            form=_outcome(paper, paper.assessment),
            corrected=_outcome(paper, now.assessment),
        ),
        news=say("New after corrections: {n}", n=len(new))
        if new
        else say("No flag is new after the corrections."),
        made=tuple(_made(paper, voice)),
        flags=flag_rows(now, voice),
        gone=tuple(_title(paper, change.id) for change in changes if change.turn is Turn.GONE),
        lighter=tuple(_lighter(paper, changes)),
        dropped=tuple(_dropped(paper)),
        opened=tuple(_opened(paper, voice)),
    )


def with_news(paper: Paper) -> Paper:
    """The record with its corrected answers and only the flags that these made new, heavier or different."""
    now = as_corrected(paper)
    new = {change.id for change in _changes(paper) if change.turn in _MORE}
    flags = tuple(flag for flag in now.assessment.flags if flag.id in new)
    return replace(
        now, assessment=replace(now.assessment, flags=flags), after=replace(now.after, corrections=())
    )


def every_flag(paper: Paper) -> tuple[Flag, ...]:
    """The flags of the form, then those that only a correction raised, the latest state of each."""
    known = {flag.id: flag for one in paper.after.corrections for flag in one.assessment.flags}
    mine = {flag.id for flag in paper.assessment.flags}
    return (*paper.assessment.flags, *(flag for flag in known.values() if flag.id not in mine))


def _changes(paper: Paper) -> tuple[FlagChange, ...]:
    return flag_changes(paper.assessment, as_corrected(paper).assessment)


def _made(paper: Paper, voice: Voice) -> Iterator[Corrected]:
    for one in paper.after.corrections:
        yield Corrected(
            paper.edition.questions[one.question].text,
            words_of(paper, voice, one.question),
            answer_said(paper, voice, one.question, one.answer),
            voice.say("{name}, {when}", name=one.by, when=voice.moment(one.at)),
            contained(one.reason),
        )


def _opened(paper: Paper, voice: Voice) -> Iterator[OpenQuestion]:
    """What the form did not ask and would ask now; without an answer it is unknown, never no."""
    now = as_corrected(paper)
    then = read(paper.edition, paper.answers, paper.today)
    reading = read(now.edition, now.answers, now.today)
    for name, question in paper.edition.questions.items():
        if question.asked_by == "patient" and reading.asked(name) is not False and then.asked(name) is False:
            words = in_words(now.edition, question, now.answers, voice.day).words
            yield OpenQuestion(name, question.text, contained(words))


def _dropped(paper: Paper) -> Iterator[Dropped]:
    now = as_corrected(paper).assessment.flags
    known = {flag.id for flag in (*paper.assessment.flags, *now)}
    for flag in every_flag(paper):
        if flag.id not in known:
            yield Dropped(flag.id, _title(paper, flag.id))


def _outcome(paper: Paper, assessment: Assessment) -> str:
    words = paper.edition.words
    urgency = () if assessment.urgency is None else (words[assessment.urgency],)
    return ", ".join((words[assessment.outcome], *urgency))


def _title(paper: Paper, flag_id: str) -> str:
    return paper.edition.rule[flag_id].title


def _lighter(paper: Paper, changes: Iterable[FlagChange]) -> Iterator[str]:
    words = paper.edition.words
    for flag in (change.now for change in changes if change.turn is Turn.LIGHTER):
        if flag is not None:
            yield f"{_title(paper, flag.id)} ({words[flag.level]}, {words[flag.status]})"
