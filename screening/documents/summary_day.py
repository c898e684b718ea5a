"""The check at arrival as paper and screen show it: when, its answers, and the flags new because of it."""

from dataclasses import dataclass, replace

from rules.since import calls_for_a_look, new_since
from screening.documents.corrected import as_corrected
from screening.documents.paper import AnswerPage, Paper, Voice, answer_pages, reading_of
from screening.documents.summary_flags import FlagRow, flag_rows


@dataclass(frozen=True, slots=True)
class Arrival:
    """`loud` is the sentence for the top of the record, empty unless something new holds or is urgent."""

    made: str
    loud: str
    news: str
    flags: tuple[FlagRow, ...]
    answers: tuple[AnswerPage, ...]


def arrival(paper: Paper, voice: Voice) -> Arrival | None:
    """The check at arrival in words; None when there was none."""
    if paper.day is None:
        return None
    say, then = voice.say, on_the_day(paper)
    new = then.assessment.flags
    titles = "; ".join(paper.edition.rule[flag.id].title for flag in new)
    at_desk = {q.id for page in paper.edition.pages if page.at_desk for q in page.questions}
    loud = say("New at the arrival check: {titles}", titles=titles) if calls_for_a_look(new) else ""
    return Arrival(
        made=say("Asked by {name}, {moment}", name=paper.day.by, moment=voice.moment(paper.day.at)),
        loud=loud,
        news=say("New because of the arrival check: {n}", n=len(new))
        if new
        else say("No flag is new because of the arrival check."),
        flags=flag_rows(then, voice),
        answers=answer_pages(reading_of(then), voice, lambda question: question.id in at_desk),
    )


def on_the_day(paper: Paper) -> Paper:
    """The record as the arrival check left it, with only the flags that are new because of it."""
    if paper.day is None:
        return replace(paper, assessment=replace(paper.assessment, flags=()))
    before, after = as_corrected(paper, paper.day.at), paper.day.assessment
    since = tuple(one for one in paper.after.corrections if one.at > paper.day.at)
    return replace(
        paper,
        after=replace(paper.after, corrections=since),
        answers={**before.answers, **paper.day.answers},
        assessment=replace(after, flags=new_since(before.assessment, after)),
        today=paper.day.at.date(),
    )
