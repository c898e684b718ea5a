"""Finding what may belong to one person. It only proposes: staff say what does."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from screening.records import audit, tables, tables_day
from screening.records.audit import Actor
from screening.records.engine import writing
from screening.records.erasing import ERASED, Tombstone, tombstone_from
from screening.records.names import plain


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom to look for: a reference, or a name with a date of birth."""

    reference: str = ""
    name: str = ""
    born: date | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form handed in, as far as a list names it; no answer and no flag."""

    id: str
    response_id: str
    reference: str
    name: str
    born: date | None
    handed_in: datetime


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A form not handed in; `id` is that of its response."""

    id: str
    name: str
    born: date | None
    last_saved: datetime


@dataclass(frozen=True, slots=True)
class Booked:
    id: str
    response_id: str | None
    name: str
    born: date | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that may belong to the person, newest first, and the tombstones under the reference."""

    forms: tuple[Form, ...] = ()
    unfinished: tuple[Unfinished, ...] = ()
    appointments: tuple[Booked, ...] = ()
    erased: tuple[Tombstone, ...] = ()

    @property
    def count(self) -> int:
        return len(self.forms) + len(self.unfinished) + len(self.appointments)


def find(session: Session, actor: Actor, wanted: Wanted, now: datetime) -> Found:
    """What has the reference, or the birthday and part of the name, or the whole name and no birthday;
    and what was tied to any of it by an appointment or by staff. Audited without the words."""
    with writing(session):
        everything = Found(_forms(session), _unfinished(session), _appointments(session))
        ids = _named(everything, _who(everything, wanted)) if wanted != Wanted() else set()
        ids = _tied(ids, [*_links(everything), *_matches(session)])
        found = Found(
            tuple(item for item in everything.forms if item.id in ids),
            tuple(item for item in everything.unfinished if item.id in ids),
            tuple(item for item in everything.appointments if item.id in ids),
            _erased(session, wanted.reference),
        )
        audit.append(session, actor, "searched", ("person", "all"), now, count=found.count)
    return found


def _forms(session: Session) -> tuple[Form, ...]:
    form = tables.submission
    columns = (form.c.id, form.c.response_id, form.c.reference, form.c.patient_name, form.c.date_of_birth)
    rows = session.execute(select(*columns, form.c.submitted_at).order_by(form.c.submitted_at.desc()))
    return tuple(Form(*row) for row in rows)


def _unfinished(session: Session) -> tuple[Unfinished, ...]:
    """Forms not handed in, named as their first page names them."""
    response, page = tables.response, tables.saved_page
    rows = session.execute(
        select(response.c.id, response.c.last_saved_at)
        .where(response.c.reference.is_(None))
        .order_by(response.c.last_saved_at.desc())
    ).all()
    said: dict[str, dict[str, object]] = {row.id: {} for row in rows}
    joined = page.join(response, response.c.id == page.c.response_id)
    kept = select(page.c.response_id, page.c.answers).select_from(joined)
    for row in session.execute(kept.where(response.c.reference.is_(None))):
        said[row.response_id] |= row.answers
    return tuple(
        Unfinished(
            row.id,
            str(said[row.id].get("full_name") or ""),
            _day(said[row.id].get("date_of_birth")),
            row.last_saved_at,
        )
        for row in rows
    )


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def _appointments(session: Session) -> tuple[Booked, ...]:
    table = tables.appointment
    columns = (table.c.id, table.c.response_id, table.c.patient_name, table.c.date_of_birth, table.c.at)
    wanted = select(*columns).where(table.c.patient_name != ERASED)
    return tuple(Booked(*row) for row in session.execute(wanted.order_by(table.c.at.desc())))


def _who(everything: Found, wanted: Wanted) -> list[tuple[str, date | None]]:
    """The names and birthdays to look for: those given, and those of the form with the reference."""
    code = _code(wanted.reference)
    whose = [(form.name, form.born) for form in everything.forms if code and _code(form.reference) == code]
    return whose + ([(wanted.name, wanted.born)] if wanted.name else [])


def _named(everything: Found, people: Iterable[tuple[str, date | None]]) -> set[str]:
    whose = list(people)
    items: list[Form | Unfinished | Booked] = [
        *everything.forms,
        *everything.unfinished,
        *everything.appointments,
    ]
    return {item.id for item in items if any(_may_be(item, *one) for one in whose)}


def _may_be(item: Form | Unfinished | Booked, name: str, born: date | None) -> bool:
    """An unknown birthday is no other birthday: then the whole name speaks for it."""
    wanted, words = set(plain(name).split()), set(plain(item.name).split())
    if item.born is not None and born is not None:
        return item.born == born and bool(wanted & words)
    return bool(wanted) and wanted <= words


def _links(everything: Found) -> Iterator[tuple[str, str]]:
    """What an appointment leads to, and what was handed in of what was opened."""
    for booked in everything.appointments:
        if booked.response_id is not None:
            yield booked.id, booked.response_id
    for form in everything.forms:
        yield form.id, form.response_id


def _matches(session: Session) -> Iterator[tuple[str, str]]:
    """What staff said is of the person of an earlier form."""
    match = tables_day.match
    for row in session.execute(select(match).where(match.c.undone_at.is_(None))):
        yield row.appointment_id or row.submission_id, row.earlier_submission_id


def _tied(ids: set[str], links: Iterable[tuple[str, str]]) -> set[str]:
    """The ids and whatever is tied to them, over any number of steps."""
    pairs, reached = [set(link) for link in links], set(ids)
    while more := set().union(*(pair for pair in pairs if pair & reached)) - reached:
        reached |= more
    return reached


def _erased(session: Session, reference: str) -> tuple[Tombstone, ...]:
    stone = tables_day.tombstone
    rows = session.execute(select(stone)) if reference else ()
    return tuple(tombstone_from(row) for row in rows if _code(row.reference) == _code(reference))


def _code(reference: str) -> str:
    return plain(reference).replace("-", "").replace(" ", "")
