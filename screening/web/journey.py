"""A patient's way through the form: what is shown now, what comes next, what no longer applies."""

from collections.abc import Mapping
from datetime import date

from rules.answers import Reading
from rules.assess import read
from rules.model import Answers, Edition, Kind, Page, Question
from rules.sound import questions_behind


def home_pages(edition: Edition) -> tuple[Page, ...]:
    """The pages a patient fills in; the arrival check belongs to the desk."""
    return tuple(page for page in edition.pages if not page.at_desk)


def shown(reading: Reading, page: Page) -> tuple[Question, ...]:
    """The questions to show on the page now, in order.

    A detail waits until its gate on the same page is answered; a gate left open by "not sure" shows
    it. What is signed last is not shown here."""
    return tuple(q for q in page.questions if not q.signs and _is_shown(reading, page, q))


def _is_shown(reading: Reading, page: Page, question: Question) -> bool:
    asked = reading.asked(question.id)
    if asked is not None or question.asked_when is None:
        return asked is True
    here = {q.id for q in page.questions}
    behind = questions_behind(reading.edition, question.asked_when) & here
    return all(q in reading.answers for q in behind if reading.asked(q) is not False)


def signed(page: Page) -> tuple[Question, ...]:
    """What is asked after everything was checked: the declaration and the name that signs it."""
    return tuple(question for question in page.questions if question.signs)


def unanswered(reading: Reading, page: Page) -> tuple[Question, ...]:
    """The shown questions of the page that nothing was saved for yet."""
    return tuple(question for question in shown(reading, page) if question.id not in reading.answers)


def first_unfinished(reading: Reading) -> Page | None:
    """The first page with something left to answer; None when the form is complete."""
    return next((page for page in home_pages(reading.edition) if unanswered(reading, page)), None)


def page_after(reading: Reading, page: Page) -> Page | None:
    """The next page with something on it; None after the last."""
    later = (p for p in home_pages(reading.edition) if p.number > page.number)
    return next((p for p in later if shown(reading, p)), None)


def page_before(reading: Reading, page: Page) -> Page | None:
    """The page before with something on it; None before the first."""
    earlier = (p for p in reversed(home_pages(reading.edition)) if p.number < page.number)
    return next((p for p in earlier if shown(reading, p)), None)


def settled(edition: Edition, answers: Answers, today: date) -> dict[str, object]:
    """The answers without those to questions that are no longer asked, until nothing more falls away."""
    kept = dict(answers)
    while True:
        reading = read(edition, kept, today)
        gone = [q for q in kept if q not in edition.questions or reading.asked(q) is False]
        gone += _unmarked(edition, kept)
        if not gone:
            return kept
        kept = {question: answer for question, answer in kept.items() if question not in gone}


def chart_of(edition: Edition) -> Question:
    """The question that marks the body chart; later questions about places choose among its marks."""
    return next(q for q in edition.questions.values() if q.kind is Kind.REGIONS)


def _unmarked(edition: Edition, answers: Mapping[str, object]) -> list[str]:
    chart = chart_of(edition)
    marked = answers.get(chart.id)
    marks = set(marked) if isinstance(marked, list) else set()
    return [
        question.id
        for question in edition.questions.values()
        if question.kind is Kind.REGIONS and question is not chart
        if isinstance(chosen := answers.get(question.id), list) and not set(chosen) <= marks
    ]


def by_page(edition: Edition, questions: set[str]) -> dict[str, list[str]]:
    """The questions grouped by the page they stand on."""
    grouped: dict[str, list[str]] = {}
    for question in edition.questions.values():
        if question.id in questions:
            grouped.setdefault(question.page, []).append(question.id)
    return grouped
