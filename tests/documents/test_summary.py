"""The practitioner holds one paper: whom it is about, what to resolve first, and why."""

import html
import io
import re
import subprocess
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from drawing import kept
from papers import (
    CLINIC,
    PLAIN,
    REFERENCE,
    SENT,
    answered,
    edition,
    html_of,
    paper,
    summary_front,
    summary_pdf,
    unmarked,
)
from pypdf import PdfReader

from rules.model import Level, Status
from screening.documents.paper import Decision, Paper, SignOff, Voice, made_at
from screening.documents.render import pdf
from screening.documents.summary import Summary, summary, summary_assets, summary_css, summary_identifier
from screening.words import PSEUDO, speaker
from tests.reading import pages

LETTER = "\N{CYRILLIC CAPITAL LETTER ZHE}"
CARDIAC = PLAIN | {"rf_cardiac": "yes"}
BLEEDING = PLAIN | {"pre_anticoagulant": "yes", "takes_medicines": "yes"}
REASSURING = re.compile(
    r"\b(safe|cleared|suitable|low risk|fit for needling|no risk|approved|green|likely responder)\b|[✓✔✅]",
    re.IGNORECASE,
)


def text_of(markup: str) -> str:
    body = re.sub(r"<[^>]*>", " ", markup.partition("<body")[2].partition(">")[2])
    return " ".join(html.unescape(body).split())


def seen(printed: Paper) -> str:
    return text_of(html_of(printed))


@cache
def case(name: str) -> Paper:
    """A record made once: "plain", "cardiac", or one answer to everything."""
    return paper({"plain": PLAIN, "cardiac": CARDIAC}.get(name) or answered(name))


@cache
def markup_of(name: str) -> str:
    return html_of(case(name))


@cache
def front(name: str, sheet: str = "A4") -> list[str]:
    """The pages that page one of a case takes."""
    return pages(summary_front(case(name), sheet))


@cache
def view_of(name: str) -> Summary:
    return view(case(name))


def view(printed: Paper) -> Summary:
    return summary(printed, Voice(speaker("en"), "en", CLINIC))


@pytest.fixture(scope="module")
def drawn() -> bytes:
    return summary_pdf(paper(answered("no", **BLEEDING)))


@pytest.fixture(scope="module")
def read(drawn: bytes) -> list[str]:
    return pages(drawn)


# --- every page ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "particular",
    ["Invented Person", "Born 15 March 1986", REFERENCE, "2026-11-22-draft", "draft rules, not signed off"],
)
def test_every_page_says_whose_it_is_and_under_which_rules(read: list[str], particular: str) -> None:
    assert [page for page in read if particular not in page] == []


def test_every_page_says_which_of_how_many_it_is(read: list[str]) -> None:
    assert [f"Page {n} of {len(read)}" in page for n, page in enumerate(read, 1)] == [True] * len(read)


def test_once_rules_are_signed_off_the_paper_says_by_whom_instead_of_draft() -> None:
    signed = replace(paper(PLAIN), signed_off=SignOff("Invented Clinician", "REG 1", date(2026, 12, 1)))
    said = html_of(signed)
    assert "rules signed off by Invented Clinician, REG 1, 1 December 2026" in said
    assert "draft rules" not in said


def test_a_paper_has_tags_a_language_and_a_title(drawn: bytes) -> None:
    document = PdfReader(io.BytesIO(drawn))
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"] is not None
    assert document.trailer["/Root"]["/Lang"] == "en"
    assert document.metadata is not None
    assert document.metadata.title == f"Practitioner's summary: Invented Person, {REFERENCE}"


def test_headings_never_skip_a_level() -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])", markup_of("yes"))]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_same_record_prints_the_same_bytes(drawn: bytes) -> None:
    assert summary_pdf(paper(answered("no", **BLEEDING)), draw=pdf) == drawn


def test_a_review_makes_another_file_of_the_same_record() -> None:
    printed = paper(PLAIN)
    decided = replace(printed, decisions=(Decision("Needling postponed", "Invented Clinician", SENT),))
    assert summary_identifier(printed) != summary_identifier(decided)


def test_a_summary_also_fits_the_american_sheet() -> None:
    drawn = summary_front(case("no"), "Letter")
    assert [float(side) for side in PdfReader(io.BytesIO(drawn)).pages[0].mediabox[2:]] == [612.0, 792.0]
    assert "What the patient wants" in pages(drawn)[0]


# --- page 1 --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "what",
    [
        "PRECAUTION: PRACTITIONER DECISION",
        "Blood thinner (anticoagulant)",
        "Top of shoulder, between neck and shoulder, left",
        "pleura and lung",
        "Aching; Deep",
        "chronic (over 12 weeks)",
        "This is a count of features, not a chance or a test result.",
        "Swim again",
        "This summary does not diagnose and does not decide. The practitioner decides.",
        "The patient was told",
    ],
)
def test_page_one_answers_what_is_asked_first(read: list[str], what: str) -> None:
    assert what in read[0]


def test_an_emergency_is_told_in_the_patients_own_answer_before_anything_else() -> None:
    said = text_of(markup_of("cardiac"))
    asked = edition().questions["rf_cardiac"].text
    assert said.index("URGENT REFERRAL") < said.index(f"“{asked}” Yes") < said.index("At a glance")


@pytest.mark.parametrize("pick", ["yes", "unsure", "no"])
def test_every_flag_is_printed_once_in_the_order_of_the_assessment(pick: str) -> None:
    printed, shown = case(pick), view_of(pick)
    titles = [row.title for row in (*shown.front.flags, *shown.later_flags)]
    assert titles == [printed.edition.rule[flag.id].title for flag in printed.assessment.flags]


def test_flags_that_do_not_fit_continue_on_page_two_and_page_one_says_so() -> None:
    # Three of the later flags are enough to see where they go; drawing all takes five seconds.
    whole, (css, when) = markup_of("yes"), (summary_css(), made_at(case("yes")))
    before, heading, later_on = whole.partition("Flags, continued")
    markup = before + heading + "</tr>".join(later_on.split("</tr>")[:3])
    first, second = pages(kept(markup, css=css, identifier=b"", made_at=when))
    later = view_of("yes").later_flags
    assert f"More flags: {len(later)}. They continue in this order on page 2" in first
    assert second.index("Flags, continued") < second.index(later[0].title)


@pytest.mark.parametrize("name", ["cardiac", "yes", "unsure"])
def test_page_one_holds_all_of_page_one(name: str) -> None:
    assert ["What the patient wants" in page for page in front(name)] == [True]


@pytest.mark.parametrize("name", ["plain", "cardiac", "yes", "unsure"])
def test_page_one_of_the_american_sheet_holds_all_of_page_one(name: str) -> None:
    assert ["What the patient wants" in page for page in front(name, "Letter")] == [True]


def test_a_flag_says_what_was_said_what_is_known_and_what_to_check() -> None:
    said = seen(paper(BLEEDING))
    rule = edition().rule["pre-anticoagulant"]
    start = said.index(rule.title)
    order = [
        said.index(part, start)
        for part in ("Said “Blood thinner, to stop clots?” Yes", "Known S-MUNOZ-2022", f"Check {rule.advice}")
    ]
    assert order == sorted(order)


def test_the_clinics_own_judgement_is_always_called_that() -> None:
    printed = paper(PLAIN | {"filling_in": "carer"})
    assert "Known clinic's judgement, needs sign-off" in seen(printed)


def test_a_flag_that_nobody_can_tell_yet_is_asked_about() -> None:
    said = seen(paper(PLAIN | {"pre_anticoagulant": "unsure"}))
    assert "Ask: cannot tell yet" in said
    assert "Blood thinner, to stop clots? Not sure" in said


def test_a_private_flag_is_shown_to_the_practitioner_as_private() -> None:
    said = seen(paper(PLAIN | {"private_any": "yes", "rf_safeguarding": "yes"}))
    assert re.search(r"Feels unsafe: speak alone .{0,40}private: speak alone", said)


def test_a_private_emergency_answer_is_marked_also_at_the_top() -> None:
    shown = view(paper(answered("no", private_any="yes", rf_self_harm="now")))
    assert shown.outcome.said == (
        "“Have you had thoughts of harming yourself?” Yes, and I might do it now (private: speak alone)",
    )


def test_a_person_without_flags_is_told_of_in_grey_and_not_reassured_about() -> None:
    printed = paper(PLAIN)
    bare = replace(printed.assessment, outcome=Level.NONE, urgency=None, flags=())
    markup = html_of(replace(printed, assessment=bare))
    assert 'class="band band--no-flags-raised"' in markup
    assert "Not a clearance." in markup


@pytest.mark.parametrize("pick", ["yes", "unsure", "no"])
def test_no_word_on_the_paper_reassures(pick: str) -> None:
    said, _, _titles_of_articles = text_of(markup_of(pick)).partition("Sources, and how far each was read")
    assert REASSURING.findall(said) == []


# --- page 2 and on -------------------------------------------------------------------------------


def test_every_weight_of_the_story_stands_beside_the_patients_words() -> None:
    printed = paper(answered("no", myo_press_reproduces="yes"))
    said = seen(printed)
    assert printed.assessment.myofascial.features
    assert (
        "+3 Pressing a spot brings on the familiar pain: “Does pressing a spot bring on YOUR pain?” Yes"
        in said
    )
    assert "We searched for a validated self-report screening questionnaire" in said


def test_a_suppressed_band_prints_its_sentence_and_no_total() -> None:
    said = text_of(markup_of("cardiac"))
    assert "Not assessed: serious causes need checking first." in said
    assert "Total" not in said


def test_medicines_found_in_free_text_are_named_also_when_they_raise_no_flag() -> None:
    said = seen(paper(BLEEDING))
    listed = said[said.index("Names as written") :]
    assert "vitamin K antagonists" in listed
    assert "minor bleeding contributors" in listed


def test_every_asked_question_is_printed_with_its_answer() -> None:
    said = text_of(markup_of("yes"))
    missing = [q.text for q in edition().questions.values() if q.asked_when is None and q.text not in said]
    assert missing == []


def test_a_question_that_the_patient_chose_not_to_answer_says_so() -> None:
    assert "Chose not to answer" in seen(paper(PLAIN | {"private_any": "yes", "rf_self_harm": "skip"}))


def test_muscles_that_live_where_needling_is_on_hold_are_named_with_the_reason() -> None:
    swollen = {"limb_any": "yes", "abs_lymphoedema_limb": "yes", "lymphoedema_limb": ["left_leg"]}
    swollen |= {"dvt_signs": ["none"], "pain_regions": ["reg-calf:left"]}
    printed = paper(answered("no", **swollen))
    first = next(m for m in edition().muscles if m.id == printed.assessment.muscles_left_out[0])
    assert f"Left out, because a place they live in is on hold: {first.name}" in seen(printed)


def test_buttock_and_leg_together_bring_the_nerve_or_muscle_table() -> None:
    marked = ["reg-buttock-deep:left", "reg-calf:left"]
    assert "Buttock and leg together" in seen(paper(answered("no", pain_regions=marked)))


def test_every_source_key_on_the_paper_is_listed_with_how_far_it_was_read() -> None:
    said = text_of(markup_of("yes"))
    body, _, listed = said.partition("Sources, and how far each was read")
    used = {word for word in re.split(r"[^\w-]+", body) if word in edition().sources}
    assert used - set(re.split(r"[^\w-]+", listed)) == set()
    assert edition().sources["S-MUNOZ-2022"].citation in listed


def test_figures_about_the_chest_come_only_with_a_place_over_the_lung() -> None:
    over = text_of(markup_of("plain"))
    away = seen(paper(PLAIN | {"pain_regions": ["reg-calf:left"]}))
    assert ("5,407,378 treatments" in over, "5,407,378 treatments" in away) == (True, False)


def test_a_record_not_yet_reviewed_leaves_room_to_sign() -> None:
    assert "Signature" in text_of(markup_of("plain"))


def test_a_reviewed_record_prints_the_decision_instead() -> None:
    decision = Decision("Needling postponed", "Invented Clinician", SENT + timedelta(hours=1), "INR first")
    said = seen(replace(paper(PLAIN), decisions=(decision,)))
    assert "Needling postponed Invented Clinician, 22 November 2026, 10:05 INR first" in said
    assert "Signature" not in said


def test_an_information_row_is_kept_apart_from_the_flags() -> None:
    printed = paper(PLAIN | {"pain_regions": ["reg-upper-shoulder:left", "reg-upper-shoulder:right"]})
    assert [item.id for item in printed.assessment.information] == ["mod-both-sides"]
    assert "Information, not flags" in seen(printed)


def test_an_ask_is_listed_once_however_many_flags_wait_for_it() -> None:
    shown = view_of("unsure")
    listed = [ask.question for ask in (*shown.front.asks, *shown.later_asks)]
    waiting = {
        question
        for flag in case("unsure").assessment.flags
        if flag.status is Status.ASK
        for question in flag.because
    }
    assert len(listed) == len(waiting)


def test_charts_are_asked_for_by_name_and_told_in_words() -> None:
    chart = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1"/></svg>'
    markup = html_of(paper(PLAIN), charts=(chart,))
    assert '<img src="asset:chart-0.svg" alt="Top of shoulder, between neck and shoulder, left">' in markup
    assert summary_assets((chart,)) == {"asset:chart-0.svg": chart.encode()}


# --- hostile text --------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_word_of_two_thousand_letters_is_printed_whole_within_the_page(tmp_path: Path) -> None:
    file = tmp_path / "long.pdf"
    file.write_bytes(summary_pdf(paper(answered("no", goals=LETTER * 2000))))
    command = ["pdftotext", "-f", "2", "-bbox", file, "-"]
    boxes = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.findall(r'xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)', boxes)
    printed = [(float(right), float(down), word) for right, down, word in found if LETTER in word]
    assert sum(len(word) for _, _, word in printed) == 2000
    assert max(right for right, _, _ in printed) < 595.3 - 30
    assert max(down for _, down, _ in printed) < 841.9 - 40


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x>', "{{ 7*7 }}"])
def test_a_hostile_name_is_printed_as_text(name: str) -> None:
    markup = html_of(paper(PLAIN | {"full_name": name}))
    assert "<script" not in markup
    assert "<img" not in markup
    assert name in html.unescape(markup)


def test_a_name_that_turns_the_writing_round_does_not_turn_the_birth_date() -> None:
    markup = html_of(paper(PLAIN | {"full_name": "a\u202eb"}))
    assert "\u202e" not in markup
    assert "ab</h1>" in markup.replace(' <span class="who__born">Born 15 March 1986, 40 years</span>', "")


def test_text_far_beyond_every_limit_is_printed_whole() -> None:
    long = "longer than any field lets through " * 300
    assert long.strip() in seen(paper(PLAIN | {"goals": long, "full_name": long})).replace("  ", " ")


# --- language ------------------------------------------------------------------------------------


@pytest.mark.parametrize("pick", ["yes", "unsure", "no"])
def test_no_sentence_is_written_into_the_template(pick: str) -> None:
    answers = answered(pick, full_name="0", helper_name="0", phone="0", goals="0", emergency_contact="0")
    answers |= dict.fromkeys(("typed_name", "psfs_1_activity", "psfs_2_activity", "psfs_3_activity"), "0")
    answers |= {"medicines_list": "0"}
    markup = html_of(paper(answers, PSEUDO), PSEUDO)
    outside = unmarked(text_of(markup)).replace(CLINIC.name, "").replace(REFERENCE, "")
    keys = edition().sources.keys() | {"January", "November", "March", "0"}
    words = {word for word in re.split(r"[^\w-]+", outside) if word and word not in keys}
    assert [word for word in words if re.search(r"[^\W\d_]{2,}", word)] == []
