"""The clinic's figures: counts and times, small ones hidden, nobody named, and a table beside each plot."""

import re
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask

from rules.model import Level, Urgency
from screening.records import figures, responses, retention, reviews
from screening.records.audit import Actor
from screening.records.reviews import Decision
from screening.records.small_counts import Hidden
from screening.records.staff import Role
from screening.records.submissions import Submission
from screening.web.figures import standards
from screening.web.parts import Parts

from .conftest import Clock, Patient
from .staff_clinic import SYSTEM, at_work, concluded, handed_in, hired, trail
from .stories import ASHA

CALM = {"rf_cardiac": "no", "takes_medicines": "no", "medicines_list": "", "pre_antiplatelet": "no"}


def found(parts: Parts, days: int = 90) -> figures.Figures:
    with parts.sessions() as db:
        return figures.figures(db, SYSTEM, days, parts.zone(), standards_of(parts), parts.now())


def standards_of(parts: Parts) -> dict[Urgency, timedelta]:
    return {Urgency.EMERGENCY: timedelta(minutes=15), Urgency.SAME_DAY: timedelta(hours=8)}


def part(page: str, anchor: str) -> str:
    """One figure of the page."""
    return page.partition(f'aria-labelledby="{anchor}"')[2].partition("</section>")[0]


def rows(page: str, anchor: str) -> dict[str, list[str]]:
    """The rows of the table of one figure: the first text, and those after it."""
    told = {}
    for row in re.findall(r"<tr[^>]*>(.*?)</tr>", part(page, anchor), re.S):
        first, *rest = [unescape(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)] or [""]
        told[first] = rest
    return told


def several(parts: Parts, number: int, **answers: object) -> list[Submission]:
    return [handed_in(parts, {**CALM, **answers}) for _ in range(number)]


def stops_after(parts: Parts, *pages: str) -> None:
    """Somebody who saves these pages and goes away."""
    with parts.sessions() as db:
        form = responses.open_response(db, parts.edition.digest, secrets.token_hex(), parts.now())
        for page in pages:
            responses.save_page(db, form.id, page, {"any": "answer"}, 0, {}, parts.now())


def test_the_forms_of_each_week_are_counted_weeks_without_any_too(
    app: Flask, parts: Parts, moment: Clock
) -> None:
    several(parts, 6)
    moment.forward(days=14)
    several(parts, 7)
    page = at_work(app, parts, Role.PRACTITIONER).get("/staff/figures?days=30").text
    told = rows(page, "weeks")
    weeks = ("16 November 2026", "23 November 2026", "30 November 2026")
    assert [["6"], ["0"], ["7"]] == [told[week] for week in weeks]
    assert "forms handed in: 13" in page


def test_what_was_handed_in_before_the_period_is_not_counted(parts: Parts, moment: Clock) -> None:
    several(parts, 6)
    moment.forward(days=29)
    assert found(parts, 30).forms == 6
    moment.forward(days=1)
    assert found(parts, 30).forms == 0


def test_a_flag_of_a_few_patients_says_only_that_they_are_few(app: Flask, parts: Parts) -> None:
    several(parts, 8, rf_cardiac="yes")
    several(parts, 2, rf_lump="yes")
    page = at_work(app, parts, Role.ADMINISTRATOR).get("/staff/figures").text
    told, rule = rows(page, "flags"), parts.edition.rule
    assert "8" == told[rule["rf-cardiac"].title][0]
    assert "fewer than 5" == told[rule["rf-lump"].title][0]
    assert ">2<" not in part(page, "flags")


def test_a_flag_that_nobody_can_tell_is_counted_apart_from_one_that_was_raised(parts: Parts) -> None:
    several(parts, 5, rf_cardiac="unsure")
    several(parts, 6, rf_cardiac="yes")
    (count,) = [flag for flag in found(parts).flags if flag.rule == "rf-cardiac"]
    assert (6, 5) == (count.raised, count.ask)


def test_a_few_of_one_outcome_cannot_be_worked_out_from_the_others(parts: Parts) -> None:
    for level, number in ((Level.URGENT, 2), (Level.HOLD, 9), (Level.DECIDE, 20)):
        for _ in range(number):
            handed_in(parts, assessment=concluded(level))
    seen = found(parts)
    expected = (Hidden.FEW, Hidden.WITHHELD, 20, 0)
    assert (31, expected) == (seen.forms, tuple(count for _, count in seen.outcomes))


def test_places_are_counted_once_a_form_and_shaded_darker_where_more_are_marked(
    app: Flask, parts: Parts
) -> None:
    several(parts, 9, pain_regions=["reg-calf:left"])
    several(parts, 5, pain_regions=["reg-calf:right", "reg-calf:right"])
    several(parts, 1, pain_regions=["reg-sole:left"])
    page = at_work(app, parts, Role.CLINICIAN).get("/staff/figures").text
    told = rows(page, "places")
    assert [["9"], ["5"], ["fewer than 5"]] == [
        told[name] for name in ("Calf, left", "Calf, right", "Sole of foot, left")
    ]
    drawn = part(page, "places")
    assert drawn.count("<title") == 3
    for shade, words in (("#e3eded", "fewer than 5"), ("#bcd3d5", "5 to 6"), ("#4f858b", "9")):
        assert re.search(rf'fill="{shade}"[^>]*/></svg> {words}<', drawn), words


def test_the_table_says_what_the_plot_draws_and_the_plot_says_what_it_is(app: Flask, parts: Parts) -> None:
    several(parts, 6)
    page = at_work(app, parts, Role.PRACTITIONER).get("/staff/figures").text
    for anchor in ("weeks", "outcomes", "flags", "waited"):
        drawn = part(page, anchor)
        assert re.search(r'<svg class="app-plot"[^>]*role="img"[^>]*aria-labelledby="\w+-plot', drawn), anchor
        assert "<table" in drawn, anchor
    assert "style=" not in page


def test_a_decision_in_time_counts_and_a_form_that_nobody_decided_is_late_once_its_time_is_up(
    parts: Parts, moment: Clock
) -> None:
    doctor = Actor("staff", hired(parts, Role.PRACTITIONER).id)
    urgent = [handed_in(parts, assessment=concluded(Level.URGENT, Urgency.SAME_DAY)) for _ in range(15)]
    moment.forward(hours=2)
    for submission in urgent[:10]:
        decide(parts, doctor, submission)
    assert (timedelta(hours=2), 100) == waited(parts, Urgency.SAME_DAY)
    moment.forward(hours=8)
    decide(parts, doctor, urgent[10])
    assert (timedelta(hours=2), 67) == waited(parts, Urgency.SAME_DAY)


def test_a_change_of_mind_later_does_not_make_the_first_decision_late(parts: Parts, moment: Clock) -> None:
    doctor = Actor("staff", hired(parts, Role.PRACTITIONER).id)
    urgent = [handed_in(parts, assessment=concluded(Level.URGENT, Urgency.SAME_DAY)) for _ in range(5)]
    for _ in range(2):
        for submission in urgent:
            decide(parts, doctor, submission)
        moment.forward(hours=20)
    assert (timedelta(0), 100) == waited(parts, Urgency.SAME_DAY)


def test_a_share_that_would_tell_of_a_few_late_forms_is_not_told(parts: Parts, moment: Clock) -> None:
    doctor = Actor("staff", hired(parts, Role.PRACTITIONER).id)
    urgent = [handed_in(parts, assessment=concluded(Level.URGENT, Urgency.SAME_DAY)) for _ in range(12)]
    for submission in urgent[:10]:
        decide(parts, doctor, submission)
    moment.forward(hours=9)
    assert (timedelta(0), Hidden.FEW) == waited(parts, Urgency.SAME_DAY)


def decide(parts: Parts, doctor: Actor, submission: Submission) -> None:
    with parts.sessions() as db:
        reviews.decide(db, doctor, submission.id, Decision.REFER, "Rang.", parts.now())


def waited(parts: Parts, urgency: Urgency) -> tuple[object, object]:
    (one,) = [w for w in found(parts).waited if w.urgency is urgency]
    return one.median, one.within


def test_the_time_to_fill_in_is_told_in_quarters_and_not_for_fewer_than_five(
    parts: Parts, moment: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = responses.open_response
    for minutes in (10, 20, 30, 40):
        early = timedelta(minutes=minutes)
        monkeypatch.setattr(
            responses, "open_response", lambda db, d, t, now, e=early: opened(db, d, t, now - e)
        )
        handed_in(parts)
    assert found(parts).taken is None
    handed_in(parts)
    expected = figures.Quartiles(*(timedelta(minutes=m) for m in (20, 30, 40)))
    assert expected == found(parts).taken


def test_where_people_stop_is_known_after_their_answers_were_deleted(
    app: Flask, parts: Parts, moment: Clock
) -> None:
    for _ in range(6):
        stops_after(parts, "start", "urgent_head")
    stops_after(parts, "start")
    several(parts, 5)
    assert {} == found(parts).left
    moment.forward(days=8)
    with parts.sessions() as db:
        assert 7 == len(retention.forget(db, SYSTEM, timedelta(days=7), parts.now()).abandoned)
    assert {"urgent_head": 6, "start": Hidden.FEW} == found(parts).left


def test_a_form_handed_in_or_taken_back_was_not_left(
    parts: Parts, moment: Clock, patient: Callable[[Mapping[str, object]], Patient]
) -> None:
    patient(ASHA).goes_to_the_end()
    with parts.sessions() as db:
        form = responses.open_response(db, parts.edition.digest, secrets.token_hex(), parts.now())
        responses.save_page(db, form.id, "start", {"any": "answer"}, 0, {}, parts.now())
        responses.withdraw(db, form.id, parts.now())
    moment.forward(days=2)
    assert {} == found(parts).left
    stops_after(parts, "start")
    moment.forward(days=2)
    assert {"start": Hidden.FEW} == found(parts).left


def test_no_patient_is_named_and_the_trail_says_who_looked(app: Flask, parts: Parts) -> None:
    several(parts, 6)
    browser = at_work(app, parts, Role.ADMINISTRATOR)
    assert "Asha" not in browser.get("/staff/figures?days=365").text
    (line,) = trail(parts, "figures-opened")
    assert ("submission", "last-365-days", {}) == (line.object_kind, line.object_id, line.detail)


def test_the_front_desk_sees_no_figures_and_no_link_to_them(app: Flask, parts: Parts) -> None:
    browser = at_work(app, parts, Role.FRONT_DESK)
    assert 403 == browser.get("/staff/figures").status_code
    assert "/staff/figures" not in browser.get("/staff/board").text


def test_a_clinic_without_forms_is_told_so_and_a_strange_period_is_ninety_days(
    app: Flask, parts: Parts
) -> None:
    page = at_work(app, parts, Role.PRACTITIONER).get("/staff/figures?days=canary").text
    assert "Last 90 days, forms handed in: 0." in page
    assert "canary" not in page
    assert "Too few forms to say." in part(page, "flags")


def test_the_standards_are_those_the_clinic_set(app: Flask, parts: Parts) -> None:
    with app.app_context():
        told = standards()
    expected = {Urgency.EMERGENCY: 15 * 60, Urgency.SAME_DAY: 8 * 3600, Urgency.SOON: 14 * 86400}
    assert expected == {urgency: time.total_seconds() for urgency, time in told.items()}
