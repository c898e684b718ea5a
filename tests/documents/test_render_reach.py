"""A document reaches nothing outside itself, and nothing active gets into it."""
# ruff: noqa: E501 - the addresses in the list of references read best unbroken

import contextlib
import io
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pikepdf
import pytest
from drawing import ABOUT, STYLE, WHEN, answers, paper, words
from weasyprint import HTML
from weasyprint.css.tokens import InvalidValues
from weasyprint.urls import URLFetchingError

from screening.documents.draw import draw
from screening.documents.render import Renderer, pdf, render, start, stop


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SCREENING_DATABASE_KEY", "CANARY")
        warm = start()
    yield warm
    stop(warm)


# --- nothing outside is reached -----------------------------------------------------------------


class _Counter(BaseHTTPRequestHandler):
    seen: list[str]

    def do_GET(self) -> None:
        self.seen.append(self.path)
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """An address on this machine and the list of paths that were asked of it."""
    seen: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Counter", (_Counter,), {"seen": seen}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/x", seen
    server.shutdown()
    thread.join()
    server.server_close()


_CSS_WAYS = [
    "@import '{u}';", "@import url({u});", "@import url('{u}') print;", "@import url({u}) layer(a);",
    "@font-face {{ font-family: a; src: url({u}) }} p {{ font-family: a }}",
    "@font-face {{ font-family: b; src: url({u}) format('woff2'), url({u}2) }} p {{ font-family: b }}",
    "@font-face {{ font-family: c; src: local('DejaVu Sans'), url({u}) }} p {{ font-family: c }}",
    "p {{ background: url({u}) }}", "p {{ background-image: url('{u}'), url({u}2) }}", "p {{ content: url({u}) }}",
    "p::before {{ content: url({u}) }}", "p::after {{ content: 'a' url({u}) }}", "li {{ list-style: url({u}) }}",
    "li {{ list-style-image: url({u}) }}", "p {{ border-image: url({u}) 30; border-style: solid }}",
    "p {{ border-image-source: url({u}); border-style: solid }}", "@page {{ background: url({u}) }}",
    "@page {{ @top-left {{ content: url({u}) }} }}", "@page :first {{ background-image: url({u}) }}",
    "p::marker {{ content: url({u}) }}", "html {{ background: url({u}) }}", "p {{ mask: url({u}) }}",
    "p {{ cursor: url({u}), auto }}", "p {{ filter: url({u}#f) }}", "p {{ clip-path: url({u}#c) }}",
    "@color-profile --p {{ src: url({u}) }} p {{ color: color(--p 1 0 0) }}",
    "@counter-style s {{ system: cyclic; symbols: url({u}) }} li {{ list-style: s }}",
    "@namespace url({u});", "p {{ background: image-set(url({u}) 1x) }}", "@media print {{ p {{ background: url({u}) }} }}",
    "@supports (color: red) {{ p {{ background: url({u}) }} }}", "p::footnote-call {{ content: url({u}) }}",
]
_BODY_WAYS = [
    '<img src="{u}">', '<img src="a" srcset="{u} 1x">', '<picture><source srcset="{u}"><img src="{u}"></picture>',
    '<object data="{u}"></object>', '<object data="{u}" type="image/svg+xml"></object>', '<embed src="{u}">',
    '<embed src="{u}" type="image/png">', '<iframe src="{u}"></iframe>', '<iframe srcdoc="&lt;img src={u}&gt;"></iframe>',
    '<video poster="{u}" src="{u}"></video>', '<audio src="{u}"></audio>', '<input type="image" src="{u}">',
    '<table background="{u}"><tr><td background="{u}">x</table>', '<p style="background: url({u})">x',
    '<p style="content: url({u})">x', '<a rel="attachment" href="{u}">x</a>', '<a href="{u}" download>x</a>',
    '<a href="{u}">x</a>', '<map name="m"><area href="{u}"></map>', '<form action="{u}"><button>x</button></form>',
    '<script src="{u}"></script>', '<frameset><frame src="{u}"></frameset>', '<q cite="{u}">x</q>',
    '<svg width="9" height="9"><image href="{u}" width="9" height="9"/></svg>',
    '<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9"><image xlink:href="{u}" width="9" height="9"/></svg>',
    '<svg width="9" height="9"><use href="{u}#a"/></svg>',
    '<svg width="9" height="9"><style>@import "{u}";</style><rect width="9" height="9"/></svg>',
    '<svg width="9" height="9"><style>@font-face {{ font-family: d; src: url({u}) }}</style><text y="9">x</text></svg>',
    '<svg width="9" height="9"><rect width="9" height="9" fill="url({u}#g)"/></svg>',
    '<svg width="9" height="9"><rect width="9" height="9" mask="url({u}#m)" filter="url({u}#f)"/></svg>',
    '<svg width="9" height="9"><linearGradient id="g" href="{u}#h"/><rect width="9" height="9" fill="url(#g)"/></svg>',
    '<svg width="9" height="9"><pattern id="q" href="{u}#p"/><rect width="9" height="9" fill="url(#q)"/></svg>',
    '<svg width="9" height="9"><text><textPath href="{u}#t">x</textPath></text></svg>',
    '<svg width="9" height="9"><foreignObject><img src="{u}"></foreignObject></svg>',
    '<svg width="9" height="9"><feImage href="{u}"/></svg>', '<svg width="9" height="9"><a href="{u}"><text>x</text></a></svg>',
    '<img src="data:image/svg+xml,%3Csvg xmlns=\'http://www.w3.org/2000/svg\'%3E%3Cimage href=\'{u}\'/%3E%3C/svg%3E">',
    '<img src="data:image/svg+xml,%3C!DOCTYPE s [%3C!ENTITY e SYSTEM \'{u}\'%3E]%3E%3Csvg xmlns=\'http://www.w3.org/2000/svg\'%3E%3Ctext%3E&amp;e;%3C/text%3E%3C/svg%3E">',
    '<img src="data:text/html,%3Cimg src=\'{u}\'%3E">', '<object data="data:text/css,@import \'{u}\'"></object>',
    '<!DOCTYPE a [<!ENTITY e SYSTEM "{u}">]><p>&e;', '<?xml-stylesheet href="{u}"?><p>x', '<math><mglyph src="{u}"/></math>',
]
_HEAD_WAYS = [
    '<link rel="stylesheet" href="{u}">', '<link rel="stylesheet" media="print" href="{u}">',
    '<link rel="alternate stylesheet" href="{u}">', '<link rel="attachment" href="{u}">', '<link rel="icon" href="{u}">',
    '<link rel="preload" as="image" href="{u}">', '<link rel="attachment" title="t" href="{u}" type="text/plain">',
    '<base href="{u}/"><link rel="stylesheet" href="b.css">', '<meta http-equiv="refresh" content="0;url={u}">',
    '<link rel="stylesheet" href="data:text/css,@import \'{u}\'">',
]
KINDS = ([paper("<p>x<li>y", f"<style>{way}</style>") for way in _CSS_WAYS]
         + [paper(way) for way in _BODY_WAYS] + [paper("<p>x", way) for way in _HEAD_WAYS])


# A stylesheet can stop the drawing, and a head speaks for its whole paper: these get a paper each.
APART = KINDS[: len(_CSS_WAYS)] + KINDS[-len(_HEAD_WAYS) :]


def together(address: Callable[[int], str]) -> str:
    """One paper with all that stands in a body, each with an address of its own, as one is asked for once."""
    return paper("".join(f"<div>{at(way, address(number))}</div>" for number, way in enumerate(_BODY_WAYS)))


def at(page: str, address: str) -> str:
    return page.replace("{u}", address).replace("{{", "{").replace("}}", "}")


def everything_in(summary: bytes) -> bytes:
    """Every string and every unpacked stream of the file, one after another."""
    with pikepdf.open(io.BytesIO(summary)) as found:
        return b"\n".join(
            thing.stream_dict.unparse() + thing.read_bytes() if isinstance(thing, pikepdf.Stream)
            else thing.unparse()
            for thing in found.objects)


def drawn(page: str, style: str = STYLE) -> tuple[bytes, int]:
    """The PDF and the number of refusals; a stylesheet may also stop the drawing, which is one refusal."""
    try:
        return draw(page, style, b"", WHEN, "pdf/a-3a", {}, None)
    except (URLFetchingError, InvalidValues):
        return b"", 1


def test_at_least_sixty_kinds_of_reference_are_tried():
    assert len(set(KINDS)) >= 60


def test_no_kind_of_reference_makes_a_connection(listener):
    address, seen = listener
    refused = 0
    for page in APART:
        refused += drawn(at(page, address))[1]
    written, of_bodies = drawn(together(lambda number: f"{address}{number}"))
    assert written.startswith(b"%PDF-")
    assert seen == []
    assert refused + of_bodies >= 40


@pytest.mark.slow
def test_no_kind_of_reference_brings_a_file_into_the_paper(tmp_path):
    """The paper is the same to the byte whether the file named in it exists or not."""
    there, absent = tmp_path / "there.svg", tmp_path / "other.svg"
    there.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="99" height="9"><text y="9">CANARY</text></svg>')
    many = tmp_path / "many"
    many.mkdir()
    for number in range(len(_BODY_WAYS)):
        shutil.copy(there, many / f"{number}.svg")
    for name in (Path.as_uri, str):
        for page in APART:
            assert drawn(at(page, name(there))) == drawn(at(page, name(absent)))
        paper_of = [together(lambda number, at=at, name=name: name(at / f"{number}.svg"))
                    for at in (many, tmp_path / "none")]
        assert drawn(paper_of[0])[0].startswith(b"%PDF-")
        assert drawn(paper_of[0]) == drawn(paper_of[1])


@pytest.mark.soak
def test_no_kind_of_reference_in_a_paper_of_its_own_reaches_anything(listener, tmp_path):
    address, seen = listener
    there, absent = tmp_path / "there.svg", tmp_path / "other.svg"
    there.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="99" height="9"><text y="9">CANARY</text></svg>')
    for page in KINDS:
        for name in (Path.as_uri, str):
            assert drawn(at(page, name(there))) == drawn(at(page, name(absent)))
    assert 40 <= sum(drawn(at(page, address))[1] for page in KINDS)
    assert seen == []


def test_the_same_references_do_read_the_file_when_nobody_forbids_it(tmp_path):
    """The negative control of the test above."""
    there, absent = tmp_path / "there.svg", tmp_path / "other.svg"
    there.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="99" height="9"><text y="9">CANARY</text></svg>')
    page = paper('<img src="{u}">')
    assert HTML(string=at(page, there.as_uri())).write_pdf() != HTML(string=at(page, absent.as_uri())).write_pdf()


def test_a_stylesheet_cannot_import_another(listener):
    address, seen = listener
    for page in _CSS_WAYS:
        drawn(paper("<p>x<li>y"), at(page, address))
    assert seen == []


@pytest.mark.slow
def test_the_same_references_do_connect_when_nobody_forbids_it(listener):
    """The negative control: without it, silence above would prove nothing."""
    address, seen = listener
    for number, page in enumerate(KINDS):
        with contextlib.suppress(URLFetchingError):
            HTML(string=at(page, f"{address}{number}-")).write_pdf()
    assert len({path.split("-")[0] for path in seen}) >= 35


def test_a_refused_reference_is_counted_in_the_log_without_its_address(renderer, caplog):
    render(renderer, paper('<img src="https://example.org/CANARY">'), **ABOUT)
    assert [record.getMessage() for record in caplog.records] == [
        "a document asked for 1 outside resources and got none"]


def test_the_child_can_reach_nothing_even_if_a_document_took_it_over(listener, tmp_path):
    """Each line is tried after the child's rights are gone; only reading Python's own files may succeed."""
    address, seen = listener
    port = address.split(":")[2].split("/")[0]
    secret = tmp_path / "secret"
    secret.write_text("CANARY")
    attempts = [
        f"__import__('urllib.request').request.urlopen('{address}')",
        f"__import__('socket').create_connection(('127.0.0.1', {port}))",
        "__import__('socket').getaddrinfo('example.org', 80)", f"open({str(secret)!r}).read()",
        f"open({str(tmp_path / 'new')!r}, 'w')", f"os.open({str(secret)!r}, 0)", "open('/etc/passwd')",
        "os.system('true')", "__import__('subprocess').run(['true'])", "os.fork()", "os.listdir('/')",
        f"os.remove({str(secret)!r})", "__import__('ctypes').CDLL(None)", "bytearray(2 * 1024 ** 3)",
    ]
    program = ("import os\nfrom screening.documents.draw import give_up_rights\ngive_up_rights(2**30)\n"
               "open(os.__file__).read()\n"
               f"for attempt in {attempts!r}:\n"
               "    try: eval(attempt)\n"
               "    except (OSError, MemoryError): pass\n"
               "    else: print(attempt)\n")
    tried = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=Path.cwd())
    assert (tried.stdout, tried.returncode, seen, secret.read_text()) == ("", 0, [], "CANARY")


def test_the_child_knows_no_secret_of_the_application(renderer):
    child = renderer.idle.get()
    environment = Path(f"/proc/{child.process.pid}/environ").read_bytes()
    renderer.idle.put(child)
    assert b"CANARY" not in environment


# --- nothing active gets in ---------------------------------------------------------------------

ACTIVE = ("/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/URI", "/SubmitForm", "/GoToR", "/AA", "/OpenAction",
          "/RichMedia", "/AcroForm")


def names_in(summary: bytes) -> set[str]:
    return set(re.findall(r"/[A-Za-z]+", everything_in(summary).decode("latin-1")))


def test_words_that_look_like_pdf_or_html_stay_words():
    said = ("javascript:app.alert(1)", "https://example.org/", "<a href='https://example.org'>x</a>",
            ") >> /OpenAction << /S /JavaScript /JS (app.alert(1)) >>", "<script>alert(1)</script>",
            "(\\)) Tj ET /Launch", "<link rel=attachment href='file:///etc/passwd'>", "%PDF-1.7 endobj stream")
    with pikepdf.open(io.BytesIO(pdf(answers(*said), **ABOUT))) as found:
        keys = {key for thing in found.objects if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream)
                for key in thing.keys()}  # noqa: SIM118 - pikepdf objects do not iterate over keys
        annotations = [page.get("/Annots") for page in found.pages]
    assert keys.isdisjoint(ACTIVE)
    assert annotations == [None]


def test_a_link_out_of_the_paper_stays_plain_text(tmp_path):
    written = pdf(paper('<p><a href="https://example.org/guideline">Guideline</a>'), **ABOUT)
    assert "/URI" not in names_in(written)
    assert words(written, tmp_path).strip() == "Guideline"


def test_nothing_is_embedded_unless_it_is_handed_over():
    assert "/EmbeddedFile" not in names_in(pdf(answers("x"), **ABOUT))
    assert "/EmbeddedFile" in names_in(pdf(answers("x"), attachment=("bundle.json", b"{}"), **ABOUT))
