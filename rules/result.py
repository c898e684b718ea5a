"""An assessment as plain data, in the result format that commands, records and other systems read."""

from typing import Any

from rules.model import Assessment, Flag, Urgency


def as_result(assessment: Assessment) -> dict[str, Any]:
    """The published result: outcome, urgency, message, flags in order, information, myofascial, muscles."""
    return {
        "outcome": assessment.outcome.value,
        "urgency": _value(assessment.urgency),
        "message": assessment.message,
        "flags": [_flag(flag) for flag in assessment.flags],
        "information": [
            {"id": i.id, "regions": list(i.regions), "because": list(i.because)}
            for i in assessment.information
        ],
        "myofascial": {
            "band": assessment.myofascial.band,
            "total": assessment.myofascial.total,
            "features": [{"id": f.id, "weight": f.weight} for f in assessment.myofascial.features],
        },
        "muscles": [{"id": m.id, "count": m.count, "pleura": m.pleura} for m in assessment.muscles],
        "muscles_left_out": list(assessment.muscles_left_out),
    }


def _flag(flag: Flag) -> dict[str, Any]:
    return {
        "id": flag.id,
        "status": flag.status.value,
        "level": flag.level.value,
        "urgency": _value(flag.urgency),
        "scope": flag.scope,
        "regions": list(flag.regions),
        "because": list(flag.because),
    }


def _value(urgency: Urgency | None) -> str | None:
    return None if urgency is None else urgency.value
