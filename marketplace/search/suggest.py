"""Suggestions while somebody types: work, skills and other terms, suppliers and places. Pure.

Terms are found as documents are, by words.py: under their names in six languages, begun or misspelt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from itertools import islice
from urllib.parse import urlencode

from marketplace.places.model import Place
from marketplace.search.document import SiteDocument
from marketplace.search.words import WordIndex, cut, cut_query, osa_distance, typos_allowed
from marketplace.vocabulary import Facet, Term, vocabulary
from marketplace.vocabulary.model import fold

SHORTEST = 2  # letters; what fewer begin is no help
MOST_OF_A_GROUP = 5
MOST_SUPPLIERS_READ = 40  # of those that have the words anywhere, names first


class Group(StrEnum):
    """Kinds of suggestions, in the order shown."""

    PROCESSES = "processes"
    SKILLS = "skills"
    KINDS = "kinds"
    MATERIALS = "materials"
    PRODUCTS = "products"
    SUPPLIERS = "suppliers"
    PLACES = "places"

    @property
    def label(self) -> str:
        return {
            "processes": "Work",
            "skills": "Skills",
            "kinds": "Kinds of supplier",
            "materials": "Materials",
            "products": "Products",
            "suppliers": "Suppliers",
            "places": "Places",
        }[self.value]


_FACETS = {
    Group.PROCESSES: Facet.PROCESS,
    Group.SKILLS: Facet.SKILL,
    Group.KINDS: Facet.KIND,
    Group.MATERIALS: Facet.MATERIAL,
    Group.PRODUCTS: Facet.PRODUCT,
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`sets`: parameters of a search that choosing it gives; empty for a supplier, whose page `url` is."""

    label: str
    url: str
    detail: str = ""
    sets: dict[str, str] = field(default_factory=dict)
    is_guess: bool = False  # nothing of it begins like the text: a misspelling at best


Groups = dict[Group, list[Suggestion]]


def suggestions(
    text: str,
    wanted: Sequence[Group],
    suppliers: Iterable[SiteDocument],
    places: Iterable[Place],
) -> Groups:
    """What the text may become, best first, at most five of a group; groups without any are left out.

    `suppliers` are those the engine finds by the text, best first, `places` those the gazetteer completes.
    """
    if not is_long_enough(text):
        return {}
    found: Groups = {}
    for group in Group:
        if group not in wanted:
            continue
        if group is Group.SUPPLIERS:
            listed = _suppliers(text, suppliers)
        elif group is Group.PLACES:
            listed = (_place(place, text) for place in places)
        else:
            listed = _terms(text, _FACETS[group])
        found[group] = list(islice(listed, MOST_OF_A_GROUP))
    sure = any(not item.is_guess for listed in found.values() for item in listed)
    kept = {group: [item for item in listed if not (sure and item.is_guess)] for group, listed in found.items()}
    return {group: listed for group, listed in kept.items() if listed}


def is_long_enough(text: str) -> bool:
    return len(fold(text)) >= SHORTEST


def _terms(text: str, facet: Facet) -> Iterator[Suggestion]:
    words = cut_query(text)
    index, terms = _term_index(facet)
    scores = index.find(words)
    for number in sorted(scores, key=lambda number: (not _begins(terms[number].label, words), -scores[number], number)):
        term = terms[number]
        sets = {facet.value: term.id}
        label, other = _capital(term.label), _other_name(term, words)
        yield Suggestion(label, _search(sets), other, sets, is_guess=not other and not _begins(label, words))


@cache
def _term_index(facet: Facet) -> tuple[WordIndex, tuple[Term, ...]]:
    """Every term of a facet as a document; its label counts more than its aliases. Only read afterwards."""
    terms = tuple(vocabulary().terms[facet].values())
    index = WordIndex()
    for number, term in enumerate(terms):
        index.put(number, [(2.0, term.label), *((1.0, alias) for alias in term.aliases)])
    return index, terms


def _suppliers(text: str, documents: Iterable[SiteDocument]) -> Iterator[Suggestion]:
    """Those whose name has the words: the engine finds the others by what they do, which terms suggest better."""
    words, seen = cut_query(text), set[str]()
    for document in documents:
        if document.slug in seen or not _is_named(document.name, words):
            continue
        seen.add(document.slug)
        kind = vocabulary().label(Facet.KIND, document.kind)
        where = document.locality or document.country
        detail = ", ".join(filter(None, (kind, where)))
        yield Suggestion(
            document.name, f"/suppliers/{document.slug}", detail, is_guess=not _begins(document.name, words)
        )


def _place(place: Place, text: str) -> Suggestion:
    sets = {"near": place.label, "lat": f"{place.point.lat:.7f}", "lon": f"{place.point.lon:.7f}"}
    detail = f"{place.population:,} people" if place.population else ""
    begins = fold(place.label).startswith(fold(text.partition(",")[0]))
    return Suggestion(place.label, _search(sets), detail, sets, is_guess=not begins)


def _is_named(name: str, words: Sequence[str]) -> bool:
    own = cut(name)
    return bool(words) and all(any(_is_meant(word, candidate) for candidate in own) for word in words)


def _is_meant(typed: str, word: str) -> bool:
    if word.startswith(typed):
        return True
    allowed = typos_allowed(typed)
    return bool(allowed) and osa_distance(typed, word, allowed) <= allowed


def _begins(name: str, words: Sequence[str]) -> bool:
    own = cut(name)
    return bool(words) and all(any(candidate.startswith(word) for candidate in own) for word in words)


def _other_name(term: Term, words: Sequence[str]) -> str:
    """The name that was meant, where the label is another word: 'façonnier' for Sewing and assembly."""
    if _begins(term.label, words):
        return ""
    return next((alias for alias in term.aliases if _begins(alias, words)), "")


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:]


def _search(sets: dict[str, str]) -> str:
    return f"/search?{urlencode(sets)}"
