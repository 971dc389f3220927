"""The documents of suppliers of whom weeks alone have changed: made of the present ones. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from marketplace.capacity.model import RATE_ONE, Calendar, Resource, Use
from marketplace.search.document import ServiceDocument, SiteDocument
from marketplace.suppliers.model import ServiceId, Workplace

_Weeks = Mapping[str, tuple[Calendar, int]]  # public id of a service -> its calendar and rate


def restated(
    present: Iterable[SiteDocument],
    places: Sequence[Workplace],
    resources: Iterable[Resource],
    uses: Mapping[ServiceId, Use],
) -> dict[int, list[SiteDocument]]:
    """The documents of each supplier, with its weeks as they are now.

    Left out is who has a site without a present document: nobody knows here what else of it there is.
    """
    calendars = {resource.id: resource.calendar for resource in resources}
    documents = {document.site_id: document for document in present}
    found: dict[int, list[SiteDocument]] = {}
    incomplete = set()
    for place in places:
        document = documents.get(place.site_id)
        if document is None:
            incomplete.add(place.supplier_id)
            continue
        weeks = {
            public_id: (calendars[use.resource_id], use.rate)
            for service_id, public_id in place.services.items()
            if (use := uses.get(service_id))
        }
        found.setdefault(place.supplier_id, []).append(_with_weeks(document, weeks))
    return {supplier_id: made for supplier_id, made in found.items() if supplier_id not in incomplete}


def _with_weeks(document: SiteDocument, weeks: _Weeks) -> SiteDocument:
    services = []
    for service in document.services:
        calendar, rate = weeks.get(service.public_id, _NO_WEEKS)
        services.append(ServiceDocument(service.public_id, service.draft, service.tags, calendar, rate))
    return replace(document, services=tuple(services))


_NO_WEEKS: tuple[Calendar | None, int] = (None, RATE_ONE)
