"""Appointments: who comes when. A form that is withdrawn leaves its appointment standing."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "appointment",
        sa.Column("id", sa.Text(), nullable=False, primary_key=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("patient_name", sa.Text(), nullable=False),
        sa.Column("date_of_birth", sa.Text()),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("practitioner", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Text()),
        sa.Column("cancelled_at", sa.Text()),
        sa.Column("import_key", sa.Text(), unique=True),
        sa.Column("response_id", sa.Text(), sa.ForeignKey("response.id", ondelete="SET NULL"), unique=True),
        sqlite_strict=True,
    )
    op.create_index("ix_appointment_at", "appointment", ["at"])
