"""What every view works with: settings, database, editions, the PDF child. One set per process."""

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import current_app

from rules.load import EDITIONS, digest_of, files_of, load_files, newest
from rules.model import Edition
from screening.documents import render
from screening.in_force import in_force
from screening.records import clinic_settings, editions, signoff
from screening.records.engine import CannotStore, Database, Sessions, open_engine, open_sessions
from screening.records.keys import read_key
from screening.records.migrate import migrate
from screening.settings import Settings
from screening.words import translator

# An edition never changes under its digest, so every application of this process may share it.
_EDITIONS: dict[tuple[str, str], Edition] = {}


class NoEmergencyNumber(Exception):
    """The form must not take patients while nobody can tell them whom to call."""


@dataclass
class Parts:
    """The process's share of everything. `clock` gives the moment, in UTC; `settings` are those in force,
    which `refresh` renews, and `loaded` those of the environment and clinic.toml alone."""

    settings: Settings
    engine: Database
    sessions: Sessions
    edition: Edition
    clock: Callable[[], datetime]
    papers: dict[bytes, bytes] = field(default_factory=dict)
    loaded: Settings = field(init=False)
    _newest_setting: int = 0
    _renderer: render.Renderer | None = None
    _signed: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.loaded = self.settings

    def refresh(self) -> None:
        """Take over what was set in the browser since, in whichever process.

        A database that cannot say changes nothing: the settings known before stay in force."""
        try:
            with self.sessions() as session:
                if clinic_settings.newest(session) == self._newest_setting:
                    return
                stored = clinic_settings.stored(session)
        except CannotStore:
            return
        with self._lock:
            # A request that looked earlier must not put an older value back.
            if stored.newest > self._newest_setting:
                self.settings = in_force(self.loaded, stored.values)
                self._newest_setting = stored.newest

    def edition_of(self, digest: str, language: str) -> Edition:
        """The edition with this digest, as it was kept, in a language."""
        if (digest, language) not in _EDITIONS:
            with self.sessions() as session:
                kept = editions.get(session, digest)
            if kept is None:
                raise LookupError(f"edition {digest[:8]} is not kept in this database")
            _EDITIONS[digest, language] = load_files(kept.text, translator(language), language)
        return _EDITIONS[digest, language]

    def signed_off(self) -> bool:
        """Whether a clinician signed the edition in use; a database that cannot say counts as no."""
        if not self._signed:
            try:
                with self.sessions() as session:
                    self._signed = signoff.latest(session, self.edition.digest) is not None
            except CannotStore:
                return False
        return self._signed

    def renderer(self) -> render.Renderer:
        """The warm PDF child of this process, started when the first paper is asked for."""
        with self._lock:
            if self._renderer is None:
                self._renderer = render.start()
            return self._renderer

    def now(self) -> datetime:
        return self.clock()

    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.clinic.timezone)

    def today(self) -> date:
        """The day it is at the clinic."""
        return self.now().astimezone(self.zone()).date()


def open_parts(settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Parts:
    """Open the clinic's database and edition. Raises when there is no emergency number to give."""
    key = read_key(settings.keys)
    engine = open_engine(settings.database, key)
    migrate(engine)
    sessions = open_sessions(engine, key)
    folder = EDITIONS / settings.edition if settings.edition else newest()
    files = files_of(folder)
    language = settings.clinic.language
    edition = _loaded(files, language)
    with sessions() as session:
        editions.keep(session, edition.name, edition.digest, files, clock())
    opened = Parts(settings, engine, sessions, edition, clock)
    opened.refresh()
    if not opened.settings.clinic.emergency_number.strip():
        engine.dispose()
        raise NoEmergencyNumber("Set emergency_number in clinic.toml: the form takes no patients without it.")
    return opened


def _loaded(files: Mapping[str, str], language: str) -> Edition:
    wanted = (digest_of(files), language)
    if wanted not in _EDITIONS:
        _EDITIONS[wanted] = load_files(files, translator(language), language)
    return _EDITIONS[wanted]


def parts() -> Parts:
    """The parts of the application that is answering this request."""
    found: Parts = current_app.extensions["screening"]
    return found


def new_token() -> str:
    """256 random bits, as text that fits a cookie or an address."""
    return secrets.token_urlsafe(32)
