"""After needling a patient takes one page home: how to look after themselves, and when to call whom."""

import html
import io
import re
from dataclasses import replace

import pikepdf
import pytest
from papers import CLINIC, ENVIRONMENT, PLAIN, REFERENCE, answered, edition, paper, unmarked

from rules.model import Edition
from screening.documents.leaflet import leaflet_css, leaflet_html, leaflet_identifier
from screening.documents.paper import Paper
from screening.documents.render import pdf
from screening.words import PSEUDO, speaker
from tests.reading import pages

SHOULDER_AND_CALF = PLAIN | {"pain_regions": ["reg-upper-shoulder:left", "reg-calf:right"]}
REASSURING = re.compile(
    r"\b(safe|cleared|suitable|low risk|no risk|nothing to worry|don't worry|harmless|all clear)\b",
    re.IGNORECASE,
)


def said_in(printed: Paper, language: str = "en", *, named: bool = True) -> str:
    """The words of the leaflet, white space folded."""
    markup = leaflet_html(ENVIRONMENT, printed, CLINIC, speaker(language), language, named=named)
    body = re.sub(r"<[^>]*>", " ", markup.partition("<body")[2].partition(">")[2])
    return " ".join(html.unescape(body).split())


def drawn(printed: Paper, sheet: str = "A4") -> bytes:
    return pdf(
        leaflet_html(ENVIRONMENT, printed, CLINIC, speaker("en"), "en"),
        css=leaflet_css(sheet),
        identifier=leaflet_identifier(printed),
        made_at=printed.submitted_at,
        variant="pdf/ua-1",
    )


def on_places(*places: str) -> str:
    return said_in(paper(PLAIN | {"pain_regions": list(places)}))


@pytest.mark.parametrize("note", [note.id for note in edition().notes["aftercare"]])
def test_every_aftercare_line_is_said_once(note: str) -> None:
    text = next(n.text for n in edition().notes["aftercare"] if n.id == note)
    filled = text.replace("{EMERGENCY}", "112").replace("{CLINIC_PHONE}", "555 0199")

    assert 1 == said_in(paper(PLAIN)).count(filled.replace("{ADVICE_LINE}", "your doctor"))


def test_no_place_is_left_for_a_number_the_clinic_did_not_fill_in() -> None:
    assert [] == re.findall(r"\{\w+\}", said_in(paper(answered("yes"))))


def test_the_box_says_when_to_call_the_clinics_own_emergency_number() -> None:
    box = leaflet_html(ENVIRONMENT, paper(PLAIN), CLINIC, speaker("en"), "en").partition('class="call"')[2]
    box = box.partition("</section>")[0]

    assert "When to call 112" in box
    assert "call 112 if you get chest or shoulder-tip pain" in box
    assert "Call 112 for new weakness" in box
    assert "sudden face, arm or speech problems, call 112." in box


def test_a_patient_needled_near_the_lung_is_told_its_signs_and_of_no_other() -> None:
    said = on_places("reg-upper-shoulder:left")

    assert "pain on breathing in, breathlessness, dry cough, fast heart, blue lips" in said
    assert "severe tight pain" not in said


def test_the_signs_stand_beside_the_place_they_belong_to() -> None:
    said = said_in(paper(SHOULDER_AND_CALF))

    calf = said.partition("Calf, right")[2]
    assert calf.startswith(f" {edition().hazards['haz-vessel'].warning_signs}")
    assert edition().hazards["haz-compartment"].warning_signs in calf


@pytest.mark.parametrize("region", edition().regions)
def test_every_hazard_that_matters_near_a_place_has_its_signs_on_the_leaflet(region: str) -> None:
    place = edition().regions[region]
    said = on_places(place.tokens[0])
    wanted = [hazard for hazard, severity in place.hazards.items() if severity in ("high", "moderate")]
    wanted = ["haz-pleura" if hazard == "haz-scapular-foramen" else hazard for hazard in wanted]

    assert [] == [h for h in wanted if edition().hazards[h].warning_signs not in said.partition("Near")[2]]


def test_signs_are_never_told_by_pointing_at_another_row() -> None:
    said = on_places("reg-shoulder-blade-main:left")

    assert "as for the lung" not in said
    assert 1 == said.count("dry cough, fast heart, blue lips")


def test_signs_in_pregnancy_are_told_as_such() -> None:
    assert "if you are or could be pregnant: bleeding, pain, fluid" in on_places("reg-navel")


def test_without_a_marked_place_there_is_no_empty_table() -> None:
    said = said_in(paper(PLAIN | {"pain_regions": []}))

    assert "What to watch for" not in said
    assert "When to call 112" in said


@pytest.mark.parametrize("pick", ["yes", "no", "unsure"])
def test_no_flag_level_score_reference_or_answer_goes_home(pick: str) -> None:
    printed = paper(answered(pick))
    said, book = said_in(printed), printed.edition
    titles = {book.rule[flag.id].title for flag in printed.assessment.flags}
    withheld = titles | {
        book.words[level] for level in ("urgent-referral", "no-flags-raised", "raised", "ask")
    }
    withheld |= {REFERENCE, "15 March 1986", "Lift my grandchild", "warfarin"}

    assert [] == [text for text in withheld if text in said]
    assert [] == re.findall(r"\b(flag|score|severity|hazard|moderate)\w*\b", said)


@pytest.mark.parametrize("pick", ["yes", "no", "unsure"])
def test_the_leaflet_tells_nobody_that_they_are_safe(pick: str) -> None:
    assert [] == REASSURING.findall(said_in(paper(answered(pick))))


def test_the_leaflet_can_be_printed_without_a_name() -> None:
    assert "For: Invented Person" in said_in(paper(PLAIN))
    assert "Invented Person" not in said_in(paper(PLAIN), named=False)


def test_a_nameless_leaflet_is_a_file_of_its_own() -> None:
    assert leaflet_identifier(paper(PLAIN)) != leaflet_identifier(paper(PLAIN), named=False)


def test_a_patient_who_gave_no_name_is_not_called_by_the_lack_of_it() -> None:
    assert "For:" not in said_in(paper(PLAIN | {"full_name": None}))


def test_a_name_full_of_markup_stays_a_name() -> None:
    markup = leaflet_html(
        ENVIRONMENT,
        paper(PLAIN | {"full_name": "<b>Ann</b> {{ 7 * 7 }} {EMERGENCY}"}),
        CLINIC,
        speaker("en"),
        "en",
    )

    assert "For: &lt;b&gt;Ann&lt;/b&gt; {{ 7 * 7 }} {EMERGENCY}" in markup


@pytest.mark.parametrize("name", ["x" * 5000, "\u202eevil \x07", "👩\u200d⚕ مريم", "a " * 4000])
def test_a_hostile_name_costs_no_second_page(name: str) -> None:
    assert 1 == len(pages(drawn(paper(SHOULDER_AND_CALF | {"full_name": name}))))


def test_every_sentence_goes_through_the_translator() -> None:
    said = said_in(paper(SHOULDER_AND_CALF | {"full_name": "☺"}, PSEUDO), PSEUDO)
    outside = unmarked(said).replace(CLINIC.name, "").replace(CLINIC.address, "").replace("☺", "")

    assert [] == re.findall(r"[A-Za-z]{2,}", outside)


def test_it_is_tagged_and_says_its_title_and_language() -> None:
    with pikepdf.open(io.BytesIO(drawn(paper(PLAIN)))) as found:
        assert bool(found.Root.MarkInfo.Marked)
        assert "en" == str(found.Root.Lang)
        assert "After your needling" == str(found.docinfo["/Title"])


@pytest.mark.parametrize("sheet", ["A4", "Letter"])
def test_an_ordinary_leaflet_is_one_page(sheet: str) -> None:
    read = pages(drawn(paper(SHOULDER_AND_CALF), sheet))

    assert 1 == len(read)
    assert "draft rules, not signed off" in read[0]
    assert "555 0199 in hours; your doctor out of hours." in read[0]


def test_with_every_place_marked_the_box_still_stands_on_the_first_page() -> None:
    everywhere = [token for region in edition().regions.values() for token in region.tokens]
    read = pages(drawn(paper(PLAIN | {"pain_regions": everywhere})))

    assert "When to call 112" in read[0]
    assert "Say you had needling. How to reach us 555 0199" in read[-1]


def test_an_edition_with_a_line_nobody_foresaw_still_says_it() -> None:
    printed = paper(PLAIN)
    new = replace(printed.edition.notes["aftercare"][0], id="ac-new", text="Wear the bandage for an hour.")
    book: Edition = replace(
        printed.edition,
        notes={**printed.edition.notes, "aftercare": (*printed.edition.notes["aftercare"], new)},
    )

    assert "Wear the bandage for an hour." in said_in(replace(printed, edition=book))
