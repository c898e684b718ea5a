"""The check at arrival: what was answered at the desk, and what the rules made of it. Never changed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "day_check",
        sa.Column("id", sa.Integer(), nullable=False, primary_key=True),
        sa.Column("submission_id", sa.Text(), sa.ForeignKey("submission.id"), nullable=False),
        sa.Column("staff_id", sa.Text(), sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.Column("needs_look", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.Text(), nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_day_check_submission_id", "day_check", ["submission_id"])
    _refuse_changes[op.get_bind().dialect.name]()


def _refuse_in_sqlite() -> None:
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER day_check_refuses_{act.lower()} BEFORE {act} ON day_check "
            "BEGIN SELECT RAISE(ABORT, 'day_check rows are never changed or removed'); END"
        )


def _refuse_in_postgresql() -> None:
    op.execute(
        "CREATE TRIGGER day_check_refuses BEFORE UPDATE OR DELETE OR TRUNCATE ON day_check "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


_refuse_changes = {"sqlite": _refuse_in_sqlite, "postgresql": _refuse_in_postgresql}
