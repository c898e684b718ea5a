"""The database key: 64 hexadecimal digits in a file that only its owner can read."""

import os
import re
from hashlib import sha256
from hmac import digest
from pathlib import Path

KEY = re.compile(r"[0-9a-f]{64}")


class BadKey(Exception):
    """A key is missing, malformed, or kept where other people can read it."""


def create_key(path: Path, key_hex: str) -> None:
    """Write `key_hex` to a new file (mode 0600, folder 0700) and to the disk itself.

    Raises FileExistsError where a key is already kept: a key written over loses every record.
    """
    check_key(key_hex)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.fchmod(file, 0o600)
        os.write(file, key_hex.encode("ascii") + b"\n")
        os.fsync(file)
    finally:
        os.close(file)
    flush_folder(path.parent)


def read_key(path: Path) -> str:
    """The key kept at `path`; BadKey when there is none or anyone but the owner could read it."""
    try:
        mode = path.stat().st_mode
        key_hex = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadKey(f"the key file {path} cannot be read: {type(error).__name__}") from error
    if mode & 0o077:
        raise BadKey(f"the key file {path} can be read by others: set its mode to 0600")
    check_key(key_hex)
    return key_hex


def check_key(key_hex: str) -> None:
    """Raise BadKey unless the key is 64 lower-case hexadecimal digits that differ."""
    if not KEY.fullmatch(key_hex) or len(set(key_hex)) < 4:
        raise BadKey("a database key is 64 lower-case hexadecimal digits made at random")


def audit_key(key_hex: str) -> bytes:
    """The key of the audit chain: made from the database key, and useless for finding it."""
    return digest(bytes.fromhex(key_hex), b"screening audit chain 1", sha256)


def flush_folder(folder: Path) -> None:
    """Make a new or renamed name in `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
