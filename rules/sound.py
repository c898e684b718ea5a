"""Does an edition hold together? Every fault by name, in the words of the files."""

from collections.abc import Iterable, Iterator

from rules.facts import BLEED_ZONE, COMPUTED, MEDICINES, NERVE_WORDS, WEEKS
from rules.model import Clause, Condition, Edition, Fact, Kind, Question, Rule

_LIST_KINDS = (Kind.CHOICE, Kind.CHOICES)
_PLACES = ("marked", "pleura", "bleed_zone", "limb", "")
_SEVERITIES = ("high", "moderate", "low")
_NEEDED_WORDS = ("S-JUDGE", "draft", "raised", "ask", "myo-caveat")
_NEEDED_MESSAGES = (
    "msg-emergency", "msg-emergency-ces", "msg-same-day", "msg-soon", "msg-review", "msg-received",
    "msg-every", "msg-day-change", "msg-unsure-emergency", "msg-disagree",
)  # fmt: skip


def faults_of(edition: Edition) -> list[str]:
    """Every fault of the edition; empty when it holds together."""
    checks = (
        _questions,
        _conditions,
        _order,
        _circles,
        _rules,
        _places,
        _muscles,
        _medicines,
        _named_in_python,
        _cited,
        _spoken,
    )
    return [fault for check in checks for fault in check(edition)]


def _questions(edition: Edition) -> Iterator[str]:
    known = set(edition.rule) | set(edition.messages) | {f.id for f in edition.features}
    for name in ("instruments", "durations"):
        known |= {note.id for note in edition.notes[name]}
    for question in edition.questions.values():
        where = f"questionnaire.toml: question {question.id}"
        ids = [option.id for option in question.options]
        if (question.kind in _LIST_KINDS) != bool(ids):
            yield f"{where}: a {question.kind} question {'needs' if not ids else 'has no'} options"
        if len(set(ids)) != len(ids):
            yield f"{where}: an option id is used twice"
        if question.kind is Kind.TEXT and question.longest < 1:
            yield f"{where}: longest is missing: how many characters may be typed?"
        if question.least is not None and question.most is not None and question.least > question.most:
            yield f"{where}: least {question.least:g} is above most {question.most:g}"
        for fed in question.feeds:
            if fed not in known and not fed.startswith(("in-", "dur-", "scope-")):
                yield f"{where}: feeds {fed}, which is no rule, feature, message or score"


def _all_conditions(edition: Edition) -> Iterator[tuple[str, Condition]]:
    for question in edition.questions.values():
        if question.asked_when is not None:
            yield f"questionnaire.toml: question {question.id}: asked_when", question.asked_when
    for fact in edition.facts.values():
        if fact.when is not None:
            yield f"rules.toml: {fact.id}: when", fact.when
    for rule in edition.rules:
        for line in rule.lines:
            yield f"rules.toml: rule {rule.id}: when", line.when
    for feature in edition.features:
        yield f"rules.toml: feature {feature.id}: when", feature.when


def _conditions(edition: Edition) -> Iterator[str]:
    for where, condition in _all_conditions(edition):
        for clause in condition.clauses:
            for fault in _clause(edition, clause):
                yield f"{where}: {fault}"


def _clause(edition: Edition, clause: Clause) -> Iterator[str]:
    if clause.group and clause.group not in edition.groups:
        yield f"there is no group {clause.group}"
    if clause.is_fact:
        fact = edition.facts.get(clause.name)
        yield from [f"there is no {clause.name}"] if fact is None else _fact_clause(fact, clause)
    else:
        question = edition.questions.get(clause.name)
        yield from (
            [f"there is no question {clause.name}"] if question is None else _answer_clause(question, clause)
        )


def _fact_clause(fact: Fact, clause: Clause) -> Iterator[str]:
    compares_number = clause.op in ("<", ">=")
    if compares_number != (fact.gives == "number"):
        yield f"{fact.id} gives {fact.gives} and cannot be compared with {clause.op}"
    elif not compares_number and clause.values != ("yes",):
        yield f"{fact.id} can only be asked as = yes"


def _answer_clause(question: Question, clause: Clause) -> Iterator[str]:
    if clause.op in ("<", ">="):
        if question.kind is not Kind.NUMBER:
            yield f"{question.id} is no number and cannot be compared with {clause.op}"
        return
    if clause.group:
        return
    options = ("yes", "no") if question.kind is Kind.YES_NO else tuple(o.id for o in question.options)
    for value in clause.values:
        if value not in options or value == "unsure":
            yield f"{question.id} has no option {value}"


def _order(edition: Edition) -> Iterator[str]:
    """A question may lean only on what was asked before it."""
    place = {question: number for number, question in enumerate(edition.questions)}
    for question in edition.questions.values():
        if question.asked_when is None:
            continue
        for name in sorted(questions_behind(edition, question.asked_when)):
            if name in place and place[name] >= place[question.id]:
                yield f"questionnaire.toml: question {question.id} is asked after it needs {name}"


def questions_behind(edition: Edition, condition: Condition) -> set[str]:
    """The questions a condition leans on, through facts."""
    return _reads(edition, condition, set())


def _reads(edition: Edition, condition: Condition, seen: set[str]) -> set[str]:
    found: set[str] = set()
    for clause in condition.clauses:
        fact = edition.facts.get(clause.name)
        if fact is None:
            found.add(clause.name)
        elif fact.id not in seen:
            seen.add(fact.id)
            found |= set(fact.reads) if fact.when is None else _reads(edition, fact.when, seen)
    return found


def _circles(edition: Edition) -> Iterator[str]:
    for fact in edition.facts.values():
        if fact.when is None:
            if fact.id not in COMPUTED:
                yield f"rules.toml: {fact.id} is not computed by rules/facts.py"
            for name in fact.reads:
                if name not in edition.questions:
                    yield f"rules.toml: {fact.id} reads {name}, which is not a question"
        elif fact.id in _facts_behind(edition, fact.when, set()):
            yield f"rules.toml: {fact.id} goes in a circle"
    for name in sorted(set(COMPUTED) - set(edition.facts)):
        yield f"rules.toml: [[computed]] {name} is missing"


def _facts_behind(edition: Edition, condition: Condition, seen: set[str]) -> set[str]:
    for clause in condition.clauses:
        fact = edition.facts.get(clause.name)
        if fact is not None and fact.id not in seen:
            seen.add(fact.id)
            if fact.when is not None:
                _facts_behind(edition, fact.when, seen)
    return seen


def _rules(edition: Edition) -> Iterator[str]:
    for rule in edition.rules:
        where = f"rules.toml: rule {rule.id}"
        if rule.level == "no-flags-raised":
            yield f"{where}: level no-flags-raised is an outcome, not a level of a rule"
        if not _place_is_known(edition, rule):
            yield f"{where}: there are no regions {rule.regions}"
        if rule.scope != "region" and rule.regions:
            yield f"{where}: names regions {rule.regions} although its scope is {rule.scope}"
        for message in filter(None, (rule.message, rule.adds)):
            if message != "none" and message not in edition.messages:
                yield f"{where}: there is no message {message}"


def _place_is_known(edition: Edition, rule: Rule) -> bool:
    return rule.regions in _PLACES or rule.regions in edition.groups or rule.regions in edition.hazards


def _places(edition: Edition) -> Iterator[str]:
    for region in edition.regions.values():
        where = f"regions.toml: region {region.id}"
        if not region.hazards:
            yield f"{where}: has no hazards"
        for hazard, severity in region.hazards.items():
            if hazard not in edition.hazards:
                yield f"{where}: there is no hazard {hazard}"
            if severity not in _SEVERITIES:
                yield f"{where}: severity {severity!r} of {hazard} does not exist"
        for neighbour in region.next_to:
            if neighbour not in edition.regions:
                yield f"{where}: is next to {neighbour}, which does not exist"
            elif region.id not in edition.regions[neighbour].next_to:
                yield f"{where}: is next to {neighbour}, but {neighbour} is not next to it"
    lists = {f"group {name}": regions for name, regions in edition.groups.items()}
    lists |= {f"[areas] {name}": regions for name, regions in edition.areas.items()}
    lists |= {f"[quarters] {name}": regions for name, regions in edition.quarters.items()}
    for name, regions in lists.items():
        yield from _known(f"regions.toml: {name}", regions, edition.regions, "region")


def _muscles(edition: Edition) -> Iterator[str]:
    for muscle in edition.muscles:
        where = f"muscles.toml: muscle {muscle.id}"
        yield from _known(where, muscle.lives_in + muscle.refers_to, edition.regions, "region")
        if muscle.pleura is not None:
            yield from _known(where, [muscle.pleura], edition.pleura, "entry of the pleura watch-list")
    muscles = {muscle.id for muscle in edition.muscles}
    sciatica = edition.sciatica
    places = sciatica.buttock | sciatica.leg
    yield from _known("muscles.toml: [sciatica_like]", places, edition.regions, "region")
    for clue in sciatica.clues:
        yield from _known(f"muscles.toml: sciatica {clue.id}", clue.muscles, muscles, "muscle")


def _medicines(edition: Edition) -> Iterator[str]:
    """What patients type is compared in small letters, so a capital in a name would never match."""
    for group in edition.medicines.values():
        where = f"medicines.toml: medicine {group.id}"
        for name in group.names:
            if name != " ".join(name.lower().split()):
                yield f"{where}: {name!r} should be in small letters, single blanks"


def _named_in_python(edition: Edition) -> Iterator[str]:
    """What rules/facts.py calls by name must be in the files, and what it must know must be there."""
    options = {q.id: tuple(o.id for o in q.options) for q in edition.questions.values()}
    units, words = options.get("duration_unit", ()), options.get("pain_words", ())
    yield from _known("questionnaire.toml: question duration_unit", units, WEEKS, "length in weeks of")
    yield from _known("questionnaire.toml: question pain_words", NERVE_WORDS, words, "option")
    yield from _known("regions.toml", BLEED_ZONE, edition.hazards, "hazard")
    for name, groups in MEDICINES.items():
        yield from _known(f"medicines.toml: {name}", groups, edition.medicines, "medicine")
    if "lymphoedema_limb" not in edition.questions:
        yield "questionnaire.toml: there is no question lymphoedema_limb"


def _cited(edition: Edition) -> Iterator[str]:
    cited = [(f"rules.toml: rule {rule.id}", rule.sources) for rule in edition.rules]
    cited += [(f"rules.toml: feature {feature.id}", feature.sources) for feature in edition.features]
    cited += [(f"regions.toml: region {region.id}", region.sources) for region in edition.regions.values()]
    cited += [(f"regions.toml: hazard {hazard.id}", hazard.sources) for hazard in edition.hazards.values()]
    cited += [(f"muscles.toml: muscle {muscle.id}", muscle.sources) for muscle in edition.muscles]
    cited += [(f"muscles.toml: pleura {watch.id}", watch.sources) for watch in edition.pleura.values()]
    cited += [(f"muscles.toml: sciatica {clue.id}", clue.sources) for clue in edition.sciatica.clues]
    cited += [(f"medicines.toml: medicine {m.id}", m.sources) for m in edition.medicines.values()]
    for name, notes in edition.notes.items():
        cited += [(f"advice.toml: {name} {note.id}", note.sources) for note in notes]
    for where, keys in cited:
        yield from _known(where, keys, edition.sources, "source")


def _known(where: str, names: Iterable[str], among: Iterable[str], what: str) -> Iterator[str]:
    for name in sorted(set(names) - set(among)):
        yield f"{where}: there is no {what} {name}"


def _spoken(edition: Edition) -> Iterator[str]:
    yield from _known("advice.toml: [words]", _NEEDED_WORDS, edition.words, "text for")
    yield from _known("advice.toml: [messages]", _NEEDED_MESSAGES, edition.messages, "message")
