"""Long prints: theirs alone, for an hour, and honest about having stopped."""

from datetime import timedelta

import pytest
from records_clinic import NOW
from sqlalchemy.orm import Session

from screening.records import printing
from screening.records.audit import Actor, between
from screening.records.staff import Staff

MINUTE = timedelta(minutes=1)


@pytest.fixture
def asker(practitioner: Staff) -> Actor:
    return Actor("staff", practitioner.id)


def test_a_print_says_how_far_it_has_come_and_then_gives_its_pdf(session: Session, asker: Actor) -> None:
    job_id = printing.begin(session, asker, "token", 3, NOW)
    printing.move(session, job_id, 1, 0, NOW)
    half = printing.job(session, asker, job_id, NOW)
    assert half is not None
    assert (half.done, half.total, half.state) == (1, 3, "drawing")
    assert printing.pdf_of(session, asker, job_id, NOW) is None

    printing.finish(session, job_id, b"%PDF", NOW)
    done = printing.job(session, asker, job_id, NOW)
    assert done is not None
    assert done.state == "ready"
    assert printing.pdf_of(session, asker, job_id, NOW) == b"%PDF"


def test_somebody_elses_print_is_not_there(session: Session, asker: Actor) -> None:
    job_id = printing.begin(session, asker, "token", 1, NOW)
    printing.finish(session, job_id, b"%PDF", NOW)
    other = Actor("staff", "someone-else")

    assert printing.job(session, other, job_id, NOW) is None
    assert printing.pdf_of(session, other, job_id, NOW) is None


def test_a_print_is_forgotten_after_an_hour(session: Session, asker: Actor) -> None:
    job_id = printing.begin(session, asker, "token", 1, NOW)
    printing.finish(session, job_id, b"%PDF", NOW)

    assert printing.pdf_of(session, asker, job_id, NOW + 61 * MINUTE) is None


def test_a_print_whose_worker_was_ended_is_called_stalled(session: Session, asker: Actor) -> None:
    job_id = printing.begin(session, asker, "token", 2, NOW)
    found = printing.job(session, asker, job_id, NOW + 2 * MINUTE)

    assert found is not None
    assert found.state == "stalled"


def test_every_fetch_of_a_print_is_in_the_trail(session: Session, asker: Actor) -> None:
    job_id = printing.begin(session, asker, "token", 1, NOW)
    printing.finish(session, job_id, b"%PDF", NOW)
    printing.pdf_of(session, asker, job_id, NOW)

    actions = [line.action for line in between(session, NOW - MINUTE, NOW + MINUTE)]
    assert actions[-2:] == ["print-begun", "print-fetched"]


def test_a_print_that_failed_is_called_stalled_at_once(session: Session, asker: Actor) -> None:
    job_id = printing.begin(session, asker, "token", 2, NOW)
    printing.stop(session, job_id, NOW)
    found = printing.job(session, asker, job_id, NOW)

    assert found is not None
    assert found.state == "stalled"
