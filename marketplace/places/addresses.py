"""Finding the town in an address that has no coordinates: 'Bangobandhu Road, Ashulia, Savar, Dhaka 1341'."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from marketplace.places.by_name import Found
from marketplace.places.gazetteer import Gazetteer
from marketplace.places.model import Place
from marketplace.places.names import fold
from marketplace.places.rules import haversine_m

_MOST_WORDS = 4  # of a name, in a row
_MOST_TOKENS = 60
_REACH_M = 60_000
_ENOUGH = 3.5  # points a place needs; see _score
_BIG_CITY = 300_000

_PIECES = re.compile(r"[,;:()\[\]/\n\t]+|\s+-\s+|\.\s")
# Words of addresses that also are names of places somewhere.
_COMMON_TEXT = """
road street avenue lane east west north south central new old zone industrial industry park city village town
district province county state region area block building floor tower plaza center centre house factory mill
unit room plot sector phase main cross first second third near opposite behind section development economic
technical technology export processing free trade port bridge hill lake river garden gardens station market
international company limited group garment garments textile textiles apparel fashion knit wear
sur norte este oeste calle avenida colonia parque zona barrio rua via viale piazza corso strada rue platz
strasse jalan desa kota kabupaten kecamatan kawasan thana upazila union post office taluk tehsil mandal nagar
colony estate tambon amphoe moo soi khan sangkat phum phuong quan huyen thanh pho xian shi qu zhen cun lu jie
sheng dong gu si gun do ri long lin san hai feng china
"""
_AFTER_STREET_TEXT = "road rd street str st avenue ave lane ln way highway hwy blvd boulevard lu jie marg salai"
_BEFORE_STREET_TEXT = "jalan jl via viale corso calle rua rue av avenida avenue carretera ctra duong soi"
_COMMON = frozenset(_COMMON_TEXT.split())
_AFTER_STREET = frozenset(_AFTER_STREET_TEXT.split())
_BEFORE_STREET = frozenset(_BEFORE_STREET_TEXT.split())


@dataclass(frozen=True, slots=True)
class _Match:
    place: Found
    first: int
    last: int
    alone: bool  # a piece between commas, but for words such as 'district' and numbers
    street: bool
    region: bool  # the name is a region's too
    rivals: list[int]  # sizes of the two largest places of that name in the country


def locate_address(gazetteer: Gazetteer, address: str, country: str) -> Place | None:
    """Find the town of a free-form address in a country (alpha-2); None rather than a wild guess.

    Looks for runs of up to four words that name a place, prefers several that lie near each other
    ('Savar, Dhaka') and then the smaller of them, and leaves out names that belong to a street.
    Guarantee: the precision is TOWN, never better.
    """
    pieces = [fold(piece).split() for piece in _PIECES.split(address[:500])]
    words = [word for piece in pieces for word in piece][:_MOST_TOKENS]
    if not words or not country:
        return None
    by_key: dict[str, list[tuple[int, int, bool, bool]]] = {}
    for key, span in _runs(pieces):
        by_key.setdefault(key, []).append(span)
    named_regions = gazetteer.regions_named([*by_key, *_region_codes(pieces)], country)
    regions = set(named_regions.values())
    names = gazetteer.keyed(sorted(by_key), country)
    largest: dict[str, list[int]] = {}
    for key, found in names:
        largest.setdefault(key, []).append(found.weight)
    matches = [
        _Match(found, *span, region=key in named_regions, rivals=sorted(largest[key])[-2:])
        for key, found in names
        for span in by_key[key]
    ]
    scored = [(_score(match, matches, regions, len(words)), match) for match in matches]
    good = [(score, match) for score, match in scored if score >= _ENOUGH]
    if not good:
        return None
    best = max(good, key=lambda item: (item[0], -item[1].place.id))[1]
    return gazetteer.place(_most_specific(best, good).place)


def _runs(pieces: list[list[str]]) -> Iterator[tuple[str, tuple[int, int, bool, bool]]]:
    """Runs of words inside one piece: key, first word, last word, alone, part of a street's name."""
    start = 0
    for piece in pieces:
        plain = [at for at, word in enumerate(piece) if not any(c.isdigit() for c in word) and word not in _COMMON]
        for first in range(len(piece)):
            for last in range(first, min(len(piece), first + _MOST_WORDS)):
                run = piece[first : last + 1]
                if start + last >= _MOST_TOKENS or any(any(c.isdigit() for c in word) for word in run):
                    break
                if all(word in _COMMON for word in run) or len("".join(run)) < 4 - (not run[0].isascii()) * 2:
                    continue
                alone = all(first <= at <= last for at in plain)
                after = piece[last + 1] if last + 1 < len(piece) else ""
                before = piece[first - 1] if first else ""
                street = after in _AFTER_STREET or before in _BEFORE_STREET
                span = (start + first, start + last, alone, street)
                yield " ".join(run), span
                if len(run) > 1:
                    yield "".join(run), span  # 'Xia Men'
        start += len(piece)


def _region_codes(pieces: list[list[str]]) -> Iterator[str]:
    """Pieces that are one short word, but for a postcode: 'KS', 'TX 75001'."""
    for piece in pieces:
        plain = [word for word in piece if not any(char.isdigit() for char in word)]
        if len(plain) == 1 and 2 <= len(plain[0]) <= 3:
            yield plain[0]


def _score(match: _Match, matches: list[_Match], regions: set[int], count: int) -> float:
    """Points for a match: size, own piece, company of larger places, region named, late in the address."""
    place = match.place
    score = math.log10(max(10, place.weight)) / 2  # 1 for a hamlet of 100, 3 for a million
    score += 1.5 * match.alone + 0.5 * (match.last - match.first) - 3.0 * match.street
    score += 0.6 * match.last / count - (1.0 if place.other else 0.0) - 1.5 * match.region
    supported = any(_supports(other, match) for other in matches)
    if supported:
        score += 1.5
    if regions:
        score += 1.0 if place.region in regions else -2.0 if len(match.rivals) > 1 else -1.0
    elif not supported and len(match.rivals) > 1 and place.weight < 20 * match.rivals[0]:
        score -= 1.5  # two places of a name, and nothing says which
    return score


def _supports(larger: _Match, match: _Match) -> bool:
    return (
        larger.place.weight > match.place.weight
        and (larger.first > match.last or larger.last < match.first)
        and not larger.street
        and haversine_m(larger.place.point, match.place.point) <= _REACH_M
    )


def _most_specific(best: _Match, good: list[tuple[float, _Match]]) -> _Match:
    """A town that stands beside the city it belongs to says more than the city."""
    if best.place.weight < _BIG_CITY:
        return best
    nearby = [(score, match) for score, match in good if _supports(best, match) and match.alone]
    return max(nearby, key=lambda item: (item[0], -item[1].place.id))[1] if nearby else best
