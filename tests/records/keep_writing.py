"""Saves pages for ever and says each version aloud once it is stored; the test kills it."""

import sys
from datetime import UTC, datetime

from screening.records.engine import open_engine, open_sessions
from screening.records.responses import open_response, save_page

path, token = sys.argv[1:]
key = sys.stdin.readline().strip()
now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
with open_sessions(open_engine(f"sqlite:///{path}", key), key)() as session:
    form = open_response(session, "0" * 64, token, now)
    sys.stdout.write(f"{form.id}\n")
    version = 0
    while True:
        version = save_page(session, form.id, "pain", {"typed": version}, version, {}, now).version
        sys.stdout.write(f"{version}\n")
        sys.stdout.flush()
