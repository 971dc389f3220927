"""What moderators' decisions mean. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from marketplace.moderation.model import Verified
from marketplace.suppliers.model import Verification

_ORDER = (Verification.DOCUMENT_SEEN, Verification.VISITED)


def standing(found: Iterable[Verified]) -> tuple[Verification, date | None]:
    """What a listing shows: the highest level that was not withdrawn, with its last day."""
    valid = [item for item in found if item.withdrawn_at is None]
    if not valid:
        return Verification.SELF_DECLARED, None
    best = max(valid, key=lambda item: (_ORDER.index(item.level), item.seen_on))
    return best.level, best.seen_on


def verified_words(level: Verification, day: date | None) -> str:
    """'Visited 3 Nov 2026'."""
    words = {Verification.VISITED: "Visited", Verification.DOCUMENT_SEEN: "Documents seen"}.get(level)
    if words is None:
        return ""
    return f"{words} {day.day} {day:%b %Y}" if day else words
