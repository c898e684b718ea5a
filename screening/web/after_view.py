"""What was added to a record, as paper takes it and as the record's page shows it, with its forms."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_wtf import FlaskForm

from screening.documents.after import Addendum, After, Correction, Handled, Signature
from screening.documents.paper import Decision, Paper, Voice
from screening.documents.summary_after import Added, Done, Signed, after_words, done
from screening.documents.summary_corrections import every_flag
from screening.records.reviews import Review
from screening.records.submissions import Submission
from screening.web.handling_forms import Addend, Handle, SignRecord
from screening.web.staff_forms import decision_words
from screening.web.staff_words import here


@dataclass(frozen=True, slots=True)
class FlagWork:
    """What was done about one flag, newest first, and the form to add to it while it is `open`."""

    done: tuple[Done, ...]
    form: Handle
    faulty: bool


@dataclass(frozen=True, slots=True)
class AfterPage:
    """`signed` is None while the record is open; `signable` says whether there is a decision to sign."""

    flags: Mapping[str, FlagWork]
    signed: Signed | None
    signable: bool
    added: tuple[Added, ...]
    sign: SignRecord
    addend: Addend


def decision_of(review: Review) -> Decision:
    """A decision as paper takes it."""
    return Decision(
        decision_words(review.decision),
        review.staff_name,
        here(review.decided_at),
        review.note,
        review.detail.postpone_until,
        review.detail.not_to_needle,
    )


def after_of(submission: Submission) -> After:
    """What was added to a record, on the clinic's clock."""
    kept = submission.afterwards
    signature = kept.signature
    return After(
        handled=tuple(
            Handled(h.flag_id, h.action.value, h.staff_name, here(h.at), h.reason) for h in kept.handlings
        ),
        signature=None
        if signature is None
        else Signature(
            signature.staff_name,
            signature.registration or "",
            here(signature.at),
            signature.digest,
            signature.digest == kept.digest,
        ),
        addenda=tuple(Addendum(a.staff_name, here(a.at), a.text) for a in kept.addenda),
        corrections=tuple(
            Correction(c.question_id, c.answer, c.reason, c.answers, c.assessment, c.staff_name, here(c.at))
            for c in kept.corrections
        ),
    )


def after_page(found: Submission, paper: Paper, voice: Voice, typed: FlaskForm | None) -> AfterPage:
    """All of it in words; `typed` is the form that comes back with a fault, if it is one of these."""
    words = after_words(paper, voice)
    return AfterPage(
        flags={flag.id: _work(paper, flag.id, voice, typed) for flag in every_flag(paper)},
        signed=words.signed,
        signable=bool(paper.decisions),
        added=words.added,
        sign=typed
        if isinstance(typed, SignRecord)
        else SignRecord(formdata=None, data={"seen": found.afterwards.digest}),
        addend=typed if isinstance(typed, Addend) else Addend(formdata=None),
    )


def _work(paper: Paper, flag_id: str, voice: Voice, typed: FlaskForm | None) -> FlagWork:
    entries = [done(paper, handled, voice) for handled in paper.after.handled if handled.flag == flag_id]
    mine = typed if isinstance(typed, Handle) and typed.flag_id == flag_id else None
    return FlagWork(tuple(entries[::-1]), mine or Handle(flag_id, formdata=None), mine is not None)
