"""Looking into the audit trail: what is found, whose lines come together, and that looking is told."""

from datetime import timedelta

import pytest
from records_clinic import DIGEST, NOW, PERSON, assessed
from sqlalchemy import text

from screening.records import appointments, audit, responses, submissions, trail
from screening.records.appointments import Booking
from screening.records.audit import Actor
from screening.records.trail import Wanted

LATER = NOW + timedelta(days=2)
SYSTEM = Actor("system", "test")


@pytest.fixture
def clinician(practitioner):
    return Actor("staff", practitioner.id)


@pytest.fixture
def record(session, form, clinician):
    """A form handed in and opened twice: once to review it, two days later to print it."""
    submitted = submissions.submit(session, form.id, lambda: "K7F-3QX", {}, assessed(), PERSON, NOW)
    submissions.get(session, clinician, submitted.id, "review", NOW)
    submissions.get(session, clinician, submitted.id, "print", LATER)
    return submitted


def found(session, most=100, **wanted):
    return trail.search(session, SYSTEM, Wanted(**wanted), most, LATER)


def actions(lines):
    return [named.line.action for named in lines]


def test_lines_come_newest_first_with_the_names_behind_their_ids(session, record, practitioner):
    [newest, older] = found(session, actions=("submission-opened",))

    assert newest.line.seq > older.line.seq
    assert (practitioner.name, "K7F-3QX") == (newest.who, newest.reference)


def test_a_search_narrows_by_who_what_kind_and_day(session, record, practitioner):
    theirs = found(session, actor_kind="staff", actor_id=practitioner.id, actions=("submission-opened",))
    of_today = found(session, actor_id=practitioner.id, start=LATER, end=LATER + timedelta(hours=1))

    assert 2 == len(theirs)
    assert ["submission-opened"] == actions(of_today)
    assert {"edition"} == {named.line.object_kind for named in found(session, kind="edition")}
    assert () == found(session, actor_kind="patient", kind="edition")


def test_pages_follow_one_another_without_a_gap_or_a_line_twice(session, record):
    newest = found(session)
    everything = [named.line.seq for named in newest]

    first = [named.line.seq for named in found(session, most=3, before=everything[0] + 1)]
    rest = [named.line.seq for named in found(session, before=first[-1])]

    assert everything == first + rest


def test_a_reference_finds_the_form_its_answers_and_its_appointment(session, record, form):
    booking = Booking(NOW, "Asha Example", None, "", "", "")
    booked = appointments.add(session, SYSTEM, "once", booking, NOW)
    appointments.link(session, SYSTEM, booked.id, form.id, NOW)

    things = trail.things_of(session, " k7f-3qx ")

    assert {record.id, form.id, booked.id} <= set(things)
    assert set(things) - {"k7f-3qx"} == set(trail.things_of(session, record.id))
    kinds = {named.line.object_kind for named in found(session, things=things)}
    assert {"submission", "response", "appointment"} == kinds
    assert {"K7F-3QX"} == {named.reference for named in found(session, things=things)}


def test_what_stands_for_nothing_finds_no_line(session, record):
    assert () == found(session, things=trail.things_of(session, "QQQ-QQQ"))


def test_lines_that_the_reader_may_not_see_are_left_out(session, form):
    audit.note(session, SYSTEM, "interrupt-shown", ("response", form.id), NOW)
    audit.note(session, SYSTEM, "listed", ("alert", "waiting"), NOW)

    seen = found(session, without=("interrupt-",), without_kinds=("alert",))

    assert not {"interrupt-shown", "listed"} & set(actions(seen))
    assert "response-opened" in actions(seen)


def test_every_look_and_every_file_is_a_line_with_its_count(session, record, clinician):
    before = found(session)
    trail.search(session, clinician, Wanted(kind="edition"), 5, LATER, saved=True)
    trail.openings(session, clinician, record.id, 5, LATER)

    told = found(session, most=3)

    assert ["openings-listed", "trail-exported", "trail-searched"] == actions(told)
    assert [{"count": 2}, {"count": 1}, {"count": len(before)}] == [n.line.detail for n in told]
    assert ("submission", record.id) == (told[0].line.object_kind, told[0].line.object_id)


def test_the_openings_of_a_record_are_those_of_nobody_else(session, record, clinician):
    other = responses.open_response(session, DIGEST, "other", NOW)
    again = submissions.submit(session, other.id, lambda: "QQQ-QQQ", {}, assessed(), PERSON, NOW)
    submissions.get(session, clinician, again.id, "review", NOW)

    opened = trail.openings(session, clinician, record.id, 10, LATER)

    assert opened is not None
    assert ["print", "review"] == [named.line.detail["why"] for named in opened]
    assert trail.openings(session, clinician, "nothing", 10, LATER) is None


def test_a_whole_trail_holds_and_a_changed_line_is_named(session, sessions, record, key, clinician):
    checked = trail.check(session, clinician, key, NOW)
    assert checked.breaks_at is None
    assert checked.lines + 1 == found(session)[0].line.seq

    with session.begin():
        session.execute(text("DROP TRIGGER audit_refuses_update"))
        session.execute(text("UPDATE audit SET action = 'signed-out' WHERE seq = 3"))

    assert 3 == trail.check(session, clinician, key, NOW).breaks_at
