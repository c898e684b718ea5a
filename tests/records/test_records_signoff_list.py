"""The sign-off list: each item with a note, by a name, for one very edition."""

from datetime import timedelta

import pytest
from records_clinic import DIGEST, NOW

from screening.records import signoff, signoff_list, staff
from screening.records.acting import NotStaff
from screening.records.audit import Actor, between
from screening.records.signoff import SignOff
from screening.records.signoff_list import NoNote, missing, tick, ticked


@pytest.fixture
def actor(practitioner):
    return Actor("staff", practitioner.id)


def test_the_latest_note_on_an_item_counts_and_says_who_and_when(session, actor, practitioner):
    tick(session, actor, DIGEST, "sign-5", "Lists checked.", NOW)
    later = NOW + timedelta(days=1)
    tick(session, actor, DIGEST, "sign-5", "Checked again with the pharmacist.", later)

    found = ticked(session, DIGEST)["sign-5"]

    expected = ("Checked again with the pharmacist.", practitioner.name, later)
    assert expected == (found.note, found.staff_name, found.at)


def test_items_gone_through_for_one_edition_are_open_for_another(session, actor):
    tick(session, actor, DIGEST, "sign-1", "Accepted.", NOW)

    assert ("sign-2",) == missing(session, DIGEST, ("sign-1", "sign-2"))
    assert ("sign-1", "sign-2") == missing(session, "f" * 64, ("sign-1", "sign-2"))


def test_an_item_without_a_note_is_not_ticked(session, actor):
    with pytest.raises(NoNote):
        tick(session, actor, DIGEST, "sign-1", "  ", NOW)

    assert {} == ticked(session, DIGEST)


def test_a_closed_account_ticks_nothing(session, actor, administrator):
    staff.disable(session, Actor("staff", administrator.id), actor.id, NOW)

    with pytest.raises(NotStaff):
        tick(session, actor, DIGEST, "sign-1", "Accepted.", NOW)
    assert {} == ticked(session, DIGEST)


def test_the_trail_names_the_item_and_never_the_note(session, actor):
    signoff_list.tick(session, actor, DIGEST, "sign-10", "canary note", NOW)

    (line,) = [x for x in between(session, NOW, NOW + timedelta(1)) if x.action == "sign-off-item"]
    assert (actor, DIGEST, {"name": "sign-10"}) == (line.actor, line.object_id, line.detail)


def test_every_sign_off_is_listed_newest_first(session):
    for name in ("Dr One", "Dr Two"):
        signed = SignOff(DIGEST, name, "PT 1", NOW.date(), NOW, None)
        signoff.sign(session, Actor("system", "test"), signed)

    assert ["Dr Two", "Dr One"] == [signed.name for signed in signoff.every(session)]
