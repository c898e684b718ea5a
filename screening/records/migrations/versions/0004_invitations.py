"""Invitations: a link to the form for one appointment, kept only as the hash of its token."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "invitation",
        sa.Column("token", sa.Text(), nullable=False, primary_key=True),
        sa.Column("appointment_id", sa.Text(), sa.ForeignKey("appointment.id"), nullable=False),
        sa.Column("staff_id", sa.Text(), sa.ForeignKey("staff.id")),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.Text()),
        sa.Column("revoked_at", sa.Text()),
        sa.Column("wrong_birthdays", sa.Integer(), nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_invitation_appointment_id", "invitation", ["appointment_id"])
