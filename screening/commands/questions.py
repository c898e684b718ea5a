"""`screening questions`: what is asked, in the order asked."""

import json
from typing import Any

import click

from rules.load import load, newest
from rules.model import Edition, Kind, Page, Question
from rules.spoken import place_in_words


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Everything about every question, as JSON.")
def questions(as_json: bool) -> None:
    """List every question in the order asked."""
    edition = load(newest())
    if as_json:
        found = [described(edition, page, question) for page in edition.pages for question in page.questions]
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for page in edition.pages:
        click.echo(f"{page.number}. {page.title}")
        for question in page.questions:
            click.echo(f"   {question.id}: {question.text}")


def described(edition: Edition, page: Page, question: Question) -> dict[str, Any]:
    """One question as plain data; `asked_when` null means always, and then the other limits follow."""
    return {
        "id": question.id,
        "page": page.id,
        "kind": question.kind.value,
        "text": question.text,
        "hint": question.hint,
        "lead": page.lead,
        "help": question.help,
        "why": question.why,
        "options": [{"id": option.id, "text": option.text} for option in question.options],
        "required": question.required,
        "asked_when": None if question.asked_when is None else question.asked_when.text,
        "asked_by": question.asked_by,
        "least": question.least,
        "most": question.most,
        "whole": question.whole,
        "longest": question.longest or None,
        "places": _places(edition) if question.kind is Kind.REGIONS else [],
    }


def _places(edition: Edition) -> list[dict[str, str]]:
    return [{"id": token, "text": place_in_words(edition, token)} for token in edition.token_order]
