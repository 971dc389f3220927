"""Tables out: what import reads back without a loss. In order of external id, site, process and line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from marketplace.capacity import store as capacity_store
from marketplace.db import Database
from marketplace.placements import store as placements_store
from marketplace.suppliers import store
from marketplace.suppliers.model import Site, Supplier, SupplierId
from marketplace.text import guard
from marketplace.transfer.columns import names_of
from marketplace.transfer.escapes import write_site
from marketplace.transfer.model import Table
from marketplace.transfer.out_rows import (
    capacity_row,
    placement_row,
    service_rows,
    supplier_row,
)
from marketplace.transfer.run import site_keys

_CHUNK = 250
Cells = dict[str, str]


def export_table(database: Database, kind: Table) -> Iterator[list[str]]:
    """The rows of a CSV, the header first; spreadsheets find nothing in them to run.

    Cost: a few hundred suppliers are in memory at a time.
    """
    names = names_of(kind)
    yield names
    with database.reading() as session:
        for cells in _rows(session, kind):
            yield [guard(cells.get(name, "")) for name in names]


def export_objects(database: Database, kind: Table) -> list[Cells]:
    """The same rows as objects with the CSV's columns, for JSON: values as they are."""
    names = names_of(kind)
    with database.reading() as session:
        return [{name: cells.get(name, "") for name in names} for cells in _rows(session, kind)]


def export_geojson(database: Database) -> dict[str, Any]:
    """Every site as a feature (RFC 7946); a site without a place has a null geometry."""
    with database.reading() as session:
        features = [_feature(cells) for cells in _rows(session, Table.SUPPLIERS)]
    return {"type": "FeatureCollection", "features": features}


def _feature(cells: Cells) -> dict[str, Any]:
    geometry = None
    if cells["lat"]:
        geometry = {"type": "Point", "coordinates": [float(cells["lon"]), float(cells["lat"])]}
    properties = {name: value for name, value in cells.items() if name not in ("lat", "lon")}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _rows(session: Session, kind: Table) -> Iterator[Cells]:
    for suppliers in _in_order(session):
        sites = [site for supplier in suppliers for site in supplier.sites]
        match kind:
            case Table.SUPPLIERS:
                yield from _supplier_rows(session, suppliers, sites)
            case Table.SERVICES:
                yield from _service_rows(session, suppliers, sites)
            case Table.CAPACITY:
                yield from _capacity_rows(session, suppliers, sites)
            case Table.PLACEMENTS:
                yield from _placement_rows(session, suppliers, sites)


def _in_order(session: Session) -> Iterator[list[Supplier]]:
    ids = store.list_ids_by_external_id(session)
    keys = sorted(ids)
    for start in range(0, len(keys), _CHUNK):
        chunk = [SupplierId(ids[key]) for key in keys[start : start + _CHUNK]]
        found = {supplier.id: supplier for supplier in store.list_by_ids(session, chunk)}
        yield [found[supplier_id] for supplier_id in chunk]


def _named_sites(supplier: Supplier) -> list[tuple[str, Site]]:
    keys = site_keys(supplier.sites)
    return [(write_site(*key), keys[key]) for key in sorted(keys)]


def _supplier_rows(session: Session, suppliers: list[Supplier], sites: list[Site]) -> Iterator[Cells]:
    closures = capacity_store.list_closures(session, [site.id for site in sites])
    for supplier in suppliers:
        for name, site in _named_sites(supplier):
            yield supplier_row(supplier, site, name, tuple(closures.get(site.id, ())))


def _service_rows(session: Session, suppliers: list[Supplier], sites: list[Site]) -> Iterator[Cells]:
    resources = {r.id: r for r in capacity_store.list_resources(session, sites)}
    uses = capacity_store.list_uses(session, resources)
    for supplier in suppliers:
        for name, site in _named_sites(supplier):
            for service in sorted(supplier.services_at(site.id), key=lambda s: s.draft.process):
                use = uses.get(service.id)
                resource = resources[use.resource_id] if use else None
                yield from service_rows(supplier.external_id, name, service, resource, use)


def _capacity_rows(session: Session, suppliers: list[Supplier], sites: list[Site]) -> Iterator[Cells]:
    """Weeks once per resource, under the first process that draws on it."""
    resources = {r.id: r for r in capacity_store.list_resources(session, sites)}
    uses = capacity_store.list_uses(session, resources)
    for supplier in suppliers:
        for name, site in _named_sites(supplier):
            done = set()
            for service in sorted(supplier.services_at(site.id), key=lambda s: s.draft.process):
                use = uses.get(service.id)
                if use is None or use.resource_id in done:
                    continue
                done.add(use.resource_id)
                calendar = resources[use.resource_id].calendar
                for week, atoms in sorted(calendar.stated.items()):
                    yield capacity_row(supplier.external_id, name, service.draft.process, week, atoms, calendar.unit)


def _placement_rows(session: Session, suppliers: list[Supplier], sites: list[Site]) -> Iterator[Cells]:
    listed = placements_store.list_for_sites(session, [site.id for site in sites])
    for supplier in suppliers:
        for name, site in _named_sites(supplier):
            own = [placement for placement in listed if placement.site_id == site.id]
            for placement in sorted(own, key=lambda p: (p.process, p.starts_on, p.public_id)):
                yield placement_row(supplier.external_id, name, placement)
