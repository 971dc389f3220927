"""Near-misses: the smallest change of one limit that opens a route, and the best route it opens. Pure.

Each relaxes one limit only: a radius is never widened and a minimum waived at once. Where the route can only get
better as the limit gives way, the smallest change is found by halving; everywhere else every amount at which a
supplier's answer changes is tried.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from marketplace.routes.best import best
from marketplace.routes.build import Frame, build
from marketplace.routes.fitting import Fit, Yardstick, fits_by_step, term_misses
from marketplace.routes.model import DueAt, Field, NearMiss, Problem, Route
from marketplace.routes.net import net_of
from marketplace.routes.pieces import other_pieces
from marketplace.routes.scoring import Scale
from marketplace.suppliers.rules import judge
from marketplace.units import Quantity

_TERMS = (Field.SKILL, Field.CERTIFICATE, Field.MATERIAL, Field.PRODUCT)
_AMOUNTS = (Field.MINIMUM, Field.LOAD, Field.MAXIMUM)
_UNCOMPARED, _WHOLE = 0.5, 1.0  # sizes of changes that are no share of anything, as in a search
_LEAST_DAYS = 7  # a due date is compared with a week at the least

Fits = Sequence[Sequence[Fit]]


@dataclass(frozen=True, slots=True)
class _Case:
    """A problem without a route, and what its offers miss."""

    frame: Frame
    fits: Fits

    @property
    def problem(self) -> Problem:
        return self.frame.problem

    def fitting(self, wider: Callable[[int, Fit], bool] = lambda step, fit: False) -> Fits:
        """Offers that miss nothing, and those that are let in as well."""
        return [[fit for fit in found if not fit.misses or wider(step, fit)] for step, found in enumerate(self.fits)]

    def opens(self, fits: Fits, **changes: object) -> bool:
        """Whether any route goes through these offers, with some limits of the whole changed."""
        frame = self._frame(changes)
        scale = Scale(0, 0, 1, 0) if frame.problem.haul_m is None else Scale(1, 0, 0, 0)
        return all(fits) and bool(best(net_of(frame, fits, scale), 1))

    def best(self, fits: Fits, **changes: object) -> Route | None:
        frame = self._frame(changes)
        net = net_of(frame, fits)
        found = best(net, 1)
        if not found:
            return None
        return build(frame, [layer.fits(node) for layer, node in zip(net.layers, found[0].nodes, strict=True)])

    def _frame(self, changes: dict[str, object]) -> Frame:
        return replace(self.frame, problem=replace(self.problem, **changes)) if changes else self.frame  # type: ignore[arg-type]


def near_misses(frame: Frame, fits: Fits) -> tuple[NearMiss, ...]:
    """One for each limit that opens a route by itself, the smallest change first.

    Of changes that open the same suppliers only the smallest is told. Call it only where no route was found.
    """
    case = _Case(frame, fits)
    found = sorted(_all(case), key=lambda miss: (miss.size, list(Field).index(miss.field)))
    told: dict[tuple[str, ...], NearMiss] = {}
    for miss in found:
        told.setdefault(miss.route.service_ids, miss)
    return tuple(told.values())


def _all(case: _Case) -> Iterator[NearMiss]:
    yield from _radius(case)
    yield from _haul(case)
    yield from _due(case)
    for field in _AMOUNTS:
        yield from _amount(case, field)
    for field in _TERMS:
        yield from _term(case, field)
    yield from _price(case)
    yield from _pieces(case)


def _first(count: int, holds: Callable[[int], bool]) -> int | None:
    """The least number below `count` for which something holds that never stops holding; None if for none."""
    if not count or not holds(count - 1):
        return None
    return bisect_left(range(count), True, key=holds)


def _radius(case: _Case) -> Iterator[NearMiss]:
    """A wider circle for everybody; or for one step alone, where that has to reach farther."""
    radius = case.problem.radius_m
    if radius is None:
        return
    everywhere = _widened(case, radius, None)
    if everywhere is None:
        return
    yield _wider(case, Field.RADIUS, radius, everywhere, None)
    alone = [(far, step) for step in range(len(case.fits)) if (far := _widened(case, radius, step)) is not None]
    if alone and min(alone)[0] > everywhere:
        yield _wider(case, Field.OUTSIDE, radius, *min(alone))


def _widened(case: _Case, radius: int, step: int | None) -> int | None:
    """The least radius (whole kilometres more) that opens a route; of one step, or of all."""
    outside = [
        fit.distance_m
        for number, found in enumerate(case.fits)
        for fit in found
        if step in (None, number) and fit.misses == {Field.RADIUS}
    ]
    radii = sorted({_rounded_up(radius, metres) for metres in outside})
    place = _first(len(radii), lambda number: case.opens(case.fitting(_let_in(step, radii[number]))))
    return None if place is None else radii[place]


def _let_in(step: int | None, radius: int) -> Callable[[int, Fit], bool]:
    return lambda number, fit: step in (None, number) and fit.misses == {Field.RADIUS} and fit.distance_m <= radius


def _rounded_up(before: int, metres: int) -> int:
    """More by whole kilometres, or by hundreds of metres within a small circle: rounded in the asker's favour."""
    grain = 1000 if before >= 5000 else 100
    return before - (before - metres) // grain * grain


def _wider(case: _Case, field: Field, before: int, after: int, step: int | None) -> NearMiss:
    route = case.best(case.fitting(_let_in(step, after)))
    assert route is not None
    offer = None if step is None else route.picks[step].offer
    return NearMiss(field, before / 1000, after / 1000, (after - before) / max(before, 1), route, step, offer)


def _haul(case: _Case) -> Iterator[NearMiss]:
    before = case.problem.haul_m
    if before is None:
        return
    net = net_of(replace(case.frame, problem=replace(case.problem, haul_m=None)), case.fitting(), Scale(1, 0, 0, 0))
    found = best(net, 1)
    if found:
        after = _rounded_up(before, found[0].points)
        route = case.best(case.fitting(), haul_m=after)
        assert route is not None
        yield NearMiss(Field.HAUL, before / 1000, after / 1000, (after - before) / max(before, 1), route)


def _due(case: _Case) -> Iterator[NearMiss]:
    """The earliest day; a later due date never closes a route."""
    problem, due = case.problem, case.problem.due
    if due is None:
        return
    late = case.best(case.fitting(), due=None)
    if late is None:
        return
    last = late.ready if problem.due_at is DueAt.READY else late.delivered
    days = _first((last - due).days, lambda more: case.opens(case.fitting(), due=due + timedelta(days=more + 1)))
    after = last if days is None else due + timedelta(days=days + 1)
    route = case.best(case.fitting(), due=after)
    assert route is not None
    size = (after - due).days / max((due - problem.start).days, _LEAST_DAYS)
    yield NearMiss(Field.DUE, due, after, size, route)


@dataclass(frozen=True, slots=True)
class _Waived:
    """An offer as it would work if it took another amount: what it would be asked for, and how large a change."""

    size: float
    fit: Fit
    nearest: tuple[Quantity, ...]


def _amount(case: _Case, field: Field) -> Iterator[NearMiss]:
    """The supplier whose minimum, load or maximum is missed by the smallest share, and everything else fits."""
    found: list[tuple[float, int, int, Sequence[_Waived]]] = []
    for step, offers in enumerate(case.fits):
        waived = [one for fit in offers if fit.misses == {field} and (one := _waive(case, step, field, fit))]
        waived.sort(key=lambda one: (one.size, one.fit.offer.key))
        place = _first(len(waived), partial(_opens_with, case, step, waived))
        if place is not None:
            found.append((waived[place].size, step, place, waived))
    if not found:
        return
    _, step, place, those = min(found, key=lambda one: one[:2])
    chosen = those[place]
    route = case.best(_with(case, step, [chosen], only=True))
    assert route is not None
    before = case.frame.amounts[step].quantity
    offer = chosen.fit.offer
    yield NearMiss(field, before, chosen.nearest[0], chosen.size, route, step, offer, chosen.nearest)


def _opens_with(case: _Case, step: int, waived: Sequence[_Waived], number: int) -> bool:
    return case.opens(_with(case, step, waived[: number + 1]))


def _with(case: _Case, step: int, waived: Sequence[_Waived], *, only: bool = False) -> Fits:
    fits = list(case.fitting())
    fits[step] = [*([] if only else fits[step]), *(one.fit for one in waived)]
    return fits


def _waive(case: _Case, step: int, field: Field, fit: Fit) -> _Waived | None:
    """A pooled minimum takes the weeks of the whole minimum, at the price of the own part. Other loads and smaller
    amounts are planned and paid as they are."""
    amount = case.frame.amounts[step]
    asked = amount.quantity
    nearest = judge(fit.offer.draft, amount.run).nearest
    if not nearest or asked.atoms <= 0:
        return None
    taken = next((one for one in nearest if field is not Field.MINIMUM or one.atoms > asked.atoms), None)
    if taken is None:
        return None
    yardstick = Yardstick(case.problem, replace(amount, run=replace(amount.run, quantity=taken)))
    need = yardstick.need(fit.offer)
    refusal = yardstick.refusal(fit.offer.draft)
    if need is None or refusal.misses:
        return None
    if field is Field.MINIMUM:
        changed = fit._replace(need=need)
    else:
        money = yardstick.price_minor(fit.offer.draft, refusal.surcharge_percent)
        changed = fit._replace(need=need, quantity=taken, money_minor=money)
    others = tuple(one for one in nearest if one is not taken)
    return _Waived(abs(taken.atoms - asked.atoms) / asked.atoms, changed, (taken, *others))


def _term(case: _Case, field: Field) -> Iterator[NearMiss]:
    """The fewest terms of one step to do without."""
    lacking: set[tuple[int, int, tuple[str, ...]]] = set()
    for step, found in enumerate(case.fits):
        for fit in found:
            if fit.misses == {field}:
                terms = _lacking(case, step, field, fit)
                lacking.add((len(terms), step, terms))
    for _, step, terms in sorted(lacking):
        fits = case.fitting(partial(_without, case, field, step, terms))
        route = case.best(fits) if all(fits) else None
        if route:
            asked = sorted(_asked(case, step, field))
            kept = [term for term in asked if term not in terms]
            yield NearMiss(field, asked, kept, _WHOLE, route, step, route.picks[step].offer)
            return


def _without(case: _Case, field: Field, step: int, terms: tuple[str, ...], number: int, fit: Fit) -> bool:
    lacks = number == step and fit.misses == {field}
    return lacks and set(_lacking(case, step, field, fit)) <= set(terms)


def _asked(case: _Case, step: int, field: Field) -> frozenset[str]:
    asked = case.problem.steps[step]
    return {
        Field.SKILL: asked.skills,
        Field.CERTIFICATE: asked.certificates,
        Field.MATERIAL: asked.materials,
        Field.PRODUCT: asked.products,
    }[field]


def _lacking(case: _Case, step: int, field: Field, fit: Fit) -> tuple[str, ...]:
    return tuple(dict(term_misses(case.problem, case.problem.steps[step], fit.offer))[field])


def _price(case: _Case) -> Iterator[NearMiss]:
    """A step whose supplier publishes no price that could be compared."""
    for step, found in enumerate(case.fits):
        fits = case.fitting(partial(_unpriced, step))
        possible = all(fits) and any(_unpriced(step, step, fit) for fit in found)
        route = case.best(fits) if possible else None
        if route:
            currency = case.problem.currency
            yield NearMiss(Field.PRICE, None, currency, _UNCOMPARED, route, step, route.picks[step].offer)
            return


def _unpriced(step: int, number: int, fit: Fit) -> bool:
    return number == step and fit.misses == {Field.PRICE}


def _pieces(case: _Case) -> Iterator[NearMiss]:
    """The next smaller and the next larger run for which a route is open."""
    before = case.problem.goods.pieces

    def opened(pieces: int) -> tuple[_Case, Fits] | None:
        problem = replace(case.problem, goods=replace(case.problem.goods, pieces=pieces))
        frame = Frame.of(problem)
        other = _Case(frame, fits_by_step(problem, frame.amounts))
        fits = other.fitting()
        return (other, fits) if other.opens(fits) else None

    for after in other_pieces(case.frame, case.fits, lambda pieces: opened(pieces) is not None):
        found = opened(after)
        route = found[0].best(found[1]) if found else None
        assert route is not None
        yield NearMiss(Field.PIECES, before, after, abs(after - before) / before, route)
