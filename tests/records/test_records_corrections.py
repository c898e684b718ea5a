"""Answers corrected beside the patient's own, letters, and the earlier forms of a returning patient."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from records_clinic import DIGEST, NOW, PERSON, assessed
from sqlalchemy import Engine, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from rules.model import Answers, Assessment, Level
from screening.records import (
    appointments,
    comparing,
    corrections,
    daychecks,
    handling,
    letters,
    signatures,
    submissions,
    tables_day,
)
from screening.records.acting import AlreadySigned, NotStaff
from screening.records.appointments import Booking
from screening.records.audit import Actor, Line, between
from screening.records.corrections import Correction, NoReason
from screening.records.handling import Action
from screening.records.responses import open_response
from screening.records.reviews import Decision, decide
from screening.records.staff import Staff
from screening.records.submissions import Submission

LATER = NOW + timedelta(hours=2)
SAID = {"rf_stroke": "no", "pre_anticoagulant": "unsure"}


@pytest.fixture
def actor(practitioner: Staff) -> Actor:
    return Actor("staff", practitioner.id)


@pytest.fixture
def submitted(session: Session) -> Submission:
    return handed_in(session, "first")


def handed_in(session: Session, token: str, **later: float) -> Submission:
    now = NOW + timedelta(**later)
    form = open_response(session, DIGEST, token, now)
    return submissions.submit(session, form.id, lambda: f"{token:_>7}", SAID, assessed(), PERSON, now)


def reopened(session: Session, actor: Actor, submitted: Submission) -> Submission:
    found = submissions.get(session, actor, submitted.id, "review", LATER)
    assert found is not None
    return found


def correct(
    session: Session,
    actor: Actor,
    submitted: Submission,
    question: str = "rf_stroke",
    answer: object = "yes",
    assess: Callable[[Answers], Assessment] = lambda answers: assessed(Level.HOLD),
    **later: float,
) -> None:
    at = NOW + timedelta(**later)
    corrections.correct(session, actor, submitted.id, question, answer, "Asked.", assess, at)


def made(session: Session, actor: Actor, submitted: Submission) -> tuple[Correction, ...]:
    return reopened(session, actor, submitted).afterwards.corrections


def trail(session: Session, action: str) -> list[Line]:
    lines = between(session, NOW - timedelta(days=400), NOW + timedelta(days=1))
    return [line for line in lines if line.action == action]


# --- corrections -------------------------------------------------------------------------------


def test_a_correction_stands_beside_the_answer_and_leaves_the_form_as_it_was(
    session: Session, submitted: Submission, actor: Actor
) -> None:
    correct(session, actor, submitted)
    found = reopened(session, actor, submitted)

    assert (found.answers, found.assessment) == (submitted.answers, submitted.assessment)
    assert found.afterwards.corrections == (
        Correction(
            "rf_stroke",
            "yes",
            "Asked.",
            {**SAID, "rf_stroke": "yes"},
            assessed(Level.HOLD),
            "Practitioner",
            NOW,
        ),
    )


def test_every_correction_is_kept_and_each_is_assessed_with_all_before_it(
    session: Session, submitted: Submission, actor: Actor
) -> None:
    asked: list[Answers] = []

    def assess(answers: Answers) -> Assessment:
        asked.append(answers)
        return assessed()

    correct(session, actor, submitted, "rf_stroke", "yes", assess)
    correct(session, actor, submitted, "pre_anticoagulant", "no", assess, minutes=1)
    correct(session, actor, submitted, "rf_stroke", None, assess, minutes=2)

    assert asked == [
        {"rf_stroke": "yes", "pre_anticoagulant": "unsure"},
        {"rf_stroke": "yes", "pre_anticoagulant": "no"},
        {"rf_stroke": None, "pre_anticoagulant": "no"},
    ]
    assert [(one.answer, one.answers) for one in made(session, actor, submitted)] == [
        (one, answers) for one, answers in zip(("yes", "no", None), asked, strict=True)
    ]
    assert corrections.corrected(session, submitted.id) == {"rf_stroke": None, "pre_anticoagulant": "no"}


def test_a_correction_counts_with_the_arrival_check_that_was_made_before_it(
    session: Session, submitted: Submission, actor: Actor
) -> None:
    daychecks.add(session, actor, submitted.id, {"day_fever": "yes"}, assessed(), NOW)
    correct(session, actor, submitted, minutes=1)
    daychecks.add(session, actor, submitted.id, {"day_fever": "no"}, assessed(), NOW + timedelta(minutes=2))

    (one,) = made(session, actor, submitted)
    assert one.answers == {**SAID, "day_fever": "yes", "rf_stroke": "yes"}


def test_an_arrival_check_calls_for_a_look_only_when_it_adds_to_what_corrections_raised(
    session: Session, submitted: Submission, actor: Actor
) -> None:
    assert daychecks.add(session, actor, submitted.id, {}, assessed(Level.HOLD), NOW).needs_look
    correct(session, actor, submitted, minutes=1)
    later = NOW + timedelta(minutes=2)

    assert not daychecks.add(session, actor, submitted.id, {}, assessed(Level.HOLD), later).needs_look


def test_an_answer_is_not_corrected_without_a_reason_nor_by_anybody_but_staff(
    session: Session, submitted: Submission, actor: Actor
) -> None:
    for who, reason, refused in ((actor, " \n", NoReason), (Actor("patient", "x"), "Asked.", NotStaff)):
        with pytest.raises(refused):
            corrections.correct(
                session, who, submitted.id, "rf_stroke", "yes", reason, lambda answers: assessed(), NOW
            )
    assert made(session, actor, submitted) == ()
    with pytest.raises(LookupError):
        corrections.correct(session, actor, "none", "q", "a", "r", lambda answers: assessed(), NOW)


def test_a_correction_is_part_of_what_is_signed_and_none_is_added_later(
    session: Session, submitted: Submission, actor: Actor
) -> None:
    decide(session, actor, submitted.id, Decision.ADAPT, "Prone.", NOW)
    seen = reopened(session, actor, submitted).afterwards.digest
    correct(session, actor, submitted)
    with pytest.raises(signatures.Changed):
        signatures.sign(session, actor, submitted.id, seen, LATER)
    now = reopened(session, actor, submitted).afterwards.digest
    signatures.sign(session, actor, submitted.id, now, LATER)
    with pytest.raises(AlreadySigned):
        correct(session, actor, submitted)
    assert len(made(session, actor, submitted)) == 1


@pytest.mark.parametrize("table", ["correction", "letter"])
@pytest.mark.parametrize("act", ["UPDATE {} SET staff_id = staff_id", "DELETE FROM {}"])
def test_a_correction_or_a_letter_cannot_be_changed_or_removed_by_sql(
    session: Session, engine: Engine, submitted: Submission, actor: Actor, table: str, act: str
) -> None:
    correct(session, actor, submitted)
    letters.write(session, actor, submitted.id, {"text": "Please see."}, NOW)
    with pytest.raises(IntegrityError, match="never changed"), engine.begin() as connection:
        connection.exec_driver_sql(act.format(table))


def test_a_flag_that_only_a_correction_raised_can_be_handled(
    session: Session, submitted: Submission, actor: Actor
) -> None:
    new = assessed(Level.HOLD)
    flag = new.flags[0]

    def assess(answers: Answers) -> Assessment:
        return replace(new, flags=(replace(flag, id="rf-stroke"),))

    with pytest.raises(LookupError):
        handling.handle(session, actor, submitted.id, "rf-stroke", Action.RESOLVED, "Asked.", NOW)
    correct(session, actor, submitted, assess=assess)
    handling.handle(session, actor, submitted.id, "rf-stroke", Action.RESOLVED, "Asked.", LATER)

    assert [one.flag_id for one in reopened(session, actor, submitted).afterwards.handlings] == ["rf-stroke"]


def test_the_trail_says_that_an_answer_was_corrected_and_not_which_or_how(
    session: Session, submitted: Submission, actor: Actor
) -> None:
    correct(session, actor, submitted)
    (line,) = trail(session, "answer-corrected")

    assert (line.object_id, dict(line.detail)) == (submitted.id, {})


# --- letters -----------------------------------------------------------------------------------


def test_a_letter_is_kept_as_it_was_written_before_and_after_signing(
    session: Session, submitted: Submission, actor: Actor
) -> None:
    body = {"addressee": "Dr Rao\nPune", "text": "Please see.", "flags": ["rf-stroke"]}
    first = letters.write(session, actor, submitted.id, body, NOW)
    decide(session, actor, submitted.id, Decision.REFER, "Prone.", NOW)
    digest = reopened(session, actor, submitted).afterwards.digest
    signatures.sign(session, actor, submitted.id, digest, LATER)
    letters.write(session, actor, submitted.id, {"text": "Again."}, LATER)
    kept = reopened(session, actor, submitted).afterwards

    assert [(one.id == first, one.body["text"], one.at) for one in kept.letters] == [
        (True, "Please see.", NOW),
        (False, "Again.", LATER),
    ]
    assert kept.letters[0].body == body
    assert kept.signature is not None
    assert kept.signature.digest == kept.digest
    assert len(trail(session, "letter-written")) == 2


def test_only_staff_write_letters_and_only_about_a_record(
    session: Session, submitted: Submission, actor: Actor
) -> None:
    with pytest.raises(NotStaff):
        letters.write(session, Actor("patient", "x"), submitted.id, {}, NOW)
    with pytest.raises(LookupError):
        letters.write(session, actor, "none", {}, NOW)


# --- earlier forms -----------------------------------------------------------------------------


def match(session: Session, actor: Actor, earlier: Submission, **whose: str) -> None:
    row = {"earlier_submission_id": earlier.id, "staff_id": actor.id, "at": NOW, **whose}
    with session.begin():
        session.execute(insert(tables_day.match).values(row))


def before(session: Session, actor: Actor, form: Submission, most: int = 12) -> list[str]:
    return [one.reference.strip("_") for one in comparing.earlier(session, actor, form.id, most, LATER)]


def test_the_earlier_forms_of_a_patient_come_newest_first_through_every_match(
    session: Session, actor: Actor
) -> None:
    oldest, middle, newest = (
        handed_in(session, name, days=days) for name, days in (("old", -90), ("middle", -30), ("new", 0))
    )
    booked = appointments.add(session, actor, "visit", Booking(NOW, "Asha Example"), NOW)
    appointments.link(session, actor, booked.id, newest.response_id, NOW)
    match(session, actor, middle, appointment_id=booked.id)
    match(session, actor, oldest, submission_id=middle.id)

    assert before(session, actor, newest) == ["middle", "old"]
    assert before(session, actor, newest, most=1) == ["middle"]
    assert before(session, actor, oldest) == []


def test_a_match_that_was_undone_no_longer_counts(session: Session, actor: Actor) -> None:
    old, new = handed_in(session, "old", days=-90), handed_in(session, "new")
    match(session, actor, old, submission_id=new.id)
    assert before(session, actor, new) == ["old"]
    with session.begin():
        session.execute(update(tables_day.match).values(undone_at=LATER, undone_by=actor.id))

    assert before(session, actor, new) == []


def test_opening_an_earlier_form_to_compare_is_in_the_trail(session: Session, actor: Actor) -> None:
    old, new = handed_in(session, "old", days=-90), handed_in(session, "new")
    match(session, actor, old, submission_id=new.id)
    before(session, actor, new)

    assert [(line.object_id, line.detail["why"]) for line in trail(session, "submission-opened")] == [
        (old.id, "compare")
    ]
