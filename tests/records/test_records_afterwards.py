"""What is added to a record after it was handed in: nothing is overwritten, and signing closes it."""

import re
from datetime import date, timedelta

import pytest
from records_clinic import DIGEST, NOW, PASSWORD, PERSON, assessed
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from screening.records import handling, signatures, signin, submissions
from screening.records.acting import AlreadySigned, NotStaff
from screening.records.audit import Actor, between
from screening.records.handling import Action, NoReason
from screening.records.responses import open_response
from screening.records.reviews import Decision, Detail, decide
from screening.records.signin import Refused
from screening.records.staff import Role, Staff
from screening.records.submissions import Submission

FLAG = "haz-pleura"
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def actor(practitioner: Staff) -> Actor:
    return Actor("staff", practitioner.id)


@pytest.fixture
def submitted(session: Session) -> Submission:
    form = open_response(session, DIGEST, "afterwards", NOW)
    drawn = iter(["K7F3QX"])
    return submissions.submit(
        session, form.id, lambda: next(drawn), {"full_name": "Asha"}, assessed(), PERSON, NOW
    )


def reopened(session: Session, actor: Actor, submitted: Submission) -> Submission:
    found = submissions.get(session, actor, submitted.id, "review", LATER)
    assert found is not None
    return found


def signed(session: Session, actor: Actor, submitted: Submission) -> Submission:
    decide(session, actor, submitted.id, Decision.ADAPT, "Prone.", NOW)
    signatures.sign(session, actor, submitted.id, digest(session, actor, submitted), LATER)
    return reopened(session, actor, submitted)


def digest(session: Session, actor: Actor, submitted: Submission) -> str:
    return reopened(session, actor, submitted).afterwards.digest


# --- flags -------------------------------------------------------------------------------------


def test_what_was_done_about_a_flag_is_added_to_what_was_done_before(
    session: Session, submitted: Submission, actor: Actor
) -> None:
    handling.handle(session, actor, submitted.id, FLAG, Action.ACKNOWLEDGED, "", NOW)
    handling.handle(session, actor, submitted.id, FLAG, Action.RESOLVED, "Asked: no longer.", LATER)
    found = reopened(session, actor, submitted)
    shown = [(made.action, made.reason, made.staff_name, made.at) for made in found.afterwards.handlings]
    assert shown == [
        (Action.ACKNOWLEDGED, "", "Practitioner", NOW),
        (Action.RESOLVED, "Asked: no longer.", "Practitioner", LATER),
    ]
    assert found.assessment == submitted.assessment


@pytest.mark.parametrize("action", [Action.RESOLVED, Action.OVERRIDDEN])
def test_a_flag_is_not_resolved_or_overridden_without_a_reason(
    session: Session, submitted: Submission, actor: Actor, action: Action
) -> None:
    with pytest.raises(NoReason):
        handling.handle(session, actor, submitted.id, FLAG, action, " \n", NOW)
    assert reopened(session, actor, submitted).afterwards.handlings == ()


def test_a_flag_that_was_not_raised_cannot_be_handled(
    session: Session, submitted: Submission, actor: Actor
) -> None:
    with pytest.raises(LookupError):
        handling.handle(session, actor, submitted.id, "rf-cardiac", Action.ACKNOWLEDGED, "", NOW)


def test_a_patient_handles_no_flag(session: Session, submitted: Submission) -> None:
    patient = Actor("patient", submitted.response_id)
    with pytest.raises(NotStaff):
        handling.handle(session, patient, submitted.id, FLAG, Action.ACKNOWLEDGED, "", NOW)


def test_the_trail_says_that_a_flag_was_handled_and_not_which_or_why(
    session: Session, submitted: Submission, actor: Actor
) -> None:
    handling.handle(session, actor, submitted.id, FLAG, Action.OVERRIDDEN, "Shallow, seated.", NOW)
    (line,) = [line for line in between(session, NOW, LATER) if line.action == "flag-handled"]
    assert (line.object_id, line.detail) == (submitted.id, {})


# --- a decision in detail ----------------------------------------------------------------------


def test_a_decision_keeps_the_day_and_the_places_that_belong_to_it(
    session: Session, submitted: Submission, actor: Actor
) -> None:
    put_off = Detail(date(2027, 1, 11), ("reg-a:left",))
    decide(session, actor, submitted.id, Decision.GO_AHEAD, "", NOW)
    decide(session, actor, submitted.id, Decision.POSTPONE, "Fever.", LATER, put_off)
    newest, first = reopened(session, actor, submitted).reviews
    assert (newest.decision, newest.detail) == (Decision.POSTPONE, put_off)
    assert (first.decision, first.detail) == (Decision.GO_AHEAD, Detail())


# --- the signature -----------------------------------------------------------------------------


def test_a_signed_record_says_who_signed_when_and_what(
    session: Session, submitted: Submission, actor: Actor
) -> None:
    found = signed(session, actor, submitted)
    assert found.afterwards.signature is not None
    assert (found.afterwards.signature.staff_name, found.afterwards.signature.at) == ("Practitioner", LATER)
    assert re.fullmatch("[0-9a-f]{64}", found.afterwards.digest)
    assert found.afterwards.signature.digest == found.afterwards.digest


def test_everything_that_is_signed_is_in_the_digest(
    session: Session, submitted: Submission, actor: Actor
) -> None:
    seen = [digest(session, actor, submitted)]
    handling.handle(session, actor, submitted.id, FLAG, Action.ACKNOWLEDGED, "", NOW)
    seen.append(digest(session, actor, submitted))
    decide(session, actor, submitted.id, Decision.ADAPT, "", NOW)
    seen.append(digest(session, actor, submitted))
    decide(session, actor, submitted.id, Decision.ADAPT, "", NOW, Detail(None, ("reg-a:left",)))
    seen.append(digest(session, actor, submitted))
    assert len(set(seen)) == 4
    assert digest(session, actor, submitted) == seen[-1]


def test_nobody_signs_what_they_have_not_seen(session: Session, submitted: Submission, actor: Actor) -> None:
    decide(session, actor, submitted.id, Decision.ADAPT, "", NOW)
    seen = digest(session, actor, submitted)
    handling.handle(session, actor, submitted.id, FLAG, Action.ACKNOWLEDGED, "", NOW)
    with pytest.raises(signatures.Changed):
        signatures.sign(session, actor, submitted.id, seen, LATER)
    assert reopened(session, actor, submitted).afterwards.signature is None


def test_a_record_without_a_decision_is_not_signed(
    session: Session, submitted: Submission, actor: Actor
) -> None:
    with pytest.raises(signatures.NothingDecided):
        signatures.sign(session, actor, submitted.id, digest(session, actor, submitted), LATER)


def test_a_signed_record_takes_no_decision_no_handling_and_no_second_signature(
    session: Session, submitted: Submission, actor: Actor
) -> None:
    seen = signed(session, actor, submitted).afterwards.digest
    with pytest.raises(AlreadySigned):
        decide(session, actor, submitted.id, Decision.REFER, "", LATER)
    with pytest.raises(AlreadySigned):
        handling.handle(session, actor, submitted.id, FLAG, Action.ACKNOWLEDGED, "", LATER)
    with pytest.raises(AlreadySigned):
        signatures.sign(session, actor, submitted.id, seen, LATER)
    assert digest(session, actor, submitted) == seen


def test_the_database_itself_refuses_to_add_to_a_signed_record(
    session: Session, engine: Engine, submitted: Submission, actor: Actor
) -> None:
    signed(session, actor, submitted)
    whose = submitted.id, actor.id
    for into in (
        "review (submission_id, staff_id, decision, note, decided_at) VALUES (?, ?, '', '', '')",
        "flag_handling (submission_id, staff_id, flag_id, action, reason, at) VALUES (?, ?, '', '', '', '')",
        "decision_detail (submission_id, staff_id, review_id, not_to_needle) VALUES (?, ?, 1, '[]')",
    ):
        with pytest.raises(IntegrityError, match="addenda only"), engine.begin() as connection:
            connection.exec_driver_sql(f"INSERT INTO {into}", whose)


@pytest.mark.parametrize("table", ["flag_handling", "decision_detail", "signature", "addendum"])
@pytest.mark.parametrize("act", ["UPDATE {} SET staff_id = staff_id", "DELETE FROM {}"])
def test_what_was_added_cannot_be_changed_or_removed_by_sql(
    session: Session, engine: Engine, submitted: Submission, actor: Actor, table: str, act: str
) -> None:
    handling.handle(session, actor, submitted.id, FLAG, Action.ACKNOWLEDGED, "", NOW)
    decide(session, actor, submitted.id, Decision.ADAPT, "", NOW, Detail(None, ("reg-a:left",)))
    signed(session, actor, submitted)
    signatures.append(session, actor, submitted.id, "Telephoned.", LATER)
    with pytest.raises(IntegrityError, match="never changed"), engine.begin() as connection:
        connection.exec_driver_sql(act.format(table))


def test_an_addendum_stands_below_a_signature_and_leaves_what_was_signed_alone(
    session: Session, submitted: Submission, actor: Actor
) -> None:
    with pytest.raises(signatures.NotSigned):
        signatures.append(session, actor, submitted.id, "Too early.", NOW)
    before = signed(session, actor, submitted).afterwards
    signatures.append(session, actor, submitted.id, "Telephoned: sore for a day.", LATER)
    after = reopened(session, actor, submitted).afterwards
    assert [made.text for made in after.addenda] == ["Telephoned: sore for a day."]
    assert (after.signature, after.digest) == (before.signature, before.digest)


def test_a_record_that_is_not_there_is_not_added_to(session: Session, actor: Actor) -> None:
    for add in (
        lambda: handling.handle(session, actor, "none", FLAG, Action.ACKNOWLEDGED, "", NOW),
        lambda: signatures.sign(session, actor, "none", "", NOW),
        lambda: signatures.append(session, actor, "none", "x", NOW),
    ):
        with pytest.raises(LookupError):
            add()


# --- the password again ------------------------------------------------------------------------


def test_the_password_is_asked_again_and_guesses_cost_what_they_cost_at_the_door(
    session: Session, practitioner: Staff
) -> None:
    name = practitioner.sign_in_name
    waits = []
    for number in range(3):
        refused = signin.confirm(session, name, "wrong", NOW + timedelta(seconds=10 * number))
        assert isinstance(refused, Refused)
        waits.append(refused.wait_seconds)
    assert waits == [1, 2, 4]
    too_soon = signin.confirm(session, name, PASSWORD, NOW + timedelta(seconds=21))
    assert isinstance(too_soon, Refused)
    proved = signin.confirm(session, name, PASSWORD, NOW + timedelta(minutes=1))
    assert isinstance(proved, Staff)
    assert proved.role is Role.PRACTITIONER
    assert signin.waiting(session, name, NOW + timedelta(minutes=1)) == 0
