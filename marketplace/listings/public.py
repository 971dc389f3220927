"""A supplier's public page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import store as accounts
from marketplace.accounts.current import current_actor
from marketplace.accounts.model import OrganisationKind
from marketplace.accounts.policy import can
from marketplace.capacity import store as capacity
from marketplace.capacity.model import Resource
from marketplace.enquiries.store import record_of_supplier
from marketplace.enquiries.views import answers_text
from marketplace.errors import Invalid, NotFound
from marketplace.listings.views import (
    calendars_of,
    certificate_view,
    freshness,
    jsonld,
    machine_view,
    service_view,
    summary_view,
    supplier_view,
)
from marketplace.moderation.merging import store as merging
from marketplace.orders.desk import supplier_reviews
from marketplace.placements import store as placements
from marketplace.placements.rules import is_taught
from marketplace.placements.views import placement_view, title
from marketplace.places import distance_m
from marketplace.pools.finding import of_listing as pools_of_listing
from marketplace.search.decide import decide_service
from marketplace.search.document import SiteDocument, build_documents
from marketplace.search.explain import run_reasons, texts
from marketplace.search.forms import Asked, read_search
from marketplace.search.views import question
from marketplace.suppliers import store
from marketplace.suppliers.model import ServiceId, Status, Supplier
from marketplace.suppliers.words import work_labels
from marketplace.vocabulary import Facet
from marketplace.web.context import database, now, places, settings, today
from marketplace.web.routes import does
from marketplace.web.security import safe_next

blueprint = Blueprint("suppliers", __name__)


@blueprint.get("/suppliers/<slug>")
@does("page.read")
def supplier(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    with database().reading() as db:
        found = store.find_by_slug(db, slug)
        if found is None:
            raise NotFound("There is no supplier at this address. It may have changed its name: search for it.")
        owns = can(actor, "supplier.edit", found.organisation_id)
        merge = None if found.status is Status.PUBLISHED else merging.find_standing(db, found.id)
        if merge:
            return redirect(url_for(".supplier", slug=store.get(db, merge.kept_id).slug), 301)
        if found.status is not Status.PUBLISHED and not owns and not can(actor, "moderation.desk"):
            raise NotFound("This listing is not published at present.")
        resources = capacity.list_resources(db, found.sites)
        uses = capacity.list_uses(db, [r.id for r in resources])
        calendars = calendars_of(resources, uses)
        listed = placements.list_for_sites(db, [site.id for site in found.sites])
        offered = [p for p in listed if p.is_shown(today())]
        past = supplier_reviews(db, found.id, found.organisation_id, now())
        is_run = accounts.organisation_has_members(db, found.organisation_id)
        studios = [accounts.find_studio(db, o) for o in actor.organisations(OrganisationKind.STUDIO)]
        record = record_of_supplier(db, found.id, now())
    confirmed_at, stale = freshness(calendars, now())
    url = settings().site_url + url_for("suppliers.supplier", slug=slug)
    studio = next((s for s in studios if s and s.point), None)
    point = next((site.draft.point for site in found.sites if site.draft.point), None)
    back_url = _search_before()
    asked = _asked_before(back_url)
    start, start_name = (studio.point, studio.name) if studio else (None, None)
    if start is None and asked and asked.origin:
        start, start_name = asked.origin.point, asked.origin.label
    metres = distance_m(start, point) if start and point else None
    unit = str(session.get("distance_unit", "km"))
    answers = _answers(build_documents(found, {r.id: r for r in resources}, uses), asked)
    labels = work_labels(found)
    offers = [
        (service.draft, service_view(service, labels[service.id], calendars, today()))
        for service in found.services
        if service.status is Status.PUBLISHED
    ]
    return render_template(
        "suppliers/supplier.html",
        supplier=supplier_view(found),
        services=[view | answers.get(view["id"], {}) for _, view in offers],
        summary=summary_view(offers, asked.query.asked(Facet.PROCESS) if asked else ()),
        distance_km=metres / 1000 if metres is not None else None,
        distance_from=start_name,
        distance_unit=unit,
        asked=question(asked, unit) if asked and asked.query.run else None,
        back_url=back_url,
        confirmed_at=confirmed_at,
        stale=stale,
        machines=[machine_view(machine) for machine in found.profile.machines],
        certificates=[certificate_view(c, today()) for c in found.profile.certificates],
        placements=[placement_view(p, found, today()) for p in offered],
        teaches=list(dict.fromkeys(title(p) for p in listed if is_taught(p, today()))),
        quote_url=url_for("enquiries.new", supplier=slug) if found.status is Status.PUBLISHED and not owns else None,
        answers=answers_text(record),
        calendar_url=None,
        past=past,
        waits=_waits(found, calendars) if is_run else [],
        pools=pools_of_listing(found),
        pool_asks=_pool_asks(found) if is_run and not owns else [],
        map_data=_pins(found),
        jsonld=jsonld(found, url),
        canonical=url,
        description=found.profile.description[:160],
        owner=owns,
        report_url=None if owns else url_for("reports.report", kind="supplier", public_id=found.public_id),
        edit_url=url_for("suppliers.listing"),
    )


def _waits(found: Supplier, calendars: Mapping[ServiceId, Resource]) -> list[tuple[str, str]]:
    """(work, address) of each service whose weeks one can wait for: it publishes some, and somebody keeps them."""
    labels = work_labels(found)
    return [
        (
            labels[service.id],
            url_for("waiting.ask_to_join", slug=found.slug, service_id=service.public_id),
        )
        for service in found.services
        if service.status is Status.PUBLISHED and service.id in calendars and found.status is Status.PUBLISHED
    ]


def _pool_asks(found: Supplier) -> list[tuple[str, str]]:
    """(work, address) of each service with a minimum, for whose supplier one can be asked to open a pool."""
    labels = work_labels(found)
    return [
        (
            labels[service.id],
            url_for(
                "pools_own.own",
                supplier=found.public_id,
                service=service.public_id,
                process=service.draft.process,
                unit=service.draft.unit.value,
                _anchor="wish",
            ),
        )
        for service in found.services
        if service.status is Status.PUBLISHED and service.draft.rules and found.status is Status.PUBLISHED
    ]


def _search_before() -> str | None:
    """The search the visitor comes from, kept by the referring address of this site."""
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host or parts.path != "/search":
        return None
    return safe_next(f"{parts.path}?{parts.query}")


def _asked_before(back_url: str | None) -> Asked | None:
    """What that search asked for."""
    given = parse_qs(urlsplit(back_url or "").query)
    given.pop("view", None)
    if not given:
        return None
    try:
        return read_search(given, today(), places().find, choose_first=True)
    except Invalid:
        return None


def _answers(documents: Iterable[SiteDocument], asked: Asked | None) -> dict[str, dict[str, Any]]:
    """Service's public id -> verdict and reasons for the run that was asked for."""
    if asked is None or asked.query.run is None:
        return {}
    wanted = asked.query.asked(Facet.PROCESS)
    fits = [
        decide_service(service, asked.query)
        for document in documents
        for service in document.services
        if service.draft and (not wanted or service.draft.process in wanted)
    ]
    return {
        fit.service.public_id: {
            "verdict": fit.verdict.answer.value,
            "reasons": texts(run_reasons(fit, asked.query)),
        }
        for fit in fits
        if fit.verdict
    }


def _pins(found: Supplier) -> dict[str, Any]:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [site.draft.point.lon, site.draft.point.lat]},
            "properties": {"id": site.public_id, "name": site.draft.name or found.profile.name},
        }
        for site in found.sites
        if site.draft.point
    ]
    return {"type": "FeatureCollection", "features": features}
