"""The forms of the clinic's settings: one per group, each field with its limits; an empty one falls back."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from zoneinfo import available_timezones

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, RadioField, SelectChoice, StringField
from wtforms.validators import ValidationError

from screening.settings import COUNTRIES
from screening.web.clinic_words import country_words
from screening.web.staff_forms import typed
from screening.web.staff_words import say

# The least and the most of each number, in the unit of its name.
LIMITS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "patient_days": (1, 60),
        "carry_over_days": (1, 365),
        "record_years": (1, 100),
        "emergency_minutes": (1, 60),
        "same_day_hours": (1, 24),
        "soon_days": (1, 28),
        "escalate_minutes": (1, 120),
        "remind_days": (0, 14),
        "kiosk_idle_seconds": (30, 600),
        # OWASP: 15 to 30 minutes idle, 4 to 8 hours in any case (security-reliability.md).
        "staff_idle_minutes": (5, 30),
        "staff_hours": (1, 12),
    }
)
_LONGEST: Mapping[str, int] = MappingProxyType({"name": 100, "address": 200, "emergency_number": 20})
_LONGEST_TEXT = 100
_YES_OR_NO = frozenset({"desk_prints_answers"})
_DIALLED = re.compile(r"\+?[0-9][0-9 ]+")
_PHONE = re.compile(r"[0-9+(][0-9 +()./,;-]*[0-9)]")
_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")


class Sure(FlaskForm):
    """What is asked before an emergency number changes; `number` is the new one."""

    again = StringField(filters=[typed])
    rung = BooleanField()
    number = ""

    def validate_again(self, field: Field) -> None:
        if _digits(field.data or "") != _digits(self.number):
            raise ValidationError(say("Type the emergency number once more, exactly as above"))

    def validate_rung(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(say("Have somebody check the number first, then tick the box"))


def group_form(names: tuple[str, ...], given: Mapping[str, object]) -> FlaskForm:
    """A form with a field for each name, filled with what is `given` until something is sent."""
    made = type("GroupForm", (FlaskForm,), {name: _field(name) for name in names})
    form = made(data={name: _text(value) for name, value in given.items()})
    for name in set(names) & {"country", *_YES_OR_NO}:
        form[name].choices = _choices(name)
    return form


def values(form: FlaskForm, names: tuple[str, ...]) -> dict[str, object]:
    """What a form without faults says, as it is stored: None for a field that was left empty."""
    return {name: _value(name, form[name].data) for name in names}


def _value(name: str, text: str | None) -> object:
    if not text:
        return None
    if name in LIMITS:
        return int(text)
    return text == "yes" if name in _YES_OR_NO else text


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _field(name: str) -> Field:
    if name == "country" or name in _YES_OR_NO:
        return RadioField(validate_choice=False, validators=[_chosen])
    check = _CHECKS.get(name, _whole if name in LIMITS else _short)
    return StringField(filters=[_one_line], validators=[check])


def _one_line(text: str | None) -> str:
    return " ".join(typed(text).split())


def _choices(name: str) -> list[SelectChoice]:
    if name == "country":
        return [SelectChoice(value=code, label=country_words(code)) for code in COUNTRIES]
    return [SelectChoice(value="yes", label=say("Yes")), SelectChoice(value="no", label=say("No"))]


def _chosen(form: FlaskForm, field: Field) -> None:
    if field.data not in [choice.value for choice in field.choices]:
        raise ValidationError(say("Choose one of these"))


def _short(form: FlaskForm, field: Field) -> None:
    most = _LONGEST.get(field.name, _LONGEST_TEXT)
    if len(field.data or "") > most:
        raise ValidationError(
            say("This holds {most} characters. You typed {n}.", most=most, n=len(field.data))
        )


def _whole(form: FlaskForm, field: Field) -> None:
    least, most = LIMITS[field.name]
    text = field.data or ""
    fits = text.isascii() and text.isdecimal() and len(text) < 6 and least <= int(text) <= most
    if text and not fits:
        raise ValidationError(say("Enter a whole number from {least} to {most}", least=least, most=most))


def _like(pattern: re.Pattern[str], told: Callable[[], str]) -> Callable[[FlaskForm, Field], None]:
    def check(form: FlaskForm, field: Field) -> None:
        _short(form, field)
        if field.data and not pattern.fullmatch(field.data):
            raise ValidationError(told())

    return check


def _time_zone(form: FlaskForm, field: Field) -> None:
    if field.data and field.data not in available_timezones():
        raise ValidationError(say("Enter a known time zone, such as Asia/Kolkata or Europe/London"))


_email = _like(_EMAIL, lambda: say("Enter one e-mail address, such as name@example.org"))
_CHECKS: Mapping[str, Callable[[FlaskForm, Field], None]] = MappingProxyType(
    {
        "phone": _like(_PHONE, lambda: say("Enter a telephone number in digits")),
        "emergency_number": _like(_DIALLED, lambda: say("Enter the number in digits, as it is dialled")),
        "crisis_line": _like(_PHONE, lambda: say("Enter a telephone number in digits")),
        "timezone": _time_zone,
        "on_call_email": _email,
        "escalation_email": _email,
        "mail_from": _email,
    }
)


def _digits(text: str) -> str:
    return "".join(text.split())
