"""`screening assess`: what goes in, what comes out, and what is said of what cannot be read."""

import json
import subprocess
import sys
from datetime import date

import pytest

from rules.assess import assess
from rules.result import as_result

PROGRAM = [sys.executable, "-c", "from screening.commands import main; main()", "assess"]
GOOD = '{"today":"2026-11-23","answers":{}}'


def results(told):
    return [json.loads(line) for line in told.stdout.splitlines()]


def test_every_case_is_answered_on_its_own_line_in_order(run, lines, edition):
    expected = [as_result(assess(edition, json.loads(line)["answers"], date(2026, 11, 23))) for line in lines]

    told = run("assess", "-", given="\n".join(lines))

    assert (0, "") == (told.exit_code, told.stderr)
    assert expected == results(told)


def test_a_result_has_the_published_keys_in_their_order(run, lines):
    [result] = results(run("assess", "-", given=lines[19]))

    expected = "outcome urgency message flags information myofascial muscles muscles_left_out"
    assert expected.split() == list(result)
    assert ["id", "status", "level", "urgency", "scope", "regions", "because"] == list(result["flags"][0])


def test_a_case_may_be_written_over_many_lines(run, lines, tmp_path):
    (tmp_path / "case.json").write_text(json.dumps(json.loads(lines[3]), indent=2), encoding="utf-8")

    told = run("assess", "case.json")

    assert results(run("assess", "-", given=lines[3])) == results(told)


def test_blank_lines_and_a_byte_order_mark_are_no_cases(run):
    told = run("assess", "-", given=b"\xef\xbb\xbf" + f"{GOOD}\n\n  \n{GOOD}\r\n".encode())

    assert (0, 2) == (told.exit_code, len(results(told)))


@pytest.mark.parametrize(
    "value",
    ['"banana"', "7", "true", "null", "[]", "{}", '["yes"]', '"\\ud800"', "1e999", "9" * 5000],
)
def test_an_answer_that_makes_no_sense_counts_as_missing(run, value):
    strange = '{"today":"2026-11-23","answers":{"rf_cardiac":%s,"date_of_birth":%s}}'
    expected = strange % ('"banana"', '"banana"')

    told = run("assess", "-", given=f"{strange % (value, value)}\n{expected}")

    assert (0, "") == (told.exit_code, told.stderr)
    assert results(told)[1] == results(told)[0]


def test_a_question_that_nobody_knows_is_ignored(run):
    told = run("assess", "-", given='{"today":"2026-11-23","answers":{"shoe_size":44}}\n' + GOOD)

    assert results(told)[1] == results(told)[0]


BAD = [
    ("nonsense", "expected a JSON object"),
    ("[1, 2]", "expected a JSON object"),
    ('"secret"', "expected a JSON object"),
    ('{"answers":{}}', "today: expected a date as YYYY-MM-DD"),
    ('{"today":"2026-02-30","answers":{}}', "today: expected a date as YYYY-MM-DD"),
    ('{"today":20261123,"answers":{}}', "today: expected a date as YYYY-MM-DD"),
    ('{"today":"2026-11-23"}', "answers: expected an object"),
    ('{"today":"2026-11-23","answers":["secret"]}', "answers: expected an object"),
    ('{"edition":"1999","today":"2026-11-23","answers":{}}', "edition: expected one that is installed"),
    ('{"edition":"../..","today":"2026-11-23","answers":{}}', "edition: expected one that is installed"),
    ('{"today":"2026-11-23","answers":{},"name":"secret"}', "name: not a key of a case"),
    ('{"today":"2026-11-23","answers":{"rf_lump":"yes","rf_lump":"no"}}', "rf_lump: expected once"),
    ('{"today":"2026-11-23","answers":{"nprs_now":NaN}}', "NaN is not a number"),
    ('{"today":"2026-11-23","answers":{"a":' + "[" * 100_000, "fewer brackets"),
    ('{"today":"2026-11-23","answers":{"goals":"secret', "expected a JSON object"),
    ('{"today":"2026-11-23","answers":{"goals":"secret"}', "expected a JSON object"),
]


@pytest.mark.parametrize(("line", "expected"), BAD)
def test_a_case_that_cannot_be_read_is_told_in_one_line_and_the_others_are_answered(run, line, expected):
    told = run("assess", "-", given=f"{GOOD}\n{line}\n{GOOD}\n")

    assert 2 == told.exit_code
    assert 2 == len(results(told))
    [said] = told.stderr.splitlines()
    assert said.startswith("line 2: ")
    assert expected in said
    assert "secret" not in said


def test_bytes_that_are_no_text_spoil_only_their_own_line(run):
    told = run("assess", "-", given=f"{GOOD}\n".encode() + b'{"today":"\xff"}\n' + GOOD.encode())

    assert (2, 2) == (told.exit_code, len(results(told)))
    assert "line 2: expected text in UTF-8\n" == told.stderr


def test_a_case_over_many_lines_that_is_cut_short_is_told_at_its_first_line(run):
    told = run("assess", "-", given='\n{\n"today": "2026-11-23",\n"answers": {')

    assert (2, "line 2: expected a JSON object that also ends\n") == (told.exit_code, told.stderr)


def test_a_fault_inside_a_case_over_many_lines_is_told_at_its_own_line(run):
    told = run("assess", "-", given='{\n"today": "2026-11-23",\n"answers": {}\n"more": 1}\n')

    assert told.stderr.startswith("line 4: expected a JSON object (")


def test_cases_cut_short_do_not_swallow_one_another(run):
    told = run("assess", "-", given='{"today": "2026-11-23",\n{"today": "2026-11-23",\n' + GOOD)

    assert ["line 1", "line 2"] == [said.partition(":")[0] for said in told.stderr.splitlines()]
    assert 1 == len(results(told))


@pytest.mark.parametrize("key", ['"\\ud800\\n"', '"' + "k" * 500 + '"', '""'])
def test_a_strange_key_is_named_on_one_short_line(run, key):
    told = run("assess", "-", given=GOOD[:-1] + f",{key}:1}}")

    [said] = told.stderr.splitlines()
    assert 2 == told.exit_code
    assert len(said) < 200


def test_a_file_that_is_not_there_is_told_in_one_line(run):
    told = run("assess", "nowhere.json")

    assert (2, "Error: nowhere.json: there is no such file\n") == (told.exit_code, told.stderr)


def test_a_folder_is_no_file_of_cases(run, tmp_path):
    told = run("assess", tmp_path)

    assert 2 == told.exit_code
    assert 1 == len(told.stderr.splitlines())


def test_a_result_appears_before_the_next_case_is_typed():
    with subprocess.Popen([*PROGRAM, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        running.stdin.write(f"{GOOD}\n".encode())
        running.stdin.flush()
        first = running.stdout.readline()
        running.stdin.close()
        rest = running.stdout.read()

    assert "outcome" in json.loads(first)
    assert b"" == rest


def test_a_reader_that_stops_early_sees_no_traceback():
    with subprocess.Popen(
        [*PROGRAM, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        running.stdout.close()
        running.stdin.write(f"{GOOD}\n".encode() * 200)
        running.stdin.close()
        said = running.stderr.read()

    assert b"" == said


@pytest.mark.slow
def test_the_summary_of_a_single_case_is_a_pdf(run, lines, tmp_path):
    told = run("assess", "-", "--pdf", "summary.pdf", given=lines[19])

    assert (0, 1) == (told.exit_code, len(results(told)))
    assert (tmp_path / "summary.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("given", ["", f"{GOOD}\n{GOOD}", f"{GOOD}\nnonsense"])
def test_a_summary_of_none_or_several_cases_is_refused(run, tmp_path, given):
    told = run("assess", "-", "--pdf", "summary.pdf", given=given)

    assert (2, "Error: --pdf takes a single case.\n") == (told.exit_code, told.stderr)
    assert not (tmp_path / "summary.pdf").exists()


def test_a_summary_of_a_case_that_cannot_be_read_is_refused(run):
    told = run("assess", "-", "--pdf", "summary.pdf", given="nonsense")

    assert 2 == told.exit_code
    assert told.stderr.startswith("line 1: ")


def test_a_summary_that_cannot_be_written_is_told_in_one_line(run, lines):
    told = run("assess", "-", "--pdf", "nowhere/summary.pdf", given=lines[0])

    assert 2 == told.exit_code
    assert 1 == len(told.stderr.splitlines())
