"""One person's data as a file: the same bytes for the same record, and nothing that was answered left out."""

import io
import json
import zipfile
from datetime import date, datetime, timedelta, timezone

import pytest

from rules.load import load, newest
from rules.model import Edition
from screening.exchange import person
from screening.words import say_date

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load(newest())


def said(edition: Edition, given: dict[str, object]) -> dict[object, dict[str, object]]:
    rows = person.answers(edition, given, TODAY, lambda day: say_date(day, "en"))
    return {row["id"]: row for row in rows}


def test_a_question_without_an_answer_is_there_and_says_that_it_has_none(edition: Edition) -> None:
    row = said(edition, {})["full_name"]

    assert (None, False, edition.answer_words["missing"]) == (row["answer"], row["given"], row["in_words"])


def test_an_answer_that_is_not_known_is_told_from_none(edition: Edition) -> None:
    rows = said(edition, {"rf_cardiac": "unsure"})

    assert ("unsure", True) == (rows["rf_cardiac"]["answer"], rows["rf_cardiac"]["given"])


def test_an_answer_whose_question_is_no_longer_asked_is_handed_out_too(edition: Edition) -> None:
    assert {"id": "gone_question", "answer": ["a"], "asked": False} == said(
        edition, {"gone_question": ["a"]}
    )["gone_question"]


def test_days_and_moments_are_written_in_one_way(edition: Edition) -> None:
    india = datetime(2026, 11, 23, 14, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    text = person.write([{"at": india, "born": TODAY}], [])

    assert {
        "format": "screening-person-1",
        "appointments": [{"at": "2026-11-23T09:00:00+00:00", "born": "2026-11-23"}],
        "forms": [],
    } == json.loads(text)


def test_what_cannot_be_written_stops_the_file_rather_than_being_left_out() -> None:
    with pytest.raises(TypeError, match="holds no bytes"):
        person.write([{"pdf": b"%PDF"}], [])


def test_a_name_in_any_alphabet_stays_readable() -> None:
    assert "आशा" in person.write([{"name": "आशा"}], []).decode()


def test_the_same_files_are_the_same_zip_file_whenever_it_is_made() -> None:
    files = {"README.txt": b"read me", "forms/K7F-3QX/answers.pdf": b"%PDF" * 500}
    made = person.pack(files)

    assert made == person.pack(dict(files))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert files == {name: archive.read(name) for name in archive.namelist()}
        assert {(1980, 1, 1, 0, 0, 0)} == {entry.date_time for entry in archive.infolist()}
        assert {0o600} == {entry.external_attr >> 16 for entry in archive.infolist()}
