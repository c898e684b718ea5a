"""The tables. Rows never leave this room: verbs turn them into frozen values.

Every column is text, whole number or bytes: the types that SQLite checks in a STRICT table and
that mean the same in PostgreSQL.
"""

import json
from datetime import UTC, date, datetime

from sqlalchemy import (
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


def canonical(value: object) -> str:
    """JSON with sorted keys and only ASCII: one spelling per value, whatever the alphabet."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def moment_text(moment: datetime) -> str:
    """A moment in UTC with microseconds, so that text order is time order; naive times raise."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Moment(TypeDecorator[datetime]):
    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else moment_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


class Day(TypeDecorator[date]):
    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        return None if value is None else date.fromisoformat(value)


class Json(TypeDecorator[object]):
    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str:
        return canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        return None if value is None else json.loads(value)


metadata = MetaData()

edition = Table(
    "edition",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("text", Json, nullable=False),
    Column("first_used_at", Moment, nullable=False),
    sqlite_strict=True,
)

sign_off = Table(
    "sign_off",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("edition_digest", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("registration", Text, nullable=False),
    Column("signed_on", Day, nullable=False),
    Column("at", Moment, nullable=False),
    Column("staff_id", Text, ForeignKey("staff.id")),
    sqlite_strict=True,
)

staff = Table(
    "staff",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sign_in_name", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("registration", Text),
    Column("created_at", Moment, nullable=False),
    Column("disabled_at", Moment),
    sqlite_strict=True,
)

staff_session = Table(
    "staff_session",
    metadata,
    Column("token", Text, primary_key=True),
    Column("staff_id", Text, ForeignKey("staff.id"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("ended_at", Moment),
    sqlite_strict=True,
)

one_time_code = Table(
    "one_time_code",
    metadata,
    Column("code", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    sqlite_strict=True,
)

attempt = Table(
    "attempt",
    metadata,
    Column("account", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Moment, nullable=False, index=True),
    Column("blocked_until", Moment, nullable=False),
    sqlite_strict=True,
)

response = Table(
    "response",
    metadata,
    Column("id", Text, primary_key=True),
    Column("edition_digest", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("filled_by_staff", Text, ForeignKey("staff.id")),
    Column("opened_at", Moment, nullable=False),
    Column("last_saved_at", Moment, nullable=False),
    Column("reached_check_at", Moment),
    Column("reference", Text, unique=True),
    sqlite_strict=True,
)

patient_session = Table(
    "patient_session",
    metadata,
    Column("token", Text, primary_key=True),
    Column("response_id", Text, ForeignKey("response.id"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("ended_at", Moment),
    sqlite_strict=True,
)

saved_page = Table(
    "saved_page",
    metadata,
    Column("response_id", Text, ForeignKey("response.id"), primary_key=True),
    Column("page_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("answers", Json, nullable=False),
    Column("saved_at", Moment, nullable=False),
    sqlite_strict=True,
)

interrupt = Table(
    "interrupt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("response_id", Text, ForeignKey("response.id"), nullable=False),
    Column("flag_ids", Json, nullable=False),
    Column("shown_at", Moment, nullable=False),
    Column("acknowledged_at", Moment),
    UniqueConstraint("response_id", "flag_ids"),
    sqlite_strict=True,
)

submission = Table(
    "submission",
    metadata,
    Column("id", Text, primary_key=True),
    Column("response_id", Text, ForeignKey("response.id"), nullable=False, unique=True),
    Column("reference", Text, nullable=False, unique=True),
    Column("edition_digest", Text, ForeignKey("edition.digest"), nullable=False),
    Column("submitted_at", Moment, nullable=False),
    Column("answers", Json, nullable=False),
    Column("assessment", Json, nullable=False),
    Column("patient_name", Text, nullable=False),
    Column("date_of_birth", Day),
    Column("visit_date", Day),
    Column("outcome", Text, nullable=False),
    Column("outcome_rank", Integer, nullable=False),
    Column("urgency", Text),
    Column("urgency_rank", Integer, nullable=False),
    Index("ix_submission_order", "urgency_rank", "outcome_rank", "submitted_at"),
    sqlite_strict=True,
)

review = Table(
    "review",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("submission_id", Text, ForeignKey("submission.id"), nullable=False, index=True),
    Column("staff_id", Text, ForeignKey("staff.id"), nullable=False),
    Column("decision", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("decided_at", Moment, nullable=False),
    sqlite_strict=True,
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False, index=True),
    Column("actor_kind", Text, nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("object_kind", Text, nullable=False),
    Column("object_id", Text, nullable=False, index=True),
    Column("detail", Json, nullable=False),
    Column("mac", LargeBinary, nullable=False),
    # For the search by person and by action, newest first.
    Index("ix_audit_actor", "actor_id", "seq"),
    Index("ix_audit_action", "action", "seq"),
    sqlite_strict=True,
)

print_job = Table(
    "print_job",
    metadata,
    Column("id", Text, primary_key=True),
    Column("staff_id", Text, ForeignKey("staff.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("moved_at", Moment, nullable=False),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("pdf", LargeBinary),
    sqlite_strict=True,
)

appointment = Table(
    "appointment",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("patient_name", Text, nullable=False),
    Column("date_of_birth", Day),
    Column("phone", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("practitioner", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment),
    Column("cancelled_at", Moment),
    Column("import_key", Text, unique=True),
    Column("response_id", Text, ForeignKey("response.id", ondelete="SET NULL"), unique=True),
    sqlite_strict=True,
)

invitation = Table(
    "invitation",
    metadata,
    Column("token", Text, primary_key=True),
    Column("appointment_id", Text, ForeignKey("appointment.id"), nullable=False, index=True),
    Column("staff_id", Text, ForeignKey("staff.id")),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("opened_at", Moment),
    Column("revoked_at", Moment),
    Column("wrong_birthdays", Integer, nullable=False),
    sqlite_strict=True,
)

day_check = Table(
    "day_check",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("submission_id", Text, ForeignKey("submission.id"), nullable=False, index=True),
    Column("staff_id", Text, ForeignKey("staff.id"), nullable=False),
    Column("answers", Json, nullable=False),
    Column("assessment", Json, nullable=False),
    Column("needs_look", Integer, nullable=False),
    Column("checked_at", Moment, nullable=False),
    sqlite_strict=True,
)
