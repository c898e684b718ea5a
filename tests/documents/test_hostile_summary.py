"""Whatever is typed into the form, its papers show it as text, reach nothing, and the next paper is drawn.

Every kind of text is printed on two short summaries; the soak prints whole forms of one kind each, most as
the patient's copy, which draws faster. All come from fixed seeds, so a case that fails can be made again from
its number.
"""

import logging
import random
import re
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import cycle
from pathlib import Path

import pytest
from markupsafe import escape
from papers import CLINIC, TODAY, answered, copy_of, edition, html_of, paper

from rules.model import Kind
from screening.demo import PATIENTS
from screening.demo import answered as demo_answers
from screening.documents.charts import charts_of
from screening.documents.copy import copy_css, copy_identifier
from screening.documents.paper import Paper, Voice, made_at
from screening.documents.render import CouldNotRender, Limits, Renderer, render, start, stop
from screening.documents.summary import summary_assets, summary_css, summary_identifier
from screening.words import speaker

TEXTS = tuple(q for q in edition().questions.values() if q.kind is Kind.TEXT)
TOKENS = tuple(token for region in edition().regions.values() for token in region.tokens)
ADDRESS = "http://127.0.0.1:9/stolen"
CANARY = "CANARY-7f3e"
# Without the head and the foot of the page, which come between the halves of a long answer.
BODY = ("-x", "0", "-y", "52", "-W", "596", "-H", "744")
Said = Callable[[random.Random, int], str]


@dataclass(frozen=True, slots=True)
class Case:
    """`exact` must be read back letter by letter; `marks` are read back whatever surrounds them."""

    name: str
    printed: Paper
    exact: tuple[str, ...]
    marks: tuple[str, ...]


# --- what is typed -------------------------------------------------------------------------------


def _from(*letters: str) -> Said:
    return lambda chance, longest: "".join(chance.choices(letters, k=longest))


def _one_of(*payloads: str) -> Said:
    def said(chance: random.Random, longest: int) -> str:
        words = " ".join(chance.choices(payloads, k=1 + longest // 60))
        return words[:longest]

    return said


def _assigned(chance: random.Random, longest: int) -> str:
    """Any letters at all but surrogates and controls, which no form lets through."""
    codes = (chance.randrange(0xA0, 0x30000) for _ in range(longest))
    return "".join(chr(code) for code in codes if not 0xD800 <= code <= 0xDFFF)


def _accents(chance: random.Random, longest: int) -> str:
    marks = [chr(code) for code in range(0x300, 0x370)]
    return "".join("a" + "".join(chance.choices(marks, k=19)) for _ in range(longest // 20))


def _lines(chance: random.Random, longest: int) -> str:
    return "\n".join(chance.choice("abc") for _ in range(longest // 2))


PLAINLY = {
    "long word": _from(*"abcdefghijklmnopqrstuvwxyz"),
    "long word, Cyrillic": _from(*"АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЭЮЯ"),
    "markup": _one_of(
        "<script>alert(1)</script>", "</td></tr></table></body></html>", "<b>bold", "<!--", "]]>",
        "&amp;&lt;", "<h1>Heading</h1>", '"><p hidden>', "<style>*{display:none}</style>", "<plaintext>",
        "<textarea>"),
    "style": _one_of(
        "} * { display: none } {", "@page { size: 1px }", "</style><style>", "expression(alert(1))",
        "content: counter(pages)", "p{font-size:9999pt}", 'style="position:fixed"', "@import 'x';"),
    "template": _one_of(
        "{{ 7*7 }}", "{% raw %}", "{{ cycler.__init__.__globals__ }}", "{# gone #}", "{%- include 'x' -%}",
        "{{ view.frame }}", "%(name)s", "{0.__class__}", "${7*7}", "#{7*7}"),
    "drawing": _one_of(
        "<svg onload=alert(1)>", f"<svg><image href='{ADDRESS}'/></svg>", "<svg><use href='#a'/></svg>",
        "<svg><foreignObject><iframe/></foreignObject></svg>", "<!DOCTYPE a [<!ENTITY b 'c'>]>"),
    "reference": _one_of(
        f"<img src={ADDRESS}>", "<img src='file:///CANARY'>", f"<link rel=attachment href='{ADDRESS}'>",
        f"<link rel=stylesheet href={ADDRESS}>", f"<iframe src={ADDRESS}>", f"url({ADDRESS})", "ftp://a/x",
        f"<object data='{ADDRESS}'>", "<base href='file:///'>", "data:text/html,x", r"\\127.0.0.1\share",
        "<a href='javascript:alert(1)'>", f"<meta http-equiv=refresh content='0;url={ADDRESS}'>", "//a/x",
        "asset:chart-0.svg", "<a rel=attachment href='file:///CANARY'>x</a>"),
}  # fmt: skip
ODDLY = {
    "turning": _from(*"\u202a\u202b\u202d\u202e\u202c\u2066\u2067\u2068\u2069\u200e\u200f", *"aבع1 "),
    "accents": _accents,
    "any letters": _assigned,
    "joined": _from(
        "👩\u200d👩\u200d👧", "🏳\ufe0f\u200d🌈", "क्ष", "한", "ก็", *"\U000e0061\ufeff\u00ad\u200b"),
    "spaces": _from("\u00a0", "\u2028", "\u2029", "\u3000", "\u2003", "x"),
    "lines": _lines,
}  # fmt: skip
EVERYTHING = ("all regions", "all ticked")


def cases(many: int, seed: int) -> Iterator[Case]:
    """Every kind of text in turn; among them records with everything marked or ticked."""
    kinds = [*PLAINLY, *ODDLY]
    for number in range(many):
        chance = random.Random(f"{seed}.{number}")  # noqa: S311 - cases that can be made again, not secrets
        kind = chance.choice(EVERYTHING) if number % 25 == 12 else kinds[number % len(kinds)]
        yield _case(f"{seed}.{number} {kind}", kind, chance)


def _case(name: str, kind: str, chance: random.Random) -> Case:
    said = {**PLAINLY, **ODDLY}.get(kind, PLAINLY["markup"])
    mark = f"ZQ{chance.randrange(10**8):08}"
    answers = _ground(kind, chance)
    for question in TEXTS:
        if question.id in answers:
            longest = question.longest - len(mark) - 1
            answers[question.id] = f"{mark} {said(chance, chance.choice((longest, 200, 60)))}"[
                : question.longest
            ]
    exact = (str(answers["goals"]),) if kind in PLAINLY else ()
    return Case(name, paper(answers), exact, (mark,))


def mixed(seed: int) -> Iterator[Case]:
    """Two short forms with another kind of text in every line; all kinds have their turn."""
    chance = random.Random(seed)  # noqa: S311 - cases that can be made again
    kinds = cycle([*PLAINLY, *ODDLY])
    for number in range(2):
        answers = answered("no", filling_in="carer", takes_medicines="yes", psfs_count="3")
        exact, marks = [], []
        for question in TEXTS:
            kind, mark = next(kinds), f"ZQ{chance.randrange(10**8):08}"
            said = {**PLAINLY, **ODDLY}[kind](chance, question.longest - len(mark) - 1)
            answers[question.id] = text = f"{mark} {said}"[: question.longest]
            marks.append(mark)
            exact += [text] if kind in PLAINLY else []
        yield Case(f"mixed {number}", _only_texts(paper(answers)), tuple(exact), tuple(marks))


def _only_texts(printed: Paper) -> Paper:
    """The same paper of a form that asks for nothing but what is typed."""
    whole = edition().pages
    cut = (replace(page, questions=tuple(q for q in page.questions if q in TEXTS)) for page in whole)
    pages = tuple(page for page in cut if page.questions)
    return replace(printed, edition=replace(printed.edition, pages=pages))


def _ground(kind: str, chance: random.Random) -> dict[str, object]:
    if kind == "all ticked":
        return answered("yes")
    answers = demo_answers(edition(), 1, chance.choice(PATIENTS), TODAY)
    return answers | ({"pain_regions": list(TOKENS)} if kind == "all regions" else {})


# --- drawing and judging -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    warm = start(limits=Limits())
    yield warm
    stop(warm)


@cache
def voice() -> Voice:
    return Voice(speaker("en"), "en", CLINIC)


def drawn(renderer: Renderer, printed: Paper, markup: str, *, summary: bool) -> bytes:
    when, charts = made_at(printed), charts_of(printed, voice()) if summary else ()
    if summary:
        css, name, assets = summary_css(), summary_identifier(printed), summary_assets(charts)
        return render(renderer, markup, css=css, identifier=name, made_at=when, assets=assets)
    name = copy_identifier(printed)
    return render(renderer, markup, css=copy_css(), identifier=name, made_at=when, variant="pdf/ua-1")


def markup_of(printed: Paper, *, summary: bool) -> str:
    return html_of(printed, charts=charts_of(printed, voice())) if summary else copy_of(printed)


def closed_up(text: str) -> str:
    return re.sub(r"\s+", "", text)


def faults(written: bytes, case: Case, file: Path) -> list[str]:
    """What is wrong with a paper: words that are missing, and words that should not be there."""
    file.write_bytes(written)
    command = ["pdftotext", "-raw", *BODY, file, "-"]
    read = closed_up(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    wrong = [f"the mark {mark} is missing" for mark in case.marks if mark not in read]
    wrong += [f"missing: {text[:40]}" for text in case.exact if closed_up(text) not in read]
    if CANARY in read or CANARY.encode() in written:
        wrong.append("a file was read")
    if re.search(rb"/(JavaScript|JS|Launch|URI|EmbeddedFile)\b", written):
        wrong.append("something active is in it")
    return wrong


@dataclass(slots=True)
class Tally:
    """Faults by case, those that could not be drawn with the reason, and the slowest in seconds."""

    wrong: dict[str, list[str]]
    not_drawn: dict[str, str]
    slowest: float = 0.0
    count: int = 0


def tally(renderer: Renderer, forms: Iterable[Case], folder: Path, every: int) -> Tally:
    """Draw these forms: one in `every` as the summary, the others as the copy."""
    canary, told = folder / "canary.txt", Tally({}, {})
    canary.write_text(CANARY, encoding="utf-8")
    for number, case in enumerate(forms):
        summary = number % every == 0
        markup = markup_of(case.printed, summary=summary).replace("file:///CANARY", canary.as_uri())
        began = time.perf_counter()
        try:
            written = drawn(renderer, case.printed, markup, summary=summary)
        except CouldNotRender as error:
            told.not_drawn[case.name] = error.reason
        else:
            exact = tuple(text.replace("file:///CANARY", canary.as_uri()) for text in case.exact)
            shown = replace(case, exact=exact)
            if wrong := faults(written, shown, folder / "paper.pdf"):
                told.wrong[case.name] = wrong
        told.slowest = max(told.slowest, time.perf_counter() - began)
        told.count += 1
    return told


def judge(told: Tally, warnings: list[str], renderer: Renderer) -> None:
    assert told.wrong == {}
    assert warnings == []
    # The limits may end a case; what must not happen is that drawing breaks.
    assert "failed" not in told.not_drawn.values()
    assert told.slowest < renderer.limits.wall + 5
    after = next(cases(1, 0))
    assert drawn(renderer, after.printed, markup_of(after.printed, summary=False), summary=False)


@pytest.mark.slow
def test_every_kind_of_hostile_text_is_printed_as_it_was_typed(
    renderer: Renderer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    forms = list(mixed(1))
    assert 2 * len(TEXTS) == sum(len(form.marks) for form in forms) >= len(PLAINLY) + len(ODDLY)
    told = tally(renderer, forms, tmp_path, every=1)
    judge(told, caplog.messages, renderer)
    assert told.not_drawn == {}


@pytest.mark.soak
def test_ten_hostile_forms_are_printed_as_they_were_typed(
    renderer: Renderer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    told = tally(renderer, cases(10, 1), tmp_path, every=1)
    judge(told, caplog.messages, renderer)
    assert told.not_drawn == {}


@pytest.mark.soak
def test_five_hundred_hostile_forms_are_printed_as_they_were_typed(
    renderer: Renderer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    told = tally(renderer, cases(500, 2), tmp_path, every=3)
    judge(told, caplog.messages, renderer)


@pytest.mark.parametrize("kind", ["markup", "drawing", "reference"])
def test_a_template_that_forgot_to_escape_would_be_caught(
    kind: str, renderer: Renderer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    case = _case("control", kind, random.Random(3))  # noqa: S311 - a case that can be made again
    markup = markup_of(case.printed, summary=False)
    (typed,) = case.exact
    escaped = str(escape(typed))
    assert escaped in markup
    forgotten = markup.replace(escaped, typed)
    written = drawn(renderer, case.printed, forgotten, summary=False)
    assert faults(written, case, tmp_path / "paper.pdf")
