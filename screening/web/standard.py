"""The clinic's own service standard: how soon somebody deals with a form, and how much of that is left."""

from datetime import datetime, timedelta

from rules.model import Urgency
from screening.web.parts import parts
from screening.web.staff_words import say, voice
from screening.words import say_span


def due(urgency: Urgency, since: datetime) -> datetime:
    """By when somebody deals with what came in at `since`."""
    settings = parts().settings
    return (
        since
        + {
            Urgency.EMERGENCY: timedelta(minutes=settings.emergency_minutes),
            Urgency.SAME_DAY: timedelta(hours=settings.same_day_hours),
            Urgency.SOON: timedelta(days=settings.soon_days),
        }[urgency]
    )


def left(due_at: datetime, now: datetime) -> str:
    """How much time there is, or how long it has been over."""
    if now <= due_at:
        return say("{span} left", span=span(due_at - now))
    return say("Overdue by {span}", span=span(now - due_at))


def span(time: timedelta) -> str:
    """A stretch of time in words."""
    return say_span(time, voice().language)
