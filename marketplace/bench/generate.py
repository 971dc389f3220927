"""Suppliers that don't exist, as search documents: as many as wanted, from a seed and a date.

Guarantee: the same arguments give the same documents; N suppliers are the first N of one endless stream, so
that sizes can be compared; memory does not grow with N. No clock is read.
Cost: some 80 us a supplier.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from marketplace.bench.lexicon import invented, surnames, trade_words, zipf
from marketplace.bench.stock import Stock, Terms, currency_of, make_stock, shares
from marketplace.bench.towns import Town, Towns, near
from marketplace.capacity.model import Calendar, Closure
from marketplace.places import Precision
from marketplace.search.document import ServiceDocument, SiteDocument
from marketplace.suppliers.model import Certificate, ServiceTerms, Tags, Verification
from marketplace.vocabulary import Facet, vocabulary

BLOCK = 500  # suppliers that share one stream of chance
SERVICE_IDS = 4  # numbers of services a supplier may use up
_EDITS = 100_000_000  # what edited suppliers become is generated from here on

_SURNAMES, _PROSE_WORDS = 8_000, 6_000
_WORKING_DAYS = tuple(frozenset(range(days)) for days in (5, 5, 5, 5, 5, 5, 6, 6, 4))  # nobody works on Sundays
_PRECISIONS = (Precision.CONFIRMED, Precision.EXACT, Precision.STREET, Precision.STREET, Precision.POSTCODE)
_TRADES = ("Atelier", "Studio", "Works", "Mill", "Textiles", "Workshop", "& Sons", "Manufacture", "Confezioni", "")
# Countries: languages spoken in their workshops, the first by everybody; English alone elsewhere.
_SPOKEN = """
FR: fr en | IT: it en | DE AT: de en | PT: pt en es | BR: pt | TR: tr en | JP: ja | CN: zh en | KR: ko en | PL: pl en
RO: ro en | GR: el en | IN: en hi | BD: bn en | PK: ur en | ES MX CO PE AR CL EC BO GT VE: es en | VN: vi en | ID: id
EG DZ IQ SA SD SY YE JO: ar en | MA TN: ar fr en | TH: th | UA: uk | RU: ru | IR: fa | NL: nl en
"""
_LANGUAGES = {
    country: tuple(spoken.split())
    for countries, _, spoken in (part.partition(":") for part in _SPOKEN.replace("\n", "|").split("|"))
    for country in countries.split()
}
# Of a hundred firms. As in the demonstration, most sew.
_KINDS = "sewing_room atelier knitter weaver dye_house printer embroiderer laundry sample_room cutter finisher".split()
_KINDS += "pattern_maker spinner presser grader pleater".split()
_KIND_WEIGHTS = (26, 10, 10, 8, 7, 7, 6, 5, 5, 4, 4, 3, 2, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class _Terms:
    """Terms to tag with, commonest first, with cumulative weights."""

    values: tuple[str, ...]
    weights: tuple[float, ...]

    def pick(self, rng: random.Random, most: int) -> frozenset[str]:
        return frozenset(rng.choices(self.values, cum_weights=self.weights, k=1 + int(rng.random() * most)))


class Generator:
    """An endless stream of suppliers, each with one site."""

    def __init__(self, today: date, towns: Towns, seed: str = "selvedge-bench") -> None:
        rng = random.Random(f"{seed}/stock")  # noqa: S311 - repeatable on purpose
        self.today = today
        self.seed = seed
        self.towns = towns
        self._stock: Stock = make_stock(rng, today)
        trade = trade_words()
        self._names = surnames(rng, _SURNAMES, frozenset(trade))
        words = [*invented(rng, _PROSE_WORDS, frozenset(trade)), *trade]
        rng.shuffle(words)
        self.words = tuple(words)
        self._word_weights = zipf(len(words))
        lists = vocabulary()
        self._materials = _dealt(rng, lists.terms[Facet.MATERIAL], 0.8)
        self._products = _dealt(rng, lists.terms[Facet.PRODUCT], 0.8)
        all_skills = _dealt(rng, lists.terms[Facet.SKILL], 1.0)
        self._skills = {
            process.id: _dealt(rng, process.skills, 1.0) if process.skills else all_skills
            for process in lists.processes.values()
        }
        self._labels = {term.id: term.label for term in lists.terms[Facet.MATERIAL].values()}
        self._labels |= {term.id: term.label for term in lists.terms[Facet.SKILL].values()}
        self._papers = tuple(zipf(len(self._stock.certificates), 0.5))
        self._machines = {
            kind: tuple(name for family in families for name in lists.machines[family])
            for kind, families in _FAMILIES.items()
        }

    def stream(self, count: int, first: int = 0) -> Iterator[SiteDocument]:
        """The documents of suppliers first + 1, ..., first + count, in this order."""
        last = first + count
        for block in range(first // BLOCK, -(-last // BLOCK)):
            start = block * BLOCK
            for number, document in enumerate(self._block(block), start):
                if number >= last:
                    return
                if number >= first:
                    yield document

    def edited(self, documents: Iterable[SiteDocument]) -> Iterator[SiteDocument]:
        """Each supplier after a thorough edit: all but its identifiers is another's, from far down the stream."""
        for document, other in zip(documents, self.stream(_EDITS, _EDITS), strict=False):
            services = tuple(
                replace(service, public_id=_service_id(document.supplier_id, n)) if service.draft else service
                for n, service in enumerate(other.services)
            )
            yield replace(
                other,
                site_id=document.site_id,
                supplier_id=document.supplier_id,
                public_id=document.public_id,
                site_public_id=document.site_public_id,
                external_id=document.external_id,
                slug=document.slug,
                services=services,
            )

    def _block(self, block: int) -> Iterator[SiteDocument]:
        rng = random.Random(f"{self.seed}/{block}")  # noqa: S311
        kinds = rng.choices(_KINDS, weights=_KIND_WEIGHTS, k=BLOCK)
        towns = self.towns.pick(rng, BLOCK)
        names = rng.choices(self._names, k=BLOCK)
        lengths = [14 + int(50 * rng.random() ** 2) for _ in range(BLOCK)]
        prose = rng.choices(self.words, cum_weights=self._word_weights, k=sum(lengths))
        at = 0
        for number, (kind, town, name, length) in enumerate(
            zip(kinds, towns, names, lengths, strict=True), block * BLOCK + 1
        ):
            yield self._supplier(rng, number, kind, town, name, prose[at : at + length])
            at += length

    def _supplier(
        self, rng: random.Random, number: int, kind: str, town: Town, surname: str, prose: list[str]
    ) -> SiteDocument:
        dice = rng.random
        name = f"{surname} {_TRADES[int(dice() * len(_TRADES))]}".rstrip()
        speaks = _LANGUAGES.get(town.country, ("en",))
        languages = frozenset(speaks if dice() < 0.6 else speaks[:1])
        working_days = _WORKING_DAYS[int(dice() * len(_WORKING_DAYS))]
        closures = self._stock.closures[int(dice() * len(self._stock.closures))]
        processes = self._processes(rng, kind)
        services = tuple(
            self._service(rng, _service_id(number, n), process, town.country, languages, working_days, closures)
            for n, process in enumerate(processes)
        )
        if not services:
            tags = Tags(self._skills["sew"].pick(rng, 2), self._materials.pick(rng, 2), frozenset(), languages)
            services = (ServiceDocument("", None, tags),)
        first = services[0].tags
        told = [self._labels[term] for term in sorted((*first.skills, *first.materials))]
        is_located = dice() >= 0.01
        verified = dice()
        return SiteDocument(
            site_id=number,
            supplier_id=number,
            public_id=f"a{number:031x}",
            site_public_id=f"b{number:031x}",
            external_id=f"bench-{number:09d}",
            slug=f"bench-{number}",
            name=name,
            site_name="",
            kind=kind,
            verification=(
                Verification.VISITED if verified < 0.05 else Verification.DOCUMENT_SEEN if verified < 0.2 else _SELF
            ).value,
            is_verified=verified < 0.2,
            description=f"{' '.join(prose).capitalize()}. {', '.join(told)}.",
            street=f"{surname} street {1 + int(dice() * 200)}" if dice() < 0.7 else "",
            locality=town.name,
            region=town.region,
            country=town.country,
            point=near(rng, town) if is_located else None,
            precision=_PRECISIONS[int(dice() * len(_PRECISIONS))] if is_located else Precision.NONE,
            languages=languages,
            certificates=tuple(self._certificates(rng)),
            machines=self._machines_of(rng, kind),
            services=services,
        )

    def _processes(self, rng: random.Random, kind: str) -> tuple[str, ...]:
        """Its own trade, and what goes with it; now and then nothing is listed yet."""
        own = self._stock.processes[kind]
        dice = rng.random()
        if dice < 0.02:
            return ()
        if dice < 0.5 or len(own) == 1:
            return own[:1]
        second = own[1 + int(rng.random() * (len(own) - 1))]
        if dice < 0.82 or len(own) == 2:
            return own[0], second
        third = own[1 + int(rng.random() * (len(own) - 1))]
        return (own[0], second, third) if third != second else (own[0], second)

    def _service(
        self,
        rng: random.Random,
        public_id: str,
        process: str,
        country: str,
        languages: frozenset[str],
        working_days: frozenset[int],
        closures: tuple[Closure, ...],
    ) -> ServiceDocument:
        dice = rng.random
        choices = self._stock.terms[process]
        terms = choices[int(dice() * len(choices))]
        prices = self._stock.prices[process, currency_of(country)]
        skills = self._skills[process].pick(rng, 4)
        materials = self._materials.pick(rng, 4)
        products = self._products.pick(rng, 4)
        note = ""
        if dice() < 0.25:
            note = " ".join(rng.choices(self.words, cum_weights=self._word_weights, k=8))
        draft = ServiceTerms(
            process=process,
            unit=terms.unit,
            rules=terms.rules,
            maximum=terms.maximum,
            load=terms.load,
            leads=terms.leads,
            price=prices[int(dice() * len(prices))],
            note=note,
        )
        tags = Tags(skills, materials, products, languages)
        if dice() < 0.1:
            return ServiceDocument(public_id, draft, tags)
        calendar = self._calendar(rng, terms, working_days, closures)
        return ServiceDocument(public_id, draft, tags, calendar, terms.rate)

    def _calendar(
        self, rng: random.Random, terms: Terms, working_days: frozenset[int], closures: tuple[Closure, ...]
    ) -> Calendar:
        weeks, confirmed = self._stock.weeks, self._stock.confirmed
        usual = max(1, int(terms.usual * (0.6 + 0.8 * rng.random())))
        return Calendar(
            unit=terms.calendar_unit,
            usual=usual if rng.random() < 0.92 else None,
            stated={weeks[n]: int(usual * share) for n, share in shares(rng)},
            closures=closures,
            working_days=working_days,
            confirmed_at=confirmed[int(rng.random() ** 2 * len(confirmed))],
        )

    def _certificates(self, rng: random.Random) -> list[Certificate]:
        count = (0, 0, 0, 0, 1, 1, 1, 2, 2, 3)[int(rng.random() * 10)]
        return rng.choices(self._stock.certificates, cum_weights=self._papers, k=count) if count else []

    def _machines_of(self, rng: random.Random, kind: str) -> tuple[str, ...]:
        names = self._machines.get(kind, ())
        count = int(rng.random() * 4) if names else 0
        return tuple(dict.fromkeys(names[int(rng.random() * len(names))] for _ in range(count)))


_SELF = Verification.SELF_DECLARED
_FAMILIES = {
    "weaver": ("weave",),
    "knitter": ("knit",),
    "dye_house": ("dye",),
    "printer": ("print",),
    "finisher": ("dye", "press"),
    "sample_room": ("sew", "cut"),
    "cutter": ("cut",),
    "sewing_room": ("sew", "press"),
    "embroiderer": ("embroider",),
    "laundry": ("denim", "press"),
    "presser": ("press",),
    "atelier": ("sew", "cut", "press"),
}


def _dealt(rng: random.Random, terms: Iterable[str], exponent: float) -> _Terms:
    values = list(terms)
    rng.shuffle(values)
    return _Terms(tuple(values), tuple(zipf(len(values), exponent)))


def _service_id(number: int, place: int) -> str:
    return f"c{number * SERVICE_IDS + place:031x}"
