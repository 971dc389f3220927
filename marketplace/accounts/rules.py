"""Which place a studio's town means. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from marketplace.places.model import Place
from marketplace.places.names import fold

_CLEARLY_LARGER = 20  # Paris in France against Paris in Texas is 86 times, London against London, Ontario 21


def clear_place(typed: str, found: Sequence[Place], choice: str = "") -> Place | None:
    """The place that is meant, or None when a person has to choose (or nothing was found).

    Clear is: the full label was chosen or typed, there is only one, or the first is far larger than the
    others. A choice that is not among the found places belongs to another name and does not count.
    """
    for label in (choice, typed):
        for place in found:
            if fold(place.label) == fold(label):
                return place
    if not found:
        return None
    if len(found) == 1 or found[0].population > _CLEARLY_LARGER * max(place.population for place in found[1:]):
        return found[0]
    return None
