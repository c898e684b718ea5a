"""The small forms of a record: what was done about a flag, the signature, an addendum below it."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, PasswordField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import ValidationError

from screening.records.handling import NEEDS_REASON, Action
from screening.web.staff_forms import LONGEST_NOTE, LONGEST_PASSWORD, check, typed
from screening.web.staff_words import say


class Handle(FlaskForm):
    """What was done about one flag. There is one such form per flag, so its names carry the flag's id."""

    action = RadioField(validate_choice=False)
    reason = TextAreaField(filters=[typed])

    def __init__(self, flag_id: str, **kwargs: Any) -> None:
        super().__init__(prefix=flag_id, **kwargs)
        self.flag_id = flag_id
        words = {
            Action.ACKNOWLEDGED: say("Acknowledged: I have seen it"),
            Action.RESOLVED: say("Resolved: I asked or checked"),
            Action.OVERRIDDEN: say("Overridden: I go on despite it"),
        }
        self.action.choices = [SelectChoice(value=action.value, label=words[action]) for action in Action]

    def validate_action(self, field: Field) -> None:
        if field.data not in list(Action):
            raise ValidationError(say("Choose what was done about this flag"))

    def validate_reason(self, field: Field) -> None:
        if not field.data and self.action.data in NEEDS_REASON:
            raise ValidationError(say("Write down what was found out, or why you go on"))
        if field.data:
            check(field, "", LONGEST_NOTE)


class SignRecord(FlaskForm):
    """The password again; `seen` is the digest of the record as the page showed it."""

    password = PasswordField()
    seen = HiddenField()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(prefix="sign", **kwargs)

    def validate_password(self, field: Field) -> None:
        check(field, say("Enter your password"), LONGEST_PASSWORD)


class Addend(FlaskForm):
    text = TextAreaField(filters=[typed])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(prefix="addendum", **kwargs)

    def validate_text(self, field: Field) -> None:
        check(field, say("Write down what is to be added"), LONGEST_NOTE)
