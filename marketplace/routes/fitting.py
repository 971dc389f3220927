"""Which limits does one offer miss, what would it take of its weeks and what would it cost. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from marketplace.capacity.rules import resource_need
from marketplace.places.rules import distance_m
from marketplace.routes.model import Amount, Field, Offer, Problem, RankBy, Step
from marketplace.suppliers.model import ServiceDraft
from marketplace.suppliers.rules import Answer, Verdict, judge, per_atom, total_minor
from marketplace.units import Quantity


@dataclass(frozen=True, slots=True)
class Fit:
    """How an offer meets its step. `missing`: the terms it lacks, by the limit they belong to.

    `need` in atoms of its resource; None where that can't be counted. `money_minor` None without a price in the
    request's currency.
    """

    offer: Offer
    misses: frozenset[Field]
    verdict: Verdict
    distance_m: int
    need: int | None
    money_minor: int | None
    missing: tuple[str, ...] = ()

    @property
    def lead_days(self) -> int:
        return self.offer.draft.leads.first or 0


def fit(problem: Problem, step: Step, amount: Amount, offer: Offer) -> Fit:
    """Judge one offer by every limit that is its own: terms, amounts, price, and how far it lies."""
    verdict = judge(offer.draft, amount.run)
    misses = amount_misses(offer.draft, amount, verdict)
    terms = term_misses(problem, step, offer)
    metres = distance_m(problem.studio, offer.point)
    if problem.radius_m is not None and metres > problem.radius_m:
        misses.add(Field.RADIUS)
    money = price_minor(offer.draft, amount, verdict, problem.currency)
    if money is None and needs_price(problem):
        misses.add(Field.PRICE)
    need = None
    if offer.calendar is not None:
        need = resource_need(offer.draft, amount.run, verdict, offer.rate, offer.calendar.unit)
    missing = tuple(term for _, lacking in terms for term in lacking)
    return Fit(offer, frozenset(misses | {name for name, _ in terms}), verdict, metres, need, money, missing)


def needs_price(problem: Problem) -> bool:
    """Whether an offer without a price can't be compared with the others."""
    by_weights = problem.rank_by is RankBy.WEIGHTED and problem.weights.money > 0
    return by_weights or problem.rank_by is RankBy.MONEY


def term_misses(problem: Problem, step: Step, offer: Offer) -> list[tuple[Field, list[str]]]:
    """Skills and certificates have to be stated. Materials and products rule out only who lists others."""
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


def amount_misses(draft: ServiceDraft, amount: Amount, verdict: Verdict) -> set[Field]:
    """Which of its rules about amounts an offer would refuse the run by."""
    if verdict.answer is not Answer.NO:
        return set()
    misses = set()
    if draft.maximum and verdict.converted and verdict.converted.atoms > draft.maximum.atoms:
        misses.add(Field.MAXIMUM)
    refused = ServiceDraft(draft.process, draft.unit, draft.rules)
    if judge(refused, amount.run).answer is Answer.NO:
        misses.add(Field.MINIMUM)
    if draft.load and judge(ServiceDraft(draft.process, draft.unit, load=draft.load), amount.run).answer is Answer.NO:
        misses.add(Field.LOAD)
    return misses


def price_minor(draft: ServiceDraft, amount: Amount, verdict: Verdict, currency: str) -> int | None:
    """Set-up, work and the surcharge on the work; None without a price that can be worked out."""
    price = draft.price
    if price is None or price.currency != currency or verdict.converted is None:
        return None
    quantity = verdict.converted
    if quantity.unit is not price.per:
        factor = per_atom(amount.run, price.per)
        if factor is None:
            return None
        quantity = Quantity(_up(amount.quantity.atoms * factor), price.per)
    total = total_minor(price, quantity)
    if total is None:
        return None
    return total + _up(Fraction((total - price.setup_minor) * verdict.surcharge_percent, 100))


def _up(number: Fraction | int) -> int:
    return -(-number.numerator // number.denominator)
