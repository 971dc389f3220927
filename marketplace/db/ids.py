"""Public identifiers: 128 random bits, so that nobody can count or guess them."""

from __future__ import annotations

import secrets


def new_public_id() -> str:
    """32 hexadecimal digits."""
    return secrets.token_hex(16)
