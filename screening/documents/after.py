"""What was added to a record after it was handed in, as paper takes it; moments are the clinic's time."""

from dataclasses import dataclass
from datetime import datetime

from rules.model import Answers, Assessment


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
class Correction:
    """Another answer beside the patient's, None where nobody knows. `answers` are all that counted once it
    was made, `assessment` is what the rules made of them."""

    question: str
    answer: object
    reason: str
    answers: Answers
    assessment: Assessment
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class After:
    """All of it, oldest first; the latest entry about a flag counts, and so does the latest correction."""

    handled: tuple[Handled, ...] = ()
    signature: Signature | None = None
    addenda: tuple[Addendum, ...] = ()
    corrections: tuple[Correction, ...] = ()

    @property
    def moments(self) -> tuple[datetime, ...]:
        """When each of it was added."""
        signed = () if self.signature is None else (self.signature.at,)
        added = (*(h.at for h in self.handled), *(a.at for a in self.addenda))
        return (*added, *(c.at for c in self.corrections), *signed)


NOTHING_ADDED = After()
