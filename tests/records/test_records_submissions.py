"""Forms handed in, what was decided about them, and the trail of who did and saw what."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from records_clinic import DIGEST, NOW, PERSON, TEXT, assessed
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from rules.model import Level, Urgency
from screening.records import audit, editions, reviews, signoff, staff, submissions
from screening.records.audit import Actor
from screening.records.responses import NotOpen, Response, find_by_token, open_response
from screening.records.reviews import Decision, NotStaff, decide
from screening.records.staff import Staff
from screening.records.submissions import REFERENCE_ALPHABET, Submission, new_reference, submit

LATER = NOW + timedelta(minutes=10)


def reference() -> str:
    return new_reference(secrets.choice)


def hand_in(session: Session, token: str, level: Level, urgency: Urgency | None, minute: int) -> Submission:
    now = NOW + timedelta(minutes=minute)
    form = open_response(session, DIGEST, token, now)
    return submit(session, form.id, reference, {"pain_now": 3}, assessed(level, urgency), PERSON, now)


@pytest.fixture
def submitted(session: Session, form: Response) -> Submission:
    return submit(session, form.id, reference, {"pain_now": 3}, assessed(), PERSON, LATER)


@pytest.fixture
def actor(practitioner: Staff) -> Actor:
    return Actor("staff", practitioner.id)


def openings(session: Session) -> list[tuple[Actor, str]]:
    lines = audit.between(session, NOW, NOW + timedelta(days=9))
    return [(line.actor, str(line.detail["why"])) for line in lines if line.action == "submission-opened"]


def test_a_submission_shows_what_was_concluded_then(
    session: Session, submitted: Submission, actor: Actor
) -> None:
    found = submissions.get(session, actor, submitted.id, "review", LATER)
    assert found == submitted
    assert found.assessment == assessed()
    assert (found.answers, found.person) == ({"pain_now": 3}, PERSON)


def test_a_patient_who_presses_submit_twice_has_one_submission(
    session: Session, form: Response, submitted: Submission
) -> None:
    again = submit(session, form.id, reference, {"pain_now": 9}, assessed(Level.HOLD), PERSON, LATER)
    assert again == submitted


def test_two_submits_that_race_make_one_submission(
    sessions: sessionmaker[Session], form: Response, engine: Engine
) -> None:
    def press(_: int) -> Submission:
        with sessions() as own:
            return submit(own, form.id, reference, {"pain_now": 3}, assessed(), PERSON, LATER)

    with ThreadPoolExecutor(4) as pool:
        assert len({done.reference for done in pool.map(press, range(8))}) == 1
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM submission").scalar_one() == 1


def test_the_form_knows_the_reference_of_its_submission(session: Session, submitted: Submission) -> None:
    form = find_by_token(session, "token", LATER)
    assert form is not None
    assert (form.state, form.reference) == ("submitted", submitted.reference)


def test_a_withdrawn_or_unknown_form_cannot_be_handed_in(session: Session) -> None:
    with pytest.raises(NotOpen):
        submit(session, "nobody", reference, {}, assessed(), PERSON, LATER)


def test_a_form_of_an_edition_that_was_not_kept_cannot_be_handed_in(session: Session) -> None:
    form = open_response(session, "f" * 64, "token", NOW)
    with pytest.raises(IntegrityError):
        submit(session, form.id, reference, {}, assessed(), PERSON, LATER)


def test_a_reference_is_short_and_has_no_letters_that_are_misread() -> None:
    drawn = iter("K7F3QX")
    assert new_reference(lambda _: next(drawn)) == "K7F-3QX"
    assert set(REFERENCE_ALPHABET).isdisjoint("01258BILOSUZAEIOU")


def test_a_reference_that_is_taken_is_drawn_again(session: Session, submitted: Submission) -> None:
    drawn = iter([submitted.reference, submitted.reference, "K7F-3QX"])
    form = open_response(session, DIGEST, "second", NOW)
    done = submit(session, form.id, lambda: next(drawn), {}, assessed(), PERSON, LATER)
    assert done.reference == "K7F-3QX"


def test_the_list_has_the_most_urgent_first_then_the_newest(session: Session, actor: Actor) -> None:
    hand_in(session, "a", Level.DECIDE, None, 1)
    hand_in(session, "b", Level.URGENT, Urgency.EMERGENCY, 2)
    hand_in(session, "c", Level.HOLD, Urgency.SAME_DAY, 3)
    hand_in(session, "d", Level.DECIDE, None, 4)
    listed = submissions.listing(session, actor, LATER)
    minutes = [(line.submitted_at - NOW).seconds // 60 for line in listed]
    assert minutes == [2, 3, 4, 1]
    assert [line.urgency for line in listed] == [Urgency.EMERGENCY, Urgency.SAME_DAY, None, None]


def test_the_list_shows_the_latest_decision(session: Session, submitted: Submission, actor: Actor) -> None:
    for decision in (Decision.POSTPONE, Decision.ADAPT):
        decide(session, actor, submitted.id, decision, "", LATER)
    assert [line.decision for line in submissions.listing(session, actor, LATER)] == [Decision.ADAPT]


def test_an_old_submission_nobody_decided_never_drops_off_the_list(session: Session, actor: Actor) -> None:
    undecided = hand_in(session, "a", Level.DECIDE, None, 1)
    decided = hand_in(session, "b", Level.DECIDE, None, 2)
    decide(session, actor, decided.id, Decision.GO_AHEAD, "", LATER)
    listed = submissions.listing(session, actor, LATER, since=NOW + timedelta(days=30))
    assert [line.id for line in listed] == [undecided.id]


def test_a_patient_without_a_valid_date_of_birth_is_still_listed(
    session: Session, form: Response, actor: Actor
) -> None:
    person = replace(PERSON, date_of_birth=None, visit_date=None)
    submit(session, form.id, reference, {}, assessed(), person, LATER)
    assert [line.person for line in submissions.listing(session, actor, LATER)] == [person]


def test_every_opening_is_audited_exactly_once(session: Session, submitted: Submission, actor: Actor) -> None:
    for why in ("review", "print", "review"):
        submissions.get(session, actor, submitted.id, why, LATER)
    submissions.find_by_response(session, submitted.response_id, "own-copy", LATER)
    patient = Actor("patient", submitted.response_id)
    expected = [(actor, "review"), (actor, "print"), (actor, "review"), (patient, "own-copy")]
    assert openings(session) == expected


def test_looking_for_a_submission_that_is_not_there_finds_none(session: Session, actor: Actor) -> None:
    assert submissions.get(session, actor, "nobody", "review", LATER) is None
    assert submissions.find_by_response(session, "nobody", "own-copy", LATER) is None


def test_a_record_that_cannot_be_audited_is_not_shown(
    session: Session, submitted: Submission, actor: Actor
) -> None:
    with pytest.raises(ValueError, match="why"):
        submissions.get(session, actor, submitted.id, "because she has a fever", LATER)
    assert openings(session) == []


def test_a_change_of_mind_is_a_new_review_above_the_old_one(
    session: Session, submitted: Submission, actor: Actor
) -> None:
    decide(session, actor, submitted.id, Decision.GO_AHEAD, "fine", LATER)
    decide(session, actor, submitted.id, Decision.REFER, "on second thoughts", LATER)
    found = reviews.reviews_of(session, submitted.id)
    assert [review.decision for review in found] == [Decision.REFER, Decision.GO_AHEAD]
    assert {review.staff_name for review in found} == {"Practitioner"}


def test_only_active_staff_can_decide(
    session: Session, submitted: Submission, actor: Actor, administrator: Staff
) -> None:
    staff.disable(session, Actor("staff", administrator.id), actor.id, LATER)
    for nobody in (actor, Actor("patient", submitted.response_id), Actor("staff", "nobody")):
        with pytest.raises(NotStaff):
            decide(session, nobody, submitted.id, Decision.GO_AHEAD, "", LATER)


def test_a_review_of_nothing_is_refused(session: Session, actor: Actor) -> None:
    with pytest.raises(LookupError):
        decide(session, actor, "nobody", Decision.GO_AHEAD, "", LATER)


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE submission SET outcome = 'no-flags-raised'",
        "DELETE FROM submission",
        "INSERT OR REPLACE INTO submission SELECT * FROM submission",
        "UPDATE review SET decision = 'go-ahead'",
        "DELETE FROM review",
        "INSERT OR REPLACE INTO review SELECT * FROM review",
        "UPDATE audit SET actor_id = 'somebody else'",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit",
        "UPDATE edition SET text = '{}'",
        "DELETE FROM edition",
        "UPDATE sign_off SET name = 'somebody else'",
        "DELETE FROM sign_off",
    ],
)
def test_what_was_decided_on_cannot_be_changed_by_sql(
    engine: Engine, session: Session, submitted: Submission, actor: Actor, attack: str
) -> None:
    decide(session, actor, submitted.id, Decision.REFER, "", LATER)
    signed = signoff.SignOff(DIGEST, "Clinician", "REG 1", date(2026, 11, 23), NOW, None)
    signoff.sign(session, actor, signed)
    with pytest.raises(IntegrityError, match="never changed or removed"), engine.begin() as connection:
        connection.exec_driver_sql(attack)


def test_an_edition_stays_a_draft_until_its_very_digest_is_signed_off(session: Session, actor: Actor) -> None:
    assert signoff.latest(session, DIGEST) is None
    first = signoff.SignOff(DIGEST, "Clinician", "REG 1", date(2026, 11, 22), NOW, None)
    second = replace(first, signed_on=date(2026, 11, 23), at=LATER, staff_id=actor.id)
    for signed in (first, second):
        signoff.sign(session, actor, signed)
    assert signoff.latest(session, DIGEST) == second
    assert signoff.latest(session, "f" * 64) is None


def test_an_edition_is_kept_word_for_word_and_once(session: Session) -> None:
    editions.keep(session, "another name", DIGEST, TEXT, LATER)
    kept = editions.get(session, DIGEST)
    assert kept == editions.KeptEdition(DIGEST, "2026-11-22-draft", TEXT, NOW)
    assert editions.get(session, "f" * 64) is None


def test_an_edition_whose_files_are_other_ones_is_not_kept(session: Session) -> None:
    with pytest.raises(ValueError, match="digest"):
        editions.keep(session, "2026-11-22-draft", DIGEST, TEXT | {"rules.toml": "changed"}, NOW)
