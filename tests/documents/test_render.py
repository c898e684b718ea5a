"""A person's words become a PDF: whole, the same each time, and within their share of time and memory."""

import contextlib
import io
import math
import os
import random
import signal
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pikepdf
import pytest
from drawing import ABOUT, STYLE, WHEN, answers, paper, words
from PIL import Image
from weasyprint import HTML

from screening.documents.draw import DenyAll
from screening.documents.render import CouldNotRender, Limits, Renderer, pdf, render, start, stop

BAD_STYLE = "table { table-layout: auto } th, td { overflow-wrap: anywhere }"


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    warm = start()
    yield warm
    stop(warm)


@pytest.fixture(scope="module")
def impatient() -> Iterator[Renderer]:
    """A renderer that gives each document one second."""
    warm = start(limits=Limits(wall=1.0))
    yield warm
    stop(warm)


# --- one document, done well --------------------------------------------------------------------


def test_a_summary_is_tagged_and_says_its_title_and_language(caplog):
    with pikepdf.open(io.BytesIO(pdf(answers("Left shoulder"), **ABOUT))) as found:
        assert bool(found.Root.MarkInfo.Marked)
        assert str(found.Root.Lang) == "en-GB"
        assert str(found.docinfo["/Title"]) == "Summary"
        assert "/StructTreeRoot" in found.Root
    assert caplog.records == []


def test_a_misspelt_property_in_a_stylesheet_is_complained_about(caplog):
    pdf(answers("x"), **{**ABOUT, "css": "td { colour: red }"})
    assert ["colour" in record.getMessage() for record in caplog.records] == [True]


@pytest.mark.parametrize("variant", ["pdf/a-3a", "pdf/ua-1"])
def test_qpdf_finds_nothing_wrong(tmp_path, variant):
    file = tmp_path / "paper.pdf"
    file.write_bytes(pdf(answers("Left shoulder"), variant=variant, **ABOUT))
    assert subprocess.run(["qpdf", "--check", file], capture_output=True, text=True).returncode == 0


def test_the_bundle_travels_once_inside_the_summary():
    summary = pdf(answers("x"), attachment=("bundle.json", b'{"resourceType": "Bundle"}'), **ABOUT)
    with pikepdf.open(io.BytesIO(summary)) as found:
        assert {name: spec.get_file().read_bytes() for name, spec in found.attachments.items()} == {
            "bundle.json": b'{"resourceType": "Bundle"}'}
        assert [str(file.AFRelationship) for file in found.Root.AF] == ["/Data"]


def test_the_clinic_logo_is_drawn_from_the_bytes_handed_over():
    logo = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(logo, "PNG")
    page = paper('<img alt="Clinic" src="asset:logo.png">')
    with pikepdf.open(io.BytesIO(pdf(page, assets={"asset:logo.png": logo.getvalue()}, **ABOUT))) as found:
        assert len(found.pages[0].get_images()) == 1


def test_an_asset_cannot_be_named_like_an_address():
    with pytest.raises(ValueError, match="asset:"):
        DenyAll({"https://example.org/logo.png": b""})


@pytest.mark.parametrize("page", ["<html lang=en><p>No title", "<title>No language</title><p>x"])
def test_a_document_without_title_or_language_is_refused(page):
    with pytest.raises(ValueError, match="title and a language"):
        pdf(page, **ABOUT)


def test_a_time_without_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        pdf(answers("x"), **{**ABOUT, "made_at": datetime(2026, 11, 23)})  # noqa: DTZ001 - that is the point


# --- the same record, the same bytes ------------------------------------------------------------


@pytest.mark.slow
def test_the_same_record_gives_the_same_bytes_in_every_process(renderer, impatient):
    page, bundle = answers("Left shoulder", "कंधे में दर्द", "ألم في الكتف"), ("bundle.json", b"{}")
    here = pdf(page, attachment=bundle, **ABOUT)
    render(renderer, answers("someone else's words, other glyphs: Ωжß"), **ABOUT)
    assert render(renderer, page, attachment=bundle, **ABOUT) == here
    assert render(impatient, page, attachment=bundle, **ABOUT) == here


def test_the_dates_are_those_of_the_record_in_any_time_zone():
    there = WHEN.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert pdf(answers("x"), **{**ABOUT, "made_at": there}) == pdf(answers("x"), **ABOUT)
    with pikepdf.open(io.BytesIO(pdf(answers("x"), **ABOUT))) as found:
        assert str(found.docinfo["/CreationDate"]) == str(found.docinfo["/ModDate"]) == "D:20261123093000Z"


def test_another_record_has_another_identifier():
    assert pdf(answers("x"), **{**ABOUT, "identifier": b"patient 2"}) != pdf(answers("x"), **ABOUT)


# --- every script prints ------------------------------------------------------------------------

SAID = {
    "English": "naïve, Łódź, “quoted”, ½ ≥ ₹500", "Greek": "Καλημέρα", "Russian": "Привет",
    "Hindi": "नमस्ते आप", "Bengali": "আমার ব্যথা",
    "Tamil": "எனக்கு வலி", "Punjabi": "ਸਤ ਸ੍ਰੀ ਅਕਾਲ", "Thai": "ปวดไหล่",
    "Arabic": "ألم في الكتف", "Urdu": "مجھے درد ہے", "Hebrew": "כואב לי", "combining": "q̣̇ ạ̈",
    "emoji": "😀 👍🏽", "Japanese": "肩が痛い", "Korean": "어깨가", "signs": "✓ ✗ ☐ → ⚠ ℃",
}


def letters(text: str) -> list[str]:
    """The characters in any order: extraction decides anew where words end and which way lines run."""
    return sorted(unicodedata.normalize("NFD", text).replace(" ", "").replace("\n", ""))


@pytest.mark.parametrize("language", SAID)
def test_what_a_patient_wrote_can_be_read_back_in_every_script(language, tmp_path):
    found = words(pdf(paper(f'<p dir="auto">{SAID[language]}</p>'), **ABOUT), tmp_path)
    assert letters(found) == letters(SAID[language])


def test_no_common_character_prints_as_an_empty_box():
    page = HTML(string=paper("<p>" + "<p>".join(SAID.values())), url_fetcher=DenyAll())
    document = page.render(stylesheets=[])
    document.write_pdf()
    assert [font.missing for font in document.fonts.values() if font.missing] == []


# --- no document takes more than its share ------------------------------------------------------

HOSTILE = {
    "a word of 2,000 letters": "x" * 2000,
    "unclosed direction overrides": "\u202ea\u2069" * 700,
    "nothing but direction marks": "\u202e\u2066\u202b\u2067" * 500,
    "5,000 combining marks": "a" + "\u0301" * 5000,
    "2,000 tags": "<b>" * 2000,
    "joined emoji": "\u200d".join("👩" * 1000),
    "only soft hyphens": "a\u00ad" * 1000,
    "only line ends": "\n" * 2000,
    "control characters": "\x01\x02\ufffe\ufdd0\u2028" * 300,
    "stacked conjuncts": "र्द" * 650,
    "one of many characters": "".join(map(chr, range(0x20, 0xd800, 27))),
}
SLOW = answers(*["A long answer in many plain words. " * 60] * 300)


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_answer_of_ordinary_length_still_prints(renderer, kind):
    assert render(renderer, answers(HOSTILE[kind]), **ABOUT).startswith(b"%PDF-")


def test_the_fixed_table_is_what_keeps_a_long_word_cheap():
    """The negative control of the table above: the same word in a table that measures its cells."""
    def seconds(style: str) -> float:
        began = time.process_time()
        pdf(answers("x" * 400), **{**ABOUT, "css": style})
        return time.process_time() - began

    assert seconds(BAD_STYLE) > 4 * seconds(STYLE)


@pytest.mark.slow
def test_a_document_that_takes_too_long_is_ended_and_the_next_one_prints(impatient):
    render(impatient, answers("first"), **ABOUT)
    began = time.monotonic()
    with pytest.raises(CouldNotRender) as stopped:
        render(impatient, SLOW, **ABOUT)
    assert (stopped.value.reason, time.monotonic() - began < 2) == ("too slow", True)
    assert render(impatient, answers("next"), **ABOUT) == pdf(answers("next"), **ABOUT)


@pytest.mark.slow
def test_a_document_that_takes_too_much_work_is_ended_though_the_clock_has_time_left():
    warm = start(limits=Limits(wall=60, cpu=1))
    with pytest.raises(CouldNotRender, match="too slow"):
        render(warm, SLOW, **ABOUT)
    stop(warm)


@pytest.mark.slow
def test_work_is_counted_for_each_document_and_not_for_the_life_of_the_child():
    warm = start(limits=Limits(cpu=1))
    first = warm.idle.get()
    warm.idle.put(first)

    def spent() -> float:
        user, system = Path(f"/proc/{first.process.pid}/stat").read_text().split()[13:15]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    render(warm, answers("first"), **ABOUT)
    # The kernel counts whole seconds: a limit set once would end the child at this many.
    once_and_for_all = math.ceil(spent()) + 1
    while spent() < once_and_for_all + 0.1:
        render(warm, answers(*["plain words " * 20] * 40), **ABOUT)
    stop(warm)


@pytest.mark.slow
def test_a_document_that_wants_too_much_memory_ends_in_a_plain_refusal():
    warm = start(limits=Limits(memory=448 * 2**20))
    # The first asks for too much at once, the other bit by bit.
    for columns in (900_000_000, 3_000_000):
        with pytest.raises(CouldNotRender, match="too big"):
            render(warm, paper(f'<table><tr><td colspan="{columns}">x</table>'), **ABOUT)
    assert render(warm, answers("next"), **ABOUT).startswith(b"%PDF-")
    stop(warm)


def test_a_document_of_many_megabytes_is_not_even_tried(renderer):
    with pytest.raises(CouldNotRender, match="too big"):
        render(renderer, answers("x" * 5_000_000), **ABOUT)


def test_a_failure_repeats_no_word_of_the_document(renderer, caplog, capfd):
    with pytest.raises(CouldNotRender) as failed:
        render(renderer, "<p>CANARY without a title", **ABOUT)
    assert (str(failed.value), failed.value.__cause__, caplog.records, capfd.readouterr()) == (
        "failed", None, [], ("", ""))


def test_a_child_killed_while_idle_is_replaced(renderer):
    child = renderer.idle.get()
    child.process.kill()
    child.process.wait()
    renderer.idle.put(child)
    assert render(renderer, answers("next"), **ABOUT).startswith(b"%PDF-")


def test_after_an_interruption_the_next_person_never_gets_the_earlier_paper(renderer):
    class Interrupted(Exception):
        pass

    def interrupt(*_: object) -> None:
        raise Interrupted

    render(renderer, answers("warm"), **ABOUT)
    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        with pytest.raises(Interrupted):
            render(renderer, SLOW, **ABOUT)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert render(renderer, answers("next"), **ABOUT) == pdf(answers("next"), **ABOUT)


def test_a_web_worker_forked_later_has_a_child_of_its_own(renderer):
    expected = render(renderer, answers("x"), **ABOUT)
    worker = os.fork()
    if worker == 0:
        same = render(renderer, answers("x"), **ABOUT) == expected
        stop(renderer)
        os._exit(0 if same else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) == 0
    assert render(renderer, answers("x"), **ABOUT) == expected


def test_eight_people_printing_at_once_each_get_their_own_paper(renderer):
    pages = [answers(f"person {number}") for number in range(8)]
    got: dict[str, bytes] = {}
    threads = [threading.Thread(target=lambda page=page: got.update({page: render(renderer, page, **ABOUT)}))
               for page in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == {page: pdf(page, **ABOUT) for page in pages}


def test_the_web_process_does_not_load_the_pdf_library():
    program = "import sys, screening.documents.render; print('weasyprint' in sys.modules)"
    asked = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=Path.cwd())
    assert asked.stdout == "False\n"


# --- the long run -------------------------------------------------------------------------------

_ALPHABETS = ["ab ", "x", "\u202e\u2066\u2069a", "\u0300\u0301\u0489", "👩\u200d⚕\ufe0f", "مرحبا ", "र्दक्षि ",
              "痛", "<b>&\"'", "\x01\ufffe\u2028", "\u00ad\u200b", "\n\t ", "𒐫﷽", "0123456789/-"]


@pytest.mark.soak
def test_a_document_of_twenty_thousand_pieces_ends_in_a_plain_refusal():
    warm = start(limits=Limits(memory=320 * 2**20))
    with pytest.raises(CouldNotRender, match="too big"):
        render(warm, paper("<p>" + "<i>x</i>" * 20_000), **ABOUT)
    assert render(warm, answers("next"), **ABOUT).startswith(b"%PDF-")
    stop(warm)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(50))
def test_ten_made_up_papers_end_within_their_limits(renderer, seed):
    chance = random.Random(seed)  # noqa: S311 - a fixed seed, so that a failure can be repeated
    for _ in range(10):
        said = []
        for _ in range(chance.randint(1, 4)):
            letters_used = "".join(chance.sample(_ALPHABETS, chance.randint(1, 3)))
            said.append("".join(chance.choices(letters_used, k=int(10 ** chance.uniform(1, 4.7)))))
        began = time.monotonic()
        with contextlib.suppress(CouldNotRender):
            assert render(renderer, answers(*said), **ABOUT).startswith(b"%PDF-")
        assert time.monotonic() - began < 13
