"""Small random problems in which limits bind and ties are common."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from marketplace.capacity.model import Calendar, Closure
from marketplace.places.model import Point
from marketplace.routes.model import Field, Goods, Offer, Problem, RankBy, Step, Weights
from marketplace.suppliers.model import LeadDays, LoadLimits, MinimumRule, Price, ServiceDraft, Tags
from marketplace.suppliers.rules import Cloth
from marketplace.units import Quantity, Unit, Week
from marketplace.vocabulary.model import Basis

ROUNDS = int(os.environ.get("SELVEDGE_RANDOM_ROUTES", "30"))  # instances of each variant
MONDAY = date(2027, 3, 1)
STUDIO = Point.of(43.88, 11.1)
CHAIN = "weave dye_fabric cut sew press".split()


def problem(random: Random, *, most: int = 300, steps: int = 5) -> Problem:
    """A problem of at most so many combinations of offers."""
    chain = CHAIN[5 - random.randint(1, steps) :]
    tree = [Step(process) for process in chain]
    kind = random.random()
    if kind < 0.35:
        tree.append(Step("pattern", before=random.randrange(len(chain)), digital=True))
        if kind < 0.15:
            tree.append(Step("grade", before=tree[-1].before, digital=True))
            tree[-2] = replace(tree[-2], before=len(tree) - 1)
    elif kind < 0.45 and len(chain) > 1:
        tree.insert(random.randrange(len(tree)), Step("embroider", before=None))
    elif kind < 0.55 and "sew" in chain:
        tree.append(Step("pleat", before=chain.index("sew")))  # goods on a side branch
        for _ in range(random.randrange(3)):
            tree.append(Step("pattern", before=chain.index("sew"), digital=True))
    counts = [random.randint(1, 5) for _ in tree]
    while _product(counts) > most:
        widest = counts.index(max(counts))
        counts[widest] -= 1
    places = [_place(random) for _ in range(random.randint(2, 6))]
    offers = tuple(
        _offer(random, step, number, tree[step].process, places)
        for step, count in enumerate(counts)
        for number in range(count)
    )
    return Problem(
        Goods(random.choice([20, 50]), metres_per_piece_mm=2000, cloth=Cloth(150, 200)),
        tuple(tree),
        offers,
        STUDIO,
        MONDAY + timedelta(days=random.randrange(7)),
        "EUR",
        weights=Weights(
            *(random.choice([0, 200, 1000, 3000]) for _ in range(2)), random.choice([0, 1000, 20_000]), 200
        ),
        rank_by=random.choice(list(RankBy)),
        k=random.randint(1, 8),
        differ=1,
        sends_cloth=random.random() < 0.2,
    )


def _product(counts: list[int]) -> int:
    result = 1
    for count in counts:
        result *= count
    return result


def _place(random: Random) -> Point:
    if random.random() < 0.1:
        return STUDIO
    reach = random.choice([0.05, 0.3, 6.0])  # the widest takes more than a day to cross
    return Point.of(43.88 + random.uniform(-reach, reach), 11.1 + random.uniform(-reach, reach))


def _offer(random: Random, step: int, number: int, process: str, places: list[Point]) -> Offer:
    site = random.randrange(len(places) + 2)  # two sites may lie at one point
    firm = f"firm{(site * 7 + random.randrange(2)) % 9}"
    unit = {"weave": Unit.METRE, "dye_fabric": Unit.METRE, "pattern": Unit.STYLE, "grade": Unit.STYLE}.get(
        process, Unit.PIECE
    )
    most = 1 if unit is Unit.STYLE else random.choice([20, 40, 100])
    price = Price("EUR", random.choice([100, 100, 200, 350]), unit, random.choice([0, 0, 1500]))
    return Offer(
        step,
        firm,
        f"site{site}",
        f"s{step}-{random.randrange(10)}-{number}",
        f"{process} {number}",
        places[site % len(places)],
        ServiceDraft(process, unit, leads=LeadDays(first=random.choice([None, 1, 3, 10])), price=price),
        calendar(random, unit, most),
        resource_id=f"r{site}",
    )


def calendar(random: Random, unit: Unit, most: int) -> Calendar:
    first = Week(MONDAY)
    stated = {first.plus(random.randrange(12)): random.choice([0, most // 2, most]) for _ in range(random.randrange(5))}
    usual = random.choice([None, most, most, 2 * most])
    if usual is None:
        stated |= {first.plus(week): random.choice([most, 3 * most]) for week in range(0, 30, random.choice([1, 3]))}
    closures = []
    for _ in range(random.choice([0, 0, 1, 2])):
        shut = MONDAY + timedelta(days=random.randrange(60))
        closures.append(Closure(shut, shut + timedelta(days=random.randrange(10))))
    return Calendar(
        unit,
        usual,
        stated,
        tuple(closures),
        frozenset(random.choice([range(5), range(5), range(6), (6, 0, 1, 2, 3), (2,)])),
        taken={first.plus(random.randrange(10)): random.choice([1, most]) for _ in range(random.randrange(3))},
    )


def with_own_limits(random: Random, asked: Problem) -> Problem:
    """Offers that miss a limit of their own: minimum, maximum, load, skill."""
    return replace(asked, offers=tuple(_limited(random, asked, offer) for offer in asked.offers))


def _limited(random: Random, asked: Problem, offer: Offer) -> Offer:
    draft = offer.draft
    unit = draft.unit
    if unit is Unit.STYLE or random.random() < 0.5:
        return offer
    amount = 2 * asked.goods.pieces if unit is Unit.METRE else asked.goods.pieces
    kind = random.choice([Field.MINIMUM, Field.MAXIMUM, Field.LOAD, Field.SKILL])
    if kind is Field.MINIMUM:
        least = Quantity(amount * random.choice([1, 3, 4]) // 2 + 5, unit)
        draft = replace(draft, rules=(MinimumRule(least, random.choice(list(Basis))),))
    elif kind is Field.MAXIMUM:
        draft = replace(draft, maximum=Quantity(amount * random.choice([5, 7, 20]) // 10, unit))
    elif kind is Field.LOAD:
        low = amount * random.choice([3, 5, 8]) // 10
        draft = replace(draft, load=LoadLimits(low, low * random.choice([10, 12, 18]) // 10))
    else:
        return replace(offer, tags=Tags(skills=frozenset({"hand finish"})))
    return replace(offer, draft=draft)
