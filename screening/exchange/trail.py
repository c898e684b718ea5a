"""Lines of the audit trail as CSV, for whoever has to show who did what."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from io import StringIO

from screening.exchange.appointments import guarded

_MOMENTS = ("moment (UTC)", "at the clinic")
_HEADS = ("line", *_MOMENTS, "who", "kind of who", "what", "action", "kind of thing", "reference")


@dataclass(frozen=True, slots=True)
class Row:
    """One line in words; `at` is aware, `here` the same moment on the clinic's clock."""

    number: int
    at: datetime
    here: datetime
    who: str
    who_kind: str
    words: str
    action: str
    kind: str
    reference: str


def write(rows: Iterable[Row]) -> bytes:
    """The rows as CSV: UTF-8 with a mark, every cell quoted and guarded against formulas."""
    out = StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(_HEADS)
    for row in rows:
        moments = (f"{row.at:%Y-%m-%dT%H:%M:%S}Z", f"{row.here:%Y-%m-%d %H:%M:%S}")
        rest = (row.who, row.who_kind, row.words, row.action, row.kind, row.reference)
        writer.writerow([guarded(cell) for cell in (str(row.number), *moments, *rest)])
    return out.getvalue().encode("utf-8-sig")
