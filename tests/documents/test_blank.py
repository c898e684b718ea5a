"""The form to fill in with a pen: every question of the edition, its boxes, and when to answer it."""

import html
import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser

import pytest
from papers import CLINIC, ENVIRONMENT, edition

from rules.model import Kind, Question, Urgency
from screening.documents import blank_when
from screening.documents.blank import blank_html
from screening.documents.blank_rows import MADE
from screening.words import PSEUDO, speaker

EDITION = edition()


@cache
def form(language: str = "en") -> str:
    return blank_html(ENVIRONMENT, edition(language), CLINIC, speaker(language))


def words(markup: str) -> str:
    """The text of markup, white space folded."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


@cache
def row(question: str) -> str:
    """The markup from this question to the next."""
    return form().partition(f'id="q-{question}"')[2].partition('id="q-')[0]


def boxes(question: str) -> list[tuple[str, str, str]]:
    """Kind, field and value of every box of a question."""
    inputs = re.findall(r"<input [^>]*>", row(question))
    tags = (dict(re.findall(r'([\w-]+)="([^"]*)"', tag)) for tag in inputs)
    found = [(tag["type"], tag["name"], tag.get("value", "")) for tag in tags]
    return [box for box in found if box[1].partition(":")[0] == question]


def of_kind(*kinds: Kind) -> list[str]:
    return [question.id for question in EDITION.questions.values() if question.kind in kinds]


def number(question: Question) -> str:
    page = next(page for page in EDITION.pages if page.id == question.page)
    return f"{page.number}.{page.questions.index(question) + 1}"


def before(question: str) -> str:
    """What is said on the row of a question, and on the heading row above it if there is one."""
    above = form().partition(f'id="q-{question}"')[0].rpartition('id="q-')[2].rpartition("</tr>")[2]
    heads = re.findall(r'<tr class="if.*?</tr>', form().partition(f'id="q-{question}"')[0], re.S)
    return words(f"{heads[-1] if heads and 'lead' not in row(question) else ''}{above}{row(question)}")


# --- questions ---------------------------------------------------------------------------------


def test_every_kind_of_question_can_be_printed_and_be_the_reason_for_another() -> None:
    assert set(Kind) == set(MADE)
    assert set(Kind) == set(blank_when._CLAUSE)


def test_every_question_is_printed_once_in_order() -> None:
    assert list(EDITION.questions) == re.findall(r'id="q-(\w+)"', form())


@pytest.mark.parametrize("question", EDITION.questions.values(), ids=lambda question: question.id)
def test_a_question_carries_the_number_of_its_page_on_screen_and_its_words(question: Question) -> None:
    said = words(row(question.id).partition(">")[2])

    assert said.startswith(number(question) + " ")
    assert question.text in said
    assert question.hint in said


def test_the_desk_finds_the_pages_under_the_numbers_and_titles_of_the_screen() -> None:
    heads = [words(head) for head in re.findall(r"<h2>.*?</h2>", form(), re.S)]

    for head, page in zip(heads, EDITION.pages, strict=True):
        assert head.startswith(f"{page.number} ")
        assert page.title in head
        assert head.endswith(page.lead)


@pytest.mark.parametrize("question", of_kind(Kind.YES_NO))
def test_every_yes_or_no_question_has_a_box_for_not_sure(question: str) -> None:
    assert [("radio", question, value) for value in ("yes", "no", "unsure")] == boxes(question)


@pytest.mark.parametrize("question", of_kind(Kind.CHOICE))
def test_every_choice_has_a_box_for_each_option(question: str) -> None:
    options = EDITION.questions[question].options

    assert [("radio", question, option.id) for option in options] == boxes(question)
    assert all(option.text in words(row(question)) for option in options)


@pytest.mark.parametrize("question", of_kind(Kind.CHOICES))
def test_every_list_to_tick_has_a_box_for_each_option(question: str) -> None:
    options = EDITION.questions[question].options

    assert [("checkbox", f"{question}:{option.id}", option.id) for option in options] == boxes(question)
    assert all(option.text in words(row(question)) for option in options)


def test_a_pain_score_is_a_row_of_eleven_boxes() -> None:
    assert [("radio", "nprs_now", str(step)) for step in range(11)] == boxes("nprs_now")


def test_a_date_is_written_in_boxes_for_day_month_and_year() -> None:
    assert ["day", "month", "year"] == [name.partition(":")[2] for _, name, _ in boxes("visit_date")]


def test_every_place_can_be_shaded_and_ticked_on_each_side() -> None:
    assert list(EDITION.token_order) == sorted(
        (name.partition(":")[2] for _, name, _ in boxes("pain_regions")), key=EDITION.token_order.__getitem__
    )
    assert 3 == row("pain_regions").count("<svg")
    assert all(region.label in words(row("pain_regions")) for region in EDITION.regions.values())


# --- when to answer ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("rf_thunderclap", "If yes or not sure:"),
        ("meningitis_signs", "If 2.2 or 2.12 is yes or not sure:"),
        ("rf_gca", "If you are 50 or over:"),
        ("guardian_present", "If you are under 18:"),
        ("pregnancy_status", "If you are 11 to 59:"),
        ("weeks_pregnant", "If you ticked “Yes, pregnant” in 4.13:"),
        ("main_region", "If you marked 2 or more places:"),
        ("peg_pain", "If it has hurt for 4 weeks or more:"),
        ("pre_bleeding_disorder", "If 12.1 is yes or not sure:"),
        ("rf_post_needling_chest", "If you ticked “Last 7 days” or “Not sure”:"),
        ("tummy_throb", "If you are 50 or over, and you marked any of: Upper and middle back; Lower back;"),
        ("myelopathy_fast", "If 2 or more of 8.16, 8.17, 3.9, 8.18 and 8.19 are yes or not sure:"),
        ("inr_status", "If you take, or may take, warfarin, Acitrom or another with INR blood tests:"),
    ],
)
def test_a_detail_says_in_words_who_is_to_answer_it(question: str, said: str) -> None:
    assert said in before(question)


def test_paper_asks_everyone_only_where_words_would_take_longer_than_the_question() -> None:
    numbers = {q.id: number(q) for q in EDITION.questions.values()}
    desk = blank_when.Desk(EDITION, numbers, speaker("en"))
    conditional = [q for q in EDITION.questions.values() if q.asked_when]

    assert ["pre_widespread_sensitive", "pre_shingles_recent"] == [
        q.id for q in conditional if not blank_when.asked_if(desk, q.asked_when)
    ]


def test_not_sure_opens_whatever_yes_opens() -> None:
    said = re.findall(r"[^.]{0,12}\byes\b.{0,12}", words("".join(re.findall(r"<b[ >].*?</b>", form()))))

    assert [] == [text for text in said if "yes or not sure" not in text]


# --- what must not wait, and what may be left out ------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        line.when.clauses[0].name
        for rule in EDITION.rules
        for line in rule.lines
        if line.urgency is Urgency.EMERGENCY and len(line.when.clauses) == 1
    ],
)
def test_a_box_that_cannot_wait_is_marked_and_its_page_says_what_to_do(question: str) -> None:
    page = form().partition(f'id="q-{question}"')[0].rpartition("<section")[2]

    assert 'class="stop"' in row(question)
    assert "do not wait for your visit: tell the front desk now, or call 112." in words(page)


def test_a_patient_with_thoughts_of_self_harm_reads_the_crisis_line_beside_the_question() -> None:
    assert "You can also call the crisis line: 14416." in words(row("rf_self_harm"))


@pytest.mark.parametrize("question", ["rf_ces_sexual", "rf_self_harm", "rf_safeguarding"])
def test_a_private_question_may_be_left_out(question: str) -> None:
    assert "You can leave this out." in words(row(question))


def test_a_patient_who_agrees_to_nothing_being_kept_reads_what_happens_then() -> None:
    assert EDITION.questions["consent_data"].help in words(row("consent_data"))


def test_a_question_for_staff_says_so() -> None:
    assert ["paper_by"] == [q for q in EDITION.questions if '<b class="staff">Staff</b>' in row(q)]


def test_the_questions_of_the_day_stand_on_a_sheet_for_the_desk() -> None:
    desk = form().partition('<section class="desk">')[2]

    assert "For the desk: On the day" in words(desk)
    assert [q.id for q in EDITION.pages[-1].questions] == re.findall(r'id="q-(\w+)"', desk)


def test_a_clinic_without_an_emergency_number_gets_no_form() -> None:
    with pytest.raises(ValueError, match="emergency number"):
        blank_html(ENVIRONMENT, EDITION, replace(CLINIC, emergency_number=""), speaker("en"))


# --- language ----------------------------------------------------------------------------------


class _Said(HTMLParser):
    """Every text and every accessible name."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("title", "aria-label", "alt") and value]

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def test_no_sentence_is_spoken_in_english_to_a_reader_of_another_language() -> None:
    reader = _Said()
    reader.feed(form(PSEUDO))
    text = "\n".join(reader.found)
    for name in (CLINIC.name, CLINIC.phone, EDITION.name, EDITION.digest[:12], "DOCTYPE html"):
        text = text.replace(name, "")
    before = ""
    while before != text:
        before, text = text, re.sub("⟦[^⟦⟧]*⟧", "", text)

    assert [] == re.findall(r"[^\W\d_]{2,}", text)


def test_the_form_says_its_language_and_its_title() -> None:
    assert '<html lang="en" dir="ltr">' in form()
    assert "<title>Invented Clinic: Health form to fill in on paper (A4)</title>" in form()
