"""Open pools that would take somebody's run: for routes, searches, briefs and a supplier's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlencode

from flask import Flask, url_for

from marketplace.db import Database
from marketplace.places import Point, distance_m
from marketplace.pools import look
from marketplace.pools.look import Asked, Seen
from marketplace.pools.rules import why_outside
from marketplace.pools.views import card_view
from marketplace.pools.words import progress_text, title_text
from marketplace.routes.port import PoolFit, PoolWish, connect_pools
from marketplace.search import beside
from marketplace.search.query import SearchQuery
from marketplace.suppliers.model import Supplier
from marketplace.suppliers.rules import Run, per_atom
from marketplace.units.rules import format_number, round_up
from marketplace.vocabulary import Facet
from marketplace.web.context import database as own_database
from marketplace.web.context import now

MOST = 3


@dataclass(frozen=True, slots=True)
class Need:
    """What somebody wants made. Empty sets: anything."""

    processes: frozenset[str] = frozenset()
    materials: frozenset[str] = frozenset()
    run: Run | None = None
    point: Point | None = None
    radius_m: int | None = None
    needed_by: date | None = None
    supplier_id: str = ""


@dataclass(frozen=True, slots=True)
class Fit:
    """A pool that would take it; `atoms`: how much that is in the pool's unit, where a run was named."""

    seen: Seen
    metres: int | None
    atoms: int | None


def fitting(seen: Sequence[Seen], need: Need) -> list[Fit]:
    """Those that would take it: of the supplier asked first, then the nearest, then the first to close."""
    found = []
    for one in seen:
        pool, terms = one.pool, one.pool.terms
        if need.processes and terms.key.process not in need.processes:
            continue
        if need.materials and terms.key.material and terms.key.material not in need.materials:
            continue
        metres = distance_m(need.point, pool.point) if need.point else None
        if why_outside(terms.reach_m, pool.ready, metres or 0, need.radius_m, need.needed_by):
            continue
        atoms = None
        if need.run:
            run = Run(need.run.quantity, cloth=need.run.cloth or terms.cloth, piece_g=need.run.piece_g or terms.piece_g)
            factor = per_atom(run, terms.unit)
            if factor is None:
                continue
            atoms = round_up(need.run.quantity.atoms * factor, terms.unit)
            if atoms > terms.maximum:
                continue
        found.append(Fit(one, metres, atoms))
    found.sort(key=lambda fit: (fit.seen.supplier.public_id != need.supplier_id, fit.metres or 0))
    return found[:MOST]


def connect(app: Flask) -> None:
    """Hand the finders to who asks for pools and stands before them."""
    connect_pools(app, for_routes)
    beside.connect_pools(app, for_search)
    app.jinja_env.globals["pools_for_brief"] = for_brief


def for_routes(database: Database, wishes: Sequence[PoolWish], today: date) -> list[PoolFit]:
    at = max(datetime.combine(today, time(), tzinfo=UTC), now())
    with database.reading() as session:
        seen = look.find(session, Asked(), at)
    found: dict[str, PoolFit] = {}
    for wish in wishes:
        need = Need(
            processes=frozenset({wish.process}),
            materials=wish.materials,
            run=Run(wish.quantity),
            point=wish.near,
            radius_m=wish.radius_m,
            needed_by=wish.needed_by,
            supplier_id=wish.supplier_id,
        )
        for fit in fitting(seen, need):
            pool = fit.seen.pool
            more = {"progress": progress_text(pool.terms, fit.seen.totals, at), "state": pool.state.value}
            found.setdefault(
                pool.public_id,
                PoolFit(
                    id=pool.public_id,
                    url=_url(fit),
                    process=pool.terms.key.process,
                    text=_text(fit, at),
                    supplier_id=fit.seen.supplier.public_id,
                    more=more,
                ),
            )
    return list(found.values())[:MOST]


def for_search(query: SearchQuery) -> list[beside.PoolBeside]:
    need = Need(
        processes=frozenset(query.asked(Facet.PROCESS)),
        materials=frozenset(query.asked(Facet.MATERIAL)),
        run=query.run,
        point=query.circle.centre if query.circle else None,
        radius_m=query.circle.radius_m if query.circle else None,
        needed_by=query.by,
    )
    with own_database().reading() as session:
        found = fitting(look.find(session, Asked(), now()), need)
    return [
        beside.PoolBeside(
            id=fit.seen.pool.public_id,
            url=_url(fit),
            text=_text(fit, now()),
            supplier_id=fit.seen.supplier.public_id,
            process=fit.seen.pool.terms.key.process,
            distance_km=fit.metres / 1000 if fit.metres is not None else None,
        )
        for fit in found
    ]


def for_brief(processes: Sequence[str], point: Point | None, needed_by: date | None) -> list[dict[str, Any]]:
    """For templates: pools for some work of a brief."""
    need = Need(processes=frozenset(processes), point=point, radius_m=100_000, needed_by=needed_by)
    with own_database().reading() as session:
        found = fitting(look.find(session, Asked(), now()), need) if processes else []
    return [{"url": _url(fit), "text": _text(fit, now())} for fit in found]


def of_listing(supplier: Supplier) -> list[dict[str, Any]]:
    """The open pools of one supplier, for its public page."""
    with own_database().reading() as session:
        seen = look.find(session, Asked(supplier_id=supplier.public_id), now())
    return [card_view(one, now()) for one in seen]


def _text(fit: Fit, at: datetime) -> str:
    pool = fit.seen.pool
    progress = progress_text(pool.terms, fit.seen.totals, at)
    return f"{title_text(pool.terms.key)} at {fit.seen.supplier.profile.name}: {progress}"


def _url(fit: Fit) -> str:
    """The pool's page, with the amount filled in."""
    path = url_for("pools.pool", public_id=fit.seen.pool.public_id)
    if fit.atoms is None:
        return path
    return f"{path}?{urlencode({'quantity': format_number(fit.atoms, fit.seen.pool.terms.unit)})}"
