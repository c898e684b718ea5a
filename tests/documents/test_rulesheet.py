"""The rule sheet that a supervising clinician reads and signs."""

import io
import re
from html import unescape

import pytest
from papers import rule_sheet, rule_sheet_html, shortened
from pypdf import PdfReader

from rules.load import load, newest
from screening.documents.rulesheet import as_html, as_pdf
from screening.jinja import environment
from tests import reading

DRAFT = "draft rules, not signed off"
JUDGED = "clinic's judgement, needs sign-off"


def say(day):
    return day.isoformat()


@pytest.fixture(scope="module")
def edition():
    return load(newest())


@pytest.fixture(scope="module")
def html(edition):
    return as_html(environment(), edition, "", say)


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html.split("</style>")[-1])).split())


def test_every_rule_fact_choice_place_medicine_and_source_is_on_the_sheet(html, edition):
    things = [*edition.rule, *edition.regions, *edition.hazards, *edition.medicines, *edition.sources]
    things += [note.id for name in ("choices", "sign_off", "gaps") for note in edition.notes[name]]
    things += [feature.id for feature in edition.features] + [*edition.questions, *edition.groups]
    things += [fact.id for fact in edition.facts.values() if fact.when is None]

    assert [] == [thing for thing in things if f">{thing}<" not in html]


def test_a_rule_reads_as_a_sentence_with_its_sources_and_how_far_they_were_read(html):
    rule = words(html[html.index('id="abs-child-no-guardian"') :])[:1200]

    assert "the patient is under 18" in rule
    assert "“Is a parent or guardian filling this in with you and coming to the visit?” is no" in rule
    assert "S-PHYSIOMAN Indian clinic page" in rule
    assert "(read: whole short page)" in rule
    assert JUDGED in rule


def test_every_rule_that_rests_on_judgement_says_so_in_its_head(html, edition):
    heads = re.findall(r'<h4 id="([^"]+)".*?</h4>\s*<table>\s*<caption[^>]*>(.*?)</caption>', html, re.DOTALL)
    marked = {rule for rule, head in heads if "judged" in head}

    assert {rule.id for rule in edition.rules if "S-JUDGE" in rule.sources} == marked


def test_every_choice_and_item_can_be_accepted_or_changed(html, edition):
    boxes = html.count('<span class="box">')

    assert 2 * (len(edition.notes["choices"]) + len(edition.notes["sign_off"])) == boxes


def test_a_draft_says_on_every_page_that_nobody_signed_it(html):
    assert f"{DRAFT}</p>" in html.replace("  ", "").replace("\n", "")


def test_a_signed_edition_names_who_signed(edition):
    signed = as_html(environment(), edition, "signed off by A Clinician, X 1, on 2026-11-22", say)

    assert "signed off by A Clinician, X 1" in words(signed)
    assert "2026-11-22-draft · signed off by A Clinician" in words(signed)


def test_the_limits_of_the_bands_are_those_of_the_rules(html):
    from rules import assess

    said = words(html)
    assert f"The total is {assess._MANY} or more" in said
    assert f"The total is {assess._MIXED} or more" in said
    assert 4 == assess._KEY_ITEMS_MISSING
    assert "Four or more key items" in said


def test_nothing_on_the_sheet_is_taken_from_elsewhere(html):
    assert [] == re.findall(r"(?:src|href)=\"(?!#)|url\(|@import", html)


def test_every_line_of_the_contents_leads_somewhere(html):
    targets = re.findall(r'href="#([^"]+)"', html)

    assert [] == [target for target in targets if f'id="{target}"' not in html]


def test_no_id_is_used_twice(html):
    ids = re.findall(r'\sid="([^"]+)"', html)

    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.slow
def test_the_sheet_is_drawn_on_numbered_a4_pages_and_the_same_each_time():
    drawn = rule_sheet()

    pages = PdfReader(io.BytesIO(drawn)).pages
    assert drawn == as_pdf(shortened(), rule_sheet_html())
    assert {(595, 842)} == {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages}
    for number, text in enumerate(reading.pages(drawn), start=1):
        assert f"Page {number} of {len(pages)}" in text
        assert DRAFT in text
