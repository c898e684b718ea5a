"""One record as paper takes it, with what was added at arrival and by whom it was typed in."""

from rules.model import Edition
from screening.documents.paper import DayCheck, Paper, SignOff
from screening.records.daychecks import DayCheck as Checked
from screening.records.signoff import SignOff as Signed
from screening.records.submissions import Submission
from screening.web.after_view import after_of, decision_of
from screening.web.staff_words import here


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
