"""Bringing a database to the schema of this version, all of it or none of it."""

from functools import cache
from pathlib import Path

from alembic.command import upgrade
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

_MIGRATIONS = Path(__file__).parent / "migrations"


class NewerSchema(Exception):
    """The database was written by a newer version of this software: nothing was changed."""


def migrate(engine: Engine) -> str:
    """Run the migrations that are missing, in one transaction; the schema's revision afterwards.

    Two processes starting together are safe: the second waits and finds nothing left to do.
    """
    script = _steps()
    head = str(script.get_current_head())
    with engine.begin() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
        if found is not None and found not in {step.revision for step in script.walk_revisions()}:
            raise NewerSchema(
                f"the database has schema {found}, which this version does not know: "
                "install the version that wrote it, or restore a backup made before it"
            )
        if found != head:
            config = _config()
            config.attributes["connection"] = connection
            upgrade(config, "head")
    return head


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


@cache
def _steps() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
