"""The clinic's day: settings, alerts, messages, tablets, who is who, corrections, and a way to erase.

A record is removed only once its tombstone stands: the triggers of earlier migrations let nothing else
through, and tombstones are never changed or removed.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0007"
down_revision = "0006"

NEVER_CHANGED = ("setting", "tombstone", "sign_off_item")
ADDED = ("correction", "letter")
REFUSED_BEFORE = ("review", "day_check", "flag_handling", "decision_detail", "signature", "addendum")


def upgrade() -> None:
    _settings_and_alerts()
    _messages_and_tablets()
    _who_is_who()
    _beside_the_record()
    op.create_index("ix_audit_actor", "audit", ["actor_id", "seq"])
    op.create_index("ix_audit_action", "audit", ["action", "seq"])
    _refuse[op.get_bind().dialect.name]()


def _table(name: str, *parts: SchemaItem) -> None:
    op.create_table(name, *parts, sqlite_strict=True)


def _text(name: str, *rest: SchemaItem, null: bool = False, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), *rest, nullable=null, primary_key=key)


def _ref(name: str, to: str, *, null: bool = False, key: bool = False) -> sa.Column[str]:
    return _text(name, sa.ForeignKey(to), null=null, key=key)


def _number() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _index(table: str, *names: str) -> None:
    for name in names:
        op.create_index(f"ix_{table}_{name}", table, [name])


def _settings_and_alerts() -> None:
    _table("setting", _number(), _text("name"), _text("value"), _ref("staff_id", "staff.id"), _text("at"))
    _index("setting", "name")
    _table(
        "alert",
        _text("id", key=True),
        _text("kind"),
        _ref("response_id", "response.id"),
        _text("urgency"),
        _text("raised_at"),
        _text("acknowledged_at", null=True),
        _ref("acknowledged_by", "staff.id", null=True),
        _text("escalated_at", null=True),
    )
    _index("alert", "response_id", "raised_at")
    _table(
        "alert_seen",
        _ref("alert_id", "alert.id", key=True),
        _ref("staff_id", "staff.id", key=True),
        _text("at"),
    )


def _messages_and_tablets() -> None:
    _table(
        "message",
        _text("id", key=True),
        _text("kind"),
        _ref("appointment_id", "appointment.id", null=True),
        _ref("alert_id", "alert.id", null=True),
        _text("recipient"),
        _text("made_at"),
        _text("due_at"),
        sa.Column("tries", sa.Integer(), nullable=False),
        _text("claimed_at", null=True),
        _text("sent_at", null=True),
        _text("given_up_at", null=True),
        _text("fault"),
    )
    _index("message", "appointment_id", "alert_id", "due_at")
    _table(
        "kiosk",
        _text("token", key=True),
        _ref("staff_id", "staff.id"),
        _text("pin_hash"),
        sa.Column("wrong_pins", sa.Integer(), nullable=False),
        _text("blocked_until"),
        _text("started_at"),
        _text("last_seen_at"),
        _text("expires_at"),
        _text("ended_at", null=True),
    )
    _index("kiosk", "staff_id")


def _who_is_who() -> None:
    _table(
        "match",
        _number(),
        _ref("appointment_id", "appointment.id", null=True),
        _ref("submission_id", "submission.id", null=True),
        _ref("earlier_submission_id", "submission.id"),
        _ref("staff_id", "staff.id"),
        _text("at"),
        _text("undone_at", null=True),
        _ref("undone_by", "staff.id", null=True),
    )
    _index("match", "appointment_id", "submission_id", "earlier_submission_id")
    _table(
        "returning_form",
        _ref("response_id", "response.id", key=True),
        _ref("earlier_submission_id", "submission.id"),
        _text("at"),
    )
    _index("returning_form", "earlier_submission_id")
    _table(
        "carried",
        _ref("response_id", "response.id", key=True),
        _text("question_id", key=True),
        _text("answered_on"),
        _text("confirmed_at"),
    )


def _beside_the_record() -> None:
    _table(
        "correction",
        _number(),
        _ref("submission_id", "submission.id"),
        _text("question_id"),
        _text("answer"),
        _text("reason"),
        _text("assessment"),
        _ref("staff_id", "staff.id"),
        _text("at"),
    )
    record = _ref("submission_id", "submission.id")
    _table("letter", _number(), record, _text("body"), _ref("staff_id", "staff.id"), _text("at"))
    _index("correction", "submission_id")
    _index("letter", "submission_id")
    _table(
        "tombstone",
        _text("submission_id", key=True),
        _text("reference"),
        _ref("staff_id", "staff.id", null=True),
        _text("why"),
        _text("at"),
    )
    _table(
        "sign_off_item",
        _number(),
        _text("edition_digest"),
        _text("item"),
        _text("note"),
        _ref("staff_id", "staff.id"),
        _text("at"),
    )
    _index("sign_off_item", "edition_digest")


def _key(table: str) -> str:
    return "id" if table == "submission" else "submission_id"


def _refuse_in_sqlite() -> None:
    for table in (*NEVER_CHANGED, *ADDED):
        _sqlite_refusal(table, "UPDATE", "")
    for table in NEVER_CHANGED:
        _sqlite_refusal(table, "DELETE", "")
    for table in ("submission", *REFUSED_BEFORE):
        op.execute(f"DROP TRIGGER {table}_refuses_delete")
    for table in ("submission", *REFUSED_BEFORE, *ADDED):
        erased = f"(SELECT 1 FROM tombstone WHERE tombstone.submission_id = OLD.{_key(table)})"  # noqa: S608  # our own names
        _sqlite_refusal(table, "DELETE", f"WHEN NOT EXISTS {erased} ")
    op.execute(
        "CREATE TRIGGER correction_refuses_once_signed BEFORE INSERT ON correction "
        "WHEN EXISTS (SELECT 1 FROM signature WHERE submission_id = NEW.submission_id) "
        "BEGIN SELECT RAISE(ABORT, 'a signed record takes addenda only'); END"
    )


def _sqlite_refusal(table: str, act: str, when: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_refuses_{act.lower()} BEFORE {act} ON {table} {when}"
        f"BEGIN SELECT RAISE(ABORT, '{table} rows are never changed or removed'); END"
    )


def _refuse_in_postgresql() -> None:
    for table in NEVER_CHANGED:
        _postgresql_refusal(table, "UPDATE OR DELETE OR TRUNCATE")
    op.execute(
        "CREATE FUNCTION refuse_unless_erased() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NOT EXISTS (SELECT 1 FROM tombstone WHERE submission_id = to_jsonb(OLD) ->> TG_ARGV[0]) THEN "
        "RAISE integrity_constraint_violation "
        "USING MESSAGE = TG_TABLE_NAME || ' rows are never changed or removed'; "
        "END IF; RETURN OLD; END $$"
    )
    for table in ("submission", *REFUSED_BEFORE):
        op.execute(f"DROP TRIGGER {table}_refuses ON {table}")
    for table in ("submission", *REFUSED_BEFORE, *ADDED):
        _postgresql_refusal(table, "UPDATE OR TRUNCATE")
        op.execute(
            f"CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_unless_erased('{_key(table)}')"
        )
    op.execute(
        "CREATE TRIGGER correction_refuses_once_signed BEFORE INSERT ON correction "
        "FOR EACH ROW EXECUTE FUNCTION refuse_once_signed()"
    )


def _postgresql_refusal(table: str, acts: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_refuses BEFORE {acts} ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


_refuse = {"sqlite": _refuse_in_sqlite, "postgresql": _refuse_in_postgresql}
