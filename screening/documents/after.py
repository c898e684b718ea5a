"""What was added to a record after it was handed in, as paper takes it; moments are the clinic's time."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Handled:
    """What was done about a flag: "acknowledged", "resolved" or "overridden"."""

    flag: str
    action: str
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Signature:
    """`digest` is the SHA-256 of what was signed, `matches` whether the record is still that."""

    by: str
    registration: str
    at: datetime
    digest: str
    matches: bool


@dataclass(frozen=True, slots=True)
class Addendum:
    by: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class After:
    """All of it, oldest first; the latest entry about a flag counts."""

    handled: tuple[Handled, ...] = ()
    signature: Signature | None = None
    addenda: tuple[Addendum, ...] = ()

    @property
    def moments(self) -> tuple[datetime, ...]:
        """When each of it was added."""
        signed = () if self.signature is None else (self.signature.at,)
        return (*(h.at for h in self.handled), *(a.at for a in self.addenda), *signed)


NOTHING_ADDED = After()
