"""A place at the end of what somebody typed: 'CMT near Prato', 'teinture près de Lyon'. Pure.

The words are only offered as a place, never taken for one: 'in Samt' is a material, and Lana is a town.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from marketplace.places.model import Place
from marketplace.search.query import SearchQuery
from marketplace.vocabulary import Facet, vocabulary
from marketplace.vocabulary.model import fold

# What stands before a place, folded, in the six languages.
_BEFORE = tuple(
    tuple(words.split())
    for words in (
        "in der nahe von|rund um|nahe bei|nahe|bei|im raum|raum|"
        "close to|next to|near to|near|around|"
        "pres de|pres d|pres du|autour de|aux environs de|"
        "nei pressi di|vicino a|vicino ad|vicino|intorno a|presso|"
        "cerca de|cerca del|alrededor de|junto a|"
        "perto de|perto do|perto da|proximo de|proximo do|ao pe de|"
        "in|at|en|a|ad|em|no|na|um"
    ).split("|")
)
_WORD = re.compile(r"[^\s'’]+")
_MOST_TRIES = 3
_WELL_KNOWN = 15_000  # people; a smaller place must bear the very name that was typed

FindPlaces = Callable[[str], Sequence[Place]]


@dataclass(frozen=True, slots=True)
class PlaceOffer:
    """The same question with a circle around a place, and without the words that named it."""

    text: str
    place: Place


def place_offer(query: SearchQuery, find_places: FindPlaces) -> PlaceOffer | None:
    """The place that the last words name, where they name one and none was given."""
    if query.circle is not None:
        return None
    for _, (rest, name) in zip(range(_MOST_TRIES), trailing_names(query.text), strict=False):
        if any(vocabulary().find(facet, name) for facet in Facet):
            continue
        found = find_places(name)
        if found and (_bears(found[0], name) or found[0].population >= _WELL_KNOWN):
            return PlaceOffer(rest, found[0])
    return None


def trailing_names(text: str) -> Iterator[tuple[str, str]]:
    """(what stands before, what may be a place), the longest name first."""
    words = [(match.start(), fold(match[0])) for match in _WORD.finditer(text)]
    at = 0
    while at < len(words):
        size = max((len(before) for before in _BEFORE if _stands(before, words, at)), default=0)
        if size and at + size < len(words):
            yield text[: words[at][0]].strip(" ,;"), text[words[at + size][0] :].strip(" ,;?!.")
        at += size or 1


def _stands(before: tuple[str, ...], words: list[tuple[int, str]], at: int) -> bool:
    return tuple(word for _, word in words[at : at + len(before)]) == before


def _bears(place: Place, name: str) -> bool:
    return fold(place.label.partition(",")[0]) == fold(name.partition(",")[0])
