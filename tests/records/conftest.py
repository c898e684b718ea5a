"""Real encrypted databases: one is migrated once, and every test gets its own copy of that file."""

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from records_clinic import DIGEST, NOW, PASSWORD, TEXT
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from screening.records import editions, staff
from screening.records.audit import Actor
from screening.records.engine import open_engine, open_sessions
from screening.records.migrate import migrate
from screening.records.responses import Response, open_response
from screening.records.staff import Role, Staff


@pytest.fixture(scope="session")
def key() -> str:
    return secrets.token_hex(32)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, key: str) -> Path:
    path = tmp_path_factory.mktemp("template") / "screening.db"
    engine = open_engine(f"sqlite:///{path}", key)
    migrate(engine)
    with open_sessions(engine, key)() as session:
        editions.keep(session, "2026-11-22-draft", DIGEST, TEXT, NOW)
        for number, role in enumerate((Role.ADMINISTRATOR, Role.PRACTITIONER)):
            code = f"code-{number}"
            staff.create_code(session, Actor("system", "test"), code, role, NOW)
            staff.redeem_code(session, code, role.value.title(), role.value, PASSWORD, NOW)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def way_in(tmp_path_factory: pytest.TempPathFactory, key: str) -> tuple[Path, Engine]:
    """Where the database of each test lies, and a way into it that has learnt to write every statement."""
    path = tmp_path_factory.mktemp("database") / "screening.db"
    return path, open_engine(f"sqlite:///{path}", key)


@pytest.fixture
def path(template: Path, way_in: tuple[Path, Engine]) -> Path:
    path, engine = way_in
    # A connection that stands open would lead to the file that was there before.
    engine.dispose()
    shutil.rmtree(path.parent)
    path.parent.mkdir()
    return Path(shutil.copy(template, path))


@pytest.fixture
def engine(path: Path, way_in: tuple[Path, Engine]) -> Iterator[Engine]:
    _, engine = way_in
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine, key: str) -> sessionmaker[Session]:
    return open_sessions(engine, key)


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions() as session:
        yield session


@pytest.fixture
def form(session: Session) -> Response:
    """A form a patient has just opened, with the token `token`."""
    return open_response(session, DIGEST, "token", NOW)


@pytest.fixture
def practitioner(session: Session) -> Staff:
    return next(person for person in staff.everyone(session) if person.role is Role.PRACTITIONER)


@pytest.fixture
def administrator(session: Session) -> Staff:
    return next(person for person in staff.everyone(session) if person.role is Role.ADMINISTRATOR)
