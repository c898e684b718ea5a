"""What is added to a record after it was handed in: about flags and decisions, signatures, addenda.

None of it is ever changed; nothing but an addendum is added once the record is signed.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0006"
down_revision = "0005"

ADDED = ("flag_handling", "decision_detail", "signature", "addendum")
REFUSED_ONCE_SIGNED = ("review", "flag_handling", "decision_detail")
_ONCE_SIGNED = (
    "WHEN EXISTS (SELECT 1 FROM signature WHERE submission_id = NEW.submission_id) "
    "BEGIN SELECT RAISE(ABORT, 'a signed record takes addenda only'); END"
)


def upgrade() -> None:
    _table("flag_handling", _text("flag_id"), _text("action"), _text("reason"), _text("at"))
    _table(
        "decision_detail",
        sa.Column("review_id", sa.Integer(), sa.ForeignKey("review.id"), nullable=False, unique=True),
        sa.Column("postpone_until", sa.Text()),
        _text("not_to_needle"),
    )
    _table("addendum", _text("text"), _text("at"))
    op.create_table(
        "signature",
        sa.Column("submission_id", sa.Text(), sa.ForeignKey("submission.id"), primary_key=True),
        _staff(),
        _text("at"),
        _text("digest"),
        sqlite_strict=True,
    )
    _refuse[op.get_bind().dialect.name]()


def _table(name: str, *parts: SchemaItem) -> None:
    record = sa.Column("submission_id", sa.Text(), sa.ForeignKey("submission.id"), nullable=False)
    number = sa.Column("id", sa.Integer(), primary_key=True)
    op.create_table(name, number, record, _staff(), *parts, sqlite_strict=True)
    op.create_index(f"ix_{name}_submission_id", name, ["submission_id"])


def _staff() -> sa.Column[str]:
    return sa.Column("staff_id", sa.Text(), sa.ForeignKey("staff.id"), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _refuse_in_sqlite() -> None:
    for table in ADDED:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} rows are never changed or removed'); END"
            )
    for table in REFUSED_ONCE_SIGNED:
        op.execute(f"CREATE TRIGGER {table}_refuses_once_signed BEFORE INSERT ON {table} {_ONCE_SIGNED}")


def _refuse_in_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_once_signed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF EXISTS (SELECT 1 FROM signature WHERE submission_id = NEW.submission_id) THEN "
        "RAISE integrity_constraint_violation USING MESSAGE = 'a signed record takes addenda only'; "
        "END IF; RETURN NEW; END $$"
    )
    for table in ADDED:
        op.execute(
            f"CREATE TRIGGER {table}_refuses BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for table in REFUSED_ONCE_SIGNED:
        op.execute(
            f"CREATE TRIGGER {table}_refuses_once_signed BEFORE INSERT ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_once_signed()"
        )


_refuse = {"sqlite": _refuse_in_sqlite, "postgresql": _refuse_in_postgresql}
