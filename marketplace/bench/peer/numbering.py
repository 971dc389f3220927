"""Terms, units and bases as small numbers, and what a run comes to in each: what the peer's SQL compares.

Positions in arrays start at 1, as PostgreSQL counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from marketplace.suppliers.rules import Run, per_atom
from marketplace.units import Unit
from marketplace.vocabulary import Facet, vocabulary
from marketplace.vocabulary.model import Basis

UNITS = {unit: place for place, unit in enumerate(Unit, 1)}
_BASES = {basis: place for place, basis in enumerate(Basis)}
_STRIDE = 1000  # room for the terms of one facet
TERMS = {
    (facet, value): (number + 1) * _STRIDE + place
    for number, facet in enumerate(Facet)
    for place, value in enumerate(vocabulary().terms[facet])
}
_NAMES = {number: term for term, number in TERMS.items()}


def rule_place(unit: Unit, basis: Basis) -> int:
    """Where a run's array of shares says what counts for rules of this unit and basis."""
    return (UNITS[unit] - 1) * len(_BASES) + _BASES[basis] + 1


def term_of(number: int) -> tuple[Facet, str]:
    return _NAMES[number]


@dataclass(frozen=True, slots=True)
class RunNumbers:
    """A run by unit (`converted`, `load`, `dye_load`: atoms; -1 where it can't be counted) and by rule_place."""

    units: list[int]
    converted: list[int]
    load: list[int]
    dye_load: list[int]
    shares: list[int]
    colours: int


def run_numbers(run: Run) -> RunNumbers:
    converted, load, dye_load, shares, units = [], [], [], [], []
    for unit, place in UNITS.items():
        factor = per_atom(run, unit)
        if factor is None:
            converted.append(-1)
            load.append(-1)
            dye_load.append(-1)
            shares += [-1] * len(_BASES)
            continue
        units.append(place)
        atoms = run.quantity.atoms
        converted.append(_ceil(atoms * factor))
        load.append(_ceil(atoms * factor))
        dye_load.append(_ceil(atoms // run.colours * factor))
        by_style = unit is Unit.STYLE and run.quantity.unit is not Unit.STYLE
        for basis in _BASES:
            parts = run.parts(basis)
            shares.append(run.styles // parts if by_style else int(atoms // parts * factor))
    return RunNumbers(units, converted, load, dye_load, shares, run.colours)


def _ceil(number: Fraction) -> int:
    return -(-number.numerator // number.denominator)
