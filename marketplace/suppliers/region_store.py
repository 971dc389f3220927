"""All SQL that counts suppliers by country and region."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from marketplace.suppliers.model import Status
from marketplace.suppliers.tables import ServiceRow, ServiceTagRow, SiteRow, SupplierRow, SupplierTagRow
from marketplace.vocabulary import Facet


def list_skill_holders(session: Session, country: str, region: str) -> set[tuple[str, bool, int]]:
    """(skill or trade, whether it is a trade, supplier) of whoever is published in a country, or a region of it."""
    here = _published_in(country, region)
    of_firm = (
        select(SupplierTagRow.value, SupplierRow.id)
        .join(SupplierRow, SupplierRow.id == SupplierTagRow.supplier_id)
        .join(SiteRow, SiteRow.supplier_id == SupplierRow.id)
        .where(SupplierTagRow.facet == Facet.SKILL, *here)
    )
    trades = (
        select(ServiceRow.process, SupplierRow.id)
        .join(SiteRow, SiteRow.id == ServiceRow.site_id)
        .join(SupplierRow, SupplierRow.id == SiteRow.supplier_id)
        .where(ServiceRow.status == Status.PUBLISHED, *here)
    )
    of_services = (
        select(ServiceTagRow.value, SupplierRow.id)
        .join(ServiceRow, ServiceRow.id == ServiceTagRow.service_id)
        .join(SiteRow, SiteRow.id == ServiceRow.site_id)
        .join(SupplierRow, SupplierRow.id == SiteRow.supplier_id)
        .where(ServiceTagRow.facet == Facet.SKILL, ServiceRow.status == Status.PUBLISHED, *here)
    )
    found = {(row[0], False, row[1]) for query in (of_firm, of_services) for row in session.execute(query.distinct())}
    return found | {(row[0], True, row[1]) for row in session.execute(trades.distinct())}


def sites_in(session: Session, country: str, region: str) -> dict[int, int]:
    """Site -> supplier, of who is published there."""
    query = select(SiteRow.id, SupplierRow.id).join(SupplierRow, SupplierRow.id == SiteRow.supplier_id)
    return {row[0]: row[1] for row in session.execute(query.where(*_published_in(country, region)))}


def list_regions(session: Session) -> list[tuple[str, str, int]]:
    """(country, region, published suppliers), by country and name; a region may be unnamed."""
    query = (
        select(SiteRow.country, SiteRow.region, func.count(SupplierRow.id.distinct()))
        .join(SupplierRow, SupplierRow.id == SiteRow.supplier_id)
        .where(SupplierRow.status == Status.PUBLISHED, SiteRow.country != "")
        .group_by(SiteRow.country, SiteRow.region)
    )
    return sorted((row[0], row[1], row[2]) for row in session.execute(query))


def _published_in(country: str, region: str) -> tuple[ColumnElement[bool], ...]:
    here = (SupplierRow.status == Status.PUBLISHED, SiteRow.country == country)
    return (*here, SiteRow.region == region) if region else here
