"""Rows of placements.csv: one row is one placement at a supplier's site."""

from __future__ import annotations

from collections.abc import Iterable

from marketplace.audit.rules import changed
from marketplace.placements import store
from marketplace.placements.model import Placement
from marketplace.suppliers.model import Supplier
from marketplace.transfer.escapes import write_site
from marketplace.transfer.model import Verdict
from marketplace.transfer.other_rows import placement_key, read_placement
from marketplace.transfer.row import Row
from marketplace.transfer.run import MANAGED, Run, find_site, site_keys, with_suppliers
from marketplace.units.wages import minimum_for, wage_problem


def import_placements(run: Run, rows: Iterable[Row]) -> None:
    listed = {placement.public_id: placement for placement in store.list_all(run.session)}
    lines: dict[str, int] = {}
    for supplier, own in with_suppliers(run, rows):
        names = {site.id: write_site(*key) for key, site in site_keys(supplier.sites).items()}
        saved: list[tuple[Row, Placement | None, Placement]] = []
        for row in own:
            site = find_site(supplier, row)
            if site is None:
                run.settle(row, Verdict.REFUSED)
                continue
            key = placement_key(row, supplier.external_id, names[site.id])
            base = listed.get(key)
            placement = read_placement(row, supplier.external_id, names[site.id], site.id, base, run.terms)
            address = site.draft.address
            minimum = minimum_for(run.lowest_wages, address.country, address.region)
            if problem := wage_problem(placement.wage, placement.hours_week, minimum):
                row.refuse("wage_minor", problem)
            if base is not None and base.site_id != site.id:
                row.refuse("external_id", "belongs to a placement at another site: give this one another id")
            if key in lines:
                row.refuse("external_id", f"the same placement as line {lines[key]}: give both an external_id")
            verdict = _verdict(base, placement)
            if verdict is not Verdict.UNCHANGED and run.is_managed(supplier):
                row.refuse("supplier_external_id", MANAGED)
            if row.problems:
                run.settle(row, verdict)
                continue
            lines[key] = row.line
            saved.append((row, base, placement))
        _save(run, supplier, saved)


def _verdict(base: Placement | None, placement: Placement) -> Verdict:
    if base is None:
        return Verdict.CREATED
    return Verdict.UNCHANGED if placement == base else Verdict.UPDATED


def _save(run: Run, supplier: Supplier, saved: list[tuple[Row, Placement | None, Placement]]) -> None:
    for row, base, placement in saved:
        verdict = _verdict(base, placement)
        if run.writing and verdict is not Verdict.UNCHANGED:
            (store.add if base is None else store.update_one)(run.session, placement)
            before, after = changed(base, placement) if base else ({}, {"placement": placement})
            organisation_id = supplier.organisation_id
            run.note(row, "placement.offer", "placement", placement.public_id, organisation_id, before, after)
        run.settle(row, verdict)
