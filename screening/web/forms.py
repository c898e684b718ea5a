"""A page of the form as a WTForms form, and as what the page's template shows. Keyed by Kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectChoice

from rules.model import Answers, Edition, Kind, Question, Region
from screening.web.chart import body_chart
from screening.web.fields import (
    NOT_KNOWN,
    DateAnswer,
    NumberAnswer,
    OneAnswer,
    OnePlace,
    ScaleAnswer,
    SeveralAnswers,
    TextAnswer,
)
from screening.web.journey import chart_of
from screening.words import Say

LARGEST_SCALE = 10
_LINES = 300


@dataclass(frozen=True, slots=True)
class Making:
    """What making a field needs besides its question. `copied`: from paper, where nothing says "optional"
    and whatever was skipped stays blank. `shared`: a tablet for everybody, which offers nothing."""

    edition: Edition
    answers: Answers
    today: date
    say: Say
    copied: bool = False
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A question on the page: the component that shows it, and the component's arguments."""

    macro: str
    arguments: Mapping[str, Any]
    is_new: bool = False


def page_form(making: Making, questions: tuple[Question, ...], *, posted: bool) -> FlaskForm:
    """The form of these questions, filled from what was posted, or from the answers that are saved."""
    fields = {question.id: _FIELD[question.kind](making, question) for question in questions}
    form_class = type("PageForm", (FlaskForm,), fields)
    # A box unticked is simply absent from a post, so nothing saved may show through it.
    if posted:
        return form_class(data={q.id: "" for q in questions})
    return form_class(formdata=None, data={q.id: making.answers.get(q.id, "") for q in questions})


def _choices(making: Making, question: Question) -> list[SelectChoice]:
    if question.kind is Kind.YES_NO:
        words = making.edition.answer_words
        return [SelectChoice(value=value, label=words[value]) for value in ("yes", "no", "unsure")]
    return [SelectChoice(value=option.id, label=option.text) for option in question.options]


def _one(making: Making, question: Question) -> Any:
    return OneAnswer(question=question, say=making.say, choices=_choices(making, question))


def _several(making: Making, question: Question) -> Any:
    return SeveralAnswers(question=question, say=making.say, choices=_choices(making, question))


def is_scale(question: Question) -> bool:
    """Whether a number is asked as a row of boxes, 0 to 10."""
    return question.whole and question.least == 0 and question.most == LARGEST_SCALE


def _number(making: Making, question: Question) -> Any:
    if not is_scale(question):
        return NumberAnswer(question=question, say=making.say)
    choices = [SelectChoice(value=str(n), label=str(n)) for n in range(LARGEST_SCALE + 1)]
    choices.append(SelectChoice(value=NOT_KNOWN, label=making.edition.answer_words["not_known"]))
    return ScaleAnswer(question=question, say=making.say, choices=choices)


def _date(making: Making, question: Question) -> Any:
    return DateAnswer(question=question, say=making.say, today=making.today)


def _text(making: Making, question: Question) -> Any:
    return TextAnswer(question=question, say=making.say)


def _regions(making: Making, question: Question) -> Any:
    if question.id == chart_of(making.edition).id:
        choices = [SelectChoice(value=token, label=token) for token in making.edition.token_order]
        return SeveralAnswers(question=question, say=making.say, choices=choices)
    choices = [SelectChoice(value=token, label=token) for token in _marked(making)]
    return OnePlace(question=question, say=making.say, choices=choices)


def _marked(making: Making) -> list[str]:
    marked = making.answers.get(chart_of(making.edition).id)
    marks = set(marked) if isinstance(marked, list) else set()
    return [token for token in making.edition.token_order if token in marks]


_FIELD: Mapping[Kind, Callable[[Making, Question], Any]] = MappingProxyType(
    {
        Kind.YES_NO: _one,
        Kind.CHOICE: _one,
        Kind.CHOICES: _several,
        Kind.NUMBER: _number,
        Kind.DATE: _date,
        Kind.TEXT: _text,
        Kind.REGIONS: _regions,
    }
)


# --- as the template shows it ------------------------------------------------------------------


def as_shown(making: Making, question: Question, field: Any, is_new: bool = False) -> Shown:
    """The question with what was typed or saved, and its error if it has one."""
    macro, more = _SHOWN[question.kind](making, question, field)
    common = {
        "name": question.id,
        "id": question.id,
        "hint": question.hint,
        "help": question.help,
        "why": question.why,
        "error": str(field.errors[0]) if field.errors else None,
    }
    return Shown(macro, common | more, is_new)


def _optional(making: Making, question: Question) -> str:
    asked = question.required or making.copied
    return question.text if asked else making.say("{question} (optional)", question=question.text)


def _as_radios(making: Making, question: Question, field: Any) -> tuple[str, dict[str, Any]]:
    options = [(c.value, c.label, field.data == c.value) for c in _choices(making, question)]
    macro = "radios" if len(options) > 1 else "checkboxes"
    inline = {"inline": True} if question.kind is Kind.YES_NO else {}
    return macro, {"legend": _optional(making, question), "options": options} | inline


def _as_boxes(making: Making, question: Question, field: Any) -> tuple[str, dict[str, Any]]:
    ticked = set(field.data or ())
    options = [(o.id, o.text, o.id in ticked) for o in question.options]
    return "checkboxes", {
        "legend": _optional(making, question),
        "options": options,
        "alone": ("none", "unsure"),
    }


def _as_number(making: Making, question: Question, field: Any) -> tuple[str, dict[str, Any]]:
    unknown = making.edition.answer_words["not_known"]
    if not is_scale(question):
        return "number_input", {
            "label": _optional(making, question),
            "value": field.typed,
            "unknown": field.unknown if question.required else None,
            "whole": question.whole,
        }
    chosen = field.data
    boxes = [(str(n), str(n), chosen == str(n)) for n in range(LARGEST_SCALE + 1)]
    low, high = question.ends
    return "scale", {
        "legend": question.text,
        "options": boxes,
        "low": low,
        "high": high,
        "unknown": (NOT_KNOWN, unknown, chosen == NOT_KNOWN),
    }


def _as_date(making: Making, question: Question, field: Any) -> tuple[str, dict[str, Any]]:
    day, month, year = field.typed
    return "date_input", {
        "legend": _optional(making, question),
        "day": day,
        "month": month,
        "year": year,
        "unknown": field.unknown if question.required else None,
        "autocomplete": _complete(making, question),
    }


_AUTOCOMPLETE = MappingProxyType(
    {"full_name": "name", "date_of_birth": "bday", "phone": "tel", "typed_name": "off"}
)


def _complete(making: Making, question: Question) -> str:
    return "off" if making.shared else _AUTOCOMPLETE.get(question.id, "")


def _as_text(making: Making, question: Question, field: Any) -> tuple[str, dict[str, Any]]:
    label = _optional(making, question)
    if question.longest > _LINES:
        return "textarea", {"label": label, "value": field.typed}
    return "text_input", {
        "label": label,
        "value": field.typed,
        "autocomplete": _complete(making, question),
        "inputmode": "tel" if question.id == "phone" else "",
    }


def _as_regions(making: Making, question: Question, field: Any) -> tuple[str, dict[str, Any]]:
    if isinstance(field, OnePlace):
        options = [(token, _place(making.edition, token), field.data == token) for token in _marked(making)]
        return "radios", {"legend": question.text, "options": options}
    ticked = set(field.data or ())
    places = {token: _place(making.edition, token) for token in making.edition.token_order}
    return "region_list", {
        "legend": question.text,
        "groups": region_groups(making.edition, ticked),
        "chart": body_chart(places, ticked, making.say),
    }


def _place(edition: Edition, token: str) -> str:
    region, _, side = token.partition(":")
    label = edition.regions[region].label
    return f"{label}, {edition.answer_words[side].lower()}" if side else label


def region_groups(edition: Edition, ticked: set[str]) -> list[tuple[str, list[Any]]]:
    """Body part -> (place, its boxes), in the order in which the edition first names each part."""
    groups: dict[str, list[Any]] = {}
    for region in edition.regions.values():
        groups.setdefault(region.body_part, []).append((region.label, _boxes(edition, region, ticked)))
    return list(groups.items())


def _boxes(edition: Edition, region: Region, ticked: set[str]) -> list[tuple[str, str, bool]]:
    words = edition.answer_words
    sides = ("left", "right") if region.sides == "LR" else ("middle",)
    return [(token, words[side], token in ticked) for token, side in zip(region.tokens, sides, strict=True)]


_SHOWN: Mapping[Kind, Callable[[Making, Question, Any], tuple[str, dict[str, Any]]]] = MappingProxyType(
    {
        Kind.YES_NO: _as_radios,
        Kind.CHOICE: _as_radios,
        Kind.CHOICES: _as_boxes,
        Kind.NUMBER: _as_number,
        Kind.DATE: _as_date,
        Kind.TEXT: _as_text,
        Kind.REGIONS: _as_regions,
    }
)
