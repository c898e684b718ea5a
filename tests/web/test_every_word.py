"""No page of the application says a sentence that cannot be translated: every route, not a list of pages.

What a page says after something was typed or pressed is looked at by the tests of that page."""

import re
from collections.abc import Mapping
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import Rule

from screening.in_force import GROUPS
from screening.records import staff
from screening.records.staff import Role
from screening.web.parts import Parts
from screening.web.policy import policy_of
from screening.web.trail_words import SENTENCES

from .pseudo import unmarked
from .staff_clinic import STORY, at_work, handed_in, send
from .test_board import booked

# A page of nobody is an error page, which speaks to people too.
_NOBODY = UUID("00000000-0000-4000-8000-000000000000")
# A page that cannot be translated yet, and why.
_ENGLISH = {"edition.judgement": "what a rule says is written in rules/sentences.py, not in the edition"}


def addresses(rule: Rule, known: Mapping[str, list[object]]) -> list[str]:
    """An address of the route for each thing it can be opened for. KeyError: `known` lacks such a thing."""
    [*names] = re.findall(r"<(?:\w+:)?(\w+)>", rule.rule)
    found = []
    for values in zip(*(known[name] for name in names), strict=False) if names else [()]:
        built = rule.build(dict(zip(names, values, strict=True)))
        assert built is not None, rule
        found.append(built[1])
    return found


@pytest.mark.usefixtures("nothing_is_drawn")
def test_every_word_of_every_page_for_staff_can_be_translated(spoken: Parts, spoken_app: Flask) -> None:
    form = handed_in(spoken)
    browsers = {role: at_work(spoken_app, spoken, role, "Dana Example") for role in Role}
    typing = send(browsers[Role.FRONT_DESK], "/staff/type-in", source="paper").headers["Location"]
    with spoken.sessions() as db:
        people = staff.everyone(db)
    known: dict[str, list[object]] = {
        "submission_id": [form.id, _NOBODY],
        "appointment_id": [booked(spoken, form=form.response_id).id, booked(spoken, "Bo Example").id],
        "response_id": [typing.split("/")[3], _NOBODY],
        "staff_id": [people[0].id, _NOBODY],
        "job_id": [_NOBODY],
        "question_id": ["goals", "no_such_question"],
        "number": [1, 99],
        "group": [*GROUPS],
        "name": ["form", "nothing"],
        "filename": ["nothing"],
    }
    allowed = {str(value) for value in STORY.values() if isinstance(value, str)}
    allowed |= {source.citation for source in spoken.edition.sources.values()}
    allowed |= {"Elm", "Dana Example", "Bo Example", "Asia/Kolkata", form.reference, *Role}
    allowed |= {spoken.edition.name, spoken.edition.digest, spoken.edition.digest[:8]}
    # Ids, which are the same in every language.
    allowed |= {*spoken.edition.questions, *spoken.edition.rule, *SENTENCES, "listed", "searched"}
    allowed |= {fed for question in spoken.edition.questions.values() for fed in question.feeds}
    allowed |= {spoken.settings.clinic.emergency_department, spoken.settings.clinic.advice_line}

    opened, plain = 0, {}
    for rule in spoken_app.url_map.iter_rules():
        may = [role for role in Role if role in policy_of(spoken_app, rule.endpoint)]
        for address in addresses(rule, known) if may and "GET" in (rule.methods or ()) else ():
            answer = browsers[may[0]].get(address)
            # Where somebody is sent on, no browser shows a word.
            page = answer.text if answer.mimetype == "text/html" and answer.status_code != 303 else ""
            opened += bool(page)
            if left := unmarked(page, allowed):
                plain[address if rule.endpoint not in _ENGLISH else rule.endpoint] = left

    assert {} == {where: left for where, left in plain.items() if where not in _ENGLISH}
    assert {*_ENGLISH} <= {*plain}, "an exception that is not needed any more"
    assert opened >= 60
