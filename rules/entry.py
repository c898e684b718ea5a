"""Reading one entry of an edition's file, and noting every fault in the words of the file."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from rules.model import Condition
from rules.when import parse

_E = TypeVar("_E", bound=StrEnum)

_NOTHING = Condition("any", (), "")


class Entry:
    """A table of a TOML file. Each reader takes a key out; `done` complains of what is left."""

    def __init__(
        self, where: str, table: Mapping[str, Any], faults: list[str], translate: Callable[[str], str]
    ) -> None:
        self.where = where
        self.faults = faults
        self.translate = translate
        self._left = dict(table)

    def fault(self, what: str) -> None:
        self.faults.append(f"{self.where}: {what}")

    def _take(self, key: str, kind: type | tuple[type, ...], spoken: str, default: Any) -> Any:
        value = self._left.pop(key, default)
        if value is None:
            self.fault(f"{key} is missing")
        elif not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.fault(f"{key} should be {spoken}, not {value!r}")
        else:
            return value
        return None

    def text(self, key: str, default: str | None = None) -> str:
        """An id or a word of the file's own: never translated."""
        return self._take(key, str, "a text", default) or ""

    def words(self, key: str, longest: int, default: str | None = "") -> str:
        """A sentence a person reads; its place on paper holds `longest` characters."""
        text = self.text(key, default)
        if len(text) > longest:
            self.fault(f"{key} has {len(text)} characters; its place on paper holds {longest}")
        return self.translate(text) if text else ""

    def texts(self, key: str, *, may_be_empty: bool = True) -> tuple[str, ...]:
        values = self._take(key, list, "a list", [])
        if values is None:
            return ()
        if not all(isinstance(v, str) for v in values):
            self.fault(f"{key} should be a list of texts")
            return ()
        if not values and not may_be_empty:
            self.fault(f"{key} is empty")
        if len(set(values)) != len(values):
            self.fault(f"{key} names something twice")
        return tuple(values)

    def tables(self, key: str) -> list[Mapping[str, Any]]:
        tables = self._take(key, list, "a list of tables", []) or []
        if not all(isinstance(table, dict) for table in tables):
            self.fault(f"{key} should be a list of tables")
            return []
        return tables

    def mapping(self, key: str) -> dict[str, str]:
        return self._take(key, dict, "a table", {}) or {}

    def yes(self, key: str) -> bool:
        return bool(self._take(key, bool, "true or false", False))

    def number(self, key: str) -> float | None:
        if key not in self._left:
            return None
        value = self._take(key, (int, float), "a number", None)
        return None if value is None else float(value)

    def whole(self, key: str) -> int:
        return self._take(key, int, "a whole number", None) or 0

    def one_of(self, key: str, choices: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(key, default)
        if value and value not in choices:
            self.fault(f"{key} {value!r} does not exist; it is one of {', '.join(choices)}")
        return value if value in choices else choices[0]

    def member(self, key: str, enum: type[_E]) -> _E:
        return enum(self.one_of(key, tuple(enum)))

    def when(self, key: str = "when") -> Condition:
        """The condition under `key`; one that cannot be read is a fault."""
        text = self.text(key)
        try:
            return parse(text)
        except ValueError as error:
            self.fault(f"{key}: {error}")
            return _NOTHING

    def left(self) -> tuple[str, ...]:
        """The keys that nobody has read yet."""
        return tuple(self._left)

    def done(self) -> None:
        for key in self._left:
            self.fault(f"{key!r} is not a key of this table")
