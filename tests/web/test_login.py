"""Coming in and going out: who gets in, who waits, and what a browser keeps."""

import re
import secrets

import pytest
from flask import Flask
from flask.testing import FlaskClient

from screening.records import staff
from screening.records.staff import Role
from screening.web.cookies import STAFF
from screening.web.parts import Parts

from .pseudo import unmarked
from .staff_clinic import PASSWORD, SYSTEM, at_work, hired, send, trail

SIGN_IN, FIRST, PEOPLE = "/staff/sign-in", "/staff/first", "/staff/people"
ROLES = list(Role)


def test_a_practitioner_signs_in_and_lands_on_the_list(client: FlaskClient, parts: Parts) -> None:
    hired(parts, Role.PRACTITIONER)
    answer = send(client, SIGN_IN, sign_in_name=" Practitioner ", password=PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff")
    assert client.get("/staff").status_code == 200


def test_the_staff_cookie_ends_with_the_browser_and_leaves_the_site_with_nobody(
    client: FlaskClient, parts: Parts
) -> None:
    hired(parts, Role.PRACTITIONER)
    answer = send(client, SIGN_IN, sign_in_name="practitioner", password=PASSWORD)
    (given,) = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith(STAFF)]
    assert "HttpOnly" in given
    assert "SameSite=Strict" in given
    assert "Max-Age" not in given
    assert "Expires" not in given


def test_signing_in_again_ends_the_session_before(client: FlaskClient, parts: Parts) -> None:
    hired(parts, Role.PRACTITIONER)
    send(client, SIGN_IN, sign_in_name="practitioner", password=PASSWORD)
    before = client.get_cookie(STAFF)
    send(client, SIGN_IN, sign_in_name="practitioner", password=PASSWORD)
    after = client.get_cookie(STAFF)
    assert before is not None
    assert after is not None
    assert before.value != after.value
    client.set_cookie(STAFF, before.value)
    assert client.get("/staff").headers["Location"] == SIGN_IN


def test_a_wrong_name_and_a_wrong_password_read_the_same(client: FlaskClient, parts: Parts) -> None:
    hired(parts, Role.PRACTITIONER)
    wrong_password = send(client, SIGN_IN, sign_in_name="practitioner", password="not the right one")
    wrong_name = send(client, SIGN_IN, sign_in_name="practitionar", password="not the right one")
    said = [
        re.sub(r'value="[^"]*"', "", answer.text).replace("practitionar", "practitioner")
        for answer in (wrong_password, wrong_name)
    ]
    assert said[0] == said[1]
    assert "That name and password do not go together. Try again in 1 second." in said[0]


def test_each_wrong_guess_costs_a_longer_wait_also_for_the_right_password(
    client: FlaskClient, parts: Parts, moment
) -> None:
    hired(parts, Role.PRACTITIONER)
    waits = []
    for _ in range(6):
        answer = send(client, SIGN_IN, sign_in_name="practitioner", password="a wrong guess")
        waits.append(int(answer.headers["Retry-After"]))
        assert answer.status_code == 429
        moment.forward(seconds=waits[-1])
    assert waits == [1, 2, 4, 8, 16, 32]
    send(client, SIGN_IN, sign_in_name="practitioner", password="a wrong guess")
    too_soon = send(client, SIGN_IN, sign_in_name="practitioner", password=PASSWORD)
    assert too_soon.status_code == 429
    assert "Try again in 2 minutes." in too_soon.text
    moment.forward(seconds=64)
    assert send(client, SIGN_IN, sign_in_name="practitioner", password=PASSWORD).status_code == 303


def test_a_name_typed_wrong_comes_back_and_a_password_never(client: FlaskClient, parts: Parts) -> None:
    answer = send(client, SIGN_IN, sign_in_name="somebody", password="do not repeat me")
    assert 'value="somebody"' in answer.text
    assert "do not repeat me" not in answer.text


def test_nothing_typed_is_told_before_anything_is_counted(client: FlaskClient, parts: Parts) -> None:
    answer = send(client, SIGN_IN, sign_in_name="", password="")
    assert answer.status_code == 422
    assert "Enter your sign-in name" in answer.text
    assert "Enter your password" in answer.text
    assert trail(parts, "sign-in-refused") == []


def test_signing_out_ends_the_session_on_the_server_and_empties_the_browser(app: Flask, parts: Parts) -> None:
    browser = at_work(app, parts, Role.PRACTITIONER)
    token = browser.get_cookie(STAFF)
    answer = send(browser, "/staff/sign-out", shown_at="/staff")
    assert answer.headers["Location"] == SIGN_IN
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert browser.get_cookie(STAFF) is None
    assert token is not None
    browser.set_cookie(STAFF, token.value)
    assert browser.get("/staff").headers["Location"] == SIGN_IN


def test_a_practitioner_who_was_away_for_a_quarter_of_an_hour_signs_in_again(
    app: Flask, parts: Parts, moment
) -> None:
    browser = at_work(app, parts, Role.PRACTITIONER)
    moment.forward(minutes=15)
    assert browser.get("/staff").headers["Location"] == SIGN_IN


@pytest.mark.parametrize("address", [SIGN_IN, FIRST, "/staff/sign-out"])
def test_a_form_sent_from_another_site_is_refused(client: FlaskClient, address: str) -> None:
    assert client.post(address, data={"sign_in_name": "x", "password": "y"}).status_code == 400


# --- the first time ----------------------------------------------------------------------------


def code_for(parts: Parts, role: Role) -> str:
    code = secrets.token_urlsafe(16)
    with parts.sessions() as db:
        staff.create_code(db, SYSTEM, code, role, parts.now())
    return code


NEW = {"full_name": "Bram Example", "sign_in_name": "bram", "password": PASSWORD, "registration": "PT 12"}


@pytest.mark.parametrize("role", ROLES)
def test_a_code_makes_an_account_of_its_role(client: FlaskClient, parts: Parts, role: Role) -> None:
    answer = send(client, FIRST, code=code_for(parts, role), **NEW)
    assert (answer.status_code, answer.headers["Location"]) == (303, SIGN_IN)
    assert "Your account is ready" in client.get(SIGN_IN).text
    with parts.sessions() as db:
        (made,) = staff.everyone(db)
    assert (made.role, made.name, made.registration) == (role, "Bram Example", "PT 12")
    assert send(client, SIGN_IN, sign_in_name="bram", password=PASSWORD).status_code == 303


def test_a_code_works_once(client: FlaskClient, parts: Parts) -> None:
    code = code_for(parts, Role.PRACTITIONER)
    send(client, FIRST, code=code, **NEW)
    answer = send(client, FIRST, code=code, **{**NEW, "sign_in_name": "another"})
    assert answer.status_code == 422
    assert "This code does not work" in answer.text


def test_a_short_password_is_explained_and_nothing_else_is_lost(client: FlaskClient, parts: Parts) -> None:
    code = code_for(parts, Role.PRACTITIONER)
    answer = send(client, FIRST, code=code, **{**NEW, "password": "short one"})
    assert answer.status_code == 422
    assert "This password has 9 characters and needs 15" in answer.text
    assert all(f'value="{kept}"' in answer.text for kept in (code, "Bram Example", "bram", "PT 12"))
    assert "short one" not in answer.text


def test_a_taken_name_is_told_and_the_code_stays_good(client: FlaskClient, parts: Parts) -> None:
    hired(parts, Role.ADMINISTRATOR)
    code = code_for(parts, Role.PRACTITIONER)
    answer = send(client, FIRST, code=code, **{**NEW, "sign_in_name": "Administrator"})
    assert "Somebody here signs in with this name" in answer.text
    assert send(client, FIRST, code=code, **NEW).status_code == 303


def test_everything_missing_is_told_at_once(client: FlaskClient) -> None:
    answer = send(client, FIRST, code="", full_name=" ", sign_in_name="", password="", registration="")
    assert answer.text.count("nhsuk-error-message") == 4


# --- the administrator -------------------------------------------------------------------------


def test_an_administrator_lets_a_practitioner_in_with_a_code_shown_once(app: Flask, parts: Parts) -> None:
    browser = at_work(app, parts, Role.ADMINISTRATOR)
    answer = send(browser, PEOPLE, role="practitioner")
    found = re.search(r'app-code__code">([^<]+)<', answer.text)
    assert found is not None
    assert "http://127.0.0.1:8000/staff/first" in answer.text
    assert found[1] not in browser.get(PEOPLE).text
    newcomer = app.test_client()
    assert send(newcomer, FIRST, code=found[1], **NEW).status_code == 303
    assert "Bram Example" in browser.get(PEOPLE).text


def test_a_code_for_a_role_that_does_not_exist_is_not_made(app: Flask, parts: Parts) -> None:
    browser = at_work(app, parts, Role.ADMINISTRATOR)
    before = len(trail(parts, "code-made"))
    assert send(browser, PEOPLE, role="owner").status_code == 422
    assert len(trail(parts, "code-made")) == before


def test_somebody_whose_account_is_closed_is_out_at_once(app: Flask, parts: Parts) -> None:
    theirs = at_work(app, parts, Role.PRACTITIONER)
    browser = at_work(app, parts, Role.ADMINISTRATOR)
    with parts.sessions() as db:
        person = next(p for p in staff.everyone(db) if p.role is Role.PRACTITIONER)
    asked = browser.get(f"{PEOPLE}/{person.id}/close")
    assert "Close this account?" in asked.text
    assert send(browser, f"{PEOPLE}/{person.id}/close").status_code == 303
    assert theirs.get("/staff").headers["Location"] == SIGN_IN
    assert "Closed 22 November 2026" in browser.get(PEOPLE).text


def test_the_only_administrator_cannot_lock_everybody_out(app: Flask, parts: Parts) -> None:
    browser = at_work(app, parts, Role.ADMINISTRATOR)
    with parts.sessions() as db:
        (person,) = staff.everyone(db)
    answer = send(browser, f"{PEOPLE}/{person.id}/close")
    assert answer.status_code == 409
    assert "This is the only administrator" in answer.text


def test_closing_somebody_who_does_not_exist_finds_nobody(app: Flask, parts: Parts) -> None:
    browser = at_work(app, parts, Role.ADMINISTRATOR)
    assert browser.get(f"{PEOPLE}/00000000-0000-4000-8000-000000000000/close").status_code == 404


def test_the_list_says_who_is_signed_in_and_signs_them_out_everywhere(app: Flask, parts: Parts) -> None:
    theirs = at_work(app, parts, Role.PRACTITIONER, "Bram Example")
    browser = at_work(app, parts, Role.ADMINISTRATOR)
    listed = browser.get(PEOPLE).text
    assert listed.count("Sessions: 1. Last seen 22 November 2026, 14:30") == 2
    address = re.search(r'action="(/staff/people/[^"]+/sign-out)"', listed)
    assert address is not None

    answer = send(browser, address[1], PEOPLE)

    assert (303, PEOPLE) == (answer.status_code, answer.headers["Location"])
    assert theirs.get("/staff").headers["Location"] == SIGN_IN
    listed = browser.get(PEOPLE).text
    assert "Bram Example is signed out everywhere." in listed
    assert "Not signed in. Last seen 22 November 2026, 14:30" in listed
    [line] = trail(parts, "signed-out-everywhere")
    assert line.object_kind == "staff"


def test_somebody_who_never_came_has_no_session_to_end(app: Flask, parts: Parts) -> None:
    hired(parts, Role.FRONT_DESK)
    browser = at_work(app, parts, Role.ADMINISTRATOR)
    listed = browser.get(PEOPLE).text
    assert "Never signed in" in listed
    assert listed.count("/sign-out") == 2  # their own row, and the link in the head


def test_only_an_administrator_signs_others_out(app: Flask, parts: Parts) -> None:
    browser = at_work(app, parts, Role.CLINICIAN)
    with parts.sessions() as db:
        (person,) = staff.everyone(db)
    answer = send(browser, f"{PEOPLE}/{person.id}/sign-out", "/staff/print")
    assert answer.status_code == 403
    assert browser.get("/staff").status_code == 200


# --- words -------------------------------------------------------------------------------------


def test_every_word_of_the_way_in_can_be_translated(spoken: Parts, spoken_app: Flask) -> None:
    app, parts = spoken_app, spoken
    browser = app.test_client()
    allowed = ("Elm", "Staff administrator", "administrator", "bram")
    assert unmarked(browser.get(SIGN_IN).text, allowed) == []
    assert unmarked(send(browser, SIGN_IN, sign_in_name="bram", password="x").text, allowed) == []
    assert unmarked(browser.get(FIRST).text, allowed) == []
    empty = dict.fromkeys(("code", *NEW), "")
    assert unmarked(send(browser, FIRST, **empty).text, allowed) == []
    administrator = at_work(app, parts, Role.ADMINISTRATOR)
    assert unmarked(administrator.get(PEOPLE).text, allowed) == []
    made = send(administrator, PEOPLE, role="front_desk").text
    code = re.search(r'app-code__code">([^<]+)<', made)
    assert code is not None
    assert unmarked(made, (*allowed, code[1])) == []
