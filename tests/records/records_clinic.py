"""An invented clinic and its patient, shared by the tests of the records room."""

from datetime import UTC, date, datetime

from rules.load import digest_of
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
from screening.records.submissions import Person

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TEXT = {"questionnaire.toml": 'name = "2026-11-22-draft"\n', "rules.toml": ""}
DIGEST = digest_of(TEXT)
PASSWORD = "four plain words together"
PERSON = Person("Asha Example", date(1988, 3, 15), date(2026, 11, 30))


def assessed(outcome: Level = Level.DECIDE, urgency: Urgency | None = None) -> Assessment:
    flag = Flag("haz-pleura", Status.RAISED, outcome, urgency, "region", ("reg-a:left",), ("pain_regions",))
    return Assessment(
        outcome=outcome,
        urgency=urgency,
        message="msg-received",
        flags=(flag,),
        information=(Information("pre-first-time", (), ("last_needling",)),),
        myofascial=Myofascial("myo-band-few", 2, (Feature("myo-regional", 2),)),
        muscles=(MuscleToExamine("mus-upper-trapezius", 1, "pl-upper-trapezius"),),
        muscles_left_out=(),
        interrupts=(),
    )
