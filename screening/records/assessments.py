"""An assessment as JSON and back, so that showing an old record never runs the rules again."""

from dataclasses import asdict, is_dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from rules.model import Assessment


def frozen(assessment: Assessment) -> dict[str, Any]:
    """The assessment as plain JSON values, field by field."""
    return asdict(assessment)


def thawed(kept: dict[str, Any]) -> Assessment:
    """The assessment that `frozen` wrote. A field added since then takes its default."""
    assessment: Assessment = _value(Assessment, kept)
    return assessment


def _value(wanted: Any, kept: Any) -> Any:
    if isinstance(wanted, UnionType):
        choices = [choice for choice in get_args(wanted) if choice is not NoneType]
        return None if kept is None else _value(choices[0], kept)
    if get_origin(wanted) is tuple:
        return tuple(_value(get_args(wanted)[0], item) for item in kept)
    if is_dataclass(wanted):
        hints = get_type_hints(wanted)
        return wanted(**{name: _value(hints[name], kept[name]) for name in hints if name in kept})  # type: ignore[operator]  # a class, not an instance
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return wanted(kept)
    return kept
