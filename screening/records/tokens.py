"""Secrets that are handed out are stored only as a fingerprint."""

from hashlib import sha256
from uuid import UUID, uuid5

_SPACE = UUID("6f0f6b3e-54c5-4c0e-9a53-0d2a6f4b8f11")


def fingerprint(secret: str) -> str:
    """SHA-256 of a random token, in hexadecimal: enough to find it, useless to present it."""
    return sha256(secret.encode()).hexdigest()


def id_from(kind: str, secret: str) -> str:
    """A UUID that follows from a value, so that doing the same thing twice names the same thing."""
    return str(uuid5(_SPACE, f"{kind}:{secret}"))
