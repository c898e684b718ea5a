"""Starting: what must be right before the first patient comes, then gunicorn."""

import logging
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # publishes no types

from rules.load import EDITIONS, Unsound, files_of, load_files, newest
from rules.model import Edition
from screening import create_app
from screening.clinic_file import first_text
from screening.exchange.mail import Security
from screening.hosts import is_loopback
from screening.in_force import in_force
from screening.records import clinic_settings, editions, staff
from screening.records.engine import CannotStore, NotDurable, WrongKey, open_engine, open_sessions
from screening.records.keys import BadKey, create_key, read_key
from screening.records.migrate import NewerSchema, migrate
from screening.records.submissions import REFERENCE_ALPHABET
from screening.settings import Settings

_PRIVATE = 0o077
_GRACE_SECONDS = 30
_LONGEST_REQUEST_SECONDS = 60


# Only the records room names the type of a session.
Sessions = Callable[[], Any]


class CannotStart(Exception):
    """What stands in the way, as one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class House:
    """A data folder, open: what makes a session of its database, what closes it, the edition in use."""

    sessions: Sessions
    close: Callable[[], None]
    edition: Edition


def refuse_silent(settings: Settings) -> None:
    """Raise CannotStart while nobody could tell a patient whom to call."""
    if not settings.clinic.emergency_number.strip():
        raise CannotStart("Set emergency_number in clinic.toml: no form is shown without a number to call.")


def refuse_in_the_clear(settings: Settings) -> None:
    """Raise CannotStart where answers would travel unprotected."""
    if not is_loopback(settings.host) and not settings.secure:
        raise CannotStart(
            f"Set base_url to the https address that patients open: others can reach {settings.host}, "
            "and answers must not travel in the clear."
        )
    if settings.smtp_security not in list(Security):
        raise CannotStart(f"Set smtp_security to {', '.join(Security)}, not to {settings.smtp_security}.")
    if settings.smtp_host and settings.smtp_security == Security.NONE and not is_loopback(settings.smtp_host):
        raise CannotStart("Set smtp_security to starttls or tls: none is for a mail server on this machine.")


def open_house(settings: Settings, now: datetime, key_hex: Callable[[int], str] = secrets.token_hex) -> House:
    """Make what is missing in the data folder, and open it. Raises CannotStart."""
    refuse_in_the_clear(settings)
    # With a database there may be a number that was set in the browser: it is asked below.
    if not settings.database_url and not (settings.data / "screening.db").exists():
        refuse_silent(settings)
    try:
        _make_folder(settings, key_hex)
        key = read_key(settings.keys)
        engine = open_engine(settings.database, key)
        migrate(engine)
        sessions = open_sessions(engine, key)
        with sessions() as session:
            refuse_silent(in_force(settings, clinic_settings.stored(session).values))
        edition = _keep_edition(settings, sessions, now)
    except (BadKey, WrongKey, NewerSchema, NotDurable, CannotStore) as error:
        raise CannotStart(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error
    except Unsound as error:
        raise CannotStart(
            f"The edition has {len(error.faults)} faults: `screening rules check` names them."
        ) from error
    except OSError as error:
        raise CannotStart(f"The data folder {settings.data} cannot be used: {error.strerror}.") from error
    return House(sessions, engine.dispose, edition)


def first_code(house: House, now: datetime) -> str | None:
    """A new one-time code for the first administrator; None once there are staff."""
    code = "-".join("".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(4)) for _ in range(4))
    with house.sessions() as session:
        try:
            staff.create_first_code(session, code, now)
        except staff.AlreadySetUp:
            return None
    return code


def run(settings: Settings) -> None:
    """Answer requests until told to stop; does not return."""
    os.umask(_PRIVATE)
    logging.getLogger("gunicorn.error").addFilter(_without_addresses)
    _Server(settings).run()


def _make_folder(settings: Settings, key_hex: Callable[[int], str]) -> None:
    if not settings.data.exists():
        settings.data.mkdir(parents=True, mode=0o700)
    written = settings.data / "clinic.toml"
    if not written.exists():
        written.touch(mode=0o600)
        written.write_text(first_text(), encoding="utf-8")
    if settings.keys.exists():
        return
    if not settings.database_url and (settings.data / "screening.db").exists():
        raise CannotStart(
            f"Put the key back at {settings.keys}: there is a database, and nothing else opens it."
        )
    create_key(settings.keys, key_hex(32))


def _keep_edition(settings: Settings, sessions: Sessions, now: datetime) -> Edition:
    folder = EDITIONS / settings.edition if settings.edition else newest()
    if not (folder / "questionnaire.toml").exists():
        raise CannotStart(f"Set edition to one that is installed: there is no {settings.edition}.")
    files = files_of(folder)
    edition = load_files(files)
    with sessions() as session:
        editions.keep(session, edition.name, edition.digest, files, now)
    return edition


def _without_addresses(record: logging.LogRecord) -> bool:
    """Take addresses out of gunicorn's own lines: one may hold the token of a patient's form."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            "(address left out)" if isinstance(a, str) and a.startswith("/") else a for a in record.args
        )
    return True


class _Server(BaseApplication):
    """Gunicorn with our settings. Each worker opens the application itself, after the fork: a
    connection to the database or to a PDF child must not be shared by two processes."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in gunicorn_options(self.settings).items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return create_app(self.settings)


def gunicorn_options(settings: Settings) -> dict[str, Any]:
    """How gunicorn runs: no access log at all, so that no address with a token is ever written."""
    memory = Path("/dev/shm")  # noqa: S108  # a folder in memory for heartbeats, not a temporary file
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return {
        "bind": f"{host}:{settings.port}",
        "workers": settings.workers,
        "threads": settings.threads,
        "worker_class": "gthread",
        "preload_app": False,
        "accesslog": None,
        "loglevel": "warning",
        "graceful_timeout": _GRACE_SECONDS,
        "timeout": _LONGEST_REQUEST_SECONDS,
        "max_requests": 2000,
        "max_requests_jitter": 400,
        "umask": _PRIVATE,
        "control_socket_disable": True,
        "worker_tmp_dir": str(memory) if memory.is_dir() else None,
        "proc_name": "screening",
        "post_worker_init": _begin_rounds,
        "worker_exit": _end_rounds,
    }


def _begin_rounds(worker: Any) -> None:
    # Imported here: only a worker needs the web.
    from screening import rounds

    worker.end_rounds = rounds.start(worker.wsgi)


def _end_rounds(_: object, worker: Any) -> None:
    # A worker that could not start has none.
    getattr(worker, "end_rounds", lambda: None)()
