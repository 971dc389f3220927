"""Open capacity: a usual week, and the coming half year as far as it differs."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date

from marketplace.capacity.model import RATE_ONE
from marketplace.demo.dealing import chance, nice, weighted
from marketplace.demo.model import DemoResource, Scale
from marketplace.demo.terms import make_week, numbers_of
from marketplace.demo.trades import Speciality
from marketplace.suppliers.model import ServiceDraft
from marketplace.units import Unit, Week

WEEKS = 26
_HABITS = {"free": 20, "booked": 38, "patchy": 20, "light": 8, "season": 5, "silent": 9}
_ANCHOR_HABITS = {"free": 40, "booked": 40, "light": 20}
# Processes done by the same hands, and the minutes a piece takes where that isn't the speciality's own figure.
_FLOOR = ("sew", "sample", "link", "seam_tape", "finish")
_FLOOR_MINUTES = {"link": 14, "seam_tape": 22, "finish": 6}
_DESK_MINUTES = {"pattern": 900, "grade": 220}
_DYES = ("dye_fabric", "dye_garment", "dye_yarn")


def make_resources(
    rng: random.Random,
    services: Sequence[ServiceDraft],
    speciality: Speciality,
    scale: Scale,
    today: date,
    *,
    is_anchor: bool,
) -> tuple[DemoResource, ...]:
    """One resource for each service, or a shared one where the same hands or machines do several.

    An anchor, one firm of each kind in each district, has capacity soon, so that routes exist.
    """
    weeks = {
        service.process: make_week(rng, numbers_of(service.process), scale, speciality.minutes_of(service.process))
        for service in services
    }
    resources: list[DemoResource] = []
    left = list(weeks)
    for name, unit, rates in _shared(rng, left, speciality):
        main = next(process for process in weeks if process in rates)
        usual = nice(weeks[main] * rates[main] / RATE_ONE / unit.atoms) * unit.atoms
        resources.append(_resource(rng, name, unit, rates, usual, today, is_anchor))
        left = [process for process in left if process not in rates]
    units = {service.process: service.unit for service in services}
    resources += [
        _resource(rng, process, units[process], {process: RATE_ONE}, weeks[process], today, is_anchor)
        for process in left
    ]
    return tuple(resources)


def _shared(
    rng: random.Random, processes: Sequence[str], speciality: Speciality
) -> list[tuple[str, Unit, dict[str, int]]]:
    """(name, unit, process -> rate) of the resources that several processes draw on."""
    found: list[tuple[str, Unit, dict[str, int]]] = []
    floor = [process for process in processes if process in _FLOOR]
    if len(floor) > 1 and "sew" in floor and chance(rng, 55):
        minutes = {process: _FLOOR_MINUTES.get(process, speciality.minutes_of(process)) for process in floor}
        found.append(("sewing floor", Unit.MINUTE, {process: RATE_ONE * m for process, m in minutes.items()}))
    desk = [process for process in processes if process in _DESK_MINUTES]
    if len(desk) > 1 and chance(rng, 50):
        rates = {process: RATE_ONE * _DESK_MINUTES[process] for process in desk}
        found.append(("pattern table", Unit.MINUTE, rates))
    dyes = [process for process in processes if process in _DYES]
    if len(dyes) > 1 and chance(rng, 50):
        found.append(("dye machines", Unit.KG, dict.fromkeys(dyes, RATE_ONE)))
    return found


def _resource(
    rng: random.Random, name: str, unit: Unit, rates: Mapping[str, int], usual: int, today: date, is_anchor: bool
) -> DemoResource:
    habit = weighted(rng, _ANCHOR_HABITS if is_anchor else _HABITS)
    if habit == "silent":
        return DemoResource(name, unit, rates, None, {}, 0)
    first = Week.containing(today)
    stated = {
        first.plus(index): nice(usual * share / unit.atoms) * unit.atoms if share else 0
        for index, share in _shares(rng, habit, is_anchor).items()
    }
    fresh = is_anchor or chance(rng, 78)
    confirmed = rng.randint(0, 12) if fresh else rng.randint(15, 70)
    return DemoResource(name, unit, rates, usual, stated, confirmed)


def _shares(rng: random.Random, habit: str, is_anchor: bool) -> dict[int, float]:
    """Week from now -> share of the usual week that is open; weeks left out are usual."""
    match habit:
        case "booked":
            full = rng.randint(1, 3 if is_anchor else 10)
            filling = rng.randint(1, 3)
            return dict.fromkeys(range(full), 0.0) | {full + n: rng.uniform(0.2, 0.7) for n in range(filling)}
        case "patchy":
            return {index: rng.choice((0.0, rng.uniform(0.15, 0.6))) for index in range(WEEKS) if chance(rng, 30)}
        case "light":
            return {index: rng.uniform(0.25, 0.6) for index in range(rng.randint(3, 7))}
        case "season":
            start = rng.randint(6, 11)
            return {0: 0.4} | dict.fromkeys(range(start, start + rng.randint(3, 6)), 0.0)
        case _:
            return {0: rng.uniform(0.3, 0.8)} if chance(rng, 40) else {}
