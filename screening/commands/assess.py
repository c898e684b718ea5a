"""`screening assess`: cases in, one result to a line out, each as soon as its case is read."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import click

from rules.assess import assess as assess_case
from rules.load import EDITIONS, Unsound, load, newest
from rules.model import Edition
from rules.result import as_result
from screening.commands import BadInput
from screening.commands.cases import BadCase, Case, read_cases


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
    out = sys.stdout.buffer
    try:
        with _opened(file) as lines:
            bad = print_results(lines, out) if paper is None else print_one(lines, out, Path(paper))
    except Unsound as error:
        raise click.ClickException(
            f"the edition has {len(error.faults)} faults: `screening rules check` names them"
        ) from error
    sys.exit(BadInput.exit_code if bad else 0)


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


def print_one(lines: Iterable[bytes], out: BinaryIO, paper: Path) -> int:
    """Answer a single case and write its summary as PDF; 1 when the case could not be read."""
    found = list(islice(read_cases(lines, installed()), 2))
    if len(found) != 1:
        raise BadInput("--pdf takes a single case.")
    [case] = found
    if isinstance(case, BadCase):
        click.echo(str(case), err=True)
        return 1
    if not paper.parent.is_dir():
        raise BadInput(f"{paper}: there is no such folder")
    # WeasyPrint takes a second to load, which results alone need not wait for.
    from screening.commands.paper import summary_of

    edition = edition_named(case.edition)
    out.write(result_line(case, edition))
    out.flush()
    try:
        paper.write_bytes(summary_of(case, edition))
    except OSError as error:
        raise BadInput(f"{paper}: {_plain(error)}") from error
    return 0


def result_line(case: Case, edition: Edition) -> bytes:
    """The result of one case as a line of compact JSON in UTF-8."""
    result = as_result(assess_case(edition, case.answers, case.today))
    return json.dumps(result, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


@contextmanager
def _opened(file: str) -> Iterator[Iterable[bytes]]:
    if file == "-":
        yield sys.stdin.buffer
        return
    try:
        lines = Path(file).open("rb")  # noqa: SIM115  # the with below closes it
    except OSError as error:
        raise BadInput(f"{file}: {_plain(error)}") from error
    with lines:
        yield lines


def _plain(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    return f"the file cannot be used ({error.strerror})"
