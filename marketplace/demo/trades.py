"""What the invented firms do: specialities of each kind of supplier."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from marketplace.demo.dealing import chance, weighted
from marketplace.demo.model import Scale
from marketplace.demo.reading import read

_USUAL_MINUTES = 48
_SAMPLE_FACTOR = 2.2  # a first sample takes about twice as long as a piece of the run


@dataclass(frozen=True, slots=True)
class Speciality:
    """`always`: processes it offers, its own trade first; `sometimes`: others with their chance in percent.

    `minutes`: to make one piece (one sample, in a sample room). `rare`: only in districts that name it.
    """

    kind: str
    id: str
    work: str
    makes: tuple[str, ...]
    always: tuple[str, ...]
    sometimes: Mapping[str, int]
    skills: tuple[str, ...]
    materials: tuple[str, ...]
    products: tuple[str, ...]
    machines: tuple[str, ...]
    minutes: int
    width_cm: int
    rare: bool
    sizes: tuple[Scale, ...]

    def minutes_of(self, process: str) -> int:
        """Minutes for one piece of a process that is timed."""
        if self.kind == "sample_room":
            return self.minutes if process == "sample" else round(self.minutes / _SAMPLE_FACTOR)
        return round(self.minutes * _SAMPLE_FACTOR) if process == "sample" else self.minutes

    def pick_scale(self, rng: random.Random, weights: Mapping[Scale, int]) -> Scale:
        """A size such a firm can have, in proportion to the district's weights."""
        possible = {size: weights.get(size, 0) for size in self.sizes}
        return weighted(rng, possible) if any(possible.values()) else self.sizes[0]

    def pick_processes(self, rng: random.Random) -> tuple[str, ...]:
        extra = [name for name, percent in self.sometimes.items() if chance(rng, percent)]
        return tuple(dict.fromkeys([*self.always, *extra]))


@cache
def specialities() -> Mapping[str, Mapping[str, Speciality]]:
    """Kind -> id -> speciality."""
    table = read("trades")
    return {
        kind: {
            key: Speciality(
                kind=kind,
                id=key,
                work=row["work"],
                makes=tuple(row["makes"]),
                always=tuple(row.get("always", usual["always"])),
                sometimes=row.get("sometimes", usual["sometimes"]),
                skills=tuple(row.get("skills", ())),
                materials=tuple(row.get("materials", ())),
                products=tuple(row.get("products", ())),
                machines=tuple(row.get("machines", ())),
                minutes=row.get("minutes", _USUAL_MINUTES),
                width_cm=row.get("width", 150),
                rare=row.get("rare", False),
                sizes=tuple(Scale(size) for size in row.get("sizes", usual.get("sizes", list(Scale)))),
            )
            for key, row in table[kind].items()
        }
        for kind, usual in table["kinds"].items()
    }
