"""The tables of the clinic's day: settings, alerts, messages, tablets, who is who, corrections, erasure."""

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from screening.records.tables import Day, Json, Moment
from screening.records.tables import metadata as metadata


def _ref(name: str, to: str, *, null: bool = False, key: bool = False, index: bool = False) -> Column[str]:
    return Column(name, Text, ForeignKey(to), nullable=null, primary_key=key, index=index)


def _number() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _at(name: str, *, null: bool = False, index: bool = False) -> Column[object]:
    return Column(name, Moment, nullable=null, index=index)


# Every change of a setting in the browser; the newest of a name counts.
setting = Table(
    "setting",
    metadata,
    _number(),
    Column("name", Text, nullable=False, index=True),
    Column("value", Json, nullable=False),
    _ref("staff_id", "staff.id"),
    _at("at"),
    sqlite_strict=True,
)

# What somebody has to look at now. `kind` is "submission", "interrupt" or "day-check".
alert = Table(
    "alert",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    _ref("response_id", "response.id", index=True),
    Column("urgency", Text, nullable=False),
    _at("raised_at", index=True),
    _at("acknowledged_at", null=True),
    _ref("acknowledged_by", "staff.id", null=True),
    _at("escalated_at", null=True),
    sqlite_strict=True,
)

alert_seen = Table(
    "alert_seen",
    metadata,
    _ref("alert_id", "alert.id", key=True),
    _ref("staff_id", "staff.id", key=True),
    _at("at"),
    sqlite_strict=True,
)

# The outbox. A message holds no text: it is written when it is sent, so that no link is kept.
message = Table(
    "message",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    _ref("appointment_id", "appointment.id", null=True, index=True),
    _ref("alert_id", "alert.id", null=True, index=True),
    Column("recipient", Text, nullable=False),
    _at("made_at"),
    _at("due_at", index=True),
    Column("tries", Integer, nullable=False),
    _at("claimed_at", null=True),
    _at("sent_at", null=True),
    _at("given_up_at", null=True),
    Column("fault", Text, nullable=False),
    sqlite_strict=True,
)

kiosk = Table(
    "kiosk",
    metadata,
    Column("token", Text, primary_key=True),
    _ref("staff_id", "staff.id", index=True),
    Column("pin_hash", Text, nullable=False),
    Column("wrong_pins", Integer, nullable=False),
    _at("blocked_until"),
    _at("started_at"),
    _at("last_seen_at"),
    _at("expires_at"),
    _at("ended_at", null=True),
    sqlite_strict=True,
)

# Staff said that an appointment, or a form, is of the person of an earlier form. Exactly one of the
# first two is given; undoing keeps the row.
match = Table(
    "match",
    metadata,
    _number(),
    _ref("appointment_id", "appointment.id", null=True, index=True),
    _ref("submission_id", "submission.id", null=True, index=True),
    _ref("earlier_submission_id", "submission.id", index=True),
    _ref("staff_id", "staff.id"),
    _at("at"),
    _at("undone_at", null=True),
    _ref("undone_by", "staff.id", null=True),
    sqlite_strict=True,
)

# A form that a returning patient fills in, and the earlier one whose answers it may offer.
returning = Table(
    "returning_form",
    metadata,
    _ref("response_id", "response.id", key=True),
    _ref("earlier_submission_id", "submission.id", index=True),
    _at("at"),
    sqlite_strict=True,
)

# An answer that the patient confirmed instead of giving it anew; `answered_on` is when it was given.
carried = Table(
    "carried",
    metadata,
    _ref("response_id", "response.id", key=True),
    Column("question_id", Text, primary_key=True),
    Column("answered_on", Day, nullable=False),
    _at("confirmed_at"),
    sqlite_strict=True,
)

# What a practitioner put beside an answer, and the assessment with all corrections so far.
correction = Table(
    "correction",
    metadata,
    _number(),
    _ref("submission_id", "submission.id", index=True),
    Column("question_id", Text, nullable=False),
    Column("answer", Json, nullable=False),
    Column("reason", Text, nullable=False),
    Column("assessment", Json, nullable=False),
    _ref("staff_id", "staff.id"),
    _at("at"),
    sqlite_strict=True,
)

letter = Table(
    "letter",
    metadata,
    _number(),
    _ref("submission_id", "submission.id", index=True),
    Column("body", Json, nullable=False),
    _ref("staff_id", "staff.id"),
    _at("at"),
    sqlite_strict=True,
)

# What is left of a person's form once it was erased: that it was, when, by whom, and why in one word.
tombstone = Table(
    "tombstone",
    metadata,
    Column("submission_id", Text, primary_key=True),
    Column("reference", Text, nullable=False),
    _ref("staff_id", "staff.id", null=True),
    Column("why", Text, nullable=False),
    _at("at"),
    sqlite_strict=True,
)

# One line of the sign-off list that the supervising clinician went through for an edition.
sign_off_item = Table(
    "sign_off_item",
    metadata,
    _number(),
    Column("edition_digest", Text, nullable=False, index=True),
    Column("item", Text, nullable=False),
    Column("note", Text, nullable=False),
    _ref("staff_id", "staff.id"),
    _at("at"),
    sqlite_strict=True,
)
