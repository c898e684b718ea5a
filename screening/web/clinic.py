"""The clinic's settings in the browser: what is in force, from where, and one small form per group."""

from dataclasses import dataclass

from babel import Locale
from flask import Blueprint, abort, flash, g, redirect, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer
from wtforms import Field, RadioField

from screening.in_force import GROUPS, LOGO, in_force, left_empty, origin, value
from screening.records import clinic_settings
from screening.records.clinic_settings import Stored
from screening.records.staff import Role
from screening.settings import BadSetting, Settings
from screening.web.clinic_form import LIMITS, Sure, group_form, values
from screening.web.clinic_words import group_title, label, meaning, origin_words, shown, unit
from screening.web.parts import parts
from screening.web.policy import open_to
from screening.web.staff_forms import faults
from screening.web.staff_words import actor, page, say, say_here, voice
from screening.words import PSEUDO, installed

pages = Blueprint("clinic", __name__)

COUNTRY = "country"
_CHANGES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One setting in words: what it is called and means, its value, where that comes from."""

    name: str
    label: str
    meaning: str
    value: str
    origin: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of a form with its words; `chosen` is one of a few, `unit` belongs to a number."""

    field: Field
    label: str
    hint: str
    unit: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """One group on the overview; `change` is empty where nothing in it can be changed here."""

    name: str
    title: str
    rows: tuple[Row, ...]
    change: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What saving would change: the value in force, and the one that comes."""

    label: str
    before: str
    after: str


@pages.get("/staff/clinic")
@open_to(Role.ADMINISTRATOR, Role.CLINICIAN)
def show() -> str:
    """Every setting of the browser as it is in force, and who changed what last."""
    stored = _stored()
    with parts().sessions() as db:
        latest = clinic_settings.changes(db, _CHANGES_SHOWN)
    settings = parts().settings
    return page(
        "admin/clinic.html",
        groups=[_group(group, stored) for group in GROUPS],
        may_change=_may_change(),
        mail=_mail_words(),
        languages=", ".join(_language(code) for code in installed()),
        in_use=_language(settings.clinic.language),
        changes=[(say_here(c.at), label(c.name), _short(c.name, c.value), c.staff_name) for c in latest],
    )


@pages.get("/staff/clinic/<group>")
@open_to(Role.ADMINISTRATOR)
def ask(group: str) -> str:
    """The form of one group, with what was set here before."""
    stored = _stored()
    return _ask(group, stored, _form(group, stored))


@pages.post("/staff/clinic/<group>")
@open_to(Role.ADMINISTRATOR)
def save(group: str) -> str | Answer | tuple[str, int]:
    """Keep a group; the numbers of a country are shown once more before they count."""
    stored = _stored()
    form = _form(group, stored)
    if not _holds(form, group, stored):
        return _ask(group, stored, form), 422
    if group == COUNTRY and (changed := _changed(form, stored)):
        return _check(form, stored, changed, Sure(formdata=None))
    return _keep(form, group, stored)


@pages.post("/staff/clinic/country/save")
@open_to(Role.ADMINISTRATOR)
def save_country() -> str | Answer | tuple[str, int]:
    """Keep the numbers of a country, a new emergency number only once it was typed again and checked."""
    stored = _stored()
    form = _form(COUNTRY, stored)
    if not _holds(form, COUNTRY, stored):
        return _ask(COUNTRY, stored, form), 422
    after, sure = _after(form, COUNTRY, stored), Sure()
    sure.number = after.clinic.emergency_number
    if sure.number != parts().settings.clinic.emergency_number and not sure.validate():
        return _check(form, stored, _changed(form, stored), sure), 422
    return _keep(form, COUNTRY, stored)


def _stored() -> Stored:
    with parts().sessions() as db:
        return clinic_settings.stored(db)


def _may_change() -> bool:
    return g.staff.role is Role.ADMINISTRATOR


def _open_names(group: str) -> tuple[str, ...]:
    """The settings of a group that the environment does not fix."""
    names = GROUPS.get(group) or abort(404)
    return tuple(name for name in names if name not in parts().loaded.given.fixed)


def _form(group: str, stored: Stored) -> FlaskForm:
    """The form, with what was set here; where one of a few is chosen, with what is in force."""
    names = _open_names(group)
    given = {name: stored.values.get(name) for name in names}
    for name in names:
        if given[name] is None and (name == COUNTRY or isinstance(value(parts().settings, name), bool)):
            given[name] = value(parts().settings, name)
    return group_form(names, given)


def _new_values(form: FlaskForm, group: str, stored: Stored) -> dict[str, object]:
    """What the form stores; a choice left as it comes anyway is not stored as one made here."""
    found = values(form, _open_names(group))
    for name in found:
        usual, _ = left_empty(parts().loaded, stored.values, name)
        if (name == COUNTRY or isinstance(usual, bool)) and found[name] == usual:
            found[name] = None
    return found


def _after(form: FlaskForm, group: str, stored: Stored) -> Settings:
    """The settings as they would be; raises BadSetting."""
    return in_force(parts().loaded, {**stored.values, **_new_values(form, group, stored)})


def _holds(form: FlaskForm, group: str, stored: Stored) -> bool:
    """Whether the form may be kept; if not, its fields carry the reasons."""
    if not form.validate():
        return False
    try:
        after = _after(form, group, stored)
    except BadSetting:
        form["timezone"].errors = (say("Enter the time zone: none is known for this country"),)
        return False
    if "emergency_number" in form and not after.clinic.emergency_number.strip():
        form["emergency_number"].errors = (
            say("Enter the emergency number: without one no patient may be asked anything"),
        )
    return not form.errors


def _changed(form: FlaskForm, stored: Stored) -> list[Changed]:
    before, after = parts().settings, _after(form, COUNTRY, stored)
    return [
        Changed(label(name), shown(name, value(before, name)), shown(name, value(after, name)))
        for name in GROUPS[COUNTRY]
        if value(before, name) != value(after, name)
    ]


def _keep(form: FlaskForm, group: str, stored: Stored) -> Answer:
    new = _new_values(form, group, stored)
    with parts().sessions() as db:
        clinic_settings.change(db, actor(), group, new, parts().now())
    flash(say("Saved. It counts from now on."))
    return redirect(url_for("clinic.show", _anchor=group), 303)


# --- as the templates show it ------------------------------------------------------------------


def _ask(group: str, stored: Stored, form: FlaskForm) -> str:
    names = _open_names(group)
    return page(
        "admin/clinic_group.html",
        group=group,
        title=group_title(group),
        fields=[_asked(form[name], stored) for name in names],
        fixed=[_row(name, stored) for name in GROUPS[group] if name not in names],
        form=form,
        errors=faults(form),
        told=_mail_words() if group == "messages" else "",
    )


def _check(form: FlaskForm, stored: Stored, changed: list[Changed], sure: Sure) -> str:
    number = _after(form, COUNTRY, stored).clinic.emergency_number
    return page(
        "admin/clinic_check.html",
        changed=changed,
        carried=[(name, form[name].data or "") for name in _open_names(COUNTRY)],
        number=number if number != parts().settings.clinic.emergency_number else "",
        sure=sure,
        errors=faults(sure),
    )


def _mail_words() -> str:
    """Whether e-mail goes out, and where its server is set: a password has no place on a page."""
    host = parts().settings.smtp_host
    if not host:
        return say("No mail server is set on the server of this clinic, so no e-mail is sent (clinic.toml).")
    return say("E-mails go out through {host}. It and its password are set in clinic.toml.", host=host)


def _asked(field: Field, stored: Stored) -> Asked:
    name = field.name
    if not isinstance(field, RadioField):
        return Asked(field, label(name), _hint(name, stored), unit(name) if name in LIMITS else "")
    return Asked(field, label(name), meaning(name), chosen=True)


def _hint(name: str, stored: Stored) -> str:
    """What a setting means, and what counts if it is left empty."""
    usual, comes_from = left_empty(parts().loaded, stored.values, name)
    if usual == "":
        return say("{meaning} It may be left empty.", meaning=meaning(name))
    where = origin_words(comes_from, name, parts().settings.clinic.country)
    empty = say("Left empty: {value} ({where}).", value=shown(name, usual), where=where)
    return say("{meaning} {empty}", meaning=meaning(name), empty=empty)


def _group(group: str, stored: Stored) -> Group:
    change = url_for("clinic.ask", group=group) if _may_change() and _open_names(group) else ""
    return Group(group, group_title(group), tuple(_row(name, stored) for name in GROUPS[group]), change)


def _row(name: str, stored: Stored) -> Row:
    settings = parts().settings
    comes_from = origin(parts().loaded, stored.values, name)
    where = origin_words(comes_from, name, settings.clinic.country)
    return Row(name, label(name), meaning(name), shown(name, value(settings, name)), where)


def _short(name: str, changed: object) -> str:
    """A changed value as the list of changes shows it."""
    if changed is None:
        return say("Emptied")
    return say("A new picture") if name == LOGO else shown(name, changed)


def _language(code: str) -> str:
    named = Locale.parse("en" if code == PSEUDO else code, sep="-").get_display_name(voice().language[:2])
    return str(named)
