"""Every combination of offers, one by one, with a day walk and distances of its own: slow, plain, independent.

It shares with the solver the model, the quantities and the metre between two points; nothing that decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import product

from marketplace.capacity.model import Calendar
from marketplace.places.rules import distance_m
from marketplace.routes.model import Amount, DueAt, Offer, Problem, RankBy
from marketplace.routes.quantities import amounts, successors
from marketplace.suppliers.rules import Answer, judge
from marketplace.units import Week

Key = tuple[Fraction | int, int, int, tuple[tuple[str, str, str], ...]]
HORIZON = 104 * 7


@dataclass(frozen=True)
class Found:
    """A route: what it is ranked by, and its figures."""

    key: Key
    offers: tuple[Offer, ...]
    metres: int
    money: int
    days: int  # from the start to the delivery
    ready: int
    gram_metres: int

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(offer.service_id for offer in self.offers)

    @property
    def criteria(self) -> tuple[int, int, int, int]:
        return self.metres, self.money, self.days, self.gram_metres


def every_day(calendar: Calendar, day: date) -> Fraction:
    """Open capacity of one day."""
    week = Week.containing(day)
    working = [week.monday + timedelta(days=n) for n in sorted(calendar.working_days)]
    days = [one for one in working if not any(c.first <= one <= c.last for c in calendar.closures)]
    if day not in days:
        return Fraction(0)
    if week in calendar.stated:
        amount = calendar.stated[week]
    elif calendar.usual is None:
        return Fraction(0)
    else:
        amount = calendar.usual * len(days) // len(working)
    return Fraction(max(amount - calendar.taken.get(week, 0), 0), len(days))


class World:
    def __init__(self, asked: Problem) -> None:
        self.asked = asked
        self.amounts: tuple[Amount, ...] = amounts(asked.goods, asked.steps)
        self.following = successors(asked.steps)
        self.before = [
            [n for n, target in enumerate(self.following) if target == step] for step in range(len(asked.steps))
        ]
        self.order: list[int] = []
        self._walk(self.following.index(-1))
        self.ready = lru_cache(maxsize=None)(self._ready)
        self.metres = lru_cache(maxsize=None)(distance_m)
        self.capacity = lru_cache(maxsize=None)(self._capacity)
        self.horizon = HORIZON - asked.start.weekday()
        self.needs: dict[int, int] = {}  # of offers that work on another amount than the step's
        self.paid: dict[int, int] = {}
        self.let_in: set[int] = set()  # offers whose refusal is waived

    def _walk(self, step: int) -> None:
        for before in self.before[step]:
            self._walk(before)
        self.order.append(step)

    def _capacity(self, number: int, day: int) -> Fraction:
        calendar = self.asked.offers[number].calendar
        assert calendar
        return every_day(calendar, self.asked.start + timedelta(days=day))

    def asked_for(self, offer: Offer) -> int:
        return self.amounts[offer.step].quantity.atoms  # offers of these worlds count as their steps do

    def _ready(self, number: int, arrival: int) -> int | None:
        offer = self.asked.offers[number]
        done, starts = Fraction(0), None
        for day in range(arrival, self.horizon):
            opened = self.capacity(number, day)
            if opened:
                starts = day if starts is None else starts
                done += opened
                if done >= self.needs.get(number, self.asked_for(offer)):
                    ready = max(day + 1, starts + (offer.draft.leads.first or 0))
                    return ready if ready <= self.horizon else None
        return None

    def fits(self, offer: Offer) -> bool:
        asked, step = self.asked, self.asked.steps[offer.step]
        far = asked.radius_m is not None and self.metres(asked.studio, offer.point) > asked.radius_m
        refused = judge(offer.draft, self.amounts[offer.step].run).answer is Answer.NO
        return not far and not refused and step.skills <= offer.tags.skills

    def routes(self) -> list[Found]:
        """All of them, best first."""
        return sorted(self._all(), key=lambda found: found.key)

    def _all(self) -> Iterator[Found]:
        asked = self.asked
        numbered = [
            [
                (number, offer)
                for number, offer in enumerate(asked.offers)
                if offer.step == step and (number in self.let_in or self.fits(offer))
            ]
            for step in range(len(asked.steps))
        ]
        for picks in product(*numbered):
            found = self._route(picks)
            if found and self.within(found):
                yield found

    def within(self, found: Found) -> bool:
        asked = self.asked
        if asked.haul_m is not None and found.metres > asked.haul_m:
            return False
        day = found.ready if asked.due_at is DueAt.READY else found.days
        return asked.due is None or asked.start + timedelta(days=day) <= asked.due

    def _route(self, picks: tuple[tuple[int, Offer], ...]) -> Found | None:
        asked = self.asked
        ready: dict[int, int] = {}
        legs: list[tuple[int, int]] = []  # metres, grams
        for step in self.order:
            number, offer = picks[step]
            arrival = 0
            goods = [before for before in self.before[step] if not asked.steps[before].digital]
            for before in self.before[step]:
                source = picks[before][1]
                days = 0
                if not asked.steps[before].digital and source.site_id != offer.site_id:
                    metres = self.metres(source.point, offer.point)
                    legs.append((metres, self.amounts[before].grams_out))
                    days = 1 + metres // 400_000
                arrival = max(arrival, ready[before] + days)
            if asked.sends_cloth and not goods and not asked.steps[step].digital:
                metres = self.metres(asked.studio, offer.point)
                legs.append((metres, self.amounts[step].grams_in))
                arrival = max(arrival, 1 + metres // 400_000 if metres else 0)
            found = self.ready(number, arrival)
            if found is None:
                return None
            ready[step] = found
        last = self.order[-1]
        delivered = ready[last]
        if not asked.steps[last].digital:
            metres = self.metres(picks[last][1].point, asked.studio)
            legs.append((metres, self.amounts[last].grams_out))
            delivered += 1 + metres // 400_000 if metres else 0
        return self._found(picks, legs, delivered, ready[last])

    def _found(
        self, picks: tuple[tuple[int, Offer], ...], legs: list[tuple[int, int]], delivered: int, ready: int
    ) -> Found:
        money = 0
        for number, offer in picks:
            price = offer.draft.price
            assert price
            money += price.setup_minor + price.unit_minor * self.paid.get(number, self.asked_for(offer))
        metres, gram_metres = sum(m for m, _ in legs), sum(m * g for m, g in legs)
        value = self.value(legs, money, delivered)
        offers = tuple(offer for _, offer in picks)
        key = (value, delivered, money, tuple(offers[step].key for step in self.order))
        return Found(key, offers, metres, money, delivered, ready, gram_metres)

    def value(self, legs: list[tuple[int, int]], money: int, delivered: int) -> Fraction | int:
        """What the request ranks by; legs in metres and grams."""
        asked = self.asked
        metres = sum(m for m, _ in legs)
        match asked.rank_by:
            case RankBy.KM:
                return metres
            case RankBy.MONEY:
                return money
            case RankBy.DATE:
                return delivered
            case RankBy.CO2E:
                return sum(m * g for m, g in legs)
        w = asked.weights
        kg = [Fraction(m * g, 10**9) * Fraction(130, 100) * Fraction("0.78225") * w.kg_co2e / 1000 for m, g in legs]
        # A billionth of the score is the finest that is told apart, for each leg.
        points = sum(((one * 10**9 + Fraction(1, 2)) // 1) * Fraction(1, 10**9) for one in kg)
        return (
            Fraction(w.km * metres, 10**6)
            + Fraction(w.money * money, 10**5)
            + points
            + Fraction(w.day * delivered, 1000)
        )


def diverse(routes: list[Found], k: int, differ: int) -> list[Found]:
    """The first, and again and again the first that differs enough from all before; by the whole list."""
    chosen: list[Found] = []
    for found in routes:
        firms = [offer.supplier_id for offer in found.offers]
        apart = (
            sum(a != b.supplier_id for a, b in zip(firms, other.offers, strict=True)) >= differ for other in chosen
        )
        if len(chosen) < k and all(apart):
            chosen.append(found)
    return chosen


def undominated(routes: list[Found]) -> list[bool]:
    """Which of some routes no other one is at least as good as in everything, and better in something."""
    figures = [found.criteria for found in routes]
    return [
        not any(other != own and all(a <= b for a, b in zip(other, own, strict=True)) for other in figures)
        for own in figures
    ]
