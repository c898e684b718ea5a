"""One patient's form as a view works with it: the answers so far and how the edition reads them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from flask import g

from rules.answers import Reading
from rules.assess import conclude, read
from rules.model import Assessment, Edition, Page
from rules.spoken import Spoken, asked_in_words
from screening.records import interrupts, responses
from screening.records.responses import NOTHING_CONFIRMED, Response
from screening.web.forms import Making
from screening.web.journey import by_page, home_pages, settled
from screening.web.parts import parts
from screening.words import Say, say_date, speaker


@dataclass(frozen=True, slots=True)
class Asking:
    """A response in its edition and language, read on today's date at the clinic."""

    response: Response
    edition: Edition
    answers: Mapping[str, object]
    versions: Mapping[str, int]
    reading: Reading
    say: Say

    @property
    def making(self) -> Making:
        shared = g.get("kiosk") is not None
        return Making(self.edition, self.answers, self.reading.today, self.say, shared=shared)

    def page(self, number: int) -> Page | None:
        return next((page for page in home_pages(self.edition) if page.number == number), None)

    def assessment(self) -> Assessment:
        return conclude(self.reading)


def current() -> Asking:
    """The form of the patient who is asking."""
    return asking_of(g.patient)


def asking_of(response: Response) -> Asking:
    """A form with the answers so far."""
    with parts().sessions() as session:
        draft = responses.answers_of(session, response.id)
    edition = parts().edition_of(response.edition_digest, response.language)
    return _asking(response, edition, draft.answers, draft.versions)


def _asking(
    response: Response, edition: Edition, answers: Mapping[str, object], versions: Mapping[str, int]
) -> Asking:
    reading = read(edition, answers, parts().today())
    return Asking(response, edition, answers, versions, reading, speaker(response.language))


def keep(
    asking: Asking,
    page: Page,
    given: Mapping[str, object],
    base_version: int,
    confirmed: Mapping[str, date] = NOTHING_CONFIRMED,
) -> Asking:
    """Store one page, and take away everywhere what no longer applies. Raises StalePage.

    `confirmed` names the answers that were carried over, with the day on which each was given."""
    everything = {**asking.answers, **given}
    left = settled(asking.edition, everything, asking.reading.today)
    gone = by_page(asking.edition, set(everything) - set(left))
    mine = {q.id: left[q.id] for q in page.questions if q.id in left}
    drop = {where: questions for where, questions in gone.items() if where != page.id}
    carried = {name: day for name, day in confirmed.items() if name in mine}
    with parts().sessions() as session:
        saved = responses.save_page(
            session, asking.response.id, page.id, mine, base_version, drop, parts().now(), carried
        )
    versions = {**asking.versions, page.id: saved.version}
    return _asking(asking.response, asking.edition, left, versions)


def stop_if_urgent(asking: Asking) -> bool:
    """Record the emergency answers that were not met before; whether there are any."""
    found = set(asking.assessment().interrupts)
    with parts().sessions() as session:
        met = interrupts.interrupts_of(session, asking.response.id)
        new = found.difference(*(interrupt.flag_ids for interrupt in met))
        if new:
            interrupts.record_interrupt(session, asking.response.id, sorted(new), parts().now())
    return bool(new)


def unread_interrupts(asking: Asking) -> tuple[str, ...]:
    """The flags of every emergency page that this patient has not answered yet."""
    with parts().sessions() as session:
        met = interrupts.interrupts_of(session, asking.response.id)
    return tuple(flag for i in met if i.acknowledged_at is None for flag in i.flag_ids)


def asked_with(asking: Asking, given: Mapping[str, object]) -> Callable[[str], bool]:
    """Which questions would still be asked once `given` is saved."""
    reading = read(asking.edition, {**asking.answers, **given}, asking.reading.today)
    return lambda question: reading.asked(question) is not False


def answers_in_words(asking: Asking) -> tuple[tuple[Page, tuple[Spoken, ...]], ...]:
    """Every page with its questions and answers as the patient reads them."""
    return asked_in_words(asking.reading, lambda day: say_date(day, asking.response.language))
