"""A small mail server on this machine that can be told to refuse, to hang and to hang up."""

import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Thread

HANG_UP = ""
STAY_SILENT = None

Reply = str | None
USUAL: dict[str, Reply] = {
    "greeting": "220 here",
    "EHLO": "250-here\r\n250-AUTH PLAIN\r\n250 STARTTLS",
    "STARTTLS": "220 go on",
    "AUTH": "235 welcome",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    "end": "250 taken",
    "QUIT": "221 goodbye",
}


@dataclass
class PostOffice:
    """`answers` are what it says to each command; what it took stands in `letters`, the texts as they came in
    `raw`, the commands it heard in `heard`."""

    answers: dict[str, Reply] = field(default_factory=lambda: dict(USUAL))
    certificate: ssl.SSLContext | None = None
    letters: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    arrived: Event = field(default_factory=Event)
    closing: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        office = self

        class Counter(StreamRequestHandler):
            def handle(self) -> None:
                line = _Line(office, self)
                # Who rings may hang up at any time.
                with suppress(OSError):
                    line.serve()
                line.reader.close()
                line.socket.close()

        class Server(ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Counter)
        self.port = self.server.server_address[1]
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()


class _Line:
    """One connection."""

    def __init__(self, office: PostOffice, counter: StreamRequestHandler) -> None:
        self.office, self.socket = office, counter.request
        self.reader = self.socket.makefile("rb")

    def serve(self) -> None:
        if not self.says("greeting"):
            return
        while words := self.reader.readline().split():
            command = words[0].decode().upper()
            self.office.heard.append(command)
            if not self.says(command) or command == "QUIT":
                return
            if command == "STARTTLS" and self.office.certificate is not None:
                self.socket = self.office.certificate.wrap_socket(self.socket, server_side=True)
                self.reader = self.socket.makefile("rb")
            if command == "DATA" and str(self.office.answers["DATA"]).startswith("354") and not self.takes():
                return

    def takes(self) -> bool:
        lines = []
        while (line := self.reader.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        text = b"".join(lines)
        answer = self.office.answers["end"]
        # A server that hangs up or says nothing may well have kept the letter: that is the trouble with it.
        if answer in (HANG_UP, STAY_SILENT) or answer.startswith("250"):
            self.office.raw.append(text)
            self.office.letters.append(message_from_bytes(text, policy=policy.default))
            self.office.arrived.set()
        return self.says("end")

    def says(self, step: str) -> bool:
        answer = self.office.answers.get(step, "500 what")
        if answer is STAY_SILENT:
            self.office.closing.wait(20)
            return False
        if answer == HANG_UP:
            return False
        self.socket.sendall(answer.encode() + b"\r\n")
        return True
