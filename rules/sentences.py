"""Conditions as English sentences in clinic words, for the rule sheet that a clinician signs."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rules.model import Clause, Condition, Edition, Fact, Kind, Level, Question, Rule, Urgency

# How a number that Python computes is compared: below, and at least. "#" is the number.
_NUMBERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "fact.age": ("the patient is under #", "the patient is # or over"),
        "fact.duration_weeks": ("the pain has lasted under # weeks", "the pain has lasted # weeks or more"),
        "fact.surgery_days": (
            "the last operation there was under # days ago",
            "the last operation there was # days ago or more",
        ),
        "fact.days_to_visit": ("the visit is under # days away", "the visit is # days away or more"),
        "fact.bmi": ("the body mass index is below #", "the body mass index is # or more"),
        "fact.region_count": ("fewer than # places are marked", "# or more places are marked"),
        "fact.body_areas": (
            "fewer than # of the five body areas are marked",
            "# or more of the five body areas are marked",
        ),
        "fact.nerve_words": (
            "fewer than # nerve-type words are ticked",
            "# or more nerve-type words are ticked",
        ),
    }
)

_YES: Mapping[str, str] = MappingProxyType(
    {
        "fact.inr_above_target": "the last INR is above its target",
        "fact.hba1c_high": "the last HbA1c is high",
        "fact.pleura": "a place with the lung beneath it is marked",
        "fact.bleed_zone": "a place is marked where a bleed is hard to press on, or matters most",
        "fact.both_chest_sides": "places with the lung beneath are marked on both sides",
        "fact.began_before_40": "the pain began before the age of 40",
        "fact.regional": "four places or fewer are marked, all next to one another",
        "fact.pattern_match": "the marked places match where a muscle is said to send its pain",
        "fact.med_anticoagulant": "the list of medicines names an anticoagulant",
        "fact.med_vka": "the list of medicines names a vitamin K antagonist",
        "fact.med_antiplatelet": "the list of medicines names an antiplatelet",
        "fact.med_immunosuppressant": "the list of medicines names an immunosuppressant",
        "fact.med_steroid": "the list of medicines names a steroid",
        "fact.med_any": "the list of medicines names one that the clinic watches for",
        "fact.surgery_date_wrong": "the date of the operation cannot be right",
        "fact.pain_longer_than_life": "the pain is said to have lasted longer than the patient has lived",
        "fact.medicine_denied": "a medicine is named although every question about medicines is answered no",
        "fact.answered_though_not_asked": "a question that is not asked carries an answer",
        "fact.no_region": "no place is marked on the body chart",
        "fact.parent_of_adult": "a parent answers for a patient of 18 or over",
    }
)

_WHERE: Mapping[str, str] = MappingProxyType(
    {
        "": "no place in particular",
        "marked": "every marked place",
        "pleura": "the marked places with the lung beneath (high or moderate)",
        "bleed_zone": "the marked places where a bleed is hard to press on, or matters most",
        "limb": "the marked places on the limb named",
    }
)

# Words of the ids that are abbreviations.
_SPELT: Mapping[str, str] = MappingProxyType(
    {
        "axspa": "axial spondyloarthritis",
        "ces": "cauda equina",
        "dvt": "deep vein thrombosis",
        "gca": "giant cell arteritis",
        "gi": "gut",
        "inr": "INR",
        "pmr": "polymyalgia rheumatica",
        "tb": "tuberculosis",
        "vka": "vitamin K antagonist",
    }
)


@dataclass(frozen=True, slots=True)
class Said:
    """A condition in words: `how` many of the `parts` must be so ("" where there is one)."""

    how: str
    parts: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The whole in one go, to be read after "when"."""
        if len(self.parts) == 1:
            return self.parts[0]
        if len(self.parts) == 2 and self.how in _JOINED:
            return f", {_JOINED[self.how]} ".join(self.parts)
        return f"{self.how}: {'; '.join(self.parts)}"


_ALL, _ANY = "all of these hold", "any of these holds"
_JOINED = {_ALL: "and", _ANY: "or"}


def said(edition: Edition, condition: Condition) -> Said:
    """The condition in words. Facts of one clause are spelt out; the others are named in quotes."""
    parts = tuple(clause_words(edition, clause) for clause in condition.clauses)
    if len(parts) == 1:
        return Said("", parts)
    if condition.how == "at_least":
        return Said(f"at least {condition.n} of these hold", parts)
    return Said(_ALL if condition.how == "all" else _ANY, parts)


def clause_words(edition: Edition, clause: Clause) -> str:
    """One clause in words: `the answer to “Cancer, ever?” is yes`."""
    if clause.is_fact:
        return _fact_words(edition, edition.facts[clause.name], clause)
    question = edition.questions[clause.name]
    return _CLAUSE[question.kind](edition, question, clause)


def named_facts(edition: Edition, conditions: Iterable[Condition]) -> tuple[Fact, ...]:
    """The facts that the sentences of these conditions name in quotes, and those behind them, each once."""
    found: dict[str, Fact] = {}
    for condition in conditions:
        for clause in condition.clauses:
            fact = edition.facts.get(clause.name)
            if fact is not None and fact.when is not None and fact.id not in found:
                if is_named(fact):
                    found[fact.id] = fact
                found |= {deeper.id: deeper for deeper in named_facts(edition, [fact.when])}
    return tuple(found.values())


def is_named(fact: Fact) -> bool:
    """Whether sentences name this fact rather than spell it out."""
    return fact.when is not None and len(fact.when.clauses) > 1


def name_of(identifier: str) -> str:
    """What a fact or group is called in words: fact.thinned_blood is thinned blood."""
    bare = identifier.removeprefix("fact.").removeprefix("grp-")
    return " ".join(_SPELT.get(word, word) for word in bare.replace("-", "_").split("_"))


def where_words(edition: Edition, rule: Rule) -> str:
    """What a rule applies to: the whole person, electrical stimulation, or which marked places."""
    if rule.scope != "region":
        return edition.words[rule.scope]
    if rule.regions in _WHERE:
        return _WHERE[rule.regions]
    if rule.regions in edition.groups:
        return f"the marked places in the group “{name_of(rule.regions)}”"
    return f"the marked places with a high hazard to: {edition.hazards[rule.regions].structure}"


def levels_if_unsure(rule: Rule) -> tuple[Level, ...]:
    """The levels, heaviest first, that the flag may take while nobody can tell; () for no flag."""
    if rule.never_ask or rule.level is Level.INFORMATION:
        return ()
    held = rule.level is Level.HOLD or rule.hold_if_unsure
    found = {Level.HOLD if held or _cannot_wait(rule, line.urgency) else Level.DECIDE for line in rule.lines}
    return tuple(sorted(found, key=lambda level: -level.rank))


def _cannot_wait(rule: Rule, urgency: Urgency | None) -> bool:
    return rule.level is Level.URGENT and urgency in (Urgency.EMERGENCY, Urgency.SAME_DAY)


# --- facts -------------------------------------------------------------------------------------


def _fact_words(edition: Edition, fact: Fact, clause: Clause) -> str:
    if is_named(fact):
        return f"“{name_of(fact.id)}” holds"
    if fact.when is not None:
        return said(edition, fact.when).sentence
    if fact.gives == "number":
        name = f"“{name_of(fact.id)}”"
        below, least = _NUMBERS.get(fact.id, (f"{name} is below #", f"{name} is # or more"))
        return (below if clause.op == "<" else least).replace("#", f"{clause.number:g}")
    hazard = edition.hazards.get("haz-" + fact.id.removeprefix("fact.haz_").replace("_", "-"))
    if hazard is not None:
        return f"a place is marked with a high hazard to: {hazard.structure}"
    return _YES.get(fact.id, f"“{name_of(fact.id)}” holds")


# --- answers -----------------------------------------------------------------------------------


def _yes_no(edition: Edition, question: Question, clause: Clause) -> str:
    answers = " or ".join(edition.answer_words[value].lower() for value in clause.values)
    return f"the answer to {_asked(edition, question)} is {answers}"


def _choice(edition: Edition, question: Question, clause: Clause) -> str:
    return f"the answer to {_asked(edition, question)} is {_options(question, clause)}"


def _choices(edition: Edition, question: Question, clause: Clause) -> str:
    return f"{_options(question, clause)} is ticked under {_asked(edition, question)}"


def _number(edition: Edition, question: Question, clause: Clause) -> str:
    compared = f"below {clause.number:g}" if clause.op == "<" else f"{clause.number:g} or more"
    return f"the answer to {_asked(edition, question)} is {compared}"


def _regions(edition: Edition, question: Question, clause: Clause) -> str:
    return f"a place in the group “{name_of(clause.group)}” is marked"


def _given(edition: Edition, question: Question, clause: Clause) -> str:
    return f"the answer to {_asked(edition, question)} is “{', '.join(clause.values)}”"


def _asked(edition: Edition, question: Question) -> str:
    """The question as it is worded, with its id where two are worded alike."""
    alike = sum(other.text == question.text for other in edition.questions.values())
    return f"“{question.text}”" if alike == 1 else f"“{question.text}” ({question.id})"


def _options(question: Question, clause: Clause) -> str:
    texts = list(_texts(question, clause.values))
    return " or ".join((", ".join(texts[:-1]), texts[-1])) if len(texts) > 1 else texts[0]


def _texts(question: Question, wanted: Iterable[str]) -> Iterator[str]:
    texts = {option.id: option.text for option in question.options}
    return (f"“{texts[value]}”" for value in wanted)


_CLAUSE: Mapping[Kind, Callable[[Edition, Question, Clause], str]] = MappingProxyType(
    {
        Kind.YES_NO: _yes_no,
        Kind.CHOICE: _choice,
        Kind.CHOICES: _choices,
        Kind.NUMBER: _number,
        Kind.DATE: _given,
        Kind.TEXT: _given,
        Kind.REGIONS: _regions,
    }
)
