"""`screening questions` and `screening rules`: what is asked, whether it holds together, who signed."""

import json
import shutil
from datetime import UTC, date, datetime

import pytest

from rules.load import newest
from screening.records import signoff
from screening.serve import open_house
from screening.settings import load


@pytest.fixture
def copied(tmp_path):
    return shutil.copytree(newest(), tmp_path / "edition")


def test_every_question_is_listed_in_the_order_asked(run, edition):
    listed = json.loads(run("questions", "--json").stdout)

    assert list(edition.questions) == [question["id"] for question in listed]


def test_a_listed_question_says_how_it_is_asked_and_answered(run):
    listed = {question["id"]: question for question in json.loads(run("questions", "--json").stdout)}

    expected = {
        "page": "start",
        "kind": "choice",
        "text": "Who wrote the answers on the paper form?",
        "required": True,
        "asked_when": "filling_in = staff",
        "asked_by": "staff",
    }
    assert expected == {key: listed["paper_by"][key] for key in expected}
    assert {"id": "carer", "text": "Helper or carer"} in listed["paper_by"]["options"]
    assert {"id": "reg-calf:left", "text": "Calf, left"} in listed["pain_regions"]["places"]


def test_questions_can_be_read_without_json(run, edition):
    told = run("questions").stdout

    assert "date_of_birth: Date of birth" in told


def test_an_edition_that_holds_together_says_so_with_counts(run, edition):
    told = run("rules", "check")

    assert 0 == told.exit_code
    assert f"{edition.name} holds together" in told.stdout
    assert f"{len(edition.rules)} rules" in told.stdout


def test_every_fault_of_an_edition_is_told_on_a_line_of_its_own(run, copied):
    rules = copied / "rules.toml"
    broken = rules.read_text(encoding="utf-8").replace("needle_willing = no", "needle_willing = never")
    rules.write_text(broken.replace('"S-PHYSIOMAN"', '"S-NOBODY"', 1), encoding="utf-8")

    told = run("rules", "check", copied)

    assert 1 == told.exit_code
    assert 2 == len(told.stdout.splitlines())
    assert "needle_willing has no option never" in told.stdout
    assert "there is no source S-NOBODY" in told.stdout


def test_a_folder_without_an_edition_names_the_files_that_are_missing(run, tmp_path):
    told = run("rules", "check", tmp_path)

    assert 1 == told.exit_code
    assert "rules.toml: the file is missing" in told.stdout


def test_a_folder_that_is_not_there_is_told_in_one_line(run):
    told = run("rules", "check", "nowhere")

    assert (2, "Error: nowhere: there is no such folder\n") == (told.exit_code, told.stderr)


def test_a_file_that_is_no_text_is_told(run, copied):
    (copied / "rules.toml").write_bytes(b"\xff")

    told = run("rules", "check", copied)

    assert 1 == told.exit_code
    assert "is not saved as UTF-8 text" in told.stdout


SIGN = ("rules", "sign-off", "--name", "Demo Clinician", "--registration", "X 1")


def test_a_clinician_signs_by_typing_the_beginning_of_the_identity(run, edition):
    told = run(*SIGN, "--date", "2026-11-22", given=f"{edition.digest[:8]}\n")

    assert 0 == told.exit_code
    assert "by Demo Clinician, X 1, on 2026-11-22" in told.stdout


def test_a_wrong_identity_signs_nothing(run, tmp_path):
    told = run(*SIGN, "--yes", "00000000")

    assert 1 == told.exit_code
    assert "nothing was signed" in told.stderr
    assert not (tmp_path / "instance").exists()


@pytest.mark.parametrize("day", ["tomorrow", "2026-02-30", "2999-01-01"])
def test_nobody_signs_on_a_day_that_is_not_or_is_to_come(run, edition, day):
    told = run(*SIGN, "--yes", edition.digest[:8], "--date", day)

    assert 1 == told.exit_code
    assert "--date: " in told.stderr


def test_a_sign_off_needs_a_name(run, edition):
    told = run(*SIGN, "--name", " ", "--yes", edition.digest[:8])

    assert "needs a name" in told.stderr


def test_a_sign_off_is_kept_for_this_very_edition(run, edition, tmp_path):
    run(*SIGN, "--yes", edition.digest[:8], "--date", "2026-11-22")

    house = open_house(load({}, data=tmp_path / "instance"), datetime.now(UTC))
    with house.sessions() as session:
        kept = signoff.latest(session, edition.digest)
    house.close()
    assert ("Demo Clinician", "X 1", date(2026, 11, 22)) == (kept.name, kept.registration, kept.signed_on)
