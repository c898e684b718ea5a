"""A demonstration: twenty invented patients spread over every outcome, today's appointments, and one member
of staff per role."""

import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from rules.assess import assess, read
from rules.model import Edition, Kind, Question
from screening.records import appointments, responses, staff, submissions
from screening.records.appointments import Booking
from screening.records.audit import Actor
from screening.records.staff import Role
from screening.serve import House
from screening.settings import Settings

_MARK = "demonstration-only"
_SYSTEM = Actor("system", "demo")

# What somebody answers who has nothing to report, where that is neither "no" nor "none".
_CALM: Mapping[str, object] = MappingProxyType(
    {
        "filling_in": "self",
        "consent_data": "agree",
        "phone": "555 0100",
        "last_needling": "longer",
        "duration_number": 5,
        "duration_unit": "weeks",
        "onset": "gradual",
        "pain_pattern": "movement_only",
        "pain_words": ["d-aching", "d-tight"],
        "pain_worse_with": ["sitting"],
        "pain_eased_by": ["warmth", "moving"],
        "first_episode": "no",
        "nprs_now": 3,
        "nprs_worst": 5,
        "nprs_best": 1,
        "psfs_count": "1",
        "psfs_1_activity": "Sit at a desk all day",
        "psfs_1_score": 5,
        "peg_pain": 4,
        "peg_enjoyment": 3,
        "peg_activity": 3,
        "weeks_pregnant": 24,
        "mod_smoking": "never",
        "myo_press_reproduces": "yes",
        "myo_knot_felt": "yes",
        "anticoagulant_type": "vka",
        "inr_status": "in_range",
        "blood_counts": "ok",
        "trauma_when": "longer",
        "trauma_checked": "yes",
        "needle_willing": "yes",
        "needle_fear": "not",
        "goals": "Work without pain",
        "declaration": "agree",
    }
)


@dataclass(frozen=True, slots=True)
class Invented:
    """An invented patient: years of age, marked places, and every answer that is not the calm one."""

    age: int
    places: tuple[str, ...]
    answers: Mapping[str, object] = field(default_factory=dict)


PATIENTS = (
    Invented(34, ("reg-forearm-back:right",)),
    Invented(41, ("reg-thigh-back:left",)),
    Invented(27, ("reg-calf:left", "reg-calf:right"), {"onset": "injury"}),
    Invented(52, ("reg-upper-shoulder:left",)),
    Invented(38, ("reg-upper-shoulder:right", "reg-between-shoulder-blades:right"), {"mod_smoking": "now"}),
    Invented(45, ("reg-forearm-front:right",), {"pre_fainting": "yes", "needle_fear": "quite"}),
    Invented(30, ("reg-thigh-front:right",), {"illness_any": "yes", "pre_diabetes_controlled": "yes"}),
    Invented(29, ("reg-low-back-side:left",), {"pregnancy_status": "yes"}),
    Invented(61, ("reg-forearm-back:left",), {"allergy_any": "yes", "pre_metal_allergy": "yes"}),
    Invented(58, ("reg-buttock-upper:left", "reg-thigh-back:left"), {"pre_anticoagulant": "yes"}),
    Invented(66, ("reg-calf:right",), {"pre_anticoagulant": "yes", "inr_status": "not_known"}),
    Invented(33, ("reg-forearm-back:right",), {"abs_acute_illness": "yes"}),
    Invented(47, ("reg-thigh-front:left",), {"skin_any": "yes", "abs_local_infection": "yes"}),
    Invented(36, ("reg-upper-arm-back:left",), {"pre_fainting": "unsure", "rf_lump": "unsure"}),
    Invented(25, ("reg-forearm-back:left",), {"needle_willing": "no"}),
    Invented(55, ("reg-low-back-spine:left",), {"rf_weight_loss": "yes", "rf_night_sweats": "yes"}),
    Invented(70, ("reg-thigh-back:right",), {"rf_lump": "yes"}),
    Invented(49, ("reg-calf:left",), {"limb_any": "yes", "dvt_signs": ["swollen", "calf", "warm"]}),
    Invented(
        44,
        ("reg-low-back-spine:left", "reg-buttock-upper:right"),
        {"leg_signs": "yes", "rf_ces_saddle": "yes"},
    ),
    Invented(63, ("reg-chest-front:left", "reg-upper-arm-front:left"), {"rf_cardiac": "yes"}),
)


class NotADemo(Exception):
    """The folder holds something that no demonstration made; nothing was touched."""


def make_folder(folder: Path) -> None:
    """An empty folder for a demonstration; throws an earlier demonstration away, and nothing else."""
    if folder.exists():
        if not (folder / _MARK).exists():
            raise NotADemo(f"{folder} was not made by a demonstration: move it away.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, mode=0o700)
    (folder / _MARK).touch()


def fill_house(house: House, settings: Settings, now: datetime) -> list[str]:
    """Hand in the invented patients and make the staff; the lines to print, with the passwords."""
    today = now.astimezone(ZoneInfo(settings.clinic.timezone)).date()
    opens = datetime.combine(today, time(8), ZoneInfo(settings.clinic.timezone))
    for number, patient in enumerate(PATIENTS, start=1):
        answers = answered(house.edition, number, patient, today)
        form = _hand_in(house, answers, today, now - timedelta(hours=number))
        # Every third comes on another day; a few of today have not been asked yet.
        if number % 3:
            _book(house, opens + timedelta(minutes=20 * number), answers, form, now)
    for number in range(len(PATIENTS) + 1, len(PATIENTS) + 5):
        known = {"full_name": f"Demo Patient {number}", "date_of_birth": "1985-03-27", "phone": "555 0100"}
        _book(house, opens + timedelta(minutes=20 * number), known, "", now)
    lines = [f"Staff sign in:  {settings.base_url}/staff/sign-in", ""]
    for role in Role:
        password = secrets.token_urlsafe(12)
        _hire(house, role, password, now)
        lines.append(f"  {role.value:15} password {password}")
    return [*lines, "", "Every patient here is invented. Each start throws the last demonstration away."]


def answered(edition: Edition, number: int, patient: Invented, today: date) -> dict[str, object]:
    """The form as this patient fills it in, question by question, asked only what the rules ask."""
    name = f"Demo Patient {number}"
    own = {
        "full_name": name,
        "typed_name": name,
        "date_of_birth": date(today.year - patient.age, 1, 1).isoformat(),
        "visit_date": (today + timedelta(days=1 + number % 5)).isoformat(),
        "pain_regions": list(patient.places),
        "main_region": [patient.places[0]],
    }
    known = {**_CALM, **own, **patient.answers}
    answers: dict[str, object] = {}
    for question in edition.questions.values():
        wanted = question.required or question.id in known
        if question.asked_by == "patient" and wanted and read(edition, answers, today).asked(question.id):
            answers[question.id] = known.get(question.id, _nothing_to_report(question))
    return answers


def _nothing_to_report(question: Question) -> object:
    ids = [option.id for option in question.options]
    if question.kind is Kind.CHOICES:
        return ["none"] if "none" in ids else ids[:1]
    if question.kind is Kind.CHOICE:
        return "no" if "no" in ids else ids[0]
    return question.clear


def _book(house: House, at: datetime, known: Mapping[str, object], form: str, now: datetime) -> None:
    """An appointment for somebody, with their form if they have handed one in."""
    born = date.fromisoformat(str(known["date_of_birth"]))
    booking = Booking(at, str(known["full_name"]), born, str(known["phone"]), "", "Demo practitioner")
    with house.sessions() as session:
        made = appointments.add(session, _SYSTEM, secrets.token_urlsafe(32), booking, now)
        if form:
            appointments.link(session, _SYSTEM, made.id, form, now)


def _hand_in(house: House, answers: Mapping[str, object], today: date, at: datetime) -> str:
    """Straight to the submission: nobody goes back to the pages of a form that was sent. The form's id."""
    edition = house.edition
    person = submissions.Person(
        str(answers["full_name"]),
        date.fromisoformat(str(answers["date_of_birth"])),
        date.fromisoformat(str(answers["visit_date"])),
    )
    with house.sessions() as session:
        form = responses.open_response(session, edition.digest, secrets.token_urlsafe(32), at)
        submissions.submit(
            session,
            form.id,
            lambda: submissions.new_reference(secrets.choice),
            answers,
            assess(edition, answers, today),
            person,
            at,
        )
    return form.id


def _hire(house: House, role: Role, password: str, now: datetime) -> None:
    code = secrets.token_urlsafe(32)
    with house.sessions() as session:
        staff.create_code(session, _SYSTEM, code, role, now)
        staff.redeem_code(session, code, f"Demo {role.value.replace('_', ' ')}", role.value, password, now)
