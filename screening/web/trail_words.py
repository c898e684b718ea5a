"""The audit trail in plain words: a sentence for every action, and what its words stand for."""

from collections.abc import Mapping
from types import MappingProxyType

from screening.records.audit import Actor, Line
from screening.records.trail import Named
from screening.web.staff_words import say

# What somebody did, with {who} acted and {what} was touched. Sentences name neither answer nor flag.
SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "account-closed": "{who} closed the account of {what}",
        "account-made": "{who} made an account with a code",
        "addendum-added": "{who} added to the signed record {what}",
        "alert-escalated": "{who} announced {what} again",
        "alert-seen": "{who} saw that {what} is urgent",
        "alert-taken-on": "{who} took on {what}",
        "answer-corrected": "{who} put a correction beside an answer of {what}",
        "appointment-added": "{who} wrote down {what}",
        "appointment-cancelled": "{who} cancelled {what}",
        "appointment-changed": "{who} changed {what}",
        "appointment-erased": "{who} erased {what}",
        "appointment-linked": "{who} joined a form to {what}",
        "appointment-unlinked": "{who} took the form away from {what}",
        "appointments-imported": "{who} took in a list of appointments",
        "backup-made": "{who} made a backup",
        "birthday-wrong": "{who} gave a wrong date of birth for {what}",
        "check-reached": "{who} came to the last page of {what}",
        "code-made": "{who} made a one-time code",
        "day-checked": "{who} did the arrival check of {what}",
        "draft-forgotten": "{who} deleted the draft of {what}",
        "earlier-offered": "{who} was offered earlier answers from {what}",
        "edition-kept": "{who} kept the text of an edition of the rules",
        "edition-replayed": "{who} tried an edition of the rules on earlier forms",
        "edition-signed-off": "{who} signed an edition of the rules off",
        "figures-opened": "{who} looked at the figures",
        "flag-handled": "{who} handled a flag of {what}",
        "form-erased": "{who} erased {what}",
        "interrupt-acknowledged": "{who} read the emergency page of {what}",
        "interrupt-seen": "{who} saw that {what} was stopped by the emergency page",
        "interrupt-shown": "{who} was shown the emergency page of {what}",
        "invitation-birthday-wrong": "{who} gave a wrong date of birth for the link of {what}",
        "invitation-opened": "{who} opened the link of {what}",
        "invitation-revoked": "{who} stopped the link of {what}",
        "invitation-unsent": "{who} could not send the link of {what}",
        "invited": "{who} made a link for {what}",
        "kiosk-ended": "{who} ended the tablet at reception",
        "kiosk-idle-wiped": "{who} cleared {what} from the tablet after a pause",
        "kiosk-no-match": "{who} looked for an appointment on the tablet and found none",
        "kiosk-patient-begun": "{who} began a form on the tablet",
        "kiosk-started": "{who} started the tablet at reception",
        "kiosk-wrong-pin": "{who} typed a wrong PIN on the tablet",
        "letter-written": "{who} wrote a letter for {what}",
        "match-undone": "{who} undid that {what} is of the same person",
        "matched": "{who} said that {what} is of a person known here",
        "message-claimed": "{who} began to send an e-mail",
        "message-given-up": "{who} gave up sending an e-mail",
        "message-put-back": "{who} put an e-mail back to be sent later",
        "message-queued": "{who} wrote an e-mail to be sent",
        "message-sent": "{who} sent an e-mail",
        "messages-dropped": "{who} dropped e-mails that nobody needs any more",
        "openings-listed": "{who} looked who had opened {what}",
        "page-saved": "{who} saved a page of {what}",
        "password-confirmed": "{who} typed the password again",
        "person-exported": "{who} saved everything about one person",
        "print-begun": "{who} began to print the papers of a day",
        "print-fetched": "{who} fetched the papers of a day",
        "record-signed": "{who} signed {what}",
        "response-forgotten": "{who} deleted {what} when its time was over",
        "response-opened": "{who} began {what}",
        "response-resumed": "{who} came back to {what}",
        "response-withdrawn": "{who} withdrew {what}",
        "review-decided": "{who} wrote down a decision about {what}",
        "settings-changed": "{who} changed the clinic’s settings",
        "sign-in-refused": "{who} tried to sign in and was refused",
        "sign-off-item": "{who} went through a line of the sign-off list",
        "signed-in": "{who} signed in",
        "signed-out": "{who} signed out",
        "signed-out-everywhere": "{who} signed {what} out everywhere",
        "submission-opened": "{who} opened {what}",
        "submitted": "{who} handed in {what}",
        "trail-checked": "{who} checked the audit trail",
        "trail-exported": "{who} saved lines of the audit trail",
        "trail-searched": "{who} searched the audit trail",
        "typing-opened": "{who} opened {what} to type it in",
    }
)
# Why a record was opened, and what was listed or searched.
_OPENED: Mapping[str, str] = MappingProxyType(
    {
        "addendum": "{who} opened {what} to add to it",
        "arrival": "{who} opened {what} for the arrival check",
        "compare": "{who} opened {what} to compare it with a later one",
        "copy": "{who} opened {what} for the patient’s own copy",
        "correct": "{who} opened {what} to put a correction beside it",
        "decide": "{who} opened {what} to decide",
        "done": "{who} saw that {what} was handed in",
        "export": "{who} opened {what} to save it for the person",
        "handle": "{who} opened {what} to work on it",
        "letter": "{who} opened {what} to write a letter",
        "print": "{who} opened {what} to print it",
        "review": "{who} opened {what} to review it",
        "sign": "{who} opened {what} to sign it",
    }
)
_LISTED: Mapping[str, str] = MappingProxyType(
    {
        "alert": "{who} looked at the list of urgent forms",
        "appointment": "{who} looked at a list of appointments",
        "message": "{who} looked at the list of e-mails",
        "submission": "{who} looked at a list of forms",
    }
)
_SEARCHED: Mapping[str, str] = MappingProxyType(
    {
        "appointment": "{who} searched the appointments",
        "person": "{who} searched for a person",
    }
)
_BY_WHAT: Mapping[str, Mapping[str, str]] = MappingProxyType({"listed": _LISTED, "searched": _SEARCHED})
ACTIONS = tuple(sorted({*SENTENCES, *_BY_WHAT}))

# Lines that could tell something of a patient's health: not for administrators.
CLINICAL = ("interrupt-", "flag-", "alert-", "letter-", "answer-")
CLINICAL_KINDS = ("alert", "message")
_CLINICAL_WHYS = frozenset({"letter", "correct", "handle"})


def sentence(named: Named, *, clinical: bool) -> str:
    """What happened, as somebody at the clinic would say it; without `clinical`, not what it was for."""
    line, told = named.line, SENTENCES.get(named.line.action)
    if line.action in _BY_WHAT:
        told = _BY_WHAT[line.action].get(line.object_kind)
    if line.action == "submission-opened":
        why = str(line.detail.get("why", ""))
        told = _OPENED.get(why, told) if clinical or why not in _CLINICAL_WHYS else told
    if told is None:
        return say("{who}: {action}, {what}", who=who(named), action=line.action, what=_what(named))
    return say(told, who=who(named), what=_what(named))


def who(named: Named) -> str:
    """Who acted: a name, or what stands for nobody in particular."""
    return named.who or actor_words(named.line.actor)


def actor_words(actor: Actor) -> str:
    if actor == Actor("anonymous", "kiosk"):
        return say("The tablet at reception")
    return {
        "patient": say("The patient"),
        "staff": say("A member of staff"),
        "system": say("The software"),
        "anonymous": say("Somebody not signed in"),
    }[actor.kind]


def kinds() -> Mapping[str, str]:
    """The kinds of things in the trail, in words."""
    return {
        "submission": say("Forms handed in"),
        "response": say("Forms being filled in"),
        "appointment": say("Appointments"),
        "staff": say("Staff accounts"),
        "account": say("Sign-in names"),
        "code": say("One-time codes"),
        "print": say("Papers of a day"),
        "message": say("E-mails"),
        "alert": say("Alerts"),
        "kiosk": say("Tablets"),
        "person": say("Searches for a person"),
        "edition": say("Editions of the rules"),
        "settings": say("Settings"),
        "backup": say("Backups"),
        "trail": say("The audit trail"),
    }


def _what(named: Named) -> str:
    return named.whom or {
        "submission": _form(named),
        "response": _form(named),
        "appointment": _appointment(named),
        "staff": say("somebody"),
    }.get(named.line.object_kind, say("something"))


def _form(named: Named) -> str:
    if named.reference:
        return say("form {reference}", reference=named.reference)
    return say("a form that was not handed in") if _open(named.line) else say("a form")


def _open(line: Line) -> bool:
    return line.object_kind == "response"


def _appointment(named: Named) -> str:
    if named.reference:
        return say("the appointment of form {reference}", reference=named.reference)
    return say("an appointment")
