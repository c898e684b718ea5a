"""The worked examples that came with the rules come out as their authors said."""

import pytest
from case_book import Case, day_of, edition, examples, wrong

from rules.assess import assess, read


@pytest.mark.parametrize("example", examples(), ids=lambda example: example["title"])
def test_a_worked_example_comes_out_as_its_authors_said(example: dict) -> None:
    expect = dict(example["expect"])
    items, required, pages = expect.pop("items"), expect.pop("required"), expect.pop("pages")
    exact = set(expect["raises"]) | set(expect["asks"])
    day = day_of(Case(title="", patient="", today=example["today"]))
    found = assess(edition(), example["answers"], day)
    lists = {key: tuple(expect.pop(key)) for key in ("raises", "asks")}
    case = Case(example["title"], "", absent=tuple(expect.pop("not")), **lists, **expect)
    assert [] == wrong(case, found)
    assert exact == {flag.id for flag in found.flags}
    asked = [q for q in edition().questions.values() if read(edition(), example["answers"], day).asked(q.id)]
    at_home = [q for q in asked if q.page != "on_the_day"]
    seen = (len(at_home), sum(q.required for q in at_home), len({q.page for q in at_home}))
    assert (items, required, pages) == seen
