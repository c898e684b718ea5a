"""Which earlier answers a patient who comes back may confirm instead of giving them again.

Every question of the emergency and the absolute group is asked anew each time, and so is every gate before
it: a gate closed by an old answer would be an old "no" to all behind it. Unknown is never carried as known.
"""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from rules.answers import UNSURE, Reading, Value, counted
from rules.assess import read
from rules.model import Answers, Edition, Kind, Question, Rule, Urgency
from rules.sound import questions_behind

# The rules of the absolute contraindications are named so (docs/decisions/0006).
_ABSOLUTE = "abs-"
# "Anything urgent": these pages of the form are asked of everyone, whole, at every visit.
_URGENT_PAGES = "urgent_"
# Today's pain and scores; and what is said of the sore place, which stays true only of the same place.
_TODAY = frozenset({"story", "scores"})
_OF_THE_PLACE = frozenset({"places", "muscle"})
_EACH_TIME = frozenset({"consent_data", "visit_date", "helper_name"})
_CHART = "pain_regions"
_BORN = "date_of_birth"


def asked_anew(edition: Edition) -> frozenset[str]:
    """The questions that must be answered at every visit, whatever was said before."""
    heavy = [rule for rule in edition.rules if _is_heavy(rule)]
    conditions = [line.when for rule in heavy for line in rule.lines]
    found = {name for condition in conditions for name in questions_behind(edition, condition)}
    found |= {q.id for q in edition.questions.values() if _is_of_today(edition, q)}
    fed = {rule.id for rule in heavy}
    found |= {q.id for q in edition.questions.values() if not fed.isdisjoint(q.feeds)}
    # A gate stands before what it opens, so one look from the last question to the first finds all.
    for question in reversed(tuple(edition.questions.values())):
        if question.id in found and question.asked_when is not None:
            found |= questions_behind(edition, question.asked_when)
    return frozenset(found)


def offered(
    edition: Edition,
    earlier: Reading,
    first_given: Mapping[str, date],
    now: Answers,
    today: date,
    days: int,
) -> dict[str, object]:
    """The answers of an earlier form that may be confirmed in this one, which says `now` so far.

    Only questions that are asked and not answered yet. `first_given` has the days of the answers that
    were only confirmed then already; `days` is how old an answer may be. Nothing is offered before this
    form names the birthday that the earlier one names.
    """
    if _BORN not in now or now[_BORN] != earlier.answers.get(_BORN):
        return {}
    same_places = _places(edition, now) == _places(edition, earlier.answers)
    anew = asked_anew(edition)
    found = {
        question.id: earlier.answers[question.id]
        for question in edition.questions.values()
        if question.id not in anew
        and question.id not in now
        and (same_places or question.page not in _OF_THE_PLACE)
        and 0 <= (today - first_given.get(question.id, earlier.today)).days <= days
        and _is_known(edition, question, earlier)
    }
    return _asked(edition, found, now, today)


def _asked(edition: Edition, found: dict[str, object], now: Answers, today: date) -> dict[str, object]:
    """Those of the found answers whose questions are asked, once the others are confirmed."""
    while True:
        reading = read(edition, {**now, **found}, today)
        asked = {name: answer for name, answer in found.items() if reading.asked(name) is True}
        if asked == found:
            return found
        found = asked


def _is_heavy(rule: Rule) -> bool:
    return rule.id.startswith(_ABSOLUTE) or any(line.urgency is Urgency.EMERGENCY for line in rule.lines)


def _is_of_today(edition: Edition, question: Question) -> bool:
    at_desk = any(page.at_desk and page.id == question.page for page in edition.pages)
    by_others = question.asked_by != "patient" or at_desk
    of_now = question.page in _TODAY or question.page.startswith(_URGENT_PAGES)
    today = of_now or question.kind is Kind.REGIONS or question.id in _EACH_TIME
    return by_others or today or question.signs


def _places(edition: Edition, answers: Answers) -> Value:
    return counted(edition, edition.questions[_CHART], answers.get(_CHART))


def _is_known(edition: Edition, question: Question, earlier: Reading) -> bool:
    """Whether it was asked then as it is asked now, and answered in a way that can be answered now."""
    before = earlier.edition.questions.get(question.id)
    if before is None or before.kind is not question.kind or earlier.asked(question.id) is not True:
        return False
    raw = earlier.answers.get(question.id)
    value = counted(edition, question, raw)
    return value is not None and value != UNSURE and _FITS[question.kind](question, raw, value)


# --- an answer of then, in the form of now -----------------------------------------------------


def _as_it_is(question: Question, raw: object, value: Value) -> bool:
    return True


def _several(question: Question, raw: object, value: Value) -> bool:
    """Every tick can still be ticked, and none of them is "not sure"."""
    ticked = value if isinstance(value, frozenset) else frozenset()
    return UNSURE not in ticked and isinstance(raw, list) and ticked == set(raw)


def _number(question: Question, raw: object, value: Value) -> bool:
    if not isinstance(value, float) or (question.whole and not value.is_integer()):
        return False
    least, most = question.least, question.most
    return (least is None or value >= least) and (most is None or value <= most)


def _text(question: Question, raw: object, value: Value) -> bool:
    return isinstance(value, str) and len(value) <= question.longest


def _never(question: Question, raw: object, value: Value) -> bool:
    return False


_FITS: Mapping[Kind, Callable[[Question, object, Value], bool]] = MappingProxyType(
    {
        Kind.YES_NO: _as_it_is,
        Kind.CHOICE: _as_it_is,
        Kind.CHOICES: _several,
        Kind.NUMBER: _number,
        Kind.DATE: _never,
        Kind.TEXT: _text,
        Kind.REGIONS: _never,
    }
)
