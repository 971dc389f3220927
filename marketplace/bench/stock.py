"""What generated services are put together from: terms of every process, prices, calendars' parts, papers.

Made once, before anything is timed; suppliers then choose from it. Amounts repeat between firms, as round
numbers do in the trade; which of them meet in one firm does not.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from marketplace.capacity.model import RATE_ONE, Closure
from marketplace.demo.dealing import chance, nice, weighted
from marketplace.demo.model import Scale
from marketplace.demo.reading import read
from marketplace.demo.terms import (
    Numbers,
    make_leads,
    make_load,
    make_maximum,
    make_price,
    make_rules,
    make_week,
    numbers_of,
)
from marketplace.suppliers.model import Certificate, LeadDays, LoadLimits, MinimumRule, Price
from marketplace.units import Quantity, Unit, Week
from marketplace.vocabulary import Facet, vocabulary
from marketplace.vocabulary.model import Basis, Process

CURRENCIES = ("EUR", "USD", "GBP", "JPY", "TRY", "INR", "PLN")
_CURRENCY_OF = {"US": "USD", "GB": "GBP", "JP": "JPY", "TR": "TRY", "IN": "INR", "PL": "PLN"}
_SCALES = {Scale.MICRO: 35, Scale.SMALL: 35, Scale.MEDIUM: 20, Scale.LARGE: 10}
_TERMS_EACH, _PRICES_EACH, _PAPERS_EACH = 150, 40, 40
_USUAL_MINUTES = 48
_WEEKS_AHEAD = 26
_THIRD_RULE_PERCENT = 18


@dataclass(frozen=True, slots=True)
class Terms:
    """One way to offer a process. `usual` in atoms of `calendar_unit`, which a job draws on at `rate`."""

    unit: Unit
    rules: tuple[MinimumRule, ...]
    maximum: Quantity | None
    load: LoadLimits | None
    leads: LeadDays
    calendar_unit: Unit
    rate: int
    usual: int


@dataclass(frozen=True, slots=True)
class Stock:
    """`prices`: by process and currency, None among them where a firm gives none."""

    terms: dict[str, tuple[Terms, ...]]
    prices: dict[tuple[str, str], tuple[Price | None, ...]]
    processes: dict[str, tuple[str, ...]]  # by kind, its own trade first
    certificates: tuple[Certificate, ...]
    closures: tuple[tuple[Closure, ...], ...]
    weeks: tuple[Week, ...]
    confirmed: tuple[datetime, ...]


def currency_of(country: str) -> str:
    return _CURRENCY_OF.get(country, "EUR")


def make_stock(rng: random.Random, today: date) -> Stock:
    """About half a second."""
    processes = vocabulary().processes
    return Stock(
        terms={name: tuple(_terms(rng, processes[name]) for _ in range(_TERMS_EACH)) for name in processes},
        prices={
            (name, currency): tuple(_price(rng, numbers_of(name), currency) for _ in range(_PRICES_EACH))
            for name in processes
            for currency in CURRENCIES
        },
        processes=_processes(),
        certificates=_certificates(rng, today),
        closures=_closures(rng, today),
        weeks=tuple(Week.containing(today).plus(n) for n in range(_WEEKS_AHEAD)),
        confirmed=tuple(datetime.combine(today - timedelta(days=n), time(9), UTC) for n in range(70)),
    )


def _processes() -> dict[str, tuple[str, ...]]:
    """What each kind of firm does, its own trade first; every process is somebody's."""
    usual = {kind: [*row["always"], *row["sometimes"]] for kind, row in read("trades")["kinds"].items()}
    for process in vocabulary().processes.values():
        usual[process.kind].append(process.id)
    return {kind: tuple(dict.fromkeys(processes)) for kind, processes in usual.items()}


def _terms(rng: random.Random, process: Process) -> Terms:
    numbers = numbers_of(process.id)
    scale = weighted(rng, _SCALES)
    minutes = rng.choice((8, 20, 35, 48, 48, 75, 120))
    load = make_load(rng, numbers, scale)
    rules = _one_more(rng, make_rules(rng, numbers, scale, load), process)
    week = make_week(rng, numbers, scale, minutes)
    unit, rate, usual = numbers.unit, RATE_ONE, week
    if load is not None and unit is Unit.KG and chance(rng, 25):
        unit, usual = Unit.LOAD, max(1, week // load.maximum)
    elif Unit.MINUTE in process.units and chance(rng, 25):
        unit, rate, usual = Unit.MINUTE, RATE_ONE * minutes, week * minutes
    return Terms(
        numbers.unit,
        rules,
        make_maximum(rng, numbers.unit, week, rules),
        load,
        make_leads(rng, numbers),
        unit,
        rate,
        usual,
    )


def _one_more(rng: random.Random, rules: tuple[MinimumRule, ...], process: Process) -> tuple[MinimumRule, ...]:
    """Now and then a further rule per another basis; now and then none is stated."""
    if chance(rng, 4):
        return ()
    left = [basis for basis in (*process.bases, Basis.ORDER) if basis not in {rule.basis for rule in rules}]
    if not left or not chance(rng, _THIRD_RULE_PERCENT):
        return rules
    amount = rules[0].quantity
    unit = amount.unit
    more = Quantity(max(unit.step, nice(amount.atoms / unit.atoms * rng.uniform(0.4, 1.5)) * unit.atoms), unit)
    return (*rules, MinimumRule(more, rng.choice(left), rng.choice((None, None, 15, 25))))


def _price(rng: random.Random, numbers: Numbers, currency: str) -> Price | None:
    return make_price(rng, numbers, currency, rng.choice((40, 60, 80, 100, 120)), _USUAL_MINUTES, (20, 5000))


def _certificates(rng: random.Random, today: date) -> tuple[Certificate, ...]:
    """Papers of every scheme; most are valid today, some have run out, some begin later."""
    made = []
    for scheme in vocabulary().terms[Facet.CERTIFICATION]:
        for _ in range(_PAPERS_EACH):
            first = today + timedelta(days=rng.randint(-900, 60))
            last = first + timedelta(days=rng.choice((365, 365, 730, 1095)))
            is_dated = chance(rng, 88)
            made.append(
                Certificate(
                    scheme,
                    number=f"{scheme[:3].upper()}-{rng.randint(10_000, 999_999)}",
                    valid_from=first if is_dated else None,
                    valid_to=last if is_dated else None,
                )
            )
    return tuple(made)


def _closures(rng: random.Random, today: date) -> tuple[tuple[Closure, ...], ...]:
    """Sets of closed days: most firms state none, many shut in one or two stretches."""
    sets: list[tuple[Closure, ...]] = [()] * 60
    for _ in range(90):
        stretches: list[Closure] = []
        day = today + timedelta(days=rng.randint(3, 60))
        for _ in range(rng.choice((1, 1, 2, 3))):
            last = day + timedelta(days=rng.choice((0, 1, 4, 6, 13, 20)))
            stretches.append(Closure(day, last, rng.choice(("", "holidays", "inventory"))))
            day = last + timedelta(days=rng.randint(10, 80))
        sets.append(tuple(stretches))
    return tuple(sets)


def shares(rng: random.Random) -> Sequence[tuple[int, float]]:
    """Weeks from now that are stated otherwise than usual, each with the share that is open."""
    dice = rng.random()
    if dice < 0.30:
        return ()
    if dice < 0.65:
        full = rng.randrange(1, 9)
        return [(n, 0.0) for n in range(full)] + [(full, 0.4), (full + 1, 0.7)]
    if dice < 0.85:
        first = rng.randrange(0, 12)
        return [(first + 2 * n, rng.random()) for n in range(5)]
    return [(n, 0.5) for n in range(rng.randrange(3, 8))]
