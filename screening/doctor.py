"""What is right and what is wrong with this installation, line by line. Changes nothing."""

import ctypes.util
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rules.load import EDITIONS, Unsound, load, newest
from rules.model import Edition
from screening import records
from screening.documents import render
from screening.exchange.mail import is_address
from screening.hosts import is_loopback
from screening.in_force import in_force
from screening.records import audit, clinic_settings, engine, signoff
from screening.records.keys import BadKey, read_key
from screening.settings import Clinic, Settings

_FONTS = ("Noto Sans", "Noto Sans Devanagari")
_LIBRARIES = ("pango-1.0", "harfbuzz-subset")
_DURABLE = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
_DURABLE_SERVER = {"synchronous_commit": "on", "fsync": "on", "full_page_writes": "on"}
_PAGE = '<!doctype html><html lang="en"><title>Test</title><h1>Test</h1><p>Fonts: abc नमस्ते'
_MIGRATIONS = Path(records.__file__).parent / "migrations" / "versions"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: "right", "wrong", or a "note" that is neither."""

    state: Literal["right", "wrong", "note"]
    sentence: str


def examine(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Every finding, as it is made."""
    settings = _with_the_browsers(settings)
    edition, found = _edition(settings)
    yield found
    yield _clock(edition, now)
    yield from _clinic(settings.clinic)
    yield _reached(settings)
    yield from _mail(settings)
    yield from _paper(now)
    yield from _folder(settings)
    yield from _database(settings, edition)


def _with_the_browsers(settings: Settings) -> Settings:
    """The settings with what was set in the browser; a database that cannot say is told of below."""
    if not settings.database_url and not (settings.data / "screening.db").exists():
        return settings
    try:
        key = read_key(settings.keys)
        opened = engine.open_engine(settings.database, key)
    except (BadKey, engine.WrongKey, engine.NotDurable, OSError):
        return settings
    try:
        with engine.open_sessions(opened, key)() as session:
            return in_force(settings, clinic_settings.stored(session).values)
    except Exception:
        return settings
    finally:
        opened.dispose()


def _say(holds: object, right: str, wrong: str) -> Finding:
    return Finding("right", right) if holds else Finding("wrong", wrong)


def _edition(settings: Settings) -> tuple[Edition | None, Finding]:
    folder = EDITIONS / settings.edition if settings.edition else newest()
    try:
        edition = load(folder)
    except (Unsound, OSError) as error:
        faults = len(error.faults) if isinstance(error, Unsound) else 1
        return None, Finding("wrong", f"Edition {folder.name} has {faults} faults: screening rules check")
    return edition, Finding("right", f"Edition {edition.name} ({edition.digest[:8]}) holds together")


def _clock(edition: Edition | None, now: datetime) -> Finding:
    earliest = date.fromisoformat(edition.checked) if edition else date(2026, 1, 1)
    return _say(
        now.date() >= earliest,
        f"Clock: {now.isoformat(timespec='minutes')}",
        f"Clock: {now.date()} is before the edition was made ({earliest}); ages and dates would be wrong",
    )


def _clinic(clinic: Clinic) -> Iterator[Finding]:
    try:
        ZoneInfo(clinic.timezone)
        yield Finding("right", f"Time zone: {clinic.timezone}")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield Finding("wrong", "Time zone: set timezone in clinic.toml to a known one, such as Asia/Kolkata")
    number = clinic.emergency_number.strip()
    yield _say(number, f"Emergency number: {number}", "Emergency number: set emergency_number in clinic.toml")
    named = clinic.name.strip() and clinic.name != Clinic().name
    yield _say(named, f"Clinic's name: {clinic.name}", "Clinic's name: set name in clinic.toml")
    phone = clinic.phone.strip()
    yield _say(phone, f"Clinic's phone: {phone}", "Clinic's phone: set phone in clinic.toml")


def _reached(settings: Settings) -> Finding:
    if settings.secure:
        return Finding("right", f"Patients reach {settings.base_url} over TLS")
    return _say(
        is_loopback(settings.host),
        f"Only this machine reaches {settings.host}; nothing travels in the clear",
        f"Others reach {settings.host} without TLS: set base_url to an https address",
    )


def _mail(settings: Settings) -> Iterator[Finding]:
    if not settings.smtp_host:
        yield Finding("note", "E-mail: none is sent, as smtp_host is not set")
        return
    yield _say(
        is_address(settings.mail_from),
        f"E-mail: handed to {settings.smtp_host} by {settings.smtp_security}, from {settings.mail_from}",
        "E-mail: none is sent: set mail_from to the address that the clinic's e-mails come from",
    )
    called = settings.on_call_email
    if not called:
        yield Finding("note", "On-call e-mail: not set, so an urgent form is announced on the screens only")
    else:
        yield _say(
            is_address(called),
            f"On-call e-mail: {called}",
            f"On-call e-mail: {called} is not an e-mail address",
        )
    later = settings.escalation_email
    if later:
        yield _say(
            is_address(later),
            f"Escalation e-mail: {later}",
            f"Escalation e-mail: {later} is not an e-mail address",
        )


def _paper(now: datetime) -> Iterator[Finding]:
    for family in _FONTS:
        yield _say(
            _has_font(family),
            f"Font {family}: installed",
            f"Font {family}: missing (Debian: fonts-noto-core)",
        )
    for library in _LIBRARIES:
        found = ctypes.util.find_library(library)
        yield _say(found, f"Library {library}: {found}", f"Library {library}: missing")
    renderer = render.start()
    try:
        made = render.render(renderer, _PAGE, css="", identifier=b"doctor", made_at=now)
        yield _say(
            made.startswith(b"%PDF-"), f"A test PDF was made ({len(made)} bytes)", "The test PDF is none"
        )
    except render.CouldNotRender as error:
        yield Finding("wrong", f"No PDF can be made: {error.reason}")
    finally:
        render.stop(renderer)


def _has_font(family: str) -> bool:
    try:
        asked = ["fc-match", "--format=%{family}", family]
        found = subprocess.run(asked, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603  # fixed words
    except OSError:
        return False
    return family in found.stdout.split(",")


def _folder(settings: Settings) -> Iterator[Finding]:
    for path, wanted in ((settings.data, 0o700), (settings.keys.parent, 0o700), (settings.keys, 0o600)):
        if not path.exists():
            yield Finding("wrong", f"{path}: missing; screening serve makes it at its first start")
            continue
        mode = path.stat().st_mode & 0o777
        ours = path.stat().st_uid == os.getuid()
        yield _say(
            ours and mode & ~wanted == 0,
            f"{path}: only its owner can read it",
            f"{path}: mode {mode:o}, set it to {wanted:o} and make it yours",
        )


def _database(settings: Settings, edition: Edition | None) -> Iterator[Finding]:
    if not settings.database_url and not (settings.data / "screening.db").exists():
        yield Finding("wrong", "Database: there is none yet; screening serve makes it at its first start")
        return
    try:
        key = read_key(settings.keys)
        opened = engine.open_engine(settings.database, key)
    except (BadKey, engine.WrongKey, engine.NotDurable, OSError) as error:
        yield Finding("wrong", f"Database: {error}")
        return
    yield Finding("right", "Database: the key opens it")
    for look in (_durable, _schema, _whole):
        yield _told("Database", look, opened)
    sessions = engine.open_sessions(opened, key)
    yield _told("Audit trail", lambda _: _trail(sessions, key), opened)
    if edition is not None:
        yield _told("Sign-off", lambda _: _signed(sessions, edition), opened)
    opened.dispose()


def _told(what: str, look: Callable[[Any], Finding], opened: Any) -> Finding:
    # Whatever a broken database raises, the other lines must still be told.
    try:
        return look(opened)
    except Exception as error:
        return Finding("wrong", f"{what}: cannot be read ({type(error).__name__})")


def _durable(opened: Any) -> Finding:
    in_force = engine.durability(opened)
    wanted = _DURABLE if opened.dialect.name == "sqlite" else _DURABLE_SERVER
    wrong = [
        f"{name} is {in_force.get(name)}" for name, value in wanted.items() if in_force.get(name) != value
    ]
    said = ", ".join(f"{name} {in_force.get(name)}" for name in wanted)
    return _say(not wrong, f"Database: what is saved stays saved ({said})", f"Database: {'; '.join(wrong)}")


def _schema(opened: Any) -> Finding:
    with opened.connect() as connection:
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
    known = sorted(path.name.partition("_")[0] for path in _MIGRATIONS.glob("[0-9]*.py"))
    if found not in known:
        return Finding("wrong", f"Database: schema {found} was written by a newer version of this software")
    behind = "Database: schema {} of {}; screening serve brings it up to date"
    return _say(found == known[-1], f"Database: schema {found}", behind.format(found, known[-1]))


def _whole(opened: Any) -> Finding:
    if opened.dialect.name != "sqlite":
        return Finding("note", "Database: a server, which checks its own pages")
    bad = engine.faults(opened)
    return _say(
        not bad, "Database: every page and index is whole", f"Database: {len(bad)} faults, first: {bad[:1]}"
    )


def _trail(sessions: Callable[[], Any], key: str) -> Finding:
    with sessions() as session:
        bad = audit.verify_audit(session, key)
    return _say(bad is None, "Audit trail: the chain holds", f"Audit trail: breaks at line {bad}")


def _signed(sessions: Callable[[], Any], edition: Edition) -> Finding:
    with sessions() as session:
        found = signoff.latest(session, edition.digest)
    if found is None:
        return Finding("note", "Sign-off: none yet, so every page and paper says that the rules are a draft")
    return Finding("right", f"Sign-off: {found.name}, {found.registration}, {found.signed_on.isoformat()}")
