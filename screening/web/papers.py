"""One record as paper takes it, with what was added at arrival and by whom it was typed in."""

from dataclasses import replace

from rules.model import Edition
from screening.documents.paper import DayCheck, Paper, SignOff
from screening.records import comparing, daychecks, signoff, transcripts
from screening.records.audit import Actor
from screening.records.daychecks import DayCheck as Checked
from screening.records.signoff import SignOff as Signed
from screening.records.submissions import Submission
from screening.web.after_view import after_of, decision_of
from screening.web.parts import parts
from screening.web.staff_words import here, voice

# Older visits than these are not opened for every look at a record.
_MOST_VISITS = 12


def whole_paper(actor: Actor, found: Submission) -> Paper:
    """Everything about a record, with the forms of the same person before it; opening those is audited."""
    with parts().sessions() as db:
        before = comparing.earlier(db, actor, found.id, _MOST_VISITS, parts().now())
    earlier = (paper_of(one, _edition(one), None) for one in before)
    return replace(paper_now(found), earlier=tuple(earlier))


def paper_now(found: Submission) -> Paper:
    """Everything about a record by itself."""
    with parts().sessions() as db:
        signed = signoff.latest(db, found.edition_digest)
        checked = daychecks.latest(db, found.id)
        entered_by = transcripts.typed_in_by(db, found.response_id)
    return paper_of(found, _edition(found), signed, checked, entered_by)


def _edition(found: Submission) -> Edition:
    return parts().edition_of(found.edition_digest, voice().language)


def paper_of(
    submission: Submission,
    edition: Edition,
    signed: Signed | None,
    checked: Checked | None = None,
    entered_by: str = "",
) -> Paper:
    """The submission as paper takes it, on the clinic's clock."""
    submitted = here(submission.submitted_at)
    return Paper(
        reference=submission.reference,
        submitted_at=submitted,
        edition=edition,
        answers=submission.answers,
        assessment=submission.assessment,
        today=submitted.date(),
        signed_off=None if signed is None else SignOff(signed.name, signed.registration, signed.signed_on),
        decisions=tuple(decision_of(review) for review in reversed(submission.reviews)),
        entered_by=entered_by,
        day=None if checked is None else _day(checked),
        after=after_of(submission),
        carried=submission.carried,
    )


def _day(checked: Checked) -> DayCheck:
    return DayCheck(checked.answers, checked.assessment, checked.staff_name, here(checked.checked_at))
