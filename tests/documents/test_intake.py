"""The filled-in form goes into the paper file: every answer, by number, without flags or what is withheld."""

import html
import io
import re
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from drawing import words
from papers import CLINIC, ENVIRONMENT, PLAIN, REFERENCE, answered, edition, paper, unmarked

from screening.documents.intake import Row, intake, intake_css, intake_html, intake_identifier
from screening.documents.paper import Paper, Voice
from screening.documents.render import pdf
from screening.words import PSEUDO, speaker
from tests.reading import pages

PRIVATE = [q for q in edition().questions.values() if q.not_for_desk]
LOW_BACK = PLAIN | {"pain_regions": ["reg-low-back-spine:left"]}
TELLING = {
    "private_any": "yes",
    "pre_mental_health": "yes",
    "rf_self_harm": "now",
    "rf_safeguarding": "yes",
    "pre_bloodborne": "yes",
    "rf_ces_sexual": "yes",
}


def markup_of(printed: Paper, language: str = "en") -> str:
    return intake_html(ENVIRONMENT, printed, CLINIC, speaker(language), language)


def said_in(printed: Paper, language: str = "en") -> str:
    body = re.sub(r"<[^>]*>", " ", markup_of(printed, language).partition("<body")[2].partition(">")[2])
    return " ".join(html.unescape(body).split())


def rows(answers: dict[str, object]) -> dict[str, Row]:
    view = intake(paper(answers), Voice(speaker("en"), "en", CLINIC))
    return {row.question: row for sheet in view.sheets for row in sheet.rows}


def short(answers: dict[str, object], *pages: str) -> Paper:
    """The paper of a form with these pages only: seconds less to draw, as a page of rows is like another."""
    asked = tuple(page for page in edition().pages if page.id in pages)
    return replace(paper(answers), edition=replace(edition(), pages=asked))


def drawn(printed: Paper, sheet: str = "A4") -> bytes:
    return pdf(
        markup_of(printed),
        css=intake_css(sheet),
        identifier=intake_identifier(printed),
        made_at=printed.submitted_at,
        variant="pdf/ua-1",
    )


@pytest.fixture(scope="module")
def read() -> list[str]:
    return pages(drawn(short(PLAIN, "start", "urgent_lower", "story", "finish")))


def test_every_page_says_whose_it_is_and_which_of_how_many(read: list[str]) -> None:
    assert 2 <= len(read)
    marks = ["Invented Person", "Born 15 March 1986", REFERENCE, "draft rules, not signed off"]
    marks.append(f"Edition {edition().name}, {edition().digest[:12]}")

    wanted = [[*marks, f"Page {n} of {len(read)}"] for n in range(1, len(read) + 1)]
    assert [] == [
        mark for page, needed in zip(read, wanted, strict=True) for mark in needed if mark not in page
    ]


def test_a_question_has_its_number_from_the_form_and_its_answer_in_words() -> None:
    page = next(page for page in edition().pages if page.id == "story")
    place = [question.id for question in page.questions].index("onset") + 1
    row = rows(PLAIN)[edition().questions["onset"].text]

    assert (f"{page.number}.{place}", "Slowly") == (row.number, row.answer)


def test_numbers_do_not_depend_on_what_else_was_asked() -> None:
    few, many = ({row.number: row for row in rows(of).values()} for of in (PLAIN, answered("yes")))

    assert [] == [number for number, row in few.items() if many.get(number, row).question != row.question]


def test_a_question_left_out_says_so() -> None:
    row = rows(PLAIN)[edition().questions["rf_stroke"].text]

    assert ("No answer given", "open") == (row.answer, row.style)


def test_not_sure_stands_out_like_a_gap() -> None:
    row = rows(PLAIN | {"rf_stroke": "unsure"})[edition().questions["rf_stroke"].text]

    assert ("Not sure", "open") == (row.answer, row.style)


def test_what_the_desk_has_not_asked_yet_is_no_gap() -> None:
    desk = {q.text for q in edition().questions.values() if q.asked_by != "patient"}

    assert set() == desk & rows(PLAIN).keys()
    assert edition().questions["day_fever"].text in rows(PLAIN | {"day_checked_in": "yes", "day_fever": "no"})


def test_no_sensitive_question_or_answer_is_printed_whatever_was_said() -> None:
    said = said_in(paper(answered("yes") | TELLING))

    assert [] == [question.text for question in PRIVATE if question.text in said]


@pytest.mark.parametrize("base", [PLAIN, LOW_BACK, answered("no")], ids=["plain", "low back", "all no"])
def test_nobody_can_tell_from_the_print_what_was_said_in_private(base: dict[str, object]) -> None:
    silent = {question: answer for question, answer in base.items() if question not in TELLING}

    assert markup_of(paper(silent)) == markup_of(paper(silent | TELLING))


def test_the_standing_line_about_sensitive_answers_is_always_there() -> None:
    line = "Sensitive answers are withheld from this print, whether or not they were given."

    assert [1, 1] == [said_in(paper(answers)).count(line) for answers in (PLAIN, answered("yes") | TELLING)]


@pytest.mark.parametrize("pick", ["yes", "no", "unsure"])
def test_no_flag_and_no_level_is_printed(pick: str) -> None:
    printed = paper(answered(pick))
    said, book = said_in(printed), printed.edition
    asked = " ".join(question.text for question in book.questions.values())
    told = {book.rule[flag.id].title for flag in printed.assessment.flags}
    told |= {text for name, text in book.words.items() if name.startswith(("urgent", "do-not", "no-flags"))}

    assert [] == [text for text in told if text in said and text not in asked]


@pytest.mark.parametrize("pick", ["yes", "no", "unsure"])
def test_the_print_tells_nobody_that_they_are_safe(pick: str) -> None:
    said = said_in(paper(answered(pick)))

    assert [] == re.findall(r"(?i)\b(cleared|suitable|low risk|no risk|approved|all clear)\b", said)


def test_a_form_typed_in_by_staff_says_by_whom() -> None:
    assert "Typed in by Invented Colleague" in said_in(paper(PLAIN, entered_by="Invented Colleague"))


def test_an_answer_full_of_markup_stays_an_answer() -> None:
    markup = markup_of(paper(PLAIN | {"goals": "<script>x</script> {{ 7 * 7 }}"}))

    assert "&lt;script&gt;x&lt;/script&gt; {{ 7 * 7 }}" in markup


@pytest.mark.slow
@pytest.mark.parametrize("text", ["x" * 3000, "\u202etnereffid", "👩\u200d⚕ مرحبا", "\x01\x7f"])
def test_hostile_text_still_prints(tmp_path: Path, text: str) -> None:
    printed = short(PLAIN | {"goals": text, "full_name": text}, "start", "finish")

    rows = [question.id for page in printed.edition.pages for question in page.questions]
    assert {"goals", "full_name"} <= set(rows)
    assert REFERENCE in words(drawn(printed), tmp_path)


def test_every_sentence_goes_through_the_translator() -> None:
    printed = paper(answered("yes") | {"full_name": "☺", "typed_name": "☺"}, PSEUDO, entered_by="☺")
    outside = unmarked(said_in(printed, PSEUDO)).replace(CLINIC.name, "")
    own = {"warfarin", "Lift", "my", "grandchild", "November", "March"}

    assert set() == set(re.findall(r"[A-Za-z]{2,}", outside)) - own


def test_it_is_tagged_and_says_its_title_and_language() -> None:
    with pikepdf.open(io.BytesIO(drawn(short(PLAIN, "start", "finish")))) as found:
        assert bool(found.Root.MarkInfo.Marked)
        assert "en" == str(found.Root.Lang)
        assert f"Filled-in form: Invented Person, {REFERENCE}" == str(found.docinfo["/Title"])


def test_the_same_record_gives_the_same_file_and_another_record_another() -> None:
    printed = short(PLAIN, "start", "story", "finish")

    assert drawn(printed) == drawn(short(PLAIN, "start", "story", "finish"))
    assert intake_identifier(printed) != intake_identifier(replace(printed, reference="DN-2"))
