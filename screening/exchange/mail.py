"""One e-mail to one mail server, over the standard library: sent, or told apart why it was not."""

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from enum import StrEnum

from screening.hosts import is_loopback

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9-]+"
_ADDRESS = re.compile(rf"{_ATOM}(\.{_ATOM})*@{_LABEL}(\.{_LABEL})*")
_LONGEST_ADDRESS = 254
# Lines of seven bits: not every mail server takes eight.
_AS_MAIL = policy.SMTP.clone(cte_type="7bit")
_TAKEN = 250
_GO_ON = frozenset({_TAKEN, 251, 354})
_PERMANENT = 500


class Security(StrEnum):
    """How the line is encrypted; NONE is only for a mail server on this machine."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Result(StrEnum):
    """SENT: the server took it. AGAIN: nothing was sent, and a later try may succeed. NEVER: nothing was
    sent, and it will not be. UNCERTAIN: the line was lost once the text was on its way."""

    SENT = "sent"
    AGAIN = "again"
    NEVER = "never"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Server:
    """Where and how e-mail is handed over; without a `user` nobody signs in there. The timeout is that of
    each step. Raises InTheClear when it would be unencrypted to another machine."""

    host: str
    port: int
    security: Security
    user: str
    password: str
    sender: str
    sender_name: str
    timeout_seconds: float = 15

    def __post_init__(self) -> None:
        if self.security is Security.NONE and not is_loopback(self.host):
            raise InTheClear(f"{self.host} is another machine: set smtp_security to starttls or tls")


@dataclass(frozen=True, slots=True)
class Letter:
    """A text in plain words. `id` names it for ever; it becomes its Message-ID."""

    id: str
    recipient: str
    subject: str
    text: str
    at: datetime


class InTheClear(Exception):
    """A password and a link never travel unencrypted to another machine."""


class BadAddress(Exception):
    """This is not one plain e-mail address."""


def is_address(text: str) -> bool:
    """Whether this is one plain e-mail address, as every mail server takes it."""
    return len(text) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None


def message_of(server: Server, letter: Letter) -> EmailMessage:
    """The letter with its headers. Raises BadAddress."""
    for address in (server.sender, letter.recipient):
        if not is_address(address):
            raise BadAddress
    made = EmailMessage(policy=_AS_MAIL)
    made["From"] = Address(_one_line(server.sender_name), addr_spec=server.sender)
    made["To"] = Address(addr_spec=letter.recipient)
    made["Subject"] = _one_line(letter.subject)
    made["Date"] = format_datetime(letter.at)
    made["Message-ID"] = f"<{letter.id}@{_domain(server.sender)}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(letter.text, charset="utf-8")
    return made


def send(server: Server, letter: Letter, trust: ssl.SSLContext | None = None) -> Result:
    """Hand one letter over. `trust` replaces the certificates that this machine trusts."""
    try:
        text = message_of(server, letter).as_bytes()
    except BadAddress:
        return Result.NEVER
    try:
        line = _open(server, trust or ssl.create_default_context())
    except (smtplib.SMTPException, OSError, UnicodeError):
        return Result.AGAIN
    try:
        return _hand_over(line, server, letter, text)
    finally:
        # What the server says to a goodbye changes nothing about the letter.
        with suppress(smtplib.SMTPException, OSError):
            line.quit()
        line.close()


def _open(server: Server, trust: ssl.SSLContext) -> smtplib.SMTP:
    """A line to the server, encrypted and signed in as it has to be."""
    name, wait = _domain(server.sender), server.timeout_seconds
    if server.security is Security.TLS:
        line: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, local_hostname=name, timeout=wait, context=trust
        )
    else:
        line = smtplib.SMTP(server.host, server.port, local_hostname=name, timeout=wait)
    try:
        if server.security is Security.STARTTLS:
            line.starttls(context=trust)
        if server.user:
            line.login(server.user, server.password)
    except BaseException:
        line.close()
        raise
    return line


def _hand_over(line: smtplib.SMTP, server: Server, letter: Letter, text: bytes) -> Result:
    """The three steps of a delivery; what goes wrong before the text is on its way sent nothing."""
    try:
        line.ehlo_or_helo_if_needed()
        for step in (
            lambda: line.mail(server.sender),
            lambda: line.rcpt(letter.recipient),
            lambda: line.docmd("DATA"),
        ):
            code, _ = step()
            if code not in _GO_ON:
                return _refused(code)
    except (smtplib.SMTPException, OSError):
        return Result.AGAIN
    try:
        line.send(_stuffed(text) + b".\r\n")
        code, _ = line.getreply()
    except (smtplib.SMTPException, OSError):
        return Result.UNCERTAIN
    return Result.SENT if code == _TAKEN else _refused(code)


def _refused(code: int) -> Result:
    return Result.NEVER if code >= _PERMANENT else Result.AGAIN


def _stuffed(text: bytes) -> bytes:
    """A line that begins with a dot gets a second one, so that none ends the text early (RFC 5321, 4.5.2)."""
    return re.sub(rb"(?m)^\.", b"..", text)


def _one_line(text: str) -> str:
    """Without line ends and other characters that nobody types: nothing typed becomes a header."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
