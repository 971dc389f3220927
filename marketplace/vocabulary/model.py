"""Terms and the lists they stand in."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from marketplace.units import Unit


class Facet(StrEnum):
    """A list of terms a search can filter by."""

    __hash__ = str.__hash__  # the one of Enum is written in Python: five times slower, at every look-up

    KIND = "kind"
    PROCESS = "process"
    SKILL = "skill"
    MATERIAL = "material"
    PRODUCT = "product"
    CERTIFICATION = "certification"
    LANGUAGE = "language"


class Basis(StrEnum):
    """What a minimum run counts: the trade argues about 'per', so it is always stated."""

    ORDER = "order"
    STYLE = "style"
    COLOUR = "colour"
    STYLE_AND_COLOUR = "style_and_colour"
    SIZE = "size"
    DESIGN = "design"
    WARP = "warp"
    LOT = "lot"

    @property
    def label(self) -> str:
        return "per dye lot" if self is Basis.LOT else f"per {self.value.replace('_', ' ')}"


@dataclass(frozen=True, slots=True)
class Term:
    id: str
    label: str
    group: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Process(Term):
    """A step of making. `units` are the units its capacity and minimums may be stated in, usual one first."""

    order: int = 0
    kind: str = ""
    branch: str = "material"  # or "digital": a file is handed over, nothing is carried
    units: tuple[Unit, ...] = ()
    bases: tuple[Basis, ...] = ()
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductDefaults:
    """Typical figures of a product (Ecobalyse): kilograms a piece, g/m2, share lost in cutting, minutes to sew."""

    mass_kg: float
    gsm: int
    cut_waste: float
    make_minutes: int


def fold(text: str) -> str:
    """Fold case, accents and punctuation away: 'Façonnier' and 'FACONNIER' are one word."""
    if text.isascii():  # nine texts in ten, at a tenth of the cost
        return _BREAKS.sub(" ", text.lower()).strip()
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss").replace("ı", "i"))
    # Once more: what '™' and '℃' are taken apart into has capitals.
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    return _BREAKS.sub(" ", plain.translate(_LETTERS)).strip()


_BREAKS = re.compile(r"[^\w]+|_")
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})


@cache
def _folded_names(term: Term) -> frozenset[str]:
    """Kept, because every search asks: folding all names of a list takes 8 ms."""
    return frozenset(fold(name) for name in (term.id, term.label, *term.aliases))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every list, with look-up by identifier, label or alias."""

    terms: dict[Facet, dict[str, Term]]
    processes: dict[str, Process]
    machines: dict[str, tuple[str, ...]]
    product_defaults: dict[str, ProductDefaults]
    _names: dict[Facet, dict[str, str]] = field(repr=False)

    def label(self, facet: Facet, term_id: str) -> str:
        """The label of a term; an identifier nobody knows is its own label."""
        term = self.terms[facet].get(term_id)
        return term.label if term else term_id

    def find(self, facet: Facet, text: str) -> Term | None:
        """Find a term by identifier, label or alias; singular and plural are the same."""
        names = self._names[facet]
        key = fold(text)
        for candidate in (key, key.removesuffix("s"), key + "s", key.removesuffix("es")):
            if candidate in names:
                return self.terms[facet][names[candidate]]
        return None

    def find_all(self, facet: Facet, text: str) -> list[Term]:
        """Every term of that name: 'CMT' is cutting and sewing."""
        key = fold(text)
        named = [term for term in self.terms[facet].values() if key in _folded_names(term)]
        found = self.find(facet, text)
        return named or ([found] if found else [])

    def nearest(self, facet: Facet, text: str) -> list[str]:
        """Up to three identifiers that look like the text, for 'did you mean'."""
        close = difflib.get_close_matches(fold(text), self._names[facet], n=6, cutoff=0.6)
        return list(dict.fromkeys(self._names[facet][name] for name in close))[:3]
