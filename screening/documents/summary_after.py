"""What was done about the flags, the signature and the addenda, in words, for the page and for paper."""

from dataclasses import dataclass

from screening.documents.after import Handled, Signature
from screening.documents.paper import Paper, Voice
from screening.documents.summary_corrections import every_flag

_DIGEST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Done:
    """One entry about one flag: which flag, what was done by whom and when, and why."""

    flag: str
    title: str
    words: str
    reason: str


@dataclass(frozen=True, slots=True)
class Signed:
    """`warning` is empty while the record is what was signed."""

    words: str
    warning: str


@dataclass(frozen=True, slots=True)
class Added:
    words: str
    text: str


@dataclass(frozen=True, slots=True)
class AfterWords:
    done: tuple[Done, ...]
    signed: Signed | None
    added: tuple[Added, ...]


def after_words(paper: Paper, voice: Voice) -> AfterWords:
    """The latest entry about each flag in the order of the flags, the signature, and every addendum."""
    after = paper.after
    latest = {handled.flag: handled for handled in after.handled}
    return AfterWords(
        tuple(done(paper, latest[flag.id], voice) for flag in every_flag(paper) if flag.id in latest),
        None if after.signature is None else _signed(after.signature, voice),
        tuple(
            Added(voice.say("Added by {name}, {when}", name=a.by, when=voice.moment(a.at)), a.text)
            for a in after.addenda
        ),
    )


def done(paper: Paper, handled: Handled, voice: Voice) -> Done:
    """One entry in words."""
    said = {"name": handled.by, "when": voice.moment(handled.at)}
    words = {
        "acknowledged": voice.say("Acknowledged by {name}, {when}", **said),
        "resolved": voice.say("Resolved by {name}, {when}", **said),
        "overridden": voice.say("Overridden by {name}, {when}", **said),
    }
    return Done(handled.flag, paper.edition.rule[handled.flag].title, words[handled.action], handled.reason)


def _signed(signature: Signature, voice: Voice) -> Signed:
    who = [signature.by, signature.registration] if signature.registration else [signature.by]
    words = voice.say(
        "Signed by {who}, {when}. What was signed has the digest {digest}.",
        who=", ".join(who),
        when=voice.moment(signature.at),
        digest=signature.digest[:_DIGEST_SHOWN],
    )
    return Signed(
        words, "" if signature.matches else voice.say("The record is no longer what was signed. Ask why.")
    )
