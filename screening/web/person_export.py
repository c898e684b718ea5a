"""One person's data as a ZIP file: record.json, the PDFs of each form, and a page that says what is in it."""

from collections.abc import Mapping
from uuid import UUID

from rules.model import Edition
from screening.documents.copy import copy_css, copy_html, copy_identifier
from screening.documents.paper import Voice, made_at
from screening.exchange import person as exchange
from screening.records import person
from screening.records.erasing import Chosen
from screening.records.person import Kept
from screening.records.submissions import Submission
from screening.web.daily import summary_of
from screening.web.drawing import draw, templates
from screening.web.papers import paper_now, paper_of
from screening.web.parts import parts
from screening.web.practitioner import open_record
from screening.web.staff_words import actor, here, say
from screening.words import speaker


def zip_of(chosen: Chosen) -> bytes:
    """The ZIP file; every form in it is audited as opened. Raises Gone, or CouldNotRender: no half of it."""
    with parts().sessions() as db:
        found = person.everything(db, actor(), chosen, parts().now())
    forms = [(kept, _opened(kept)) for kept in found.forms]
    files = {
        "README.txt": _read_me().encode(),
        "record.json": exchange.write(
            [_plain(kept) for kept in found.appointments],
            [_form(kept, sent) for kept, sent in forms],
        ),
    }
    for kept, sent in forms:
        files |= {} if sent is None else _papers(kept, sent)
    return exchange.pack(files)


def _opened(kept: Kept) -> Submission | None:
    """The form as it was handed in; None for one that was not."""
    rows = kept.beside.get("submission", ())
    return open_record(UUID(rows[0]["id"]), "export") if rows else None


def _form(kept: Kept, sent: Submission | None) -> Mapping[str, object]:
    """A form in words and as it is kept; one that was not handed in has neither reference nor conclusion."""
    edition = _edition(kept)
    last = here(kept.values["last_saved_at"] if sent is None else sent.submitted_at).date()
    pages = kept.beside.get("saved_page", ())
    given = {name: one for page in pages for name, one in page["answers"].items()}
    return {
        "reference": kept.values["reference"],
        "language": kept.values["language"],
        "edition": {"name": edition.name, "digest": edition.digest},
        "answers": exchange.answers(edition, sent.answers if sent else given, last, _voice(kept).day),
        "conclusion": exchange.conclusion(edition, sent.assessment) if sent else None,
        "flag_titles": _titles(edition, kept),
        **_plain(kept),
    }


def _papers(kept: Kept, sent: Submission) -> dict[str, bytes]:
    """The patient's own copy in the language of the form, and the practitioner's summary in the clinic's."""
    paper, voice = paper_of(sent, _edition(kept), None), _voice(kept)
    html = copy_html(templates(), paper, voice.clinic, voice.say, voice.language)
    return {
        f"forms/{sent.reference}/answers.pdf": draw(html, copy_css(), copy_identifier(paper), made_at(paper)),
        f"forms/{sent.reference}/summary.pdf": summary_of(paper_now(sent)),
    }


def _edition(kept: Kept) -> Edition:
    return parts().edition_of(kept.values["edition_digest"], kept.values["language"])


def _voice(kept: Kept) -> Voice:
    """The language in which the form was filled in."""
    language = kept.values["language"]
    return Voice(speaker(language), language, parts().settings.clinic)


def _titles(edition: Edition, kept: Kept) -> dict[str, str]:
    """The title of every flag that any assessment kept beside the form names by its id."""
    assessments = [row["assessment"] for rows in kept.beside.values() for row in rows if "assessment" in row]
    flags = {flag["id"] for assessment in assessments for flag in assessment["flags"]}
    return {flag: edition.rule[flag].title for flag in sorted(flags)}


def _plain(kept: Kept) -> dict[str, object]:
    """What is the same for a form and an appointment: its own values, its rows by table, its trail."""
    trail = [{"at": line.at, "by": line.by, "did": line.did, "why": line.why} for line in kept.trail]
    return {"values": kept.values, "kept": kept.beside, "trail": trail}


def _read_me() -> str:
    """What is in the file, in plain words."""
    lines = (
        say("This is what {clinic} keeps about you.", clinic=parts().settings.clinic.name),
        "",
        say("forms: a folder for each form that you handed in, under its reference."),
        "  " + say("answers.pdf is your own copy. Answers that are private are not printed in it."),
        "  "
        + say("summary.pdf is what the practitioner reads, with what the form raised and what was decided."),
        say("record.json: everything, for another computer program or for somebody who helps you."),
        "  " + say("Each question that you were asked, with your answer, also the private ones."),
        "  "
        + say("What the form raised and why; checks, decisions and notes; messages; who opened it and when."),
        "  " + say("Times are given in UTC. Staff who only opened or typed something are named by role."),
        "",
        say("The form collects answers. It does not examine, diagnose or obtain consent."),
        say("This file is not protected by a password: keep it where only you can read it."),
    )
    return "\n".join(lines) + "\n"
