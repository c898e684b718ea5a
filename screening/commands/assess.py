"""`screening assess`: cases in, one result to a line out, each as soon as its case is read."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import BinaryIO

import click

from rules.assess import assess as assess_case
from rules.load import EDITIONS, Unsound, load, newest
from rules.model import Edition
from rules.result import as_result
from screening.commands.cases import BadCase, Case, read_cases

BAD_INPUT = 2


def installed() -> dict[str, Path]:
    """The folder of every edition that is installed, by name."""
    return {path.parent.name: path.parent for path in sorted(EDITIONS.glob("*/questionnaire.toml"))}


@cache
def edition_named(name: str | None) -> Edition:
    """The installed edition of this name, the newest for None; loaded once. Raises Unsound."""
    return load(newest() if name is None else installed()[name])


@click.command()
@click.argument("file")
@click.option("--pdf", "paper", metavar="OUT.pdf", help="Write the practitioner's summary of a single case.")
def assess(file: str, paper: str | None) -> None:
    """Assess the cases in FILE ("-" for standard input): one JSON object, or one to a line.

    A case is {"edition"?, "today", "answers"}. Prints one result to a line. What cannot be read is told
    on standard error, the others are answered all the same, and the exit code is 2.
    """
    out = click.get_binary_stream("stdout")
    try:
        with _opened(file) as lines:
            if paper is None:
                bad = print_results(lines, out)
            else:
                bad = print_paper(lines, out, Path(paper))
    except Unsound as error:
        raise click.ClickException(
            f"the edition has {len(error.faults)} faults: `screening rules check` names them"
        ) from error
    sys.exit(BAD_INPUT if bad else 0)


def print_results(lines: Iterable[bytes], out: BinaryIO) -> int:
    """Answer every case in order; how many could not be read."""
    bad = 0
    for found in read_cases(lines, installed()):
        if isinstance(found, BadCase):
            click.echo(str(found), err=True)
            bad += 1
        else:
            out.write(result_line(found, edition_named(found.edition)))
            out.flush()
    return bad


def result_line(case: Case, edition: Edition) -> bytes:
    """The result of one case as a line of compact JSON in UTF-8."""
    result = as_result(assess_case(edition, case.answers, case.today))
    return json.dumps(result, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


@contextmanager
def _opened(file: str) -> Iterator[Iterable[bytes]]:
    if file == "-":
        yield click.get_binary_stream("stdin")
        return
    try:
        lines = Path(file).open("rb")
    except OSError as error:
        raise told(f"{file}: {_plain(error)}") from error
    with lines:
        yield lines


def _plain(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    return f"the file cannot be used ({error.strerror})"


def told(sentence: str) -> click.ClickException:
    """An error of one line that ends the command with exit code 2."""
    error = click.ClickException(sentence)
    error.exit_code = BAD_INPUT
    return error
