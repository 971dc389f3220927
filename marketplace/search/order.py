"""The order of results: exact keys with ties broken by distance, then name, then id. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from marketplace.capacity.model import STALE_DAYS
from marketplace.search.decide import ServiceFit, SiteFit
from marketplace.search.query import SearchQuery, Sort
from marketplace.suppliers.rules import Answer, total_minor, unit_price_minor
from marketplace.units import Quantity

_FAR = 10**9


def sort_key(query: SearchQuery, scores: Mapping[int, float]) -> Callable[[SiteFit], tuple[Any, ...]]:
    """The key of a sort. What a sort needs and a site has not stated puts it last."""
    match query.order:
        case Sort.DISTANCE:
            return tie
        case Sort.FINISH:
            return lambda fit: (fit.best.plan.ready if fit.best.plan else date.max, *tie(fit))
        case Sort.LEAD_TIME:
            return lambda fit: (_lead_days(fit.best), *tie(fit))
        case Sort.PRICE:
            return lambda fit: (*price_key(fit.best, query), *tie(fit))
        case Sort.RELEVANCE:
            return lambda fit: (
                -scores.get(fit.document.site_id, 0.0),
                _surcharged(fit.best),
                not fit.document.is_verified,
                _is_stale(fit.best, query),
                *tie(fit),
            )


def tie(fit: SiteFit) -> tuple[int, str, str, str]:
    """The order of what is equal otherwise: nearer first, then by name."""
    metres = fit.metres if fit.metres is not None else _FAR
    return metres, fit.document.name.casefold(), fit.document.external_id, fit.document.site_public_id


def _is_stale(fit: ServiceFit, query: SearchQuery) -> bool:
    confirmed = fit.service.calendar.confirmed_at if fit.service.calendar else None
    return is_stale_on(query.today, confirmed.date() if confirmed else None)


def is_stale_on(today: date, confirmed: date | None) -> bool:
    """Weeks that nobody has confirmed for 14 days stand after confirmed ones."""
    return confirmed is None or (today - confirmed).days > STALE_DAYS


def _surcharged(fit: ServiceFit) -> bool:
    return fit.verdict is not None and fit.verdict.answer is Answer.SURCHARGE


def _lead_days(fit: ServiceFit) -> int:
    draft = fit.service.draft
    return draft.leads.first if draft and draft.leads.first is not None else _FAR


def price_key(fit: ServiceFit, query: SearchQuery) -> tuple[int, str, str, int]:
    """Amounts in one currency and for one unit compare; others stand in groups, by currency and unit.

    No rate is applied: a price turned into another currency would be stale and look exact.
    """
    price = fit.service.draft.price if fit.service.draft else None
    if price is None:
        return 1, "", "", 0
    quantity = fit.verdict.converted if fit.verdict and fit.verdict.converted else None
    if quantity is None or quantity.unit is not price.per:
        return 0, price.currency, price.per.value, unit_price_minor(price, Quantity(price.per.atoms, price.per))
    percent = fit.verdict.surcharge_percent if fit.verdict else 0
    return 0, price.currency, price.per.value, total_minor(price, quantity, percent) or 0
