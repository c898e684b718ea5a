"""The password again, before something that cannot be undone."""

from flask import g
from wtforms import PasswordField

from screening.records import signin
from screening.records.signin import Refused
from screening.web.login import wait_words
from screening.web.parts import parts
from screening.web.staff_words import say


def wrong_password(field: PasswordField) -> int:
    """0 when the password is that of whoever is signed in; else the seconds to wait, said at the field."""
    with parts().sessions() as db:
        proved = signin.confirm(db, g.staff.sign_in_name, field.data, parts().now())
    if not isinstance(proved, Refused):
        return 0
    field.errors = (say("This is not your password. Try again in {wait}.", wait=wait_words(proved)),)
    return proved.wait_seconds
