"""An edition that does not hold together is refused, and told every fault at once in its own words."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from broken import ASKED, FILES, PLACES, RULES, faults, faults_of_rules, when

from rules.load import Unsound, load, load_files


def test_a_missing_file_is_named() -> None:
    with pytest.raises(Unsound) as refused:
        load_files({name: text for name, text in FILES.items() if name != "muscles.toml"})
    assert ("muscles.toml: the file is missing",) == refused.value.faults


def test_an_empty_folder_is_missing_every_file(tmp_path: Path) -> None:
    with pytest.raises(Unsound) as refused:
        load(tmp_path)
    assert 7 == len(refused.value.faults)
    assert "7 faults:\nquestionnaire.toml: the file is missing" in str(refused.value)


def test_a_file_that_is_not_toml_is_named_with_the_line() -> None:
    line = FILES[RULES].splitlines().index('id = "sys-no-region"') + 1
    (fault,) = faults((RULES, 'id = "sys-no-region"', "id = sys-no-region"))
    assert fault.startswith("rules.toml: ")
    assert f"line {line}" in fault


def test_a_file_saved_in_an_old_encoding_is_named(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / RULES).write_bytes("# naïve\n".encode("latin-1"))
    with pytest.raises(Unsound) as refused:
        load(tmp_path)
    assert ("rules.toml: is not saved as UTF-8 text",) == refused.value.faults


ONE_FAULT = [
    # what a condition names
    (when("rf_lumps = yes"), "rules.toml: rule pre-new: when: there is no question rf_lumps"),
    (when("fact.agee < 18"), "rules.toml: rule pre-new: when: there is no fact.agee"),
    (when("pain_regions in grp-nose"), "rules.toml: rule pre-new: when: there is no group grp-nose"),
    (when("mod_smoking = often"), "rules.toml: rule pre-new: when: mod_smoking has no option often"),
    (when("rf_lump = unsure"), "rules.toml: rule pre-new: when: rf_lump has no option unsure"),
    (when("mod_smoking = unsure"), "rules.toml: rule pre-new: when: mod_smoking has no option unsure"),
    (when("pain_regions = reg-calf"), "rules.toml: rule pre-new: when: pain_regions has no option reg-calf"),
    (
        when("rf_lump < 3"),
        "rules.toml: rule pre-new: when: rf_lump is no number and cannot be compared with <",
    ),
    (
        when("fact.age = yes"),
        "rules.toml: rule pre-new: when: fact.age gives number and cannot be compared with =",
    ),
    (
        when("fact.pleura >= 1"),
        "rules.toml: rule pre-new: when: fact.pleura gives yes_no and cannot be compared with >=",
    ),
    (when("fact.pleura = no"), "rules.toml: rule pre-new: when: fact.pleura can only be asked as = yes"),
    # how a condition is written
    (when("not rf_lump"), "rules.toml: rule pre-new: line: when: not a clause: 'not rf_lump'"),
    (
        when("any(rf_lump = yes, all(rf_tb = yes, rf_lump = yes))"),
        "rules.toml: rule pre-new: line: when: not a clause: 'all(rf_tb = yes, rf_lump = yes)'",
    ),
    (
        when("at_least(3, rf_lump = yes, rf_tb = yes)"),
        (
            "rules.toml: rule pre-new: line: when: at_least needs a number from 1 to its count of clauses: "
            "'at_least(3, rf_lump = yes, rf_tb = yes)'"
        ),
    ),
    # how a line is written
    ('["rf_lump = yes"]', "rules.toml: rule pre-new: lines should be a list of tables"),
    ("[]", "rules.toml: rule pre-new: lines are missing: when is it raised?"),
    ("", "rules.toml: rule pre-new: lines are missing: when is it raised?"),
    (
        '[{ when = "rf_lump = yes", urgency = "tomorrow" }]',
        (
            "rules.toml: rule pre-new: line: urgency 'tomorrow' does not exist; "
            "it is one of emergency-now, same-day, soon"
        ),
    ),
    (
        '[{ when = "rf_lump = yes", level = "soon" }]',
        "rules.toml: rule pre-new: line: 'level' is not a key of this table",
    ),
]


@cache
def told_by_condition() -> list[list[str]]:
    return faults_of_rules([{"lines": lines} for lines, _ in ONE_FAULT])


@pytest.mark.parametrize("number", range(len(ONE_FAULT)), ids=[fault for _, fault in ONE_FAULT])
def test_a_rule_with_one_fault_in_its_condition_is_told_that_fault(number: int) -> None:
    _, fault = ONE_FAULT[number]
    assert fault in told_by_condition()[number]


RULE_FAULTS = [
    ({"sources": '["S-NOBODY"]'}, "there is no source S-NOBODY"),
    ({"sources": "[]"}, "sources is empty"),
    ({"sources": ""}, "sources is empty"),
    ({"sources": '["S-JUDGE", "S-JUDGE"]'}, "sources names something twice"),
    ({"sources": '"S-JUDGE"'}, "sources should be a list, not 'S-JUDGE'"),
    ({"sources": "[1]"}, "sources should be a list of texts"),
    ({"level": '"no-flags-raised"'}, "level no-flags-raised is an outcome, not a level of a rule"),
    (
        {"level": '"serious"'},
        (
            "level 'serious' does not exist; it is one of urgent-referral, "
            "do-not-needle-until-reviewed, practitioner-decision, no-flags-raised, information"
        ),
    ),
    ({"scope": '"leg"'}, "scope 'leg' does not exist; it is one of person, region, modality"),
    ({"scope": '"region"', "regions": '"grp-nose"'}, "there are no regions grp-nose"),
    ({"regions": '"marked"'}, "names regions marked although its scope is person"),
    ({"message": '"msg-hello"'}, "there is no message msg-hello"),
    ({"adds": '"msg-hello"'}, "there is no message msg-hello"),
    ({"title": ""}, "title is missing"),
    ({"title": "7"}, "title should be a text, not 7"),
    ({"private": '"yes"'}, "private should be true or false, not 'yes'"),
    ({"colour": '"red"'}, "'colour' is not a key of this table"),
    ({"advice": f'"{"x" * 361}"'}, "advice has 361 characters; its place on paper holds 360"),
]


@cache
def told() -> list[list[str]]:
    return faults_of_rules([changes for changes, _ in RULE_FAULTS])


@pytest.mark.parametrize("number", range(len(RULE_FAULTS)), ids=[fault for _, fault in RULE_FAULTS])
def test_a_rule_with_one_fault_is_told_that_fault(number: int) -> None:
    _, fault = RULE_FAULTS[number]
    assert [f"rules.toml: rule pre-new: {fault}"] == told()[number]


LUMP = 'id = "rf_lump"\nkind = "yes_no"'
SMOKES = '  { id = "now", text = "Yes, now" },'
EDITION_FAULTS = [
    # questions
    (ASKED, 'id = "rf_lump"', 'id = "rf_tb"', "question rf_tb: id is used twice"),
    (ASKED, 'id = "urgent_lower"', 'id = "urgent_other"', "page urgent_other: id is used twice"),
    (ASKED, "number = 2\n", "number = 3\n", "number should be 2: pages are numbered in their order"),
    (ASKED, LUMP, 'id = "rf_lump"\nkind = "tick"', "question rf_lump: kind 'tick' does not exist"),
    (
        ASKED,
        LUMP,
        'id = "rf_lump"\nkind = "choice"',
        "question rf_lump: a choice question needs options",
    ),
    (
        ASKED,
        LUMP,
        LUMP + '\noptions = [{ id = "a", text = "A" }]',
        "question rf_lump: a yes_no question has no options",
    ),
    (ASKED, LUMP, LUMP + '\noptions = ["a"]', "question rf_lump: options should be a list of tables"),
    (ASKED, SMOKES, SMOKES + SMOKES, "question mod_smoking: an option id is used twice"),
    (ASKED, SMOKES, SMOKES.replace("text", "words"), "question mod_smoking: option now: text is missing"),
    (ASKED, 'feeds = ["sys-stale"]', 'feeds = ["sys-late"]', "feeds sys-late, which is no rule, feature"),
    (ASKED, "longest = 200\n", "", "longest is missing: how many characters may be typed?"),
    (ASKED, "least = 0", "least = 99", "is above most"),
    (ASKED, "least = 0", 'least = "0"', "least should be a number, not '0'"),
    (ASKED, 'asked_when = "filling_in = staff"', 'asked_when = "rf_lump = yes"', "is asked after it needs"),
    (
        ASKED,
        'asked_when = "filling_in = staff"',
        'asked_when = "fact.any_ces = yes"',
        "it needs rf_ces_bowel",
    ),
    (ASKED, 'asked_when = "filling_in = staff"', 'asked_when = "paper_by = self"', "after it needs paper_by"),
    (ASKED, 'asked_when = "filling_in = staff"', "asked_when = 3", "asked_when should be a text, not 3"),
    (ASKED, "[answer_words]", "[answer_word]", "questionnaire.toml: [answer_word] is not known"),
    (ASKED, 'missing = "No answer given"', "missing = 3", "[answer_words]: missing should be a text, not 3"),
    (
        ASKED,
        '{ id = "years", text = "Years" }',
        '{ id = "decades", text = "Decades" }',
        "there is no length in weeks of decades",
    ),
    (ASKED, 'id = "d-cold"', 'id = "d-icy"', "question pain_words: there is no option d-cold"),
    (ASKED, 'id = "lymphoedema_limb"', 'id = "lymph_limb"', "there is no question lymphoedema_limb"),
    # facts
    (
        RULES,
        'when = "any(rf_ces_saddle = yes, ',
        'when = "any(fact.ces_sexual_urgent = yes, ',
        "fact.any_ces goes in a circle",
    ),
    (RULES, 'id = "fact.age"', 'id = "fact.years"', "fact.years is not computed by rules/facts.py"),
    (RULES, 'id = "fact.age"', 'id = "fact.years"', "[[computed]] fact.age is missing"),
    (RULES, 'reads = ["visit_date"]', 'reads = ["visit"]', "reads visit, which is not a question"),
    (RULES, 'id = "fact.any_ces"', 'id = "fact.age"', "fact.age is both computed and a condition"),
    (RULES, 'id = "sys-conflict"', 'id = "sys-stale"', "rule sys-stale: id sys-stale is used twice"),
    (RULES, "[[rule]]", '[[law]]\nid = "a"\n\n[[rule]]', "rules.toml: [law] is not known"),
    (RULES, "weight = 3", "weight = 3.5", "weight should be a whole number, not 3.5"),
    (RULES, "weight = 3", "weight = true", "weight should be a whole number, not True"),
    # places
    (PLACES, 'haz-brainstem = "high"', 'haz-brain = "high"', "there is no hazard haz-brain"),
    (PLACES, 'haz-brainstem = "high"', 'haz-brainstem = "great"', "severity 'great' of haz-brainstem"),
    (PLACES, 'id = "haz-compartment"', 'id = "haz-box"', "regions.toml: there is no hazard haz-compartment"),
    (PLACES, "upper = [", 'upper = ["reg-nose", ', "[areas] upper: there is no region reg-nose"),
    ("muscles.toml", 'lives_in = ["', 'lives_in = ["reg-nose", "', "there is no region reg-nose"),
    (
        "muscles.toml",
        'pleura = "pl-',
        'pleura = "pl-no-',
        "there is no entry of the pleura watch-list pl-no-",
    ),
    ("muscles.toml", 'muscles = ["', 'muscles = ["mus-nose", "', "there is no muscle mus-nose"),
    (PLACES, "[areas]", "[area]", "regions.toml: [area] is not known"),
    (PLACES, "[areas]", "[areas.more]", "regions.toml [areas]: 'more' is not a key of this table"),
    # medicines, texts, sources
    ("medicines.toml", '"warfarin"', '"Warfarin"', "'Warfarin' should be in small letters"),
    ("medicines.toml", 'id = "med-vka"', 'id = "med-k"', "fact.med_vka: there is no medicine med-vka"),
    ("advice.toml", "msg-review = ", "msg-revue = ", "[messages]: there is no message msg-review"),
    ("advice.toml", '"draft" = ', '"draught" = ', "advice.toml: [words]: there is no text for draft"),
    ("sources.toml", 'key = "S-SEED"', 'key = "S-JUDGE"', "source S-JUDGE: key S-JUDGE is used twice"),
    ("sources.toml", 'read = "read"', 'read = "skimmed"', "read 'skimmed' does not exist; it is one of read"),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"), EDITION_FAULTS, ids=[fault[3] for fault in EDITION_FAULTS]
)
def test_an_edition_with_one_fault_is_told_that_fault(file: str, old: str, new: str, fault: str) -> None:
    assert [found for found in faults((file, old, new)) if fault in found]


def test_a_place_without_hazards_or_without_its_neighbour_is_named() -> None:
    calf = FILES[PLACES].index('id = "reg-calf"')
    region = FILES[PLACES][calf : FILES[PLACES].index("[[", calf)]
    start = region.index("hazards")
    hazards = region[start : region.index("}", start) + 1]
    bare = region.replace(hazards, "hazards = {}").replace('"reg-heel"', '"reg-nose"')
    assert {
        "regions.toml: region reg-heel: is next to reg-calf, but reg-calf is not next to it",
        "regions.toml: region reg-calf: is next to reg-nose, which does not exist",
        "regions.toml: region reg-calf: has no hazards",
    } == set(faults((PLACES, region, bare)))


def test_what_should_be_a_list_of_tables_and_is_not_is_named() -> None:
    rules = FILES[RULES] + "\n"
    cut = rules[: rules.index("[[rule]]")] + rules[rules.index("[[feature]]") :]
    with pytest.raises(Unsound) as refused:
        load_files(FILES | {RULES: 'rule = "all"\n' + cut})
    assert "rules.toml: [[rule]] should be a list of tables" in refused.value.faults
    with pytest.raises(Unsound) as refused:
        load_files(FILES | {RULES: 'rule = ["all"]\n' + cut})
    assert "rules.toml: rule 1: should be a table" in refused.value.faults
    assert "rules.toml: rule 1: id is missing" in refused.value.faults


def test_many_faults_are_told_at_once() -> None:
    changes = [(file, old, new) for file, old, new, _ in MANY]
    found = Counter(faults(*changes))
    assert [] == [fault for _, _, _, fault in MANY if not any(fault in each for each in found)]
    assert {ASKED, RULES, PLACES, "medicines.toml", "muscles.toml", "advice.toml", "sources.toml"} == {
        fault.partition(":")[0].partition(" ")[0] for fault in found
    }
    assert [] == [fault for fault, times in found.items() if times > 1]


MANY = [
    EDITION_FAULTS[[fault[3] for fault in EDITION_FAULTS].index(name)]
    for name in (
        "question rf_tb: id is used twice",
        "feeds sys-late, which is no rule, feature",
        "[answer_words]: missing should be a text, not 3",
        "reads visit, which is not a question",
        "weight should be a whole number, not 3.5",
        "severity 'great' of haz-brainstem",
        "there is no muscle mus-nose",
        "'Warfarin' should be in small letters",
        "[messages]: there is no message msg-review",
        "read 'skimmed' does not exist; it is one of read",
    )
]
