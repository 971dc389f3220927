"""The comparison as CSV, for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from marketplace.enquiries.compare import Row
from marketplace.enquiries.money import COMPARED, together
from marketplace.enquiries.words import state_text
from marketplace.text import guard
from marketplace.units.model import minor_exponent
from marketplace.units.rules import format_number

COLUMNS = (
    "supplier",
    "state",
    "quantity",
    "unit",
    "currency",
    "each",
    "total",
    *(f"each_at_{whole}" for whole in COMPARED),
    "setup",
    "sample",
    "together",
    "surcharge_percent",
    "starts",
    "finished",
    "ready",
    "days",
    "distance_km",
    "valid_until",
    "median_answer_hours",
    "note",
)


def comparison_csv(rows: Iterable[Row], now: datetime) -> str:
    """Money as decimals of the currency in its column; empty where nothing was quoted."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        cells = dict(_cells(row, now))
        writer.writerow([guard(cells.get(name, "")) for name in COLUMNS])
    return out.getvalue()


def _cells(row: Row, now: datetime) -> Iterator[tuple[str, str]]:
    look, quote = row.look, row.quote
    yield "supplier", look.supplier.profile.name
    yield "state", state_text(look.enquiry, quote, now)
    if look.metres is not None:
        yield "distance_km", f"{look.metres / 1000:.1f}"
    if row.record.median_hours is not None:
        yield "median_answer_hours", str(row.record.median_hours)
    if quote is None:
        return
    offer = quote.offer

    def money(minor: int) -> str:
        exponent = minor_exponent(offer.currency)
        whole, part = divmod(minor, 10**exponent)
        return f"{whole}.{part:0{exponent}d}" if exponent else str(whole)

    yield "quantity", format_number(offer.quantity.atoms, offer.quantity.unit)
    yield "unit", offer.quantity.unit.value
    yield "currency", offer.currency
    for index, column in enumerate(row.columns):
        if column.total is None:
            continue
        if index == 0:
            yield "each", money(column.total.each.minor)
            yield "total", money(column.total.all.minor)
        yield f"each_at_{format_number(column.quantity.atoms, column.quantity.unit)}", money(column.total.each.minor)
    yield "setup", money(offer.setup_minor)
    yield "sample", money(offer.sample_minor)
    yield "together", money(together(offer).minor)
    yield "surcharge_percent", str(offer.surcharge_percent)
    yield "starts", _day(quote.starts)
    yield "finished", _day(quote.last_worked)
    yield "ready", _day(quote.ready)
    yield "days", "" if row.days is None else str(row.days)
    yield "valid_until", quote.valid_until.isoformat(timespec="minutes")
    yield "note", offer.note


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
