"""Minimum rules, limits, lead times and prices of one service."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from marketplace.demo.dealing import chance, nice, weighted
from marketplace.demo.model import Scale
from marketplace.demo.reading import read
from marketplace.suppliers.model import LeadDays, LoadLimits, MinimumRule, Price, PriceBreak
from marketplace.units import Quantity, Unit
from marketplace.vocabulary.model import Basis

# Minor units for one EUR cent, roughly, late 2026: the demonstration needs plausible prices, not a market.
_PER_EUR_CENT = {"EUR": 1.0, "USD": 1.15, "GBP": 0.87, "JPY": 1.75, "TRY": 49.0, "INR": 102.0, "PLN": 4.25}
_SURCHARGES = (15, 20, 20, 25, 30, 35, 50)
_USUAL_MINUTES = 48


@dataclass(frozen=True, slots=True)
class Numbers:
    """Typical figures of a process, from data/numbers.toml."""

    process: str
    unit: Unit
    cents: tuple[int, int]
    setup: tuple[int, int]
    timed: bool
    minimum: Mapping[str, list[int]]
    load: Mapping[str, list[list[int]]]
    week: Mapping[str, list[int]]
    bases: Mapping[str, int]
    days: tuple[tuple[int, int], ...]


@cache
def numbers_of(process: str) -> Numbers:
    row: dict[str, Any] = read("numbers")[process]
    return Numbers(
        process=process,
        unit=Unit(row["unit"]),
        cents=(row["cents"][0], row["cents"][1]),
        setup=(row["setup"][0], row["setup"][1]),
        timed=row.get("timed", False),
        minimum=row.get("minimum", {}),
        load=row.get("load", {}),
        week=row["week"],
        bases=row["bases"],
        days=tuple((low, high) for low, high in row["days"]),
    )


def make_load(rng: random.Random, numbers: Numbers, scale: Scale) -> LoadLimits | None:
    if not numbers.load:
        return None
    low, high = rng.choice(numbers.load[scale])
    return LoadLimits(low * numbers.unit.atoms, high * numbers.unit.atoms)


def make_rules(rng: random.Random, numbers: Numbers, scale: Scale, load: LoadLimits | None) -> tuple[MinimumRule, ...]:
    """One rule, or two: a firm floor under a surcharge, or a second basis."""
    unit = numbers.unit
    basis = Basis(weighted(rng, numbers.bases))
    if load is not None:
        # From a full machine on; down to the machine's least at a surcharge.
        if chance(rng, 30):
            full = (load.minimum + load.maximum) // 2 // unit.step * unit.step
            return (MinimumRule(Quantity(full, unit), basis, rng.choice(_SURCHARGES)),)
        return (MinimumRule(Quantity(load.minimum, unit), basis),)
    amount = rng.choice(numbers.minimum[scale])
    if unit is Unit.STYLE or amount == 1:
        return (MinimumRule(Quantity.of(amount, unit), basis),)
    if basis is Basis.SIZE:
        return (
            MinimumRule(Quantity.of(max(3, amount // 4), unit), Basis.SIZE),
            MinimumRule(Quantity.of(amount, unit), Basis.STYLE),
        )
    if chance(rng, 48 if scale in (Scale.MEDIUM, Scale.LARGE) else 26):
        rule = MinimumRule(Quantity.of(amount, unit), basis, rng.choice(_SURCHARGES))
        floor = MinimumRule(Quantity.of(max(1, nice(amount / 3)), unit), Basis.ORDER)
        return (rule, floor) if basis is not Basis.ORDER and chance(rng, 50) else (rule,)
    rule = MinimumRule(Quantity.of(amount, unit), basis)
    if basis not in (Basis.ORDER, Basis.LOT) and chance(rng, 18):
        return (rule, MinimumRule(Quantity.of(nice(amount * 1.6), unit), Basis.ORDER))
    return (rule,)


def make_week(rng: random.Random, numbers: Numbers, scale: Scale, minutes: int) -> int:
    """What a usual week offers, in atoms; longer pieces make fewer."""
    low, high = numbers.week[scale]
    factor = min(2.5, max(0.2, _USUAL_MINUTES / minutes)) if numbers.timed and numbers.process != "sample" else 1
    whole = max(1, nice(rng.randint(low, high) * factor))
    return whole * numbers.unit.atoms


def make_maximum(rng: random.Random, unit: Unit, week: int, rules: tuple[MinimumRule, ...]) -> Quantity | None:
    if chance(rng, 14):
        return None
    least = max((rule.quantity.atoms for rule in rules), default=0) * 3
    whole = nice(max(week * rng.uniform(4, 12), least) / unit.atoms)
    return Quantity.of(whole, unit)


def make_leads(rng: random.Random, numbers: Numbers) -> LeadDays:
    sample, first, repeat = (rng.randint(low, high) for low, high in numbers.days)
    return LeadDays(
        None if chance(rng, 8) else min(sample, first), first, None if chance(rng, 12) else min(repeat, first)
    )


def make_price(
    rng: random.Random, numbers: Numbers, currency: str, level: int, minutes: int, run: tuple[int, int | None]
) -> Price | None:
    """An indication in local money; some firms give none. `run`: smallest and largest in whole units."""
    if chance(rng, 10):
        return None
    factor = _PER_EUR_CENT[currency] * level / 100
    cents = rng.uniform(*numbers.cents) * (minutes if numbers.timed else 1)
    unit_minor = nice(cents * factor)
    setup = nice(rng.uniform(*numbers.setup) * 100 * factor) if numbers.setup[1] and chance(rng, 70) else 0
    breaks = () if numbers.unit is Unit.STYLE else _breaks(rng, unit_minor, *run)
    return Price(currency, unit_minor, numbers.unit, setup, breaks)


def _breaks(rng: random.Random, unit_minor: int, least: int, most: int | None) -> tuple[PriceBreak, ...]:
    """Up to three, each cheaper than the one before, within what the firm takes."""
    found: list[PriceBreak] = []
    quantity, price = max(least, 5) * 2, float(unit_minor)
    for _ in range(rng.choice((0, 0, 1, 1, 2, 2, 3))):
        price *= rng.uniform(0.87, 0.95)
        last = found[-1].unit_minor if found else unit_minor
        if nice(price) < last and (most is None or nice(quantity) <= most):
            found.append(PriceBreak(nice(quantity), nice(price)))
        quantity *= rng.choice((2, 3))
    return tuple(found)
