"""What the desk types in for an appointment: one line a field, checked in the clinic's language."""

from datetime import datetime
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField
from wtforms.validators import ValidationError

from screening.exchange.appointments import read_date, read_time
from screening.records.appointments import Booking
from screening.web.parts import new_token, parts
from screening.web.staff_words import here, say

_LONGEST = 200


def _typed(text: str | None) -> str:
    return " ".join((text or "").split())


def _line() -> StringField:
    return StringField(filters=[_typed])


class Book(FlaskForm):
    """An appointment as it is typed; `once` makes a second press of the button add nothing."""

    patient_name = _line()
    day = _line()
    time = _line()
    date_of_birth = _line()
    phone = _line()
    email = _line()
    practitioner = _line()
    once = HiddenField()

    def __init__(self, booking: Booking | None = None, **kwargs: Any) -> None:
        shown = {"once": new_token()} if booking is None else written(booking)
        super().__init__(data=shown | kwargs)

    def validate_patient_name(self, field: Field) -> None:
        _check(field, say("Enter the patient’s name"))

    def validate_day(self, field: Field) -> None:
        _check(field, say("Enter the day of the appointment"))
        if read_date(field.data) is None:
            raise ValidationError(say("Enter a real date, such as 27/3/2027"))

    def validate_time(self, field: Field) -> None:
        _check(field, say("Enter the time of the appointment"))
        if read_time(field.data) is None:
            raise ValidationError(say("Enter a time, such as 9:30 or 14:05"))

    def validate_date_of_birth(self, field: Field) -> None:
        if not field.data:
            return
        born = read_date(field.data)
        if born is None:
            raise ValidationError(say("Enter a real date, such as 27/3/2027"))
        if born > parts().today():
            raise ValidationError(say("This date of birth has not come yet"))

    def validate_phone(self, field: Field) -> None:
        _check(field)

    def validate_email(self, field: Field) -> None:
        _check(field)
        if field.data and ("@" not in field.data[1:-1] or " " in field.data):
            raise ValidationError(say("Enter an e-mail address with an @, or leave it empty"))

    def validate_practitioner(self, field: Field) -> None:
        _check(field)

    def booking(self) -> Booking:
        """What was typed, once it has been checked."""
        day, time = read_date(self.day.data), read_time(self.time.data)
        if day is None or time is None:
            raise ValueError("this form was not checked")
        return Booking(
            datetime.combine(day, time, parts().zone()),
            self.patient_name.data,
            read_date(self.date_of_birth.data),
            self.phone.data,
            self.email.data,
            self.practitioner.data,
        )


def written(booking: Booking) -> dict[str, str]:
    """A booking as its form shows it, on the clinic's clock."""
    at, born = here(booking.at), booking.date_of_birth
    return {
        "patient_name": booking.patient_name,
        "day": f"{at:%-d/%-m/%Y}",
        "time": f"{at:%H:%M}",
        "date_of_birth": "" if born is None else f"{born.day}/{born.month}/{born.year}",
        "phone": booking.phone,
        "email": booking.email,
        "practitioner": booking.practitioner,
    }


def _check(field: Field, empty: str = "") -> None:
    if empty and not field.data:
        raise ValidationError(empty)
    if len(field.data) > _LONGEST:
        raise ValidationError(
            say("This holds {most} characters. You typed {n}.", most=_LONGEST, n=len(field.data))
        )
