"""An edition as its files spell it: what it holds, what it is known by, in whose language it speaks."""

from pathlib import Path

from broken import ASKED, FILES, RULES, a_rule, with_changes

from rules.load import EDITIONS, digest_of, load, load_files, newest


def test_the_edition_holds_all_the_content_that_was_agreed() -> None:
    edition = load(newest())
    groups = (edition.pages, edition.questions, edition.rules, edition.facts, edition.groups, edition.regions)
    assert [18, 247, 186, 144, 17, 62] == [len(group) for group in groups]
    assert 59 == len(edition.notes["choices"])


def test_a_source_that_is_judgement_stays_marked_as_judgement() -> None:
    edition = load(newest())
    judged = {key for key, source in edition.sources.items() if source.read == "judgement"}
    assert "S-JUDGE" in judged
    assert {key for key in edition.sources if key.startswith("S-JUDGE")} <= judged
    assert "judgement" in edition.words["S-JUDGE"]


def test_every_rule_of_the_edition_cites_a_source() -> None:
    assert [] == [rule.id for rule in load(newest()).rules if not rule.sources]


def test_an_added_rule_that_is_sound_loads() -> None:
    edition = load_files(with_changes((RULES, "[[feature]]", a_rule() + "[[feature]]")))
    assert 187 == len(edition.rules)
    assert load(newest()).digest != edition.digest


def test_the_only_harmless_yeses_are_the_four_agreed_ones() -> None:
    questions = load(newest()).questions.values()
    assert {"guardian_present", "bleeding_specialist", "can_list_medicines", "day_eaten"} == {
        question.id for question in questions if question.clear == "yes"
    }


def test_the_newest_edition_is_the_one_with_the_latest_name(tmp_path: Path) -> None:
    for name in ("2026-11-22", "2027-01-05", "2030-notes"):
        (tmp_path / name).mkdir()
    for name in ("2026-11-22", "2027-01-05"):
        (tmp_path / name / ASKED).touch()
    assert tmp_path / "2027-01-05" == newest(tmp_path)
    assert EDITIONS == newest().parent


def test_an_edition_is_known_by_its_texts_and_not_by_the_order_of_its_files() -> None:
    backwards = dict(reversed(FILES.items()))
    assert digest_of(FILES) == digest_of(backwards)
    assert digest_of(FILES) != digest_of(FILES | {RULES: FILES[RULES] + "\n"})
    assert digest_of({"a": "b\n", "c": ""}) != digest_of({"a": "", "b\nc": ""})


def test_sentences_are_translated_and_ids_are_not() -> None:
    edition = load_files(FILES, translate=str.upper, language="xx")
    assert "DO YOU SMOKE OR VAPE?" == edition.questions["mod_smoking"].text
    assert "YES, NOW" == edition.questions["mod_smoking"].options[0].text
    assert ("now", "xx") == (edition.questions["mod_smoking"].options[0].id, edition.language)
