"""What a quote comes to, at any quantity. Whole numbers; a part of a cent is rounded up, once for each line."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from marketplace.enquiries.model import Offer, Total
from marketplace.suppliers.model import PriceBreak, ServiceTerms
from marketplace.suppliers.rules import Answer, Run, judge
from marketplace.units import Money, Quantity

COMPARED = (50, 100)  # whole units at which quotes are compared besides the quantity asked


@dataclass(frozen=True, slots=True)
class Column:
    """What a quote comes to at one quantity; `total` is None where the service does not take so few or so many."""

    quantity: Quantity
    total: Total | None


def unit_minor_at(offer: Offer, quantity: Quantity) -> int:
    """The price of one unit at a quantity: the highest break that is reached."""
    price = offer.unit_minor
    for step in sorted(offer.breaks, key=lambda step: step.from_quantity):
        if quantity.atoms >= step.from_quantity * quantity.unit.atoms:
            price = step.unit_minor
    return price


def total(offer: Offer, quantity: Quantity, surcharge_percent: int) -> Total:
    """Work, set-up and the surcharge on the work."""
    units = Fraction(quantity.atoms, quantity.unit.atoms)
    work = _up(units * unit_minor_at(offer, quantity))
    surcharge = _up(Fraction(work * surcharge_percent, 100))
    everything = work + offer.setup_minor + surcharge

    def money(minor: int) -> Money:
        return Money(minor, offer.currency)

    return Total(
        money(work), money(offer.setup_minor), money(surcharge), money(everything), money(_up(everything / units))
    )


def total_asked(offer: Offer) -> Total:
    """What the quantity that was asked comes to."""
    return total(offer, offer.quantity, offer.surcharge_percent)


def together(offer: Offer) -> Money:
    """What is paid for the quantity that was asked, the sample included."""
    return Money(total_asked(offer).all.minor + offer.sample_minor, offer.currency)


def reached_break(offer: Offer) -> PriceBreak | None:
    """The price break that counts for the quantity asked, in place of the price of one."""
    whole = offer.quantity.unit.atoms
    reached = [step for step in offer.breaks if offer.quantity.atoms >= step.from_quantity * whole]
    return max(reached, key=lambda step: step.from_quantity, default=None)


def columns(offer: Offer, service: ServiceTerms, run: Run) -> tuple[Column, ...]:
    """The quote at the quantity asked, and at the quantities everybody is compared at."""
    others = (Quantity.of(whole, offer.quantity.unit) for whole in COMPARED)
    return (
        Column(offer.quantity, total_asked(offer)),
        *(_column(offer, service, run, quantity) for quantity in others if quantity != offer.quantity),
    )


def _column(offer: Offer, service: ServiceTerms, run: Run, quantity: Quantity) -> Column:
    """At another quantity the supplier's published minimums say whether it is taken, and at what surcharge."""
    other = Run(quantity, run.styles, run.colours, run.sizes, run.cloth, run.piece_g)
    verdict = judge(service, other)
    if verdict.answer is Answer.NO:
        return Column(quantity, None)
    percent = 0
    if verdict.answer is Answer.SURCHARGE:
        percent = offer.surcharge_percent or verdict.surcharge_percent
    return Column(quantity, total(offer, quantity, percent))


def _up(number: Fraction | int) -> int:
    return -(-number.numerator // number.denominator)
