"""Boxes ticked with a real mouse, a screenful at a time."""

from collections.abc import Sequence

from playwright.sync_api import Locator, Page

# The first box comes to a quarter of the screen; from there on, those that are well inside it.
_WHERE = """(boxes, places) => {
    const middle = place => {
        const box = boxes[place].getBoundingClientRect();
        return [box.left + box.width / 2, box.top + box.height / 2];
    };
    scrollBy({top: middle(places[0])[1] - innerHeight / 4, behavior: "instant"});
    const seen = places.map(middle);
    const past = seen.findIndex(([, y], nth) => nth > 0 && (y < 0 || y > innerHeight * 0.75));
    return past < 0 ? seen : seen.slice(0, past);
}"""
_MISSED = "(boxes, places) => places.filter(place => !boxes[place].checked).map(place => boxes[place].name)"


def ticks(page: Page, boxes: Locator, places: Sequence[int]) -> None:
    """Click on the boxes at these places of the page, none of them ticked yet; all of them are then.

    Playwright's own `check` asks the browser five things about each box, and a form has a hundred."""
    left = list(places)
    while left:
        seen = boxes.evaluate_all(_WHERE, left)
        for x, y in seen:
            page.mouse.click(x, y)
        left = left[len(seen) :]
    if places:
        assert [] == boxes.evaluate_all(_MISSED, list(places))
