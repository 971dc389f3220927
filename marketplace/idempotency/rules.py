"""Which calls are the same call. Pure."""

from __future__ import annotations

import hashlib

from marketplace.errors import Invalid

LONGEST_KEY = 255


def check_key(key: str) -> str:
    """Errors: Invalid when it can't be a key: empty, too long, or with other than printable ASCII characters."""
    if not 0 < len(key) <= LONGEST_KEY or not all("\x20" <= char <= "\x7e" for char in key):
        problem = f"has 1 to {LONGEST_KEY} characters, all of them printable ASCII"
        raise Invalid({"Idempotency-Key": problem}, f"Idempotency-Key {problem}.")
    return key


def fingerprint(method: str, path: str, query: bytes, body: bytes) -> str:
    """64 hexadecimal digits that differ where the calls do. Each part's length stands before it: no two calls can
    be cut up into the same text."""
    digest = hashlib.sha256()
    for part in (method.encode(), path.encode("utf-8", "replace"), query, body):
        digest.update(len(part).to_bytes(8))
        digest.update(part)
    return digest.hexdigest()
