"""Random tokens for cookies and links. Only their hash is stored: a stolen database opens nothing."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """256 random bits, safe in addresses and cookies."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """64 hexadecimal digits. A plain hash is enough: nobody can try 2^256 tokens."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
