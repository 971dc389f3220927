"""Ask every supplier of a route at once: one enquiry for each, with its steps and days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marketplace.accounts.model import Actor
from marketplace.briefs.model import BriefCloth, Content, Line
from marketplace.briefs.rules import CLOTH_STEPS
from marketplace.db import Database
from marketplace.enquiries import actions as enquiries
from marketplace.enquiries.limits import Limits
from marketplace.enquiries.model import Enquiry
from marketplace.errors import Conflict
from marketplace.routes.ask import Ask
from marketplace.routes.choosing import Chosen, changes_between, figures_of
from marketplace.routes.explain import day_words, process_label
from marketplace.routes.model import Pick, Route
from marketplace.routes.plan import Plan
from marketplace.routes.planning import plan_chosen
from marketplace.routes.telling import blocked_texts, near_miss_text, offer_of
from marketplace.units import Quantity, Unit, format_quantity


class Changed(Conflict):
    """The route is not any more as it was shown: nothing was sent. `changes` says how."""

    def __init__(self, changes: list[str]) -> None:
        super().__init__("This route has changed since you looked: " + "; ".join(changes) + ". Nothing was sent.")
        self.changes = changes


def send_route(
    database: Database,
    actor: Actor,
    ask: Ask,
    chosen: Chosen,
    brief_id: str,
    shown: Mapping[str, Any],
    limits: Limits,
    now: datetime,
) -> list[Enquiry]:
    """Put a brief to the suppliers of a route, each with what it would do and when.

    `shown`: the figures that the studio decided by. Errors: Changed when they are not true any more; as of
    enquiries.actions.send. Nothing is sent then.
    """
    plan = plan_chosen(database, ask, chosen)
    if not plan.answer.routes:
        raise Changed(why_gone(plan, chosen))
    route = plan.answer.routes[0]
    changes = changes_between(shown, figures_of(plan.ask, route, plan.currency))
    if changes:
        raise Changed(changes)
    words = words_to_suppliers(plan.ask, route)
    return enquiries.send(database, actor, brief_id, list(words), limits, now, words)


def why_gone(plan: Plan, chosen: Chosen) -> list[str]:
    """Why a settled route can't be made any more."""
    there = {(offer.step, offer.service_id) for offer in plan.found.offers}
    gone = [
        f"{process_label(plan.ask.steps[step].process)}: the workshop does not offer it any more"
        for step, services in enumerate(chosen)
        if any((step, service) not in there for service in services)
    ]
    misses = [
        (f"{offer.name}: " if (offer := offer_of(miss)) else "") + near_miss_text(plan, miss)
        for miss in plan.answer.near_misses
    ]
    blocked = [text for _, text in blocked_texts(plan)]
    return gone or misses or blocked or ["it does not fit the request any more"]


def words_to_suppliers(ask: Ask, route: Route) -> dict[str, str]:
    """Service -> what its supplier reads with the brief. Who does several steps is asked once, for all of them."""
    picks: dict[str, list[Pick]] = {}
    for pick in route.picks:
        picks.setdefault(pick.offer.supplier_id, []).append(pick)
    return {own[0].offer.service_id: _words(ask, route, own) for own in picks.values()}


def content_of(ask: Ask, title: str) -> Content:
    """What a brief would say that asks for the same: the studio puts the rest to it."""
    is_cloth = all(step.process in CLOTH_STEPS for step in ask.steps)
    metres = int(ask.pieces * (ask.cloth.metres_per_piece or 1))
    return Content(
        title=title,
        product="" if is_cloth else ask.product,
        lines=() if is_cloth else (Line("", "", ask.pieces),),
        quantity=Quantity.of(metres, Unit.METRE) if is_cloth else None,
        colours=ask.colours if is_cloth else 1,
        processes=tuple(step.process for step in ask.steps),
        cloth=BriefCloth(
            composition=", ".join(sorted(ask.cloth.materials)), gsm=ask.cloth.gsm, width_cm=ask.cloth.width_cm
        ),
        piece_g=ask.piece_g,
        start=ask.start,
        by=ask.due,
        place=ask.origin.label,
        point=ask.origin.point,
    )


def _words(ask: Ask, route: Route, own: list[Pick]) -> str:
    """'Your step of a run through 5 workshops: ...'."""
    many = len({pick.offer.supplier_id for pick in route.picks})
    lines = [f"Your part of a run through {many} workshops:" if many > 1 else "What we would like you to do:"]
    for pick in own:
        step = ask.steps[pick.step]
        arrives = f"arrives {day_words(pick.arrives)}" if pick.legs else f"can start {day_words(pick.arrives)}"
        lines.append(
            f"- {process_label(step.process)}, {format_quantity(pick.quantity)}: {arrives}, "
            f"work from {day_words(pick.starts)}, ready {day_words(pick.ready)} {pick.ready.year}"
        )
    last = own[-1]
    leaving = [leg for pick in route.picks for leg in pick.legs if leg.origin == last.offer.service_id and leg.metres]
    if leaving:
        names = {pick.offer.service_id: pick.offer.name for pick in route.picks}
        lines.append(f"From you it goes on to {names.get(leaving[0].target or '', 'the next workshop')}.")
    elif route.last_leg is not None and route.last_leg.origin == last.offer.service_id:
        lines.append(f"From you it comes to us, by {day_words(route.delivered)}.")
    lines.append("The days follow from your published weeks; tell us if they don't hold.")
    return "\n".join(lines)
