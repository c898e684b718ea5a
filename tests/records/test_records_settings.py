"""What an administrator set in the browser: kept for good, the newest of a name counts."""

import pytest
from records_clinic import NOW, PASSWORD
from sqlalchemy.exc import IntegrityError

from screening.records import audit, clinic_settings, signin, staff
from screening.records.acting import NotStaff
from screening.records.audit import Actor
from screening.records.signin import Lasting
from screening.records.tables_day import setting


@pytest.fixture
def actor(administrator):
    return Actor("staff", administrator.id)


def test_the_newest_value_of_each_name_counts_and_the_earlier_ones_stay(session, actor, administrator):
    clinic_settings.change(session, actor, "clinic", {"name": "One", "phone": "1"}, NOW)
    clinic_settings.change(session, actor, "clinic", {"name": "Two", "phone": None}, NOW)

    stored = clinic_settings.stored(session)
    assert {"name": "Two", "phone": None} == stored.values
    assert 4 == stored.newest == clinic_settings.newest(session)
    assert ["phone", "name", "phone", "name"] == [c.name for c in clinic_settings.changes(session, 9)]
    assert {administrator.name} == {c.staff_name for c in clinic_settings.changes(session, 9)}


def test_what_is_stored_already_is_not_stored_again(session, actor):
    assert 1 == clinic_settings.change(session, actor, "desk", {"kiosk_idle_seconds": 60}, NOW)
    assert 0 == clinic_settings.change(session, actor, "desk", {"kiosk_idle_seconds": 60}, NOW)

    assert 1 == clinic_settings.newest(session)


def test_a_change_is_never_changed_or_removed(session, actor):
    clinic_settings.change(session, actor, "clinic", {"name": "One"}, NOW)

    for statement in (setting.update().values(name="x"), setting.delete()):
        with pytest.raises(IntegrityError), session.begin():
            session.execute(statement)
    assert {"name": "One"} == clinic_settings.stored(session).values


def test_the_trail_says_who_changed_which_group_and_no_value(session, actor):
    clinic_settings.change(session, actor, "messages", {"on_call_email": "canary@example.org"}, NOW)

    line = audit.between(session, NOW, NOW.replace(year=2027))[-1]
    assert ("settings-changed", "messages", {"count": 1}) == (line.action, line.object_id, line.detail)


def test_only_staff_with_an_open_account_change_settings(session, actor, administrator, practitioner):
    for nobody in (Actor("system", "test"), Actor("staff", "unknown")):
        with pytest.raises(NotStaff):
            clinic_settings.change(session, nobody, "clinic", {"name": "x"}, NOW)

    assert 0 == clinic_settings.newest(session)


# --- signed in -----------------------------------------------------------------------------------


def test_the_sessions_of_somebody_are_counted_while_they_are_live(session, practitioner):
    for token in ("one", "two"):
        signin.sign_in(session, "practitioner", PASSWORD, token, NOW)
    signin.sign_out(session, "two", NOW)
    later = NOW + Lasting().idle

    assert (1, NOW) == _seen(session, practitioner.id, NOW)
    assert (0, NOW) == _seen(session, practitioner.id, later)
    assert (0, NOW) == _seen(session, practitioner.id, NOW + Lasting().whole, Lasting(idle=Lasting().whole))


def test_somebody_who_never_came_is_not_among_those_seen(session, practitioner, administrator):
    signin.sign_in(session, "practitioner", PASSWORD, "one", NOW)

    assert {practitioner.id} == set(signin.live_sessions(session, NOW))


def test_signing_out_everywhere_ends_every_session_of_one_person_and_nobody_elses(
    session, practitioner, administrator
):
    for token in ("one", "two"):
        signin.sign_in(session, "practitioner", PASSWORD, token, NOW)
    signin.sign_in(session, "administrator", PASSWORD, "theirs", NOW)
    actor = Actor("staff", administrator.id)

    signin.sign_out_everywhere(session, actor, practitioner.id, NOW)
    signin.sign_out_everywhere(session, actor, practitioner.id, NOW)

    assert [None, None] == [signin.find_session(session, token, NOW) for token in ("one", "two")]
    assert signin.find_session(session, "theirs", NOW) is not None
    told = audit.between(session, NOW, NOW.replace(year=2027))
    ended = [line for line in told if line.action == "signed-out-everywhere"]
    assert [(actor, practitioner.id)] == [(line.actor, line.object_id) for line in ended]
    assert staff.verify_password(session, "practitioner", PASSWORD) is not None


def _seen(session, staff_id, now, lasting=signin.USUAL):
    seen = signin.live_sessions(session, now, lasting)[staff_id]
    return seen.live, seen.last_seen_at
