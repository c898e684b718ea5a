"""The patient takes their own answers home, and what to watch for; no flag, level or score goes with it."""

import html
import io
import re

import pytest
from papers import PLAIN, REFERENCE, answered, copy_of, copy_pdf, edition, paper
from pypdf import PdfReader

from screening.documents.render import pdf
from tests.reading import pages

PRIVATE = [q for q in edition().questions.values() if q.not_for_desk]
TELLING = {
    "private_any": "yes",
    "pre_mental_health": "yes",
    "rf_self_harm": "now",
    "rf_safeguarding": "yes",
    "pre_bloodborne": "yes",
    "rf_ces_sexual": "yes",
}


@pytest.fixture(scope="module")
def read() -> list[str]:
    return pages(copy_pdf(paper(PLAIN)))


@pytest.mark.parametrize("particular", ["Invented Person", "Born 15 March 1986", REFERENCE])
def test_every_page_says_whose_it_is(read: list[str], particular: str) -> None:
    assert [page for page in read if particular not in page] == []


def test_every_page_says_which_of_how_many_it_is(read: list[str]) -> None:
    assert [f"Page {n} of {len(read)}" in page for n, page in enumerate(read, 1)] == [True] * len(read)


def test_the_first_page_says_when_to_call_for_help(read: list[str]) -> None:
    assert "sudden face, arm or speech problems, call 112." in read[0]


def test_the_copy_carries_aftercare_with_the_clinics_own_numbers() -> None:
    said = copy_of(paper(PLAIN))
    assert "555 0199 in hours; your doctor out of hours." in said
    assert re.findall(r"\{[A-Z_]+\}", said) == []


def test_the_copy_holds_the_patients_answers() -> None:
    said = copy_of(paper(PLAIN))
    assert "Swim again" in said
    assert "warfarin, ibuprofen" in said


@pytest.mark.parametrize("pick", ["yes", "unsure"])
def test_no_flag_level_band_or_hazard_goes_home(pick: str) -> None:
    printed = paper(answered(pick))
    book, said = printed.edition, html.unescape(copy_of(printed))
    asked = " ".join(question.text for question in book.questions.values())
    titles = {book.rule[flag.id].title for flag in printed.assessment.flags}
    words = ("-referral", "-reviewed", "-decision", "-raised", "-now", "same-day", "myo-band", "myo-caveat")
    told = {text for name, text in book.words.items() if name.endswith(words) or name.startswith("myo-band")}
    leaked = [text for text in titles | told if text in said and text not in asked]
    assert leaked == []


def test_an_urgent_answer_does_not_change_what_the_copy_tells() -> None:
    plain = copy_of(paper(PLAIN | {"rf_stroke": "no"}))
    urgent = copy_of(paper(PLAIN | {"rf_stroke": "yes"}))
    assert plain.partition("Your answers")[0] == urgent.partition("Your answers")[0]


@pytest.mark.parametrize("question", PRIVATE, ids=lambda question: question.id)
def test_a_private_question_is_never_on_the_copy(question: object) -> None:
    said = html.unescape(copy_of(paper(PLAIN | TELLING)))
    assert question.text not in said  # type: ignore[attr-defined]  # a Question


def test_whoever_reads_the_copy_cannot_tell_whether_private_questions_were_answered() -> None:
    assert copy_of(paper(PLAIN | TELLING)) == copy_of(paper(PLAIN))


def test_the_same_record_gives_the_same_copy() -> None:
    assert copy_pdf(paper(PLAIN)) == copy_pdf(paper(PLAIN), pdf)


def test_the_copy_is_tagged_and_has_a_language_and_a_title() -> None:
    document = PdfReader(io.BytesIO(copy_pdf(paper(PLAIN))))
    assert document.trailer["/Root"]["/Lang"] == "en"
    assert document.trailer["/Root"]["/StructTreeRoot"] is not None
    assert document.metadata is not None
    assert document.metadata.title == f"Your copy: Invented Person, {REFERENCE}"


def test_a_hostile_answer_goes_home_as_text() -> None:
    said = copy_of(paper(PLAIN | {"goals": "<b onclick=x>&amp;"}))
    assert "&lt;b onclick=x&gt;&amp;amp;" in said
