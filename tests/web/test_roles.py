"""Who may open what: every route of the application by every role, and the table in docs that says so."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import Rule

from screening.records.staff import Role
from screening.web.parts import Parts
from screening.web.policy import policy_of

from .staff_clinic import at_work

TABLE = Path(__file__).parents[2] / "docs" / "roles.md"
NOBODY = UUID("00000000-0000-4000-8000-000000000000")
# The role is right, and the clinic's settings still decide: whether the desk prints answers.
BY_SETTING = {
    "printing.leaflet_for",
    "printing.answers",
    "printing.print_day",
}


def routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    """Each method of each route, in the order of the addresses."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ()))):
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield method, rule


def address_of(rule: Rule) -> str:
    """An address of the route, of a record that does not exist."""
    kinds = re.findall(r"<(?:(\w+):)?(\w+)>", rule.rule)
    given = {name: {"uuid": NOBODY, "int": 1}.get(kind, "none") for kind, name in kinds}
    built = rule.build(given)
    assert built is not None, rule
    return built[1]


def written(app: Flask) -> list[str]:
    """The rows of the table in docs, as the application has them."""
    rows = []
    for method, rule in routes(app):
        who = policy_of(app, rule.endpoint)
        marks = " | ".join("yes" if role in who else "" for role in Role)
        others = ", ".join(str(one) for one in who if not isinstance(one, Role))
        rows.append(re.sub(r" +", " ", f"| {method} `{rule.rule}` | {marks} | {others} |"))
    return rows


def test_the_table_of_roles_in_docs_is_what_the_application_does(app: Flask) -> None:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if re.match(r"\| (GET|POST) ", line)]

    assert written(app) == kept


@pytest.mark.usefixtures("nothing_is_drawn")
@pytest.mark.parametrize("role", Role)
def test_each_role_is_let_in_where_the_policy_names_it_and_refused_everywhere_else(
    app: Flask, parts: Parts, role: Role
) -> None:
    browser = at_work(app, parts, role)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/staff/sign-in").text)
    assert found is not None
    wrong = []
    for method, rule in routes(app):
        who = policy_of(app, rule.endpoint)
        if not any(isinstance(one, Role) for one in who):
            continue
        sent = {"csrf_token": found[1]} if method == "POST" else {}
        answer = browser.open(address_of(rule), method=method, data=sent)
        refused = answer.status_code == 403
        if refused != (role not in who) and not (refused and rule.endpoint in BY_SETTING):
            wrong.append(f"{method} {rule.rule}: {answer.status_code}")
        if answer.headers.get("Location") == "/staff/sign-in":
            # A route that signs its reader out (a tablet is handed over) ends this browser's work.
            browser = at_work(app, parts, role, str(len(wrong)))

    assert [] == wrong


def test_somebody_who_is_not_signed_in_is_led_to_the_door_from_every_staff_page(app: Flask) -> None:
    stranger = app.test_client()
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', stranger.get("/staff/sign-in").text)
    assert found is not None
    let_in = []
    for method, rule in routes(app):
        if any(isinstance(one, Role) for one in policy_of(app, rule.endpoint)):
            sent = {"csrf_token": found[1]} if method == "POST" else {}
            answer = stranger.open(address_of(rule), method=method, data=sent)
            if (answer.status_code, answer.headers.get("Location")) != (303, "/staff/sign-in"):
                let_in.append(f"{method} {rule.rule}: {answer.status_code}")

    assert [] == let_in


@pytest.mark.parametrize(
    ("role", "daily", "other"),
    [
        (Role.FRONT_DESK, 5, 0),
        (Role.PRACTITIONER, 6, 3),
        (Role.ADMINISTRATOR, 5, 3),
        (Role.CLINICIAN, 6, 5),
    ],
)
def test_every_place_of_a_role_is_in_the_head_of_its_pages_or_one_page_away_and_opens(
    app: Flask, parts: Parts, role: Role, daily: int, other: int
) -> None:
    browser = at_work(app, parts, role)
    head = browser.get("/staff", follow_redirects=True).text.partition("</nav>")[0].partition("<nav")[2]
    more = browser.get("/staff/more")
    listed = more.text.partition("app-places")[2].partition("</ul>")[0] if more.status_code == 200 else ""
    places = [re.findall(r'href="([^"]+)"', text) for text in (head, listed)]

    assert [daily, other] == [len(found) for found in places]
    assert {200} == {browser.get(at, follow_redirects=True).status_code for found in places for at in found}
