"""The settings in force: the environment before the browser before clinic.toml before country and default."""

import base64
from collections.abc import Mapping
from dataclasses import fields, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from screening.settings import COUNTRIES, BadSetting, Clinic, Settings, as_typed, in_country

# What can be set in the browser, group by group; everything else stays in the file.
GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "clinic": ("name", "address", "phone"),
        "country": (
            "country",
            "emergency_number",
            "emergency_department",
            "advice_line",
            "crisis_line",
            "timezone",
        ),
        "keeping": ("patient_days", "carry_over_days", "record_years"),
        "standards": ("emergency_minutes", "same_day_hours", "soon_days", "escalate_minutes"),
        "messages": ("on_call_email", "escalation_email", "remind_days", "mail_from"),
        "desk": ("desk_prints_answers", "kiosk_idle_seconds"),
        "signing-in": ("staff_idle_minutes", "staff_hours"),
    }
)
LOGO = "logo"
_SETTABLE = frozenset(name for names in GROUPS.values() for name in names)
_OF_CLINIC = frozenset(field.name for field in fields(Clinic))


class Origin(StrEnum):
    """Where the value in force comes from."""

    ENVIRONMENT = "environment"
    BROWSER = "browser"
    FILE = "file"
    PACK = "pack"
    DEFAULT = "default"


def in_force(loaded: Settings, stored: Mapping[str, object]) -> Settings:
    """`loaded` with what was stored from the browser, name by name; None was emptied there.

    Names that the environment fixes, or that this version does not know, count for nothing. Raises
    BadSetting."""
    chosen = _counting(loaded, stored)
    own: dict[str, Any] = {name: str(value) for name, value in chosen.items() if name in _OF_CLINIC}
    rest = {name: as_typed(name, value) for name, value in chosen.items() if name not in _OF_CLINIC}
    clinic = loaded.clinic
    if own:
        # The loaded clinic may hold the numbers of another country's pack: only what was given stays.
        given = (loaded.given.fixed | loaded.given.written) & _OF_CLINIC
        clinic = in_country(Clinic(**{**{name: getattr(clinic, name) for name in given}, **own}))
    logo = base64.b64decode(str(stored.get(LOGO) or ""))
    return replace(loaded, clinic=replace(clinic, logo=logo), **rest)  # type: ignore[arg-type]  # as_typed gives each its type


def origin(loaded: Settings, stored: Mapping[str, object], name: str) -> Origin:
    """Where the value in force of a setting comes from."""
    if name in loaded.given.fixed:
        return Origin.ENVIRONMENT
    if name in _counting(loaded, stored):
        return Origin.BROWSER
    if name in loaded.given.written:
        return Origin.FILE
    country = in_force(loaded, stored).clinic.country
    return Origin.PACK if name in COUNTRIES[country] else Origin.DEFAULT


def value(settings: Settings, name: str) -> object:
    """A setting of the clinic or of the software, by its name."""
    return getattr(settings.clinic if name in _OF_CLINIC else settings, name)


def left_empty(loaded: Settings, stored: Mapping[str, object], name: str) -> tuple[object, Origin]:
    """What counts, and from where, when the browser leaves a setting empty."""
    others = {**stored, name: None}
    try:
        return value(in_force(loaded, others), name), origin(loaded, others, name)
    except BadSetting:
        return "", Origin.DEFAULT


def _counting(loaded: Settings, stored: Mapping[str, object]) -> dict[str, object]:
    return {
        name: value
        for name, value in stored.items()
        if name in _SETTABLE and name not in loaded.given.fixed and value is not None
    }
