"""The edition in use: what it is, who signed it off, and the supervising clinician's sign-off."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from flask import Blueprint, abort, g, redirect, url_for
from werkzeug.wrappers import Response as Answer

from rules.model import Edition, Note
from screening.documents import rulesheet
from screening.documents.blank import blank_made_at
from screening.documents.render import CouldNotRender
from screening.documents.rulesheet_tables import JUDGED
from screening.records import editions, signoff, signoff_list
from screening.records.signoff import SignOff
from screening.records.signoff_list import Ticked
from screening.records.staff import Role
from screening.web.drawing import as_pdf, draw_once, templates
from screening.web.edition_forms import DIGEST_TYPED, SignEdition, Tick
from screening.web.parts import parts
from screening.web.policy import open_to
from screening.web.proof import wrong_password
from screening.web.staff_forms import faults
from screening.web.staff_words import actor, page, say, say_here, voice

pages = Blueprint("edition", __name__)

READERS = (Role.CLINICIAN, Role.PRACTITIONER, Role.ADMINISTRATOR)
_UNPROCESSABLE, _CONFLICT, _TOO_MANY = 422, 409, 429


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the sign-off list, what was noted about it last, and the form that adds to it."""

    id: str
    text: str
    done: str
    note: str
    form: Tick
    faulty: bool


@pages.get("/staff/edition")
@open_to(*READERS)
def state() -> str:
    """Which edition is in use, what it holds, and who signed it off when."""
    edition = parts().edition
    with parts().sessions() as db:
        every = signoff.every(db)
        names = {kept.digest: kept.name for kept in editions.every(db)}
        open_items = signoff_list.missing(db, edition.digest, _ids(edition))
    counts = next((signed for signed in every if signed.edition_digest == edition.digest), None)
    earlier = [signed for signed in every if signed is not counts]
    return page(
        "clinician/edition.html",
        edition=edition,
        counts=_counts(edition),
        signed=_signed_words(counts) if counts else "",
        earlier=[
            (names.get(s.edition_digest, s.edition_digest[:DIGEST_TYPED]), _signed_words(s)) for s in earlier
        ],
        gone_through=len(edition.notes["sign_off"]) - len(open_items),
        items=len(edition.notes["sign_off"]),
        clinician=g.staff.role is Role.CLINICIAN,
    )


@pages.get("/staff/edition/judgement")
@open_to(*READERS)
def judgement() -> str:
    """Every rule that rests on the clinic's own judgement, in words, so that nobody forgets that it does."""
    edition = parts().edition
    sheet = rulesheet.sheet(edition, "", voice().day)
    sections = [
        (section.title, [rule for rule in section.rules if rule.judged]) for section in sheet.sections
    ]
    return page(
        "clinician/judgement.html",
        edition=edition,
        sections=[(title, rules) for title, rules in sections if rules],
        choices=[row for row in sheet.choices if row.judged],
        mark=edition.words[JUDGED],
    )


@pages.get("/staff/edition/rule-sheet.pdf")
@open_to(*READERS)
def rule_sheet() -> Answer | tuple[str, int]:
    """The rule sheet of the edition in use."""
    edition = parts().edition
    with parts().sessions() as db:
        signed = signoff.latest(db, edition.digest)
    html = rulesheet.as_html(templates(), edition, _signed_words(signed) if signed else "", voice().day)
    try:
        drawn = draw_once(html, "", sha256(html.encode()).digest()[:16], blank_made_at(edition))
    except CouldNotRender:
        return page("desk/no_paper.html"), 503
    return as_pdf(drawn, f"rule-sheet-{edition.name}")


# --- the list and the sign-off -----------------------------------------------------------------


@pages.get("/staff/edition/sign-off")
@open_to(Role.CLINICIAN)
def sign_off() -> str:
    """The sign-off list, and below it the sign-off itself."""
    return _list()


@pages.post("/staff/edition/sign-off/<item>")
@open_to(Role.CLINICIAN)
def tick(item: str) -> Answer | tuple[str, int]:
    """Note that one item was gone through, and what was decided about it."""
    edition = parts().edition
    if item not in _ids(edition):
        abort(404)
    form = Tick(item)
    if not form.validate():
        return _list(tick=form), _UNPROCESSABLE
    with parts().sessions() as db:
        signoff_list.tick(db, actor(), edition.digest, item, form.note.data, parts().now())
    return redirect(url_for("edition.sign_off", _anchor=item), 303)


@pages.post("/staff/edition/sign-off")
@open_to(Role.CLINICIAN)
def sign() -> Answer | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Sign the edition off, once every item is gone through and the password proves who is there."""
    edition, now = parts().edition, parts().now()
    form = SignEdition(edition.digest)
    if _hindrance(edition):
        return _list(sign=form), _CONFLICT
    if not form.validate():
        return _list(sign=form), _UNPROCESSABLE
    if wait := wrong_password(form.password):
        return _list(sign=form), _TOO_MANY, {"Retry-After": str(wait)}
    name, registration = g.staff.name, g.staff.registration
    signed = SignOff(edition.digest, name, registration, parts().today(), now, g.staff.id)
    with parts().sessions() as db:
        signoff.sign(db, actor(), signed)
    return redirect(url_for("edition.state"), 303)


def _list(tick: Tick | None = None, sign: SignEdition | None = None) -> str:
    edition = parts().edition
    with parts().sessions() as db:
        done = signoff_list.ticked(db, edition.digest)
        signed = signoff.latest(db, edition.digest)
    hindrance, form = _hindrance(edition), sign or SignEdition(edition.digest)
    wrong = faults(tick or form)
    if sign is not None and hindrance:
        wrong = [(hindrance, "#sign")]
    return page(
        "clinician/sign_off.html",
        edition=edition,
        items=_items(edition.notes["sign_off"], done, tick),
        gone_through=len(done),
        signed=_signed_words(signed) if signed else "",
        hindrance=hindrance,
        form=form,
        typed=DIGEST_TYPED,
        who=say(
            "You sign as {name}, {registration}, on {day}.",
            name=g.staff.name,
            registration=g.staff.registration,
            day=voice().day(parts().today()),
        ),
        errors=wrong,
    )


def _items(notes: Sequence[Note], done: dict[str, Ticked], faulty: Tick | None) -> list[Item]:
    def item(note: Note) -> Item:
        entry, wrong = done.get(note.id), faulty is not None and faulty.item == note.id
        said = (
            say("Gone through by {name}, {when}", name=entry.staff_name, when=say_here(entry.at))
            if entry
            else ""
        )
        form = faulty if faulty is not None and wrong else Tick(note.id, formdata=None)
        return Item(note.id, note.text, said, entry.note if entry else "", form, wrong)

    return [item(note) for note in notes]


def _hindrance(edition: Edition) -> str:
    """What keeps the signed-in clinician from signing; "" when nothing does."""
    if not g.staff.registration:
        return say(
            "Your account has no registration. Ask the administrator for a new one-time code, and enter it."
        )
    with parts().sessions() as db:
        left = signoff_list.missing(db, edition.digest, _ids(edition))
    return say("Go through every item first. Still open: {n}.", n=len(left)) if left else ""


def _ids(edition: Edition) -> tuple[str, ...]:
    return tuple(note.id for note in edition.notes["sign_off"])


def _signed_words(signed: SignOff) -> str:
    return say(
        "signed off by {name}, {registration}, on {day}",
        name=signed.name,
        registration=signed.registration,
        day=voice().day(signed.signed_on),
    )


def _counts(edition: Edition) -> list[tuple[str, int]]:
    return [
        (say("Pages"), len(edition.pages)),
        (say("Questions"), len(edition.questions)),
        (say("Rules"), len(edition.rules)),
        (
            say("Rules that rest on the clinic's own judgement"),
            sum(JUDGED in rule.sources for rule in edition.rules),
        ),
        (say("Places on the body chart"), len(edition.regions)),
        (say("Muscles"), len(edition.muscles)),
        (say("Groups of medicines"), len(edition.medicines)),
        (say("Sources"), len(edition.sources)),
    ]
