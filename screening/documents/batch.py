"""A day's papers as one PDF to print on both sides: the cover list, then each paper on a sheet of its own.

Joining keeps words, looks and tags (headings, tables, language) and gives each paper a bookmark. A file
inside a paper (the bundle in a summary) and the marks of PDF/A and PDF/UA are left behind: the batch is for
the printer, the papers themselves are the record.
"""

from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import chain
from typing import BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name, NumberTree, Object, Pdf, String

Progress = Callable[[int, int], None]


def day_batch(cover: bytes, papers: Iterator[bytes], out: BinaryIO, progress: Progress) -> None:
    """Write the cover and the papers, in their order, to `out` as one tagged PDF; same input, same bytes.

    Each begins on a right-hand page: an empty page is put in where the one before ends on a right-hand page.
    One paper is asked for at a time, and `progress` hears how many papers and pages are in after each; the
    cover is paper 0. ValueError names the paper that cannot be read; nothing is written then.
    """
    with pikepdf.new() as day:
        _begin_tags(day)
        starts = []
        for number, paper in enumerate(chain([cover], papers)):
            _start_on_the_right(day)
            first = len(day.pages)
            starts.append((_add(day, paper, number), first))
            progress(number, len(day.pages))
        _describe(day, starts)
        day.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _start_on_the_right(day: Pdf) -> None:
    if len(day.pages) % 2:
        _, _, width, height = map(float, day.pages[-1].mediabox)
        day.add_blank_page(page_size=(width, height))


def _add(day: Pdf, paper: bytes, number: int) -> str:
    """Append a paper with its tags; its title."""
    try:
        with pikepdf.open(BytesIO(paper)) as source:
            first = len(day.pages)
            day.pages.extend(source.pages)
            _add_tags(day, source, first, number)
            return str(source.docinfo.get(Name.Title, number))
    except pikepdf.PdfError as error:
        raise ValueError(f"paper {number} cannot be read as a PDF") from error


def _describe(day: Pdf, starts: list[tuple[str, int]]) -> None:
    """Title and language of the cover, a bookmark for each paper, and a word to the printer."""
    title = starts[0][0]
    root = day.Root
    root.MarkInfo = Dictionary(Marked=True)
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True, Duplex=Name.DuplexFlipLongEdge)
    root.Lang = next((part.Lang for part in root.StructTreeRoot.K.K.as_list()), String(""))
    day.docinfo[Name.Title] = title
    with day.open_metadata(set_pikepdf_as_editor=False) as about:
        about["dc:title"] = title
    with day.open_outline() as outline:
        outline.root.extend(pikepdf.OutlineItem(name, page) for name, page in starts)


# --- tags ---------------------------------------------------------------------------------------


def _begin_tags(day: Pdf) -> None:
    root = day.make_indirect(
        Dictionary(Type=Name.StructTreeRoot, ParentTree=NumberTree.new(day).obj, ParentTreeNextKey=0)
    )
    root.K = day.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root, K=Array()))
    day.Root.StructTreeRoot = root


def _add_tags(day: Pdf, source: Pdf, first: int, number: int) -> None:
    """Hang the paper's tags into the day's. Pages and tags find each other by number, and a table cell its
    header by id: both are unique only within one paper, so both are made unique in the day."""
    if Name.StructTreeRoot not in source.Root:
        return
    root, came = day.Root.StructTreeRoot, day.copy_foreign(source.Root.StructTreeRoot)
    numbers, offset = NumberTree(root.ParentTree), int(root.ParentTreeNextKey)
    for key, tags in NumberTree(came.ParentTree).items():
        numbers[offset + key] = tags
        root.ParentTreeNextKey = max(int(root.ParentTreeNextKey), offset + key + 1)
    for page in day.pages[first:]:
        _renumber(page.obj, Name.StructParents, offset)
        for note in page.obj.get(Name.Annots, Array()).as_list():
            _renumber(note, Name.StructParent, offset)
    for part in _children(came):
        part.S, part.P = Name.Part, root.K
        part.Lang = part.get(Name.Lang, source.Root.get(Name.Lang, String("")))
        root.K.K.append(part)
        _rename(part, number)


def _renumber(thing: Object, key: Name, offset: int) -> None:
    if key in thing:
        thing[key] = int(thing[key]) + offset


def _rename(tag: Object, number: int) -> None:
    waiting = [tag]
    while waiting:
        tag = waiting.pop()
        if Name.ID in tag:
            tag.ID = String(f"{number}-{tag.ID}")
        if Name.A in tag and Name.Headers in tag.A:
            tag.A.Headers = Array([String(f"{number}-{header}") for header in tag.A.Headers.as_list()])
        waiting += _children(tag)


def _children(tag: Object) -> list[Object]:
    kids = tag.get(Name.K, Array())
    found = kids.as_list() if isinstance(kids, Array) else [kids]
    return [kid for kid in found if isinstance(kid, Dictionary) and Name.S in kid]
