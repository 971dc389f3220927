"""The demonstration apprentice: a place with a signed log, and applications in each telling state.

Everything goes through the actions that people use, in the order in which it happened.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from marketplace.accounts.model import Actor
from marketplace.applications import actions as applications
from marketplace.applications import answering
from marketplace.applications.model import Application, Draft, State
from marketplace.db.ids import new_public_id
from marketplace.demo.market import Firm, Market
from marketplace.learning import actions as learning
from marketplace.learning import store as entries
from marketplace.placements import actions as placements
from marketplace.placements import saved
from marketplace.placements.model import Level, Placement, PlacementStatus
from marketplace.suppliers.model import SiteId
from marketplace.units.wages import Wage, WagePer

APPRENTICE = "apprentice@example.com"
_DAYS = 14
_DAY = timedelta(days=1)
_WORDS = Draft(
    "I have altered clothes for my family since I was twelve. I want to learn to do it right, and fast enough to live "
    "from it.",
    "Hems, zips, two lined jackets from a bought pattern. Pictures on request.",
    None,
    "All week, from eight in the morning.",
)
# (days ago, what, skill, minutes, pieces, note, is signed)
_LOG = (
    (24, "Straight seams on scrap, one needle", "lockstitch", 240, None, "", True),
    (20, "Overlocked side seams of aprons", "overlock", None, 36, "", True),
    (16, "Buttonholes on waste cloth", "buttonhole", 90, 40, "The first twenty went into the bin.", True),
    (9, "Bartacks at pocket corners", "bartack", None, 60, "", True),
    (2, "Buttonholes on the overshirts", "buttonhole", 120, 24, "On real goods for the first time.", False),
)


def add_apprenticeship(market: Market, home: Firm, others: list[Firm], now: datetime) -> None:
    """At `home` a place that was accepted and an open one; at three others an offer, a decline, an unopened one."""
    apprentice = market.actor(APPRENTICE)
    began = now - 60 * _DAY
    taken = _offer(market, home, began, ("lockstitch", "buttonhole"), starts_in=30, level=Level.BEGINNER)
    first = _apply(market, apprentice, taken, began + _DAY)
    _answer(market, home, first, State.SEEN, "", began + 3 * _DAY)
    _answer(market, home, first, State.INVITED, "Come on Thursday at ten, with something you made.", began + 3 * _DAY)
    terms = "Four days a week at the start; your own machine from the second month."
    _answer(market, home, first, State.OFFERED, terms, began + 6 * _DAY)
    applications.accept(market.database, apprentice, first.public_id, began + 7 * _DAY)
    _keep_log(market, apprentice, home, now)
    _offer(market, home, now - 5 * _DAY, ("bartack", "invisible_zip"), starts_in=55, level=Level.SOME)
    offered, declined, unread = (
        _offer(market, firm, now - 20 * _DAY, ("buttonhole",), starts_in=75, level=Level.SOME) for firm in others[:3]
    )
    made = _apply(market, apprentice, offered, now - 6 * _DAY)
    _answer(market, others[0], made, State.OFFERED, "A second year with us, if you want it.", now - 2 * _DAY)
    made = _apply(market, apprentice, declined, now - 12 * _DAY)
    reason = "We need somebody who has set sleeves before. Ask again next year: we liked your jackets."
    _answer(market, others[1], made, State.DECLINED, reason, now - 8 * _DAY)
    _apply(market, apprentice, unread, now - _DAY)
    question = "near=Los+Angeles&lat=34.05223&lon=-118.24368&radius_km=60&process=sew&paid=true"
    saved.save(market.database, apprentice, "Sewing near home", question, lambda _: [], now - 4 * _DAY)
    market.settle_notices(APPRENTICE, now - 3 * _DAY, now)


def _keep_log(market: Market, apprentice: Actor, home: Firm, now: datetime) -> None:
    for days, operation, skill, minutes, pieces, note, is_signed in _LOG:
        at = now - days * _DAY
        form = {"operation": operation, "skill": skill, "day": at.date().isoformat(), "note": note}
        form |= {"minutes": str(minutes)} if minutes else {}
        form |= {"pieces": str(pieces)} if pieces else {}
        entry = learning.write(market.database, apprentice, form, at)
        if is_signed:
            learning.sign_entry(market.database, home.actor, entry.public_id, at + _DAY)
    assert entries.count_of(market.session, learning.person_of(apprentice).id) == len(_LOG)


def _offer(
    market: Market, firm: Firm, at: datetime, skills: tuple[str, ...], *, starts_in: int, level: Level
) -> Placement:
    starts = at.date() + timedelta(days=starts_in)
    place = Placement(
        public_id=new_public_id(),
        site_id=SiteId(0),
        process="sew",
        skills=skills,
        seats=1,
        seats_taken=0,
        starts_on=starts - timedelta(days=starts.weekday()),
        months=12,
        wage=Wage(1950, "USD", WagePer.HOUR),
        status=PlacementStatus.OPEN,
        note="We make small runs, so you see every step within a month.",
        hours_week=36,
        level=level,
        mentor="the head of the floor",
        languages=("en", "es"),
        access="Ground floor. The 66 bus stops at the corner.",
    )
    return placements.offer(market.database, firm.actor, lambda sites, _: replace(place, site_id=sites[0].id), at)


def _apply(market: Market, apprentice: Actor, placement: Placement, at: datetime) -> Application:
    made = applications.begin(market.database, apprentice, placement.public_id, _WORDS, at)
    return applications.send(market.database, apprentice, made.public_id, at, _DAYS)


def _answer(market: Market, firm: Firm, application: Application, to: State, words: str, at: datetime) -> None:
    if to is State.SEEN:
        answering.see(market.database, firm.actor, application.public_id, at)
    else:
        answering.answer(market.database, firm.actor, application.public_id, to, words, at, _DAYS)
