"""The forms of the supervising clinician: an item gone through, the sign-off, the edition for a trial run."""

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import ValidationError

from screening.trial import Choice
from screening.web.staff_forms import LONGEST_NOTE, LONGEST_PASSWORD, check, typed
from screening.web.staff_words import say

DIGEST_TYPED = 8


class Tick(FlaskForm):
    """What was decided about one item. There is one such form per item, so its names carry the item's id."""

    note = TextAreaField(filters=[typed])

    def __init__(self, item: str, **kwargs: Any) -> None:
        super().__init__(prefix=item, **kwargs)
        self.item = item

    def validate_note(self, field: Field) -> None:
        check(field, say("Write down what was decided about this item, and with whom"), LONGEST_NOTE)


class SignEdition(FlaskForm):
    """The password again, and the beginning of the identity of what is signed."""

    beginning = StringField(filters=[typed])
    password = PasswordField()

    def __init__(self, digest: str, **kwargs: Any) -> None:
        super().__init__(prefix="sign", **kwargs)
        self.digest = digest

    def validate_beginning(self, field: Field) -> None:
        check(field, say("Type the first {n} characters of the identity", n=DIGEST_TYPED))
        if field.data.lower() != self.digest[:DIGEST_TYPED]:
            raise ValidationError(
                say("These are not the first {n} characters of the identity above", n=DIGEST_TYPED)
            )

    def validate_password(self, field: Field) -> None:
        check(field, say("Enter your password"), LONGEST_PASSWORD)


class ChooseEdition(FlaskForm):
    """The edition that a trial run uses, by its digest."""

    edition = RadioField(validate_choice=False)

    def __init__(self, choices: Sequence[Choice], in_use: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.edition.choices = [
            SelectChoice(value=choice.digest, label=_label(choice, in_use)) for choice in choices
        ]

    def validate_edition(self, field: Field) -> None:
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(say("Choose the edition to try"))


def _label(choice: Choice, in_use: str) -> str:
    beginning = choice.digest[:DIGEST_TYPED]
    if choice.digest == in_use:
        return say("{name}, identity {beginning}: in use now", name=choice.name, beginning=beginning)
    return say("{name}, identity {beginning}", name=choice.name, beginning=beginning)
