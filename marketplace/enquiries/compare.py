"""Quotes side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from marketplace.enquiries.model import AnswerRecord, Quote
from marketplace.enquiries.money import Column, columns, together
from marketplace.enquiries.rules import is_open
from marketplace.enquiries.seen import Look
from marketplace.suppliers.model import SupplierId


@dataclass(frozen=True, slots=True)
class Row:
    """An enquiry with the quote that counts, what it comes to, and how the supplier answers in general."""

    look: Look
    quote: Quote | None
    columns: tuple[Column, ...]
    record: AnswerRecord

    @property
    def days(self) -> int | None:
        """Calendar days from the first day worked to the day the goods can leave."""
        if self.quote is None or self.quote.starts is None or self.quote.ready is None:
            return None
        return (self.quote.ready - self.quote.starts).days


def compare(looks: Iterable[Look], records: Mapping[SupplierId, AnswerRecord]) -> list[Row]:
    """Those with a quote first, the cheapest first where they are in one currency; then who is still to answer."""
    rows = []
    for look in looks:
        quote, run = look.accepted_quote or look.quote, look.choice.run
        found = columns(quote.offer, look.service.draft, run) if quote and run else ()
        rows.append(Row(look, quote, found, records[look.supplier.id]))
    return sorted(rows, key=_order)


def _order(row: Row) -> tuple[bool, bool, str, int, int]:
    return (
        row.quote is None,
        not is_open(row.look.enquiry.state),
        row.quote.offer.currency if row.quote else "",
        together(row.quote.offer).minor if row.quote else 0,
        row.look.enquiry.id,
    )
