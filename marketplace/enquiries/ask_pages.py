"""The studio asks: whom, about which brief."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from marketplace.accounts.current import current_actor
from marketplace.accounts.model import OrganisationKind
from marketplace.accounts.policy import authorize
from marketplace.briefs import store as briefs
from marketplace.briefs.model import BriefState, Content
from marketplace.briefs.rules import readiness
from marketplace.briefs.views import run_words
from marketplace.enquiries import actions, store
from marketplace.enquiries.limits import limits
from marketplace.enquiries.pages import blueprint
from marketplace.enquiries.rules import is_open
from marketplace.enquiries.suggest import Candidate, candidates, found_ids
from marketplace.enquiries.views import fit_view
from marketplace.errors import Invalid, TooMany
from marketplace.places.rules import format_distance
from marketplace.search.context import index
from marketplace.search.forms import read_search
from marketplace.suppliers.words import work_labels
from marketplace.web.context import database, now, places, settings, today
from marketplace.web.routes import does

_WHY = {"page": "", "shortlist": "On your shortlist", "search": ""}


@blueprint.get("/account/enquiries/new")
@does("account.own")
def new() -> ResponseReturnValue:
    brief_id, supplier = request.args.get("brief", ""), request.args.get("supplier", "")
    if not brief_id:
        return _choose_brief(supplier)
    return _page(brief_id, {}, [])


@blueprint.post("/account/enquiries/new")
@does("enquiry.send")
def ask() -> ResponseReturnValue:
    brief_id, form = request.form.get("brief", ""), request.form
    chosen = form.getlist("supplier")
    services = [form.get(f"service-{each}", "") for each in chosen]
    try:
        sent = actions.send(database(), current_actor(), brief_id, services, limits(settings()), now())
    except Invalid as error:
        return _page(brief_id, error.problems, chosen), 422
    except TooMany as error:
        return _page(brief_id, {"services": error.detail}, chosen), 429
    many = f"{len(sent)} suppliers have" if len(sent) > 1 else "One supplier has"
    flash(
        f"Sent: {many} your brief now. Each answers, or is closed when the time is over: you will be told.", "success"
    )
    return redirect(url_for(".compare_quotes", public_id=brief_id), 303)


def _choose_brief(supplier: str) -> ResponseReturnValue:
    studios = current_actor().organisations(OrganisationKind.STUDIO)
    with database().reading() as session:
        found = [b for studio in studios for b in briefs.list_for_studio(session, studio, BriefState.OPEN)]
    return render_template(
        "enquiries/choose_brief.html",
        briefs=[
            {
                "title": brief.content.title,
                "run": run_words(brief.content),
                "url": url_for(
                    ".new", brief=brief.public_id, supplier=supplier or None, search=request.args.get("search") or None
                ),
            }
            for brief in found
        ],
        supplier=supplier,
    )


def _page(brief_id: str, errors: dict[str, str], chosen: Sequence[str]) -> str:
    given = request.values
    slug = given.get("supplier", "") if request.method == "GET" else given.get("from", "")
    with database().reading() as session:
        brief = briefs.get(session, brief_id)
        authorize(current_actor(), "enquiry.send", brief.studio_id)
    found = _found(given, brief.content)
    with database().reading() as session:
        listed = candidates(session, brief, slug, found, today())
        before = {
            enquiry.supplier_id: enquiry
            for enquiry in store.list_of_brief(session, brief.id)
            if enquiry.brief_version == brief.version
        }
        waiting = sum(is_open(e.state) for e in store.list_of_brief(session, brief.id))
        sent = store.count_sent(session, brief.studio_id, now() - timedelta(days=1))
    caps = limits(settings())
    views = []
    for each in listed:
        view = _candidate(each, slug, chosen)
        old = before.get(each.supplier.id)
        views.append(view | {"asked_url": url_for(".enquiry", public_id=old.public_id) if old else None})
    left = readiness(brief.content, brief.files)
    return render_template(
        "enquiries/ask.html",
        brief={
            "id": brief.public_id,
            "title": brief.content.title,
            "run": run_words(brief.content),
            "url": url_for("briefs.brief", public_id=brief.public_id),
            "missing": [question.text for question in left.missing],
        },
        suppliers=views,
        slug=slug,
        search=given.get("search", ""),
        per_brief=caps.per_brief,
        per_day=caps.per_day,
        answer_days=caps.answer_days,
        left=max(0, min(caps.per_brief - waiting, caps.per_day - sent)),
        waiting=waiting,
        errors=errors,
    )


def _found(given: MultiDict[str, str], content: Content) -> list[int]:
    """What the search one comes from found, else what a search for the brief finds."""
    search = given.get("search", "")
    if search:
        try:
            asked = read_search(parse_qs(search[:2000]), today(), places().find, choose_first=True)
            return list(index().site_ids(asked.query))[:20]
        except Invalid:
            pass  # a search that makes no sense any more: the brief's own is as good
    return found_ids(index(), content, today())


def _candidate(candidate: Candidate, slug: str, chosen: Sequence[str]) -> dict[str, Any]:
    supplier, best = candidate.supplier, candidate.choices[0]
    labels = {service.public_id: work_labels(supplier)[service.id] for service in supplier.services}
    works = [(choice.fit.service.public_id, labels[choice.fit.service.public_id]) for choice in candidate.choices]
    return {
        "id": supplier.public_id,
        "name": supplier.profile.name,
        "url": f"/suppliers/{supplier.slug}",
        "locality": best.document.locality,
        "distance": format_distance(candidate.metres) if candidate.metres is not None else "",
        "why": _WHY[candidate.why],
        "is_chosen": supplier.public_id in chosen or (not chosen and supplier.slug == slug),
        "services": works,
        "fit": fit_view(best),
        "fit_of": works[0][1],
    }
