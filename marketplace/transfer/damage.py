"""What spreadsheets do to cells they think they understand. Pure."""

from __future__ import annotations

import re

_ERROR = re.compile(r"#(REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|#{2,})", re.IGNORECASE)
_SHORTENED = re.compile(r"[0-9](\.[0-9]+)?E\+[0-9]+", re.IGNORECASE)
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_DATED = re.compile(rf"[0-9]{{1,2}}-{_MONTH}(-[0-9]{{2,4}})?|{_MONTH}-[0-9]{{2}}", re.IGNORECASE)
_EXACT = frozenset({"external_id", "supplier_external_id", "postal_code", "name", "site"})
# Countries whose postal codes have five digits, some with a zero in front.
_FIVE_DIGITS = frozenset("DE FR IT ES US FI TR MX KR EE".split())


def damage(column: str, text: str) -> str | None:
    """Say how a spreadsheet damaged a cell, or None."""
    if _ERROR.fullmatch(text):
        return f"“{text}” is a spreadsheet's error, no value: put the value in"
    if column in _EXACT:
        if _SHORTENED.fullmatch(text):
            return f"“{text}” was shortened by a spreadsheet: format the column as text and enter all digits"
        if _DATED.fullmatch(text):
            return f"“{text}” looks like something a spreadsheet turned into a date: format the column as text"
    return None


def lost_zero(postal_code: str, country: str) -> str | None:
    """Say that a postal code lost the zero in front, or None."""
    if country in _FIVE_DIGITS and re.fullmatch("[0-9]{4}", postal_code):
        return (
            f"“{postal_code}” has 4 of 5 digits; perhaps a spreadsheet dropped the zero in front: write 0{postal_code}"
        )
    return None
