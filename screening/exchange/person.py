"""All that is kept about one person, as a JSON text and a ZIP file that other systems and people can read.

Keys of record.json: `format`, `appointments` and `forms`. A form has `reference` (null until handed in),
`language`, `edition` (name, digest), `answers` (see `answers`), `conclusion` (see `conclusion`),
`flag_titles`, `values` (its times), `kept` (every row that belongs to it, by table) and `trail`. An
appointment has `values`, `kept` and `trail`. Days are YYYY-MM-DD; moments are in UTC, in ISO 8601.
"""

import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from io import BytesIO

from rules.assess import read
from rules.model import Answers, Assessment, Edition
from rules.spoken import SayDate, asked_in_words, places_in_words

FORMAT = "screening-person-1"
# The earliest that a ZIP file can say: when it was made is no part of what is kept.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX, _PRIVATE = 3, 0o600 << 16


def answers(edition: Edition, given: Answers, today: date, say_date: SayDate) -> list[dict[str, object]]:
    """Every question that was asked, with `answer` as it is kept (null for none) and `in_words`; then
    answers that are kept though their question was not asked, without words."""
    asked: list[dict[str, object]] = [
        {
            "id": spoken.question.id,
            "page": page.title,
            "question": spoken.question.text,
            "answer": given.get(spoken.question.id),
            "given": spoken.given,
            "in_words": spoken.words,
        }
        for page, said in asked_in_words(read(edition, given, today), say_date)
        for spoken in said
    ]
    others = sorted(set(given) - {row["id"] for row in asked})
    return asked + [{"id": name, "answer": given[name], "asked": False} for name in others]


def conclusion(edition: Edition, assessment: Assessment) -> dict[str, object]:
    """What the form's rules made of the answers: outcome, urgency, and every flag with its title, level,
    status, places and the questions behind it."""
    words = edition.words
    return {
        "outcome": words[assessment.outcome],
        "urgency": None if assessment.urgency is None else words[assessment.urgency],
        "flags": [
            {
                "id": flag.id,
                "title": edition.rule[flag.id].title,
                "level": words[flag.level],
                "status": words[flag.status],
                "urgency": None if flag.urgency is None else words[flag.urgency],
                "places": places_in_words(edition, flag.regions),
                "because": flag.because,
            }
            for flag in assessment.flags
        ],
        "information": [
            {"id": item.id, "title": edition.rule[item.id].title} for item in assessment.information
        ],
    }


def write(appointments: Iterable[object], forms: Iterable[object]) -> bytes:
    """record.json: the same for the same record, whenever it is made."""
    record = {"format": FORMAT, "appointments": list(appointments), "forms": list(forms)}
    return json.dumps(record, ensure_ascii=False, indent=2, default=_plain, allow_nan=False).encode()


def pack(files: Mapping[str, bytes]) -> bytes:
    """A ZIP file of these files, in their order: the same bytes for the same files."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.create_system, entry.external_attr = _UNIX, _PRIVATE
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _plain(value: object) -> str:
    """A day or a moment as text; nothing else needs help."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a record holds no {type(value).__name__}")
