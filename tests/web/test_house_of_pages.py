"""What holds for every page: its headers, who may open it, and that no sentence is hard-coded."""

from collections.abc import Callable, Mapping
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from screening.settings import Settings
from screening.web.parts import NoEmergencyNumber, Parts, open_parts
from screening.web.policy import ANYONE, RouteWithoutPolicy, check_every_route, policy_of
from tests.web.conftest import Form, Patient
from tests.web.stories import ASHA

Opens = Callable[[Mapping[str, object]], Patient]


def _some_address(rule: Rule) -> str:
    """An address that the rule matches: page 1, or somebody's id."""
    ids = {name: 1 if name == "number" else uuid4() for name in rule.arguments}
    built = rule.build(ids)
    assert built is not None
    return built[1]


def test_every_page_forbids_storing_framing_and_other_hosts(client: FlaskClient) -> None:
    for address in ("/", "/stopped", "/closed", "/staff/sign-in", "/no-such-page"):
        headers = client.get(address).headers
        assert headers["Cache-Control"] == "no-store", address
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_pages_with_answers_are_not_stored_by_any_browser(patient: Opens, client: FlaskClient) -> None:
    someone = patient(ASHA)
    someone.walks(someone.starts())

    for address in ("/form/1", "/check"):
        assert client.get(address).headers["Cache-Control"] == "no-store"


def test_a_route_without_a_policy_stops_the_start(app: Flask) -> None:
    app.view_functions["forgotten"] = lambda: "everything"
    app.url_map.add(app.url_rule_class("/forgotten", endpoint="forgotten"))

    with pytest.raises(RouteWithoutPolicy, match="forgotten"):
        check_every_route(app)


def test_without_a_form_or_a_sign_in_only_open_pages_answer(app: Flask) -> None:
    stranger = app.test_client()
    for rule in app.url_map.iter_rules():
        if ANYONE in policy_of(app, rule.endpoint) or "GET" not in (rule.methods or ()):
            continue
        answer = stranger.get(_some_address(rule))
        assert answer.status_code == 303, rule
        assert answer.headers["Location"] in ("/", "/staff/sign-in"), rule


def test_every_post_without_a_token_is_refused(app: Flask, patient: Opens) -> None:
    someone = patient(ASHA)
    someone.walks(someone.starts())
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            assert someone.client.post(_some_address(rule)).status_code in (400, 422), rule


def test_the_form_takes_no_patients_without_an_emergency_number(settings: Settings) -> None:
    from dataclasses import replace

    silent = replace(settings, clinic=replace(settings.clinic, emergency_number=" "))

    with pytest.raises(NoEmergencyNumber):
        open_parts(silent)


def test_an_error_page_repeats_nothing_that_was_sent(client: FlaskClient) -> None:
    for answer in (client.get("/canary-path?canary=1"), client.post("/start", data={"x": "canary"})):
        assert "canary" not in answer.text
        assert "Traceback" not in answer.text


def test_a_failure_inside_says_so_calmly_and_logs_no_answer(
    app: Flask, parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> str:
        raise ValueError("canary answer")

    broken.open_to = (ANYONE,)  # type: ignore[attr-defined]  # the mark that open_to sets
    app.view_functions["patient.stopped"] = broken
    answer = app.test_client().get("/stopped")

    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "canary" not in answer.text + caplog.text
    assert "ValueError" in caplog.text


def test_a_database_that_cannot_take_more_is_said_and_nothing_is_falsely_saved(
    patient: Opens, client: FlaskClient, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    from screening.records import responses
    from screening.records.engine import CannotStore

    someone = patient(ASHA)
    form = Form(client.get(someone.starts()).text)

    def full(*args: object, **kwargs: object) -> None:
        raise CannotStore("disk is full")

    monkeypatch.setattr(responses, "save_page", full)
    answer = client.post("/form/1", data={**form.hidden, **someone.answers_to(form)})

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert "could not be saved just now" in answer.text
    monkeypatch.undo()
    assert client.get("/form").headers["Location"] == "/form/1"


def test_a_form_reached_over_tls_is_taken_though_our_pages_send_no_referrer(client: FlaskClient) -> None:
    over_tls = "https://localhost"
    shown = Form(client.get("/", base_url=over_tls).text)

    answer = client.post("/start", data=shown.hidden, base_url=over_tls)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/form/1")
