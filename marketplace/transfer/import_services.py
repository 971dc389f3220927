"""Rows of services.csv: rows of one supplier, site and process are one service with several minimums."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from marketplace.capacity import store as capacity_store
from marketplace.capacity.model import RATE_ONE, Resource, Use
from marketplace.changes import store as changes
from marketplace.db.ids import new_public_id
from marketplace.suppliers import store
from marketplace.suppliers.model import MinimumRule, Service, Site, Status, Supplier
from marketplace.transfer.columns import names_of
from marketplace.transfer.model import Table, Verdict
from marketplace.transfer.row import Row
from marketplace.transfer.run import MANAGED, Run, find_site, with_suppliers
from marketplace.transfer.service_plan import Firm, Pool, ServicePlan
from marketplace.transfer.service_rows import (
    RULE_COLUMNS,
    ResourceSaid,
    read_resource,
    read_rule,
    read_service,
    read_status,
    stored_rate,
)
from marketplace.vocabulary import Facet, vocabulary

_AGREEING = tuple(
    name for name in names_of(Table.SERVICES) if name not in (*RULE_COLUMNS, "supplier_external_id", "site", "process")
)


def import_services(run: Run, rows: Iterable[Row]) -> None:
    for supplier, own in with_suppliers(run, rows):
        resources = capacity_store.list_resources(run.session, supplier.sites)
        uses = capacity_store.list_uses(run.session, (resource.id for resource in resources))
        firm = Firm(supplier, resources, uses)
        plans = [plan for group in _grouped(run, supplier, own) if (plan := _plan(run, firm, *group))]
        _settle(run, supplier, plans)


def _grouped(run: Run, supplier: Supplier, rows: list[Row]) -> list[tuple[Site, str, list[Row]]]:
    groups: dict[tuple[int, str], tuple[Site, str, list[Row]]] = {}
    for row in rows:
        site = find_site(supplier, row)
        process = row.need("process", lambda text: run.terms.term(Facet.PROCESS, text), "")
        if site is None or process is None:
            run.settle(row, Verdict.REFUSED)
        else:
            groups.setdefault((site.id, process), (site, process, []))[2].append(row)
    return list(groups.values())


def _plan(run: Run, firm: Firm, site: Site, process: str, rows: list[Row]) -> ServicePlan | None:
    """Decide about the rows of one service; None when all are refused."""
    stored = next((s for s in firm.supplier.services_at(site.id) if s.draft.process == process), None)
    plan: ServicePlan | None = None
    for row in rows:
        if plan is None:
            plan = _lead(run, firm, site, process, stored, row)
        else:
            _add_rule(plan, row)
        if row.problems:
            run.settle(row, Verdict.REFUSED)
        elif plan is not None and row not in plan.rows:
            plan.rows.append(row)
    return plan


def _lead(run: Run, firm: Firm, site: Site, process: str, stored: Service | None, row: Row) -> ServicePlan | None:
    """Read everything but the further rules from the first good row of a service."""
    draft = read_service(row, process, stored.draft if stored else None, run.terms)
    status = read_status(row, stored.status if stored else Status.PUBLISHED)
    if draft is None:
        return None
    if not row.has("min_quantity") and stored:
        draft = replace(draft, rules=stored.draft.rules)
    plan = ServicePlan(
        site,
        stored,
        draft,
        status,
        [row],
        [row.line] * len(draft.rules),
        use=firm.uses.get(stored.id) if stored else None,
    )
    _choose_pool(run, firm, plan, row)
    return None if row.problems else plan


def _add_rule(plan: ServicePlan, row: Row) -> None:
    leader = plan.rows[0]
    for column in _AGREEING:
        if row.text(column) and row.text(column) != leader.text(column):
            row.refuse(column, f"differs from line {leader.line}, which is about the same service")
    rule = read_rule(row, plan.draft.unit, vocabulary().processes[plan.draft.process].units)
    if rule is None:
        row.refuse("min_quantity", f"the same service as line {leader.line}, and no further minimum")
        return
    for at, other in enumerate(plan.draft.rules):
        if (other.basis, other.quantity.unit) == (rule.basis, rule.quantity.unit):
            row.refuse("basis", f"the minimum {rule.basis.label} is stated in line {plan.rule_lines[at]} already")
            return
    if not row.problems:
        rules: tuple[MinimumRule, ...] = (*plan.draft.rules, rule)
        plan.draft = replace(plan.draft, rules=rules)
        plan.rule_lines.append(row.line)


def _choose_pool(run: Run, firm: Firm, plan: ServicePlan, row: Row) -> None:
    """Find or make up the resource a service draws on, and note what the row says of its usual week."""
    site, draft = plan.site, plan.draft
    current = next((r for r in firm.resources if plan.use and r.id == plan.use.resource_id), None)
    plan.drew_on = current.name if current else ""
    name = row.text("resource") or (current.name if current else draft.process)
    pool = firm.pool(site, name)
    said = read_resource(row, draft.unit, pool.unit if pool else None)
    if row.problems or not _says_something(said, current):
        return
    if pool is None:
        pool = Pool(name, said.unit or draft.unit, None)
    if said.unit and said.unit is not pool.unit:
        row.refuse("resource_unit", f"the resource “{name[:60]}” counts {pool.unit}, not {said.unit}")
    plan.rate = _rate(row, said, plan, pool)
    if said.usual is not None and pool.usual_line and said.usual.atoms != pool.usual:
        message = f"differs from line {pool.usual_line}, which is about the same resource “{name[:60]}”"
        row.refuse("weekly_capacity", message)
    if said.confirmed_at and said.confirmed_at > run.now:
        row.refuse("usual_confirmed", "lies in the future")
    if row.problems:
        return
    if said.usual is not None:
        pool.usual, pool.usual_line, pool.is_stated = said.usual.atoms, row.line, True
    elif said.usual_stated and not pool.usual_line:
        pool.usual, pool.is_stated = None, True
    pool.confirmed_at = said.confirmed_at or pool.confirmed_at
    plan.pool = firm.pools[site.id, name] = pool


def _says_something(said: ResourceSaid, current: Resource | None) -> bool:
    return current is not None or bool(said.name or said.unit or said.usual is not None or said.rate is not None)


def _rate(row: Row, said: ResourceSaid, plan: ServicePlan, pool: Pool) -> int:
    if said.rate is not None:
        try:
            return stored_rate(said.rate, plan.draft.unit, pool.unit)
        except ValueError as error:
            row.refuse("rate", str(error))
            return RATE_ONE
    if plan.use is not None and pool.stored is not None and plan.use.resource_id == pool.stored.id:
        return plan.use.rate
    if plan.draft.unit is not pool.unit:
        row.refuse("rate", f"is missing: how many {pool.unit.label} is one {plan.draft.unit.singular}?")
    return RATE_ONE


def _settle(run: Run, supplier: Supplier, plans: list[ServicePlan]) -> None:
    verdicts = [plan.verdict for plan in plans]  # all before the first is saved
    changed = [plan for plan, verdict in zip(plans, verdicts, strict=True) if verdict is not Verdict.UNCHANGED]
    if run.is_managed(supplier):
        for plan in changed:
            for row in plan.rows:
                row.refuse("supplier_external_id", MANAGED)
    elif changed and run.writing:
        for plan in changed:
            _save(run, supplier, plan)
        changes.record(run.session, supplier.id)
    for plan, verdict in zip(plans, verdicts, strict=True):
        for row in plan.rows:
            run.settle(row, verdict)


def _save(run: Run, supplier: Supplier, plan: ServicePlan) -> None:
    session = run.session
    public_id = plan.stored.public_id if plan.stored else new_public_id()
    (was, becomes), (weeks_before, weeks_after) = plan.listed_changes(), plan.weeks_changes()
    before, after = was | weeks_before, becomes | weeks_after
    if after:
        action = "supplier.edit" if becomes else "capacity.publish"
        run.note(plan.rows[0], action, "service", public_id, supplier.organisation_id, before, after)
    if plan.stored is None:
        service_id = store.add_service(session, plan.site.id, public_id, plan.draft)
    else:
        service_id = plan.stored.id
        if plan.draft != plan.stored.draft:
            store.update_service(session, service_id, plan.draft)
    if plan.status is not (plan.stored.status if plan.stored else Status.PUBLISHED):
        store.set_service_status(session, service_id, plan.status)
    pool = plan.pool
    if pool is None:
        return
    if pool.stored is None:
        resource_id = capacity_store.add_resource(session, plan.site.id, new_public_id(), pool.name, pool.unit)
    else:
        resource_id = pool.stored.id
    if plan.moves:
        capacity_store.put_use(session, Use(service_id, resource_id, plan.rate))
    if pool.changes:
        usual = pool.usual if pool.is_stated or pool.stored is None else pool.stored.calendar.usual
        capacity_store.set_usual(session, resource_id, usual, pool.confirmed_at or run.now)
        session.flush()
        # What the next service of this resource finds.
        pool.stored = capacity_store.get_resource(session, plan.site, resource_id)
