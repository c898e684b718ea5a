"""One letter to one mail server: what goes out, what never does, and what is known when it fails."""

import re
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from screening.exchange.mail import InTheClear, Letter, Result, Security, Server, is_address, send
from tests.post_office import HANG_UP, STAY_SILENT, PostOffice

LETTER = Letter(
    "0a1b-2c3d",
    "asha@example.org",
    "Elm Street Clinic: your form",
    "Grüße.\n\nhttps://clinic.example/i/abc",
    datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    opened = PostOffice()
    yield opened
    opened.close()


def server(office: PostOffice, security: Security = Security.NONE, **changed: object) -> Server:
    usual = Server("127.0.0.1", office.port, security, "", "", "desk@elm.example", "Elm Street Clinic", 5)
    return replace(usual, **changed)


def sent(office: PostOffice, letter: Letter = LETTER, **changed: object) -> Result:
    return send(server(office, **changed), letter)


# --- what goes out -----------------------------------------------------------------------------


def test_a_letter_arrives_as_it_was_written(office):
    assert Result.SENT is sent(office)

    [arrived] = office.letters
    assert "Elm Street Clinic: your form" == arrived["Subject"]
    assert "asha@example.org" == arrived["To"]
    assert "Elm Street Clinic <desk@elm.example>" == arrived["From"]
    assert "Grüße.\n\nhttps://clinic.example/i/abc\n" == arrived.get_content().replace("\r\n", "\n")


def test_a_letter_is_plain_text_from_a_machine_and_names_itself(office):
    sent(office)

    [arrived] = office.letters
    assert "text/plain" == arrived.get_content_type()
    assert "auto-generated" == arrived["Auto-Submitted"]
    assert "<0a1b-2c3d@elm.example>" == arrived["Message-ID"]
    assert "Mon, 23 Nov 2026 09:00:00 +0000" == arrived["Date"]


def test_a_letter_travels_in_lines_of_seven_bits(office):
    sent(office)

    assert office.raw[0].isascii()


def test_a_line_that_begins_with_a_dot_does_not_end_the_letter(office):
    sent(office, replace(LETTER, text="One\n.\nTwo"))

    assert "One\n.\nTwo\n" == office.letters[0].get_content().replace("\r\n", "\n")


def test_who_has_a_name_there_signs_in(office):
    sent(office, user="desk", password="secret")

    assert "AUTH" in office.heard


# --- what never goes out ------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x0b"])
def test_nothing_typed_becomes_a_header(office, end):
    named = f"Elm{end}Bcc: thief@example.net"
    sent(office, replace(LETTER, subject=f"Hello{end}Bcc: thief@example.net"), sender_name=named)

    [arrived] = office.letters
    assert arrived["Bcc"] is None
    assert "Hello Bcc: thief@example.net" == arrived["Subject"]
    assert not re.search(rb"(?m)^Bcc", office.raw[0])


@pytest.mark.parametrize(
    "address",
    ["", "asha", "a@b@c", "asha@example.org, thief@example.net", "asha@example.org\nBcc: t@example.net",
     "<asha@example.org>", "Asha asha@example.org", "ashá@example.org", "a..b@example.org", "a" * 260 + "@b"],
)  # fmt: skip
def test_what_is_not_one_plain_address_is_never_written_to(office, address):
    assert not is_address(address)
    assert Result.NEVER is sent(office, replace(LETTER, recipient=address))
    assert [] == office.heard


@pytest.mark.parametrize("host", ["mail.example", "10.0.0.1", "0.0.0.0"])  # noqa: S104  # refused, which is the point
def test_nothing_travels_unencrypted_to_another_machine(office, host):
    with pytest.raises(InTheClear):
        server(office, host=host)


def test_a_server_that_cannot_encrypt_is_told_nothing_but_a_greeting(office):
    office.answers["EHLO"] = "250 here"

    assert Result.AGAIN is sent(office, security=Security.STARTTLS)
    assert not {"MAIL", "DATA", "AUTH"} & set(office.heard)


# --- certificates -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of this machine, which nobody trusts unless told to, and its key."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    asked = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1"
    names = ("-addext", "subjectAltName=IP:127.0.0.1")
    made = ["openssl", *asked.split(), *names, "-keyout", str(path), "-out", str(path.with_suffix(".crt"))]
    subprocess.run(made, check=True, capture_output=True)
    path.write_text(path.read_text() + path.with_suffix(".crt").read_text())
    return path


def test_a_server_whose_certificate_nobody_trusts_gets_nothing(office, certificate):
    office.certificate = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    office.certificate.load_cert_chain(certificate)

    assert Result.AGAIN is sent(office, security=Security.STARTTLS, user="desk", password="secret")
    assert [] == office.letters
    assert "AUTH" not in office.heard


def test_a_server_whose_certificate_is_trusted_gets_the_letter_encrypted(office, certificate):
    office.certificate = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    office.certificate.load_cert_chain(certificate)
    trust = ssl.create_default_context(cafile=str(certificate.with_suffix(".crt")))

    assert Result.SENT is send(server(office, Security.STARTTLS), LETTER, trust)
    assert 1 == len(office.letters)
    assert office.heard.index("STARTTLS") < office.heard.index("MAIL")


# --- faults told apart --------------------------------------------------------------------------


def test_a_server_that_is_not_there_may_be_there_later(office):
    office.close()

    assert Result.AGAIN is sent(office)


@pytest.mark.parametrize(
    ("step", "answer", "expected"),
    [
        ("greeting", "421 busy", Result.AGAIN),
        ("greeting", HANG_UP, Result.AGAIN),
        ("AUTH", "535 wrong password", Result.AGAIN),
        ("MAIL", "451 later", Result.AGAIN),
        ("MAIL", "550 not you", Result.NEVER),
        ("RCPT", "450 greylisted", Result.AGAIN),
        ("RCPT", "550 nobody here", Result.NEVER),
        ("RCPT", HANG_UP, Result.AGAIN),
        ("DATA", "451 later", Result.AGAIN),
        ("DATA", "554 no", Result.NEVER),
        ("DATA", HANG_UP, Result.AGAIN),
        ("end", "451 later", Result.AGAIN),
        ("end", "554 no", Result.NEVER),
        ("end", HANG_UP, Result.UNCERTAIN),
        ("QUIT", HANG_UP, Result.SENT),
        ("QUIT", "500 what", Result.SENT),
        ("QUIT", "nonsense", Result.SENT),
    ],
)
def test_each_fault_says_whether_anything_was_sent(office, step, answer, expected):
    office.answers[step] = answer

    assert expected is sent(office, user="desk", password="secret")
    assert (expected in (Result.SENT, Result.UNCERTAIN)) == bool(office.letters)


@pytest.mark.parametrize(("step", "expected"), [("RCPT", Result.AGAIN), ("end", Result.UNCERTAIN)])
def test_a_server_that_falls_silent_is_not_waited_for_for_ever(office, step, expected):
    office.answers[step] = STAY_SILENT

    assert expected is sent(office, timeout_seconds=0.3)
