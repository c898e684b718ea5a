"""HTML in, tagged PDF out, nothing fetched, and the same bytes each time.

Run as a program this file is the child that `render` keeps warm: it holds no database, settings or keys.
Once its fonts are loaded it gives up network, new processes, writing, and reading beyond Python's folders.

Where the time goes (WeasyPrint 70): styles, layout and drawing, a flat profile of plain Python; fonts are
subset in 2 ms. What pays: collecting rubbish between documents; one font configuration, one parsed stylesheet
and one reading of the body chart's lines per process; packing the parts of a file once, not twice.
"""

import ctypes
import gc
import io
import logging
import math
import mimetypes
import os
import pickle
import resource
import sys
import time
import zlib
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib.resources import files
from multiprocessing.connection import Connection
from types import SimpleNamespace
from typing import Any

from weasyprint import CSS, HTML, Attachment
from weasyprint.css import ColorProfile
from weasyprint.pdf import pydyf
from weasyprint.svg import TAGS
from weasyprint.svg.path import path as draw_path
from weasyprint.svg.utils import PointError
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

# Named scripts come before Unifont, which has a glyph for nearly everything but cannot shape or join letters.
FONTS = ", ".join(f'"{family}"' for family in (
    "Noto Sans", "Noto Sans Arabic", "Noto Sans Armenian", "Noto Sans Bengali", "Noto Sans Devanagari",
    "Noto Sans Ethiopic", "Noto Sans Georgian", "Noto Sans Gujarati", "Noto Sans Gurmukhi",
    "Noto Sans Hebrew", "Noto Sans Kannada", "Noto Sans Khmer", "Noto Sans Lao", "Noto Sans Malayalam",
    "Noto Sans Myanmar", "Noto Sans Oriya", "Noto Sans Sinhala", "Noto Sans Tamil", "Noto Sans Telugu",
    "Noto Sans Thai", "Noto Serif Tibetan", "Noto Sans Math", "Noto Sans Symbols", "Noto Sans Symbols2",
    "Unifont", "Unifont Upper"))

TOO_BIG, FAILED = 75, 76
_EFFORT = 6  # of packing: 9 takes twice as long
_LONGEST_KEPT, _LINES_KEPT = 60_000, 512  # a few MB; the longest line of the body chart has 35,000 letters
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.remove",
              "os.rename", "os.mkdir", "os.listdir", "os.scandir", "ctypes.dlopen")
_OF_THE_FIELD = ("FT", "T", "TU", "V", "DA")  # what is said once where a field stands in several places
_PYTHONS_OWN = tuple(
    os.path.realpath(path) + os.sep for path in {sys.prefix, sys.base_prefix, *sys.path} if path)
_WARM_UP = ('<!doctype html><html lang="en"><title>Warm-up</title><h1>Warm-up</h1><table><tr><th scope="row">'
            "A <i>b</i><td>नमस्ते مرحبا ✓ 漢 😀</table></html>")


class DenyAll(URLFetcher):
    """Gives out the named bytes it was handed ("asset:logo.png"), refuses and counts everything else."""

    def __init__(self, assets: Mapping[str, bytes] | None = None) -> None:
        super().__init__(timeout=1, allowed_protocols=frozenset(), allow_redirects=False)
        self.assets = dict(assets or {})
        self.refused = 0
        if stray := [name for name in self.assets if not name.startswith("asset:")]:
            raise ValueError(f"the name of an asset starts with 'asset:', not {stray}")

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        if url in self.assets:
            kind = mimetypes.guess_type(url)[0] or "application/octet-stream"
            return URLFetcherResponse(url, self.assets[url], {"Content-Type": kind})
        self.refused += 1
        raise ValueError("outside resources are not allowed")


def draw(html: str, css: str, identifier: bytes, made_at: datetime, variant: str,
         assets: Mapping[str, bytes], attachment: tuple[str, bytes] | None,
         forms: bool = False) -> tuple[bytes, int]:
    """The PDF, and how many outside references were refused on the way. `forms` makes every input of the
    HTML a field that can be filled in on a screen.

    ValueError when the document has no title or language, or `made_at` no time zone.
    """
    if made_at.tzinfo is None:
        raise ValueError("made_at needs a time zone")
    made_at = made_at.astimezone(UTC)
    fetcher = DenyAll(assets)
    stylesheet, refused_by_css = _stylesheet(css)
    document = HTML(string=html, url_fetcher=fetcher).render(
        stylesheets=[stylesheet], font_config=_fonts(), presentational_hints=False, pdf_variant=variant,
        color_profiles=_colours(variant), pdf_forms=forms)
    about = document.metadata
    if not about.title or not about.lang:
        raise ValueError("a document needs a title and a language")
    about.created = about.modified = made_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    about.attachments = []
    for page in document.pages:
        page.links = [link for link in page.links if link[0] == "internal"]
    attachments = [Attachment(
        string=content, name=name, description=name, relationship="Data", created=made_at, modified=made_at,
        url_fetcher=fetcher) for name, content in ([attachment] if attachment else [])]
    written = document.write_pdf(pdf_identifier=identifier, pdf_variant=variant, attachments=attachments,
                                 output_intent="already given", finisher=_finish)
    return written, fetcher.refused + refused_by_css


def _finish(document: Any, written: Any) -> None:
    # WeasyPrint 70 names an embedded file twice in the catalogue of a pdf/a-3 document.
    if files := written.catalog.get("AF"):
        files[:] = dict.fromkeys(files)
    if form := written.catalog.get("AcroForm"):
        _tidy_fields(document, written, form["Fields"])
        _adopt_fields(written)
    elements = _elements(written)
    for header in (element for element in elements.values() if element["S"] == "/TH"):
        # WeasyPrint 70 names the headers of each cell; some readers go by which way a header looks instead.
        group = elements.get(elements.get(header["P"], {}).get("P"), {})
        header["A"]["Scope"] = "/Column" if group.get("S") == "/THead" else "/Row"
    for stream in (thing for thing in written.objects if isinstance(thing, pydyf.Stream) and thing.compress):
        # pydyf packs every stream twice and tries hardest, for a file smaller by a hundredth.
        whole = b"\n".join(part if type(part) is bytes else pydyf._to_bytes(part) for part in stream.stream)
        stream.stream, stream.compress = [zlib.compress(whole, _EFFORT)], False
        stream.extra["Filter"] = "/FlateDecode"


def _elements(written: Any) -> dict[bytes, Any]:
    return {thing.reference: thing for thing in written.objects
            if isinstance(thing, pydyf.Dictionary) and thing.get("Type") == "/StructElem"}


def _tidy_fields(document: Any, written: Any, fields: list[bytes]) -> None:
    """One field for each name: its buttons, and its boxes on several pages, become parts of it.

    WeasyPrint 70 lists every button of a group as a field of the same name beside the group, and the
    specification forbids two fields of one name.
    """
    kept: dict[str, Any] = {}
    for page in document.pages:
        for box, _ in (found for inputs in page.forms.values() for found in inputs):
            widget, name = box.widget_annotation, box.element.get("name")
            # What tells two buttons of a group apart is said by the button itself.
            widget["Contents"] = pydyf.String(box.element.get("aria-label") or box.element.get("title"))
            if "Parent" in widget:
                fields.remove(widget.reference)
                del widget["T"]
            elif name in kept:
                fields.remove(widget.reference)
                _share(written, kept, name, widget, fields)
            else:
                kept[name] = widget


def _share(written: Any, kept: dict[str, Any], name: str, widget: Any, fields: list[bytes]) -> None:
    """Make `widget` another place to read and fill in the field that is kept under `name`."""
    first = kept[name]
    if "Kids" not in first:
        parent = pydyf.Dictionary({key: first.pop(key) for key in _OF_THE_FIELD if key in first})
        parent["Kids"] = pydyf.Array([first.reference])
        written.add_object(parent)
        first["Parent"] = parent.reference
        fields[fields.index(first.reference)] = parent.reference
        kept[name] = parent
    for key in _OF_THE_FIELD:
        widget.pop(key, None)
    widget["Parent"] = kept[name].reference
    kept[name]["Kids"].append(widget.reference)


def _adopt_fields(written: Any) -> None:
    # WeasyPrint 70 leaves what stands in a margin out of the structure; a field must have its place there.
    elements = _elements(written)
    whole = next(element for element in elements.values() if element["S"] == "/Document")
    found, waiting = set(), [whole.reference]
    while waiting:
        found.add(here := waiting.pop())
        waiting += [part for part in elements[here].get("K", ()) if part in elements and part not in found]
    for reference, element in elements.items():
        if element["S"] == "/Form" and reference not in found:
            element["P"] = whole.reference
            whole["K"].append(reference)


def _colours(variant: str) -> dict[str, ColorProfile]:
    # Left to itself WeasyPrint 70 opens the profile for every pdf/a document and never closes it.
    if not variant.startswith("pdf/a"):
        return {}
    return {"srgb": ColorProfile(
        io.BytesIO(_srgb()), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))}


@cache
def _srgb() -> bytes:
    return (files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()


def _draw_kept_path(svg: Any, node: Any, font_size: float) -> None:
    """Draw a path of an SVG as WeasyPrint does; one in plain numbers is read only once in a process."""
    line = node.get("d", "")
    try:
        if len(line) > _LONGEST_KEPT or any("marker" in name for name in node.attrib):
            raise ValueError
        svg.stream.stream.append(_kept_path(line))
    except ValueError:
        draw_path(svg, node, font_size)


@lru_cache(maxsize=_LINES_KEPT)
def _kept_path(line: str) -> bytes:
    """The path in the words of PDF; ValueError when a number has a unit, which depends on the picture."""
    pen = SimpleNamespace(stream=pydyf.Stream(), point=lambda x, y, size: (float(x), float(y)))
    try:
        draw_path(pen, SimpleNamespace(get=lambda name, default: line, vertices=deque()), 0)
    except PointError:
        raise ValueError(line) from None
    return b"\n".join(pen.stream.stream)


TAGS["path"] = _draw_kept_path


@cache
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@lru_cache(maxsize=16)
def _stylesheet(css: str) -> tuple[CSS, int]:
    """The parsed stylesheet with our fonts as its ground, and how many imports it was refused."""
    # Without url_fetcher a stylesheet fetches its own @import, whatever the document's fetcher says.
    fetcher = DenyAll()
    ground = f"html {{ font-family: {FONTS} }}\n"
    return CSS(string=ground + css, font_config=_fonts(), url_fetcher=fetcher), fetcher.refused


def serve(cpu: int, memory: int) -> None:
    """Load fonts, give up rights, then draw one document after another until the parent is gone."""
    wire = Connection(os.dup(0))
    logging.disable()
    draw(_WARM_UP, "", b"warm-up", datetime(2000, 1, 1, tzinfo=UTC), "pdf/a-3a", {}, ("warm-up.json", b"{}"))
    give_up_rights(memory)
    gc.collect()
    gc.freeze()
    gc.disable()
    wire.send_bytes(b"ready")
    while True:
        try:
            message = wire.recv_bytes()
        except EOFError:
            return
        # The limit counts the whole life of the process, so it is set anew before each document.
        seconds = math.ceil(time.process_time()) + cpu
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
        wire.send_bytes(_answer(message))
        del message
        gc.collect()


def _answer(message: bytes) -> bytes:
    # A child that failed is not trusted with another document: it leaves, and only its exit code speaks.
    try:
        written, refused = draw(*pickle.loads(message[8:]))  # noqa: S301 - only our own parent writes here
    except BaseException as error:
        # A library may have answered a lack of memory with an error of its own.
        behind = {type(error), type(error.__context__), type(error.__cause__)}
        os._exit(TOO_BIG if behind & {MemoryError, RecursionError} else FAILED)
    return message[:8] + refused.to_bytes(4, "big") + written


def give_up_rights(memory: int) -> None:
    """Leave this process `memory` bytes, its open files and nothing else to reach, until it ends."""
    if sys.platform == "linux":
        # A namespace without routes where the kernel allows one; else the audit hook alone stands guard.
        libc = ctypes.CDLL(None)
        if libc.unshare(_CLONE_NEWNET) != 0:
            libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    for limit, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0),
                        (resource.RLIMIT_NPROC, 0)):
        resource.setrlimit(limit, (most, most))
    sys.dont_write_bytecode = True
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """The audit hook: no socket, no process, and no file but what came with Python and its packages."""
    if event.startswith(_FORBIDDEN):
        raise PermissionError(event)
    if event == "open":
        path, mode = arguments[:2]
        readable = isinstance(path, str | bytes) and mode in ("r", "rb", "rt")
        if not readable or not os.path.realpath(os.fsdecode(path)).startswith(_PYTHONS_OWN):
            raise PermissionError(event)


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]))
