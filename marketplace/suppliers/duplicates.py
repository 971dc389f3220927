"""Suppliers that may be one and the same: pointed out, never merged. Pure.

The rule was chosen on labelled pairs of real facility lists (see tests/transfer/test_duplicates.py, which
states its precision and recall): the names agree, and the address or the position does not contradict.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from marketplace.places import Point
from marketplace.places.rules import haversine_m
from marketplace.vocabulary.model import fold

NEAR_M = 2_000
FAR_M = 100_000
_VERY_SAME_NAME = 0.92
_SAME_NAME = 0.85  # of difflib's ratio, over the letters of the names
_CLOSE_NAME = 0.65
# Shares of the shorter address's letters in threes.
_VERY_SAME_ADDRESS = 0.85
_SAME_ADDRESS = 0.60
_ALIKE_ADDRESS = 0.20
_LEAST_PAIRS = 0.45  # share of the shorter name's letters in pairs
_LARGEST_BLOCK = 40  # a word that more names share than this finds nobody: 'textile' is no clue
_COMPANY = frozenset(
    """ltd limited co company corp corporation inc incorporated llc llp lp plc pvt private pte pty gmbh mbh ag kg kgaa
    ug ohg gbr ev sa sas sarl sasu eurl snc srl spa ss sapa sl slu sau sc scop cv ca de rl bv nv vof bvba srlu sro spol
    as asa ab oy oyj aps sp zoo kft zrt bt rt doo ood eood ad jsc ojsc zao ooo tnhh ltda lda me epp eireli mei sti
    san tic ticaret sanayi ve anonim sirketi limitada cia the and group kk yk sdn bhd pt cv tbk public""".split()
)
_TRADE = frozenset(
    """garment garments textile textiles tekstil textil apparel apparels fashion fashions clothing clothes wear knit
    knits knitting knitwear shoes shoe footwear socks factory factories mill mills industry industries industrial
    industria manufacturing manufacture manufacturer products product enterprise enterprises international trading
    trade works work sewing confeccoes confecciones confezioni konfeksiyon giyim fabric fabrics""".split()
)
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8"}


@dataclass(frozen=True)
class Listed:
    """A supplier as far as duplicates go. `of` is the line in the file, or the name of one that is listed."""

    of: int | str
    name: str
    country: str
    address: str = ""
    point: Point | None = None

    @cached_property
    def words(self) -> tuple[str, ...]:
        words = _plain(self.name).split()
        kept = tuple(word for word in words if word not in _COMPANY)
        return kept or tuple(words)

    @cached_property
    def letters(self) -> str:
        return "".join(self.words)

    @cached_property
    def pairs(self) -> frozenset[str]:
        """Every two letters in a row of the firm's own words."""
        text = "".join(self.core) or self.letters
        return frozenset(text[at : at + 2] for at in range(max(1, len(text) - 1)))

    @cached_property
    def core(self) -> tuple[str, ...]:
        """The words that are the firm's own."""
        return tuple(word for word in self.words if word not in _TRADE)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """'Unit 6' and 'Factory II' are other places than 'Unit 10': the numbers in a name tell."""
        found = re.findall(r"[0-9]+", _plain(self.name))
        return frozenset([n.lstrip("0") for n in found] + [_ROMAN[w] for w in self.words[1:] if w in _ROMAN])

    @cached_property
    def address_threes(self) -> frozenset[str]:
        """Every three letters in a row: lists run words of addresses together."""
        text = _plain(self.address).replace(" ", "")
        return frozenset(text[at : at + 3] for at in range(len(text) - 2))


class Listing:
    """Everybody seen so far, found by the words of their names: no pair is compared that shares none.

    Cost: at most a few hundred comparisons for one name, whatever the number of names.
    """

    def __init__(self) -> None:
        self._blocks: dict[tuple[str, str], list[Listed]] = {}

    def add(self, listed: Listed) -> None:
        for key in _keys(listed):
            block = self._blocks.setdefault(key, [])
            if len(block) < _LARGEST_BLOCK:
                block.append(listed)

    def find(self, new: Listed) -> tuple[Listed, str] | None:
        """The likeliest duplicate and why; None when there is none."""
        seen: set[int] = set()
        best: tuple[float, Listed, str] | None = None
        for key in _keys(new):
            for other in self._blocks.get(key, ()):
                if id(other) in seen:
                    continue
                seen.add(id(other))
                found = compare(new, other)
                if found and (best is None or found[0] > best[0]):
                    best = found[0], other, found[1]
        return (best[1], best[2]) if best else None


def compare(a: Listed, b: Listed) -> tuple[float, str] | None:
    """(likeness, why) of two suppliers that may be one; None otherwise."""
    if a.country != b.country or not a.letters or not b.letters:
        return None
    overlap = _overlap(a.address_threes, b.address_threes)
    address = overlap or 0.0
    if a.numbers != b.numbers and address < _VERY_SAME_ADDRESS:
        return None
    if (_overlap(a.pairs, b.pairs) or 0.0) < _LEAST_PAIRS:
        return None  # far quicker than to compare the names letter by letter
    name = _likeness(a, b)
    if name < _CLOSE_NAME:
        return None
    metres = haversine_m(a.point, b.point) if a.point and b.point else None
    near = metres is not None and metres <= NEAR_M
    if name < _SAME_NAME:
        if address < _SAME_ADDRESS:
            return None
    elif not near and not (name == 1.0 and a.core):  # the very same name is worth a look wherever it is
        if overlap is None and name < _VERY_SAME_NAME:
            return None  # nothing but the names to go by
        if overlap is not None and overlap < _ALIKE_ADDRESS:
            return None
        if metres is not None and metres > FAR_M and address < _SAME_ADDRESS:
            return None
    same = "the same name" if a.letters == b.letters else "a similar name"
    return name + address + near, f"{same} {_where(metres, address)}"


def _where(metres: float | None, address: float) -> str:
    if metres is not None and metres <= NEAR_M:
        return "at about the same place" if metres < 100 else f"{metres / 1000:.1f} km away"
    if metres is not None and metres > FAR_M:
        return f"{metres / 1000:.0f} km away"
    return "and a similar address" if address >= _SAME_ADDRESS else "in the same country"


def _likeness(a: Listed, b: Listed) -> float:
    if a.letters == b.letters:
        return 1.0
    shorter = min(a.core, b.core, key=len)
    if len("".join(shorter)) >= 6 and (set(a.core) <= set(b.core) or set(b.core) <= set(a.core)):
        return 0.9
    whole = _ratio(a.letters, b.letters)
    # Without the words of the trade: 'Luyang Shoes' and 'Meiquan Shoes' only look alike.
    own = _ratio("".join(a.core), "".join(b.core)) if whole >= _CLOSE_NAME and shorter else whole
    return whole if own >= _CLOSE_NAME or whole < _CLOSE_NAME else min(whole, own)


def _ratio(a: str, b: str) -> float:
    if 2 * min(len(a), len(b)) < _CLOSE_NAME * (len(a) + len(b)):
        return 0.0
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= _CLOSE_NAME else 0.0


def _overlap(a: frozenset[str], b: frozenset[str]) -> float | None:
    shorter = min(len(a), len(b))
    return len(a & b) / shorter if shorter else None


def _keys(listed: Listed) -> Iterator[tuple[str, str]]:
    letters = "".join(listed.core) or listed.letters
    yield listed.country, f"^{letters[:5]}"
    yield listed.country, f"{letters[-5:]}$"
    yield listed.country, f"={listed.letters}"
    for word in set(listed.core):
        if len(word) > 3:
            yield listed.country, word


def _plain(text: str) -> str:
    """Folded, with 'S.r.l.' and 'A.Ş.' as one word each."""
    return fold(re.sub(r"\b(\w)\.(?=\w\b)", r"\1", text).replace("&", " and "))
