"""Ask a warm child process for a PDF, and end it when a document asks too much.

    renderer = start()
    paper = render(renderer, html, css=css, identifier=b"...", made_at=when)
    stop(renderer)

The child is `draw.py` run as a program, so the web process never loads WeasyPrint and the child never sees a
key. Each draws one document at a time; one that was late, too big or broken is ended and replaced.
"""

import itertools
import logging
import os
import pickle
import queue
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

Reason = Literal["too slow", "too big", "failed"]
Variant = Literal["pdf/a-3a", "pdf/ua-1"]

_DRAW = Path(__file__).with_name("draw.py")
_LARGEST_HTML = 4_000_000
_LARGEST_PDF = 64 * 2**20
_READY_WITHIN = 60.0
# 75 is draw.TOO_BIG. GLib traps or aborts when it gets no memory; a SIGKILL that is not ours comes from a
# kernel short of memory.
_EXITS: dict[int, Reason] = {75: "too big", -signal.SIGTRAP: "too big", -signal.SIGABRT: "too big",
                             -signal.SIGKILL: "too big", -signal.SIGXCPU: "too slow"}
# No secret of the application reaches the child: it gets what finding fonts and libraries takes.
_CHILD_SEES = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH",
               "XDG_CACHE_HOME")
_tickets = itertools.count()

log = logging.getLogger("screening.documents")


class CouldNotRender(Exception):
    """No PDF was made; `reason` says why in two words, and nothing here repeats the document."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may use: seconds by the clock, whole seconds of CPU, bytes of address space."""

    wall: float = 10.0
    cpu: int = 8
    memory: int = 2**30


@dataclass(frozen=True, slots=True)
class _Child:
    process: subprocess.Popen[bytes]
    wire: Connection
    ready: threading.Event = field(default_factory=threading.Event)


@dataclass(slots=True)
class Renderer:
    """Warm children waiting for documents; made by `start`, never by hand."""

    limits: Limits
    workers: int
    pid: int
    idle: queue.SimpleQueue[_Child]
    lock: threading.Lock = field(default_factory=threading.Lock)


def pdf(html: str, *, css: str, identifier: bytes, made_at: datetime, variant: Variant = "pdf/a-3a",
        assets: Mapping[str, bytes] | None = None, attachment: tuple[str, bytes] | None = None,
        forms: bool = False) -> bytes:
    """The document as tagged PDF, drawn in this process without limits; the same input gives the same bytes.

    `html` must carry a title and a language and `made_at` a time zone, else ValueError. Assets are the only
    resources a document can name ("asset:logo.png"); links out of it stay plain text. The fonts are those
    installed. `forms` makes every input a field that can be filled in on a screen.
    """
    # Loaded here, not above: a process that only asks children never needs WeasyPrint.
    from screening.documents.draw import draw

    written, refused = draw(html, css, identifier, made_at, variant, assets or {}, attachment, forms)
    _report(refused)
    return written


def start(workers: int = 1, limits: Limits | None = None) -> Renderer:
    """Start `workers` children and return at once; each loads its fonts while the caller goes on.

    Safe beside threads and across a later fork: a forked process quietly starts children of its own.
    """
    renderer = Renderer(limits or Limits(), workers, os.getpid(), queue.SimpleQueue())
    for _ in range(workers):
        renderer.idle.put(_spawn(renderer.limits))
    return renderer


def render(renderer: Renderer, html: str, *, css: str, identifier: bytes, made_at: datetime,
           variant: Variant = "pdf/a-3a", assets: Mapping[str, bytes] | None = None,
           attachment: tuple[str, bytes] | None = None, forms: bool = False) -> bytes:
    """As `pdf`, in a child and within its limits; raises CouldNotRender."""
    if len(html) > _LARGEST_HTML:
        raise CouldNotRender("too big")
    task = pickle.dumps((html, css, identifier, made_at, variant, dict(assets or {}), attachment, forms))
    _after_fork(renderer)
    try:
        child = renderer.idle.get(timeout=renderer.limits.wall)
    except queue.Empty:
        raise CouldNotRender("too slow") from None
    try:
        if child.process.poll() is not None:
            child = _replace(child, renderer.limits)
        answer = _ask(child, task, renderer.limits.wall)
    except BaseException:
        # However the wait ended, an unread answer must never reach the next person.
        child = _replace(child, renderer.limits)
        raise
    finally:
        renderer.idle.put(child)
    _report(int.from_bytes(answer[:4], "big"))
    return answer[4:]


def stop(renderer: Renderer) -> None:
    """End the children; a document being drawn is given its time first."""
    for _ in range(renderer.workers):
        _end(renderer.idle.get(timeout=renderer.limits.wall + _READY_WITHIN))


def _report(refused: int) -> None:
    if refused:
        log.warning("a document asked for %d outside resources and got none", refused)


def _after_fork(renderer: Renderer) -> None:
    with renderer.lock:
        if renderer.pid == os.getpid():
            return
        inherited, renderer.idle, renderer.pid = renderer.idle, queue.SimpleQueue(), os.getpid()
        while not inherited.empty():
            inherited.get().wire.close()
        for _ in range(renderer.workers):
            renderer.idle.put(_spawn(renderer.limits))


def _spawn(limits: Limits) -> _Child:
    ours, theirs = socket.socketpair()
    environment = {name: os.environ[name] for name in _CHILD_SEES if name in os.environ}
    with theirs:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and file, no word from outside
            [sys.executable, "-I", str(_DRAW), str(limits.cpu), str(limits.memory)], stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, cwd="/",
            start_new_session=True)
    return _Child(process, Connection(ours.detach()))


def _end(child: _Child) -> None:
    child.wire.close()
    child.process.kill()
    child.process.wait()


def _replace(child: _Child, limits: Limits) -> _Child:
    _end(child)
    return _spawn(limits)


def _ask(child: _Child, task: bytes, seconds: float) -> bytes:
    if not child.ready.is_set():
        _exchange(child, b"", _READY_WITHIN)
        child.ready.set()
    ticket = next(_tickets).to_bytes(8, "big")
    answer = _exchange(child, ticket + task, seconds)
    if answer[:8] != ticket:
        raise CouldNotRender("failed")
    return answer[8:]


def _exchange(child: _Child, message: bytes, seconds: float) -> bytes:
    """The child's next message after sending it one (or none); a child later than `seconds` is killed."""
    late = threading.Event()

    def kill() -> None:
        late.set()
        child.process.kill()

    timer = threading.Timer(seconds, kill)
    timer.start()
    try:
        if message:
            child.wire.send_bytes(message)
        return child.wire.recv_bytes(_LARGEST_PDF)
    except (EOFError, OSError):
        raise CouldNotRender("too slow" if late.is_set() else _cause_of_death(child.process)) from None
    finally:
        timer.cancel()


def _cause_of_death(process: subprocess.Popen[bytes]) -> Reason:
    try:
        return _EXITS.get(process.wait(timeout=2), "failed")
    except subprocess.TimeoutExpired:
        # It lives, so what it sent was longer than we accept.
        return "too big"
