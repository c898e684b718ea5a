"""Papers as answers: drawn by the warm child, never stored by a browser."""

from collections.abc import Mapping
from datetime import datetime

from flask import current_app
from jinja2 import Environment
from werkzeug.wrappers import Response as Answer

from screening.documents import render
from screening.documents.render import Limits, Variant
from screening.web.parts import parts

# The blank form takes about 6 seconds of CPU, in large print 8; a slower machine wants several times that.
_PATIENCE = Limits(wall=90.0, cpu=80)


def templates() -> Environment:
    """The one Jinja environment, for paper."""
    return current_app.jinja_env


def draw(
    html: str,
    css: str,
    identifier: bytes,
    made_at: datetime,
    variant: Variant = "pdf/ua-1",
    assets: Mapping[str, bytes] | None = None,
    *,
    forms: bool = False,
) -> bytes:
    """The PDF. Raises CouldNotRender."""
    return render.render(
        parts().renderer(),
        html,
        css=css,
        identifier=identifier,
        made_at=made_at,
        variant=variant,
        assets=assets,
        forms=forms,
    )


def draw_once(
    html: str,
    css: str,
    identifier: bytes,
    made_at: datetime,
    assets: Mapping[str, bytes] | None = None,
    *,
    forms: bool = False,
) -> bytes:
    """A long paper that holds nothing of a patient: drawn with patience the first time, then kept in
    memory. Raises CouldNotRender."""
    if identifier not in parts().papers:
        patient_child = render.start(limits=_PATIENCE)
        try:
            parts().papers[identifier] = render.render(
                patient_child,
                html,
                css=css,
                identifier=identifier,
                made_at=made_at,
                variant="pdf/ua-1",
                assets=assets,
                forms=forms,
            )
        finally:
            render.stop(patient_child)
    return parts().papers[identifier]


def as_pdf(paper: bytes, name: str) -> Answer:
    """The paper, to look at or print; `name` is the file's name without its ending."""
    answer = Answer(paper, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=f"{name}.pdf")
    return answer
