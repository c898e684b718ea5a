"""The list, who may open what, and what holds for all staff pages."""

import re
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from rules.model import Kind, Level, Urgency
from screening.records.staff import Role
from screening.web.cookies import STAFF
from screening.web.parts import Parts

from .pseudo import texts, unmarked
from .staff_clinic import STORY, at_work, concluded, decide, handed_in, record_of, stopped, trail

NOBODY = "00000000-0000-4000-8000-000000000000"
CLINICAL = frozenset({Role.PRACTITIONER, Role.CLINICIAN})
ALLOWED = {
    ("GET", "/staff"): frozenset(Role),
    ("GET", "/staff/people"): frozenset({Role.ADMINISTRATOR}),
    ("POST", "/staff/people"): frozenset({Role.ADMINISTRATOR}),
    ("GET", "/staff/people/<uuid:staff_id>/close"): frozenset({Role.ADMINISTRATOR}),
    ("POST", "/staff/people/<uuid:staff_id>/close"): frozenset({Role.ADMINISTRATOR}),
    ("POST", "/staff/people/<uuid:staff_id>/sign-out"): frozenset({Role.ADMINISTRATOR}),
    ("GET", "/staff/record/<uuid:submission_id>"): CLINICAL,
    ("POST", "/staff/record/<uuid:submission_id>/decision"): CLINICAL,
    ("GET", "/staff/record/<uuid:submission_id>/summary.pdf"): CLINICAL,
}
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title><svg onload=alert(1)>",
    "'-alert(1)-'",
    "{{7*7}} {reference} {% raw %}",
    "javascript:alert(1)",
    "</textarea><script>alert(1)</script>",
    "&lt;b&gt;already escaped&lt;/b&gt;",
    "\u202eredro desrever",
    "<!--<iframe src=//evil.example>",
)


@pytest.fixture
def practitioner(app: Flask, parts: Parts) -> FlaskClient:
    return at_work(app, parts, Role.PRACTITIONER, "Dana Example")


# --- who may open what -------------------------------------------------------------------------


def staff_routes(app: Flask) -> set[tuple[str, str]]:
    open_to_all = {"/staff/sign-in", "/staff/sign-out", "/staff/first"}
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) & {"GET", "POST"}
        if rule.endpoint.startswith(("login.", "practitioner.")) and rule.rule not in open_to_all
    }


def test_every_staff_route_is_in_the_table_of_roles(app: Flask) -> None:
    assert staff_routes(app) == set(ALLOWED)


@pytest.mark.parametrize("role", [None, *Role])
def test_each_role_opens_its_own_pages_and_no_other(app: Flask, parts: Parts, role: Role | None) -> None:
    submission = handed_in(parts)
    browser = app.test_client() if role is None else at_work(app, parts, role)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/staff/sign-in").text)
    assert found is not None
    for (method, rule), roles in ALLOWED.items():
        address = rule.replace("<uuid:submission_id>", submission.id).replace("<uuid:staff_id>", NOBODY)
        answer = browser.open(
            address, method=method, data={"csrf_token": found[1]} if method == "POST" else {}
        )
        if role is None:
            assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/sign-in"), address
        else:
            assert (answer.status_code == 403) == (role not in roles), address


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.ADMINISTRATOR])
def test_a_refused_look_leaves_no_opening_in_the_trail_and_no_answer_on_the_screen(
    app: Flask, parts: Parts, role: Role
) -> None:
    submission = handed_in(parts)
    answer = at_work(app, parts, role).get(record_of(submission))
    assert answer.status_code == 403
    assert "Asha" not in answer.text
    assert trail(parts, "submission-opened") == []


def test_an_administrator_is_led_to_the_accounts(app: Flask, parts: Parts) -> None:
    assert at_work(app, parts, Role.ADMINISTRATOR).get("/staff").headers["Location"] == "/staff/people"


# --- the list ----------------------------------------------------------------------------------


def test_the_list_has_the_most_urgent_first_then_the_heaviest_then_the_newest(
    practitioner: FlaskClient, parts: Parts, moment
) -> None:
    for name, level, urgency in (
        ("Fifth", Level.NONE, None),
        ("Second", Level.URGENT, Urgency.SAME_DAY),
        ("Fourth", Level.HOLD, None),
        ("Third", Level.HOLD, None),
        ("First", Level.URGENT, Urgency.EMERGENCY),
    ):
        handed_in(parts, {"full_name": f"{name} Example"}, concluded(level, urgency))
        moment.forward(minutes=1)
    page = practitioner.get("/staff").text
    assert re.findall(r"(\w+) Example</bdi></a>", page) == ["First", "Second", "Third", "Fourth", "Fifth"]


def test_a_line_of_the_list_says_what_is_needed_to_choose(practitioner: FlaskClient, parts: Parts) -> None:
    submission = handed_in(parts, None, concluded(Level.URGENT, Urgency.SAME_DAY))
    page = practitioner.get("/staff").text
    row = " ".join(texts(page[page.index("<tbody") : page.index("</tbody>")]))
    for said in (
        *("Same day", "URGENT REFERRAL", "Asha Example", "15 March 1970", submission.reference),
        *("22 November 2026, 14:30", "Not decided yet"),
    ):
        assert said in row


def test_an_empty_list_is_said_kindly(practitioner: FlaskClient) -> None:
    assert "Nothing is waiting for you." in practitioner.get("/staff").text


def test_a_decided_form_stands_apart_with_its_decision(practitioner: FlaskClient, parts: Parts) -> None:
    submission = handed_in(parts, None, concluded(Level.DECIDE))
    decide(practitioner, submission, "adapt")
    page = practitioner.get("/staff").text
    assert "Nothing is waiting for you." in page
    assert "Adapt the treatment" in page[page.index("<tbody") :]


def test_an_old_decided_form_leaves_the_list_and_an_old_open_one_stays(
    app: Flask, parts: Parts, moment
) -> None:
    old = handed_in(parts, {"full_name": "Decided Example"}, concluded(Level.DECIDE))
    handed_in(parts, {"full_name": "Waiting Example"}, concluded(Level.DECIDE))
    decide(at_work(app, parts, Role.PRACTITIONER), old, "adapt")
    moment.forward(days=31)
    browser = at_work(app, parts, Role.CLINICIAN)
    page = browser.get("/staff").text
    assert "Decided Example" not in page
    assert "Waiting Example" in page
    assert "Decided Example" in browser.get("/staff?older=1").text


def test_somebody_stopped_by_an_emergency_answer_stands_on_top_with_their_number(
    practitioner: FlaskClient, parts: Parts
) -> None:
    stopped(parts, {"full_name": "Esra Example", "phone": "555 (0199)"}, "rf-cardiac")
    handed_in(parts)
    page = practitioner.get("/staff").text
    assert page.index("Stopped by an emergency answer") < page.index("Not decided yet")
    assert 'href="tel:5550199"' in page
    assert parts.edition.rule["rf-cardiac"].title in page
    assert "They have not pressed that they read the emergency page." in page
    assert len(trail(parts, "interrupt-seen")) == 1


def test_somebody_stopped_before_giving_a_name_is_still_shown(
    practitioner: FlaskClient, parts: Parts
) -> None:
    stopped(parts, {}, "rf-self-harm", "rf-cardiac")
    page = practitioner.get("/staff").text
    assert "No name given" in page
    assert "No phone number given" in page
    assert "Private: speak alone" in page


# --- hostile text ------------------------------------------------------------------------------


class Markup(HTMLParser):
    """The elements of a page and everything on them that could run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.running: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.running += [
            f"{name}={value}"
            for name, value in attrs
            if name.startswith("on") or (value or "").strip().lower().startswith("javascript:")
        ]


def test_hostile_text_stays_text_wherever_it_is_shown(app: Flask, parts: Parts) -> None:
    for hostile in HOSTILE:
        typed = {"full_name": hostile, "phone": hostile, "medicines_list": hostile, "goals": hostile}
        submission = handed_in(parts, typed)
        stopped(parts, {"full_name": hostile, "phone": hostile}, "rf-cardiac")
    browser = at_work(app, parts, Role.PRACTITIONER, HOSTILE[0])
    for hostile in HOSTILE:
        decide(browser, submission, "refer", hostile)
    for address in ("/staff", record_of(submission)):
        page = browser.get(address).text
        markup = Markup(page)
        assert markup.running == []
        assert markup.elements.count("script") == 1
        assert not {"img", "iframe"} & set(markup.elements)
        # The body chart is ours: front and back on the record, none on the list.
        assert markup.elements.count("svg") == (2 if address != "/staff" else 0)
        for hostile in HOSTILE if address != "/staff" else ():
            assert " ".join(hostile.split()) in texts(page)
    everyone = at_work(app, parts, Role.ADMINISTRATOR, HOSTILE[1]).get("/staff/people").text
    assert Markup(everyone).running == []


# --- words -------------------------------------------------------------------------------------


def test_every_word_of_the_practitioners_pages_can_be_translated(spoken: Parts, spoken_app: Flask) -> None:
    app, parts = spoken_app, spoken
    submission = handed_in(parts)
    flagged = handed_in(parts, None, concluded(Level.DECIDE))
    stopped(parts, {"full_name": "Esra Example", "phone": "555"}, "rf-cardiac")
    browser = at_work(app, parts, Role.PRACTITIONER, "Dana Example")
    decide(browser, flagged, "refer", "A note.")
    # What stays in its own language: titles of publications, and what people typed.
    typed = {
        str(STORY[q.id]) for q in parts.edition.questions.values() if q.kind is Kind.TEXT and q.id in STORY
    }
    allowed = {*typed, *(source.citation for source in parts.edition.sources.values())}
    allowed |= {"Elm", "Dana Example", "Esra Example", "A note.", submission.reference, flagged.reference}
    for address in ("/staff", record_of(submission), record_of(flagged)):
        assert unmarked(browser.get(address).text, allowed) == []
    wrong = decide(browser, submission, "go-ahead")
    assert unmarked(wrong.text, allowed) == []


def test_the_translation_check_sees_a_sentence_that_went_round_it() -> None:
    page = '<p>⟦Héllo ⟦Ásha⟧⟧, 15 March 1970</p><p aria-label="Close">Hello Asha</p><p>S-JUDGE 12</p>'
    assert unmarked(page, ("Asha",)) == ["Close", "Hello Asha"]


def test_the_pages_own_words_never_promise_anything(practitioner: FlaskClient, parts: Parts) -> None:
    edition = parts.edition
    page = practitioner.get(record_of(handed_in(parts, None, concluded(Level.NONE)))).text
    said = " ".join(texts(page)).lower()
    for word in (edition.words[f"{Level.NONE}.meaning"], edition.title):
        said = said.replace(word.lower(), "")
    assert not re.search(r"\b(safe|cleared|suitable|low risk|green|approved|fit for)\b|[✓✔]", said)


def test_a_session_that_was_stolen_from_the_database_opens_nothing(app: Flask, parts: Parts) -> None:
    browser = at_work(app, parts, Role.PRACTITIONER)
    held = browser.get_cookie(STAFF)
    assert held is not None
    with parts.engine.connect() as connection:
        (kept,) = connection.exec_driver_sql("SELECT token FROM staff_session").scalars()
    thief = app.test_client()
    thief.set_cookie(STAFF, kept)
    assert kept != held.value
    assert thief.get("/staff").headers["Location"] == "/staff/sign-in"
