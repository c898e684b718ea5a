"""A referral letter: who, why, how soon, the flags with their answers, and nothing that was not ticked."""

import json
from dataclasses import replace
from datetime import timedelta

from papers import CLINIC, ENVIRONMENT, SENT, TODAY, answered, edition, paper

from rules.assess import assess
from screening.documents.after import After, Correction
from screening.documents.letter import (
    Letter,
    Written,
    concerns,
    kept,
    letter,
    letter_css,
    letter_html,
    letter_identifier,
    letter_of,
)
from screening.documents.paper import DayCheck, Decision, Paper, Voice
from screening.documents.render import pdf
from screening.words import speaker
from tests.reading import pages

SAY = speaker("en")
VOICE = Voice(SAY, "en", CLINIC)
LATER = SENT + timedelta(hours=2)
LIFE = "rf-self-harm"
CALM = answered("no")


def written(*flags: str, **others: str) -> Written:
    said = {"addressee": "Dr Rao\nFamily practice", "reason": "Weight loss", "urgency": "Soon"}
    said |= {"text": "Please see this patient.", "by": "Dana Example", "registration": "PT-114", **others}
    return Written(**said, flags=flags, at=LATER)


def html(printed: Letter) -> str:
    return letter_html(ENVIRONMENT, printed, SAY)


def drawn(printed: Letter) -> bytes:
    return pdf(
        html(printed),
        css=letter_css(),
        identifier=letter_identifier(printed),
        made_at=LATER,
        variant="pdf/ua-1",
    )


def corrected(story: dict[str, object], question: str, answer: object) -> Paper:
    counting = {**story, question: answer}
    made = Correction(
        question, answer, "Asked.", counting, assess(edition(), counting, TODAY), "Dana Example", LATER
    )
    return paper(story, after=After(corrections=(made,)))


# --- which flags -------------------------------------------------------------------------------


def test_what_is_urgent_or_holds_is_told_unless_somebody_says_otherwise() -> None:
    story = answered("no", rf_weight_loss="yes", rf_stroke="unsure", pre_fainting="yes")
    told = {concern.flag.id: concern.pressing for concern in concerns(paper(story), VOICE)}

    assert (told["rf-weight-loss"], told["rf-stroke"], told["pre-fainting"]) == (True, True, False)


def test_a_private_flag_is_offered_and_not_ticked() -> None:
    story = answered("no", private_any="yes", rf_self_harm="now")
    (concern,) = (each for each in concerns(paper(story), VOICE) if each.flag.id == LIFE)

    assert (concern.private, concern.pressing) == (True, False)


def test_a_flag_that_does_not_follow_from_the_corrected_answers_says_so_and_is_not_ticked() -> None:
    printed = corrected(answered("no", rf_weight_loss="yes"), "rf_weight_loss", "no")
    (concern,) = (each for each in concerns(printed, VOICE) if each.flag.id == "rf-weight-loss")

    assert not concern.pressing
    assert "does not follow from the corrected answers" in html(
        letter(printed, VOICE, written("rf-weight-loss"))
    )


def test_what_a_correction_or_the_arrival_check_made_new_can_be_told() -> None:
    today = {"day_checked_in": "yes", "day_fever": "yes"}
    check = DayCheck(today, assess(edition(), {**CALM, **today}, TODAY), "Desk Example", SENT)
    for at in (SENT, LATER + timedelta(hours=1)):
        printed = replace(corrected(CALM, "rf_stroke", "yes"), day=replace(check, at=at))
        assert {"rf-stroke", "abs-acute-illness"} <= {each.flag.id for each in concerns(printed, VOICE)}


# --- what it says ------------------------------------------------------------------------------


def test_a_letter_says_who_why_how_soon_what_was_answered_and_where_that_is_known_from() -> None:
    story = answered("no", rf_weight_loss="yes")
    decision = Decision("Refer", "Dana Example", SENT, "For us only.", not_to_needle=("reg-calf:left",))
    printed = " ".join(
        pages(drawn(letter(paper(story, decisions=(decision,)), VOICE, written("rf-weight-loss"))))
    )
    rule, question = edition().rule["rf-weight-loss"], edition().questions["rf_weight_loss"]

    for said in (
        "Invented Clinic 555 0199",
        "22 November 2026 Dr Rao Family practice",
        "Invented Person · Born 15 March 1986 · Reference DN-7K3F-92QX",
        "Reason for referral Weight loss",
        "How soon Soon",
        "Please see this patient.",
        f"{rule.title} URGENT REFERRAL · Soon · Raised",
        f"“{question.text}” Yes",
        edition().sources[rule.sources[0]].citation,
        "Refer, by Dana Example, 22 November 2026, 09:05",
        "Not to be needled: Calf, left",
        "Top of shoulder, between neck and shoulder, left",
        "Name Dana Example Registration PT-114",
        "draft rules, not signed off",
    ):
        assert said in printed, said
    assert "For us only." not in printed


def test_only_the_ticked_flags_are_told() -> None:
    story = answered("no", rf_weight_loss="yes", rf_stroke="yes", private_any="yes", rf_self_harm="now")
    told = html(letter(paper(story), VOICE, written("rf-stroke")))

    assert edition().rule["rf-stroke"].title in told
    for flag in ("rf-weight-loss", LIFE):
        assert edition().rule[flag].title not in told


def test_a_corrected_answer_is_marked_with_what_the_patient_said() -> None:
    told = html(letter(corrected(CALM, "rf_stroke", "yes"), VOICE, written("rf-stroke")))

    mark = "The patient answered “No”; corrected to “Yes” by Dana Example, 22 November 2026, 11:05"
    assert f"<b>Yes</b> <i>({mark})</i>" in told


def test_a_letter_without_a_flag_or_a_decision_is_a_letter_all_the_same() -> None:
    told = html(letter(paper(CALM), VOICE, written()))

    assert "What the health form raised" not in told
    assert "No decision is recorded yet." in told


def test_nothing_in_a_letter_calls_a_patient_safe() -> None:
    every = tuple(edition().rule)
    told = html(letter(paper(answered("yes")), VOICE, written(*every))).lower()

    for word in ("cleared", "suitable for", "low risk", "no risk"):
        assert word not in told


# --- kept and printed --------------------------------------------------------------------------


def test_a_letter_that_was_kept_is_printed_again_byte_for_byte() -> None:
    story = answered("no", rf_weight_loss="yes", rf_stroke="yes")
    printed = letter(paper(story), VOICE, written("rf-weight-loss", "rf-stroke"))
    again = letter_of(json.loads(json.dumps(kept(printed))))

    assert html(again) == html(printed)
    assert drawn(again) == drawn(printed)


def test_the_longest_letter_loses_nothing() -> None:
    flags = [flag.id for flag in paper(CALM).assessment.flags]
    long = written(*flags, addressee="Addressee\n" * 100, text="lorem " * 500, reason="w" * 200, by="N" * 200)
    printed = pages(drawn(letter(paper(CALM), VOICE, long)))

    assert " ".join(printed).count("lorem") == 500
    assert " ".join(printed).count("Addressee") == 100
    assert "N" * 10 in " ".join(printed)


def test_what_is_typed_stays_text_in_a_letter() -> None:
    hostile = '<img src=x onerror="alert(1)">\u202e'
    told = html(letter(paper(CALM), VOICE, written(addressee=hostile, reason=hostile, text=hostile)))

    assert "<img" not in told
    assert "\u202e" not in told
