"""The readable part of a supplier's address on the web. Pure."""

from __future__ import annotations

from collections.abc import Callable

from marketplace.vocabulary.model import fold

_RESERVED = frozenset({"new", "mine", "search", "import"})


def make_slug(name: str, locality: str, public_id: str, is_taken: Callable[[str], bool]) -> str:
    """'Atelier Rosa' -> 'atelier-rosa', then 'atelier-rosa-como', then 'atelier-rosa-como-3f9a2c' (of the id).

    A name in a script without Latin letters becomes 'supplier-...'.
    """
    base = _words(name) or "supplier"
    town = _words(locality)
    candidates = [base, f"{base}-{town}"] if town else [base]
    for candidate in candidates:
        if candidate not in _RESERVED and not is_taken(candidate):
            return candidate
    # Counting up would take ever longer where thousands of firms share a name.
    return f"{candidates[-1]}-{public_id[:6]}"


def _words(text: str) -> str:
    words = ("".join(c for c in word if c.isascii()) for word in fold(text).split())
    return "-".join(word for word in words if word)[:80].strip("-")
