"""Which listings may be one firm."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace.places import Point
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.duplicates import Listed, Listing, compare
from marketplace.suppliers.model import Supplier, SupplierId

MOST_LOOKED_AT = 300  # of the newest listings: each is compared with everybody
_MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Pair:
    """`why`: 'the same name at about the same place'."""

    newer: Supplier
    older: Supplier
    why: str


def newest_pairs(session: Session, without: frozenset[int]) -> list[Pair]:
    """Likely duplicates among the newest listings, the newest first. `without`: those merged away already."""
    names = [row for row in suppliers.list_names(session) if row[0] not in without]
    ids = sorted({row[0] for row in names})
    new = set(ids[-MOST_LOOKED_AT:])
    listing = Listing()
    found: dict[int, tuple[int, str]] = {}
    for supplier_id, name, country, lat, lon in names:
        listed = _listed(supplier_id, name, country, lat, lon)
        if supplier_id in new and (hit := listing.find(listed)) and hit[0].of != supplier_id:
            found.setdefault(supplier_id, (int(hit[0].of), hit[1]))
        listing.add(listed)
    shown = sorted(found.items(), reverse=True)[:_MOST_SHOWN]
    return _pairs(session, [(newer, older, why) for newer, (older, why) in shown])


def pairs_of(session: Session, supplier: Supplier, without: frozenset[int]) -> list[Pair]:
    """Everybody who may be this one, the likeliest first."""
    rows = suppliers.list_names(session)
    own = [_listed(*row) for row in rows if row[0] == supplier.id]
    best: dict[int, tuple[float, str]] = {}
    for row in rows:
        if row[0] == supplier.id or row[0] in without:
            continue
        for site in own:
            likeness = compare(site, _listed(*row))
            if likeness and likeness[0] > best.get(row[0], (0.0, ""))[0]:
                best[row[0]] = likeness
    order = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))[:_MOST_SHOWN]
    return _pairs(session, [(supplier.id, other, why) for other, (_, why) in order])


def _pairs(session: Session, found: list[tuple[int, int, str]]) -> list[Pair]:
    ids = {one for pair in found for one in pair[:2]}
    read = {supplier.id: supplier for supplier in suppliers.list_by_ids(session, ids)}
    return [Pair(read[SupplierId(newer)], read[SupplierId(older)], why) for newer, older, why in found]


def _listed(supplier_id: int, name: str, country: str, lat: int | None, lon: int | None) -> Listed:
    return Listed(supplier_id, name, country, point=Point(lat, lon) if lat is not None and lon is not None else None)
