"""Rows of capacity.csv: one row states one week of the resource that a service draws on."""

from __future__ import annotations

from collections.abc import Iterable

from marketplace.capacity import promises, store
from marketplace.capacity.model import Resource, ResourceId, Use
from marketplace.changes import store as changes
from marketplace.errors import Conflict
from marketplace.suppliers.model import Service, Supplier
from marketplace.transfer.model import Verdict
from marketplace.transfer.other_rows import read_open, read_week
from marketplace.transfer.row import Row
from marketplace.transfer.run import MANAGED, Run, find_site, with_suppliers
from marketplace.units import Week
from marketplace.vocabulary import Facet

_Pool = tuple[str, int]  # ("resource", id), or ("service", id) of one that has none yet


def import_capacity(run: Run, rows: Iterable[Row]) -> None:
    for supplier, own in with_suppliers(run, rows):
        resources = {r.id: r for r in store.list_resources(run.session, supplier.sites)}
        used = {
            service_id: resources[use.resource_id]
            for service_id, use in store.list_uses(run.session, resources).items()
        }
        stated: dict[_Pool, dict[Week, tuple[Row, int]]] = {}
        services: dict[_Pool, Service] = {}
        settled: list[tuple[Row, Verdict]] = []
        for row in own:
            service = _find_service(run, supplier, row)
            if service is None:
                run.settle(row, Verdict.REFUSED)
                continue
            resource = used.get(service.id)
            pool = ("resource", resource.id) if resource else ("service", service.id)
            services.setdefault(pool, service)
            settled.append((row, _judge(row, service, resource, stated.setdefault(pool, {}), services[pool])))
        _settle(run, supplier, resources, stated, services, settled)


def _find_service(run: Run, supplier: Supplier, row: Row) -> Service | None:
    site = find_site(supplier, row)
    process = row.need("process", lambda text: run.terms.term(Facet.PROCESS, text), "")
    if site is None or process is None:
        return None
    found = next((s for s in supplier.services_at(site.id) if s.draft.process == process), None)
    if found is None:
        row.refuse("process", f"{supplier.profile.name} does not list {process} there: import its services first")
    return found


def _judge(
    row: Row, service: Service, resource: Resource | None, weeks: dict[Week, tuple[Row, int]], first: Service
) -> Verdict:
    week = read_week(row)
    atoms = read_open(row, resource.calendar.unit if resource else service.draft.unit)
    if row.problems or week is None or atoms is None:
        return Verdict.REFUSED
    stands = resource.calendar.stated.get(week) if resource else None
    if week in weeks:
        other, said = weeks[week]
        if said == atoms and service.id != first.id:
            return Verdict.UNCHANGED  # another service of the same resource says the same
        row.refuse("week_start", f"line {other.line} states the same week of the same resource")
        return Verdict.REFUSED
    weeks[week] = row, atoms
    if stands is None:
        return Verdict.CREATED
    return Verdict.UNCHANGED if stands == atoms else Verdict.UPDATED


def _settle(
    run: Run,
    supplier: Supplier,
    resources: dict[ResourceId, Resource],
    stated: dict[_Pool, dict[Week, tuple[Row, int]]],
    services: dict[_Pool, Service],
    settled: list[tuple[Row, Verdict]],
) -> None:
    changed = {id(row) for row, verdict in settled if verdict in (Verdict.CREATED, Verdict.UPDATED)}
    if changed and run.is_managed(supplier):
        for row, _ in settled:
            if id(row) in changed:
                row.refuse("supplier_external_id", MANAGED)
    elif changed and run.writing:
        for pool, weeks in stated.items():
            rows = {week: row for week, (row, _) in weeks.items() if id(row) in changed}
            if rows:
                saved = {week: weeks[week][1] for week in rows}
                service = services[pool]
                resource_id = _resource_of(run, supplier, service)
                try:
                    with run.session.begin_nested():
                        store.set_weeks(run.session, resource_id, saved, run.now)
                        promises.keep(run.session, supplier.sites, run.now.date())
                except Conflict as refusal:
                    for row, _ in weeks.values():
                        row.refuse("open_quantity", refusal.detail)
                else:
                    stood = resources[resource_id].calendar.stated if resource_id in resources else {}
                    before = {week.monday.isoformat(): stood.get(week) for week in saved}
                    after = {week.monday.isoformat(): atoms for week, atoms in saved.items()}
                    row = next(iter(rows.values()))
                    of = supplier.organisation_id
                    run.note(row, "capacity.publish", "service", service.public_id, of, before, after)
        changes.record(run.session, supplier.id, weeks_only=True)
    for row, verdict in settled:
        run.settle(row, verdict)


def _resource_of(run: Run, supplier: Supplier, service: Service) -> ResourceId:
    """The service's resource; one that bears the name of its process and is idle, before a new one is made."""
    if not store.list_uses(run.session, [r.id for r in _resources(run, supplier)]).get(service.id):
        for resource in _resources(run, supplier):
            same = resource.site_id == service.site_id and resource.name == service.draft.process
            if same and resource.calendar.unit is service.draft.unit:
                store.put_use(run.session, Use(service.id, resource.id))
    return store.ensure_resource(run.session, service)


def _resources(run: Run, supplier: Supplier) -> list[Resource]:
    return store.list_resources(run.session, supplier.sites)
