"""Files between the look at what they would do and the import itself."""

from __future__ import annotations

import os
import re
from contextlib import suppress

from marketplace.db.ids import new_public_id
from marketplace.errors import Unavailable
from marketplace.files.actions import Cabinet

_TOKEN = re.compile(r"[0-9a-f]{32}")


def park(cabinet: Cabinet, data: bytes) -> str:
    """Keep a file for a day, where uploads arrive; returns what to ask for it with, which nobody guesses.

    Errors: Unavailable when the disk is full.
    """
    token = new_public_id()
    try:
        cabinet.arriving.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(cabinet.arriving / token, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
    except OSError as error:
        raise Unavailable("The file could not be kept: the server's disk is full or away.", 60) from error
    return token


def fetch(cabinet: Cabinet, token: str) -> bytes | None:
    """None when it was imported, waited for too long, or never came."""
    if not _TOKEN.fullmatch(token):
        return None
    try:
        return (cabinet.arriving / token).read_bytes()
    except FileNotFoundError:
        return None


def drop(cabinet: Cabinet, token: str) -> None:
    with suppress(FileNotFoundError):
        (cabinet.arriving / token).unlink()
