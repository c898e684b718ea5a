"""A form being filled in: what was saved stays, and what is withdrawn is gone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from records_clinic import DIGEST, NOW, PERSON, assessed
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from screening.records import audit, interrupts, responses, retention
from screening.records.audit import Actor
from screening.records.responses import NotOpen, Response, StalePage, answers_of, save_page
from screening.records.staff import Staff
from screening.records.submissions import submit
from screening.records.tables import metadata

LATER = NOW + timedelta(minutes=10)


def put(session: Session, form: Response, page: str, answers: dict[str, Any], base: int, **drop: Any) -> int:
    return save_page(session, form.id, page, answers, base, drop, LATER).version


def test_a_patient_who_comes_back_finds_the_answers_of_every_page(session: Session, form: Response) -> None:
    put(session, form, "about-you", {"full_name": "Asha Example", "height_cm": 160.5}, 0)
    put(session, form, "pain", {"pain_regions": ["reg-sacrum"], "pain_words": []}, 0)
    expected = {
        "full_name": "Asha Example",
        "height_cm": 160.5,
        "pain_regions": ["reg-sacrum"],
        "pain_words": [],
    }
    assert answers_of(session, form.id).answers == expected
    assert answers_of(session, form.id).versions == {"about-you": 1, "pain": 1}


@pytest.mark.parametrize("typed", ["आशा", "\x00", "\ud800", "‮abc", "'; DROP TABLE response; --", "😀" * 500])
def test_any_text_a_patient_types_comes_back_exactly(session: Session, form: Response, typed: str) -> None:
    put(session, form, "about-you", {"anything_else": typed}, 0)
    assert answers_of(session, form.id).answers == {"anything_else": typed}


def test_a_page_saved_in_another_tab_is_not_overwritten(session: Session, form: Response) -> None:
    put(session, form, "pain", {"pain_now": 3}, 0)
    with pytest.raises(StalePage) as stale:
        put(session, form, "pain", {"pain_now": 8}, 0)
    assert (stale.value.answers, stale.value.version) == ({"pain_now": 3}, 1)
    assert answers_of(session, form.id).answers == {"pain_now": 3}


def test_pressing_next_twice_is_not_a_conflict(session: Session, form: Response) -> None:
    assert [put(session, form, "pain", {"pain_now": 3}, 0) for _ in range(2)] == [1, 1]


def test_a_gate_changed_to_no_takes_its_answers_off_the_other_page(session: Session, form: Response) -> None:
    put(session, form, "medicines", {"inr_value": 2.5, "takes_steroids": "no"}, 0)
    put(session, form, "gate", {"takes_medicines": "no"}, 0, medicines=["inr_value"])
    assert answers_of(session, form.id).answers == {"takes_steroids": "no", "takes_medicines": "no"}


def test_a_tab_that_still_shows_dropped_answers_is_stale(session: Session, form: Response) -> None:
    put(session, form, "medicines", {"inr_value": 2.5}, 0)
    put(session, form, "gate", {"takes_medicines": "no"}, 0, medicines=["inr_value"])
    with pytest.raises(StalePage):
        put(session, form, "medicines", {"inr_value": 2.6}, 1)


def test_a_stale_page_drops_nothing_elsewhere(session: Session, form: Response) -> None:
    put(session, form, "medicines", {"inr_value": 2.5}, 0)
    put(session, form, "gate", {"takes_medicines": "yes"}, 0)
    with pytest.raises(StalePage):
        put(session, form, "gate", {"takes_medicines": "no"}, 0, medicines=["inr_value"])
    assert answers_of(session, form.id).answers["inr_value"] == 2.5


def test_two_tabs_that_race_lose_no_accepted_page(
    sessions: sessionmaker[Session], session: Session, form: Response
) -> None:
    def tab(number: int) -> int:
        accepted = 0
        with sessions() as own:
            for turn in range(30):
                base = answers_of(own, form.id).versions.get("pain", 0)
                try:
                    put(own, form, "pain", {"typed": f"{number}-{turn}"}, base)
                    accepted += 1
                except StalePage:
                    continue
        return accepted

    with ThreadPoolExecutor(2) as pool:
        accepted = sum(pool.map(tab, range(2)))
    assert answers_of(session, form.id).versions == {"pain": accepted}


def test_a_token_opens_its_own_form_and_no_other(session: Session, form: Response) -> None:
    other = responses.open_response(session, DIGEST, "another token", NOW)
    assert responses.find_by_token(session, "token", LATER) == form
    assert responses.find_by_token(session, "another token", LATER) == other
    assert responses.find_by_token(session, "guess", LATER) is None


def test_a_form_left_for_45_minutes_is_not_opened_by_its_token(session: Session, form: Response) -> None:
    assert responses.find_by_token(session, "token", NOW + responses.IDLE) is None
    assert not responses.renew_session(session, "token", NOW + responses.IDLE)


def test_a_patient_who_keeps_going_is_not_stopped_by_the_clock(session: Session, form: Response) -> None:
    assert responses.renew_session(session, "token", NOW + timedelta(minutes=44))
    assert responses.find_by_token(session, "token", NOW + timedelta(minutes=80)) == form


def test_an_ended_session_opens_nothing(session: Session, form: Response) -> None:
    responses.end_session(session, "token", LATER)
    assert responses.find_by_token(session, "token", LATER) is None
    assert not responses.renew_session(session, "token", LATER)


def test_reaching_the_check_page_is_remembered_once(session: Session, form: Response) -> None:
    for _ in range(2):
        responses.mark_check_reached(session, form.id, LATER)
    found = responses.find_by_token(session, "token", LATER)
    assert found is not None
    assert found.reached_check
    assert _actions(session).count("check-reached") == 1


def test_a_patient_who_withdraws_leaves_nothing_behind(
    engine: Engine, session: Session, form: Response
) -> None:
    before = {name: count for name, count in _counts(engine).items() if name != "audit"}
    put(session, form, "about-you", {"full_name": "Asha Example"}, 0)
    interrupts.record_interrupt(session, form.id, ["rf-ces"], LATER)
    responses.withdraw(session, form.id, LATER)
    after = {name: count for name, count in _counts(engine).items() if name != "audit"}
    assert after == before | {"response": 0, "patient_session": 0}
    assert responses.find_by_token(session, "token", LATER) is None
    with pytest.raises(NotOpen):
        put(session, form, "about-you", {"full_name": "Asha Example"}, 0)


def test_a_form_handed_in_takes_no_more_answers(session: Session, form: Response) -> None:
    put(session, form, "pain", {"pain_now": 3}, 0)
    submit(session, form.id, lambda: "K7F-3QX", {"pain_now": 3}, assessed(), PERSON, LATER)
    with pytest.raises(NotOpen):
        put(session, form, "pain", {"pain_now": 4}, 1)
    with pytest.raises(NotOpen):
        responses.withdraw(session, form.id, LATER)


def test_the_same_interrupt_shown_again_is_kept_once(session: Session, form: Response) -> None:
    first = interrupts.record_interrupt(session, form.id, ["rf-b", "rf-a"], NOW)
    assert interrupts.record_interrupt(session, form.id, ["rf-a", "rf-b"], LATER) == first
    interrupts.record_interrupt(session, form.id, ["rf-a", "rf-b", "rf-c"], LATER)
    assert [len(found.flag_ids) for found in interrupts.interrupts_of(session, form.id)] == [2, 3]


def test_an_interrupt_is_acknowledged_once(session: Session, form: Response) -> None:
    interrupts.record_interrupt(session, form.id, ["rf-a"], NOW)
    interrupts.acknowledge_interrupt(session, form.id, LATER)
    interrupts.acknowledge_interrupt(session, form.id, LATER + timedelta(minutes=1))
    assert [found.acknowledged_at for found in interrupts.interrupts_of(session, form.id)] == [LATER]


def test_a_patient_stopped_by_an_emergency_page_is_on_the_list_with_a_number_to_ring(
    session: Session, form: Response, practitioner: Staff
) -> None:
    put(session, form, "about-you", {"full_name": "Asha Example", "phone": "020 0000", "sex": "f"}, 0)
    interrupts.record_interrupt(session, form.id, ["rf-a"], NOW)
    actor = Actor("staff", practitioner.id)
    (stopped,) = interrupts.open_interrupts(session, actor, ("full_name", "phone"), LATER)
    assert (stopped.flag_ids, stopped.acknowledged) == (("rf-a",), False)
    assert stopped.contact == {"full_name": "Asha Example", "phone": "020 0000"}
    assert _actions(session).count("interrupt-seen") == 1


def test_a_patient_who_handed_the_form_in_is_no_longer_on_the_interrupt_list(
    session: Session, form: Response, practitioner: Staff
) -> None:
    interrupts.record_interrupt(session, form.id, ["rf-a"], NOW)
    submit(session, form.id, lambda: "K7F-3QX", {}, assessed(), PERSON, LATER)
    assert interrupts.open_interrupts(session, Actor("staff", practitioner.id), (), LATER) == ()


def test_forms_left_half_way_are_forgotten_and_submissions_are_not(
    engine: Engine, session: Session, form: Response
) -> None:
    handed_in = responses.open_response(session, DIGEST, "second", NOW)
    put(session, form, "pain", {"pain_now": 3}, 0)
    put(session, handed_in, "pain", {"pain_now": 3}, 0)
    submit(session, handed_in.id, lambda: "K7F-3QX", {"pain_now": 3}, assessed(), PERSON, LATER)
    month, much_later = timedelta(days=30), NOW + timedelta(days=31)
    expected = retention.Forgotten((form.id,), (handed_in.id,))

    assert retention.would_forget(session, month, much_later) == expected
    assert _counts(engine)["saved_page"] == 2
    assert retention.forget(session, Actor("system", "forget"), month, much_later) == expected
    counts = _counts(engine)
    assert (counts["saved_page"], counts["response"], counts["submission"]) == (0, 1, 1)


def test_a_form_saved_yesterday_is_not_forgotten(session: Session, form: Response) -> None:
    found = retention.would_forget(session, timedelta(days=30), NOW + timedelta(days=1))
    assert found == retention.Forgotten((), ())


def test_a_form_filled_in_by_staff_names_them_in_the_trail(session: Session, practitioner: Staff) -> None:
    form = responses.open_response(session, DIGEST, "t", NOW, filled_by_staff=practitioner.id)
    put(session, form, "pain", {"pain_now": 3}, 0)
    lines = audit.between(session, LATER, LATER + timedelta(seconds=1))
    assert [line.actor for line in lines] == [Actor("staff", practitioner.id)]


def _actions(session: Session) -> list[str]:
    return [line.action for line in audit.between(session, NOW, NOW + timedelta(days=100))]


def _counts(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()  # noqa: S608  # our own tables
            for name in metadata.tables
        }
