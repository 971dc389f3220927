"""Say why: the reasons of a hit in words with numbers. Pages, JSON and terminal say the same. Pure."""

from __future__ import annotations

from datetime import date

from marketplace.places import Precision
from marketplace.places.rules import format_distance
from marketplace.search.decide import ServiceFit, SiteFit
from marketplace.search.order import price_key
from marketplace.search.query import SearchQuery
from marketplace.suppliers.model import ServiceDraft, Verification
from marketplace.suppliers.rules import load_text, rule_text
from marketplace.units.model import Money, format_money
from marketplace.vocabulary import Facet, vocabulary

# A point found by machine lay 0.75 km off in the median and 33 km at the 90th percentile (Open Supply Hub's
# lists geocoded twice); nearer to the edge than this, such a hit may really lie outside.
_LOOSE_M = {Precision.STREET: 500, Precision.POSTCODE: 3000, Precision.TOWN: 10_000}


def why(fit: SiteFit, query: SearchQuery) -> list[str]:
    """What a site meets, most telling first."""
    said = []
    if fit.metres is not None and query.circle:
        said.append(f"{format_distance(fit.metres)} away, within your {format_distance(query.circle.radius_m)}")
    if note := edge_note(fit, query):
        said.append(note)
    said += matched_terms(fit, query)
    if fit.document.is_verified:
        said.append(f"Verified: {Verification(fit.document.verification).label}")
    return said


def matched_terms(fit: SiteFit, query: SearchQuery) -> list[str]:
    """The terms asked for that it has: 'Skill: buttonhole'."""
    said = []
    for facet, asked in query.terms.items():
        if facet in (Facet.KIND, Facet.PROCESS):
            continue
        has = asked & _values(fit, facet, query.job_day)
        labels = [vocabulary().label(facet, value) for value in sorted(has)]
        if labels:
            said.append(f"{facet.value.capitalize()}: {', '.join(labels)}")
    return said


def edge_note(fit: SiteFit, query: SearchQuery) -> str | None:
    """A warning where the point is too rough to be sure that it lies inside."""
    loose_m = _LOOSE_M.get(fit.document.precision)
    if loose_m is None or fit.metres is None or query.circle is None:
        return None
    if fit.metres + loose_m <= query.circle.radius_m:
        return None
    return f"Pin {fit.document.precision.label}: may lie outside the radius"


def service_reasons(fit: ServiceFit, query: SearchQuery) -> list[str]:
    """The verdict's reasons, then the dates."""
    said = list(fit.verdict.reasons) if fit.verdict else []
    if fit.plan and query.run:
        when = f"Starts {_day(fit.plan.starts)}, ready {_day(fit.plan.ready)}"
        if query.by and fit.plan.ready > query.by:
            late = (fit.plan.ready - query.by).days
            when += f": {late} {'day' if late == 1 else 'days'} after your date"
        said.append(when)
    elif query.run and fit.verdict and fit.verdict.converted:
        said.append("No open weeks published: ask for dates")
    return said


def minimum_text(draft: ServiceDraft) -> str:
    """'20 pieces per style, 60 pieces per order (+15 % below)'."""
    said = [
        rule_text(rule) + (f" (+{rule.surcharge_percent} % below)" if rule.surcharge_percent is not None else "")
        for rule in draft.rules
    ]
    said += [load_text(draft)] if draft.load else []
    return ", ".join(said) or "not stated"


def price_text(fit: ServiceFit, query: SearchQuery) -> str | None:
    """'about €640.00 for this run' or 'from €12.50 a piece'."""
    draft = fit.service.draft
    if draft is None or draft.price is None:
        return None
    price = draft.price
    converted = fit.verdict.converted if fit.verdict else None
    if converted and converted.unit is price.per:
        return f"about {format_money(Money(price_key(fit, query)[3], price.currency))} for this run"
    lowest = min((price.unit_minor, *(b.unit_minor for b in price.breaks)))
    return f"from {format_money(Money(lowest, price.currency))} a {price.per.singular}"


def _values(fit: SiteFit, facet: Facet, day: date) -> frozenset[str]:
    if facet is Facet.CERTIFICATION:
        return frozenset(c.scheme for c in fit.document.certificates if c.is_valid_on(day))
    if facet is Facet.LANGUAGE:
        return fit.document.languages
    return fit.best.service.values(facet)


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"
