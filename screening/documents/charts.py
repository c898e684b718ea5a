"""The body chart of one record: pain numbered worst first, and where a needle needs care or must wait."""

from collections.abc import Iterable, Iterator

from rules.answers import Reading
from rules.facts import HIGH, marked, over
from rules.model import Flag, Level
from screening.documents.bodychart import svg, view
from screening.documents.paper import Paper, Voice, reading_of

_WIDTH = 170
_VIEWS = ("front", "back", "soles")
# Which side an implant is on is not asked, so both sides want care.
_NEAR_AN_IMPLANT = ("reg-chest-front", "reg-breast")


def charts_of(paper: Paper, voice: Voice) -> tuple[str, ...]:
    """Front and back as SVG, and the soles where one is marked; none when no place is marked."""
    reading = reading_of(paper)
    pain = worst_first(reading)
    if not pain:
        return ()
    words = {
        "front": voice.say("Body chart, front"),
        "back": voice.say("Body chart, back"),
        "soles": voice.say("Body chart, soles of the feet"),
    }
    labels = {"left": voice.say("L"), "right": voice.say("R")}
    not_to_needle = paper.decisions[-1].not_to_needle if paper.decisions else ()
    caution = cautions(paper, reading, not_to_needle)
    shown = [name for name in _VIEWS if name != "soles" or _has(name, pain)]
    return tuple(
        svg(name, title=words[name], pain=pain, caution=caution, labels=labels, width=_WIDTH)
        for name in shown
    )


def legend(voice: Voice) -> tuple[str, ...]:
    """What the hatchings mean, in words."""
    return (
        voice.say("Hatched and numbered: it hurts here, the worst first."),
        voice.say("Dotted: a high hazard lies beneath, or a precaution applies here."),
        voice.say(
            "Hatched the other way: not to be needled before it is reviewed, or not at all as decided."
        ),
    )


def _has(name: str, pain: tuple[str, ...]) -> bool:
    regions = {token.partition(":")[0] for token in pain}
    return view(name).id == "soles" and "reg-sole" in regions


def worst_first(reading: Reading) -> tuple[str, ...]:
    """The marked places, the one the patient called the worst in front."""
    worst = reading.value("main_region")
    first = worst if isinstance(worst, tuple) else ()
    return tuple(sorted(marked(reading), key=lambda token: token not in first))


def cautions(paper: Paper, reading: Reading, not_to_needle: Iterable[str] = ()) -> dict[str, str]:
    """Token -> "care" or "hold": high hazards and precautions of a place, and what holds it, which the
    latest decision does for the places it says are not to be needled."""
    found = dict.fromkeys(_care(paper, reading), "care")
    return found | dict.fromkeys(_hold(paper, reading), "hold") | dict.fromkeys(not_to_needle, "hold")


def _care(paper: Paper, reading: Reading) -> Iterator[str]:
    edition = paper.edition
    for hazard in edition.hazards:
        yield from over(edition, marked(reading), hazard, HIGH)
    for flag in paper.assessment.flags:
        if flag.id == "pre-breast-implant":
            yield from (token for region in _NEAR_AN_IMPLANT for token in edition.regions[region].tokens)
        elif flag.level is Level.DECIDE:
            yield from flag.regions


def _hold(paper: Paper, reading: Reading) -> Iterator[str]:
    for flag in paper.assessment.flags:
        if flag.level is Level.HOLD and flag.scope == "region":
            yield from flag.regions
            yield from _swollen_quarter(paper, reading, flag)


def _swollen_quarter(paper: Paper, reading: Reading, flag: Flag) -> Iterator[str]:
    """The whole quarter of a limb with lymph swelling, marked or not."""
    limbs = reading.value("lymphoedema_limb")
    if flag.id != "abs-lymphoedema-limb" or not isinstance(limbs, frozenset):
        return
    for side, _, limb in (named.partition("_") for named in sorted(limbs)):
        for region in sorted(paper.edition.quarters.get(limb, ())):
            yield f"{region}:{side}"
