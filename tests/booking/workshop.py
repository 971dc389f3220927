"""A sewing room with one service and its weeks, and studios that want them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import OrganisationKind
from marketplace.booking import holds
from marketplace.booking.model import Held, Side
from marketplace.capacity import store as capacity
from marketplace.capacity.model import ResourceId, Use
from marketplace.db import Database
from marketplace.db.ids import new_public_id
from marketplace.places import Point
from marketplace.places.model import Precision
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.actions import add_supplier
from marketplace.suppliers.model import (
    Address,
    LeadDays,
    MinimumRule,
    ProfileDraft,
    ServiceDraft,
    ServiceId,
    SiteDraft,
    SupplierId,
)
from marketplace.suppliers.rules import Run
from marketplace.units import Quantity, Unit, Week
from marketplace.vocabulary.model import Basis

TODAY = date(2027, 3, 1)  # a Monday
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
FIRST = Week(TODAY)
LATER = NOW + timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Workshop:
    """Ids of a supplier, its only service and the resource it draws on; and of some studios."""

    supplier_id: SupplierId
    service_id: ServiceId
    resource_id: ResourceId
    studios: tuple[int, ...]

    def hold(
        self,
        session: Session,
        pieces: int,
        *,
        studio: int = 0,
        made_by: Side = Side.STUDIO,
        arrival: date = TODAY,
        by: date | None = None,
        only: Week | None = None,
        expires_at: datetime = LATER,
        now: datetime = NOW,
    ) -> Held:
        supplier = suppliers.get(session, self.supplier_id)
        service = next(s for s in supplier.services if s.id == self.service_id)
        return holds.hold(
            session,
            supplier=supplier,
            service=service,
            studio_id=self.studios[studio],
            run=Run(Quantity(pieces, Unit.PIECE)),
            arrival=arrival,
            made_by=made_by,
            expires_at=expires_at,
            now=now,
            by=by,
            only=only,
        )

    def reserved(self, database: Database) -> dict[Week, int]:
        with database.reading() as session:
            return capacity.list_taken(session, [self.resource_id]).get(self.resource_id, {})


def open_workshop(
    database: Database, usual: int | None = 20, stated: Mapping[Week, int] | None = None, studios: int = 2
) -> Workshop:
    """A room that sews `usual` pieces a week, from 5 an order on, lead two days."""
    profile = ProfileDraft(name="Sartoria Rosa", kind="sewing_room")
    point = Point.of(43.88, 11.1)
    site = SiteDraft(Address(locality="Prato", country="IT"), point=point, precision=Precision.CONFIRMED)
    draft = ServiceDraft(
        "sew", Unit.PIECE, (MinimumRule(Quantity(5, Unit.PIECE), Basis.ORDER),), leads=LeadDays(first=2)
    )
    with database.writing() as session:
        organisation = accounts.add_organisation(session, OrganisationKind.SUPPLIER, new_public_id(), NOW)
        supplier_id = add_supplier(session, organisation, profile, site, NOW, external_id=new_public_id())
        site_id = suppliers.get(session, supplier_id).sites[0].id
        service_id = suppliers.add_service(session, site_id, new_public_id(), draft)
        resource_id = capacity.add_resource(session, site_id, new_public_id(), "sew", Unit.PIECE)
        capacity.put_use(session, Use(service_id, resource_id))
        capacity.set_usual(session, resource_id, usual, NOW)
        capacity.set_weeks(session, resource_id, stated or {}, NOW)
        made = tuple(
            accounts.add_organisation(session, OrganisationKind.STUDIO, new_public_id(), NOW) for _ in range(studios)
        )
    return Workshop(supplier_id, service_id, resource_id, made)
