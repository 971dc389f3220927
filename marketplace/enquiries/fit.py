"""How the services of a supplier meet a brief: which one is asked, and when it would run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from marketplace.briefs.model import Content
from marketplace.briefs.rules import run_of
from marketplace.capacity.rules import resource_need
from marketplace.search.decide import ServiceFit, decide_service
from marketplace.search.document import ServiceDocument, SiteDocument
from marketplace.search.explain import Reason, run_reasons, service_term_reasons
from marketplace.search.query import SearchQuery
from marketplace.suppliers.model import ServiceTerms
from marketplace.suppliers.rules import Answer, Run
from marketplace.units import Unit
from marketplace.vocabulary import Facet

_RANK = {Answer.YES: 0, Answer.SURCHARGE: 1, Answer.NO: 2}


@dataclass(frozen=True, slots=True)
class Choice:
    """A service of a supplier, and how it meets the brief."""

    document: SiteDocument
    draft: ServiceTerms
    query: SearchQuery
    fit: ServiceFit

    @property
    def run(self) -> Run | None:
        return self.query.run

    @property
    def need(self) -> int | None:
        """What the run takes of the service's weeks, in atoms of what they count; None where that can't be counted."""
        service, verdict = self.fit.service, self.fit.verdict
        if service.calendar is None or verdict is None or self.run is None:
            return None
        return resource_need(self.draft, self.run, verdict, service.rate, service.calendar.unit)

    @property
    def rank(self) -> tuple[int, int, date]:
        """Best first: what is missed, the minimum, then the day it would be ready."""
        answer = _RANK[self.fit.verdict.answer] if self.fit.verdict else 3
        return len(self.fit.misses), answer, self.fit.plan.ready if self.fit.plan else date.max


def query_of(content: Content, today: date, unit: Unit = Unit.PIECE) -> SearchQuery:
    """The brief as a question to a search; `unit` is what the service counts."""
    terms = {Facet.PROCESS: frozenset(content.processes)} if content.processes else {}
    return SearchQuery(today=today, terms=terms, run=run_of(content, unit), start=content.start, by=content.by)


def choices(documents: Iterable[SiteDocument], content: Content, today: date) -> list[Choice]:
    """Every service whose work the brief needs, best first; all services where none does that work."""
    found = [
        choice
        for document in documents
        for service in document.services
        if (choice := _choice(document, service, content, today))
    ]
    doing = [choice for choice in found if choice.draft.process in content.processes]
    return sorted(doing or found, key=lambda choice: (*choice.rank, choice.fit.service.public_id))


def choice_of(documents: Iterable[SiteDocument], service_id: str, content: Content, today: date) -> Choice | None:
    """How one service meets the brief, whatever work it does; None when it is not among them."""
    for document in documents:
        for service in document.services:
            if service.public_id == service_id:
                return _choice(document, service, content, today)
    return None


def _choice(document: SiteDocument, service: ServiceDocument, content: Content, today: date) -> Choice | None:
    if service.draft is None:
        return None
    query = query_of(content, today, service.draft.unit)
    return Choice(document, service.draft, query, decide_service(service, query))


def holds_weeks(choice: Choice) -> bool:
    """Whether a quote for this service holds weeks: it publishes some, and takes such a run by its own rules."""
    calendar, verdict = choice.fit.service.calendar, choice.fit.verdict
    if calendar is None or (calendar.usual is None and not calendar.stated):
        return False
    return verdict is not None and verdict.answer is not Answer.NO and choice.need is not None


def reasons_of(choice: Choice) -> tuple[Reason, ...]:
    """Whether it would meet the minimums, and when it would be ready, in words."""
    missed = (r for r in service_term_reasons(choice.fit, choice.query) if r.met is False)
    return (*missed, *run_reasons(choice.fit, choice.query))
