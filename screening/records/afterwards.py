"""What was added to a record after it was handed in, besides the decisions."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from screening.records.corrections import Correction, corrections
from screening.records.handling import Handling, handlings
from screening.records.letters import Letter, letters
from screening.records.signatures import Addendum, Signature, addenda, digest_of, signature_of


@dataclass(frozen=True, slots=True)
class Afterwards:
    """All of it, oldest first. `digest` is that of the record as it stands now: it is the signature's
    own for as long as nothing that was signed has been touched."""

    handlings: tuple[Handling, ...] = ()
    signature: Signature | None = None
    addenda: tuple[Addendum, ...] = ()
    digest: str = ""
    corrections: tuple[Correction, ...] = ()
    letters: tuple[Letter, ...] = ()


def afterwards_of(session: Session, submission_id: str) -> Afterwards:
    """Read it inside the transaction that opens, and so audits, the record."""
    return Afterwards(
        handlings(session, submission_id),
        signature_of(session, submission_id),
        addenda(session, submission_id),
        digest_of(session, submission_id),
        corrections(session, submission_id),
        letters(session, submission_id),
    )
