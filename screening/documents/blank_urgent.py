"""Which boxes on paper cannot wait: a tick there, by itself, is an emergency line of the rules."""

from rules.model import Clause, Condition, Edition, Urgency

Ticked = tuple[str, str]


def emergencies(edition: Edition) -> frozenset[Ticked]:
    """Question and value of every such box. A line that needs another answer too counts when that
    answer is what the question is asked for, or is an age."""
    lines = [
        line.when
        for rule in edition.rules
        for line in rule.lines
        if line.urgency is Urgency.EMERGENCY
    ]
    return frozenset(ticked for when in lines for ticked in _enough(edition, when))


def added(edition: Edition, question: str) -> str:
    """The message that a rule fed by an emergency box of this question adds for the patient, or ""."""
    for rule in edition.rules:
        urgent = any(line.urgency is Urgency.EMERGENCY for line in rule.lines)
        named = any(clause.name == question for line in rule.lines for clause in line.when.clauses)
        if urgent and named and rule.adds:
            return edition.messages[rule.adds]
    return ""


def _enough(edition: Edition, when: Condition) -> list[Ticked]:
    asked = [clause for clause in when.clauses if clause.name in edition.questions]
    if when.how == "any" or len(when.clauses) == 1:
        return [(clause.name, value) for clause in asked for value in clause.values]
    facts = {clause.name for clause in when.clauses if clause.is_fact}
    if when.how != "all" or not asked or facts - {"fact.age"}:
        return []
    last = max(asked, key=lambda clause: list(edition.questions).index(clause.name))
    gates = _gates(edition, last)
    if any(clause is not last and clause.name not in gates for clause in asked):
        return []
    return [(last.name, value) for value in last.values]


def _gates(edition: Edition, clause: Clause) -> frozenset[str]:
    """The questions that this one is asked for."""
    when = edition.questions[clause.name].asked_when
    return frozenset(gate.name for gate in when.clauses) if when else frozenset()
