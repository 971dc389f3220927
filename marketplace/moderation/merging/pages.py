"""Listings that may be one firm: found, side by side, merged, parted again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.current import current_actor
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.moderation import gate
from marketplace.moderation.forms import read_why
from marketplace.moderation.merging import actions, store
from marketplace.moderation.merging.candidates import newest_pairs, pairs_of
from marketplace.places import distance_m
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Site, Supplier
from marketplace.vocabulary import Facet, vocabulary
from marketplace.web.context import database, now
from marketplace.web.routes import does

blueprint = Blueprint("merging", __name__)
blueprint.before_request(gate.check)

_SAME_PLACE_M = 300
_MOST = 50


@blueprint.get("/moderation/duplicates")
@does("moderation.desk")
def duplicates() -> str:
    """Of one listing, or among the newest."""
    slug = request.args.get("of", "")
    with database().reading() as session:
        gone = store.merged_ids(session)
        found = suppliers.find_by_slug(session, slug) if slug else None
        if slug and found is None:
            raise NotFound
        pairs = pairs_of(session, found, gone) if found else newest_pairs(session, gone)
        merges = [
            (merge, suppliers.get(session, merge.kept_id), suppliers.get(session, merge.merged_id))
            for merge in store.list_all(session, _MOST)
            if not merge.undone_at
        ]
    return render_template("moderation/duplicates.html", pairs=pairs, of=found, merges=merges)


@blueprint.get("/moderation/merge/<public_id>/<other_id>")
@does("moderation.desk")
def compare(public_id: str, other_id: str) -> str:
    return _page(public_id, other_id, {}, {})


@blueprint.post("/moderation/merge/<public_id>/<other_id>")
@does("moderation.merge")
def merge(public_id: str, other_id: str) -> ResponseReturnValue:
    """`keep` names the listing that stays."""
    kept = request.form.get("keep", "")
    try:
        if kept not in (public_id, other_id):
            raise Invalid({"keep": "Choose which listing stays."})
        why = read_why(request.form)
        gone = other_id if kept == public_id else public_id
        actions.merge(database(), current_actor(), kept, gone, request.form.getlist("part"), why, now())
    except (Invalid, Conflict) as error:
        problems = error.problems if isinstance(error, Invalid) else {"": error.detail}
        return _page(public_id, other_id, request.form, problems), error.status
    flash("Merged. The old address leads to the listing that stays.", "success")
    return redirect(url_for(".duplicates"), 303)


@blueprint.post("/moderation/merges/<public_id>/undo")
@does("moderation.merge")
def undo(public_id: str) -> ResponseReturnValue:
    try:
        actions.undo(database(), current_actor(), public_id, read_why(request.form), now())
    except (Conflict, Invalid) as error:
        flash(error.detail, "error")
    else:
        flash("Undone: both listings stand as they stood.", "success")
    return redirect(url_for(".duplicates"), 303)


def _page(public_id: str, other_id: str, form: Mapping[str, str], errors: Mapping[str, str]) -> str:
    with database().reading() as session:
        one, other = (suppliers.find_by_public_id(session, public) for public in (public_id, other_id))
        if one is None or other is None or one.id == other.id:
            raise NotFound
        sides = [_side(session, one, other), _side(session, other, one)]
    owned = [side["id"] for side in sides if side["has_owner"]]
    keep = form.get("keep") or (owned[0] if owned else sides[1]["id"])
    parts = (
        request.form.getlist("part")
        if form
        else [part["id"] for side in sides for part in side["parts"] if part["moves"]]
    )
    return render_template(
        "moderation/merge.html",
        sides=sides,
        keep=keep,
        parts=parts,
        reason=form.get("reason", ""),
        errors=dict(errors),
        path=request.path,
    )


def _side(session: Session, supplier: Supplier, other: Supplier) -> dict[str, Any]:
    """What a listing says, and its parts that can move. One at the same place as a site of the other stays behind."""
    parts = []
    for site in supplier.sites:
        services = [vocabulary().label(Facet.PROCESS, s.draft.process) for s in supplier.services_at(site.id)]
        label = ", ".join(filter(None, (site.draft.name, site.draft.address.street, site.draft.address.locality)))
        words = f"Site {label or '(no address)'}: {', '.join(services) or 'no service'}"
        parts.append({"id": site.public_id, "label": words, "moves": not _is_same_place(site, other)})
    there = {s.draft.process for s in other.services_at(other.sites[0].id)} if other.sites else set()
    for service in supplier.services:
        if service.draft.process not in there:
            label = vocabulary().label(Facet.PROCESS, service.draft.process)
            parts.append({"id": service.public_id, "label": f"Service {label}, to the first site", "moves": False})
    return {
        "id": supplier.public_id,
        "name": supplier.profile.name,
        "slug": supplier.slug,
        "external_id": supplier.external_id,
        "status": supplier.status.value,
        "since": supplier.created_at,
        "description": supplier.profile.description,
        "website": supplier.profile.website,
        "verified": supplier.verification.label,
        "papers": len(supplier.profile.certificates) + len(supplier.profile.machines),
        "has_owner": accounts.organisation_has_members(session, supplier.organisation_id),
        "parts": parts,
    }


def _is_same_place(site: Site, other: Supplier) -> bool:
    own = site.draft.point
    return any(
        own and theirs.draft.point and distance_m(own, theirs.draft.point) <= _SAME_PLACE_M for theirs in other.sites
    )
