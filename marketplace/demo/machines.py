"""Machines with limits that fit the services they run."""

from __future__ import annotations

import random
from collections.abc import Sequence

from marketplace.demo.model import Scale
from marketplace.demo.trades import Speciality
from marketplace.suppliers.model import Machine, ServiceDraft
from marketplace.units import Unit

_COUNTS = {Scale.MICRO: (2, 3), Scale.SMALL: (2, 5), Scale.MEDIUM: (4, 9), Scale.LARGE: (9, 20)}
# A firm has one or two of these, however large it is.
_SINGLE = frozenset(
    (
        *("stenter", "sanforiser", "schiffli", "beam", "rotary", "carousel", "sample pot", "CO2 laser"),
        *("ozone chamber", "spray robot", "steam tunnel", "fusing press", "warping mill", "laser cutter"),
        *("sample loom", "sublimation calender"),
    )
)
_GAUGES = {
    "circular knitting machine": (18, 20, 24, 28),
    "flat-bed machine": (7, 12, 14, 16),
    "whole-garment machine": (10, 14, 15),
    "warp knitting machine": (18, 28, 32),
    "linking machine": (8, 12, 16),
    "hand frame": (3, 5, 7),
}
_WIDTHS_CM = {
    "stenter": (180, 240),
    "sanforiser": (180, 200),
    "digital belt printer": (150, 180, 185),
    "sublimation calender": (160, 180),
    "flat-bed table": (140, 150),
    "rotary": (160, 180),
    "spreading table": (160, 180, 200),
    "single-ply cutter": (170, 180),
    "laser cutter": (130, 160),
    "circular knitting machine": (160, 180),
    "warp knitting machine": (330, 430),
}
_HEADS = {"single-head": (1,), "multi-head": (4, 6, 8, 12)}
_NOTES = {
    "spreading table": "12 m long",
    "shuttle loom": "built in the 1960s, overhauled every winter",
    "sample pot": "for lab dips and first metres",
    "carousel": "water-based inks only",
    "sample loom": "for blankets and colour trials",
    "form finisher": "jackets, coats and trousers",
}


def make_machines(
    rng: random.Random, speciality: Speciality, scale: Scale, services: Sequence[ServiceDraft]
) -> tuple[Machine, ...]:
    return tuple(_machine(rng, name, speciality, scale, services) for name in speciality.machines)


def _machine(
    rng: random.Random, full_name: str, speciality: Speciality, scale: Scale, services: Sequence[ServiceDraft]
) -> Machine:
    family, _, name = full_name.partition("/")
    width = speciality.width_cm if family == "weave" else _one(rng, _WIDTHS_CM.get(name))
    load = None
    if name == "sample pot":
        load = (1, 5)
    elif (family == "dye" and name not in ("stenter", "sanforiser")) or name == "washer-extractor":
        load = _load_kg(services)
    return Machine(
        family=family,
        name=name,
        count=rng.choice((1, 1, 2)) if name in _SINGLE else rng.randint(*_COUNTS[scale]),
        width_cm=width if name != "warping mill" else None,
        gauge=_one(rng, _GAUGES.get(name) if family == "knit" else None),
        load_min_kg=load[0] if load else None,
        load_max_kg=load[1] if load else None,
        heads=_one(rng, _HEADS.get(name)),
        colours=rng.choice((6, 8, 10)) if name == "carousel" else 9 if "head" in name else None,
        field_cm=rng.choice((35, 40, 45)) if name in ("carousel", "multi-head", "DTG printer") else None,
        note=_NOTES.get(name, ""),
    )


def _load_kg(services: Sequence[ServiceDraft]) -> tuple[int, int] | None:
    for service in services:
        if service.load is not None and service.unit is Unit.KG:
            return service.load.minimum // Unit.KG.atoms, service.load.maximum // Unit.KG.atoms
    return None


def _one(rng: random.Random, values: tuple[int, ...] | None) -> int | None:
    return rng.choice(values) if values else None
