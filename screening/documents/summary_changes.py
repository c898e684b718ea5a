"""What changed since a returning patient's last form, in words, and the scores over all visits."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rules.answers import Reading
from rules.changes import SCORES, AnswerChange, Put, Turn, answer_changes, flag_changes, scores
from rules.model import Flag
from screening.documents.corrected import as_corrected
from screening.documents.paper import Paper, Voice, reading_of, words_of
from screening.documents.scorechart import score_svg

_LONGEST_ANSWER = 160
_ACTIVITIES = ("psfs_1_activity", "psfs_2_activity", "psfs_3_activity")


@dataclass(frozen=True, slots=True)
class FlagGroup:
    """Flags that changed in the same way, by their titles."""

    turn: str
    then: str
    now: str
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """Questions whose answers were the same then, and the same now."""

    then: str
    now: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """One form's scores in words, in the order of the heads; `number` is its place on the charts."""

    number: int
    day: str
    reference: str
    scores: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """`only_now`, `only_then` and `not_had` name questions that were put on one of the two forms only;
    `charts` are the names under which paper asks for the drawn scores."""

    since: str
    flags: tuple[FlagGroup, ...]
    answers: tuple[AnswerGroup, ...]
    only_now: tuple[str, ...]
    only_then: tuple[str, ...]
    not_had: tuple[str, ...]
    heads: tuple[str, ...]
    visits: tuple[Visit, ...]
    charts: tuple[str, ...]
    caution: str


def changes(paper: Paper, voice: Voice) -> Changes | None:
    """Everything that differs from the form before; None when no earlier form is known."""
    if not paper.earlier:
        return None
    then, now = as_corrected(paper.earlier[0]), as_corrected(paper)
    found = answer_changes(reading_of(then), reading_of(now))
    return Changes(
        since=voice.say(
            "Compared with form {reference}, handed in {date}. Corrected answers count on both.",
            reference=then.reference,
            date=voice.day(then.submitted_at.date()),
        ),
        flags=tuple(FlagGroup(*how, titles) for how, titles in _flags(then, now, voice)),
        answers=tuple(AnswerGroup(*how, asked) for how, asked in _answers(then, now, voice, found)),
        only_now=_texts(now, found, then=Put.NOT_ASKED, now=Put.ASKED),
        only_then=_texts(then, found, then=Put.ASKED, now=Put.NOT_ASKED),
        not_had=_texts(now, found, then=Put.UNKNOWN_TO_IT, now=Put.ASKED)
        + _texts(then, found, then=Put.ASKED, now=Put.UNKNOWN_TO_IT),
        heads=tuple(_heads(voice).values()),
        visits=tuple(_visits(paper, voice)),
        charts=tuple(score_assets(paper, voice)),
        caution=_caution(paper, voice),
    )


def _texts(paper: Paper, found: Iterable[AnswerChange], *, then: Put, now: Put) -> tuple[str, ...]:
    asked = paper.edition.questions
    return tuple(asked[c.question].text for c in found if (c.then, c.now) == (then, now))


# --- flags and answers -------------------------------------------------------------------------


def _flags(then: Paper, now: Paper, voice: Voice) -> Iterator[tuple[tuple[str, str, str], tuple[str, ...]]]:
    turns = _turns(voice)
    groups: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for change in flag_changes(then.assessment, now.assessment):
        was, is_ = _flag_words(then, voice, change.then), _flag_words(now, voice, change.now)
        rule = (then if change.now is None else now).edition.rule[change.id]
        how = (turns[change.turn], was, is_)
        groups[how] = (*groups.get(how, ()), _marked(voice, rule.title, private=rule.private))
    yield from groups.items()


def _answers(
    then: Paper, now: Paper, voice: Voice, found: Iterable[AnswerChange]
) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    groups: dict[tuple[str, str], tuple[str, ...]] = {}
    for change in (one for one in found if one.then is one.now):
        question = now.edition.questions[change.question]
        how = (_answer(then, voice, question.id), _answer(now, voice, question.id))
        groups[how] = (*groups.get(how, ()), _marked(voice, question.text, private=question.not_for_desk))
    yield from groups.items()


def _marked(voice: Voice, words: str, *, private: bool) -> str:
    return voice.say("{words} (private: speak alone)", words=words) if private else words


def _turns(voice: Voice) -> Mapping[Turn, str]:
    say = voice.say
    return {
        Turn.NEW: say("New"),
        Turn.GONE: say("No longer flagged"),
        Turn.HEAVIER: say("Heavier"),
        Turn.LIGHTER: say("Lighter"),
        Turn.DIFFERENT: say("Different"),
    }


def _flag_words(paper: Paper, voice: Voice, flag: Flag | None) -> str:
    if flag is None:
        return voice.say("Not flagged")
    words = paper.edition.words
    urgency = () if flag.urgency is None else (words[flag.urgency],)
    return " · ".join((words[flag.level], *urgency, words[flag.status]))


def _answer(paper: Paper, voice: Voice, question: str) -> str:
    words = words_of(paper, voice, question)
    if len(words) <= _LONGEST_ANSWER:
        return words
    start, reference = words[:_LONGEST_ANSWER], paper.reference
    return voice.say("{start}… (in full on form {reference})", start=start, reference=reference)


# --- scores ------------------------------------------------------------------------------------


def score_charts(paper: Paper, voice: Voice) -> tuple[str, ...]:
    """Pain, PEG and PSFS over the visits as SVG, each only where some visit has it; none for one visit."""
    if not paper.earlier:
        return ()
    found = [scores(reading_of(form)) for form in _forms(paper)]
    told = {
        head: "; ".join(f"{v.number}: {v.scores[n]}" for v in _visits(paper, voice))
        for n, head in enumerate(SCORES)
    }
    titles = {
        "now": voice.say("Pain now, and least to worst (10 worst)"),
        "peg": voice.say("PEG: pain in daily life (10 worst)"),
        "psfs": voice.say("PSFS: hard things (10 as before)"),
    }
    ranges = {"now": [(one["best"], one["worst"]) for one in found]}
    return tuple(
        score_svg(title, f"{title}. {told[name]}", [one[name] for one in found], ranges.get(name, ()))
        for name, title in titles.items()
        if any(one[name] is not None for one in found)
    )


def score_assets(paper: Paper, voice: Voice) -> Mapping[str, bytes]:
    """The drawn scores under the names by which the summary's HTML asks for them."""
    drawn = score_charts(paper, voice)
    return {f"asset:score-{place}.svg": chart.encode() for place, chart in enumerate(drawn)}


def _forms(paper: Paper) -> tuple[Paper, ...]:
    """Every form, the oldest first, with corrected answers."""
    return tuple(as_corrected(form) for form in (*paper.earlier[::-1], paper))


def _heads(voice: Voice) -> Mapping[str, str]:
    say = voice.say
    words = (say("Pain now"), say("Worst"), say("Least"), say("PEG"), say("PSFS"))
    return dict(zip(SCORES, words, strict=True))


def _visits(paper: Paper, voice: Voice) -> Iterator[Visit]:
    for number, form in enumerate(_forms(paper), 1):
        reading = reading_of(form)
        values = (_score(reading, voice, name, value) for name, value in scores(reading).items())
        yield Visit(number, voice.day(form.submitted_at.date()), form.reference, tuple(values))


def _score(reading: Reading, voice: Voice, name: str, value: float | None) -> str:
    if value is not None:
        return f"{value:.1f}".removesuffix(".0")
    known = (question for question in SCORES[name] if question in reading.edition.questions)
    asked = any(reading.asked(question) is not False for question in known)
    return voice.say("Not known") if asked else voice.say("Not asked")


def _caution(paper: Paper, voice: Voice) -> str:
    """Said when the things behind PSFS are not the same on every form."""
    named = {tuple(_named(reading_of(form))) for form in _forms(paper)} - {()}
    if len(named) < 2:
        return ""
    return voice.say("PSFS: the things that pain makes hard are not the same on every form.")


def _named(reading: Reading) -> Iterator[str]:
    for question in _ACTIVITIES:
        value = reading.value(question) if question in reading.edition.questions else None
        if isinstance(value, str):
            yield " ".join(value.casefold().split())
