"""Which limits does one offer miss, what would it take of its weeks and what would it cost. Pure.

The words of a refusal are suppliers.rules.judge's. Here thousands of offers are measured against one run, so that
only the figures are worked out, each conversion once; tests hold them equal to judge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from marketplace.capacity.model import RATE_ONE
from marketplace.places.chords import metres_between, xyz_of
from marketplace.routes.model import Amount, Field, Offer, Problem, RankBy, Step
from marketplace.suppliers.model import LoadLimits, MinimumRule, Price, ServiceTerms
from marketplace.suppliers.rules import loads_needed, per_atom, total_minor
from marketplace.units import Quantity, Unit
from marketplace.vocabulary.model import Basis

_NOTHING: frozenset[Field] = frozenset()


class Fit(NamedTuple):
    """How an offer meets its step, working on `quantity`.

    `need` in atoms of its resource, `money_minor` in the request's currency; None where they can't be counted.
    """

    offer: Offer
    quantity: Quantity
    misses: frozenset[Field]
    distance_m: int
    need: int | None
    money_minor: int | None
    is_part: bool = False  # of a step that two suppliers share

    @property
    def lead_days(self) -> int:
        return self.offer.draft.leads.first or 0


def fits_of(problem: Problem, step: Step, amount: Amount, offers: Sequence[Offer]) -> list[Fit]:
    """Judge the offers of a step by every limit that is their own: terms, amounts, price, and how far they lie."""
    points = [offer.point for offer in offers]
    studio = [problem.studio] * len(points)
    if not offers:
        return []
    metres = metres_between(points, studio, xyz_of(points), xyz_of([problem.studio]))
    yardstick = Yardstick(problem, amount)
    return [yardstick.fit(step, offer, far) for offer, far in zip(offers, metres.tolist(), strict=True)]


def fits_by_step(problem: Problem, amounts: Sequence[Amount], offers: Sequence[Offer] | None = None) -> list[list[Fit]]:
    """How each offer (of the problem, or some of them) meets its step."""
    by_step: list[list[Offer]] = [[] for _ in problem.steps]
    for offer in problem.offers if offers is None else offers:
        by_step[offer.step].append(offer)
    each = zip(problem.steps, amounts, by_step, strict=True)
    return [fits_of(problem, step, amount, offered) for step, amount, offered in each]


def needs_price(problem: Problem) -> bool:
    """Whether an offer without a price can't be compared with the others."""
    by_weights = problem.rank_by is RankBy.WEIGHTED and problem.weights.money > 0
    return by_weights or problem.rank_by is RankBy.MONEY


def term_misses(problem: Problem, step: Step, offer: Offer) -> list[tuple[Field, list[str]]]:
    """The terms an offer lacks. Skills and certificates have to be stated; materials and products rule out only who
    lists others."""
    found = []
    if lacking := step.skills - offer.tags.skills:
        found.append((Field.SKILL, sorted(lacking)))
    if offer.tags.materials and (lacking := step.materials - offer.tags.materials):
        found.append((Field.MATERIAL, sorted(lacking)))
    if offer.tags.products and step.products and not step.products & offer.tags.products:
        found.append((Field.PRODUCT, sorted(step.products)))
    if step.certificates:
        day = problem.due or problem.start
        valid = {certificate.scheme for certificate in offer.certificates if certificate.is_valid_on(day)}
        if lacking := step.certificates - valid:
            found.append((Field.CERTIFICATE, sorted(lacking)))
    return found


@dataclass(frozen=True, slots=True)
class _Refusal:
    """What the rules about amounts say: the limits missed, and the surcharge where a smaller run costs more."""

    misses: frozenset[Field]
    surcharge_percent: int = 0


class Yardstick:
    """One run, in every unit that somebody counts in."""

    def __init__(self, problem: Problem, amount: Amount) -> None:
        self._problem, self._run = problem, amount.run
        self._needs_price = needs_price(problem)
        self._factors: dict[Unit, Fraction | None] = {}
        self._wholes: dict[Unit, int | None] = {}
        self._shares: dict[tuple[Unit, Basis], int | None] = {}
        self._each: dict[tuple[Unit, bool], int] = {}

    def fit(self, step: Step, offer: Offer, metres: int) -> Fit:
        problem, draft = self._problem, offer.draft
        refusal = self.refusal(draft)
        misses = refusal.misses
        if step.skills or step.materials or step.products or step.certificates:
            misses |= {name for name, _ in term_misses(problem, step, offer)}
        if problem.radius_m is not None and metres > problem.radius_m:
            misses |= {Field.RADIUS}
        money = self.price_minor(draft, refusal.surcharge_percent)
        if money is None and self._needs_price:
            misses |= {Field.PRICE}
        return Fit(offer, self._run.quantity, misses, metres, self.need(offer), money)

    def refusal(self, draft: ServiceTerms) -> _Refusal:
        """As suppliers.rules.judge, without the words; what can't be converted misses the minimum."""
        whole = self._whole(draft.unit)
        if whole is None:
            return _Refusal(frozenset((Field.MINIMUM,)))
        misses, surcharge = _NOTHING, 0
        if draft.maximum and whole > draft.maximum.atoms:
            misses |= {Field.MAXIMUM}
        for rule in draft.rules:
            if self._reaches(rule):
                continue
            if rule.surcharge_percent is None or self._share(rule.quantity.unit, rule.basis) is None:
                misses |= {Field.MINIMUM}
            else:
                surcharge = max(surcharge, rule.surcharge_percent)
        if draft.load and not self._loads(draft, draft.load):
            misses |= {Field.LOAD}
        return _Refusal(misses, 0 if misses else surcharge)

    def need(self, offer: Offer) -> int | None:
        """As capacity.rules.resource_need."""
        draft = offer.draft
        whole = self._whole(draft.unit)
        if whole is None or offer.calendar is None:
            return None
        if offer.calendar.unit is Unit.LOAD and draft.unit is not Unit.LOAD:
            if draft.load is None:
                return None
            loads = loads_needed(draft.load, -(-whole // self._run.colours))
            return loads * self._run.colours if loads else None
        return whole if offer.rate == RATE_ONE else -(-whole * offer.rate // RATE_ONE)

    def price_minor(self, draft: ServiceTerms, surcharge_percent: int) -> int | None:
        """Set-up, work and the surcharge on the work; None without a price that can be worked out."""
        price = draft.price
        if price is None or price.currency != self._problem.currency:
            return None
        atoms = self._whole(price.per)
        if atoms is None:
            return None
        return _total_minor(price, atoms, surcharge_percent)

    def _factor(self, unit: Unit) -> Fraction | None:
        if unit not in self._factors:
            self._factors[unit] = per_atom(self._run, unit)
        return self._factors[unit]

    def _whole(self, unit: Unit) -> int | None:
        """The whole run in atoms of a unit, rounded up."""
        if unit not in self._wholes:
            factor = self._factor(unit)
            self._wholes[unit] = None if factor is None else _up(self._run.quantity.atoms * factor)
        return self._wholes[unit]

    def _reaches(self, rule: MinimumRule) -> bool:
        share = self._share(rule.quantity.unit, rule.basis)
        return share is not None and share >= rule.quantity.atoms

    def _share(self, unit: Unit, basis: Basis) -> int | None:
        """What the run has for each part that a basis counts, in whole atoms."""
        key = unit, basis
        if key not in self._shares:
            run, factor = self._run, self._factor(unit)
            parts = run.parts(basis)
            if factor is None:
                self._shares[key] = None
            elif unit is Unit.STYLE and run.quantity.unit is not Unit.STYLE:
                self._shares[key] = run.styles // parts
            else:
                self._shares[key] = int(run.quantity.atoms // parts * factor // 1)
        return self._shares[key]

    def _loads(self, draft: ServiceTerms, load: LoadLimits) -> bool:
        dyes = draft.process.startswith("dye")
        key = draft.unit, dyes
        if key not in self._each:
            factor = self._factor(draft.unit)
            colours = self._run.colours if dyes else 1
            self._each[key] = _up(self._run.quantity.atoms // colours * (factor or 0))
        return loads_needed(load, self._each[key]) is not None


def fit_of(problem: Problem, step: Step, amount: Amount, offer: Offer) -> Fit:
    """The same of one offer."""
    return fits_of(problem, step, amount, [offer])[0]


def part_of(fit: Fit, problem: Problem, amount: Amount, atoms: int) -> Fit | None:
    """The same offer for a part of the step's quantity, with what that takes and costs; None where it's refused."""
    run = replace(amount.run, quantity=Quantity(atoms, amount.quantity.unit))
    yardstick = Yardstick(problem, replace(amount, run=run))
    refusal = yardstick.refusal(fit.offer.draft)
    if refusal.misses:
        return None
    money = yardstick.price_minor(fit.offer.draft, refusal.surcharge_percent)
    return fit._replace(
        quantity=run.quantity, misses=_NOTHING, need=yardstick.need(fit.offer), money_minor=money, is_part=True
    )


def _total_minor(price: Price, atoms: int, surcharge_percent: int) -> int:
    """As suppliers.rules.total_minor, which reads price breaks."""
    if price.breaks:
        total = total_minor(price, Quantity(atoms, price.per), surcharge_percent)
        assert total is not None
        return total
    work = -(-price.unit_minor * atoms // price.per.atoms)
    return price.setup_minor - (-work * (100 + surcharge_percent) // 100)


def _up(number: Fraction | int) -> int:
    return -(-number.numerator // number.denominator)
