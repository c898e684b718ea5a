"""A form being filled in: opened, saved page by page, withdrawn or forgotten. Never shown as done."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from screening.records import audit, returns, tables
from screening.records.audit import Actor
from screening.records.engine import reading, writing
from screening.records.removal import remove
from screening.records.tokens import fingerprint, id_from

IDLE = timedelta(minutes=45)
NOTHING_CONFIRMED: Mapping[str, date] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Response:
    """A form that was opened. `reference` is None until it is handed in."""

    id: str
    edition_digest: str
    language: str
    filled_by_staff: str | None
    opened_at: datetime
    last_saved_at: datetime
    reached_check: bool
    reference: str | None

    @property
    def state(self) -> Literal["open", "submitted"]:
        return "open" if self.reference is None else "submitted"


@dataclass(frozen=True, slots=True)
class Draft:
    """The answers so far, over all pages, and the version of each page that was saved."""

    answers: Mapping[str, object]
    versions: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Saved:
    version: int


class StalePage(Exception):
    """The page was saved elsewhere since it was shown; nothing was changed. Carries what is kept."""

    def __init__(self, answers: Mapping[str, object], version: int) -> None:
        super().__init__(f"the page is at version {version}")
        self.answers = answers
        self.version = version


class NotOpen(Exception):
    """There is no such response, or it was handed in already."""


def open_response(
    session: Session,
    edition_digest: str,
    token: str,
    now: datetime,
    *,
    language: str = "en",
    filled_by_staff: str | None = None,
    source: Literal["", "paper", "phone"] = "",
    idle: timedelta = IDLE,
) -> Response:
    """Start a form and the patient's session on it. `token` is random, 256 bits, kept as its hash.

    `source`, for what staff type in, goes into the trail."""
    response_id = id_from("response", token)
    actor = filler(response_id, filled_by_staff)
    with writing(session):
        session.execute(
            insert(tables.response).values(
                id=response_id,
                edition_digest=edition_digest,
                language=language,
                filled_by_staff=filled_by_staff,
                opened_at=now,
                last_saved_at=now,
            )
        )
        open_session(session, response_id, token, idle, now)
        said = {"language": language, "why": source} if source else {"language": language}
        audit.append(session, actor, "response-opened", ("response", response_id), now, **said)
    return Response(response_id, edition_digest, language, filled_by_staff, now, now, False, None)


def open_session(session: Session, response_id: str, token: str, lasts: timedelta, now: datetime) -> None:
    """Let `token` open a form, inside the caller's transaction."""
    held = {"token": fingerprint(token), "response_id": response_id, "created_at": now}
    session.execute(insert(tables.patient_session).values(**held, last_seen_at=now, expires_at=now + lasts))


def find_by_token(session: Session, token: str, now: datetime) -> Response | None:
    """The response this token opens; None when unknown, ended or idle for too long."""
    response, held = tables.response, tables.patient_session
    wanted = select(response).join(held, held.c.response_id == response.c.id)
    live = (held.c.token == fingerprint(token), held.c.ended_at.is_(None), held.c.expires_at > now)
    with reading(session):
        row = session.execute(wanted.where(*live)).first()
    return response_from(row) if row else None


def renew_session(session: Session, token: str, now: datetime, idle: timedelta = IDLE) -> bool:
    """Give a live session another `idle` from now; False, and no change, when it is not live."""
    held = tables.patient_session
    live = (held.c.token == fingerprint(token), held.c.ended_at.is_(None), held.c.expires_at > now)
    with writing(session):
        renewed = update(held).where(*live).values(last_seen_at=now, expires_at=now + idle)
        return rows_changed(session, renewed) == 1


def end_session(session: Session, token: str, now: datetime) -> None:
    """The token opens nothing from now on; the answers stay."""
    held = tables.patient_session
    with writing(session):
        session.execute(update(held).where(held.c.token == fingerprint(token)).values(ended_at=now))


def save_page(
    session: Session,
    response_id: str,
    page_id: str,
    answers: Mapping[str, object],
    base_version: int,
    drop: Mapping[str, Sequence[str]],
    now: datetime,
    confirmed: Mapping[str, date] = NOTHING_CONFIRMED,
) -> Saved:
    """Keep one page's answers, and remove from other pages the answers `drop` names by page.

    `confirmed` names those that the patient carried over, with the day on which each was given.
    `base_version` is the version that was shown (0 for a page never saved). Raises StalePage when
    another one is kept with other answers, NotOpen when the form was handed in or withdrawn.
    """
    with writing(session):
        actor = must_be_open(session, response_id)
        kept, version = _page(session, response_id, page_id)
        same = version > 0 and tables.canonical(kept) == tables.canonical(answers)
        if not same:
            if version != base_version:
                raise StalePage(kept, version)
            version = _put_page(session, response_id, page_id, answers, version, now)
        _drop(session, response_id, drop, now)
        changed = {name for name in {*kept, *answers} if kept.get(name) != answers.get(name)}
        changed.update(*drop.values())
        returns.note(session, response_id, changed, confirmed, now)
        touched = update(tables.response).where(tables.response.c.id == response_id)
        session.execute(touched.values(last_saved_at=now))
        thing = ("response", response_id)
        audit.append(session, actor, "page-saved", thing, now, page=page_id, version=version)
    return Saved(version)


def answers_of(session: Session, response_id: str) -> Draft:
    """Everything saved so far; empty for a response that does not exist. For its patient only."""
    page = tables.saved_page
    with reading(session):
        rows = session.execute(select(page).where(page.c.response_id == response_id)).all()
    answers = {question: answer for row in rows for question, answer in row.answers.items()}
    return Draft(answers, {row.page_id: row.version for row in rows})


def mark_check_reached(session: Session, response_id: str, now: datetime) -> None:
    """Remember when the patient first saw the page where all answers are checked."""
    response = tables.response
    first = (response.c.id == response_id, response.c.reached_check_at.is_(None))
    with writing(session):
        actor = must_be_open(session, response_id)
        if rows_changed(session, update(response).where(*first).values(reached_check_at=now)):
            audit.append(session, actor, "check-reached", ("response", response_id), now)


def withdraw(session: Session, response_id: str, now: datetime) -> None:
    """Delete an open response with every answer, session and interrupt; raises NotOpen otherwise."""
    with writing(session):
        actor = must_be_open(session, response_id)
        erase_drafts(session, [response_id])
        audit.append(session, actor, "response-withdrawn", ("response", response_id), now)


def erase_drafts(session: Session, response_ids: Sequence[str]) -> None:
    """Delete open responses and all that hangs on them, inside the caller's transaction."""
    remove(session, tables.response, response_ids)


def take_away(session: Session, response_id: str, questions: Collection[str], now: datetime) -> None:
    """Remove answers of an open form, to be asked anew, inside the caller's transaction."""
    page = tables.saved_page
    rows = session.execute(select(page.c.page_id).where(page.c.response_id == response_id)).scalars().all()
    _drop(session, response_id, dict.fromkeys(rows, questions), now)
    returns.note(session, response_id, questions, NOTHING_CONFIRMED, now)


def rows_changed(session: Session, statement: Any) -> int:
    """Run an UPDATE or DELETE; how many rows it touched."""
    return int(session.connection().execute(statement).rowcount)


def must_be_open(session: Session, response_id: str) -> Actor:
    """Lock an open response inside the caller's transaction; who is filling it in."""
    row = session.execute(
        select(tables.response).where(tables.response.c.id == response_id).with_for_update()
    ).first()
    if row is None or row.reference is not None:
        raise NotOpen(response_id)
    return filler(response_id, row.filled_by_staff)


def filler(response_id: str, filled_by_staff: str | None) -> Actor:
    return Actor("staff", filled_by_staff) if filled_by_staff else Actor("patient", response_id)


def _page(session: Session, response_id: str, page_id: str) -> tuple[Mapping[str, object], int]:
    page = tables.saved_page
    this = (page.c.response_id == response_id, page.c.page_id == page_id)
    row = session.execute(select(page.c.answers, page.c.version).where(*this)).first()
    return (row.answers, row.version) if row else ({}, 0)


def _put_page(
    session: Session,
    response_id: str,
    page_id: str,
    answers: Mapping[str, object],
    version: int,
    now: datetime,
) -> int:
    page = tables.saved_page
    values = {"version": version + 1, "answers": dict(answers), "saved_at": now}
    if version == 0:
        session.execute(insert(page).values(response_id=response_id, page_id=page_id, **values))
    else:
        this = (page.c.response_id == response_id, page.c.page_id == page_id)
        session.execute(update(page).where(*this).values(**values))
    return version + 1


def _drop(session: Session, response_id: str, drop: Mapping[str, Collection[str]], now: datetime) -> None:
    """Remove answers that a changed gate took away; the new version makes another open tab stale."""
    for page_id, questions in drop.items():
        kept, version = _page(session, response_id, page_id)
        left = {question: answer for question, answer in kept.items() if question not in questions}
        if left != kept:
            _put_page(session, response_id, page_id, left, version, now)


def response_from(row: Row[Any]) -> Response:
    return Response(
        row.id,
        row.edition_digest,
        row.language,
        row.filled_by_staff,
        row.opened_at,
        row.last_saved_at,
        row.reached_check_at is not None,
        row.reference,
    )
