"""A patient of whom something lies in every table that can hold something of theirs, each with a canary."""

from dataclasses import dataclass
from datetime import date

from records_clinic import DIGEST, NOW, assessed
from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from screening.records import (
    appointments,
    daychecks,
    handling,
    interrupts,
    invitations,
    printing,
    responses,
    signatures,
    submissions,
    tables_day,
)
from screening.records.appointments import Booking
from screening.records.assessments import frozen
from screening.records.audit import Actor
from screening.records.handling import Action
from screening.records.reviews import Decision, Detail, decide
from screening.records.submissions import Person, Submission

CANARY = "kanarienvogel"
BORN = date(1988, 3, 15)
STORY = {"full_name": f"Asha {CANARY}", "date_of_birth": BORN.isoformat(), "note": f"answer {CANARY} " * 30}


@dataclass(frozen=True, slots=True)
class Patient:
    form: Submission
    appointment_id: str
    unfinished_id: str


def arrives(session: Session, by: Actor, name: str = CANARY, number: int = 1) -> Patient:
    """Their whole time at the clinic: from the booking to the letter, and one form left half-way."""
    story = {key: value.replace(CANARY, name) for key, value in STORY.items()}
    booking = Booking(NOW, f"Asha {name}", BORN, f"020 {name}", f"{name}@example.org", "Dana")
    booked = appointments.add(session, by, f"booking-{number}", booking, NOW)
    invitations.invite(session, by, booked.id, f"link-{number}", NOW)
    form = _handed_in(session, story, number, name)
    appointments.link(session, by, booked.id, form.response_id, NOW)
    half = responses.open_response(session, DIGEST, f"half-{number}", NOW)
    responses.save_page(session, half.id, "about-you", story, 0, {}, NOW)
    _worked_on(session, by, form, name)
    _clinic_day(session, by, form, booked.id, half.id, name)
    return Patient(form, booked.id, half.id)


def _handed_in(session: Session, story: dict[str, str], number: int, name: str) -> Submission:
    opened = responses.open_response(session, DIGEST, f"token-{number}", NOW)
    responses.save_page(session, opened.id, "about-you", story, 0, {}, NOW)
    interrupts.record_interrupt(session, opened.id, [name], NOW)
    person = Person(f"Asha {name}", BORN, None)
    reference = f"K7F-3Q{number}"
    return submissions.submit(session, opened.id, lambda: reference, story, assessed(), person, NOW)


def _worked_on(session: Session, by: Actor, form: Submission, name: str) -> None:
    daychecks.add(session, by, form.id, {"day_note": name}, assessed(), NOW)
    handling.handle(session, by, form.id, "haz-pleura", Action.RESOLVED, name, NOW)
    decide(session, by, form.id, Decision.ADAPT, name, NOW, Detail(None, (f"reg-{name}:left",)))
    beside = {"submission_id": form.id, "staff_id": by.id, "at": NOW}
    correction = {"question_id": "note", "answer": name, "reason": name, "assessment": frozen(assessed())}
    with session.begin():
        session.execute(insert(tables_day.correction).values(**beside, **correction))
        session.execute(insert(tables_day.letter).values(**beside, body={"text": name}))
    seen = submissions.get(session, by, form.id, "sign", NOW)
    assert seen is not None
    signatures.sign(session, by, form.id, seen.afterwards.digest, NOW)
    signatures.append(session, by, form.id, name, NOW)
    job = printing.begin(session, by, f"print-{form.id}", 1, NOW)
    printing.finish(session, job, name.encode() * 30, NOW)


def _clinic_day(session: Session, by: Actor, form: Submission, booked: str, half: str, name: str) -> None:
    made = {"made_at": NOW, "due_at": NOW, "tries": 0, "fault": ""}
    alert = {"id": f"alert-{form.id}", "kind": "submission", "response_id": form.response_id}
    rows = (
        (tables_day.alert, {**alert, "urgency": "soon", "raised_at": NOW}),
        (tables_day.alert_seen, {"alert_id": alert["id"], "staff_id": by.id, "at": NOW}),
        (
            tables_day.message,
            {"id": f"m-{alert['id']}", "kind": "alert", "alert_id": alert["id"]} | _to(name, made),
        ),
        (
            tables_day.message,
            {"id": f"m-{booked}", "kind": "invitation", "appointment_id": booked} | _to(name, made),
        ),
        (
            tables_day.match,
            {"appointment_id": booked, "earlier_submission_id": form.id, "staff_id": by.id, "at": NOW},
        ),
        (tables_day.returning, {"response_id": half, "earlier_submission_id": form.id, "at": NOW}),
        (
            tables_day.carried,
            {"response_id": half, "question_id": name, "answered_on": BORN, "confirmed_at": NOW},
        ),
    )
    with session.begin():
        for table, values in rows:
            session.execute(insert(table).values(values))


def _to(name: str, made: dict[str, object]) -> dict[str, object]:
    return {"recipient": f"{name}@example.org", **made}


def dump(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, as the database itself lists them."""
    with engine.connect() as connection:
        names = (
            connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        )
        return {
            name: [tuple(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')]  # noqa: S608  # our own tables
            for name in names
        }


def tables_with(engine: Engine, word: str) -> set[str]:
    """The tables in which a word stands anywhere."""
    return {name for name, rows in dump(engine).items() if word in repr(rows)}


def referring(engine: Engine) -> dict[str, list[tuple[str, str, str]]]:
    """For each table the tables and columns that refer to it, as the database itself has them."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    with engine.connect() as connection:
        for name in dump(engine):
            for row in connection.exec_driver_sql(f'PRAGMA foreign_key_list("{name}")').mappings():
                found.setdefault(row["table"], []).append((name, row["from"], row["on_delete"]))
    return found


def reached_from(engine: Engine, *roots: str) -> set[str]:
    """Every table that refers to these, over any number of steps, besides links that are only let go."""
    keys, reached = referring(engine), set(roots)
    while more := {n for t in reached for n, _, act in keys.get(t, []) if act != "SET NULL"} - reached:
        reached |= more
    return reached
