"""What was added after the form came in, on the summary: flags stay, a signature says what it covers."""

from datetime import date, timedelta

from papers import PLAIN, SENT, answered, copy_of, html_of, paper

from screening.documents.after import Addendum, After, Handled, Signature
from screening.documents.charts import charts_of
from screening.documents.paper import Decision, Paper, Voice, made_at
from screening.documents.summary import summary_identifier
from screening.settings import Clinic
from screening.words import speaker

LATER = SENT + timedelta(hours=3)
VOICE = Voice(speaker("en"), "en", Clinic())
PLACE = "reg-calf:left"


def signature(*, registration: str = "PT-114", matches: bool = True) -> Signature:
    return Signature("Dana Example", registration, LATER, "0123456789abcdef" * 4, matches)


def signed(made: Signature) -> Paper:
    return paper(PLAIN, after=After(signature=made))


def test_a_signed_summary_names_the_signer_the_registration_the_time_and_the_digest() -> None:
    printed = html_of(signed(signature()))
    assert "Signed by Dana Example, PT-114, 22 November 2026, 12:05." in printed
    assert "What was signed has the digest 0123456789ab." in printed
    without = html_of(signed(signature(registration="")))
    assert "Signed by Dana Example, 22 November 2026, 12:05." in without


def test_a_record_that_is_no_longer_what_was_signed_says_so() -> None:
    warning = "The record is no longer what was signed."
    assert warning in html_of(signed(signature(matches=False)))
    assert warning not in html_of(signed(signature()))


def test_a_summary_of_an_open_record_has_no_signature_in_words() -> None:
    assert "Signed by" not in html_of(paper(PLAIN))


def test_every_flag_is_printed_whatever_was_done_about_it() -> None:
    plain = paper(PLAIN)
    handled = tuple(
        Handled(flag.id, "resolved", "Dana Example", LATER, "Asked.") for flag in plain.assessment.flags
    )
    printed = html_of(paper(PLAIN, after=After(handled=handled)))
    assert handled
    for flag in plain.assessment.flags:
        title = plain.edition.rule[flag.id].title
        row = f"<b>{title}</b> Resolved by Dana Example, 22 November 2026, 12:05: Asked."
        assert row in printed
        assert f'<b class="flag__title">{title}</b>' in printed


def test_whatever_is_added_makes_another_file_of_a_later_moment() -> None:
    plain = paper(PLAIN)
    added = paper(PLAIN, after=After(addenda=(Addendum("Dana Example", LATER, "Telephoned."),)))
    assert summary_identifier(plain) != summary_identifier(added)
    assert made_at(plain) < made_at(added) == LATER


def test_the_patients_own_copy_has_nothing_of_what_was_added() -> None:
    flag = paper(PLAIN).assessment.flags[0].id
    after = After(
        handled=(Handled(flag, "overridden", "Dana Example", LATER, "Shallow."),),
        signature=signature(),
        addenda=(Addendum("Dana Example", LATER, "Telephoned."),),
    )
    assert copy_of(paper(PLAIN, after=after)) == copy_of(paper(PLAIN))


def test_a_place_kept_from_the_needle_is_shaded_by_the_latest_decision_only() -> None:
    kept = Decision("Postpone", "Dana Example", LATER, "Fever.", date(2026, 12, 1), (PLACE,))
    freed = Decision("Go ahead", "Dana Example", LATER + timedelta(days=9))
    # Whoever answered nothing is held everywhere already.
    story = answered("no", pain_regions=[PLACE])
    plain = charts_of(paper(story), VOICE)
    assert charts_of(paper(story, decisions=(kept,)), VOICE) != plain
    assert charts_of(paper(story, decisions=(kept, freed)), VOICE) == plain
