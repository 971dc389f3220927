"""Random tokens for cookies, links and programs. Only their hash is stored: a stolen database opens nothing."""

from __future__ import annotations

import hashlib
import re
import secrets

_API_PREFIX = "selvedge_"  # programs that look for leaked secrets know ours by it
_API_TOKEN = re.compile(rf"{_API_PREFIX}[A-Za-z0-9_-]{{43}}")
_SHOWN = len(_API_PREFIX) + 4


def new_token() -> str:
    """256 random bits, safe in addresses and cookies."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """64 hexadecimal digits. A plain hash is enough: nobody can try 2^256 tokens."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def new_api_token() -> str:
    """A bearer token: 256 random bits behind our prefix."""
    return _API_PREFIX + new_token()


def is_api_token(text: str) -> bool:
    """Whether it looks like one of ours; else it is not worth asking the database."""
    return _API_TOKEN.fullmatch(text) is not None


def beginning_of(token: str) -> str:
    """What of a bearer token is kept, so that people tell theirs apart."""
    return token[:_SHOWN]
