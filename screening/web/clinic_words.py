"""The clinic's settings in words: their names, what they mean, how a value reads, where it comes from."""

from screening.clinic_file import MEANING
from screening.in_force import Origin
from screening.settings import Clinic
from screening.web.staff_words import say


def group_title(group: str) -> str:
    return {
        "clinic": say("About the clinic"),
        "country": say("Country and emergency numbers"),
        "keeping": say("How long things are kept"),
        "standards": say("Service standards"),
        "messages": say("Messages"),
        "desk": say("Front desk"),
        "signing-in": say("Signing in"),
    }[group]


def label(name: str) -> str:
    """What a setting is called on the page."""
    return {
        "name": say("Name of the clinic"),
        "address": say("Address"),
        "phone": say("Telephone"),
        "logo": say("Logo"),
        "country": say("Country"),
        "emergency_number": say("Emergency number"),
        "emergency_department": say("Emergency department"),
        "advice_line": say("Advice line"),
        "crisis_line": say("Crisis line"),
        "timezone": say("Time zone"),
        "patient_days": say("Form not sent"),
        "carry_over_days": say("Earlier answers"),
        "record_years": say("Form handed in"),
        "emergency_minutes": say("Emergency form"),
        "same_day_hours": say("Same-day form"),
        "soon_days": say("Form that asks for a doctor soon"),
        "escalate_minutes": say("Until the second address is told"),
        "on_call_email": say("E-mail address for urgent forms"),
        "escalation_email": say("Second e-mail address"),
        "remind_days": say("Reminder before the visit"),
        "mail_from": say("Sender of e-mails"),
        "desk_prints_answers": say("The front desk prints answers"),
        "kiosk_idle_seconds": say("Tablet clears itself after"),
        "staff_idle_minutes": say("After a pause of"),
        "staff_hours": say("In any case after"),
    }[name]


def meaning(name: str) -> str:
    """What a setting means, in the sentence that clinic.toml has for it."""
    return say(MEANING[name])


def country_words(country: str) -> str:
    named = {
        "IN": say("India"),
        "GB": say("United Kingdom"),
        "US": say("United States"),
        "other": say("Another country"),
    }
    return named[country]


def shown(name: str, value: object) -> str:
    """How a value reads; an empty one says so."""
    if isinstance(value, bool):
        return say("Yes") if value else say("No")
    if name == "country":
        return country_words(str(value))
    if isinstance(value, int):
        return say("{n} {unit}", n=value, unit=unit(name))
    return str(value) if value else say("Not set")


def unit(name: str) -> str:
    """The unit of a number, which the last word of its name says."""
    return {
        "seconds": say("seconds"),
        "minutes": say("minutes"),
        "hours": say("hours"),
        "days": say("days"),
        "years": say("years"),
    }[name.rpartition("_")[2]]


def variable(name: str) -> str:
    """The environment variable that fixes a setting."""
    own = name in Clinic.__dataclass_fields__
    return f"SCREENING_{'CLINIC_' if own else ''}{name.upper()}"


def origin_words(origin: Origin, name: str, country: str) -> str:
    """Where a value comes from."""
    return {
        Origin.ENVIRONMENT: say("fixed on the server by {variable}", variable=variable(name)),
        Origin.BROWSER: say("set here"),
        Origin.FILE: say("from the file clinic.toml"),
        Origin.PACK: say("usual in the country: {country}", country=country_words(country)),
        Origin.DEFAULT: say("as the software comes"),
    }[origin]
