"""clinic.toml as it is first written: every setting, what it means, and its default behind a #."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType

from screening.settings import COUNTRIES, Clinic, Settings

_HEAD = """\
# The clinic's settings. Take the # away from a line to change it, then start again.
# An environment variable beats a line here: SCREENING_PORT, SCREENING_CLINIC_PHONE. So does what an
# administrator sets in the browser, under Clinic.
"""

MEANING: Mapping[str, str] = MappingProxyType(
    {
        "name": "The clinic's name, as patients read it.",
        "address": "Its address, on paper.",
        "phone": "The number that patients are asked to ring.",
        "country": f"Where the clinic is ({', '.join(COUNTRIES)}): fills what is left empty below.",
        "emergency_number": "Whom to call in an emergency. Check it: without one no form is shown.",
        "emergency_department": "What the place for emergencies is called.",
        "advice_line": "Whom to ask for urgent advice when the clinic is closed.",
        "crisis_line": "Whom to call with thoughts of self-harm. Check it.",
        "timezone": "The clinic's time zone, such as Asia/Kolkata.",
        "language": "The language of pages and paper.",
        "database_url": "Another database than the encrypted file here: postgresql+psycopg://...",
        "key_file": "Where the database key is kept; keys/database.key in this folder if empty.",
        "edition": "The edition of the rules to use; the newest if empty.",
        "base_url": "The address that patients open. https unless it is this machine only.",
        "host": "The address to listen on. Stays 127.0.0.1 behind a proxy on this machine.",
        "port": "The port to listen on.",
        "trusted_hosts": "Names under which the clinic's address may be asked for, with commas.",
        "proxy_hops": "How many proxies stand in front and set X-Forwarded-For.",
        "workers": "Processes that answer.",
        "threads": "Requests that each process answers at a time.",
        "patient_idle_minutes": "Minutes of pause after which a form asks for the birthday.",
        "patient_days": "Days that a form not sent is kept.",
        "staff_idle_minutes": "Minutes of pause after which staff sign in again.",
        "desk_prints_answers": "Whether the front desk may print filled-in forms and the papers of a day.",
        "kiosk_idle_seconds": "Seconds without a touch after which the tablet at reception clears itself.",
        "carry_over_days": "Days after which answers of an earlier visit are asked anew, not confirmed.",
        "record_years": "Years that a form handed in is kept.",
        "emergency_minutes": "Minutes within which somebody sees an emergency form.",
        "same_day_hours": "Hours within which a same-day form is dealt with.",
        "soon_days": "Days within which a form that asks for a doctor soon is dealt with.",
        "on_call_email": "Where an urgent form is announced at once, without a name or a clinical word.",
        "escalation_email": "Where it is announced if nobody took it on; the same address again if empty.",
        "escalate_minutes": "Minutes after which the second address is told.",
        "remind_days": "Days before the appointment on which an invited patient is reminded; 0 for never.",
        "smtp_host": "The mail server that sends for the clinic; no e-mail is sent if empty.",
        "smtp_port": "Its port.",
        "smtp_security": "starttls, tls, or none (only for a mail server on this machine).",
        "smtp_user": "The name to sign in there with, if it wants one.",
        "smtp_password": "The password; better in SCREENING_SMTP_PASSWORD than in this file.",
        "mail_from": "The address that the clinic's e-mails come from.",
        "staff_hours": "Hours after which staff sign in again in any case.",
    }
)


def first_text() -> str:
    """The file as it is first written; nothing in it is in force until its # is taken away."""
    return f"{_HEAD}\n" + "\n".join(_lines(Clinic())) + "\n\n" + "\n".join(_lines(Settings())) + "\n"


def _lines(values: Clinic | Settings) -> Iterator[str]:
    for field in fields(values):
        # Where the data are decides which file is read, so it cannot stand in the file.
        if field.name not in ("data", "demo", "clinic", "given", "logo"):
            yield f"# {MEANING.get(field.name, field.name.replace('_', ' ').capitalize() + '.')}"
            yield f"# {field.name} = {_toml(getattr(values, field.name))}"


def _toml(value: object) -> str:
    if isinstance(value, Path):
        return '""' if value == Path() else f'"{value}"'
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else f'"{value}"'
