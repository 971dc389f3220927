"""What is to be seen of one enquiry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from marketplace.briefs.model import Brief, Content, Readiness
from marketplace.briefs.rules import readiness
from marketplace.enquiries.fit import Choice
from marketplace.enquiries.model import Enquiry, Quote, QuoteState
from marketplace.suppliers.model import Service, Supplier


@dataclass(frozen=True, slots=True)
class Look:
    """`content` is the version that was sent; `choice` is how the service meets it today, published or not."""

    enquiry: Enquiry
    brief: Brief
    content: Content
    supplier: Supplier
    service: Service
    studio: str
    choice: Choice
    metres: int | None
    quotes: tuple[Quote, ...]  # newest first

    @property
    def quote(self) -> Quote | None:
        """The newest one."""
        return self.quotes[0] if self.quotes else None

    def open_quote(self, now: datetime) -> Quote | None:
        return next((quote for quote in self.quotes if quote.is_open(now)), None)

    @property
    def accepted_quote(self) -> Quote | None:
        return next((quote for quote in self.quotes if quote.state is QuoteState.ACCEPTED), None)

    @property
    def readiness(self) -> Readiness:
        return readiness(self.content, self.brief.files)
