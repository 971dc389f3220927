"""How a firm's services are called where several stand side by side. Pure."""

from __future__ import annotations

from collections import Counter

from marketplace.suppliers.model import ServiceId, Supplier
from marketplace.vocabulary import Facet, vocabulary


def work_labels(supplier: Supplier) -> dict[ServiceId, str]:
    """Service -> its work, with its place where the same work is done at two: 'Sewing and assembly, Como'."""
    places = {site.id: site.draft.name or site.draft.address.locality for site in supplier.sites}
    plain = {service.id: vocabulary().label(Facet.PROCESS, service.draft.process) for service in supplier.services}
    count = Counter(plain.values())
    return {
        service.id: f"{plain[service.id]}, {places[service.site_id]}"
        if count[plain[service.id]] > 1 and places[service.site_id]
        else plain[service.id]
        for service in supplier.services
    }
