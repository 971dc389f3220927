"""Write what an import decided about one firm, in the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.accounts import store as accounts_store
from marketplace.accounts.model import OrganisationKind
from marketplace.capacity import store as capacity_store
from marketplace.changes import store as changes
from marketplace.db.ids import new_public_id
from marketplace.suppliers import store
from marketplace.suppliers.model import ProfileDraft, Site, Supplier
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
    session = run.session
    if plan.stored is None:
        assert plan.profile is not None
        first = plan.sites[0].said.draft
        public_id, name = new_public_id(), plan.profile.name
        supplier_id = store.add(
            session,
            public_id=public_id,
            organisation_id=accounts_store.add_organisation(
                session, OrganisationKind.SUPPLIER, new_public_id(), run.now
            ),
            external_id=plan.external_id,
            slug=make_slug(name, first.address.locality, public_id, lambda text: store.is_slug_taken(session, text)),
            profile=plan.profile,
            now=run.now,
        )
    else:
        supplier_id = plan.stored.id
        if plan.profile is not None:
            store.update_profile(session, supplier_id, plan.profile, run.now)
    if plan.standing is not None:
        store.set_status(session, supplier_id, plan.standing.status, run.now)
        store.set_verification(session, supplier_id, plan.standing.verification, plan.standing.verified_at)
    for site in plan.sites:
        if site.stored is None:
            site_id = store.add_site(session, supplier_id, new_public_id(), site.said.draft)
        else:
            site_id = site.stored.id
            if site.said.draft != site.stored.draft:
                store.update_site(session, site_id, site.said.draft)
        if site.said.closures or (site.said.closures is not None and site.stored is not None):
            capacity_store.set_closures(session, site_id, site.said.closures)
    changes.record(session, supplier_id)
