"""Write what an import decided about one firm, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from marketplace.accounts import store as accounts_store
from marketplace.accounts.model import OrganisationKind
from marketplace.audit.rules import changed
from marketplace.capacity import store as capacity_store
from marketplace.capacity.model import Closure
from marketplace.db.ids import new_public_id
from marketplace.suppliers import store
from marketplace.suppliers.model import ProfileDraft, Site, Supplier, SupplierId
from marketplace.suppliers.slug import make_slug
from marketplace.transfer.model import Verdict
from marketplace.transfer.row import Row
from marketplace.transfer.run import Run
from marketplace.transfer.supplier_rows import SiteSaid, Standing


@dataclass(frozen=True, slots=True)
class SitePlan:
    row: Row
    stored: Site | None
    said: SiteSaid
    verdict: Verdict
    closures: Sequence[Closure] = ()  # as they stand

    def changes(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Before and after, in the fields that differ."""
        said = self.said
        before, after = changed(self.stored.draft, said.draft) if self.stored else ({}, {"site": said.draft})
        if said.closures is not None and list(said.closures) != list(self.closures):
            before["closures"], after["closures"] = self.closures, said.closures
        return before, after


@dataclass(frozen=True, slots=True)
class SupplierPlan:
    """What to do about one firm. `profile` and `standing` None: they stay."""

    external_id: str
    stored: Supplier | None
    profile: ProfileDraft | None
    standing: Standing | None
    sites: tuple[SitePlan, ...]

    @property
    def changes(self) -> bool:
        return any(site.verdict is not Verdict.UNCHANGED for site in self.sites)


def save(run: Run, plan: SupplierPlan) -> None:
    session, stored, first = run.session, plan.stored, plan.sites[0]
    if stored is None:
        assert plan.profile is not None
        public_id, name, town = new_public_id(), plan.profile.name, first.said.draft.address.locality
        organisation_id = accounts_store.add_organisation(session, OrganisationKind.SUPPLIER, new_public_id(), run.now)
        supplier_id = store.add(
            session,
            public_id=public_id,
            organisation_id=organisation_id,
            external_id=plan.external_id,
            slug=make_slug(name, town, public_id, lambda text: store.is_slug_taken(session, text)),
            profile=plan.profile,
            now=run.now,
        )
    else:
        supplier_id, public_id, organisation_id = stored.id, stored.public_id, stored.organisation_id
        if plan.profile is not None:
            store.update_profile(session, supplier_id, plan.profile, run.now)
    if plan.standing is not None:
        store.set_status(session, supplier_id, plan.standing.status, run.now)
        store.set_verification(session, supplier_id, plan.standing.verification, plan.standing.verified_at)
    before, after = _firm_changes(plan)
    if stored is None:  # a listing begins with its first site: that is one event
        after |= first.changes()[1]
    if after:
        action = "supplier.edit" if stored else "supplier.list"
        run.note(first.row, action, "supplier", public_id, organisation_id, before, after)
    for site in plan.sites:
        site_id = _save_site(run, supplier_id, site)
        was, becomes = site.changes()
        if becomes and (stored or site is not first):
            run.note(site.row, "supplier.edit", "site", site_id, organisation_id, was, becomes)
    run.change(supplier_id)


def _save_site(run: Run, supplier_id: SupplierId, site: SitePlan) -> str:
    """Returns its public id."""
    if site.stored is None:
        public_id = new_public_id()
        site_id = store.add_site(run.session, supplier_id, public_id, site.said.draft)
    else:
        site_id, public_id = site.stored.id, site.stored.public_id
        if site.said.draft != site.stored.draft:
            store.update_site(run.session, site_id, site.said.draft)
    if site.said.closures or (site.said.closures is not None and site.stored is not None):
        capacity_store.set_closures(run.session, site_id, site.said.closures)
    return public_id


def _firm_changes(plan: SupplierPlan) -> tuple[dict[str, Any], dict[str, Any]]:
    """Before and after of what is said of the firm as a whole, in the fields that differ."""
    stored = plan.stored
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    if plan.profile is not None:
        before, after = changed(stored.profile, plan.profile) if stored else ({}, {"profile": plan.profile})
    if plan.standing is not None:
        stood = Standing(stored.status, stored.verification, stored.verified_at) if stored else Standing()
        was, becomes = changed(stood, plan.standing)
        before, after = before | was, after | becomes
    return before, after
