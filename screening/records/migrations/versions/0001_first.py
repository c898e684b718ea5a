"""First schema: editions, responses, submissions, reviews, staff and the audit trail.

The triggers refuse to change or remove what was decided on. Erasing a person's record on request
will need a controlled way through them; that is left to a later migration, on purpose.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0001"
down_revision = None

NEVER_CHANGED = ("edition", "sign_off", "submission", "review", "audit")


def upgrade() -> None:
    _staff_and_editions()
    _responses()
    _submissions_and_audit()
    _refuse_changes[op.get_bind().dialect.name]()


def _refuse_in_sqlite() -> None:
    for table in NEVER_CHANGED:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} rows are never changed or removed'); END"
            )


def _refuse_in_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE integrity_constraint_violation "
        "USING MESSAGE = TG_TABLE_NAME || ' rows are never changed or removed'; END $$"
    )
    for table in NEVER_CHANGED:
        op.execute(
            f"CREATE TRIGGER {table}_refuses BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


_refuse_changes = {"sqlite": _refuse_in_sqlite, "postgresql": _refuse_in_postgresql}


def _text(name: str, *rest: SchemaItem, null: bool = False, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), *rest, nullable=null, primary_key=key)


def _whole(name: str, key: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, primary_key=key)


def _table(name: str, *parts: SchemaItem) -> None:
    op.create_table(name, *parts, sqlite_strict=True)


def _staff_and_editions() -> None:
    _table(
        "edition",
        _text("digest", key=True),
        _text("name"),
        _text("text"),
        _text("first_used_at"),
    )
    _table(
        "staff",
        _text("id", key=True),
        _text("name"),
        _text("sign_in_name"),
        _text("role"),
        _text("password_hash"),
        _text("registration", null=True),
        _text("created_at"),
        _text("disabled_at", null=True),
        sa.UniqueConstraint("sign_in_name"),
    )
    _table(
        "sign_off",
        _whole("id", key=True),
        _text("edition_digest"),
        _text("name"),
        _text("registration"),
        _text("signed_on"),
        _text("at"),
        _text("staff_id", sa.ForeignKey("staff.id"), null=True),
    )
    op.create_index("ix_sign_off_edition_digest", "sign_off", ["edition_digest"])
    _table(
        "staff_session",
        _text("token", key=True),
        _text("staff_id", sa.ForeignKey("staff.id")),
        _text("created_at"),
        _text("last_seen_at"),
        _text("expires_at"),
        _text("ended_at", null=True),
    )
    op.create_index("ix_staff_session_staff_id", "staff_session", ["staff_id"])
    _table(
        "one_time_code",
        _text("code", key=True),
        _text("role"),
        _text("created_at"),
        _text("expires_at"),
        _text("used_at", null=True),
    )
    _table(
        "attempt",
        _text("account", key=True),
        _whole("failures"),
        _text("last_at"),
        _text("blocked_until"),
    )
    op.create_index("ix_attempt_last_at", "attempt", ["last_at"])


def _responses() -> None:
    _table(
        "response",
        _text("id", key=True),
        _text("edition_digest"),
        _text("language"),
        _text("filled_by_staff", sa.ForeignKey("staff.id"), null=True),
        _text("opened_at"),
        _text("last_saved_at"),
        _text("reached_check_at", null=True),
        _text("reference", null=True),
        sa.UniqueConstraint("reference"),
    )
    _table(
        "patient_session",
        _text("token", key=True),
        _text("response_id", sa.ForeignKey("response.id")),
        _text("created_at"),
        _text("last_seen_at"),
        _text("expires_at"),
        _text("ended_at", null=True),
    )
    op.create_index("ix_patient_session_response_id", "patient_session", ["response_id"])
    _table(
        "saved_page",
        _text("response_id", sa.ForeignKey("response.id"), key=True),
        _text("page_id", key=True),
        _whole("version"),
        _text("answers"),
        _text("saved_at"),
    )
    _table(
        "interrupt",
        _whole("id", key=True),
        _text("response_id", sa.ForeignKey("response.id")),
        _text("flag_ids"),
        _text("shown_at"),
        _text("acknowledged_at", null=True),
        sa.UniqueConstraint("response_id", "flag_ids"),
    )


def _submissions_and_audit() -> None:
    _table(
        "submission",
        _text("id", key=True),
        _text("response_id", sa.ForeignKey("response.id")),
        _text("reference"),
        _text("edition_digest", sa.ForeignKey("edition.digest")),
        _text("submitted_at"),
        _text("answers"),
        _text("assessment"),
        _text("patient_name"),
        _text("date_of_birth", null=True),
        _text("visit_date", null=True),
        _text("outcome"),
        _whole("outcome_rank"),
        _text("urgency", null=True),
        _whole("urgency_rank"),
        sa.UniqueConstraint("reference"),
        sa.UniqueConstraint("response_id"),
    )
    op.create_index("ix_submission_order", "submission", ["urgency_rank", "outcome_rank", "submitted_at"])
    _table(
        "review",
        _whole("id", key=True),
        _text("submission_id", sa.ForeignKey("submission.id")),
        _text("staff_id", sa.ForeignKey("staff.id")),
        _text("decision"),
        _text("note"),
        _text("decided_at"),
    )
    op.create_index("ix_review_submission_id", "review", ["submission_id"])
    _table(
        "audit",
        sa.Column("seq", sa.Integer(), primary_key=True, autoincrement=False),
        _text("at"),
        _text("actor_kind"),
        _text("actor_id"),
        _text("action"),
        _text("object_kind"),
        _text("object_id"),
        _text("detail"),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_object_id", "audit", ["object_id"])
