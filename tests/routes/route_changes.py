"""Near-misses and shared steps by trying everything: one limit after another, every value, every pair."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product

from route_oracle import Found, World

from marketplace.capacity.rules import plan
from marketplace.routes.model import DueAt, Field, Offer, Problem
from marketplace.suppliers.rules import Answer, judge
from marketplace.units import Quantity, Unit

Miss = tuple[float, int, Field, object, tuple[str, ...]]  # size, order, field, what it becomes, the route


def near_misses(asked: Problem) -> list[tuple[Field, object, tuple[str, ...]]]:
    """Each field with what it would have to be and the route it opens, the smallest change first."""
    found = sorted(_all(asked), key=lambda miss: miss[:2])
    told: dict[tuple[str, ...], tuple[Field, object, tuple[str, ...]]] = {}
    for _, _, field, after, ids in found:
        told.setdefault(ids, (field, after, ids))
    return list(told.values())


def _miss(size: float, field: Field, after: object, route: Found) -> Miss:
    return size, list(Field).index(field), field, after, route.ids


def _all(asked: Problem) -> Iterator[Miss]:
    yield from _radius(asked)
    if asked.haul_m is not None:
        routes = World(replace(asked, haul_m=None)).routes()
        if routes:
            after = _up(asked.haul_m, min(route.metres for route in routes))
            best = World(replace(asked, haul_m=after)).routes()[0]
            yield _miss((after - asked.haul_m) / max(asked.haul_m, 1), Field.HAUL, after / 1000, best)
    if asked.due is not None:
        routes = World(replace(asked, due=None)).routes()
        if routes:
            by_ready = asked.due_at is DueAt.READY
            day = asked.start + timedelta(days=min(one.ready if by_ready else one.days for one in routes))
            best = World(replace(asked, due=day)).routes()[0]
            size = (day - asked.due).days / max((asked.due - asked.start).days, 7)
            yield _miss(size, Field.DUE, day, best)
    for field in (Field.MINIMUM, Field.LOAD, Field.MAXIMUM):
        yield from _amount(asked, field)
    for step, one in enumerate(asked.steps):
        if one.skills:
            steps = tuple(replace(s, skills=frozenset()) if n == step else s for n, s in enumerate(asked.steps))
            routes = World(replace(asked, steps=steps)).routes()
            if routes:
                yield _miss(1.0, Field.SKILL, [], routes[0])
                break
    yield from _pieces(asked)


def _up(before: int, metres: int) -> int:
    grain = 1000 if before >= 5000 else 100
    more = metres - before
    return before + -(-more // grain) * grain


def _radius(asked: Problem) -> Iterator[Miss]:
    if asked.radius_m is None:
        return
    radius = asked.radius_m
    world = World(asked)
    far = [world.metres(asked.studio, offer.point) for offer in asked.offers]
    radii = sorted({_up(radius, metres) for metres in far if metres > radius})
    best = next(((r, routes[0]) for r in radii if (routes := World(replace(asked, radius_m=r)).routes())), None)
    if best is None:
        return
    yield _miss((best[0] - radius) / max(radius, 1), Field.RADIUS, best[0] / 1000, best[1])
    alone = []
    for step in range(len(asked.steps)):
        for wider in radii:
            world = World(replace(asked, radius_m=None))
            inside = {
                number
                for number, (offer, metres) in enumerate(zip(asked.offers, far, strict=True))
                if metres <= (wider if offer.step == step else radius)
            }
            kept = tuple(offer for number, offer in enumerate(asked.offers) if number in inside)
            routes = World(replace(asked, radius_m=None, offers=kept)).routes()
            if routes:
                alone.append((wider, step, routes[0]))
                break
    if alone:
        wider, _, route = min(alone, key=lambda one: one[:2])
        if wider > best[0]:
            yield _miss((wider - radius) / max(radius, 1), Field.OUTSIDE, wider / 1000, route)


def _refused(asked: Problem, world: World, offer: Offer) -> set[Field]:
    """What an offer misses; each rule about amounts looked at without the others."""
    step, run, draft = asked.steps[offer.step], world.amounts[offer.step].run, offer.draft
    misses = set()
    if asked.radius_m is not None and world.metres(asked.studio, offer.point) > asked.radius_m:
        misses.add(Field.RADIUS)
    if not step.skills <= offer.tags.skills:
        misses.add(Field.SKILL)
    for field, alone in (
        (Field.MINIMUM, replace(draft, load=None, maximum=None)),
        (Field.LOAD, replace(draft, rules=(), maximum=None)),
        (Field.MAXIMUM, replace(draft, load=None, rules=())),
    ):
        if judge(alone, run).answer is Answer.NO:
            misses.add(field)
    return misses


def _amount(asked: Problem, field: Field) -> Iterator[Miss]:
    world = World(asked)
    found = []
    for number, offer in enumerate(asked.offers):
        if _refused(asked, world, offer) != {field}:
            continue
        quantity = world.amounts[offer.step].quantity
        amounts = [
            one.atoms
            for one in judge(offer.draft, world.amounts[offer.step].run).nearest
            if field is not Field.MINIMUM or one.atoms > quantity.atoms
        ]
        if not amounts:
            continue
        changed = World(asked)
        changed.let_in, changed.needs = {number}, {number: amounts[0]}
        changed.paid = {} if field is Field.MINIMUM else {number: amounts[0]}
        routes = [route for route in changed.routes() if offer.service_id in route.ids]
        if routes:
            size = abs(amounts[0] - quantity.atoms) / quantity.atoms
            found.append((size, offer.step, offer.key, Quantity(amounts[0], quantity.unit), routes[0]))
    if found:
        size, _, _, after, route = min(found, key=lambda one: one[:3])
        yield _miss(size, field, after, route)


def _pieces(asked: Problem) -> Iterator[Miss]:
    pieces = asked.goods.pieces
    for span in (range(pieces - 1, max(1, pieces // 2) - 1, -1), range(pieces + 1, 2 * pieces + 1)):
        for after in span:
            routes = World(replace(asked, goods=replace(asked.goods, pieces=after))).routes()
            if routes:
                yield _miss(abs(after - pieces) / pieces, Field.PIECES, after, routes[0])
                break


# Two suppliers for one step


def best_split(asked: Problem) -> tuple[object, ...] | None:
    """The best route that shares one step: (value, days, money), by every pair and every size the rule allows."""
    world = World(asked)
    fitting = [[o for o in asked.offers if o.step == step and world.fits(o)] for step in range(len(asked.steps))]
    lonely = [step for step, offers in enumerate(fitting) if not offers]
    if len(lonely) > 1 or (not lonely and asked.due is None):
        return None
    values = []
    for step in lonely or range(len(asked.steps)):
        for chosen in _shared(asked, world, step, fitting):
            found = _walk(asked, world, chosen)
            if found:
                values.append(found)
    return min(values, default=None)


Chosen = list[list[tuple[Offer, int]]]


def _shared(asked: Problem, world: World, step: int, fitting: list[list[Offer]]) -> Iterator[Chosen]:
    whole = world.amounts[step].quantity.atoms
    goods = [b for b in world.before[step] if not asked.steps[b].digital]
    if asked.steps[step].digital or world.amounts[step].quantity.unit is Unit.STYLE or len(goods) > 1:
        return
    amounts = {Field.MINIMUM, Field.LOAD, Field.MAXIMUM}
    able = [o for o in asked.offers if o.step == step and _refused(asked, world, o) <= amounts]
    able.sort(key=lambda offer: (world.metres(asked.studio, offer.point), offer.key))

    def takes(offer: Offer, atoms: int) -> bool:
        run = replace(world.amounts[step].run, quantity=Quantity(atoms, world.amounts[step].quantity.unit))
        return judge(offer.draft, run).answer is not Answer.NO

    for place, one in enumerate(able):
        for other in able[place + 1 :]:
            if one.supplier_id == other.supplier_id:
                continue
            sizes = [a for a in range(1, whole) if takes(one, a) and takes(other, whole - a)]
            if not sizes:
                continue
            middle = min(sizes, key=lambda a: (abs(2 * a - whole), a))
            for size in {sizes[0], middle, sizes[-1]}:
                others = [
                    [[(offer, world.amounts[n].quantity.atoms)] for offer in offers] if n != step else [[]]
                    for n, offers in enumerate(fitting)
                ]
                others[step] = [[(one, size), (other, whole - size)]]
                yield from (list(picks) for picks in product(*others))


def _walk(asked: Problem, world: World, chosen: Chosen) -> tuple[object, ...] | None:
    """The days, legs and money of a route in which steps have one or two offers."""
    ready: dict[int, int] = {}
    legs: list[tuple[int, int]] = []
    money = 0
    for step in world.order:
        arrival = 0
        whole = world.amounts[step].quantity.atoms
        goods = [b for b in world.before[step] if not asked.steps[b].digital]
        for before in world.before[step]:
            days = 0
            if not asked.steps[before].digital:
                grams = world.amounts[before].grams_out
                for source, part in chosen[before]:
                    for offer, size in chosen[step]:
                        if source.site_id == offer.site_id:
                            continue
                        metres = world.metres(source.point, offer.point)
                        carried = grams
                        if len(chosen[before]) > 1:
                            carried = _part(grams, part, world.amounts[before].quantity.atoms)
                        if len(chosen[step]) > 1:
                            carried = _part(grams, size, whole)
                        legs.append((metres, carried))
                        days = max(days, 1 + metres // 400_000)
            arrival = max(arrival, ready[before] + days)
        if asked.sends_cloth and not goods and not asked.steps[step].digital:
            for offer, size in chosen[step]:
                metres = world.metres(asked.studio, offer.point)
                grams = world.amounts[step].grams_in
                legs.append((metres, _part(grams, size, whole) if len(chosen[step]) > 1 else grams))
                arrival = max(arrival, 1 + metres // 400_000 if metres else 0)
        done = 0
        for offer, size in chosen[step]:
            assert offer.calendar
            assert offer.draft.price
            found = plan(offer.calendar, size, asked.start + timedelta(days=arrival), offer.draft.leads.first)
            if found is None or (found.ready - asked.start).days > world.horizon:
                return None
            done = max(done, (found.ready - asked.start).days)
            money += offer.draft.price.setup_minor + offer.draft.price.unit_minor * size
        ready[step] = done
    last = world.order[-1]
    delivered = ready[last]
    for offer, size in chosen[last]:
        if not asked.steps[last].digital:
            metres = world.metres(offer.point, asked.studio)
            grams, whole = world.amounts[last].grams_out, world.amounts[last].quantity.atoms
            legs.append((metres, _part(grams, size, whole) if len(chosen[last]) > 1 else grams))
            delivered = max(delivered, ready[last] + (1 + metres // 400_000 if metres else 0))
    metres, gram_metres = sum(m for m, _ in legs), sum(m * g for m, g in legs)
    found_route = Found((0, 0, 0, ()), (), metres, money, delivered, ready[last], gram_metres)
    return (world.value(legs, money, delivered), delivered, money) if world.within(found_route) else None


def _part(grams: int, part: int, whole: int) -> int:
    return (2 * grams * part + whole) // (2 * whole)
