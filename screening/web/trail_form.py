"""The form that searches the audit trail, and what it asks the records for."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, SelectChoice, SelectField, StringField
from wtforms.validators import ValidationError

from screening.exchange.appointments import read_date
from screening.records.staff import Staff
from screening.records.trail import Wanted
from screening.web.parts import parts
from screening.web.staff_forms import check, typed
from screening.web.staff_words import say
from screening.web.trail_words import ACTIONS, kinds

# Beginnings of actions, and kinds of things, that the reader may not see.
Hidden = tuple[tuple[str, ...], tuple[str, ...]]
_ANY = ""
_STAFF = "staff:"
_MOST_NUMBER = 15


class Search(FlaskForm):
    """Who, what, on which kind of thing, from which day to which, and on which record."""

    who = SelectField(validate_choice=False)
    action = SelectField(validate_choice=False)
    kind = SelectField(validate_choice=False)
    first_day = StringField(filters=[typed])
    last_day = StringField(filters=[typed])
    record = StringField(filters=[typed])
    before = StringField(filters=[typed])

    def __init__(self, people: Sequence[Staff], hidden: tuple[str, ...] = (), **kwargs: Any) -> None:
        """`hidden` are the beginnings of actions, and the kinds, that the reader is not offered."""
        super().__init__(**kwargs)
        groups = {"patient": say("Patients"), "anonymous": say("Nobody signed in"), "system": say("Software")}
        named = [(_STAFF + person.id, person.name) for person in people]
        actions = [(action, action) for action in ACTIONS if not action.startswith(hidden)]
        things = [(kind, words) for kind, words in kinds().items() if kind not in hidden]
        self.who.choices = _choices([*named, *groups.items()], say("Anybody"))
        self.action.choices = _choices(actions, say("Anything"))
        self.kind.choices = _choices(things, say("Anything"))

    def validate_who(self, field: Field) -> None:
        _one_of(field)

    def validate_action(self, field: Field) -> None:
        _one_of(field)

    def validate_kind(self, field: Field) -> None:
        _one_of(field)

    def validate_first_day(self, field: Field) -> None:
        _real_day(field)

    def validate_last_day(self, field: Field) -> None:
        _real_day(field)
        first, last = read_date(self.first_day.data or ""), read_date(field.data or "")
        if first is not None and last is not None and last < first:
            raise ValidationError(say("The last day is before the first one"))

    def validate_record(self, field: Field) -> None:
        if field.data:
            check(field, "")

    def wanted(self, things: tuple[str, ...] | None, hidden: Hidden) -> Wanted:
        """What to ask for, once the form holds no fault; `things` are the ids behind the record."""
        who, before = self.who.data or _ANY, self.before.data or ""
        known = before.isascii() and before.isdecimal() and len(before) < _MOST_NUMBER
        return Wanted(
            actor_kind="" if who.startswith(_STAFF) else who,
            actor_id=who.removeprefix(_STAFF) if who.startswith(_STAFF) else "",
            actions=(self.action.data,) if self.action.data else (),
            kind=self.kind.data or "",
            things=things,
            start=_midnight(read_date(self.first_day.data or ""), 0),
            end=_midnight(read_date(self.last_day.data or ""), 1),
            before=int(before) if known else None,
            without=hidden[0],
            without_kinds=hidden[1],
        )


def _choices(values: Sequence[tuple[str, str]], anything: str) -> list[SelectChoice]:
    return [SelectChoice(value=value, label=label) for value, label in [(_ANY, anything), *values]]


def _one_of(field: Field) -> None:
    if field.data and field.data not in [choice.value for choice in field.choices]:
        raise ValidationError(say("Choose one of these"))


def _real_day(field: Field) -> None:
    if field.data and read_date(field.data) is None:
        raise ValidationError(say("Enter a real date, such as 27/3/2027"))


def _midnight(day: date | None, later: int) -> datetime | None:
    """When a day begins at the clinic, or the one so many days later."""
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=later), time(), parts().zone())
