"""Count who holds and who teaches each skill in a region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from marketplace.learning import store
from marketplace.learning.model import SkillState
from marketplace.learning.rules import states
from marketplace.placements import store as placements
from marketplace.placements.model import PlacementStatus
from marketplace.suppliers import region_store as regions


def list_states(session: Session, country: str, region: str, today: date) -> list[SkillState]:
    """Of a country, or one region of it, written as suppliers write it. Cost: one grouped query of
    the region's suppliers, and one of all placements."""
    holders = regions.list_skill_holders(session, country, region)
    holds = Counter((skill, is_trade) for skill, is_trade, _ in holders)
    here = regions.sites_in(session, country, region)
    teachers: set[tuple[tuple[str, bool], int]] = set()
    places: Counter[tuple[str, bool]] = Counter()
    for placement in placements.list_for_sites(session, here):
        if placement.status is PlacementStatus.CLOSED:
            continue
        shown = placement.seats_open if placement.is_shown(today) else 0
        for key in _keys(placement.process, placement.skills):
            teachers.add((key, here[placement.site_id]))
            places[key] += shown
    of_region = set(here.values())
    retiring = Counter(skill for supplier_id, skill in store.all_retiring(session) if supplier_id in of_region)
    return states(holds, Counter(key for key, _ in teachers), places, retiring)


def _keys(process: str, skills: Iterable[str]) -> list[tuple[str, bool]]:
    return [(process, True), *((skill, False) for skill in skills)]
