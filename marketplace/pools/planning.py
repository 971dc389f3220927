"""Who would share a lot, asked without opening anything: lots and demands in, groups and reasons out. Pure.

The same decision as for real pools; the acceptance of the published rule can be tried by anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from marketplace.errors import Invalid
from marketplace.places import Point, distance_m
from marketplace.pools.decide import nearest_short, share
from marketplace.pools.forms import Fields, day, metres, read_unit, whole
from marketplace.pools.grouping import Lot, group
from marketplace.pools.model import MOST_PLEDGES, MOST_STEPS, Group, Key, Part
from marketplace.pools.rules import price, serves, why_outside
from marketplace.pools.words import RULE, amount, designers_text, missing_text, room_text
from marketplace.units import Quantity, Unit, parse_quantity
from marketplace.units.rules import whole_or_decimal
from marketplace.vocabulary.model import fold

MOST_LOTS = 6
_LOT_FIELDS = (
    "id process material colour design unit minimum maximum lat lon reach_km ready unit_minor setup_minor"
).split()
_DEMAND_FIELDS = "id process material colour design quantity tolerance lat lon radius_km needed_by".split()
_MOST_MINOR = 100_000_000


@dataclass(frozen=True, slots=True)
class _LotAsked:
    name: str
    key: Key
    unit: Unit
    minimum: int
    maximum: int
    point: Point
    reach_m: int | None
    ready: date | None
    unit_minor: int
    setup_minor: int


@dataclass(frozen=True, slots=True)
class _Demand:
    name: str
    key: Key
    atoms: int
    tolerance: int
    point: Point
    radius_m: int | None
    needed_by: date | None


def plan_json(body: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to POST /api/v1/pools/plan. Errors: Invalid naming each wrong field."""
    lots, demands = _read(body)
    outside: dict[tuple[str, str], str] = {}
    parts: dict[str, list[Part]] = {lot.name: [] for lot in lots}
    options: dict[str, dict[str, list[Part]]] = {lot.name: {} for lot in lots}
    for lot in lots:
        for demand in demands:
            far = distance_m(lot.point, demand.point)
            key = replace(demand.key, process=demand.key.process or lot.key.process)
            why = why_outside(lot.reach_m, lot.ready, far, demand.radius_m, demand.needed_by)
            if not serves(lot.key, key):
                why = "the lot is another cloth or colour"
            if why:
                outside[lot.name, demand.name] = why
            else:
                part = Part(demand.name, demand.atoms, demand.tolerance, far)
                parts[lot.name].append(part)
                options[lot.name].setdefault(_shared(lot.key, key), []).append(part)
    plan = group(
        [
            Lot(x.name, x.minimum, x.maximum, {n: tuple(found) for n, found in options[x.name].items()}, x.unit.step)
            for x in lots
        ]
    )
    groups = {name: filled.group for name, filled in plan.items()}
    served = {name: lot for lot, found in groups.items() for name in found.amounts}
    return {
        "rule": RULE,
        "lots": [
            _lot_json(lot, groups.get(lot.name), [p for p in parts[lot.name] if p.name not in served]) for lot in lots
        ],
        "demands": [_demand_json(demand, lots, groups, parts, outside, served) for demand in demands],
    }


def _lot_json(lot: _LotAsked, found: Group | None, free: list[Part]) -> dict[str, Any]:
    unit = lot.unit
    shares = share(lot.setup_minor, dict(found.amounts)) if found else {}
    short = None if found else nearest_short(free, lot.minimum, lot.maximum)
    missing = 0 if found else short.missing if short else lot.minimum
    if found:
        left = lot.maximum - found.atoms
        text = f"{amount(found.atoms, unit)} for {designers_text(len(found.amounts))}"
        text += f", {amount(left, unit)} of room left" if left else ""
    else:
        text = missing_text(unit, missing, " + ".join(short.names) if short else "")
    return {
        "id": lot.name,
        "runs": found is not None,
        "quantity": _number(found.atoms, unit) if found else 0,
        "unit": unit.value,
        "designers": len(found.amounts) if found else 0,
        "km": found.metres / 1000 if found else 0.0,
        "room": _number(lot.maximum - found.atoms if found else lot.maximum, unit),
        "missing": _number(missing, unit),
        "text": text,
        "served": [
            {
                "id": name,
                "quantity": _number(atoms, unit),
                "setup_minor": shares[name],
                "price_minor": shares[name] + price(lot.unit_minor, atoms, unit.atoms),
            }
            for name, atoms in (found.amounts.items() if found else ())
        ],
    }


def _demand_json(
    demand: _Demand,
    lots: list[_LotAsked],
    groups: Mapping[str, Group],
    parts: Mapping[str, list[Part]],
    outside: Mapping[tuple[str, str], str],
    served: Mapping[str, str],
) -> dict[str, Any]:
    lot_name = served.get(demand.name)
    if lot_name is not None:
        unit = next(lot.unit for lot in lots if lot.name == lot_name)
        taken = _number(groups[lot_name].amounts[demand.name], unit)
        return {"id": demand.name, "served": True, "lot": lot_name, "quantity": taken, "text": None}
    why = []
    for lot in lots:
        if said := outside.get((lot.name, demand.name)):
            why.append((2, said))
        elif found := groups.get(lot.name):
            least = demand.atoms - demand.tolerance
            why.append((0, room_text(lot.unit, found.room, demand.atoms, least)))
        else:
            short = nearest_short([p for p in parts[lot.name] if p.name not in served], lot.minimum, lot.maximum)
            names = " + ".join(short.names) if short else ""
            why.append((1, missing_text(lot.unit, short.missing if short else lot.minimum, names)))
    return {"id": demand.name, "served": False, "lot": None, "quantity": None, "text": min(why)[1]}


def _read(body: Mapping[str, Any]) -> tuple[list[_LotAsked], list[_Demand]]:
    problems: dict[str, str] = {}
    given = {"lots": body.get("lots", [body["lot"]] if "lot" in body else None), "demands": body.get("demands")}
    if "lot" in body and "lots" in body:
        problems["lot"] = "give lot or lots, not both"
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for name, most in (("lots", MOST_LOTS), ("demands", MOST_PLEDGES)):
        value = given[name]
        if not isinstance(value, list) or not 1 <= len(value) <= most or not all(isinstance(x, dict) for x in value):
            problems[name] = f"must be a list of 1 to {most} objects"
        else:
            rows[name] = value
    if problems:
        raise Invalid(problems)
    lots = [_read_lot(row, f"lots[{n}]", problems) for n, row in enumerate(rows["lots"])]
    if problems:
        raise Invalid(problems)
    units = {lot.unit for lot in lots}
    if len(units) > 1:
        raise Invalid({"lots": "must all be counted in one unit"})
    demands = [_read_demand(row, lots[0].unit, f"demands[{n}]", problems) for n, row in enumerate(rows["demands"])]
    for name, found in (("lots", [lot.name for lot in lots]), ("demands", [demand.name for demand in demands])):
        if len(set(found)) < len(found):
            problems[name] = "each needs an id of its own"
    if problems:
        raise Invalid(problems)
    return lots, demands


def _read_lot(row: Mapping[str, Any], where: str, problems: dict[str, str]) -> _LotAsked:
    fields = Fields(row, _LOT_FIELDS)
    unit = fields.read("unit", read_unit, Unit.METRE)
    minimum, maximum = (
        fields.read(name, lambda text: parse_quantity(text, unit).atoms, 0, needed="is missing")
        for name in ("minimum", "maximum")
    )
    if not fields.problems and maximum < minimum:
        fields.problems["maximum"] = "is less than the minimum"
    if maximum // unit.step > MOST_STEPS:
        fields.problems["maximum"] = f"at most {MOST_STEPS * unit.step // unit.atoms:,} {unit.label}"
    _check_steps(fields, unit, minimum=minimum, maximum=maximum)
    lot = _LotAsked(
        name=_name(fields, "lot"),
        key=fields.key(fields.text("process")),
        unit=unit,
        minimum=minimum,
        maximum=maximum,
        point=_point(fields),
        reach_m=fields.read("reach_km", metres, None),
        ready=fields.read("ready", day, None),
        unit_minor=fields.read("unit_minor", lambda text: whole(text, 0, _MOST_MINOR), 0),
        setup_minor=fields.read("setup_minor", lambda text: whole(text, 0, _MOST_MINOR), 0),
    )
    problems.update({f"{where}.{name}": text for name, text in fields.problems.items()})
    return lot


def _read_demand(row: Mapping[str, Any], unit: Unit, where: str, problems: dict[str, str]) -> _Demand:
    fields = Fields(row, _DEMAND_FIELDS)
    atoms = fields.read("quantity", lambda text: parse_quantity(text, unit).atoms, 0, needed="is missing")
    tolerance = fields.read("tolerance", lambda text: _tolerance(text, unit), 0)
    if tolerance * 2 > atoms and not fields.problems:
        fields.problems["tolerance"] = "at most half of the quantity"
    _check_steps(fields, unit, quantity=atoms, tolerance=tolerance)
    demand = _Demand(
        name=_name(fields, where),
        key=fields.key(fields.text("process")),
        atoms=atoms,
        tolerance=tolerance,
        point=_point(fields),
        radius_m=fields.read("radius_km", metres, None),
        needed_by=fields.read("needed_by", day, None),
    )
    problems.update({f"{where}.{name}": text for name, text in fields.problems.items()})
    return demand


def _check_steps(fields: Fields, unit: Unit, **amounts: int) -> None:
    for name, atoms in amounts.items():
        if atoms % unit.step:
            fields.problems[name] = f"must be a multiple of {unit.step / unit.atoms:g} {unit.label}"


def _tolerance(text: str, unit: Unit) -> int:
    return 0 if text in ("0", "0.0") else parse_quantity(text, unit).atoms


def _name(fields: Fields, otherwise: str) -> str:
    return fields.text("id")[:60] or otherwise


def _point(fields: Fields) -> Point:
    point = fields.point()
    if point is None and not fields.problems.keys() & {"lat", "lon"}:
        fields.problems["lat"] = "where is it? Give lat and lon"
    return point or Point(0, 0)


def _shared(lot: Key, demand: Key) -> str:
    """What a lot would be with this demand in it: what the lot leaves open, the demand says."""
    pairs = ((lot.material, demand.material), (lot.colour, demand.colour), (lot.design, demand.design))
    return "|".join(fold(mine or theirs) for mine, theirs in pairs)


def _number(atoms: int, unit: Unit) -> int | float:
    return whole_or_decimal(Quantity(atoms, unit))
