"""Quantities, money and weeks: integers with a unit, never a bare number.

2026-11: a quantity is kept in whole atoms of its unit (1 piece, 1 metre, 1 gram, ...), because sums of
integers are exact, comparable and the same in SQLite, PostgreSQL and JSON.
"""

from marketplace.units.model import Money, Quantity, Unit, Week
from marketplace.units.rules import format_quantity, parse_decimal, parse_quantity

__all__ = ["Money", "Quantity", "Unit", "Week", "format_quantity", "parse_decimal", "parse_quantity"]
