"""The readable part of a supplier's address on the web. Pure."""

from __future__ import annotations

from collections.abc import Callable

from marketplace.vocabulary.model import fold

_RESERVED = frozenset({"new", "mine", "search", "import"})


def make_slug(name: str, locality: str, is_taken: Callable[[str], bool]) -> str:
    """'Atelier Rosa' -> 'atelier-rosa', then 'atelier-rosa-como', then '-2', '-3', ...

    A name in a script without Latin letters becomes 'supplier-...'.
    """
    base = _words(name) or "supplier"
    town = _words(locality)
    candidates = [base, f"{base}-{town}"] if town else [base]
    for candidate in candidates:
        if candidate not in _RESERVED and not is_taken(candidate):
            return candidate
    number = 2
    while is_taken(f"{candidates[-1]}-{number}"):
        number += 1
    return f"{candidates[-1]}-{number}"


def _words(text: str) -> str:
    words = ("".join(c for c in word if c.isascii()) for word in fold(text).split())
    return "-".join(word for word in words if word)[:80].strip("-")
