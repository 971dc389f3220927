"""The 200 fixed searches every figure is measured with, by class: the same for each size and each engine.

Words, places and terms come from the first suppliers of the stream, which every size has. Windows go from a
Monday to a Sunday, on which nobody works: so a peer that counts whole weeks can answer them exactly.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from marketplace.bench.generate import Generator
from marketplace.bench.typing_slips import slip
from marketplace.places.model import Circle
from marketplace.places.rules import distance_m
from marketplace.search.document import SiteDocument, weighted_texts
from marketplace.search.query import SearchQuery, Sort
from marketplace.search.words import cut
from marketplace.suppliers.rules import Cloth, Run
from marketplace.units import Quantity, Unit, Week
from marketplace.vocabulary import Facet

CLASSES = {"geo_small": 40, "geo_500": 25, "text": 45, "text_geo": 35, "filters": 35, "broad": 20}
_SAMPLE = 1000
_COMMON_WORD = 0.06  # of all suppliers have it; one text in five may hold such a word
_COMMON = (
    (Facet.KIND, "sewing_room knitter"),
    (Facet.KIND, "sewing_room atelier embroiderer"),
    (Facet.PROCESS, "sew press"),
    (Facet.PROCESS, "sew knit_panel"),
    (Facet.KIND, "weaver knitter dye_house printer laundry"),
    (Facet.KIND, "sewing_room atelier"),
    (Facet.PROCESS, "sew weave"),
    (Facet.PROCESS, "sample sew finish"),
    (Facet.KIND, "atelier knitter weaver dye_house"),
    (Facet.PROCESS, "cut sew"),
    (Facet.KIND, "sewing_room weaver printer"),
    (Facet.PROCESS, "sew embroider print_fabric"),
    (Facet.KIND, "knitter weaver dye_house printer embroiderer"),
    (Facet.PROCESS, "sew dye_fabric"),
    (Facet.KIND, "sewing_room dye_house"),
)
_FILTERS = ("run", "process", "certificate", "window", "verified", "kind", "skill", "material")


@dataclass(frozen=True, slots=True)
class Shape:
    """`typo`: one word is misspelt; `start`: the last word is only begun."""

    name: str
    group: str
    query: SearchQuery
    typo: bool = False
    start: bool = False


def make_shapes(generator: Generator, seed: str = "shapes") -> tuple[Shape, ...]:
    """The fixed mix, in order of class."""
    maker = _Maker(generator, random.Random(f"{generator.seed}/{seed}"))  # noqa: S311 - repeatable on purpose
    makes: dict[str, Callable[[int], Shape]] = {
        "geo_small": maker.geo_small,
        "geo_500": maker.geo_500,
        "text": maker.text,
        "text_geo": maker.text_geo,
        "filters": maker.filters,
        "broad": maker.broad,
    }
    return tuple(makes[group](number) for group, count in CLASSES.items() for number in range(count))


def random_queries(generator: Generator, count: int, seed: str = "random") -> list[SearchQuery]:
    """Searches of all classes with everything drawn anew: for comparing engines, not for timing."""
    found: list[SearchQuery] = []
    turn = 0
    while len(found) < count:
        found += [shape.query for shape in make_shapes(generator, f"{seed}/{turn}")]
        turn += 1
    random.Random(f"{generator.seed}/{seed}").shuffle(found)  # noqa: S311
    return found[:count]


class _Maker:
    def __init__(self, generator: Generator, rng: random.Random) -> None:
        self._rng = rng
        self._today = generator.today
        self._first = Week.containing(generator.today)
        self._towns = generator.towns
        self._sample: Sequence[SiteDocument] = list(generator.stream(_SAMPLE))
        self._frequency = Counter(word for document in self._sample for word in _words(document))

    def geo_small(self, number: int) -> Shape:
        query = SearchQuery(self._today, circle=self._circle(5, 50), sort=Sort.DISTANCE)
        return Shape(f"geo_small {number}", "geo_small", query)

    def geo_500(self, number: int) -> Shape:
        return Shape(f"geo_500 {number}", "geo_500", SearchQuery(self._today, circle=self._circle(500, 500)))

    def text(self, number: int) -> Shape:
        """15 with a typing error, 13 whose last word is only begun."""
        typo, start = number < 15, 15 <= number < 28
        return Shape(f"text {number}", "text", SearchQuery(self._today, text=self._text(typo, start)), typo, start)

    def text_geo(self, number: int) -> Shape:
        """10 with a typing error, 9 begun; up to two filters besides, which the one in the middle passes."""
        typo, start = number < 10, 10 <= number < 19
        anchor = self._located()
        assert anchor.point is not None
        circle = Circle(anchor.point, self._rng.choice((50, 100, 200, 500)) * 1000)
        query = SearchQuery(self._today, text=self._text(typo, start, anchor), circle=circle)
        own = ("kind", "verified") if anchor.is_verified else ("kind",)
        query = self._filtered(query, own[: self._rng.choice((0, 0, 1, 2))], anchor)
        return Shape(f"text_geo {number}", "text_geo", query, typo, start)

    def filters(self, number: int) -> Shape:
        query = self._filtered(SearchQuery(self._today), self._rng.sample(_FILTERS, self._rng.choice((2, 3, 3, 4))))
        sort = self._rng.choice((None, None, Sort.LEAD_TIME, Sort.FINISH if query.run else None))
        return Shape(f"filters {number}", "filters", replace(query, sort=sort))

    def broad(self, number: int) -> Shape:
        """A third to half of everything: common terms, a small run that nearly everybody takes, half a world."""
        query = SearchQuery(self._today)
        if number < len(_COMMON):
            facet, values = _COMMON[number]
            sort = Sort.LEAD_TIME if number % 3 == 2 else None
            query = replace(query, terms={facet: frozenset(values.split())}, sort=sort)
        elif number < 18:
            query = replace(query, circle=self._share_of_world(0.34 + 0.02 * (number - len(_COMMON))))
        else:
            query = replace(query, run=Run(Quantity.of(20 if number == 18 else 50, Unit.PIECE)))
        return Shape(f"broad {number}", "broad", query)

    def _share_of_world(self, share: float) -> Circle:
        """The circle around a supplier that holds this share of the sample."""
        centre = self._located().point
        assert centre is not None
        away = sorted(distance_m(centre, d.point) for d in self._sample if d.point)
        return Circle(centre, away[int(share * len(away))] // 1000 * 1000)

    def _circle(self, low_km: int, high_km: int) -> Circle:
        """Around a supplier: where there are more, more is asked."""
        anchor = self._located().point
        assert anchor is not None
        return Circle(anchor, self._rng.randint(low_km, high_km) * 1000)

    def _located(self) -> SiteDocument:
        while (document := self._rng.choice(self._sample)).point is None:
            pass
        return document

    def _text(self, typo: bool, start: bool, anchor: SiteDocument | None = None) -> str:
        """One to three words that stand in one document; a number is no word to search by."""
        document = anchor or self._rng.choice(self._sample)
        words = [word for word in _words(document) if word.isascii() and word.isalpha() and len(word) > 2]
        if self._rng.random() < 0.8:
            words = [word for word in words if self._frequency[word] <= _COMMON_WORD * _SAMPLE]
        chosen = self._rng.sample(words, min(self._rng.choice((1, 1, 2, 2, 3)), len(words)))
        if typo:
            long = [word for word in words if len(word) >= 5]
            chosen[0] = slip(self._rng, self._rng.choice(long), self._frequency)
        if start:
            chosen[-1] = chosen[-1][: self._rng.choice((3, 4, 5))]
        return " ".join(chosen)

    def _filtered(self, query: SearchQuery, names: Sequence[str], document: SiteDocument | None = None) -> SearchQuery:
        """With filters that one supplier passes, as far as its minimums and weeks allow."""
        if document is None:
            document = self._rng.choice([d for d in self._sample if d.services[0].draft and d.certificates])
        service = document.services[0]
        terms: dict[Facet, frozenset[str]] = {}
        run, start, by = query.run, query.start, query.by
        for name in names:
            match name:
                case "kind":
                    terms[Facet.KIND] = frozenset({document.kind})
                case "process":
                    terms[Facet.PROCESS] = service.values(Facet.PROCESS)
                case "skill" | "material":
                    values = service.tags.of(Facet(name)) or frozenset({"cotton"})
                    terms[Facet(name)] = frozenset({min(values)})
                case "certificate":
                    terms[Facet.CERTIFICATION] = frozenset({c.scheme for c in document.certificates[:2]})
                case "run":
                    run = self._run(service.draft.unit if service.draft else Unit.PIECE)
                case "window":
                    start = self._first.plus(self._rng.choice((0, 0, 1, 3))).monday
                    by = start + timedelta(weeks=self._rng.choice((3, 5, 8, 12)), days=-1)
        verified = query.verified or "verified" in names
        return replace(query, terms=terms, run=run, start=start, by=by, verified=verified)

    def _run(self, unit: Unit) -> Run:
        colours = self._rng.choice((1, 1, 2, 3))
        match unit:
            case Unit.KG:
                amount = self._rng.choice((20, 55, 120, 400))
                if self._rng.random() < 0.5:
                    return Run(Quantity.of(amount * 4, Unit.METRE), colours=colours, cloth=Cloth(150, 180))
                return Run(Quantity.of(amount, Unit.KG), colours=colours)
            case Unit.METRE:
                return Run(Quantity.of(self._rng.choice((60, 150, 300, 800)), Unit.METRE), colours=colours)
            case _:
                pieces = self._rng.choice((20, 50, 50, 120, 300, 600))
                return Run(
                    Quantity.of(pieces, Unit.PIECE),
                    styles=self._rng.choice((1, 1, 2)),
                    colours=colours,
                    sizes=self._rng.choice((1, 4)),
                    piece_g=self._rng.choice((None, 250)),
                )


def _words(document: SiteDocument) -> list[str]:
    """In order of the alphabet: sets of strings have another order in each process."""
    return sorted({word for _, text in weighted_texts(document) for word in cut(text)})
