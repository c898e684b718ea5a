"""Every setting, its default and its environment variable.

A setting is looked up in the environment first, then in clinic.toml in the data folder, then here.
What an administrator sets in the browser comes between the first two (screening/in_force.py)."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Clinic:
    """What the clinic tells patients about itself, and whom to call where it is."""

    name: str = "Your clinic"
    address: str = ""
    phone: str = ""
    country: str = "IN"
    emergency_number: str = ""
    emergency_department: str = ""
    advice_line: str = ""
    crisis_line: str = ""
    timezone: str = ""
    language: str = "en"
    logo: bytes = b""


# Emergency numbers: knowledge base section 5, sources S-112-IN and S-112-BBC. Crisis lines are set
# here from general knowledge and are the clinic's to confirm, like every number (docs/running.md).
COUNTRIES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "IN": {
            "emergency_number": "112",
            "emergency_department": "casualty department",
            "advice_line": "a local doctor",
            "crisis_line": "14416",
            "timezone": "Asia/Kolkata",
        },
        "GB": {
            "emergency_number": "999",
            "emergency_department": "A&E",
            "advice_line": "111",
            "crisis_line": "116 123",
            "timezone": "Europe/London",
        },
        "US": {
            "emergency_number": "911",
            "emergency_department": "emergency room",
            "advice_line": "a local doctor",
            "crisis_line": "988",
            "timezone": "America/New_York",
        },
        # Elsewhere nothing is known: the clinic gives its own emergency number and time zone.
        "other": {"emergency_department": "emergency department", "advice_line": "a local doctor"},
    }
)


@dataclass(frozen=True, slots=True)
class Given:
    """The names of the settings that were given, not left to their defaults: `fixed` by the environment
    or the command line, `written` in clinic.toml."""

    fixed: frozenset[str] = frozenset()
    written: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and how long they last. Times in the unit their name says."""

    data: Path = Path("instance")
    database_url: str = ""
    key_file: Path = Path()
    edition: str = ""
    base_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: int = 8000
    trusted_hosts: str = ""
    proxy_hops: int = 0
    workers: int = 2
    threads: int = 4
    patient_idle_minutes: int = 45
    patient_days: int = 7
    staff_idle_minutes: int = 15
    staff_hours: int = 8
    desk_prints_answers: bool = False
    kiosk_idle_seconds: int = 120
    carry_over_days: int = 90
    record_years: int = 8
    emergency_minutes: int = 15
    same_day_hours: int = 8
    soon_days: int = 14
    on_call_email: str = ""
    escalation_email: str = ""
    escalate_minutes: int = 15
    remind_days: int = 2
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: str = "starttls"
    smtp_user: str = ""
    smtp_password: str = ""
    mail_from: str = ""
    demo: bool = False
    clinic: Clinic = Clinic()
    given: Given = field(default=Given(), compare=False)

    @property
    def secure(self) -> bool:
        """Whether patients reach us over TLS, so that cookies may be marked Secure."""
        return self.base_url.startswith("https://")

    @property
    def keys(self) -> Path:
        """The file with the database key; outside the database and its backups."""
        return self.key_file if self.key_file != Path() else self.data / "keys" / "database.key"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{(self.data / 'screening.db').resolve()}"


class BadSetting(Exception):
    """A setting that cannot be used; the message says which, and what was expected."""


def load(environ: Mapping[str, str] = os.environ, **given: object) -> Settings:
    """The settings in force. `given` (command line) beats the environment, which beats clinic.toml."""
    data = Path(str(given.get("data") or environ.get("SCREENING_DATA") or "instance"))
    written = _file(data / "clinic.toml")
    known = {field.name for field in fields(Settings)} - {"clinic", "given"}
    clinic_known = {field.name for field in fields(Clinic)} - {"logo"}
    for name in set(written) - known - clinic_known:
        raise BadSetting(f"{data / 'clinic.toml'}: {name} is not a setting")
    fixed: dict[str, object] = {n: environ[v] for n in known if (v := f"SCREENING_{n.upper()}") in environ}
    fixed |= {n: v for n, v in given.items() if v is not None}
    values = {n: written[n] for n in known & set(written)} | fixed | {"data": data}
    own = {n: environ[v] for n in clinic_known if (v := f"SCREENING_CLINIC_{n.upper()}") in environ}
    clinic: dict[str, Any] = {n: str(written[n]) for n in clinic_known & set(written)} | own
    settings = Settings(**{name: as_typed(name, value) for name, value in values.items()})  # type: ignore[arg-type]  # as_typed gives each its type
    names = Given(_filled_in({**fixed, **own}), _filled_in(written))
    return replace(settings, clinic=in_country(Clinic(**clinic)), given=names)


def _filled_in(values: Mapping[str, object]) -> frozenset[str]:
    # An empty value leaves the country's pack or the default in force, as none at all does.
    return frozenset(name for name, value in values.items() if value != "")


def _file(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except tomllib.TOMLDecodeError as error:
        raise BadSetting(f"{path}: {error}") from error


def as_typed(name: str, value: object) -> object:
    """A value with the type that this setting has; raises BadSetting."""
    default = getattr(Settings(), name)
    try:
        if isinstance(default, bool):
            return str(value).lower() in ("1", "true", "yes")
        return type(default)(value) if not isinstance(default, Path) else Path(str(value))
    except ValueError as error:
        raise BadSetting(f"{name} should be a {type(default).__name__}, not {value!r}") from error


def in_country(clinic: Clinic) -> Clinic:
    """The clinic with the numbers of its country wherever it gives none of its own. Raises BadSetting."""
    if clinic.country not in COUNTRIES:
        raise BadSetting(f"country should be one of {', '.join(COUNTRIES)}, not {clinic.country!r}")
    pack: Mapping[str, Any] = COUNTRIES[clinic.country]
    found = replace(clinic, **{name: text for name, text in pack.items() if not getattr(clinic, name)})
    if not found.timezone:
        raise BadSetting(f"timezone should be set: no country's pack gives one for {clinic.country!r}")
    return found


def fill(text: str, clinic: Clinic) -> str:
    """A message with its placeholders filled from the clinic's settings."""
    for name, value in (
        ("EMERGENCY", clinic.emergency_number),
        ("ADVICE_LINE", clinic.advice_line),
        ("ED", clinic.emergency_department),
        ("CLINIC_PHONE", clinic.phone or clinic.name),
        ("CRISIS_LINE", clinic.crisis_line),
    ):
        text = text.replace(f"{{{name}}}", value)
    return text
