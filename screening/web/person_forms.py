"""The forms of requests about data: whom to look for, and a last yes before something is erased for good."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, PasswordField, RadioField, SelectChoice, StringField
from wtforms.validators import ValidationError

from screening.exchange.appointments import read_date
from screening.records.erasing import Why
from screening.records.finding import Wanted
from screening.web.staff_forms import LONGEST_PASSWORD, check, typed
from screening.web.staff_words import say

# What is typed to erase; the same in every language, so that it is never a word somebody types by habit.
WORD = "ERASE"


class Find(FlaskForm):
    """A reference, or a name with a date of birth."""

    reference = StringField(filters=[typed])
    full_name = StringField(filters=[typed])
    date_of_birth = StringField(filters=[typed])

    def validate_reference(self, field: Field) -> None:
        if field.data:
            check(field, "")
        elif not self.full_name.data and not self.date_of_birth.data:
            raise ValidationError(say("Enter a reference, or a name and a date of birth"))

    def validate_full_name(self, field: Field) -> None:
        if field.data or self.date_of_birth.data:
            check(field, say("Enter the name that goes with this date of birth"))

    def validate_date_of_birth(self, field: Field) -> None:
        if field.data or self.full_name.data:
            check(field, say("Enter the date of birth that goes with this name"))
            if read_date(field.data) is None:
                raise ValidationError(say("Enter a real date, such as 27/3/1970"))

    def wanted(self) -> Wanted:
        """Whom to look for, once the form holds no fault."""
        return Wanted(self.reference.data, self.full_name.data, self.born())

    def born(self) -> date | None:
        return read_date(self.date_of_birth.data) if self.date_of_birth.data else None


# A form lists its fields, and so its faults, in the order in which they were made: the reason first.
_WHY = RadioField(validate_choice=False)


class Yes(FlaskForm):
    """The word typed, and the password again. `seen` names what the page showed."""

    word = StringField(filters=[typed])
    password = PasswordField()
    seen = HiddenField()

    def __init__(self, references: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(prefix="yes", **kwargs)
        self.words = {WORD, *references}

    def validate_word(self, field: Field) -> None:
        check(field, say("You have not typed {word}", word=WORD))
        if field.data.upper() not in self.words:
            raise ValidationError(say("This is not {word}. Nothing was erased", word=WORD))

    def validate_password(self, field: Field) -> None:
        check(field, say("Enter your password"), LONGEST_PASSWORD)


class Erase(Yes):
    """The same, with the reason."""

    why = _WHY

    def __init__(self, references: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(references, **kwargs)
        self.why.choices = [SelectChoice(value=why.value, label=why_words(why)) for why in Why]

    def validate_why(self, field: Field) -> None:
        if field.data not in list(Why):
            raise ValidationError(say("Choose why this is erased"))


def why_words(why: Why) -> str:
    return {
        Why.ASKED: say("The person asked for it"),
        Why.MISTAKE: say("It was entered by mistake"),
        Why.KEPT: say("It was kept long enough"),
    }[why]
