"""Random documents and random queries over the whole query language, without a database."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

from marketplace.capacity.model import Calendar, Closure
from marketplace.places import Point, Precision
from marketplace.places.model import Circle
from marketplace.search.document import ServiceDocument, SiteDocument
from marketplace.search.query import SearchQuery, Sort
from marketplace.suppliers.model import (
    Certificate,
    LeadDays,
    LoadLimits,
    MinimumRule,
    Price,
    PriceBreak,
    ServiceTerms,
    Tags,
)
from marketplace.suppliers.rules import Cloth, Run
from marketplace.units import Quantity, Unit, Week
from marketplace.vocabulary import Facet
from marketplace.vocabulary.model import Basis

TODAY = date(2027, 2, 24)  # a Wednesday
CENTRE = (43.88, 11.10)
KINDS = ("sewing_room", "weaver", "atelier", "dyehouse", "")
PROCESSES = ("sew", "cut", "dye_piece", "weave", "print_digital", "pattern_make")
SKILLS = ("buttonhole", "overlock", "lingerie", "draping", "welt_pocket")
PRODUCTS = ("jackets_blazers", "dresses", "scarves")
MATERIALS = ("silk", "wool", "cotton")
LANGUAGES = ("en", "it", "fr")
SCHEMES = ("gots", "oeko100", "grs")
NAMES = ("Atelier", "Sartoria", "Façon", "Tintoria", "Weberei", "Lab")
WORDS = "rosa bianchi niccolo wagner tissage confezioni moderna moderne modern seta fil fils filature pressing".split()
TOWNS = ("Prato", "Pistoia", "Montemurlo", "Como", "")
UNITS = (Unit.PIECE, Unit.PIECE, Unit.PIECE, Unit.METRE, Unit.KG, Unit.STYLE, Unit.LOAD)


def some(rng: random.Random, values: tuple[str, ...], share: float = 0.35) -> frozenset[str]:
    return frozenset(value for value in values if rng.random() < share)


def random_document(rng: random.Random, site_id: int, supplier_id: int) -> SiteDocument:
    skills, languages = some(rng, SKILLS, 0.2), some(rng, LANGUAGES)
    calendars = [random_calendar(rng) for _ in range(2)]
    services = tuple(
        random_service(rng, f"s{rng.randrange(10**9)}", process, skills, languages, calendars)
        for process in rng.sample(PROCESSES, rng.choice((0, 1, 1, 2, 3, 4)))
    )
    placeholder = ServiceDocument("", None, Tags(skills=skills, languages=languages))
    spread = rng.choice((0.05, 0.4, 4.0, 40.0))
    lat = max(-90.0, min(90.0, CENTRE[0] + rng.gauss(0, spread)))
    lon = (CENTRE[1] + rng.gauss(0, spread) + 180) % 360 - 180
    return SiteDocument(
        site_id=site_id,
        supplier_id=supplier_id,
        public_id=f"p{supplier_id}",
        site_public_id=f"q{site_id}",
        external_id=rng.choice((f"x{site_id}", "")),
        slug=f"s{supplier_id}",
        name=" ".join((rng.choice(NAMES), *rng.sample(WORDS, rng.choice((0, 1, 1, 2))))),
        site_name=rng.choice(("", "Annex")),
        kind=rng.choice(KINDS),
        verification="visited",
        is_verified=rng.random() < 0.4,
        description=" ".join(rng.choices(WORDS, k=rng.randrange(6))),
        street="",
        locality=rng.choice(TOWNS),
        region="Toscana",
        country="IT",
        point=Point.of(lat, lon) if rng.random() < 0.93 else None,
        precision=Precision.CONFIRMED,
        languages=languages,
        certificates=tuple(random_certificate(rng) for _ in range(rng.choice((0, 0, 1, 2, 3)))),
        machines=(),
        services=services or (placeholder,),
        teaches_until=TODAY + timedelta(days=rng.choice((-30, -1, 0, 1, 200))) if rng.random() < 0.4 else None,
    )


def random_certificate(rng: random.Random) -> Certificate:
    days = [TODAY + timedelta(days=rng.randrange(-60, 120)) for _ in range(2)]
    return Certificate(
        rng.choice(SCHEMES),
        valid_from=min(days) if rng.random() < 0.4 else None,
        valid_to=max(days) if rng.random() < 0.6 else None,
    )


def random_calendar(rng: random.Random) -> Calendar:
    monday = Week.containing(TODAY)
    closures = []
    for _ in range(rng.choice((0, 0, 0, 1, 2))):
        first = TODAY + timedelta(days=rng.randrange(-20, 120))
        closures.append(Closure(first, first + timedelta(days=rng.randrange(0, 25))))
    return Calendar(
        unit=rng.choice(UNITS),
        usual=rng.choice((None, 0, 1, 7, 30, 120)),
        stated={monday.plus(rng.randrange(-2, 40)): rng.choice((0, 3, 80, 500)) for _ in range(rng.choice((0, 0, 3)))},
        closures=tuple(closures),
        working_days=frozenset(rng.choice(((0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5, 6), (1, 3), ()))),
        confirmed_at=rng.choice((None, datetime(2027, 2, 20, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))),
        taken={monday.plus(rng.randrange(-2, 40)): rng.choice((1, 7, 29, 500)) for _ in range(rng.choice((0, 0, 4)))},
    )


def random_service(
    rng: random.Random,
    public_id: str,
    process: str,
    skills: frozenset[str],
    languages: frozenset[str],
    calendars: list[Calendar],
) -> ServiceDocument:
    unit = rng.choice(UNITS[:-1])
    rules = tuple(
        MinimumRule(
            Quantity(
                rng.choice((1, 2, 5, 10, 30, 50, 80, 200)) * rng.choice((1, unit.atoms)),
                rng.choice((unit, unit, unit, rng.choice(UNITS))),
            ),
            rng.choice(list(Basis)),
            rng.choice((None, None, None, 0, 15, 40)),
        )
        for _ in range(rng.choice((0, 1, 1, 2, 3, 5)))
    )
    low = rng.choice((10, 50))
    tags = Tags(
        skills=skills | some(rng, SKILLS, 0.15),
        materials=some(rng, MATERIALS),
        products=some(rng, PRODUCTS),
        languages=languages,
    )
    draft = ServiceTerms(
        process,
        unit,
        rules,
        maximum=Quantity(rng.choice((40, 100, 300)) * unit.atoms, unit) if rng.random() < 0.3 else None,
        load=LoadLimits(low * unit.atoms, rng.choice((low, low + 10, 3 * low)) * unit.atoms)
        if rng.random() < 0.25
        else None,
        leads=LeadDays(first=rng.choice((None, 0, 1, 5, 20, 60))),
        price=Price(
            rng.choice(("EUR", "GBP", "USD")),
            rng.choice((500, 1250, 4000)),
            rng.choice((unit, Unit.PIECE)),
            rng.choice((0, 5000)),
            (PriceBreak(100, 400),) if rng.random() < 0.3 else (),
        )
        if rng.random() < 0.7
        else None,
    )
    calendar = rng.choice((None, *calendars, *calendars))
    return ServiceDocument(public_id, draft, tags, calendar, rng.choice((1000, 1000, 500, 2345)))


def random_run(rng: random.Random) -> Run:
    unit = rng.choice(UNITS)
    return Run(
        Quantity(rng.randint(1, 400) * rng.choice((1, unit.atoms)), unit),
        styles=rng.choice((1, 1, 1, 2, 4)),
        colours=rng.choice((1, 1, 2, 3)),
        sizes=rng.choice((1, 1, 5)),
        cloth=Cloth(rng.choice((140, 150)), rng.choice((120, 333))) if rng.random() < 0.5 else None,
        piece_g=rng.choice((None, 450)),
    )


def random_text(rng: random.Random) -> str:
    words = []
    for _ in range(rng.choice((1, 1, 2))):
        word = rng.choice((*WORDS, "prato", "sew", "confezione", "nicolò", "tintoria", "toscana", "zzzz"))
        kind = rng.random()
        if kind < 0.2:
            word = word[: rng.randint(1, len(word))]
        elif kind < 0.5 and len(word) > 3:
            at = rng.randrange(len(word))
            word = rng.choice(
                (word[:at] + word[at + 1 :], word[:at] + "q" + word[at:], word[:at] + "x" + word[at + 1 :])
            )
        words.append(word)
    return " ".join(words)


def random_query(rng: random.Random) -> SearchQuery:
    terms = {}
    for facet, values, share in (
        (Facet.PROCESS, PROCESSES, 0.4),
        (Facet.SKILL, SKILLS, 0.2),
        (Facet.MATERIAL, MATERIALS, 0.15),
        (Facet.PRODUCT, PRODUCTS, 0.15),
        (Facet.KIND, KINDS[:-1], 0.2),
        (Facet.LANGUAGE, LANGUAGES, 0.1),
        (Facet.CERTIFICATION, (*SCHEMES, "bsci"), 0.15),
    ):
        if rng.random() < share:
            terms[facet] = frozenset(rng.sample(values, rng.choice((1, 1, 2))))
    start = TODAY + timedelta(days=rng.randint(-5, 40)) if rng.random() < 0.25 else None
    by = (
        max(start or TODAY, TODAY) + timedelta(days=rng.choice((0, 3, 10, 30, 60, 120, 250)))
        if rng.random() < 0.4
        else None
    )
    lat, lon = CENTRE[0] + rng.gauss(0, 0.3), CENTRE[1] + rng.gauss(0, 0.3)
    radius = rng.choice((2_000, 10_000, 60_000, 60_000, 600_000, 3_000_000, 20_000_000))
    circle = Circle(Point.of(lat, lon), radius) if rng.random() < 0.6 else None
    return SearchQuery(
        today=TODAY,
        text=random_text(rng) if rng.random() < 0.3 else "",
        circle=circle,
        terms=terms,
        run=random_run(rng) if rng.random() < 0.5 else None,
        start=start,
        by=by,
        verified=rng.random() < 0.15,
        teaching=rng.random() < 0.12,
        sort=rng.choice((None, None, *(sort for sort in Sort if circle or sort is not Sort.DISTANCE))),
        page=rng.choice((1, 1, 1, 2)),
        per_page=rng.choice((5, 20, 100)),
    )
