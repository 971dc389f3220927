"""All SQL of moving parts of a listing to another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from marketplace.suppliers.model import ServiceId, SiteId, SupplierId
from marketplace.suppliers.tables import CertificateRow, MachineRow, ServiceRow, SiteRow, SupplierTagRow
from marketplace.vocabulary import Facet


def move_sites(session: Session, ids: Iterable[int], to: SupplierId) -> None:
    """With all that stands at them: services, weeks, closures, placements."""
    session.execute(update(SiteRow).where(SiteRow.id.in_(sorted(ids))).values(supplier_id=to))


def move_service(session: Session, service_id: ServiceId, to: SiteId) -> None:
    session.execute(update(ServiceRow).where(ServiceRow.id == service_id).values(site_id=to))


def move_papers(session: Session, origin: SupplierId, to: SupplierId) -> tuple[list[int], list[int]]:
    """All machines and certificates; returns their ids."""
    machines = list(session.scalars(select(MachineRow.id).where(MachineRow.supplier_id == origin)))
    certificates = list(session.scalars(select(CertificateRow.id).where(CertificateRow.supplier_id == origin)))
    move_papers_back(session, machines, certificates, to)
    return machines, certificates


def move_papers_back(session: Session, machines: Sequence[int], certificates: Sequence[int], to: SupplierId) -> None:
    """Those that are still there: an owner who saved the profile since has written them anew."""
    session.execute(update(MachineRow).where(MachineRow.id.in_(machines)).values(supplier_id=to))
    session.execute(update(CertificateRow).where(CertificateRow.id.in_(certificates)).values(supplier_id=to))


def copy_tags(session: Session, origin: SupplierId, to: SupplierId) -> list[list[str]]:
    """Those that the other lacks; returns [facet, value] of each."""
    said = {(row.facet, row.value) for row in _tags(session, to)}
    new = [(row.facet, row.value) for row in _tags(session, origin) if (row.facet, row.value) not in said]
    for facet, value in new:
        session.add(SupplierTagRow(supplier_id=to, facet=facet, value=value))
    session.flush()
    return [[facet.value, value] for facet, value in new]


def remove_tags(session: Session, supplier_id: SupplierId, tags: Iterable[Sequence[str]]) -> None:
    for facet, value in tags:
        session.execute(
            delete(SupplierTagRow).where(
                SupplierTagRow.supplier_id == supplier_id,
                SupplierTagRow.facet == Facet(facet),
                SupplierTagRow.value == value,
            )
        )


def _tags(session: Session, supplier_id: SupplierId) -> list[SupplierTagRow]:
    query = select(SupplierTagRow).where(SupplierTagRow.supplier_id == supplier_id)
    return list(session.scalars(query.order_by(SupplierTagRow.facet, SupplierTagRow.value)))
