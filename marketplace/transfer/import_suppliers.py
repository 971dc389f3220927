"""Rows of suppliers.csv: one row is one site, rows of one external id are one firm."""

from __future__ import annotations

from collections.abc import Iterable

from marketplace.capacity import store as capacity_store
from marketplace.capacity.model import Closure
from marketplace.moderation.merging import store as merging
from marketplace.places import Point
from marketplace.suppliers import store
from marketplace.suppliers.duplicates import Listed, Listing
from marketplace.suppliers.model import Site, SiteId, Supplier
from marketplace.text import clean_line
from marketplace.transfer.escapes import read_site as read_site_key
from marketplace.transfer.model import Duplicate, Verdict
from marketplace.transfer.row import Row, identifier
from marketplace.transfer.run import MANAGED, Run, chunks, site_keys
from marketplace.transfer.save_supplier import SitePlan, SupplierPlan, save
from marketplace.transfer.supplier_rows import (
    PROFILE_COLUMNS,
    SiteSaid,
    Standing,
    derived_id,
    read_profile,
    read_site,
    read_standing,
)

SiteKey = tuple[str, int] | None


def import_suppliers(run: Run, rows: Iterable[Row]) -> None:
    groups = _grouped(run, rows)
    ids = store.list_ids_by_external_id(run.session)
    listing = Listing() if run.writing else _listing(run)
    new = [key for key in groups if key not in ids]
    merged = merging.merged_ids(run.session)
    for key in [key for key in groups if ids.get(key) in merged]:
        for row in groups.pop(key).values():  # matched; the listing it was merged into says what holds
            run.settle(row, Verdict.UNCHANGED)
    for chunk in chunks([ids[key] for key in groups if key in ids]):
        run.session.flush()
        found = store.list_by_ids(run.session, chunk)
        closures = capacity_store.list_closures(run.session, (site.id for s in found for site in s.sites))
        for supplier in found:
            _settle(run, _plan(run, supplier.external_id, supplier, groups[supplier.external_id], closures), listing)
    for external_id in new:
        _settle(run, _plan(run, external_id, None, groups[external_id], {}), listing)


def _grouped(run: Run, rows: Iterable[Row]) -> dict[str, dict[SiteKey, Row]]:
    """Rows by external id and site; a second row for one site is refused, naming the first."""
    groups: dict[str, dict[SiteKey, Row]] = {}
    for row in rows:
        given = row.read("external_id", identifier, blank="", absent="")
        key = given or derived_id(row, run.terms)
        site: SiteKey = None
        if row.has("site"):
            name, ordinal = read_site_key(row.text("site"))
            site = (row.read("site", lambda _, name=name: clean_line(name), blank="", absent=""), ordinal)  # type: ignore[misc]
        sites = groups.setdefault(key, {})
        first = sites.get(site)
        if first is None:
            sites[site] = row
        elif given:
            hint = "give each site its name in the column site" if site is None else "each site stands in one row"
            run.refuse(row, "external_id", f"the same supplier and site as line {first.line}: {hint}")
        else:
            message = (
                f"same name, address and country as line {first.line}: give both an external_id if they are two sites"
            )
            run.refuse(row, "name", message)
    return groups


def _plan(
    run: Run,
    external_id: str,
    stored: Supplier | None,
    rows: dict[SiteKey, Row],
    closures: dict[SiteId, list[Closure]],
) -> SupplierPlan | None:
    """Decide about the rows of one firm; None when all are refused."""
    known = site_keys(stored.sites) if stored else {}
    stands = Standing(stored.status, stored.verification, stored.verified_at) if stored else Standing()
    counts: dict[str, int] = {}
    for name, _ in known:
        counts[name] = counts.get(name, 0) + 1
    leader: Row | None = None
    profile, standing = stored.profile if stored else None, stands
    read: list[tuple[Row, Site | None, SiteSaid]] = []
    for key, row in rows.items():
        site, name = _stored_site(row, key, known, counts)
        said = read_site(row, name, site.draft if site else None, run.terms, run.locator)
        own = read_profile(row, stored.profile if stored else None, run.terms), read_standing(row, stands)
        if leader is not None:
            _check_agreement(row, leader)
        if row.problems:
            run.settle(row, Verdict.REFUSED)
            continue
        if leader is None:
            leader, (profile, standing) = row, own
        if site is None:
            counts[name] = counts.get(name, 0) + 1
        read.append((row, site, said))
    if leader is None or profile is None:
        return None
    firm_changes = stored is None or profile != stored.profile or standing != stands
    return SupplierPlan(
        external_id,
        stored,
        profile if stored is None or profile != stored.profile else None,
        standing if standing != stands else None,
        tuple(_judged(row, site, said, firm_changes, closures) for row, site, said in read),
    )


def _judged(
    row: Row, site: Site | None, said: SiteSaid, firm_changes: bool, closures: dict[SiteId, list[Closure]]
) -> SitePlan:
    if site is None:
        return SitePlan(row, site, said, Verdict.CREATED)
    shut = closures.get(site.id, [])
    changed = firm_changes or said.draft != site.draft or (said.closures is not None and list(said.closures) != shut)
    return SitePlan(row, site, said, Verdict.UPDATED if changed else Verdict.UNCHANGED, shut)


def _stored_site(
    row: Row, key: SiteKey, known: dict[tuple[str, int], Site], counts: dict[str, int]
) -> tuple[Site | None, str]:
    """The listed site of a row, or None for a new one, and the site's name."""
    if key is None:  # the file knows no sites
        if len(known) == 1:
            site = next(iter(known.values()))
            return site, site.draft.name
        key = ("", 1)
        if known and key not in known:
            names = ", ".join(f"“{name}”" for name, _ in known)
            row.refuse("site", f"say which site: {names[:300]}")
    elif key not in known and key[1] > counts.get(key[0], 0) + 1:
        row.refuse("site", f"there is no site “{key[0]}” number {key[1] - 1} before this one")
    return known.get(key), key[0]


def _check_agreement(row: Row, leader: Row) -> None:
    for column in PROFILE_COLUMNS:
        if row.text(column) and row.text(column) != leader.text(column):
            row.refuse(column, f"differs from line {leader.line}, which is about the same supplier")


def _settle(run: Run, plan: SupplierPlan | None, listing: Listing) -> None:
    if plan is None:
        return
    if plan.stored and plan.changes and run.is_managed(plan.stored):
        for site in plan.sites:
            if site.verdict is not Verdict.UNCHANGED:
                site.row.refuse("external_id" if site.row.has("external_id") else "name", MANAGED)
            run.settle(site.row, site.verdict)
        return
    if plan.stored is None and not run.writing:
        _point_out(run, plan, listing)
    if run.writing and plan.changes:
        save(run, plan)
    for site in plan.sites:
        run.settle(site.row, site.verdict)


def _listing(run: Run) -> Listing:
    listing = Listing()
    for _, name, country, lat, lon in store.list_names(run.session):
        point = Point(lat, lon) if lat is not None and lon is not None else None
        listing.add(Listed(name, name, country, point=point))
    return listing


def _point_out(run: Run, plan: SupplierPlan, listing: Listing) -> None:
    """Say which listed or earlier supplier a new one may be."""
    assert plan.profile is not None
    site = plan.sites[0]
    draft = site.said.draft
    own = Listed(
        site.row.line,
        plan.profile.name,
        draft.address.country,
        " ".join((draft.address.street, draft.address.locality, draft.address.postal_code)),
        draft.point,
    )
    found = listing.find(own)
    if found:
        other, why = found
        run.report.duplicates.append(Duplicate(site.row.line, plan.profile.name, other.of, why))
    listing.add(own)
