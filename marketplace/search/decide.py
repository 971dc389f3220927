"""Does this site fit this query, which limits does it miss, and why. Pure; every engine's last word.

An engine may narrow as it likes: what is shown was decided here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from marketplace.capacity.model import HORIZON_WEEKS, Plan
from marketplace.capacity.rules import open_between, plan, resource_need
from marketplace.places.rules import distance_m, within_m
from marketplace.search.document import ServiceDocument, SiteDocument
from marketplace.search.query import SearchQuery
from marketplace.suppliers.rules import Answer, Run, Verdict, judge
from marketplace.units import Quantity
from marketplace.vocabulary import Facet


class Limit(StrEnum):
    """A part of a query that a site can miss."""

    __hash__ = str.__hash__  # the one of Enum is written in Python: five times slower, at every look-up

    RADIUS = "radius_km"
    VERIFIED = "verified"
    TEACHING = "teaching"
    KIND = "kind"
    PROCESS = "process"
    SKILL = "skill"
    MATERIAL = "material"
    PRODUCT = "product"
    CERTIFICATION = "certification"
    LANGUAGE = "language"
    QUANTITY = "quantity"
    BY = "by"


SITE_FACETS = (Facet.KIND, Facet.CERTIFICATION, Facet.LANGUAGE)
SERVICE_FACETS = (Facet.PROCESS, Facet.SKILL, Facet.MATERIAL, Facet.PRODUCT)
LIMITS = {facet: Limit(facet.value) for facet in (*SITE_FACETS, *SERVICE_FACETS)}


@dataclass(frozen=True, slots=True)
class ServiceFit:
    """How one service meets a query. `verdict` without a run and `plan` without open weeks are None."""

    service: ServiceDocument
    misses: frozenset[Limit]
    verdict: Verdict | None
    plan: Plan | None


@dataclass(frozen=True, slots=True)
class SiteFit:
    """How a site meets a query; its services best first. `metres` is None without a circle or a point."""

    document: SiteDocument
    misses: frozenset[Limit]  # of the site itself, whichever service
    metres: int | None
    services: tuple[ServiceFit, ...]

    @property
    def best(self) -> ServiceFit:
        return self.services[0]

    @property
    def fits(self) -> bool:
        return not self.misses and not self.best.misses

    @property
    def all_misses(self) -> frozenset[Limit]:
        """What the best service misses, the site's own misses included."""
        return self.misses | self.best.misses


def values_of(document: SiteDocument, facet: Facet, day: date) -> frozenset[str]:
    """The site's own terms of a facet; a certificate that is not valid on the day does not count."""
    match facet:
        case Facet.KIND:
            return frozenset((document.kind,)) if document.kind else frozenset()
        case Facet.LANGUAGE:
            return document.languages
        case Facet.CERTIFICATION:
            return frozenset(c.scheme for c in document.certificates if c.is_valid_on(day))
        case _:
            return frozenset()


def decide_site(
    document: SiteDocument, query: SearchQuery, metres: int | None = None
) -> tuple[frozenset[Limit], int | None]:
    """What the site itself misses, and its distance in metres where it lies in the circle.

    `metres`: its distance where that is known already; it must be what distance_m says.
    """
    misses: set[Limit] = set()
    if query.terms:
        for facet in SITE_FACETS:
            asked = query.terms.get(facet)
            if asked and not asked & values_of(document, facet, query.job_day):
                misses.add(LIMITS[facet])
    if query.verified and not document.is_verified:
        misses.add(Limit.VERIFIED)
    if query.teaching and not document.is_teaching(query.today):
        misses.add(Limit.TEACHING)
    if query.circle:
        if metres is None:
            metres = within_m(query.circle, document.point) if document.point else None
        if metres is None or metres > query.circle.radius_m:
            misses.add(Limit.RADIUS)
    return frozenset(misses), metres


def decide(document: SiteDocument, query: SearchQuery, metres: int | None = None) -> SiteFit:
    """Judge the site and each of its services; `metres` as for decide_site."""
    misses, metres = decide_site(document, query, metres)
    if metres is None and query.circle and document.point:
        metres = distance_m(query.circle.centre, document.point)
    fits = [decide_service(service, query) for service in document.services]
    if len(fits) > 1:
        fits.sort(key=_best_first)
    return SiteFit(document, misses, metres, tuple(fits))


def decide_service(service: ServiceDocument, query: SearchQuery) -> ServiceFit:
    """Judge one service: its terms, the run against its rules, and when it would be ready."""
    misses: set[Limit] = set()
    if query.terms:
        for facet in SERVICE_FACETS:
            asked = query.terms.get(facet)
            if asked and not asked & service.values(facet):
                misses.add(LIMITS[facet])
    verdict: Verdict | None = None
    planned: Plan | None = None
    if query.run:
        verdict, planned = _judge_run(service, query, query.run)
        if verdict is None or verdict.answer is Answer.NO:
            misses.add(Limit.QUANTITY)
        if query.has_window and (planned is None or (query.by and planned.ready > query.by)):
            misses.add(Limit.BY)
    elif query.has_window and not open_in_window(service, query):
        misses.add(Limit.BY)
    return ServiceFit(service, frozenset(misses), verdict, planned)


def plan_run(service: ServiceDocument, run: Run, arrival: date) -> Plan | None:
    """When the run would be made; None when it can't be counted or no published weeks take it."""
    if service.draft is None:
        return None
    need = _need(service, run, judge(service.draft, run))
    if need is None or service.calendar is None:
        return None
    return plan(service.calendar, need, arrival, service.draft.leads.first)


def open_in_window(service: ServiceDocument, query: SearchQuery) -> Quantity | None:
    """What is open between the query's dates; None when nothing is published or nothing is open."""
    if service.calendar is None:
        return None
    last = query.by or query.arrival + timedelta(weeks=12)
    last = min(last, query.arrival + timedelta(weeks=HORIZON_WEEKS))
    atoms = open_between(service.calendar, query.arrival, last)
    return Quantity(atoms, service.calendar.unit) if atoms else None


def _judge_run(service: ServiceDocument, query: SearchQuery, run: Run) -> tuple[Verdict | None, Plan | None]:
    if service.draft is None:
        return None, None
    verdict = judge(service.draft, run)
    need = _need(service, run, verdict)
    if need is None or service.calendar is None:
        return verdict, None
    return verdict, plan(service.calendar, need, query.arrival, service.draft.leads.first)


def _need(service: ServiceDocument, run: Run, verdict: Verdict) -> int | None:
    """What the run takes of the service's resource, in atoms of its unit."""
    if service.draft is None or service.calendar is None:
        return None
    return resource_need(service.draft, run, verdict, service.rate, service.calendar.unit)


_ANSWER_RANK = {Answer.YES: 0, Answer.SURCHARGE: 1, Answer.NO: 2}


def _best_first(fit: ServiceFit) -> tuple[int, int, date, str]:
    answer = _ANSWER_RANK[fit.verdict.answer] if fit.verdict else 3
    return len(fit.misses), answer, fit.plan.ready if fit.plan else date.max, fit.service.public_id


def facet_values(fit: SiteFit, facet: Facet, day: date) -> Iterable[str]:
    """Terms of a facet that this site adds to the counts: those of services that miss nothing else."""
    limit = LIMITS[facet]
    if not fit.misses <= {limit}:
        return ()
    if facet in SITE_FACETS:
        return values_of(fit.document, facet, day) if not fit.best.misses else ()
    return {value for s in fit.services if s.misses <= {limit} for value in s.service.values(facet)}
