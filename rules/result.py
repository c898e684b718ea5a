"""An assessment as plain data, in the result format that commands, records and other systems read."""

from collections.abc import Mapping
from typing import Any

from rules.model import (
    Assessment,
    Feature,
    Flag,
    Information,
    Level,
    MuscleToExamine,
    Myofascial,
    Status,
    Urgency,
)


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


def as_record(assessment: Assessment) -> dict[str, Any]:
    """What a record keeps: the result, and what is needed to show it again without running rules."""
    record = as_result(assessment)
    features = assessment.myofascial.features
    for written, feature in zip(record["myofascial"]["features"], features, strict=True):
        written["because"] = list(feature.because)
    return record | {"interrupts": list(assessment.interrupts)}


def from_record(record: Mapping[str, Any]) -> Assessment:
    """The assessment that a record kept."""
    myofascial = record["myofascial"]
    return Assessment(
        outcome=Level(record["outcome"]),
        urgency=_urgency(record["urgency"]),
        message=record["message"],
        flags=tuple(
            Flag(
                id=f["id"],
                status=Status(f["status"]),
                level=Level(f["level"]),
                urgency=_urgency(f["urgency"]),
                scope=f["scope"],
                regions=tuple(f["regions"]),
                because=tuple(f["because"]),
            )
            for f in record["flags"]
        ),
        information=tuple(
            Information(i["id"], tuple(i["regions"]), tuple(i["because"])) for i in record["information"]
        ),
        myofascial=Myofascial(
            myofascial["band"],
            myofascial["total"],
            tuple(Feature(f["id"], f["weight"], tuple(f["because"])) for f in myofascial["features"]),
        ),
        muscles=tuple(MuscleToExamine(m["id"], m["count"], m["pleura"]) for m in record["muscles"]),
        muscles_left_out=tuple(record["muscles_left_out"]),
        interrupts=tuple(record["interrupts"]),
    )


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


def _urgency(value: str | None) -> Urgency | None:
    return None if value is None else Urgency(value)
