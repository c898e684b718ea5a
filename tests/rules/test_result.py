"""The published result, and the message a patient reads."""

from dataclasses import replace
from datetime import date

import pytest
from case_book import Case, answers_of, edition

from rules.assess import assess
from rules.model import Assessment, Edition
from rules.result import as_result


def concluded(under: Edition | None = None, **change: object) -> Assessment:
    patient = Case("A patient with pain at the top of the shoulder", "top of the shoulder", change=change)
    return assess(under or edition(), answers_of(patient), date(2026, 11, 22))


def test_a_result_says_what_was_concluded_in_plain_values() -> None:
    result = as_result(concluded(last_needling="never"))
    assert ("practitioner-decision", None, "msg-received") == (
        result["outcome"],
        result["urgency"],
        result["message"],
    )
    assert [
        {
            "id": "haz-pleura",
            "status": "raised",
            "level": "practitioner-decision",
            "urgency": None,
            "scope": "region",
            "regions": ["reg-upper-shoulder:left"],
            "because": ["pain_regions"],
        }
    ] == result["flags"]
    assert [{"id": "pre-first-time", "regions": [], "because": ["last_needling"]}] == result["information"]
    assert {"id": "myo-regional", "weight": 2} == result["myofascial"]["features"][0]
    assert {"id", "count", "pleura"} == set(result["muscles"][0])
    assert [] == result["muscles_left_out"]


def test_an_urgent_result_says_how_urgent_and_nothing_of_muscles() -> None:
    result = as_result(concluded(rf_lump="yes"))
    assert ("urgent-referral", "soon") == (result["outcome"], result["urgency"])
    assert {"band": "myo-band-suppressed", "total": None, "features": []} == result["myofascial"]
    assert ([], []) == (result["muscles"], result["muscles_left_out"])


def test_flags_stand_in_order_of_weight_then_of_doubt_then_of_haste() -> None:
    found = concluded(
        rf_lump="yes", rf_ces_saddle="yes", rf_night_pain="yes", rf_stroke="unsure", needle_willing="no"
    )
    order = [(flag.level.rank, flag.status, flag.urgency.rank if flag.urgency else 0) for flag in found.flags]
    assert order == sorted(order, key=lambda o: (-o[0], o[1] != "raised", -o[2]))
    assert "rf-ces-saddle" == found.flags[0].id


@pytest.mark.parametrize(
    ("message", "told"),
    [("", "msg-soon"), ("msg-review", "msg-soon"), ("none", "msg-review"), ("msg-received", "msg-review")],
)
def test_only_a_message_that_tells_nothing_keeps_a_flag_out_of_what_the_patient_reads(
    message: str, told: str
) -> None:
    lump = replace(edition().rule["rf-lump"], message=message)
    rules = tuple(lump if rule.id == lump.id else rule for rule in edition().rules)
    under = replace(edition(), rules=rules, rule={**edition().rule, lump.id: lump})
    assert told == concluded(under, rf_lump="yes").message
