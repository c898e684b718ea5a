"""Alerts as other verbs make them: raised and taken on inside the caller's transaction."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from rules.model import Assessment, Level, Urgency
from screening.records.audit import Actor
from screening.records.tables_day import alert
from screening.records.tokens import id_from

URGENT = (Urgency.EMERGENCY, Urgency.SAME_DAY)


class Kind(StrEnum):
    """What somebody has to look at: a form handed in, one that was stopped, or a check at arrival."""

    FORM = "submission"
    STOPPED = "interrupt"
    DAY_CHECK = "day-check"


def call_first(outcome: Level, urgency: Urgency | None) -> bool:
    """Whether a practitioner rings before the visit; the one meaning for alerts, board and list."""
    return outcome is Level.URGENT or urgency in URGENT


def urgency_of(assessment: Assessment) -> Urgency:
    """How soon somebody has to look: now, or today for everything else that raises an alert."""
    return Urgency.EMERGENCY if assessment.urgency is Urgency.EMERGENCY else Urgency.SAME_DAY


def raise_alert(session: Session, kind: Kind, response_id: str, urgency: Urgency, now: datetime) -> None:
    """Let a form wait for somebody: one alert a form and kind, until it is taken on.

    What comes after that raises another. A waiting one becomes the more urgent of the two.
    """
    same = (alert.c.response_id == response_id, alert.c.kind == kind.value)
    waiting = session.execute(select(alert).where(*same, alert.c.acknowledged_at.is_(None))).first()
    if waiting is None:
        earlier = session.execute(select(func.count()).select_from(alert).where(*same)).scalar_one()
        session.execute(
            insert(alert).values(
                id=id_from("alert", f"{kind}:{response_id}:{earlier}"),
                kind=kind.value,
                response_id=response_id,
                urgency=urgency.value,
                raised_at=now,
            )
        )
    elif urgency.rank > Urgency(waiting.urgency).rank:
        session.execute(update(alert).where(alert.c.id == waiting.id).values(urgency=urgency.value))


def take_on(session: Session, actor: Actor, response_id: str, now: datetime) -> int:
    """End every alert of a form in the name of the acting member of staff; how many there were."""
    waiting = (alert.c.response_id == response_id, alert.c.acknowledged_at.is_(None))
    taken = update(alert).where(*waiting).values(acknowledged_at=now, acknowledged_by=actor.id)
    return len(session.execute(taken.returning(alert.c.id)).all())
