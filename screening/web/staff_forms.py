"""The forms staff fill in. Each says its faults in the clinic's language, and keeps all but passwords."""

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    Field,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import ValidationError

from rules.answers import day
from rules.model import Level
from screening.records.reviews import Decision, Detail
from screening.records.staff import SHORTEST_PASSWORD, Role
from screening.web.staff_words import role_words, say

_LONGEST_LINE = 200
LONGEST_NOTE = 4000
# Longer than anybody's sentence, short enough that hashing it costs nothing.
LONGEST_PASSWORD = 1000
_EXPLAINED_BY_ITSELF = frozenset({Decision.GO_AHEAD, Decision.ADAPT})


def typed(text: str | None) -> str:
    """What was typed, without control characters that no keyboard types and blanks round it."""
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) != "Cc").strip()


def _line() -> StringField:
    return StringField(filters=[typed])


def check(field: Field, empty: str, longest: int = _LONGEST_LINE) -> None:
    """Refuse a field that is empty, saying `empty`, or longer than `longest` characters."""
    if not field.data:
        raise ValidationError(empty)
    if len(field.data) > longest:
        raise ValidationError(
            say("This holds {most} characters. You typed {n}.", most=longest, n=len(field.data))
        )


def faults(form: FlaskForm) -> list[tuple[str, str]]:
    """What is wrong, in the order of the form, each with the address of its field."""
    return [(str(field.errors[0]), f"#{field.id}") for field in form if field.errors]


class SignIn(FlaskForm):
    sign_in_name = _line()
    password = PasswordField()

    def validate_sign_in_name(self, field: Field) -> None:
        check(field, say("Enter your sign-in name"))

    def validate_password(self, field: Field) -> None:
        check(field, say("Enter your password"), LONGEST_PASSWORD)


class First(FlaskForm):
    """Making an account with a one-time code."""

    code = _line()
    full_name = _line()
    sign_in_name = _line()
    password = PasswordField()
    registration = _line()

    def validate_code(self, field: Field) -> None:
        check(field, say("Enter the code you were given"))

    def validate_full_name(self, field: Field) -> None:
        check(field, say("Enter your name, as patients and colleagues know you"))

    def validate_sign_in_name(self, field: Field) -> None:
        check(field, say("Choose a name to sign in with"))

    def validate_password(self, field: Field) -> None:
        check(field, say("Choose a password"), LONGEST_PASSWORD)
        if len(field.data) < SHORTEST_PASSWORD:
            raise ValidationError(
                say(
                    "This password has {n} characters and needs {least}. Four unrelated words are enough",
                    n=len(field.data),
                    least=SHORTEST_PASSWORD,
                )
            )

    def validate_registration(self, field: Field) -> None:
        if field.data:
            check(field, "")


class CodeFor(FlaskForm):
    """The role that a new one-time code is for."""

    role = RadioField(validate_choice=False)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.role.choices = [SelectChoice(value=role.value, label=role_words(role)) for role in Role]

    def validate_role(self, field: Field) -> None:
        if field.data not in list(Role):
            raise ValidationError(say("Choose what the person does at the clinic"))


class Decide(FlaskForm):
    """A decision about one form, whose `outcome` says how much has to be written down."""

    decision = RadioField(validate_choice=False)
    postpone_until = StringField(filters=[typed])
    not_to_needle = SelectMultipleField(choices=[])
    note = TextAreaField(filters=[typed])

    def __init__(self, outcome: Level, places: Mapping[str, str], today: date, **kwargs: Any) -> None:
        """`places` are the marked ones, region:side and in words."""
        super().__init__(**kwargs)
        self.outcome, self.today = outcome, today
        self.decision.choices = [SelectChoice(value=d.value, label=decision_words(d)) for d in Decision]
        self.not_to_needle.choices = [SelectChoice(value=p, label=words) for p, words in places.items()]

    def validate_decision(self, field: Field) -> None:
        if field.data not in list(Decision):
            raise ValidationError(say("Choose what you decided"))

    def validate_postpone_until(self, field: Field) -> None:
        if not field.data:
            return
        until = day(field.data)
        if until is None or until <= self.today:
            raise ValidationError(say("Enter a real day that is still to come"))
        if self.decision.data != Decision.POSTPONE:
            raise ValidationError(say("A day to put off to goes with the decision to postpone"))

    def validate_note(self, field: Field) -> None:
        if not field.data and self._needs_reason():
            raise ValidationError(say("Write down the reason for this decision"))
        if field.data:
            check(field, "", LONGEST_NOTE)

    def detail(self) -> Detail:
        """What belongs to the decision, once the form holds no fault."""
        return Detail(day(self.postpone_until.data), tuple(self.not_to_needle.data or ()))

    def _needs_reason(self) -> bool:
        """Putting off and sending on are always explained; so is any needling against a hold."""
        chosen = self.decision.data
        if chosen not in list(Decision):
            return False
        return Decision(chosen) not in _EXPLAINED_BY_ITSELF or self.outcome.rank >= Level.HOLD.rank


def decision_words(decision: Decision) -> str:
    return {
        Decision.GO_AHEAD: say("Go ahead"),
        Decision.ADAPT: say("Adapt the treatment"),
        Decision.POSTPONE: say("Postpone"),
        Decision.REFER: say("Refer"),
    }[decision]
