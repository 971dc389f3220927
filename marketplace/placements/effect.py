"""Offer a firm the change of its open weeks that a placement makes, and do it once somebody has said yes.

Nothing is ever changed by itself: a firm knows better than any formula how much a learner makes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts.model import Actor
from marketplace.capacity import actions as weeks
from marketplace.capacity import store as capacity
from marketplace.db import Database
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.placements import store
from marketplace.placements.actions import owner_of
from marketplace.placements.model import MAXIMUM_HOURS, Placement
from marketplace.placements.rules import Team, WeekChange, pieces, proposal
from marketplace.search.forms import read_whole
from marketplace.suppliers.model import Service, Supplier
from marketplace.units import Quantity, Unit, Week
from marketplace.units.rules import whole_or_decimal

# name -> lowest, highest, and what is taken where nothing is given
NUMBERS: dict[str, tuple[int, int, int | None]] = {
    "operators": (1, 1000, None),
    "hours": (1, MAXIMUM_HOURS, 40),
    "efficiency": (1, 150, 60),
    "teachers": (0, 1000, 1),
    "teacher_loss": (0, 100, 10),
    "apprentices": (0, 1000, 1),
    "apprentice_rate": (0, 150, 30),
    "minutes_per_piece": (1, 100_000, None),
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the weeks of a service would offer, in atoms of `unit`; `stands`: whether the firm has said yes to one."""

    placement: Placement
    service: Service
    unit: Unit
    changes: tuple[WeekChange, ...]
    stands: bool


def read_team(given: Mapping[str, str]) -> tuple[Team, int | None]:
    """Who works, and the standard minutes of a piece where they are given. Errors: Invalid."""
    problems: dict[str, str] = {}
    found: dict[str, int] = {}
    for name, (low, high, usual) in NUMBERS.items():
        text = given.get(name, "").strip()
        try:
            if text:
                found[name] = read_whole(text, low, high)
            elif usual is not None:
                found[name] = usual
            elif name == "operators":
                problems[name] = "is missing: how many people work there now"
        except ValueError as error:
            problems[name] = str(error)
    if not problems and found["teachers"] > found["operators"]:
        problems["teachers"] = "are more than work there"
    if problems:
        raise Invalid(problems)
    team = Team(
        operators=found["operators"],
        hours=found["hours"],
        efficiency=found["efficiency"],
        teachers=found["teachers"],
        teacher_loss=found["teacher_loss"],
        learners=found["apprentices"],
        learner_rate=found["apprentice_rate"],
    )
    return team, found.get("minutes_per_piece")


def team_json(team: Team, minutes_each: int | None) -> dict[str, Any]:
    def week(standard_minutes: Any) -> dict[str, Any]:
        made = pieces(standard_minutes, minutes_each) if minutes_each else None
        return {"standard_minutes": int(standard_minutes), "pieces": made}

    return {"before": week(team.before), "after": week(team.after)}


def propose(session: Session, actor: Actor, public_id: str, team: Team, today: date, service_id: str = "") -> Proposal:
    """Errors: NotFound; Conflict where no weeks are published that it could change."""
    supplier = owner_of(session, actor, public_id)
    placement = store.get(session, public_id)
    service = _service(supplier, placement, service_id)
    site = next(site for site in supplier.sites if site.id == service.site_id)
    use = capacity.list_uses(session, [r.id for r in capacity.list_resources(session, [site])]).get(service.id)
    if use is None:
        raise Conflict("No open weeks are published for this work: there is nothing to change.")
    calendar = capacity.get_resource(session, site, use.resource_id).calendar
    found = proposal(placement, team, calendar, today)
    if not found:
        raise Conflict("No open weeks are published for the time of this placement: there is nothing to change.")
    stands = store.find_effect(session, public_id) is not None
    return Proposal(placement, service, calendar.unit, tuple(found), stands)


def agree(
    database: Database, actor: Actor, public_id: str, team: Team, now: datetime, service_id: str = ""
) -> Proposal:
    """Say yes: the weeks of the placement offer what was proposed, as the firm's own word.

    Errors: Conflict when a yes stands already, or less would be offered than is booked; NotFound.
    """
    with database.writing() as session:
        supplier = owner_of(session, actor, public_id, "capacity.publish")
        store.get(session, public_id, lock=True)  # of two yeses the second finds the first
        found = propose(session, actor, public_id, team, now.date(), service_id)
        if found.stands:
            raise Conflict("You have said yes to a change for this placement. Take it back first.")
        wanted = {each.week: each.proposed for each in found.changes}
        before = weeks.publish_weeks(database, actor, supplier.public_id, found.service.public_id, wanted, now)
        stated = {week.monday.isoformat(): atoms for week, atoms in before.items()}
        store.keep_effect(session, public_id, found.service.id, actor.person_id, stated, now)
        return found


def take_back(database: Database, actor: Actor, public_id: str, now: datetime) -> None:
    """The weeks that lie ahead offer again what they did before the yes. Without one nothing happens.

    Errors: Conflict when more is booked by now than they offered; NotFound.
    """
    with database.writing() as session:
        supplier = owner_of(session, actor, public_id, "capacity.publish")
        store.get(session, public_id, lock=True)
        effect = store.find_effect(session, public_id)
        if effect is None:
            return
        service_id, before = effect
        service = next((each for each in supplier.services if each.id == service_id), None)
        this_week = Week.containing(now.date())
        ahead = {Week.parse(monday): atoms for monday, atoms in before.items() if Week.parse(monday) >= this_week}
        if service is not None and ahead:
            weeks.publish_weeks(database, actor, supplier.public_id, service.public_id, ahead, now)
        store.forget_effect(session, public_id)


def proposal_json(found: Proposal) -> dict[str, Any]:
    def number(atoms: int) -> int | float:
        return whole_or_decimal(Quantity(atoms, found.unit))

    return {
        "placement": found.placement.public_id,
        "service": found.service.public_id,
        "unit": found.unit.value,
        "agreed": found.stands,
        "weeks": [
            {
                "week_start": each.week.monday.isoformat(),
                "offered": number(each.offered),
                "proposed": number(each.proposed),
            }
            for each in found.changes
        ],
    }


def _service(supplier: Supplier, placement: Placement, service_id: str) -> Service:
    """The one named, else the trade that is taught, at its site. Errors: NotFound; Conflict."""
    own = [each for each in supplier.services if each.site_id == placement.site_id]
    if service_id:
        named = next((each for each in own if each.public_id == service_id), None)
        if named is None:
            raise NotFound
        return named
    taught = next((each for each in own if each.draft.process == placement.process), None)
    if taught is None:
        raise Conflict("You list no service of this trade at this site: there are no weeks to change.")
    return taught
