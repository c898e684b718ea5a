"""What the tests of paper share: invented patients, their papers, and reading a PDF back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from drawing import kept, once

from rules.assess import assess
from rules.load import load, newest
from rules.model import Edition, Kind, Question
from screening.documents.copy import copy_css, copy_html, copy_identifier
from screening.documents.paper import Paper, made_at
from screening.documents.rulesheet import as_html, as_pdf
from screening.documents.summary import summary_css, summary_html, summary_identifier
from screening.jinja import environment
from screening.settings import Clinic
from screening.words import PSEUDO, pseudo, speaker

TODAY = date(2026, 11, 22)
SENT = datetime(2026, 11, 22, 9, 5, tzinfo=ZoneInfo("Asia/Kolkata"))
REFERENCE = "DN-7K3F-92QX"
CLINIC = Clinic(
    name="Invented Clinic",
    phone="555 0199",
    emergency_number="112",
    emergency_department="casualty department",
    advice_line="your doctor",
    crisis_line="14416",
)
ENVIRONMENT = environment()
PLAIN = {
    "filling_in": "self",
    "consent_data": "agree",
    "full_name": "Invented Person",
    "date_of_birth": "1986-03-15",
    "phone": "555 0100",
    "pain_regions": ["reg-upper-shoulder:left"],
    "onset": "gradual",
    "duration_number": 8,
    "duration_unit": "months",
    "pain_words": ["d-aching", "d-deep"],
    "nprs_now": 4,
    "nprs_worst": 7,
    "nprs_best": 2,
    "goals": "Swim again",
    "medicines_list": "warfarin, ibuprofen",
}


@cache
def edition(language: str = "en") -> Edition:
    return load(newest(), pseudo, PSEUDO) if language == PSEUDO else load(newest())


@cache
def shortened() -> Edition:
    """A few of everything: the whole edition makes a rule sheet of the same structure and of ninety pages."""
    whole = edition()
    rules = (*whole.rules[:3], whole.rule["abs-consent-refused"])
    worked_out = [name for name, fact in whole.facts.items() if fact.when is None]
    named = {clause.name for rule in rules for line in rule.lines for clause in line.when.clauses}
    named |= {"fact.regional", *worked_out[:4]}
    cited = {key for rule in rules for key in rule.sources} | {"S-MUNOZ-2022"}
    asked = {page.questions[0].id for page in whole.pages[:2]}
    return replace(
        whole,
        rules=rules,
        regions=dict(list(whole.regions.items())[:1]),
        medicines=dict(list(whole.medicines.items())[:1]),
        muscles=whole.muscles[:2],
        features=whole.features[:2],
        pages=tuple(replace(page, questions=page.questions[:1]) for page in whole.pages[:2]),
        # A question that is not on a page is still named by rules; when it is asked is left out.
        questions={
            name: question if name in asked else replace(question, asked_when=None)
            for name, question in whole.questions.items()
        },
        # Of what is worked out some lines are enough: what rules and features name, and four more.
        facts={name: fact for name, fact in whole.facts.items() if fact.when or name in named},
        notes={name: notes[:2] for name, notes in whole.notes.items()},
        sources={key: whole.sources[key] for key in sorted(cited)},
        groups=dict(list(whole.groups.items())[:2]),
    )


def rule_sheet() -> bytes:
    """The sheet of the shortened edition."""
    short = shortened()
    return once("rule-sheet", lambda: as_pdf(short, rule_sheet_html()))


def rule_sheet_html() -> str:
    return as_html(ENVIRONMENT, shortened(), "", lambda day: day.isoformat())


def answered(pick: str, **others: object) -> dict[str, object]:
    """An answer to every question: `pick` where the question knows it, else something of its kind."""
    found = {q.id: _answer(q, pick) for q in edition().questions.values()}
    return found | {"full_name": "Invented Person", "date_of_birth": "1986-03-15"} | others


def _answer(question: Question, pick: str) -> object:
    options = [option.id for option in question.options]
    if question.kind is Kind.REGIONS:
        return ["reg-upper-shoulder:left", "reg-low-back-spine:right"]
    if question.kind is Kind.CHOICES:
        some = [option for option in options if option not in ("none", "unsure")]
        return {"yes": some, "no": ["none"] if "none" in options else some[:1]}.get(
            pick, ["unsure"] if "unsure" in options else None
        )
    by_kind: dict[Kind, object] = {
        Kind.YES_NO: pick,
        Kind.CHOICE: pick if pick in options else options[0] if options else "",
        Kind.NUMBER: 8,
        Kind.DATE: "2026-11-24",
        Kind.TEXT: "warfarin" if question.id == "medicines_list" else "Lift my grandchild",
    }
    return by_kind[question.kind]


def paper(answers: dict[str, object], language: str = "en", **particulars: object) -> Paper:
    book = edition(language)
    found = assess(book, answers, TODAY)
    return Paper(REFERENCE, SENT, book, answers, found, TODAY, **particulars)  # type: ignore[arg-type]  # as the test gives them


def html_of(printed: Paper, language: str = "en", **options: object) -> str:
    return summary_html(ENVIRONMENT, printed, CLINIC, speaker(language), language, **options)  # type: ignore[arg-type]  # as the test gives them


def summary_pdf(printed: Paper, sheet: str = "A4", draw: Callable[..., bytes] = kept) -> bytes:
    return draw(
        html_of(printed, sheet=sheet),
        css=summary_css(sheet),
        identifier=summary_identifier(printed),
        made_at=made_at(printed),
    )


def summary_front(printed: Paper, sheet: str = "A4") -> bytes:
    """Page one of the summary: a tenth of the whole to draw, and what comes later cannot move it."""
    front, ends, _ = html_of(printed, sheet=sheet).partition("</section>")
    assert ends
    markup = f"{front}{ends}</body></html>"
    return kept(markup, css=summary_css(sheet), identifier=b"page one alone", made_at=made_at(printed))


def copy_of(printed: Paper, language: str = "en") -> str:
    return copy_html(ENVIRONMENT, printed, CLINIC, speaker(language), language)


def copy_pdf(printed: Paper, draw: Callable[..., bytes] = kept) -> bytes:
    return draw(
        copy_of(printed),
        css=copy_css(),
        identifier=copy_identifier(printed),
        made_at=made_at(printed),
        variant="pdf/ua-1",
    )


def unmarked(spoken: str) -> str:
    """What a pseudo-translated page says outside every sentence that was translated."""
    depth, outside = 0, []
    for letter in spoken:
        depth += (letter == "⟦") - (letter == "⟧")
        if depth == 0 and letter != "⟧":
            outside.append(letter)
    return "".join(outside)
