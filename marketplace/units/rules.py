"""Reading and writing quantities, exactly."""

from __future__ import annotations

import re
from fractions import Fraction

from marketplace.units.model import MAXIMUM_WHOLE, Quantity, Unit

_DECIMAL = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
_LONG = re.compile(r"[0-9]+(\.[0-9]+)?")


def parse_decimal(text: str) -> Fraction:
    """Read a plain decimal number, `[0-9]+(.[0-9]+)?`, exactly.

    Python's own int() and float() also accept '1_000', '１２', 'nan' and '1e400': none of those is
    something a person means in a form or a CSV cell.

    Errors: ValueError that shows what was read.
    """
    if text[:1] in ("-", "−") and _LONG.fullmatch(text[1:]) and text[1:].strip("0."):
        raise ValueError(f"“{text[:40]}” is less than 0: leave out the minus")
    if _LONG.fullmatch(text) and not _DECIMAL.fullmatch(text):
        raise ValueError(f"“{text[:40]}” has too many digits: at most 12 before the point and 6 after it")
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"“{text[:40]}” is not a number: write digits with a point, such as 50 or 12.5")
    return Fraction(text)


def parse_quantity(text: str, unit: Unit) -> Quantity:
    """Read an amount in a unit, greater than 0 and at most 10,000,000.

    Errors: ValueError with the reason.
    """
    number = parse_decimal(text)
    if number <= 0:
        raise ValueError(f"“{text[:40]}” must be more than 0")
    if number > MAXIMUM_WHOLE:
        raise ValueError(f"“{text[:40]}” is more than {MAXIMUM_WHOLE:,}")
    atoms = number * unit.atoms
    if atoms.denominator != 1:
        if unit.atoms == 1:
            raise ValueError(f"“{text[:40]}” must be a whole number of {unit.label}")
        raise ValueError(f"“{text[:40]}” has too many decimals for {unit.label}")
    return Quantity(int(atoms), unit)


def format_number(atoms: int, unit: Unit) -> str:
    """Write the amount as a plain decimal ('32.4', '50'): read back by parse_quantity."""
    whole, part = divmod(atoms, unit.atoms)
    if not part:
        return str(whole)
    digits = len(str(unit.atoms)) - 1
    return f"{whole}.{part:0{digits}d}".rstrip("0")


def whole_or_decimal(quantity: Quantity) -> int | float:
    """The amount as a number for JSON and pages: whole units as an integer, parts as a decimal."""
    text = format_number(quantity.atoms, quantity.unit)
    return float(text) if "." in text else int(text)


def format_quantity(quantity: Quantity) -> str:
    """Write for people: '1 piece', '1,200 metres', '32.4 kg'."""
    whole, part = divmod(quantity.atoms, quantity.unit.atoms)
    number = f"{whole:,}" + (f".{format_number(part, quantity.unit).partition('.')[2]}" if part else "")
    one = quantity.atoms == quantity.unit.atoms
    return f"{number} {quantity.unit.singular if one else quantity.unit.label}"


def format_brief(quantity: Quantity) -> str:
    """Write for tables and differences: '12 m', '3.0 kg', '50 pcs'."""
    unit = quantity.unit
    if unit.step != unit.atoms and quantity.atoms % unit.step == 0:
        return f"{quantity.atoms / unit.atoms:,.1f} {unit.short}"
    return f"{format_number(quantity.atoms, unit)} {unit.short}"


def round_up(atoms: Fraction, unit: Unit) -> int:
    """Round up to the unit's trading step: half a metre short is a metre more to order."""
    step = unit.step
    return int(-(-atoms // step)) * step
