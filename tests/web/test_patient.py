"""What patients do with the form, and what must never happen to them."""

from collections.abc import Callable, Mapping

import pytest
from flask.testing import FlaskClient

from rules.assess import assess
from rules.model import Level
from screening.records import interrupts, responses, submissions
from screening.records.audit import Actor
from screening.web.parts import Parts
from tests import reading
from tests.web.conftest import Clock, Form, Patient
from tests.web.stories import ASHA

Opens = Callable[[Mapping[str, object]], Patient]
TESTER = Actor("system", "test")


def _handed_in(parts: Parts) -> submissions.Submission:
    with parts.sessions() as db:
        line = submissions.listing(db, TESTER, parts.now())[0]
        found = submissions.get(db, TESTER, line.id, "review", parts.now())
    assert found is not None
    return found


def test_a_patient_with_low_back_pain_goes_from_start_to_done(patient: Opens, parts: Parts) -> None:
    done = patient(ASHA).goes_to_the_end()

    handed_in = _handed_in(parts)
    assert handed_in.reference in done.text
    assert handed_in.assessment == assess(parts.edition, handed_in.answers, parts.today())
    assert handed_in.assessment.outcome is Level.NONE
    assert handed_in.answers["nprs_best"] == 0
    assert handed_in.answers["goals"] == "To garden again"


def test_a_patient_who_reports_saddle_numbness_meets_the_emergency_page_at_that_moment(
    patient: Opens, client: FlaskClient
) -> None:
    worried = patient({**ASHA, "rf_ces_saddle": "yes"})

    assert worried.walks(worried.starts()) == "/urgent"
    page = client.get("/urgent").text
    assert 'href="tel:112"' in page
    assert "changes in your bladder, bowels, feeling between your legs" in page
    assert worried.pages[-1] == "/form/3"


def test_a_patient_in_an_emergency_can_go_on_afterwards_and_the_clinic_knows(
    patient: Opens, parts: Parts
) -> None:
    worried = patient({**ASHA, "rf_ces_saddle": "yes"})
    worried.walks(worried.starts())

    with parts.sessions() as db:
        stopped = interrupts.open_interrupts(db, TESTER, ("full_name", "phone"), parts.now())
    assert [(s.flag_ids, s.contact["full_name"]) for s in stopped] == [(("rf-ces-saddle",), "Asha Invented")]
    assert worried.reads_urgent().startswith("/form/")


def test_an_emergency_page_that_was_not_answered_comes_back_whatever_address_is_opened(
    patient: Opens, client: FlaskClient
) -> None:
    worried = patient({**ASHA, "rf_cardiac": "yes"})
    worried.walks(worried.starts())

    for address in ("/form", "/form/1", "/form/3", "/check"):
        assert client.get(address).headers["Location"] == "/urgent"


def test_a_patient_who_answered_an_emergency_question_by_mistake_can_change_it(
    patient: Opens, client: FlaskClient, parts: Parts
) -> None:
    slipped = patient({**ASHA, "rf_cardiac": "yes"})
    slipped.walks(slipped.starts())
    form = Form(client.get("/urgent").text)
    back = client.post("/urgent", data={**form.hidden, "change": "2"}).headers["Location"]
    slipped.story["rf_cardiac"] = "no"

    assert back == "/form/2"
    assert slipped.walks(back) == "/check"
    slipped.sends()
    assert _handed_in(parts).assessment.urgency is None


def test_not_sure_about_an_emergency_does_not_interrupt_but_tells_the_patient_to_treat_it_as_yes(
    patient: Opens,
) -> None:
    unsure = patient({**ASHA, "rf_ces_bowel": "unsure"})
    done = unsure.goes_to_the_end()

    assert "treat it as yes and call 112" in done.text
    assert "New trouble pooing" in done.text


def test_a_patient_who_does_not_agree_leaves_nothing_behind(
    patient: Opens, client: FlaskClient, parts: Parts
) -> None:
    refuses = patient({**ASHA, "consent_data": "disagree"})
    answer = refuses.fills_in(refuses.starts())

    assert answer.headers["Location"] == "/stopped"
    assert "555 0199" in client.get("/stopped").text
    with parts.sessions() as db:
        assert responses.answers_of(db, "any").answers == {}
        assert submissions.listing(db, TESTER, parts.now()) == ()
    assert client.get("/form").headers["Location"] == "/"


def test_a_patient_who_closes_the_browser_and_comes_back_goes_on_where_it_was(
    patient: Opens, client: FlaskClient
) -> None:
    interrupted = patient(ASHA)
    left_at = interrupted.walks(interrupted.starts(), until=lambda address: address == "/form/6")

    assert client.get("/form").headers["Location"] == left_at
    assert "Continue your form" in client.get("/").text
    saved = Form(client.get("/form/1").text)
    assert saved.typed["full_name"] == "Asha Invented"


def test_after_a_long_pause_the_birthday_is_asked_before_anything_is_shown(
    patient: Opens, client: FlaskClient, moment: Clock
) -> None:
    tired = patient(ASHA)
    tired.walks(tired.starts(), until=lambda address: address == "/form/4")
    moment.forward(minutes=46)

    assert client.get("/form/2").headers["Location"] == "/unlock"
    form = Form(client.get("/unlock").text)
    birthday = {"birthday-day": "15", "birthday-month": "3", "birthday-year": "1988"}
    assert client.post("/unlock", data={**form.hidden, **birthday}).headers["Location"] == "/form"
    assert client.get("/form/2").status_code == 200


def test_a_page_typed_during_a_long_pause_is_kept(
    patient: Opens, client: FlaskClient, moment: Clock, parts: Parts
) -> None:
    slow = patient(ASHA)
    address = slow.walks(slow.starts(), until=lambda address: address == "/form/2")
    form = Form(client.get(address).text)
    moment.forward(hours=3)
    answer = client.post(address, data={**form.hidden, **slow.answers_to(form)})

    assert answer.status_code == 303
    assert client.get("/form/3").headers["Location"] == "/unlock"
    birthday = {"birthday-day": "15", "birthday-month": "3", "birthday-year": "1988"}
    client.post("/unlock", data={**Form(client.get("/unlock").text).hidden, **birthday})
    assert Form(client.get("/form/2").text).checked["rf_stroke"] == ["no"]


def test_five_wrong_birthdays_close_the_form_on_this_device(
    patient: Opens, client: FlaskClient, moment: Clock
) -> None:
    stranger = patient(ASHA)
    stranger.walks(stranger.starts(), until=lambda address: address == "/form/3")
    moment.forward(hours=1)
    wrong = {"birthday-day": "1", "birthday-month": "1", "birthday-year": "1970"}
    for left in (4, 3, 2, 1):
        again = client.post("/unlock", data={**Form(client.get("/unlock").text).hidden, **wrong})
        assert f"Tries left: {left}" in again.text
    last = client.post("/unlock", data={**Form(client.get("/unlock").text).hidden, **wrong})

    assert last.headers["Location"] == "/closed"
    assert last.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/form").headers["Location"] == "/"


@pytest.mark.parametrize("number", [2, 9, 17])
def test_a_page_too_far_ahead_leads_to_the_first_that_is_not_answered(
    patient: Opens, client: FlaskClient, number: int
) -> None:
    patient(ASHA).starts()

    assert client.get(f"/form/{number}").headers["Location"] == "/form/1"


def test_going_back_shows_what_was_saved(patient: Opens, client: FlaskClient) -> None:
    careful = patient(ASHA)
    careful.walks(careful.starts(), until=lambda address: address == "/form/6")

    page = client.get("/form/5").text
    assert 'href="/form/4"' in page
    assert Form(page).checked["pain_regions"] == ["reg-low-back-spine:left"]


def test_a_changed_answer_asks_only_what_became_necessary_and_returns_to_the_check(
    patient: Opens, client: FlaskClient
) -> None:
    changes = patient({**ASHA, "head_neck_new": "no"})
    changes.walks(changes.starts())
    changes.client.get("/check")
    changes.story |= {"lung_any": "yes", "mod_previous_pneumothorax": "yes", "long_cough": "no"}
    changes.questions, changes.pages = [], []

    assert changes.walks("/form/12") == "/check"
    assert changes.pages == ["/form/12", "/form/13"]


def test_a_gate_changed_to_no_takes_its_details_away_everywhere(
    patient: Opens, client: FlaskClient, parts: Parts
) -> None:
    more = {
        "heart_any": "yes",
        "pre_heart_condition": "yes",
        "abs_heart_unstable": "yes",
        "pre_heart_valve": "no",
    }
    more |= {"pre_blood_pressure": "no", "pre_vascular_disease": "no"}
    changes = patient({**ASHA, **more})
    changes.walks(changes.starts())
    assert "Heart getting weaker" in client.get("/check").text
    changes.story["heart_any"] = "no"

    assert changes.fills_in("/form/12").headers["Location"] == "/check"
    assert "Heart getting weaker" not in client.get("/check").text
    changes.sends()
    assert "abs_heart_unstable" not in _handed_in(parts).answers
    assert _handed_in(parts).assessment.outcome is Level.NONE


def test_a_place_that_is_no_longer_marked_cannot_stay_the_worst(patient: Opens, client: FlaskClient) -> None:
    two = ["reg-low-back-spine:left", "reg-calf:right"]
    changes = patient({**ASHA, "pain_regions": two, "main_region": ["reg-calf:right"]})
    changes.walks(changes.starts(), until=lambda address: address == "/form/6")
    three = ["reg-low-back-spine:left", "reg-buttock-upper:left"]
    changes.story |= {"pain_regions": three, "main_region": None}
    form = Form(client.get("/form/5").text)
    again = client.post("/form/5", data={**form.hidden, "pain_regions": three})

    assert again.status_code in (303, 422)
    assert "reg-calf:right" not in client.get("/form/5").text.split("main_region")[-1]


def test_a_page_left_open_in_another_window_does_not_overwrite_silently(
    patient: Opens, client: FlaskClient
) -> None:
    twice = patient(ASHA)
    twice.walks(twice.starts(), until=lambda address: address == "/form/3")
    old = Form(client.get("/form/2").text)
    changed = {**twice.answers_to(old), "rf_breathless_chest": "unsure"}
    client.post("/form/2", data={**old.hidden, **changed})
    stale = client.post("/form/2", data={**old.hidden, **twice.answers_to(old), "head_neck_new": "unsure"})

    assert stale.status_code == 409
    assert "another window" in stale.text
    assert Form(stale.text).checked["head_neck_new"] == ["unsure"]
    again = client.post("/form/2", data={**Form(stale.text).hidden, **twice.answers_to(Form(stale.text))})
    assert again.status_code == 303


def test_pressing_send_twice_sends_once(patient: Opens, client: FlaskClient, parts: Parts) -> None:
    hasty = patient(ASHA)
    hasty.walks(hasty.starts())
    form = Form(client.get("/check").text)
    data = {**form.hidden, **hasty.answers_to(form)}
    first, second = client.post("/check", data=data), client.post("/check", data=data)

    assert [first.headers["Location"], second.headers["Location"]] == ["/done", "/done"]
    with parts.sessions() as db:
        assert len(submissions.listing(db, TESTER, parts.now())) == 1


def test_a_form_cannot_be_sent_without_the_declaration(
    patient: Opens, client: FlaskClient, parts: Parts
) -> None:
    forgetful = patient({**ASHA, "declaration": None})
    forgetful.walks(forgetful.starts())
    form = Form(client.get("/check").text)
    answer = client.post("/check", data={**form.hidden, "typed_name": "Asha Invented"})

    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert Form(answer.text).typed["typed_name"] == "Asha Invented"
    with parts.sessions() as db:
        assert submissions.listing(db, TESTER, parts.now()) == ()


def test_once_sent_only_the_reference_is_shown(patient: Opens, client: FlaskClient) -> None:
    patient(ASHA).goes_to_the_end()

    for address in ("/form", "/form/1", "/check", "/urgent"):
        assert client.get(address).headers["Location"] == "/done"
    assert "Asha" not in client.get("/done").text


def test_finish_and_close_leaves_nothing_to_open(patient: Opens, client: FlaskClient) -> None:
    patient(ASHA).goes_to_the_end()
    client.post("/leave", data=Form(client.get("/done").text).hidden)

    for address in ("/done", "/form", "/my-answers.pdf"):
        assert client.get(address).headers["Location"] == "/"


def test_starting_again_erases_the_unfinished_form(patient: Opens, client: FlaskClient) -> None:
    first = patient(ASHA)
    first.walks(first.starts(), until=lambda address: address == "/form/4")
    again = patient({**ASHA, "full_name": "Somebody Else"})
    address = again.starts()

    assert Form(client.get(address).text).typed["full_name"] == ""


def test_the_done_page_never_reassures_and_never_shows_a_level(patient: Opens) -> None:
    thinner = {"pre_anticoagulant": "yes", "can_list_medicines": "yes", "anticoagulant_type": "newer"}
    thinner |= {"abs_anticoagulant_unstable": "no", "rf_myositis_statin": "no"}
    text = patient({**ASHA, **thinner}).goes_to_the_end().text.lower()

    for word in ("safe", "cleared", "suitable", "low risk", "precaution", "flag", "do not needle"):
        assert word not in text


def test_private_answers_are_hidden_on_the_check_page(patient: Opens, client: FlaskClient) -> None:
    private = {
        "private_any": "yes",
        "pre_mental_health": "yes",
        "rf_self_harm": "no",
        "rf_safeguarding": "yes",
    }
    shy = patient({**ASHA, **private})
    shy.walks(shy.starts())

    page = client.get("/check").text
    assert page.count("Your answer is saved and not shown here") == 5


def test_nothing_of_an_answer_is_in_an_address_a_cookie_or_a_title(
    patient: Opens, client: FlaskClient
) -> None:
    walked = patient({**ASHA, "full_name": "Canary Xylograph", "goals": "canary-goal"})
    walked.goes_to_the_end()

    cookies = " ".join(str(cookie.value) for cookie in client._cookies.values())
    assert "anary" not in cookies
    assert all(page.removeprefix("/form/").isdigit() for page in walked.pages)
    assert "anary" not in client.get("/done").text


def test_the_patients_own_copy_holds_the_answers_and_no_flag(
    patient: Opens, client: FlaskClient, parts: Parts
) -> None:
    thinner = {"pre_anticoagulant": "yes", "can_list_medicines": "yes", "anticoagulant_type": "newer"}
    thinner |= {"abs_anticoagulant_unstable": "no", "rf_myositis_statin": "no"}
    patient({**ASHA, **thinner}).goes_to_the_end()
    answer = client.get("/my-answers.pdf")
    text = reading.words(answer.data)

    assert answer.mimetype == "application/pdf"
    assert "To garden again" in text
    assert "Blood thinner, to stop clots?" in text
    for flag in _handed_in(parts).assessment.flags:
        assert parts.edition.rule[flag.id].title not in text


def test_before_it_is_sent_there_is_no_copy(patient: Opens, client: FlaskClient) -> None:
    early = patient(ASHA)
    early.walks(early.starts())

    assert client.get("/my-answers.pdf").status_code == 404


def test_a_patient_with_thoughts_of_self_harm_is_given_the_crisis_line_at_the_end(patient: Opens) -> None:
    private = {"private_any": "yes", "pre_mental_health": "no", "rf_safeguarding": "no"}
    done = patient({**ASHA, **private, "rf_self_harm": "thoughts"}).goes_to_the_end()

    assert "call the crisis line: 14416" in done.text
    assert "looked at by a doctor today" in done.text


def test_feeling_unsafe_at_home_changes_nothing_that_the_patient_is_shown(
    patient: Opens, client: FlaskClient
) -> None:
    private = {"private_any": "yes", "pre_mental_health": "no", "rf_self_harm": "no"}
    unsafe = patient({**ASHA, **private, "rf_safeguarding": "yes"}).goes_to_the_end()

    assert "Thank you. Your answers have been sent." in unsafe.text
    assert "today" not in unsafe.text.split("What happens next")[0]
