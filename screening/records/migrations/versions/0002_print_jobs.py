"""A day's papers are drawn in the background and kept, encrypted like everything, for one hour."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "print_job",
        sa.Column("id", sa.Text(), nullable=False, primary_key=True),
        sa.Column("staff_id", sa.Text(), sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("moved_at", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=True),
        sqlite_strict=True,
    )
