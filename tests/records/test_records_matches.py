"""Who is who in the database: staff say it, it can be taken back, and nothing is merged by itself."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from records_clinic import DIGEST, NOW, assessed
from sqlalchemy.orm import Session

from screening.records import appointments, matches, responses, returns, submissions
from screening.records.acting import NotStaff
from screening.records.appointments import Appointment, Booking
from screening.records.audit import Actor, between
from screening.records.engine import reading
from screening.records.matches import NotEarlier
from screening.records.staff import Staff
from screening.records.submissions import Person, Submission

DAY = timedelta(days=1)
BORN = date(1988, 3, 15)
GIVEN = date(2026, 8, 3)
Hand = Callable[..., Submission]


@pytest.fixture
def desk(administrator: Staff) -> Actor:
    return Actor("staff", administrator.id)


@pytest.fixture
def hand(session: Session) -> Hand:
    """Hands a form in, on the day that is asked for."""

    def _hand(reference: str, days: int, born: date | None = BORN, response_id: str = "") -> Submission:
        at = NOW + days * DAY
        opened = response_id or responses.open_response(session, DIGEST, reference, at).id
        person = Person("Asha Example", born, None)
        answers = {"goals": "Climb"}
        return submissions.submit(session, opened, lambda: reference, answers, assessed(), person, at)

    return _hand


@pytest.fixture
def booked(session: Session, desk: Actor) -> Appointment:
    return appointments.add(session, desk, "booked", Booking(NOW + 30 * DAY, "Asha Example", BORN), NOW)


def before(session: Session, submission: Submission) -> list[str]:
    with reading(session):
        return [form.reference for form in matches.earlier_forms(session, submission.id)]


def begun(session: Session, booked: Appointment, word: str = "begun") -> str:
    form = responses.open_response(session, DIGEST, word, NOW + 20 * DAY)
    assert appointments.link(session, Actor("anonymous", "invitation"), booked.id, form.id, NOW + 20 * DAY)
    return form.id


def offered(session: Session, response_id: str) -> returns.Told | None:
    return returns.told_before(session, response_id)


def actions(session: Session, object_id: str) -> list[str]:
    return [line.action for line in between(session, NOW, NOW + 60 * DAY) if line.object_id == object_id]


# --- the forms of one person -------------------------------------------------------------------


def test_two_forms_of_one_name_and_birthday_are_not_one_person_until_staff_say_so(
    session: Session, hand: Hand
) -> None:
    hand("AAA-AAA", 0)
    assert [] == before(session, hand("CCC-CCC", 1))


def test_a_form_knows_every_form_before_it_over_any_number_of_steps_newest_first(
    session: Session, desk: Actor, hand: Hand
) -> None:
    first, second, third = hand("AAA-AAA", 0), hand("CCC-CCC", 1), hand("DDD-DDD", 2)
    matches.form_is_of(session, desk, second.id, first.id, NOW)
    matches.form_is_of(session, desk, third.id, second.id, NOW)

    assert ["CCC-CCC", "AAA-AAA"] == before(session, third)
    assert ["AAA-AAA"] == before(session, second)
    assert [] == before(session, first)


def test_a_form_handed_in_for_a_matched_appointment_is_of_that_person(
    session: Session, desk: Actor, hand: Hand, booked: Appointment
) -> None:
    first = hand("AAA-AAA", 0)
    matches.appointment_is_of(session, desk, booked.id, first.id, NOW)
    second = hand("CCC-CCC", 21, response_id=begun(session, booked))

    assert ["AAA-AAA"] == before(session, second)
    with reading(session):
        newest = matches.earlier_form_of_appointment(session, booked.id)
    assert newest is not None
    assert "AAA-AAA" == newest.reference


def test_a_form_that_is_not_there_has_no_earlier_forms(session: Session) -> None:
    with reading(session):
        assert () == matches.earlier_forms(session, "nothing")


def test_saying_it_twice_keeps_one_row_and_one_line(
    session: Session, desk: Actor, hand: Hand, booked: Appointment
) -> None:
    first, second = hand("AAA-AAA", 0), hand("CCC-CCC", 1)
    for _ in range(2):
        matches.form_is_of(session, desk, second.id, first.id, NOW)
        matches.appointment_is_of(session, desk, booked.id, first.id, NOW)

    assert ["submitted", "matched"] == actions(session, second.id)
    assert ["appointment-added", "matched"] == actions(session, booked.id)
    assert ["AAA-AAA"] == [m.earlier.reference for m in matches.said_of(session, "submission", second.id)]


def test_taking_it_back_parts_the_forms_once_and_says_so_in_the_trail(
    session: Session, desk: Actor, hand: Hand
) -> None:
    first, second = hand("AAA-AAA", 0), hand("CCC-CCC", 1)
    matches.form_is_of(session, desk, second.id, first.id, NOW)
    (said,) = matches.said_of(session, "submission", second.id)

    assert [True, False] == [matches.undo(session, desk, said.id, NOW) for _ in range(2)]
    assert [] == before(session, second)
    assert ["submitted", "matched", "match-undone"] == actions(session, second.id)


def test_only_staff_say_who_is_who(session: Session, hand: Hand, booked: Appointment) -> None:
    nobody, first, second = Actor("patient", "somebody"), hand("AAA-AAA", 0), hand("CCC-CCC", 1)
    for verb, thing in (
        (matches.form_is_of, second.id),
        (matches.appointment_is_of, booked.id),
    ):
        with pytest.raises(NotStaff):
            verb(session, nobody, thing, first.id, NOW)
    with pytest.raises(NotStaff):
        matches.undo(session, nobody, 1, NOW)


def test_a_form_is_never_of_a_later_one_or_of_itself(session: Session, desk: Actor, hand: Hand) -> None:
    first, second = hand("AAA-AAA", 0), hand("CCC-CCC", 1)
    for earlier in (first, second):
        with pytest.raises(NotEarlier):
            matches.form_is_of(session, desk, first.id, earlier.id, NOW)


def test_what_is_not_there_matches_nothing(
    session: Session, desk: Actor, hand: Hand, booked: Appointment
) -> None:
    first = hand("AAA-AAA", 0)
    with pytest.raises(LookupError):
        matches.form_is_of(session, desk, first.id, "nothing", NOW)
    with pytest.raises(LookupError):
        matches.appointment_is_of(session, desk, booked.id, "nothing", NOW)
    appointments.cancel(session, desk, booked.id, NOW)
    with pytest.raises(LookupError):
        matches.appointment_is_of(session, desk, booked.id, first.id, NOW)


# --- a walk-in's form and an appointment -------------------------------------------------------


def test_a_walk_ins_form_is_put_to_an_appointment_and_taken_off_again(
    session: Session, desk: Actor, hand: Hand, booked: Appointment
) -> None:
    form = hand("AAA-AAA", 0)
    assert appointments.link(session, desk, booked.id, form.response_id, NOW, by_desk=True)
    assert appointments.linked_by_desk(session, booked.id)
    assert [True, False] == [appointments.unlink(session, desk, booked.id, NOW) for _ in range(2)]
    assert appointments.get(session, booked.id) == booked
    assert ["appointment-added", "appointment-linked", "appointment-unlinked"] == actions(session, booked.id)


def test_a_form_begun_through_its_own_link_is_never_taken_off(
    session: Session, desk: Actor, booked: Appointment
) -> None:
    begun(session, booked)
    assert not appointments.unlink(session, desk, booked.id, NOW)


def test_a_form_belongs_to_one_appointment_and_to_none_that_was_cancelled(
    session: Session, desk: Actor, hand: Hand, booked: Appointment
) -> None:
    form, other = hand("AAA-AAA", 0), appointments.add(session, desk, "two", Booking(NOW, "B"), NOW)
    gone = appointments.add(session, desk, "three", Booking(NOW, "C"), NOW)
    appointments.cancel(session, desk, gone.id, NOW)
    wanted = (gone, booked, other)
    done = [appointments.link(session, desk, one.id, form.response_id, NOW, by_desk=True) for one in wanted]
    assert [False, True, False] == done


# --- the form that offers earlier answers ------------------------------------------------------


def test_a_form_begun_for_a_matched_appointment_may_offer_the_newest_form_of_that_person(
    session: Session, desk: Actor, hand: Hand, booked: Appointment
) -> None:
    first, second = hand("AAA-AAA", 0), hand("CCC-CCC", 1)
    matches.form_is_of(session, desk, second.id, first.id, NOW)
    matches.appointment_is_of(session, desk, booked.id, first.id, NOW)

    told = offered(session, begun(session, booked))
    assert returns.Told(DIGEST, {"goals": "Climb"}, NOW + DAY, {}) == told
    assert ["submitted", "matched", "earlier-offered"] == actions(session, second.id)


@pytest.mark.parametrize("born", [None, date(1989, 3, 15)])
def test_a_form_with_another_birthday_is_offered_to_nobody(
    session: Session, desk: Actor, hand: Hand, booked: Appointment, born: date | None
) -> None:
    matches.appointment_is_of(session, desk, booked.id, hand("AAA-AAA", 0, born).id, NOW)
    assert offered(session, begun(session, booked)) is None


def test_a_form_that_was_handed_in_already_or_is_typed_by_staff_is_offered_nothing(
    session: Session, desk: Actor, hand: Hand, booked: Appointment
) -> None:
    typed = responses.open_response(session, DIGEST, "typed", NOW, filled_by_staff=desk.id)
    matches.appointment_is_of(session, desk, booked.id, hand("AAA-AAA", 0).id, NOW)
    with reading(session):
        earlier = matches.earlier_form_of_appointment(session, booked.id)
    assert earlier is not None
    for response_id in (typed.id, hand("CCC-CCC", 1).response_id):
        with session.begin():
            returns.begin(session, booked.id, response_id, earlier.submission_id, NOW)
        assert offered(session, response_id) is None


def test_a_confirmed_answer_keeps_the_day_it_was_given_until_it_is_changed_or_taken_away(
    session: Session, desk: Actor, hand: Hand, booked: Appointment
) -> None:
    form = begun(session, booked)
    days = {"goals": GIVEN, "phone": GIVEN, "height_cm": GIVEN}
    given = {"goals": "Climb", "phone": "555 0142", "height_cm": 170}
    responses.save_page(session, form, "finish", given, 0, {}, NOW, days)
    responses.save_page(session, form, "finish", given, 1, {}, NOW)
    with reading(session):
        assert days == returns.carried_of(session, form)

    responses.save_page(session, form, "finish", given | {"phone": "555 0199"}, 1, {}, NOW)
    responses.save_page(session, form, "start", {}, 0, {"finish": ["height_cm"]}, NOW)
    with reading(session):
        assert {"goals": GIVEN} == returns.carried_of(session, form)


def test_answers_confirmed_twice_are_offered_with_the_day_they_were_first_given(
    session: Session, desk: Actor, hand: Hand, booked: Appointment
) -> None:
    form = begun(session, booked)
    responses.save_page(session, form, "finish", {"goals": "Climb"}, 0, {}, NOW, {"goals": GIVEN})
    second = hand("CCC-CCC", 21, response_id=form)
    again = appointments.add(session, desk, "again", Booking(NOW + 60 * DAY, "Asha Example", BORN), NOW)
    matches.appointment_is_of(session, desk, again.id, second.id, NOW)

    told = offered(session, begun(session, again, "again"))
    assert told is not None
    assert {"goals": GIVEN} == told.first_given


def test_a_match_taken_back_takes_what_was_only_confirmed_out_of_the_open_form(
    session: Session, desk: Actor, hand: Hand, booked: Appointment
) -> None:
    matches.appointment_is_of(session, desk, booked.id, hand("AAA-AAA", 0).id, NOW)
    form = begun(session, booked)
    both = {"goals": "Climb", "phone": "555 0142"}
    responses.save_page(session, form, "finish", both, 0, {}, NOW, {"goals": GIVEN})
    (said,) = matches.said_of(session, "appointment", booked.id)
    assert matches.undo(session, desk, said.id, NOW)

    assert {"phone": "555 0142"} == responses.answers_of(session, form).answers
    assert offered(session, form) is None
    with reading(session):
        assert {} == returns.carried_of(session, form)


def test_taking_back_one_of_two_ways_to_know_a_person_leaves_the_form_as_it_is(
    session: Session, desk: Actor, hand: Hand, booked: Appointment
) -> None:
    first, second = hand("AAA-AAA", 0), hand("CCC-CCC", 1)
    matches.appointment_is_of(session, desk, booked.id, first.id, NOW)
    matches.appointment_is_of(session, desk, booked.id, second.id, NOW)
    form = begun(session, booked)
    said, _ = matches.said_of(session, "appointment", booked.id)
    assert matches.undo(session, desk, said.id, NOW)
    assert offered(session, form) is not None


def test_a_withdrawn_form_leaves_nothing_of_what_it_offered(
    session: Session, desk: Actor, hand: Hand, booked: Appointment
) -> None:
    matches.appointment_is_of(session, desk, booked.id, hand("AAA-AAA", 0).id, NOW)
    form = begun(session, booked)
    responses.save_page(session, form, "finish", {"goals": "Climb"}, 0, {}, NOW, {"goals": GIVEN})
    responses.withdraw(session, form, datetime(2026, 12, 20, tzinfo=UTC))
    assert offered(session, form) is None
    with reading(session):
        assert {} == returns.carried_of(session, form)
