"""Offers for a jacket: weave, dye, cut, sew, press, and a pattern before the cutting."""

from __future__ import annotations

from datetime import date, timedelta
from math import cos, pi, radians, sin, sqrt
from random import Random

from marketplace.capacity.model import Calendar, Closure
from marketplace.places.model import Point
from marketplace.routes.model import Goods, Offer, Problem, Step
from marketplace.suppliers.model import LeadDays, MinimumRule, Price, ServiceTerms
from marketplace.suppliers.rules import Cloth
from marketplace.units import Quantity, Unit, Week
from marketplace.vocabulary.model import Basis

START = date(2027, 3, 1)
STUDIO = Point.of(43.88, 11.1)
RADIUS_KM = 60
WEEKS = 26  # published ahead
# process, unit, usual price, set-up, open in a week, lead days
_TRADES = (
    ("weave", Unit.METRE, 1500, 15_000, 80, 10),
    ("dye_fabric", Unit.METRE, 350, 8_000, 120, 6),
    ("cut", Unit.PIECE, 600, 0, 60, 1),
    ("sew", Unit.PIECE, 3900, 0, 25, 2),
    ("press", Unit.PIECE, 300, 0, 90, 1),
    ("pattern", Unit.STYLE, 24_000, 0, 2, 3),
)


def make_problem(candidates: int, seed: int, k: int = 10, spread: float = 0.05) -> Problem:
    """So many offers for each step; prices lie within `spread` of the usual one, which is the hard case."""
    random = Random(seed)  # noqa: S311 - reproducible data, no secret
    steps = tuple(
        Step(process, before=2 if unit is Unit.STYLE else None, digital=unit is Unit.STYLE)
        for process, unit, *_ in _TRADES
    )
    offers = tuple(_offer(random, step, number, spread) for step in range(len(steps)) for number in range(candidates))
    goods = Goods(50, metres_per_piece_mm=2000, cloth=Cloth(150, 200))
    return Problem(goods, steps, offers, STUDIO, START, "EUR", k=k, differ=1)


def _offer(random: Random, step: int, number: int, spread: float) -> Offer:
    process, unit, price, setup, a_week, lead = _TRADES[step]
    name = f"{process}-{number}"
    draft = ServiceTerms(
        process,
        unit,
        (MinimumRule(Quantity(random.choice([1, 1, 10, 30] if unit is not Unit.STYLE else [1]), unit), Basis.ORDER),),
        leads=LeadDays(first=max(1, round(lead * random.uniform(0.5, 1.5)))),
        price=Price("EUR", round(price * random.uniform(1 - spread, 1 + spread)), unit, setup),
    )
    return Offer(step, name, name, name, name, _point(random), draft, _calendar(random, unit, a_week), resource_id=name)


def _point(random: Random) -> Point:
    """Somewhere within the radius of the studio."""
    reach, way = RADIUS_KM * sqrt(random.random()), random.uniform(0, 2 * pi)
    lat = STUDIO.lat + reach * cos(way) / 111.1
    return Point.of(lat, STUDIO.lon + reach * sin(way) / (111.3 * cos(radians(lat))))


def _calendar(random: Random, unit: Unit, a_week: int) -> Calendar:
    first = Week(START)
    stated = {
        first.plus(week): random.choice([0, a_week // 3, a_week, a_week, a_week * 3 // 2])
        for week in range(WEEKS)
        if random.random() < 0.5
    }
    closures = []
    if random.random() < 0.3:
        shut = START + timedelta(days=random.randrange(90))
        closures.append(Closure(shut, shut + timedelta(days=random.randrange(14))))
    return Calendar(unit, a_week, stated, tuple(closures))
